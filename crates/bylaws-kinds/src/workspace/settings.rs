//! The settings of a workspace: color, tags, data residency.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::Rule;
use bylaws_config::fields::{Fields, Synonyms, any_text, list, map, word, wrong};
use bylaws_config::node::{Node, Value};
use bylaws_config::position::At;
use bylaws_config::scalars::source;
use bylaws_config::shown::{listed, shown};
use bylaws_config::suggest::did_you_mean;

use super::schema::data_residency::DataResidency as DataResidencyForm;
use crate::desired::{AllowedGeos, DataResidency};
use crate::files::{Context, look_alikes, rules};

const NOUN: (&str, &Rule, &Synonyms) = ("geo", &rules::UNKNOWN_GEO, &[]);
const WORKSPACE_GEOS: [(&str, &str); 1] = [("us", "us")];
const GEOS: [(&str, &str); 2] = [("us", "us"), ("global", "global")];

/// Reads a color, `#RRGGBB`.
pub(super) fn display_color(cx: &mut Context, node: &Node) -> Option<String> {
    // In YAML an unquoted `#…` is a comment, which is the most likely mistake here.
    if matches!(node.value, Value::Null) {
        cx.report(&rules::NO_VALUE, node.at, "`display_color` has no value").label("no value").help(
            "quote it, as in \"#6C5BB9\", because an unquoted `#` begins a comment; or delete the line",
        );
        return None;
    }
    let color = source(&mut cx.problems, node, "display_color")?;
    let hex =
        color.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    if hex.is_none() {
        cx.report(&rules::BAD_COLOR, node.at, format!("{} is not a valid color", shown(color)))
            .label("invalid color")
            .help("write `#` and six hexadecimal digits, quoted, as in \"#6C5BB9\"");
    }
    hex.map(|_| color.to_owned())
}

pub(super) fn tags(cx: &mut Context, node: &Node) -> Option<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    let entries = map(&mut cx.problems, node, "tags")?;
    for entry in entries {
        if entry.key.is_empty() {
            cx.report(&rules::NO_VALUE, entry.at, "the key of a tag is empty").help("write a key");
        }
        if entry.key.to_lowercase().starts_with("anthropic") {
            let message = format!("the tag {} is reserved for the service", shown(&entry.key));
            cx.report(&rules::RESERVED_TAG, entry.at, message)
                .label("reserved")
                .help("delete the line: Bylaws leaves tags that begin with `anthropic` alone");
        }
        let value = any_text(&mut cx.problems, &entry.value, &entry.key);
        hidden(cx, &entry.key, entry.at);
        hidden(cx, value.unwrap_or_default(), entry.value.at);
        tags.extend(value.map(|value| (entry.key.clone(), value.to_owned())));
    }
    look_alikes::report(cx, "the tags", entries.iter().map(|entry| (entry.key.as_str(), entry.at)));
    Some(tags)
}

/// Reports an invisible character, as a warning only because live tags may contain any character.
fn hidden(cx: &mut Context, text: &str, at: At) {
    if let Some(c) = text.chars().find(|&c| bylaws_engine::spelling::is_hidden(c)) {
        let message =
            format!("the tag {} contains an invisible character, U+{:04X}", shown(text), u32::from(c));
        cx.report(&rules::HIDDEN_IN_TAG, at, message)
            .label("invisible character")
            .help("type the text again without this character");
    }
}

pub(super) fn data_residency(cx: &mut Context, node: &Node) -> Option<DataResidency> {
    let problems = &mut cx.problems;
    let fields = Fields::open(problems, node, "data_residency", DataResidencyForm::KEYS)?;
    let geo = fields.value("workspace_geo");
    let workspace_geo = geo.and_then(|node| word(problems, node, "workspace_geo", NOUN, &WORKSPACE_GEOS));
    let default = fields.value("default_inference_geo");
    let default_inference_geo =
        default.and_then(|node| word(problems, node, "default_inference_geo", NOUN, &GEOS));
    let allowed = fields.value("allowed_inference_geos").and_then(|node| allowed_geos(cx, node));
    if let (Some(allowed), Some(geo), Some(node)) = (&allowed, default_inference_geo, default)
        && !allowed.allows(geo)
    {
        let message = format!("the default geo `{geo}` is not an allowed geo");
        cx.report(&rules::DEFAULT_GEO_NOT_ALLOWED, node.at, message)
            .label("not allowed")
            .also(
                fields.get("allowed_inference_geos").map_or(node.at, |entry| entry.value.at),
                "the allowed geos",
            )
            .help("add it to `allowed_inference_geos`, or choose a default from that list");
    }
    Some(DataResidency {
        workspace_geo: workspace_geo.map(str::to_owned),
        allowed_inference_geos: allowed,
        default_inference_geo: default_inference_geo.map(str::to_owned),
    })
}

fn allowed_geos(cx: &mut Context, node: &Node) -> Option<AllowedGeos> {
    let name = "allowed_inference_geos";
    match &node.value {
        Value::Text(word) if word == "unrestricted" => Some(AllowedGeos::Unrestricted),
        Value::Text(word) => {
            if GEOS.iter().any(|(geo, _)| geo == word) {
                let help = format!("write `[{word}]`");
                return wrong(
                    &mut cx.problems,
                    node,
                    &rules::NOT_A_LIST,
                    name,
                    "`unrestricted` or a list",
                    &help,
                );
            }
            let near = did_you_mean(word, ["unrestricted"]);
            cx.report(&rules::UNKNOWN_GEO, node.at, format!("unknown geo {}", shown(word)))
                .label("not a valid geo")
                .help(format!(
                    "{near}valid here: `unrestricted`, or a list of {}",
                    listed(GEOS.map(|(geo, _)| geo))
                ));
            None
        }
        Value::List(items) if items.is_empty() => {
            cx.report(&rules::EMPTY_LIST, node.at, format!("`{name}` is empty"))
                .label("empty")
                .help("list at least one geo, or write `unrestricted`");
            None
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
            let mut geos = BTreeSet::new();
            for item in list(&mut cx.problems, node, name)? {
                let geo = word(&mut cx.problems, item, name, NOUN, &GEOS);
                if geo.is_some_and(|geo| !geos.insert(geo.to_owned())) {
                    cx.report(&rules::DUPLICATE_ITEM, item.at, "duplicate geo")
                        .label("again here")
                        .help("keep one of the two");
                }
            }
            Some(AllowedGeos::Only(geos))
        }
    }
}
