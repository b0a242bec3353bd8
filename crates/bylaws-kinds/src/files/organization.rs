//! `organization:`: the organization that the files are for.
//! The command checks later whether the credential belongs to it.

use bylaws_config::fields::{Fields, text, word};
use bylaws_config::node::{Entry, Value};
use bylaws_engine::{Line, OrganizationId, OrganizationKind};

use super::Context;
use super::schema::Organization;
use crate::desired::OrganizationPin;
use crate::files::rules;
use crate::files::scalars::uuid;

pub(super) fn lower(cx: &mut Context, entry: Option<&Entry>) -> Option<OrganizationPin> {
    let entry = entry?;
    cx.origins.insert(Line::Organization, entry.at);
    let problems = &mut cx.problems;
    let help = "write the organization's UUID; `bylaws whoami` shows it";
    if matches!(entry.value.value, Value::Null) {
        problems
            .report(&rules::NO_VALUE, entry.value.at, "`organization` has no value")
            .label("no value")
            .help("write `organization: {id: …}`; `bylaws whoami` shows the id");
        return None;
    }
    let fields = Fields::open(problems, &entry.value, "organization", Organization::KEYS)?;
    let id = fields.required(problems, entry.at, "id", help).and_then(|node| uuid(problems, node));
    let name = fields.value("name").and_then(|node| text(problems, node, "name"));
    let kinds = OrganizationKind::ALL.map(|kind| (kind.as_str(), kind));
    cx.kind = match fields.value("kind") {
        None => Some(OrganizationKind::Console),
        Some(node) => word(problems, node, "kind", ("kind", &rules::UNKNOWN_KIND, &[]), &kinds),
    };
    Some(OrganizationPin { id: OrganizationId::new(id?), name: name.map(str::to_owned), kind: cx.kind? })
}
