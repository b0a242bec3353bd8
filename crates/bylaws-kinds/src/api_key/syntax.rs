//! The section `api_keys`, at the top level and under a workspace.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::fields::map;
use bylaws_config::node::{self, Node};
use bylaws_config::page::Page;
use bylaws_config::quote::scalar;
use bylaws_config::shown::shown;
use bylaws_engine::{Action, Kind, Line, ObjectName};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::objects::ApiKeys;
use super::{entry, names, rules};
use crate::desired::{ApiKey, Policy};
use crate::files::entry::{Entry as _, hash, read, written};
use crate::files::rules::NO_VALUE;
use crate::files::{Context, look_alikes};
use crate::objects;
use crate::syntax::{self, Place, Scope, Syntax, Target};
use crate::{API_KEY, Desired};

impl Syntax for ApiKeys {
    fn kind(&self) -> &'static Kind {
        &API_KEY
    }

    fn section(&self) -> &'static str {
        "api_keys"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization, Place::Workspace, Place::Default]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let (workspace, into) = match target {
            Target::Organization(desired) => (None, &mut desired.api_keys),
            Target::Workspace(label, open) => (Some(label), &mut open.api_keys),
        };
        let keys = into.get_or_insert_default();
        for section in sections {
            let entries = map(&mut cx.problems, section, self.section()).unwrap_or_default();
            look_alikes::report(
                cx,
                "the API keys",
                entries.iter().map(|entry| (entry.key.as_str(), entry.at)),
            );
            for entry in entries {
                if !is_name(cx, entry) {
                    continue;
                }
                let name = ObjectName::new(entry.key.as_str());
                let line = Line::of_object(workspace, API_KEY.object(), name.clone());
                if cx.once(line, entry.at, "API key", &entry.key) {
                    let absent = |key: &str| {
                        let help = "write `active`, `inactive` or `archived`, or delete the line";
                        (format!("the API key {key} has no status"), help.to_owned())
                    };
                    keys.extend(read(cx, entry, absent).map(|key| (name, key)));
                }
            }
        }
        names::report(cx, workspace, keys);
    }

    fn schema(&self, generator: &mut SchemaGenerator, place: Place) -> Schema {
        let mut schema = entry::ApiKeys::json_schema(generator);
        let description = if place == Place::Organization {
            "API keys that do not belong to a workspace, by name. Without this section Bylaws does not manage them.\n\n\
             ```yaml\napi_keys:\n  ops-reports: active\n```"
        } else {
            "API keys of this workspace, by name.\n\n```yaml\napi_keys:\n  ci-deploy: active\n```"
        };
        schema.insert("description".to_owned(), description.into());
        schema
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |key: &ApiKey| {
            let first = (ApiKey::FIRST, Some(key.first()));
            let others = key.others().into_iter().filter(|(field, _)| *field != "id");
            let fields = std::iter::once(first).chain(others);
            let fields = fields.filter_map(|(field, value)| Some((field, scalar(&value?))));
            objects::Line { id: key.id.as_ref().map(ToString::to_string), fields: fields.collect() }
        };
        Some(keys(scope)?.iter().map(|(name, key)| (name.clone(), line(key))).collect())
    }

    fn short(&self) -> Option<&'static str> {
        Some("status")
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        let Some(keys) = keys(scope) else { return };
        let indent = syntax::heading(page, scope, self.section(), keys.is_empty());
        for (name, key) in keys {
            let line = Line::of_object(scope.workspace(), self.kind().object(), name.clone());
            page.noted(indent, &line, &scalar(name.as_str()), &written(key));
        }
    }

    /// An absent section is hashed too, because the first version of the digest had this section.
    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        form.section(keys(scope), |form, (name, key)| {
            form.word(name.as_str());
            hash(form, key);
        });
    }

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        keys(scope).is_some_and(|keys| keys.contains_key(name) || keys.values().any(|key| key.id.is_some()))
    }

    fn never(&self, desired: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        if action != Action::Update {
            return Some("an API key can only be changed (`update`)".to_owned());
        }
        let is_removed = desired.unlisted.of(self.section()) == Policy::Remove;
        (!is_listed && !is_removed).then(|| {
            let name = shown(name.as_str());
            format!("the key {name} is not listed, and `unlisted.api_keys` is not `remove`")
        })
    }
}

/// Checks the name of a key; returns whether it has one.
fn is_name(cx: &mut Context, entry: &node::Entry) -> bool {
    if entry.key.is_empty() {
        cx.report(&NO_VALUE, entry.at, "the name of an API key is empty").help("write the name of the key");
    } else if entry.key.chars().any(bylaws_engine::spelling::is_hidden) {
        let message = format!("the API key name {} contains invisible characters", shown(&entry.key));
        cx.report(&rules::HIDDEN_IN_KEY_NAME, entry.at, message)
            .label("invisible characters")
            .help("pin the key by its `id`, and rename it in the Console or with `name`");
    }
    !entry.key.is_empty()
}

fn keys(scope: Scope<'_>) -> Option<&BTreeMap<ObjectName, ApiKey>> {
    match scope {
        Scope::Organization(desired) => desired.api_keys.as_ref(),
        Scope::Workspace(_, open) => open.api_keys.as_ref(),
    }
}
