//! Problems as workflow commands of GitHub Actions: a note on the line of the pull request.
//! What stands in the files is data: it can neither end a command nor begin another.

use std::fmt::Write as _;
use std::path::Path;

use bylaws_config::Loaded;

use super::inert::inert;
use super::problems::Root;
use super::rule::severity;
use crate::document::sarif::characters;
use crate::world::World;

/// One line a problem. `prefix` leads from the top of the repository to where the command runs.
pub(crate) fn annotations(loaded: &Loaded, root: &Root, prefix: &str) -> String {
    let mut out = String::new();
    for problem in &loaded.problems {
        let place = &problem.place;
        let file = loaded.files.iter().find(|file| file.name == place.file);
        let end = place.column as usize + characters(place, file) - 1;
        let help = problem.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "::{} file={},line={line},endLine={line},col={},endColumn={end},title={}::{}",
            severity(problem.severity),
            property(&format!("{prefix}{}", root.shown(&place.file))),
            place.column,
            property(&format!("{} {}", problem.rule.code, problem.rule.name)),
            data(&format!("{}{help}", problem.message)),
            line = place.line,
        );
    }
    out
}

/// The way from the top of the repository to the folder of this run, as Actions tells the former; empty where
/// both are the same, or unknown.
pub(crate) fn prefix(world: &World) -> String {
    let top = world.var("GITHUB_WORKSPACE").and_then(|top| Path::new(top).canonicalize().ok());
    let here = world.path(Path::new(".")).canonicalize().ok();
    let inner = top.zip(here).and_then(|(top, here)| here.strip_prefix(top).ok().map(Path::to_owned));
    inner
        .map(|inner| inner.display().to_string())
        .filter(|inner| !inner.is_empty())
        .map_or_else(String::new, |inner| inner + "/")
}

/// The text of a command: line ends are kept, everything else that is not plainly visible is shown.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| inert(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn a_text_cannot_leave_its_command() {
        assert_eq!(data("50% of\na\r::error::b"), "50%25 of%0Aa\\u{d}::error::b");
        assert_eq!(property("a,b: c%3A"), "a%2Cb%3A c%253A");
    }
}
