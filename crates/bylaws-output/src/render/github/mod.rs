//! Workflow commands of GitHub Actions: a note on a line of the pull request.
//! What stands in the files is data: it can neither end a command nor begin another.

mod audit;
mod plan;
mod problems;

pub use audit::audit;
pub use plan::{plan, report};
pub use problems::annotations;

use super::inert::inert;

/// The path from the top of the repository of a file as it is shown elsewhere: forges know no other.
pub type PathOf<'a> = &'a dyn Fn(&str) -> String;

/// One annotation. `file` leads from the top of the repository; without one it stands above all files.
fn annotation(level: &str, place: Option<&Place>, title: &str, text: &str) -> String {
    let mut properties = Vec::new();
    if let Some(place) = place {
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={line},endLine={line}", line = place.line));
        properties.push(format!("col={},endColumn={}", place.column, place.end_column));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(text))
}

/// Where an annotation shows: a stretch of one line, columns from 1, the last one included.
struct Place {
    file: String,
    line: u32,
    column: u32,
    end_column: u32,
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
