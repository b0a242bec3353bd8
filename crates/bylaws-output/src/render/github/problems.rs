//! Problems of the files as annotations.

use bylaws_config::Loaded;

use super::{PathOf, Place, annotation};
use crate::document::sarif::characters;
use crate::render::problems::Root;
use crate::render::rule::severity;

/// Returns one annotation for each problem.
pub fn annotations(loaded: &Loaded, root: &Root, paths: PathOf<'_>) -> String {
    let of = |problem: &bylaws_config::Problem| {
        let place = &problem.place;
        let file = loaded.files.iter().find(|file| file.name == place.file);
        let length = u32::try_from(characters(place, file)).unwrap_or(1);
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        annotation(
            severity(problem.severity),
            Some(&Place {
                file: paths(&root.shown(&place.file)),
                line: place.line,
                column: place.column,
                end_column: place.column.saturating_add(length).saturating_sub(1),
            }),
            &format!("{} {}", problem.rule.code, problem.rule.name),
            &format!("{}{help}", problem.message),
        )
    };
    loaded.problems.iter().map(of).collect()
}
