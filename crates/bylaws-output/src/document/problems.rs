//! `validate --format json`: every problem of the files as one document.

use bylaws_config::{Problem, Severity};
use serde_json::{Value, json};

use crate::render::problems::Root;
use crate::render::rule::severity;

/// Returns the document, in version 1 of its format. `files` is the number of files, and `silenced` that of suppressed
/// warnings.
pub fn document(problems: &[Problem], files: usize, silenced: usize, root: &Root) -> Value {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let listed = problems.iter().map(|problem| {
        let related = problem.secondary.iter().map(|(position, label)| {
            json!({
                "file": root.shown(&position.file),
                "line": position.line,
                "column": position.column,
                "message": label,
            })
        });
        json!({
            "severity": severity(problem.severity),
            "code": problem.rule.code,
            "rule": problem.rule.name,
            "message": problem.message,
            "file": root.shown(&problem.position.file),
            "line": problem.position.line,
            "column": problem.position.column,
            "help": problem.help,
            "related": related.collect::<Vec<_>>(),
        })
    });
    json!({
        "format_version": 1,
        "problems": listed.collect::<Vec<_>>(),
        "summary": {
            "errors": errors,
            "warnings": problems.len() - errors,
            "files": files,
            "silenced": silenced,
        },
    })
}
