//! Problems of the files, drawn into the text they are about.

use std::collections::BTreeSet;
use std::path::PathBuf;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use bylaws_config::{Position, Problem, Severity, SourceFile};

use super::counted;
use super::escape::without_commands;
use super::lines::{Lines, wrapped};
use super::style::Style;

/// The location of the files as the user gave it: a folder, or a single file.
#[derive(Clone, Debug)]
pub struct Root {
    /// The path of the folder or file.
    pub path: PathBuf,
    /// Whether the path is a folder.
    pub is_folder: bool,
}

impl Root {
    /// Returns the path in the same form on all systems and however it was typed: `./a//b/` becomes `a/b`.
    pub fn written(&self) -> String {
        let parts: Vec<_> = self.path.iter().map(|part| part.to_string_lossy()).collect();
        match parts.split_first() {
            None => ".".to_owned(),
            Some((first, rest)) if first == "." && !rest.is_empty() => rest.join("/"),
            // The first component of an absolute path is the separator itself.
            Some((first, rest)) if first == "/" => format!("/{}", rest.join("/")),
            Some(_) => parts.join("/"),
        }
    }

    /// Returns the path of a file for the user to open, relative to the current folder.
    pub fn shown(&self, file: &str) -> String {
        let path = if self.is_folder { self.path.join(file) } else { self.path.clone() };
        // `./members.yaml` is shown as `members.yaml`.
        path.strip_prefix(".").unwrap_or(&path).display().to_string()
    }
}

/// Returns the number of characters that a position covers.
pub(crate) fn characters(position: &Position, file: Option<&SourceFile>) -> usize {
    let text = file.and_then(|file| file.text.get(position.start..position.end));
    text.map_or(1, |text| text.chars().count())
}

/// Columns of a help line besides its text: the margin of line numbers, and `help: `.
const BESIDE_HELP: usize = 9;

/// Columns of a title besides its text: `warning[BL0301]: `.
const BESIDE_TITLE: usize = 17;

/// Returns all problems with their snippets for a terminal of this width, and a line of counts.
pub fn render(
    problems: &[Problem],
    files: &[SourceFile],
    root: &Root,
    style: Style,
    width: Option<usize>,
) -> Lines {
    let renderer = if style.is_on() { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Unicode);
    let renderer = width.map_or(renderer.clone(), |width| renderer.term_width(width));
    let mut out = Lines::default();
    for problem in problems {
        out.extend(Lines::exactly(one(problem, files, root, &renderer, width)));
        out.blank();
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let codes: BTreeSet<&str> = problems.iter().map(|problem| problem.rule.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let explain = match codes.as_slice() {
        [] => String::new(),
        [code] => format!("; for details run `bylaws explain {code}`"),
        codes => format!("; for details run `bylaws explain CODE` ({})", codes.join(", ")),
    };
    let counts = counted(&[(errors, "error"), (problems.len() - errors, "warning")], "no problems");
    out.extend(format!("{counts}{}", style.dim(&explain)).into());
    out
}

fn one(
    problem: &Problem,
    files: &[SourceFile],
    root: &Root,
    renderer: &Renderer,
    width: Option<usize>,
) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements = snippet(&problem.position, &problem.label, AnnotationKind::Primary, files, root);
    for (position, label) in &problem.secondary {
        elements.extend(snippet(position, label, AnnotationKind::Context, files, root));
    }
    if let Some(help) = &problem.help {
        let positions = problem.secondary.iter().map(|(position, _)| position).chain([&problem.position]);
        let numbers = positions.map(|position| position.line.to_string().len()).max().unwrap_or(1);
        elements.push(Level::HELP.message(fitted(help, width, numbers + BESIDE_HELP)).into());
    }
    let title = fitted(&problem.message, width, BESIDE_TITLE);
    let group = level.primary_title(title).id(problem.rule.code).elements(elements);
    without_commands(&renderer.render(&[group])).into_owned()
}

/// Wraps the text so that this many columns remain for the text next to it.
fn fitted(text: &str, width: Option<usize>, beside: usize) -> String {
    match width.and_then(|width| width.checked_sub(beside)) {
        Some(room @ 20..) => wrapped(text, "", room).join("\n"),
        _ => text.to_owned(),
    }
}

/// Replaces every invisible or control character with a visible one of the same length in bytes, because positions are
/// counted in bytes.
fn visible(text: &str) -> String {
    let stand_in = |c: char| match c.len_utf8() {
        1 => '?',
        2 => '\u{b7}',
        3 => '\u{fffd}',
        _ => '\u{1fbc4}',
    };
    let odd = |c: char| c != '\t' && c != '\n' && c != '\r' && bylaws_engine::spelling::is_hidden(c);
    text.chars().map(|c| if odd(c) { stand_in(c) } else { c }).collect()
}

/// Returns the lines around one position, and nothing else of a file that may be large.
fn snippet<'a>(
    position: &Position,
    label: &'a str,
    kind: AnnotationKind,
    files: &'a [SourceFile],
    root: &Root,
) -> Vec<Element<'a>> {
    let text = files.iter().find(|file| file.name == position.file).map_or("", |file| file.text.as_str());
    let first = text.get(..position.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let rest = text.get(position.end..).and_then(|after| after.find('\n'));
    let last = rest.map_or(text.len(), |at| position.end + at);
    let line = usize::try_from(position.line).unwrap_or(1);
    if last - first <= LONGEST {
        let lines = text.get(first..last).unwrap_or("");
        let span = position.start - first..(position.end - first).min(lines.len());
        let snippet = Snippet::source(visible(lines)).line_start(line).path(root.shown(&position.file));
        return vec![snippet.annotation(kind.span(span).label(label)).into()];
    }
    // A very long line is shown in part: drawn in full, its length would count for every problem.
    let first = edge(text, position.start.saturating_sub(AROUND).max(first));
    let last = edge(text, (position.end + AROUND).min(last).min(first + 4 * AROUND));
    let part = visible(text.get(first..last).unwrap_or(""));
    let span = (position.start - first).min(part.len())..(position.end - first).min(part.len());
    let column = usize::try_from(position.column).unwrap_or(1);
    vec![
        Origin::path(root.shown(&position.file)).line(line).char_column(column).into(),
        Snippet::source(part).line_start(line).annotation(kind.span(span).label(label)).into(),
    ]
}

/// The maximum length of a line that is shown in full, in bytes.
const LONGEST: usize = 400;

/// The number of bytes shown on either side in longer lines.
const AROUND: usize = 80;

/// Returns the nearest character boundary at or before `at`.
fn edge(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use bylaws_config::files::{Files, Format, Lines};

    use super::*;

    #[test]
    fn a_very_long_line_is_shown_in_part_with_its_real_column() {
        let text = format!("bylaws: 1\nmembers: {{{}}}\n", "ada@acme.com: boss, ".repeat(2_000));
        let files = Files::of_texts(vec![SourceFile { name: "m.yaml".to_owned(), text }], &Format::default());
        let found = files.texts.finish(files.problems, Lines::default(), true);
        let root = Root { path: PathBuf::from("org"), is_folder: true };
        let last = found.problems.iter().rfind(|p| p.rule.name == "duplicate-key").unwrap();
        let shown = one(last, &found.files, &root, &Renderer::plain(), None);
        assert!(shown.contains(&format!("org/m.yaml:2:{}", last.position.column)), "{shown}");
        assert!(last.position.column > 10_000 && shown.len() < 2_000, "{}", shown.len());
    }
}
