//! The section `service_accounts` of a workspace: roles by the name of the account.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::fields::{Synonyms, map, word};
use bylaws_config::node::{Node, Value};
use bylaws_config::page::Page;
use bylaws_config::quote::scalar;
use bylaws_config::shown::shown;
use bylaws_engine::{Action, Kind, Line, ObjectName};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::objects::WorkspaceServiceAccounts;
use super::plan::MEMBERSHIP;
use super::{AccountRole, Memberships, NONE, rules};
use crate::desired::{Desired, Policy};
use crate::files::Context;
use crate::files::rules::UNKNOWN_ROLE;
use crate::objects;
use crate::service_account::SECTION;
use crate::service_account::syntax::{PREFIX, ServiceAccountName, name};
use crate::syntax::{self, Place, Scope, Syntax, Target};

/// Common words for a role in a workspace.
const SYNONYMS: &Synonyms = &[
    ("member", "workspace_user"),
    ("user", "workspace_user"),
    ("dev", "workspace_developer"),
    ("developer", "workspace_developer"),
    ("limited_developer", "workspace_restricted_developer"),
    ("workspace_limited_developer", "workspace_restricted_developer"),
    ("restricted_developer", "workspace_restricted_developer"),
    ("admin", "workspace_admin"),
    ("administrator", "workspace_admin"),
];

/// A role, or `None` for `none`.
#[derive(Clone, Copy, PartialEq)]
struct Wanted(Option<AccountRole>);

impl Syntax for WorkspaceServiceAccounts {
    fn kind(&self) -> &'static Kind {
        &MEMBERSHIP
    }

    fn section(&self) -> &'static str {
        SECTION
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Workspace, Place::Default]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let Target::Workspace(label, open) = target else { return };
        let memberships = open.service_accounts.get_or_insert_default();
        let [section] = sections else { return };
        for entry in map(&mut cx.problems, section, SECTION).unwrap_or_default() {
            let Some(name) = name(cx, &entry.key, entry.at) else { continue };
            let line = Line::of_object(Some(label), MEMBERSHIP.object(), name.clone());
            if cx.once(line, entry.at, "service account", &entry.key) {
                let role = role(cx, &entry.value);
                if role == Some(Wanted(None)) && label.is_default() {
                    let message = format!(
                        "{} is in the default workspace, as every service account is",
                        shown(&entry.key)
                    );
                    cx.report(&rules::ACCOUNT_IN_DEFAULT, entry.value.at, message)
                        .label("cannot be excluded")
                        .help("write `workspace_user`, the role that every account has there, or delete the line");
                }
                memberships.extend(role.map(|Wanted(role)| (name, role)));
            }
        }
    }

    fn schema(&self, generator: &mut SchemaGenerator, place: Place) -> Schema {
        let none = (place != Place::Default).then_some(NONE);
        let roles: Vec<&str> = AccountRole::ALL.map(AccountRole::as_str).into_iter().chain(none).collect();
        json_schema!({
            "type": "object",
            "title": "Service accounts of a workspace",
            "description": "Roles of service accounts in this workspace, by the name of the account. `none`: not a \
                member.\n\n```yaml\nservice_accounts:\n  ci-deploy: workspace_developer\n```",
            "propertyNames": generator.subschema_for::<ServiceAccountName>(),
            "additionalProperties": {"enum": roles}
        })
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |role: &Option<AccountRole>| objects::Line {
            id: None,
            fields: BTreeMap::from([("role", written(*role).to_owned())]),
        };
        Some(memberships(scope)?.iter().map(|(name, role)| (name.clone(), line(role))).collect())
    }

    fn short(&self) -> Option<&'static str> {
        Some("role")
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        let Some(memberships) = memberships(scope) else { return };
        let indent = syntax::heading(page, scope, SECTION, memberships.is_empty());
        for (name, role) in memberships {
            let line = Line::of_object(scope.workspace(), MEMBERSHIP.object(), name.clone());
            page.noted(indent, &line, &scalar(name.as_str()), written(*role));
        }
    }

    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        let Some(memberships) = memberships(scope) else { return };
        form.word(SECTION);
        form.section(Some(memberships), |form, (name, role)| {
            form.word(name.as_str());
            form.word(written(*role));
        });
    }

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        // Only a plan knows the name of an account with this id.
        let is_id = name.as_str().starts_with(PREFIX);
        memberships(scope).is_some_and(|memberships| is_id || memberships.contains_key(name))
    }

    fn never(&self, desired: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        if !matches!(action, Action::Create | Action::Update | Action::Remove) {
            return Some(
                "the membership of a service account can only be created (`create`), changed (`update`) or removed \
                 (`remove`)"
                    .to_owned(),
            );
        }
        let is_removed = action == Action::Remove && desired.unlisted.of(SECTION) == Policy::Remove;
        (!is_listed && !is_removed).then(|| format!("{} has no entry there", shown(name.as_str())))
    }
}

fn memberships(scope: Scope<'_>) -> Option<&Memberships> {
    match scope {
        Scope::Organization(_) => None,
        Scope::Workspace(_, open) => open.service_accounts.as_ref(),
    }
}

fn written(role: Option<AccountRole>) -> &'static str {
    role.map_or(NONE, AccountRole::as_str)
}

/// Reads a role, or `none`.
fn role(cx: &mut Context, node: &Node) -> Option<Wanted> {
    let roles = AccountRole::ALL.map(|role| (role.as_str(), Wanted(Some(role))));
    let table: Vec<_> = roles.into_iter().chain([(NONE, Wanted(None))]).collect();
    if matches!(&node.value, Value::Text(word) if word == "workspace_billing") {
        cx.report(&UNKNOWN_ROLE, node.at, "a service account cannot have the role `workspace_billing`")
            .label("only for people")
            .help("write another role");
        return None;
    }
    word(&mut cx.problems, node, "role", ("role", &UNKNOWN_ROLE, SYNONYMS), &table)
}
