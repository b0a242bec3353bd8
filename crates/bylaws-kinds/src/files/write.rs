//! Writes a desired state as files that load to the same desired state, for `bylaws import`.
//! The output is sorted, has one entry per line, and uses short forms if possible.

use bylaws_config::page::{Page, list};
use bylaws_config::quote::scalar;
use bylaws_config::{Notes, SourceFile};
use bylaws_engine::audit::{AuditSettings, KeyExpiry};
use bylaws_engine::{Domain, Email, GuardKind, Guards, Line, OrganizationKind};

use crate::desired::Policy;
use crate::objects::Objects;
use crate::syntax::{self, Place, Scope};
use crate::unlisted_sections::unlisted_sections;
use crate::{Desired, member, workspace};

/// The comment that tells editors which schema to use.
const SCHEMA: &str = "# yaml-language-server: $schema=./bylaws.schema.json\n";

/// A function that writes one section, or nothing if it is absent.
type Section = fn(&mut Page<'_>, &Desired);

/// The sections, with the names of their files.
const SECTIONS: [(&str, Section); 4] = [
    ("bylaws", head),
    ("members", member::syntax::write),
    ("teams", teams),
    ("workspaces", workspace::write::write),
];

/// Returns one file for each managed section; `bylaws.yaml` contains the rest.
pub fn write_files(desired: &Desired, notes: &Notes) -> Vec<SourceFile> {
    let file = |(name, text)| SourceFile { name: format!("{name}.yaml"), text: format!("{SCHEMA}\n{text}") };
    sections(desired, notes).map(file).collect()
}

/// Returns the desired state as a single file.
pub fn write_single(desired: &Desired, notes: &Notes) -> String {
    let mut text = SCHEMA.to_owned();
    for (_, section) in sections(desired, notes) {
        text.push('\n');
        text.push_str(&section);
    }
    text
}

/// Returns the text of each section that is present, with its name.
fn sections<'d>(desired: &'d Desired, notes: &'d Notes) -> impl Iterator<Item = (&'static str, String)> {
    let own = SECTIONS.into_iter().filter_map(move |(name, section)| {
        Some((name, Page::written(notes, |page| section(page, desired))?))
    });
    // An empty section does not need a file of its own; `head` writes it.
    let others = syntax::at(Place::Organization).filter(move |objects| !is_empty(*objects, desired));
    let others = others.filter_map(move |objects| {
        let write = |page: &mut Page<'_>| objects.write(page, Scope::Organization(desired));
        Some((objects.section(), Page::written(notes, write)?))
    });
    own.chain(others)
}

/// Returns whether a section is present and has no entries.
fn is_empty(objects: &dyn Objects, desired: &Desired) -> bool {
    let parts = syntax::at(Place::Organization).filter(|other| other.section() == objects.section());
    let entries = parts.map(|part| part.entries(Scope::Organization(desired)));
    entries.flatten().map(|entries| entries.len()).reduce(|one, other| one + other) == Some(0)
}

fn head(page: &mut Page<'_>, desired: &Desired) {
    page.notes_at_top();
    page.line(0, "bylaws", "1");
    page.gap();
    page.noted(0, &Line::Organization, "organization", "");
    let organization = &desired.organization;
    page.line(2, "id", &scalar(organization.id.as_str()));
    if let Some(name) = &organization.name {
        page.line(2, "name", &scalar(name));
    }
    if organization.kind != OrganizationKind::Console {
        page.line(2, "kind", organization.kind.as_str());
    }
    unlisted(page, desired);
    guards(page, &desired.guards);
    audit(page, &desired.audit);
    for objects in syntax::at(Place::Organization).filter(|objects| is_empty(*objects, desired)) {
        page.gap();
        objects.write(page, Scope::Organization(desired));
    }
}

/// Writes the policies that apply to something, and those that are not the default.
fn unlisted(page: &mut Page<'_>, desired: &Desired) {
    let policies: Vec<(&'static str, Policy)> = unlisted_sections()
        .map(|section| (section, desired.unlisted.of(section.key)))
        .filter(|(section, policy)| (section.applies)(desired) || *policy != Policy::default())
        .map(|(section, policy)| (section.key, policy))
        .collect();
    if policies.is_empty() {
        return;
    }
    page.gap();
    page.notes_above_unlisted();
    page.line(0, "unlisted", "");
    for (key, policy) in policies {
        page.noted(2, &Line::Unlisted(key), key, policy.as_str());
    }
}

/// Writes the guards that differ from the defaults.
fn guards(page: &mut Page<'_>, guards: &Guards) {
    let usual = Guards::default();
    if *guards == usual {
        return;
    }
    page.gap();
    page.line(0, "guards", "");
    let mut line = |kind: GuardKind, value: &str| page.noted(2, &Line::Guard(kind), kind.as_str(), value);
    if guards.access_loss != usual.access_loss {
        let loss = format!("{{max: {}, share: {}}}", guards.access_loss.max, guards.access_loss.share);
        line(GuardKind::AccessLoss, &loss);
    }
    for (kind, most, usual) in [
        (GuardKind::KeysOff, guards.keys_off, usual.keys_off),
        (GuardKind::Invites, guards.invites, usual.invites),
        (GuardKind::WorkspaceAdmins, guards.workspace_admins, usual.workspace_admins),
    ] {
        if most != usual {
            line(kind, &format!("{{max: {most}}}"));
        }
    }
    if !guards.required_admins.is_empty() {
        let admins = list(guards.required_admins.iter().map(Email::as_str));
        line(GuardKind::RequiredAdmins, &admins);
    }
    if let Some(domains) = &guards.allowed_domains {
        line(GuardKind::AllowedDomains, &list(domains.iter().map(Domain::as_str)));
    }
    if !guards.protect.is_empty() {
        let addresses: Vec<String> = guards.protect.iter().map(ToString::to_string).collect();
        line(GuardKind::Protect, &list(addresses.iter().map(String::as_str)));
    }
    if guards.approvals.is_empty() {
        return;
    }
    page.line(2, "approve", "");
    for (number, approval) in guards.approvals.iter().enumerate() {
        page.notes_above(4, &Line::Approval(number));
        page.line(4, "- changes", "");
        for change in &approval.changes {
            page.item(8, &scalar(&change.to_string()));
        }
        page.line(6, "until", &approval.until.to_string());
        page.line(6, "reason", &scalar(&approval.reason));
    }
}

/// Writes the `audit` settings that differ from the defaults.
fn audit(page: &mut Page<'_>, audit: &AuditSettings) {
    let usual = AuditSettings::default();
    if *audit == usual {
        return;
    }
    page.gap();
    page.line(0, "audit", "");
    let thresholds = audit.thresholds().into_iter().zip(usual.thresholds());
    let changed = thresholds
        .filter(|(set, usual)| set != usual)
        .map(|((key, days), _)| (key, days.map_or_else(|| "none".to_owned(), |days| days.to_string())));
    let (nested, flat): (Vec<_>, Vec<_>) = changed.partition(|(key, _)| key.contains('.'));
    for (key, value) in flat {
        page.line(2, key, &value);
    }
    if !nested.is_empty() {
        page.line(2, "dormant_days", "");
    }
    for (key, value) in nested {
        page.line(4, key.trim_start_matches("dormant_days."), &value);
    }
    if audit.key_expiry != KeyExpiry::default() {
        page.line(2, "key_expiry", audit.key_expiry.as_str());
    }
    let spending = &audit.spending;
    if *spending != usual.spending {
        page.line(2, "spending", "");
        if !spending.monthly.is_empty() {
            page.line(4, "monthly", "");
            for (label, amount) in &spending.monthly {
                let line = Line::SpendingLimit(label.clone());
                page.noted(6, &line, &scalar(label.as_str()), &amount.dollars());
            }
        }
        match &spending.unusual {
            None => page.line(4, "unusual", "none"),
            Some(unusual) if usual.spending.unusual.as_ref() != Some(unusual) => {
                let value = format!("{{times: {}, least: {}}}", unusual.times, unusual.least.dollars());
                page.line(4, "unusual", &value);
            }
            Some(_) => {}
        }
    }
    if audit.accept.is_empty() {
        return;
    }
    page.line(2, "accept", "");
    for (number, entry) in audit.accept.iter().enumerate() {
        page.notes_above(4, &Line::Acceptance(number));
        page.line(4, "- finding", &scalar(&format!("{} {}", entry.rule, entry.address)));
        page.line(6, "until", &entry.until.to_string());
        page.line(6, "reason", &scalar(&entry.reason));
    }
}

fn teams(page: &mut Page<'_>, desired: &Desired) {
    if desired.teams.is_empty() {
        return;
    }
    page.line(0, "teams", "");
    for (name, people) in &desired.teams {
        let people = list(people.iter().map(Email::as_str));
        page.noted(2, &Line::Team(name.clone()), &scalar(name.as_str()), &people);
    }
}
