//! What holds for every set of files, whatever stands in them: no panic, true places, no secret, one meaning.
//! Shared by the fuzzer and by the suite `config`, which replays what the fuzzer found.

use bylaws_config::{Notes, Position, Problem, Severity, SourceFile};
use bylaws_kinds::{Loaded, parse, write_files};

/// Stands between two files in one input, on a line of its own.
pub(crate) const BETWEEN: &str = "\n\0\n";

/// The lines every set of files needs; added where an input names no organization, so that its lines count.
const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

/// Reads an input as files and panics if anything is not as it must be.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut files: Vec<SourceFile> = text
        .split(BETWEEN)
        .enumerate()
        .map(|(n, text)| SourceFile { name: format!("f{n:03}.yaml"), text: text.to_owned() })
        .collect();
    if !text.contains("organization") {
        files.push(SourceFile { name: "head.yaml".to_owned(), text: HEAD.to_owned() });
    }
    let loaded = parse(files.clone());
    // One input in eight is read twice: what depends on chance shows there as well, and time goes into inputs.
    if bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)).is_multiple_of(8) {
        let again = parse(files);
        assert_eq!(loaded.problems, again.problems, "the same files, other problems");
        assert_eq!(loaded.desired, again.desired, "the same files, another desired side");
        assert_eq!(loaded.digest, again.digest, "the same files, another digest");
    }
    let is_broken = loaded.problems.iter().any(|problem| problem.rule.severity == Severity::Error);
    assert_eq!(loaded.desired.is_none(), is_broken, "a desired side, or an error");
    assert_eq!(loaded.digest.is_empty(), is_broken);
    positions(&loaded);
    order(&loaded.problems);
    secrets(&loaded);
    if let Some(desired) = &loaded.desired {
        let written = write_files(desired, &Notes::new());
        let read = parse(written);
        let errors: Vec<&Problem> =
            read.problems.iter().filter(|problem| problem.rule.severity == Severity::Error).collect();
        assert_eq!(errors, Vec::<&Problem>::new(), "what is written reads back");
        assert_eq!(read.desired.as_ref(), Some(desired), "what is written means the same");
        assert_eq!(read.digest, loaded.digest);
    }
}

/// Every place is a stretch of one line of its file, and says which.
fn positions(loaded: &Loaded) {
    let of_problems = loaded.problems.iter().flat_map(|problem| {
        std::iter::once(&problem.position)
            .chain(problem.secondary.iter().map(|(position, _)| position))
            .cloned()
    });
    // Lines are counted once, as a large input has many places.
    let starts: Vec<Vec<usize>> = loaded
        .files
        .iter()
        .map(|file| std::iter::once(0).chain(file.text.match_indices('\n').map(|(at, _)| at + 1)).collect())
        .collect();
    for position in loaded.origins.iter().map(|(_, position)| position).chain(of_problems) {
        let Position { file, line, column, start, end } = &position;
        let number = loaded.files.iter().position(|read| read.name == *file);
        let number = number.unwrap_or_else(|| panic!("{position:?} is in no file"));
        let text = &loaded.files[number].text;
        let stretch = text.get(*start..*end).unwrap_or_else(|| panic!("{position:?} is not within its file"));
        assert!(!stretch.is_empty(), "{position:?} is empty");
        assert!(!stretch.trim_end_matches('\n').contains('\n'), "{position:?} spans lines");
        let behind = starts[number].partition_point(|first| first <= start);
        assert_eq!(behind, *line as usize, "line of {position:?}");
        let before = &text[starts[number][behind - 1]..*start];
        assert_eq!(before.chars().count() + 1, *column as usize, "column of {position:?}");
    }
}

fn order(problems: &[Problem]) {
    let key = |problem: &Problem| {
        let position = &problem.position;
        (position.file.clone(), position.line, position.column, problem.rule.code, problem.message.clone())
    };
    assert!(problems.is_sorted_by_key(key), "problems are sorted");
}

/// Nothing that looks like a live key is left anywhere.
fn secrets(loaded: &Loaded) {
    let is_key = |text: &str| {
        text.to_ascii_lowercase().match_indices("sk-ant-").any(|(at, prefix)| {
            let rest = text.as_bytes()[at + prefix.len()..].iter();
            rest.take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'_').count() >= 20
        })
    };
    for problem in &loaded.problems {
        let words = [&problem.message, &problem.label].into_iter().chain(&problem.help);
        let positions = std::iter::once(&problem.position.file)
            .chain(problem.secondary.iter().flat_map(|(position, label)| [&position.file, label]));
        for text in words.chain(positions) {
            assert!(!is_key(text), "a live key is repeated");
        }
    }
    for file in &loaded.files {
        assert!(!is_key(&file.text) && !is_key(&file.name), "a live key stands in a file that is shown");
    }
}
