//! `api_keys:`: the status of API keys, at the top level and under a workspace.
//! API keys cannot be created from files; the plan reports a listed key that does not exist.

use std::collections::BTreeMap;

use bylaws_config::fields::{Fields, Synonyms, choice, map, unknown_word};
use bylaws_config::node::{Entry, Node, Value};
use bylaws_config::shown::shown;
use bylaws_engine::{ApiKeyId, Line, ObjectName, WorkspaceLabel};

use super::rules::{HIDDEN_IN_KEY_NAME, UNKNOWN_STATUS};
use crate::API_KEY;
use crate::desired::{ApiKey, WantedStatus};
use crate::files::{Context, look_alikes, rules, scalars};

/// Adds the keys of a workspace, or of the organization.
pub(super) fn lower(
    cx: &mut Context,
    section: &Node,
    workspace: Option<&WorkspaceLabel>,
    keys: &mut BTreeMap<ObjectName, ApiKey>,
) {
    let entries = map(&mut cx.problems, section, "api_keys").unwrap_or_default();
    look_alikes::report(cx, "the API keys", entries.iter().map(|entry| (entry.key.as_str(), entry.at)));
    for entry in entries {
        if entry.key.is_empty() {
            cx.problems
                .report(&rules::NO_VALUE, entry.at, "the name of an API key is empty")
                .help("write the name of the key");
            continue;
        }
        if entry.key.chars().any(bylaws_engine::spelling::is_hidden) {
            let message = format!("the API key name {} contains invisible characters", shown(&entry.key));
            cx.problems
                .report(&HIDDEN_IN_KEY_NAME, entry.at, message)
                .label("invisible characters")
                .help("rename the key in the Console, and pin it by its `id`");
        }
        let name = ObjectName::new(entry.key.as_str());
        if !cx.once(
            Line::of_object(workspace, API_KEY.object(), name.clone()),
            entry.at,
            "API key",
            &entry.key,
        ) {
            continue;
        }
        keys.extend(key(cx, entry).map(|key| (name, key)));
    }
}

fn key(cx: &mut Context, entry: &Entry) -> Option<ApiKey> {
    match &entry.value.value {
        Value::Map(_) => {
            let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, &["status", "id"])?;
            let help = "write a status, as in `status: active`";
            let status =
                fields.required(&mut cx.problems, entry.at, "status", help).and_then(|node| status(cx, node));
            let id = fields.value("id").map(|node| {
                let id = scalars::id(&mut cx.problems, node, "apikey_")?;
                cx.pin(id, node.at);
                Some(ApiKeyId::new(id))
            });
            Some(ApiKey { status: status?, id: id.map_or(Some(None), |id| id.map(Some))? })
        }
        Value::Null => {
            cx.problems
                .report(
                    &rules::NO_VALUE,
                    entry.value.at,
                    format!("the API key {} has no status", shown(&entry.key)),
                )
                .label("no status")
                .help("write `active`, `inactive` or `archived`, or delete the line");
            None
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
            Some(ApiKey { status: status(cx, &entry.value)?, id: None })
        }
    }
}

/// Common words for a status. Words for the permanent status are never guessed.
const SYNONYMS: &Synonyms = &[
    ("true", "active"),
    ("yes", "active"),
    ("on", "active"),
    ("1", "active"),
    ("enable", "active"),
    ("enabled", "active"),
    ("false", "inactive"),
    ("no", "inactive"),
    ("off", "inactive"),
    ("0", "inactive"),
    ("disable", "inactive"),
    ("disabled", "inactive"),
    ("deactivated", "inactive"),
    ("paused", "inactive"),
    ("suspended", "inactive"),
];

fn status(cx: &mut Context, node: &Node) -> Option<WantedStatus> {
    let known = WantedStatus::ALL.map(WantedStatus::as_str).into_iter();
    let word = choice(&mut cx.problems, node, "status", known.clone(), SYNONYMS)?;
    let found = WantedStatus::parse(word);
    if found.is_none() {
        if word == "expired" {
            cx.problems
                .report(
                    &UNKNOWN_STATUS,
                    node.at,
                    "`expired` is a status that the service reports; it cannot be set",
                )
                .label("cannot be set")
                .help("write `inactive` or `archived`, or delete the line");
        } else {
            let noun = ("status", &UNKNOWN_STATUS, SYNONYMS);
            unknown_word(&mut cx.problems, node.at, noun, word, known);
        }
    }
    found
}
