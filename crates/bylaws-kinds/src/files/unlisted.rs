//! `unlisted:`: policies for live objects that the files do not list.
//! The plan decides which objects each policy applies to.

use bylaws_config::Rule;
use bylaws_config::fields::{Fields, Synonyms, word};
use bylaws_config::node::{Entry, Value};
use bylaws_engine::Line;

use super::Context;
use crate::desired::{Policy, Unlisted};
use crate::files::rules;
use crate::unlisted_sections::{UnlistedSection, unlisted_sections};

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

pub(super) fn lower(cx: &mut Context, section: &Entry) -> Unlisted {
    let mut unlisted = Unlisted::default();
    let known: Vec<&str> = unlisted_sections().map(|section| section.key).collect();
    let Some(fields) = Fields::open(&mut cx.problems, &section.value, "unlisted", &known) else {
        return unlisted;
    };
    for section in unlisted_sections() {
        let Some(entry) = fields.get(section.key) else { continue };
        cx.origins.insert(Line::Unlisted(section.key), entry.at);
        if let Some(policy) = policy(cx, section, entry) {
            unlisted.set(section.key, policy);
        }
    }
    unlisted
}

fn policy(cx: &mut Context, section: &UnlistedSection, entry: &Entry) -> Option<Policy> {
    let key = section.key;
    let keeps = !section.policies.contains(&Policy::Remove);
    if keeps && matches!(&entry.value.value, Value::Text(word) if word == "remove" || word == "archive") {
        let help = match key {
            "workspaces" => {
                "write `report` or `ignore`; to archive a workspace, list it with `state: archived`"
            }
            _ => "write `report` or `ignore`",
        };
        cx.report(&rules::UNKNOWN_POLICY, entry.value.at, format!("unlisted {key} cannot be removed"))
            .label(format!("not for {key}"))
            .help(help);
        return None;
    }
    let words: Vec<(&str, Policy)> =
        section.policies.iter().map(|policy| (policy.as_str(), *policy)).collect();
    word(&mut cx.problems, &entry.value, key, NOUN, &words)
}
