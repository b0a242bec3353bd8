//! Converts trees to [`Desired`] and reports all problems in one run.
//! The sections are read in the order in which they depend on each other.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::files::Trees;
use bylaws_config::node::Value;
use bylaws_config::position::At;
use bylaws_config::shown::{listed, shown};
use bylaws_engine::{Domain, Email, GuardKind, Guards, HeldRole, Line, OrganizationId, OrganizationKind};

use super::sections::{GUARD_SECTIONS, SECTIONS, Sections};
use super::teams::Teams;
use super::{Context, audit, guards, organization, protected, rules, unlisted, whole};
use crate::desired::{OrganizationPin, WantedRole};
use crate::external_key::workspace_key;
use crate::member::people::People;
use crate::syntax::{self, Place, Target};
use crate::{Desired, member, workspace, workspace_service_account};

/// Reads all sections. Returns `None` if a required part is missing; with any error the result is meaningless.
pub(crate) fn desired(cx: &mut Context, trees: &Trees) -> Option<Desired> {
    let sections = Sections::gather(cx, trees, &SECTIONS);
    version(cx, &sections, trees);
    let pin = sections.single(cx, "organization");
    if pin.is_none() && sections.complete {
        cx.report(&rules::MISSING_KEY, trees.top, "`organization` is missing")
            .label("nowhere in these files")
            .help("write `organization: {id: …}`; `bylaws whoami` shows the id");
    }
    let organization = organization::lower(cx, pin);
    let guards = sections.single(cx, "guards").map(|entry| guards::lower(cx, entry)).unwrap_or_default();

    let is_pinned = organization.is_some();
    // An absent organization is reported already.
    let absent =
        || OrganizationPin { id: OrganizationId::new(""), name: None, kind: OrganizationKind::Console };
    let mut desired = Desired::of(organization.unwrap_or_else(absent));
    let domains = guards.guards.allowed_domains.clone();
    let people = objects(cx, &sections, domains, &mut desired);
    desired.unlisted =
        sections.single(cx, "unlisted").map(|entry| unlisted::lower(cx, entry)).unwrap_or_default();
    required_admins(cx, &guards.required_admins, &people);
    let audit = sections.single(cx, "audit").map(|entry| audit::lower(cx, entry)).unwrap_or_default();
    desired.guards = guards.guards;
    desired.audit = audit.settings;

    if let Some(entry) = sections.all("members").first() {
        cx.origins.insert(Line::Guard(GuardKind::Members), entry.at);
    }
    // Only files without errors show which lines have no effect.
    if is_pinned && sections.complete && cx.problems.is_clean() {
        whole::report(cx, &desired, &guards.approved, &audit.limits);
        protected::report(cx, &desired, &guards.protected);
    }
    is_pinned.then_some(desired)
}

/// Reads the sections that list people and objects, and returns the listed people.
fn objects(
    cx: &mut Context,
    sections: &Sections<'_>,
    domains: Option<BTreeSet<Domain>>,
    desired: &mut Desired,
) -> People {
    let mut people = People::new(sections.has("members"), sections.complete, domains);
    desired.members =
        sections.has("members").then(|| member::syntax::lower(cx, sections.all("members"), &mut people));
    if cx.kind == Some(OrganizationKind::Enterprise) {
        refuse_console_sections(cx, sections);
    }
    let mut teams = Teams::new(sections.complete);
    for entry in sections.all("teams") {
        teams.lower(cx, entry, &mut people);
    }
    desired.workspaces = sections.has("workspaces").then(|| {
        let mut all = BTreeMap::new();
        for entry in sections.all("workspaces") {
            workspace::lower::lower(cx, entry, &mut people, &teams, &mut all);
        }
        workspace::names::report(cx, &all);
        all
    });
    desired.teams = teams.into_people();
    for objects in
        syntax::at(Place::Organization).filter(|objects| sections.has(objects.key(Place::Organization)))
    {
        let nodes: Vec<_> =
            sections.all(objects.key(Place::Organization)).iter().map(|entry| &entry.value).collect();
        objects.lower(cx, &nodes, Target::Organization(desired));
    }
    if sections.complete {
        workspace_key::check(cx, desired.external_keys.as_ref());
        workspace_service_account::check::report(cx, desired);
    }
    people
}

/// Reads a file that contains only guards.
pub(crate) fn guards_only(cx: &mut Context, trees: &Trees) -> Option<Guards> {
    let sections = Sections::gather(cx, trees, GUARD_SECTIONS);
    version(cx, &sections, trees);
    let entry = sections.single(cx, "guards");
    if entry.is_none() && sections.complete {
        cx.report(&rules::MISSING_KEY, trees.top, "`guards` is missing")
            .label("no `guards` here")
            .help("write only `bylaws: 1` and `guards:` in a guards file");
    }
    Some(guards::lower(cx, entry?).guards)
}

fn version(cx: &mut Context, sections: &Sections<'_>, trees: &Trees) {
    let Some(entry) = sections.single(cx, "bylaws") else {
        if sections.complete {
            cx.report(&rules::MISSING_KEY, trees.top, "`bylaws` is missing")
                .label("nowhere in these files")
                .help("write `bylaws: 1`, the version of the format");
        }
        return;
    };
    if matches!(&entry.value.value, Value::Number(source) if source == "1") {
        return;
    }
    let found = entry.value.value.described();
    let reader = env!("CARGO_PKG_VERSION");
    let is_number = matches!(entry.value.value, Value::Number(_));
    let message = if is_number {
        format!("Bylaws {reader} does not support format version {found}")
    } else {
        format!("`bylaws` must be the number 1, not {found}")
    };
    cx.report(&rules::FORMAT_VERSION, entry.value.at, message)
        .label("not 1")
        .help(format!("write `bylaws: 1`, the version that Bylaws {reader} supports"));
}

/// Reports sections that do not apply to an enterprise organization.
fn refuse_console_sections(cx: &mut Context, sections: &Sections<'_>) {
    for name in ["teams", "workspaces"].into_iter().chain(syntax::sections(Place::Organization)) {
        for entry in sections.all(name) {
            let message = format!("`{name}` is not valid with `kind: enterprise`");
            cx.report(&rules::NOT_FOR_ENTERPRISE, entry.at, message)
                .label("not for enterprise")
                .help("delete it, or correct `organization.kind`");
        }
    }
}

fn required_admins(cx: &mut Context, admins: &[(Email, At)], people: &People) {
    if !people.is_known() {
        return;
    }
    let roles = listed(HeldRole::ALL.map(HeldRole::as_str));
    for (email, at) in admins {
        let message = match people.role(email) {
            Some(WantedRole::Held(_)) => continue,
            // The problem with the entry is reported already.
            None if people.has(email) => continue,
            None => format!("{} must be an administrator, but is not listed", shown(email.as_str())),
            Some(_) => {
                format!("{} must be an administrator, but is listed with another role", shown(email.as_str()))
            }
        };
        cx.report(&rules::REQUIRED_ADMIN, *at, message)
            .label("required here")
            .help(format!("list them under `members` with one of {roles}"));
    }
}
