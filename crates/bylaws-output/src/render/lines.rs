//! Text for people as lines that know where they may be broken. Renderers define the kind of a line; only this file
//! fits it to the width of a terminal. Output to a file or another program is never broken.

use std::fmt;

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

/// Narrower terminals are ignored: breaking lines would only make the text longer.
const NARROWEST: usize = 40;

/// The additional indentation of the continuation of a broken line, in columns.
const HANG: usize = 4;

/// The gap between two columns of a broken row.
const GAP: usize = 2;

/// A text for people. `write!` adds prose; other kinds of lines have a method each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    lines: Vec<Line>,
    /// Whether the last line is prose that `write!` has not ended yet.
    is_open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    /// A line that breaks between words.
    Prose(String),
    /// A line that breaks between columns first.
    Row(Row),
    /// Text to copy, such as YAML, diffs and code: never broken. May contain several lines.
    Exact(String),
}

/// A line in columns, and its position in the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    indent: usize,
    /// The columns, each with the width to which it is padded if another one follows.
    columns: Vec<(String, usize)>,
    position: Option<String>,
}

impl Row {
    /// Returns a row of one column, indented by `indent` columns.
    pub(crate) fn new(indent: usize, first: impl Into<String>) -> Self {
        Self { indent, columns: vec![(first.into(), 0)], position: None }
    }

    /// Adds a column, and pads the one before it to `width`.
    pub(crate) fn column(mut self, width: usize, text: impl Into<String>) -> Self {
        if let Some((_, padding)) = self.columns.last_mut() {
            *padding = width;
        }
        self.columns.push((text.into(), 0));
        self
    }

    /// Adds the position in the files; it gets a line of its own if the terminal is narrow.
    pub(crate) fn position(mut self, position: Option<String>) -> Self {
        self.position = position;
        self
    }

    fn on_one_line(&self, is_padded: bool, with_position: bool) -> String {
        let mut line = " ".repeat(self.indent);
        let mut pending = 0;
        for (text, padding) in &self.columns {
            line.push_str(&" ".repeat(pending));
            line.push_str(text);
            let padding = if is_padded { padding.saturating_sub(display_width(text)) } else { 0 };
            pending = padding + GAP;
        }
        if let Some(position) = self.position.as_ref().filter(|_| with_position) {
            line.push_str(&" ".repeat(GAP));
            line.push_str(position);
        }
        line
    }

    fn fitted(&self, width: usize) -> Vec<String> {
        for (is_padded, with_position) in [(true, true), (true, false), (false, false)] {
            let line = self.on_one_line(is_padded, with_position);
            if display_width(&line) <= width {
                return std::iter::once(line).chain(self.own_line(width, with_position)).collect();
            }
        }
        let mut lines = self.broken(width);
        lines.extend(self.own_line(width, false));
        lines
    }

    /// Returns the line of the position, unless it is on the first one.
    fn own_line(&self, width: usize, is_said: bool) -> Vec<String> {
        let position = self.position.as_ref().filter(|_| !is_said);
        position.map(|position| wrapped(position, &hang(self.indent, width), width)).unwrap_or_default()
    }

    fn broken(&self, width: usize) -> Vec<String> {
        let hang = hang(self.indent, width);
        let mut lines: Vec<String> = Vec::new();
        let mut now = " ".repeat(self.indent);
        let mut is_empty = true;
        for (text, _) in &self.columns {
            let gap = if is_empty { 0 } else { GAP };
            if display_width(&now) + gap + display_width(text) <= width {
                now.push_str(&" ".repeat(gap));
                now.push_str(text);
            } else {
                if !is_empty {
                    lines.push(std::mem::replace(&mut now, hang.clone()));
                }
                let mut parts = wrapped_from(text, &now, &hang, width);
                now = parts.pop().unwrap_or_default();
                lines.extend(parts);
            }
            is_empty = false;
        }
        lines.push(now);
        lines
    }
}

fn hang(indent: usize, width: usize) -> String {
    " ".repeat((indent + HANG).min(width / 2))
}

/// Breaks the text between words, with every line indented alike.
pub(crate) fn wrapped(text: &str, indent: &str, width: usize) -> Vec<String> {
    wrapped_from(text, indent, indent, width)
}

/// Breaks the text between words. A word that is wider than the terminal is kept whole, so that it can be copied.
fn wrapped_from(text: &str, first: &str, rest: &str, width: usize) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

impl Lines {
    /// Returns text that is shown unchanged, to copy or in another format.
    pub fn exactly(text: impl Into<String>) -> Self {
        let text: String = text.into();
        let text = text.strip_suffix('\n').map(str::to_owned).unwrap_or(text);
        let lines = if text.is_empty() { Vec::new() } else { vec![Line::Exact(text)] };
        Self { lines, is_open: false }
    }

    /// Adds a line that is never broken.
    pub fn exact(&mut self, line: impl Into<String>) {
        self.add(Line::Exact(line.into()));
    }

    /// Adds a line in columns.
    pub(crate) fn row(&mut self, row: Row) {
        self.add(Line::Row(row));
    }

    /// Adds an empty line.
    pub(crate) fn blank(&mut self) {
        self.exact("");
    }

    /// Adds other lines.
    pub fn extend(&mut self, other: Self) {
        self.is_open = other.is_open;
        self.lines.extend(other.lines);
    }

    fn add(&mut self, line: Line) {
        self.is_open = false;
        self.lines.push(line);
    }

    /// Returns the text for a terminal of this width.
    pub fn fitted(&self, width: usize) -> String {
        if width < NARROWEST {
            return self.to_string();
        }
        let mut out = String::new();
        for line in &self.lines {
            let broken = match line {
                Line::Exact(text) => vec![text.clone()],
                Line::Row(row) => row.fitted(width),
                Line::Prose(text) if display_width(text) <= width => vec![text.clone()],
                Line::Prose(text) => {
                    let bare = text.trim_start_matches(' ');
                    let indent = text.len() - bare.len();
                    wrapped_from(bare, &" ".repeat(indent), &hang(indent, width), width)
                }
            };
            for line in broken {
                out.push_str(&line);
                out.push('\n');
            }
        }
        out
    }
}

/// Adds prose; a line break ends a line.
impl fmt::Write for Lines {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive('\n') {
            let bare = part.strip_suffix('\n').unwrap_or(part);
            match self.lines.last_mut() {
                Some(Line::Prose(last)) if self.is_open => last.push_str(bare),
                _ => self.lines.push(Line::Prose(bare.to_owned())),
            }
            self.is_open = bare.len() == part.len();
        }
        Ok(())
    }
}

/// Formats the lines unbroken, as for a file.
impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            match line {
                Line::Prose(text) | Line::Exact(text) => writeln!(f, "{text}")?,
                Line::Row(row) => writeln!(f, "{}", row.on_one_line(true, true))?,
            }
        }
        Ok(())
    }
}

/// Converts prose.
impl<T: AsRef<str>> From<T> for Lines {
    fn from(text: T) -> Self {
        let mut lines = Self::default();
        // Writing to lines cannot fail.
        let _ = fmt::Write::write_str(&mut lines, text.as_ref());
        lines.is_open = false;
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[track_caller]
    fn check(width: usize, lines: &Lines, expected: &str) {
        assert_eq!(lines.fitted(width), expected, "at {width} columns");
    }

    fn row(row: Row) -> Lines {
        let mut lines = Lines::default();
        lines.row(row);
        lines
    }

    fn change() -> Lines {
        row(Row::new(2, "~ workspace/production/member/dora@acme.com")
            .column(48, "workspace_role: workspace_user → workspace_developer")
            .position(Some("platform.yaml:33".to_owned())))
    }

    #[test]
    fn a_position_moves_to_its_own_line_before_anything_else_is_broken() {
        let unbroken = "  ~ workspace/production/member/dora@acme.com       workspace_role: workspace_user → workspace_developer  platform.yaml:33\n";
        check(130, &change(), unbroken);
        assert_eq!(change().to_string(), unbroken);
        check(
            110,
            &change(),
            "  ~ workspace/production/member/dora@acme.com       workspace_role: workspace_user → workspace_developer\n      platform.yaml:33\n",
        );
    }

    #[test]
    fn padding_goes_before_columns_are_broken() {
        check(
            100,
            &change(),
            "  ~ workspace/production/member/dora@acme.com  workspace_role: workspace_user → workspace_developer\n      platform.yaml:33\n",
        );
    }

    #[test]
    fn a_row_breaks_between_its_columns_before_its_words() {
        check(
            80,
            &change(),
            "  ~ workspace/production/member/dora@acme.com\n      workspace_role: workspace_user → workspace_developer\n      platform.yaml:33\n",
        );
        check(
            50,
            &change(),
            "  ~ workspace/production/member/dora@acme.com\n      workspace_role: workspace_user →\n      workspace_developer\n      platform.yaml:33\n",
        );
    }

    #[test]
    fn prose_breaks_between_words_with_a_hanging_indent() {
        check(
            44,
            &"Plan: 10 to create, 7 to update, 3 to remove; 3 not in the files".into(),
            "Plan: 10 to create, 7 to update, 3 to\n    remove; 3 not in the files\n",
        );
    }

    #[test]
    fn a_word_wider_than_the_terminal_is_not_broken() {
        let word = format!("member/{}@acme.com", "a".repeat(60));
        check(50, &Lines::from(format!("  {word} is blocked")), &format!("  {word}\n      is blocked\n"));
    }

    #[test]
    fn color_has_no_width() {
        check(40, &"\u{1b}[32m+\u{1b}[0m short".into(), "\u{1b}[32m+\u{1b}[0m short\n");
        let long = Row::new(2, format!("\u{1b}[32m+\u{1b}[0m {}", "a".repeat(36)));
        let long = row(long.position(Some("\u{1b}[2mplace:1\u{1b}[0m".to_owned())));
        check(46, &long, &long.to_string().replace("  \u{1b}[2m", "\n      \u{1b}[2m"));
    }

    #[test]
    fn text_to_copy_is_never_broken() {
        for text in
            ["- \"archive workspace/lab\"", "  reason: say why", "  color: \"#ffffff\"", "-    a: {b: c}"]
        {
            let mut lines = Lines::default();
            let text = format!("{text} {}", "a ".repeat(50));
            lines.exact(text.clone());
            check(40, &lines, &format!("{text}\n"));
        }
        let words = "word ".repeat(20);
        check(40, &Lines::exactly(words.clone()), &format!("{words}\n"));
    }

    #[test]
    fn written_prose_is_one_line_until_a_line_break() {
        let mut lines = Lines::default();
        write!(lines, "a").unwrap();
        write!(lines, "b\nc").unwrap();
        lines.blank();
        writeln!(lines, "d").unwrap();
        assert_eq!(lines.to_string(), "ab\nc\n\nd\n");
    }

    #[test]
    fn every_width_keeps_all_words() {
        let mut lines = change();
        lines.extend(
            "one two three four five six seven eight nine ten  eleven  twelve.yaml:7\nshort\n\nend".into(),
        );
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for width in 0..140 {
            assert_eq!(words(&lines.fitted(width)), words(&lines.to_string()), "at {width} columns");
        }
    }
}
