//! Problems of the files as annotations.

use bylaws_config::{Problem, SourceFile};

use super::{PathOf, Span, annotation};
use crate::document::sarif::characters;
use crate::render::problems::Root;
use crate::render::rule::severity;

/// Returns one annotation for each problem.
pub fn annotations(problems: &[Problem], files: &[SourceFile], root: &Root, paths: PathOf<'_>) -> String {
    let of = |problem: &Problem| {
        let span = &problem.position;
        let file = files.iter().find(|file| file.name == span.file);
        let length = u32::try_from(characters(span, file)).unwrap_or(1);
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        annotation(
            severity(problem.severity),
            Some(&Span {
                file: paths(&root.shown(&span.file)),
                line: span.line,
                column: span.column,
                end_column: span.column.saturating_add(length).saturating_sub(1),
            }),
            &format!("{} {}", problem.rule.code, problem.rule.name),
            &format!("{}{help}", problem.message),
        )
    };
    problems.iter().map(of).collect()
}
