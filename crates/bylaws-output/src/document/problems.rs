//! `validate --format json`: every problem of the files as one document.

use bylaws_config::{Loaded, Severity};
use serde_json::{Value, json};

use crate::render::problems::Root;
use crate::render::rule::severity;

/// Returns the document, in version 1 of its format.
pub fn document(loaded: &Loaded, root: &Root) -> Value {
    let errors = loaded.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let problems = loaded.problems.iter().map(|problem| {
        let related = problem.secondary.iter().map(|(place, label)| {
            json!({
                "file": root.shown(&place.file),
                "line": place.line,
                "column": place.column,
                "message": label,
            })
        });
        json!({
            "severity": severity(problem.severity),
            "code": problem.rule.code,
            "rule": problem.rule.name,
            "message": problem.message,
            "file": root.shown(&problem.place.file),
            "line": problem.place.line,
            "column": problem.place.column,
            "help": problem.help,
            "related": related.collect::<Vec<_>>(),
        })
    });
    json!({
        "format_version": 1,
        "problems": problems.collect::<Vec<_>>(),
        "summary": {
            "errors": errors,
            "warnings": loaded.problems.len() - errors,
            "files": loaded.files.len(),
            "silenced": loaded.silenced,
        },
    })
}
