//! Long lines for a narrow terminal: broken between their columns first, between words else, and further
//! in than they began. What goes to a file or another program is never broken.

use textwrap::core::display_width;
use textwrap::{Options, WordSplitter};

/// Narrower than this nothing reads well, and breaking only makes it longer.
const NARROWEST: usize = 40;

/// How much further in a broken line goes on.
const HANG: usize = 4;

/// The text with no line wider than `width` columns, where its words allow it.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if width < NARROWEST {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        if display_width(bare) <= width || is_to_paste(bare) {
            out.push_str(line);
        } else {
            out.push_str(&broken(bare, width).join("\n"));
            out.push_str(&line[bare.len()..]);
        }
    }
    out
}

/// Lines of YAML that a reader copies into a file stay whole.
fn is_to_paste(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("- \"") || line.starts_with("reason:")
}

fn broken(line: &str, width: usize) -> Vec<String> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let hang = " ".repeat((indent + HANG).min(width / 2));
    let mut lines: Vec<String> = Vec::new();
    let mut now = line[..indent].to_owned();
    for (gap, column) in columns(&line[indent..]) {
        if display_width(&now) + gap + display_width(column) <= width {
            now.push_str(&" ".repeat(gap));
            now.push_str(column);
            continue;
        }
        let head = match gap {
            0 => std::mem::take(&mut now),
            _ => {
                lines.push(std::mem::take(&mut now));
                hang.clone()
            }
        };
        let options = Options::new(width)
            .initial_indent(&head)
            .subsequent_indent(&hang)
            .word_splitter(WordSplitter::NoHyphenation);
        lines.extend(textwrap::wrap(column, options).into_iter().map(std::borrow::Cow::into_owned));
        now = lines.pop().unwrap_or_default();
    }
    lines.push(now);
    lines
}

/// What stands two or more spaces apart, and how far from what is before it.
fn columns(line: &str) -> Vec<(usize, &str)> {
    let mut columns = Vec::new();
    let (mut gap, mut rest) = (0, line);
    while !rest.is_empty() {
        let end = rest.find("  ").unwrap_or(rest.len());
        let (column, after) = rest.split_at(end);
        columns.push((gap, column));
        rest = after.trim_start_matches(' ');
        gap = after.len() - rest.len();
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(width: usize, text: &str, expected: &str) {
        assert_eq!(fit(text, width), expected);
    }

    #[test]
    fn a_line_breaks_between_its_columns_first() {
        let row = "  ~ workspace/production/member/dora@acme.com  workspace_role: workspace_user → workspace_developer  platform.yaml:33\n";
        check(
            80,
            row,
            "  ~ workspace/production/member/dora@acme.com\n      workspace_role: workspace_user → workspace_developer  platform.yaml:33\n",
        );
        check(120, row, row);
        check(
            50,
            row,
            "  ~ workspace/production/member/dora@acme.com\n      workspace_role: workspace_user →\n      workspace_developer  platform.yaml:33\n",
        );
    }

    #[test]
    fn words_break_where_there_are_no_columns() {
        check(
            44,
            "Plan: 10 to create, 7 to update, 3 to remove; unlisted and staying: 3\n",
            "Plan: 10 to create, 7 to update, 3 to\n    remove; unlisted and staying: 3\n",
        );
    }

    #[test]
    fn colour_takes_no_room() {
        let text = "\u{1b}[32m+\u{1b}[0m short\n";
        check(40, text, text);
        let long = format!("  \u{1b}[32m+\u{1b}[0m {}  \u{1b}[2mplace:1\u{1b}[0m\n", "a".repeat(36));
        check(46, &long, &long.replace("  \u{1b}[2m", "\n      \u{1b}[2m"));
    }

    #[test]
    fn what_is_to_be_pasted_stays_whole() {
        let yaml = format!("      - \"archive workspace/{}\"\n", "a".repeat(80));
        check(60, &yaml, &yaml);
    }

    #[test]
    fn nothing_is_lost() {
        let text = "  one two three four five six seven eight nine ten  eleven  twelve.yaml:7\nshort\n\nend";
        for width in 0..120 {
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(words(&fit(text, width)), words(text), "{width}");
        }
    }
}
