//! The section `federation`, with the parts `issuers` and `rules`. The kind of the issuers reads and writes both.

use std::collections::BTreeMap;

use bylaws_config::Rule as Code;
use bylaws_config::digest::Form;
use bylaws_config::fields::{Fields, map};
use bylaws_config::node::{Entry, Node};
use bylaws_config::page::Page;
use bylaws_config::shown::shown;
use bylaws_engine::{Action, Kind, Line, ObjectName};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::objects::{Issuers, Rules};
use super::{Federation, ISSUER, Pinned, RULE, SECTION, entry, lint, rules, schema, written};
use crate::Desired;
use crate::files::Context;
use crate::objects;
use crate::syntax::{Place, Scope, Syntax, Target};

impl Syntax for Issuers {
    fn kind(&self) -> &'static Kind {
        &ISSUER
    }

    fn section(&self) -> &'static str {
        SECTION
    }

    fn path<'n>(&self, _: Place, name: &'n ObjectName) -> Vec<&'n str> {
        vec![SECTION, "issuers", name.as_str()]
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization]
    }

    fn rules(&self) -> &'static [&'static Code] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let Target::Organization(desired) = target else { return };
        let mut federation = Federation::default();
        // Rules refer to issuers, which may be in another file.
        let parts: Vec<_> = sections
            .iter()
            .filter_map(|section| Fields::open(&mut cx.problems, section, SECTION, &["issuers", "rules"]))
            .collect();
        for fields in &parts {
            let Some(node) = fields.value("issuers") else { continue };
            let issuers = federation.issuers.get_or_insert_default();
            part(cx, node, ("issuers", "federation issuer", &ISSUER), issuers, |cx, entry| {
                entry::read(cx, entry, &entry::ISSUER, entry::issuer)
            });
        }
        for fields in &parts {
            let Some(node) = fields.value("rules") else { continue };
            let rules = federation.rules.get_or_insert_default();
            part(cx, node, ("rules", "federation rule", &RULE), rules, |cx, entry| {
                entry::read(cx, entry, &entry::RULE, entry::rule)
            });
        }
        for node in parts.iter().filter_map(|fields| fields.value("rules")) {
            lint::rules(cx, node, &federation, desired);
        }
        // Only once the rules are known to be right.
        for node in parts.iter().filter_map(|fields| fields.value("issuers")) {
            lint::issuers(cx, node, &federation);
        }
        lint::accounts(cx, &federation, desired);
        desired.federation = Some(federation);
    }

    fn schema(&self, _: &mut SchemaGenerator, _: Place) -> Schema {
        schema::federation()
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        written::issuers(federation(scope)?)
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        if let Some(federation) = federation(scope) {
            written::write(page, scope, federation);
        }
    }

    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        if let Some(federation) = federation(scope) {
            written::digest(form, federation);
        }
    }

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        may_list(federation(scope).and_then(|federation| federation.issuers.as_ref()), "fdis_", name)
    }

    fn never(&self, _: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        never("federation issuer", action, name, is_listed)
    }
}

impl Syntax for Rules {
    fn kind(&self) -> &'static Kind {
        &RULE
    }

    fn section(&self) -> &'static str {
        SECTION
    }

    fn path<'n>(&self, _: Place, name: &'n ObjectName) -> Vec<&'n str> {
        vec![SECTION, "rules", name.as_str()]
    }

    fn is_part(&self) -> bool {
        true
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization]
    }

    fn rules(&self) -> &'static [&'static Code] {
        &[]
    }

    fn lower(&self, _: &mut Context, _: &[&Node], _: Target<'_>) {}

    fn schema(&self, _: &mut SchemaGenerator, _: Place) -> Schema {
        json_schema!({})
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        written::rules(federation(scope)?)
    }

    fn write(&self, _: &mut Page<'_>, _: Scope<'_>) {}

    fn digest(&self, _: &mut Form, _: Scope<'_>) {}

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        may_list(federation(scope).and_then(|federation| federation.rules.as_ref()), "fdrl_", name)
    }

    fn never(&self, _: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        never("federation rule", action, name, is_listed)
    }
}

/// Reads one part of the section.
fn part<T>(
    cx: &mut Context,
    node: &Node,
    (key, what, kind): (&str, &str, &Kind),
    into: &mut BTreeMap<ObjectName, Pinned<T>>,
    read: impl Fn(&mut Context, &Entry) -> Option<Pinned<T>>,
) {
    for entry in map(&mut cx.problems, node, key).unwrap_or_default() {
        let name = ObjectName::new(entry.key.as_str());
        if cx.once(Line::of_object(None, kind.object(), name.clone()), entry.at, what, &entry.key) {
            into.extend(read(cx, entry).map(|entry| (name, entry)));
        }
    }
}

fn federation(scope: Scope<'_>) -> Option<&Federation> {
    match scope {
        Scope::Organization(desired) => desired.federation.as_ref(),
        Scope::Workspace(..) => None,
    }
}

/// An address may have the id of any entry: only a plan knows which one.
fn may_list<T>(part: Option<&BTreeMap<ObjectName, Pinned<T>>>, prefix: &str, name: &ObjectName) -> bool {
    let is_pinned = |entry: &Pinned<T>| entry.id.is_some();
    part.is_some_and(|part| {
        let is_id = !part.is_empty() && name.as_str().starts_with(prefix);
        is_id || part.contains_key(name) || part.values().any(is_pinned)
    })
}

fn never(what: &str, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
    if !matches!(action, Action::Create | Action::Update | Action::Archive) {
        return Some(format!(
            "a {what} can only be created (`create`), changed (`update`) or archived (`archive`)"
        ));
    }
    (!is_listed).then(|| format!("the files list no {what} {}", shown(name.as_str())))
}
