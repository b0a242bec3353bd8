//! `unlisted:`: policies for live objects that the files do not list.
//! The plan decides which objects each policy applies to.

use std::borrow::Cow;

use bylaws_config::Rule;
use bylaws_config::fields::{Fields, Synonyms, word};
use bylaws_config::node::{Entry, Value};
use bylaws_engine::Line;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, json};

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

/// What Bylaws does with objects that are live but not in these files, by kind.
pub(super) struct Form;

impl JsonSchema for Form {
    fn schema_name() -> Cow<'static, str> {
        "Unlisted".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut properties = Map::new();
        for section in unlisted_sections() {
            let removes = section.policies.contains(&Policy::Remove);
            let mut policy = if removes {
                generator.subschema_for::<Policy>()
            } else {
                generator.subschema_for::<Visibility>()
            };
            policy.insert("description".to_owned(), json!(section.description));
            policy.insert("default".to_owned(), json!("report"));
            policy.insert("examples".to_owned(), json!([if removes { "remove" } else { "ignore" }]));
            properties.insert(section.key.to_owned(), policy.to_value());
        }
        json_schema!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
            "title": "Unlisted objects",
            "description": "What Bylaws does with objects that are live but not in these files, by kind."
        })
    }
}

/// Whether plans show unlisted objects.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "exists for the schema derived from it")]
#[schemars(rename_all = "snake_case", title = "Visibility")]
enum Visibility {
    /// Unchanged and not shown.
    Ignore,
    /// Unchanged and shown in every plan.
    Report,
}
