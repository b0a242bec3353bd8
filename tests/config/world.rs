//! Helpers to load files from memory and to format problems.

use std::fmt::Write as _;

use bylaws_config::{Problem, Severity, SourceFile};
use bylaws_kinds::{Loaded, parse};

/// The required lines, in a file of their own so that the lines of a case are counted from 1.
pub(crate) const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

/// Splits a text into files: it is `b.yaml`, or several files, each after a line `== name`.
pub(crate) fn files(text: &str) -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("== ") {
            files.push(SourceFile { name: name.trim_end().to_owned(), text: String::new() });
            continue;
        }
        if files.is_empty() {
            files.push(SourceFile { name: "b.yaml".to_owned(), text: String::new() });
        }
        files.last_mut().unwrap().text.push_str(line);
    }
    if files.is_empty() {
        files.push(SourceFile { name: "b.yaml".to_owned(), text: String::new() });
    }
    files
}

/// Loads `text` together with a file with [`HEAD`].
pub(crate) fn read(text: &str) -> Loaded {
    let mut all = files(text);
    all.push(SourceFile { name: "a.yaml".to_owned(), text: HEAD.to_owned() });
    checked(parse(all))
}

/// Loads `text` alone.
pub(crate) fn read_alone(text: &str) -> Loaded {
    checked(parse(files(text)))
}

/// Checks the invariants of every result.
fn checked(loaded: Loaded) -> Loaded {
    let has_error = loaded.problems.iter().any(|problem| problem.rule.severity == Severity::Error);
    assert_eq!(loaded.desired.is_none(), has_error, "a desired state, or an error");
    assert_eq!(loaded.digest.is_empty(), has_error);
    let origins = loaded.origins.iter().map(|(_, position)| position);
    let positions = loaded.problems.iter().flat_map(|problem| {
        std::iter::once(&problem.position)
            .chain(problem.secondary.iter().map(|(position, _)| position))
            .cloned()
    });
    for position in origins.chain(positions) {
        let file = loaded.files.iter().find(|file| file.name == position.file).expect("a file that was read");
        assert!(position.end > position.start, "{position:?} is empty");
        assert!(file.text.get(position.start..position.end).is_some(), "{position:?} is outside its file");
        let before = &file.text[..position.start];
        assert_eq!(before.matches('\n').count() + 1, position.line as usize, "{position:?}");
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        assert_eq!(column, position.column as usize, "{position:?}");
    }
    loaded
}

/// Formats problems: a line for each problem, each of its secondary locations and its help.
pub(crate) fn lines(problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        let position = &problem.position;
        let warning = if problem.rule.severity == Severity::Warning { "warning " } else { "" };
        let at = format!("{}:{}:{}", position.file, position.line, position.column);
        writeln!(out, "{at} {warning}{}: {} [{}]", problem.rule.name, problem.message, problem.label)
            .unwrap();
        for (position, label) in &problem.secondary {
            writeln!(out, "    {}:{}:{} {label}", position.file, position.line, position.column).unwrap();
        }
        if let Some(help) = &problem.help {
            writeln!(out, "    help: {help}").unwrap();
        }
    }
    if out.is_empty() { "fine\n".to_owned() } else { out }
}
