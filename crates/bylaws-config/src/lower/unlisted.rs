//! `unlisted:`: policies for live objects that the files do not list.
//! The engine decides which objects each policy applies to.

use bylaws_engine::desired::{Line, Policy, Unlisted, UnlistedKind, Visibility};

use super::Context;
use crate::fields::{Fields, Synonyms, word};
use crate::node::{Entry, Value};
use crate::rule::Rule;
use crate::rules;

const NOUN: (&str, &Rule, &Synonyms) = (
    "policy",
    &rules::UNKNOWN_POLICY,
    &[
        ("keep", "ignore"),
        ("false", "ignore"),
        ("off", "ignore"),
        ("no", "ignore"),
        ("warn", "report"),
        ("true", "report"),
        ("on", "report"),
        ("yes", "report"),
        ("delete", "remove"),
    ],
);
const POLICIES: [(&str, Policy); 3] =
    [("ignore", Policy::Ignore), ("report", Policy::Report), ("remove", Policy::Remove)];
const VISIBILITIES: [(&str, Visibility); 2] =
    [("ignore", Visibility::Ignore), ("report", Visibility::Report)];

pub(super) fn lower(cx: &mut Context, section: &Entry) -> Unlisted {
    let mut unlisted = Unlisted::default();
    let known = ["members", "workspaces", "workspace_members", "api_keys"];
    let Some(fields) = Fields::open(&mut cx.problems, &section.value, "unlisted", &known) else {
        return unlisted;
    };
    for (name, kind) in [
        ("members", UnlistedKind::Members),
        ("workspaces", UnlistedKind::Workspaces),
        ("workspace_members", UnlistedKind::WorkspaceMembers),
        ("api_keys", UnlistedKind::ApiKeys),
    ] {
        let Some(entry) = fields.get(name) else { continue };
        cx.origins.insert(Line::Unlisted(kind), entry.at);
        if kind == UnlistedKind::Workspaces {
            unlisted.workspaces = workspaces(cx, entry).unwrap_or_default();
            continue;
        }
        let policy = word(&mut cx.problems, &entry.value, name, NOUN, &POLICIES);
        let policy = policy.unwrap_or_default();
        match kind {
            UnlistedKind::Members => unlisted.members = policy,
            UnlistedKind::WorkspaceMembers => unlisted.workspace_members = policy,
            UnlistedKind::ApiKeys => unlisted.api_keys = policy,
            UnlistedKind::Workspaces => {}
        }
    }
    unlisted
}

fn workspaces(cx: &mut Context, entry: &Entry) -> Option<Visibility> {
    if matches!(&entry.value.value, Value::Text(word) if word == "remove" || word == "archive") {
        cx.problems
            .report(&rules::UNKNOWN_POLICY, entry.value.at, "unlisted workspaces cannot be removed")
            .label("not for workspaces")
            .help("write `report` or `ignore`; to archive a workspace, list it with `state: archived`");
        return None;
    }
    word(&mut cx.problems, &entry.value, &entry.key, NOUN, &VISIBILITIES)
}
