//! The section `spend_limits` at the top level, and the line `spend_limit` of a workspace.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::fields::{map, unknown_key};
use bylaws_config::node::{Node, Value};
use bylaws_config::page::Page;
use bylaws_config::position::At;
use bylaws_config::quote::scalar;
use bylaws_engine::{Action, Kind, Line, ObjectName, WorkspaceLabel};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::money::{Money, PATTERN};
use super::objects::SpendLimits;
use super::plan::SPEND_LIMIT;
use super::{NO_LIMIT, Wanted, rules};
use crate::Desired;
use crate::files::Context;
use crate::objects;
use crate::syntax::{self, Place, Scope, Syntax, Target};

/// The key of the organization's limit.
const ORGANIZATION: &str = "organization";

impl Syntax for SpendLimits {
    fn kind(&self) -> &'static Kind {
        &SPEND_LIMIT
    }

    fn section(&self) -> &'static str {
        "spend_limits"
    }

    fn key(&self, place: Place) -> &'static str {
        if place == Place::Organization { self.section() } else { "spend_limit" }
    }

    fn path<'n>(&self, place: Place, _: &'n ObjectName) -> Vec<&'n str> {
        let within = (place == Place::Organization).then_some(ORGANIZATION);
        [self.key(place)].into_iter().chain(within).collect()
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization, Place::Workspace]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        match target {
            Target::Organization(desired) => {
                let limits = desired.spend_limits.get_or_insert_default();
                for section in sections {
                    for entry in map(&mut cx.problems, section, self.section()).unwrap_or_default() {
                        if entry.key != ORGANIZATION {
                            unknown_key(&mut cx.problems, entry, "spend_limits", &[ORGANIZATION]);
                        } else if once(cx, None, entry.at) {
                            limits.organization = amount(cx, &entry.value, ORGANIZATION);
                        }
                    }
                }
            }
            Target::Workspace(label, open) => {
                let [line] = sections else { return };
                if once(cx, Some(label), line.at) {
                    open.spend_limit = amount(cx, line, "spend_limit");
                }
            }
        }
    }

    fn schema(&self, _: &mut SchemaGenerator, place: Place) -> Schema {
        let amount = |description: &str| {
            json_schema!({
                "type": "string",
                "title": "Spend limit",
                "description": description,
                "pattern": format!("^({NO_LIMIT}|{PATTERN})$")
            })
        };
        if place != Place::Organization {
            return amount(
                "How much this workspace may spend in a calendar month, with the currency of the organization. `none` \
                 removes the limit.\n\n```yaml\nspend_limit: 5000 USD\n```",
            );
        }
        let organization = amount(
            "How much the organization may spend in a calendar month, with its currency. `none` removes the limit.",
        );
        json_schema!({
            "type": "object",
            "title": "Spend limits",
            "description": "The spend limit of the organization. With this section, limits of listed workspaces that no \
                line names are reported.\n\n```yaml\nspend_limits:\n  organization: 20000 USD\n```",
            "properties": {ORGANIZATION: organization},
            "additionalProperties": false
        })
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |wanted: &Wanted| objects::Line {
            id: None,
            fields: BTreeMap::from([("amount", scalar(&wanted.word()))]),
        };
        let one = |wanted: &Wanted| (ObjectName::none(), line(wanted));
        match scope {
            Scope::Organization(desired) => {
                Some(desired.spend_limits.as_ref()?.organization.iter().map(one).collect())
            }
            Scope::Workspace(_, open) => Some(BTreeMap::from([one(open.spend_limit.as_ref()?)])),
        }
    }

    fn short(&self) -> Option<&'static str> {
        Some("amount")
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        let line = Line::of_object(scope.workspace(), SPEND_LIMIT.object(), ObjectName::none());
        match scope {
            Scope::Organization(desired) => {
                let Some(limits) = &desired.spend_limits else { return };
                let indent = syntax::heading(page, scope, self.section(), limits.organization.is_none());
                if let Some(wanted) = &limits.organization {
                    page.noted(indent, &line, ORGANIZATION, &scalar(&wanted.word()));
                }
            }
            Scope::Workspace(_, open) => {
                if let Some(wanted) = &open.spend_limit {
                    page.noted(scope.indent(), &line, self.key(scope.place()), &scalar(&wanted.word()));
                }
            }
        }
    }

    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        let Some(entries) = self.entries(scope) else { return };
        form.word(self.key(scope.place()));
        form.section(Some(&entries), |form, (_, line)| {
            line.fields.values().for_each(|amount| form.word(amount));
        });
    }

    fn may_list(&self, scope: Scope<'_>, _: &ObjectName) -> bool {
        self.entries(scope).is_some_and(|entries| !entries.is_empty())
    }

    fn never(&self, _: &Desired, action: Action, _: &ObjectName, is_listed: bool) -> Option<String> {
        if !matches!(action, Action::Update | Action::Remove) {
            return Some("a spend limit can only be set (`update`) or removed (`remove`)".to_owned());
        }
        (!is_listed).then(|| "the files do not list this spend limit".to_owned())
    }
}

/// Reports a second line for the same limit; returns whether this is the first.
fn once(cx: &mut Context, label: Option<&WorkspaceLabel>, at: At) -> bool {
    let line = Line::of_object(label, SPEND_LIMIT.object(), ObjectName::none());
    cx.once(line, at, "spend limit", ORGANIZATION)
}

fn amount(cx: &mut Context, node: &Node, name: &str) -> Option<Wanted> {
    let wanted = match &node.value {
        Value::Text(word) if word == NO_LIMIT => Some(Wanted::NoLimit),
        Value::Text(text) => Money::parse(text).map(Wanted::Amount),
        _ => None,
    };
    if wanted.is_none() {
        let message = format!(
            "`{name}` must be an amount with its currency, or `{NO_LIMIT}`, not {}",
            node.value.described()
        );
        cx.report(&rules::BAD_SPEND_LIMIT, node.at, message)
            .label("not an amount")
            .help("write it as in `5000 USD` or `5000.50 USD`, without separators, or `none` for no limit");
    }
    wanted
}
