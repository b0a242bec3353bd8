//! Workflow commands of GitHub Actions: annotations on lines of the pull request. Text from the files is data: it can
//! neither end a command nor start another.

mod audit;
mod drift;
mod plan;
mod problems;

pub use audit::audit;
pub use drift::drift;
pub use plan::{plan, report};
pub use problems::annotations;

use super::escape::escape;

/// Returns the path of a file relative to the top of its repository, as GitHub and GitLab expect it.
pub type PathOf<'a> = &'a dyn Fn(&str) -> String;

/// Returns one annotation. `file` is relative to the top of the repository; without it the annotation is shown above
/// all files.
fn annotation(level: &str, span: Option<&Span>, title: &str, text: &str) -> String {
    let mut properties = Vec::new();
    if let Some(span) = span {
        properties.push(format!("file={}", property(&span.file)));
        properties.push(format!("line={line},endLine={line}", line = span.line));
        properties.push(format!("col={},endColumn={}", span.column, span.end_column));
    }
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(text))
}

/// The position of an annotation: part of one line; columns start at 1, and the last one is included.
struct Span {
    file: String,
    line: u32,
    column: u32,
    end_column: u32,
}

/// Escapes the text of a command: line breaks are kept, other invisible characters are made visible.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| escape(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// Escapes a property of a command.
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
