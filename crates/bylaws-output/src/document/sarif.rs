//! `validate --format sarif`: the problems as SARIF 2.1.0, the format of code scanning. Describes only rules with
//! problems; columns are counted in characters.

use std::collections::BTreeMap;

use bylaws_config::{Position, Problem, Rule, SourceFile};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::render::github::PathOf;
use crate::render::problems::{Root, characters};
use crate::render::rule::{page, severity};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Returns the document: one run of one tool.
pub fn document(problems: &[Problem], files: &[SourceFile], root: &Root, paths: PathOf<'_>) -> Value {
    let broken: BTreeMap<&str, &Rule> =
        problems.iter().map(|problem| (problem.rule.code, problem.rule)).collect();
    let location = |position: &Position, label: Option<&str>| {
        let file = files.iter().find(|file| file.name == position.file);
        location(position, label, file, &paths(&root.shown(&position.file)))
    };
    let index = |problem: &Problem| broken.keys().position(|code| *code == problem.rule.code);
    let results = problems.iter().map(|problem| {
        let help = problem.help.as_ref().map(|help| format!(" Help: {help}.")).unwrap_or_default();
        let mut result = json!({
            "ruleId": problem.rule.code,
            "ruleIndex": index(problem),
            "level": severity(problem.severity),
            "message": { "text": format!("{}.{help}", problem.message) },
            "locations": [location(&problem.position, None)],
        });
        if !problem.secondary.is_empty() {
            let related = problem.secondary.iter().map(|(position, label)| location(position, Some(label)));
            result["relatedLocations"] = related.collect();
        }
        result
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Bylaws",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": broken.values().copied().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "name": pascal(rule.name),
        "shortDescription": { "text": format!("{}.", rule.summary) },
        "fullDescription": { "text": format!("{}.", rule.summary) },
        "help": { "text": page(rule).to_string(), "markdown": page(rule).to_string() },
        "defaultConfiguration": { "level": severity(rule.severity) },
        "properties": { "tags": ["bylaws"] },
    })
}

fn location(position: &Position, label: Option<&str>, file: Option<&SourceFile>, path: &str) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(path) },
            "region": {
                "startLine": position.line,
                "startColumn": position.column,
                "endLine": position.line,
                "endColumn": position.column as usize + characters(position, file),
            },
        },
    });
    if let Some(label) = label {
        location["message"] = json!({ "text": label });
    }
    location
}

/// Returns a path as a relative URI, percent-encoded where necessary.
fn uri(path: &str) -> String {
    const PATH: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(&path.replace('\\', "/"), PATH).to_string()
}

/// Returns a rule name such as `unknown-key` in the form that SARIF expects, `UnknownKey`.
fn pascal(name: &str) -> String {
    name.split('-')
        .map(|word| word.get(..1).unwrap_or_default().to_uppercase() + word.get(1..).unwrap_or_default())
        .collect()
}
