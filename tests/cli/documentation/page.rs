//! A page of the documentation as pieces: instructions to the runner, and blocks of commands, files and edits.
//! `desk.rs` carries them out.

/// A piece of a page, with the line where it begins, from 0.
pub(super) struct Piece {
    pub(super) line: usize,
    pub(super) what: What,
}

pub(super) enum What {
    /// `<!-- world: NAME -->`: starts a new environment.
    World(String),
    /// `<!-- event: … -->`: an external event.
    Event(String),
    /// ```` ```console ````: commands with their output.
    Console { shown: Vec<Shown>, end: usize },
    /// `<!-- file NAME -->`, then a block: writes the file.
    File { name: String, text: String },
    /// `<!-- shows NAME -->`, then a block: the content of the file.
    Shows { name: String, text: String },
    /// `<!-- edit NAME -->`, then ```` ```diff ````: changes the file.
    Edit { name: String, old: String, new: String },
    /// `<!-- not run: WHY -->`, then a block that is not run.
    NotRun { first: String },
    /// `<!-- runs -->`, then a block: commands that succeed; their output is not shown.
    Script { commands: Vec<String> },
    /// A block of commands without output and without a reason why it cannot be run.
    Unmarked,
}

/// A command and its output.
pub(super) struct Shown {
    pub(super) command: String,
    /// The command as the page shows it.
    pub(super) typed: Vec<String>,
    /// The input of the command, after `<!-- types: … -->`.
    pub(super) answer: Option<String>,
    pub(super) prints: Vec<String>,
}

pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut mark = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((line, first)) = lines.next() {
        if let Some(comment) = first.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            let (verb, rest) = comment.split_once(' ').unwrap_or((comment, ""));
            match verb {
                "world:" => pieces.push(Piece { line, what: What::World(rest.to_owned()) }),
                "event:" => pieces.push(Piece { line, what: What::Event(rest.to_owned()) }),
                _ => comment.clone_into(&mut mark),
            }
        } else if let Some(language) = first.strip_prefix("```") {
            let body: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let mark = std::mem::take(&mut mark);
            if let Some(what) = block(language, &mark, &body, line) {
                pieces.push(Piece { line, what });
            }
        } else if !first.is_empty() {
            mark.clear();
        }
    }
    pieces
}

fn block(language: &str, mark: &str, body: &[&str], line: usize) -> Option<What> {
    let text = || body.iter().map(|line| format!("{line}\n")).collect::<String>();
    let (verb, name) = mark.split_once(' ').unwrap_or((mark, ""));
    let name = name.to_owned();
    match (verb, language) {
        ("not", _) => Some(What::NotRun { first: body.first().copied().unwrap_or_default().to_owned() }),
        ("file", _) => Some(What::File { name, text: text() }),
        ("shows", _) => Some(What::Shows { name, text: text() }),
        ("runs", "sh") => {
            let code = |line: &&str| line.split(" #").next().unwrap_or_default().trim().to_owned();
            let commands = body.iter().map(code).filter(|command| !command.is_empty()).collect();
            Some(What::Script { commands })
        }
        ("edit", "diff") => {
            let side = |own: char| {
                let lines = body.iter().filter(|line| line.is_empty() || line.starts_with([' ', own]));
                lines.map(|line| format!("{}\n", line.get(1..).unwrap_or_default())).collect()
            };
            Some(What::Edit { name, old: side('-'), new: side('+') })
        }
        ("types:", "console") => Some(console(body, Some(&name), line)),
        (_, "console") => Some(console(body, None, line)),
        (_, "sh" | "bash" | "shell" | "diff") => Some(What::Unmarked),
        _ => None,
    }
}

fn console(body: &[&str], answer: Option<&str>, line: usize) -> What {
    let mut shown: Vec<Shown> = Vec::new();
    let mut goes_on = false;
    for text in body {
        if let Some(command) = text.strip_prefix("$ ") {
            let typed = vec![(*text).to_owned()];
            shown.push(Shown {
                command: command.to_owned(),
                typed,
                answer: answer.map(str::to_owned),
                prints: Vec::new(),
            });
            goes_on = command.ends_with('\\');
        } else {
            let last =
                shown.last_mut().unwrap_or_else(|| panic!("line {}: a block begins with `$ `", line + 1));
            if goes_on {
                last.command += &format!("\n{text}");
                last.typed.push((*text).to_owned());
                goes_on = text.ends_with('\\');
            } else {
                last.prints.push((*text).to_owned());
            }
        }
    }
    What::Console { shown, end: line + body.len() + 1 }
}

/// Returns whether the output matches. A line `...` matches any lines, `[..]` any text within a line.
pub(super) fn fits(expected: &[String], printed: &[String]) -> bool {
    match (expected.split_first(), printed.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "..." => {
            fits(rest, printed) || printed.split_first().is_some_and(|(_, later)| fits(expected, later))
        }
        (Some((first, rest)), Some((line, later))) => line_fits(first, line) && fits(rest, later),
        _ => false,
    }
}

/// Returns whether a line matches, where `[..]` matches any text.
fn line_fits(expected: &str, line: &str) -> bool {
    let mut parts = expected.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut left) = line.strip_prefix(first) else { return false };
    let mut open = false;
    for part in parts {
        open = part.is_empty();
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    open || left.is_empty()
}

/// Returns the output with the omissions of the page, as far as the text around them still matches.
pub(super) fn shortened(expected: &[String], printed: &[String]) -> Vec<String> {
    let within = |line: &String| expected.iter().find(|old| line_fits(old, line)).unwrap_or(line).clone();
    let lines: Vec<String> = printed.iter().map(within).collect();
    left_out(expected, &lines).unwrap_or(lines)
}

fn left_out(expected: &[String], lines: &[String]) -> Option<Vec<String>> {
    let mut parts = expected.split(|line| line == "...").peekable();
    let (mut kept, mut rest) = (Vec::new(), lines);
    let mut first = true;
    while let Some(part) = parts.next() {
        if !first {
            kept.push("...".to_owned());
            // An omission ends where the next part begins.
            rest = match part.first() {
                Some(begins) => &rest[rest.iter().position(|line| line == begins)?..],
                None => &[],
            };
        }
        let ends = match (parts.peek(), part.last()) {
            (None, _) => rest.len(),
            (_, None) => 0,
            (_, Some(end)) => rest.iter().position(|line| line == end)? + 1,
        };
        kept.extend_from_slice(&rest[..ends]);
        rest = &rest[ends..];
        first = false;
    }
    Some(kept)
}

#[test]
fn omissions_of_a_page_are_kept() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (expected, printed, kept) in [
        ("a\n...\nd", "a\nb\nc\nd\ne", "a\n...\nd\ne"),
        ("...\nc\nd", "a\nb\nc\nx\nd", "...\nc\nx\nd"),
        ("a\n...", "a\nb", "a\n..."),
        ("a\n...\nd", "a\nb\nc", "a\nb\nc"),
        ("a [..]", "a b\nc", "a [..]\nc"),
    ] {
        assert_eq!(shortened(&lines(expected), &lines(printed)), lines(kept), "{expected:?} {printed:?}");
    }
}

#[test]
fn omissions_are_marked() {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    for (expected, printed, fit) in [
        ("a\nb", "a\nb", true),
        ("a\nb", "a\nc", false),
        ("a", "a\nb", false),
        ("a\n...", "a\nb\nc", true),
        ("...\nc", "a\nb\nc", true),
        ("...\nd", "a\nb\nc", false),
        ("a [..] c", "a b c", true),
        ("a [..] c", "a b d", false),
        ("a [..]", "a b c", true),
        ("a [..] c", "a b c d", false),
    ] {
        assert_eq!(fits(&lines(expected), &lines(printed)), fit, "{expected:?} {printed:?}");
    }
}
