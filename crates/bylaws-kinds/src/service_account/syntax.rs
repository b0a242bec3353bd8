//! The section `service_accounts` at the top level: accounts by name.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::fields::{Fields, Synonyms, any_text, map, word};
use bylaws_config::node::{Entry, Node};
use bylaws_config::page::{Page, flow};
use bylaws_config::position::At;
use bylaws_config::quote::scalar;
use bylaws_config::scalars::source;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{Action, Kind, Line, ObjectName};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::objects::ServiceAccounts;
use super::plan::SERVICE_ACCOUNT;
use super::{OrganizationAccountRole, SECTION, ServiceAccount, rules};
use crate::desired::Desired;
use crate::files::Context;
use crate::files::ids::id;
use crate::files::rules::{ARCHIVED_WITH_SETTINGS, UNKNOWN_ROLE, UNKNOWN_STATE};
use crate::files::scalars::{MAX_PLAIN_NAME, is_plain_name};
use crate::files::schema::text::texts;
use crate::objects;
use crate::syntax::{self, Place, Scope, Syntax, Target};

/// The prefix of the ids of service accounts.
pub(crate) const PREFIX: &str = "svac_";

texts! {
    ServiceAccountName {
        "title": "service account name",
        "description": "The name of a service account: lower-case letters, digits and hyphens. It never changes.",
        "minLength": 1,
        "maxLength": MAX_PLAIN_NAME,
        "pattern": "^[a-z0-9-]+$",
        "patternErrorMessage": "Write lower-case letters, digits and hyphens.",
        "examples": ["ci-deploy"]
    }
    ServiceAccountId {
        "title": "service account id",
        "description": "The id of a service account: `svac_` followed by letters and digits.",
        "pattern": "^svac_[A-Za-z0-9]+$",
        "patternErrorMessage": "Not a valid service account id: write `svac_` followed by letters and digits.",
        "examples": ["svac_01HnPu8wGq7Y2vK4tRzXc9Ld"]
    }
}

/// Common words for a role in the organization.
const SYNONYMS: &Synonyms = &[("dev", "developer"), ("user", "developer"), ("administrator", "admin")];

impl Syntax for ServiceAccounts {
    fn kind(&self) -> &'static Kind {
        &SERVICE_ACCOUNT
    }

    fn section(&self) -> &'static str {
        SECTION
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let Target::Organization(desired) = target else { return };
        let accounts = desired.service_accounts.get_or_insert_default();
        for section in sections {
            for entry in map(&mut cx.problems, section, SECTION).unwrap_or_default() {
                let line =
                    Line::of_object(None, SERVICE_ACCOUNT.object(), ObjectName::new(entry.key.as_str()));
                if let Some(name) = name(cx, &entry.key, entry.at)
                    && cx.once(line, entry.at, "service account", &entry.key)
                {
                    accounts.extend(account(cx, entry).map(|account| (name, account)));
                }
            }
        }
    }

    fn schema(&self, generator: &mut SchemaGenerator, _: Place) -> Schema {
        let roles = OrganizationAccountRole::ALL.map(OrganizationAccountRole::as_str);
        json_schema!({
            "type": "object",
            "title": "Service accounts",
            "description": "Service accounts of the organization, by name. Without this section Bylaws does not manage \
                them.\n\n```yaml\nservice_accounts:\n  ci-deploy: {description: deploys from GitHub}\n```",
            "propertyNames": generator.subschema_for::<ServiceAccountName>(),
            "additionalProperties": {
                "type": "object",
                "title": "Service account",
                "properties": {
                    "description": {"type": "string", "description": "What the account is for."},
                    "role": {
                        "enum": roles,
                        "description": "The role in the organization; `developer` for a new account. `admin` needs an \
                            approval."
                    },
                    "state": {
                        "const": "archived",
                        "description": "Archives the account permanently. Needs an approval."
                    },
                    "id": generator.subschema_for::<ServiceAccountId>()
                },
                "additionalProperties": false
            }
        })
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |account: &ServiceAccount| {
            let fields = fields(account).into_iter().filter_map(|(key, value)| Some((key, value?)));
            objects::Line { id: account.id.clone(), fields: fields.collect() }
        };
        Some(accounts(scope)?.iter().map(|(name, account)| (name.clone(), line(account))).collect())
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        let Some(accounts) = accounts(scope) else { return };
        let indent = syntax::heading(page, scope, SECTION, accounts.is_empty());
        for (name, account) in accounts {
            let id = ("id", account.id.as_deref().map(scalar));
            let fields: Vec<_> = fields(account).into_iter().chain([id]).collect();
            let line = Line::of_object(None, SERVICE_ACCOUNT.object(), name.clone());
            page.noted(indent, &line, &scalar(name.as_str()), &flow(&fields));
        }
    }

    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        let Some(accounts) = accounts(scope) else { return };
        form.word(SECTION);
        form.section(Some(accounts), |form, (name, account)| {
            form.word(name.as_str());
            form.maybe(account.id.as_deref());
            for (_, value) in fields(account) {
                form.maybe(value.as_deref());
            }
        });
    }

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        // Only a plan knows the name of an account with this id.
        let is_id = name.as_str().starts_with(PREFIX);
        accounts(scope).is_some_and(|accounts| is_id || accounts.contains_key(name))
    }

    fn never(&self, _: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        if !matches!(action, Action::Create | Action::Update | Action::Archive) {
            return Some(
                "a service account can only be created (`create`), changed (`update`) or archived (`archive`)"
                    .to_owned(),
            );
        }
        (!is_listed).then(|| format!("the service account {} is not listed", shown(name.as_str())))
    }
}

fn accounts(scope: Scope<'_>) -> Option<&BTreeMap<ObjectName, ServiceAccount>> {
    match scope {
        Scope::Organization(desired) => desired.service_accounts.as_ref(),
        Scope::Workspace(..) => None,
    }
}

/// Returns every field but the id, as files have it.
fn fields(account: &ServiceAccount) -> [(&'static str, Option<String>); 3] {
    let ServiceAccount { id: _, description, role, archived } = account;
    [
        ("description", description.as_deref().map(scalar)),
        ("role", role.map(|role| role.as_str().to_owned())),
        ("state", archived.then(|| "archived".to_owned())),
    ]
}

/// Returns the name of a service account; reports one that the service does not accept.
pub(crate) fn name(cx: &mut Context, text: &str, at: At) -> Option<ObjectName> {
    if is_plain_name(text) {
        return Some(ObjectName::new(text));
    }
    cx.report(
        &rules::BAD_ACCOUNT_NAME,
        at,
        format!("{} cannot be the name of a service account", shown(text)),
    )
    .label("invalid name")
    .help(format!("write 1 to {MAX_PLAIN_NAME} lower-case letters, digits and hyphens, as in `ci-deploy`"));
    None
}

fn account(cx: &mut Context, entry: &Entry) -> Option<ServiceAccount> {
    let known = ["description", "role", "state", "id"];
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, &known)?;
    let archived = fields.value("state").is_some_and(|node| archived(cx, node, &fields));
    let description =
        fields.value("description").and_then(|node| any_text(&mut cx.problems, node, "description"));
    let table = OrganizationAccountRole::ALL.map(|role| (role.as_str(), role));
    let noun = ("role", &UNKNOWN_ROLE, SYNONYMS);
    let role = fields.value("role").and_then(|node| word(&mut cx.problems, node, "role", noun, &table));
    let id = fields.value("id").and_then(|node| id(cx, node, "id", PREFIX));
    Some(ServiceAccount {
        id: id.map(str::to_owned),
        description: description.filter(|_| !archived).map(str::to_owned),
        role: role.filter(|_| !archived),
        archived,
    })
}

/// Reads `state: archived`; warns once about the fields that are then ignored.
fn archived(cx: &mut Context, node: &Node, fields: &Fields<'_>) -> bool {
    let Some(word) = source(&mut cx.problems, node, "state") else { return false };
    if word != "archived" {
        cx.report(&UNKNOWN_STATE, node.at, format!("unknown state {}", shown(word)))
            .label("not a valid state")
            .help("write `archived`, or delete the line: a service account without it is active");
        return false;
    }
    let ignored: Vec<&str> =
        ["description", "role"].into_iter().filter(|key| fields.get(key).is_some()).collect();
    if !ignored.is_empty() {
        let (are, them) = if ignored.len() == 1 { ("is", "it") } else { ("are", "them") };
        let message = format!("{} {are} ignored with `state: archived`", listed(ignored.iter().copied()));
        cx.report(&ARCHIVED_WITH_SETTINGS, node.at, message)
            .label("only `id` applies with this")
            .help(format!("delete {them}: an archived service account cannot be changed"));
    }
    true
}
