//! The lines of an import, with the comments, blank lines and spacing of the existing file. Works on lines, not YAML:
//! the result is shown and never written.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Returns `imported` as it would replace `old`.
pub(super) fn with_comments(old: &str, imported: &str) -> String {
    let (old, tail) = Lines::of(old);
    let (new, _) = Lines::of(imported);
    let keys = |lines: &[Lines<'_>]| lines.iter().map(|line| key(line.content)).collect::<Vec<_>>();
    let mut out = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &keys(&old), &keys(&new)) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                for line in old.iter().skip(old_index).take(len) {
                    out.extend(line.before.iter().copied());
                    out.push(line.content);
                }
            }
            DiffOp::Delete { old_index, old_len, .. } => keep(&old, old_index, old_len, &mut out),
            DiffOp::Insert { new_index, new_len, .. } => take(&new, new_index, new_len, &mut out),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                keep(&old, old_index, old_len, &mut out);
                take(&new, new_index, new_len, &mut out);
            }
        }
    }
    out.extend(tail);
    let mut text = out.join("\n");
    text.push('\n');
    text
}

/// Keeps the comments of removed lines: deleting them is up to their author.
fn keep<'t>(lines: &[Lines<'t>], from: usize, n: usize, out: &mut Vec<&'t str>) {
    out.extend(lines.iter().skip(from).take(n).flat_map(|line| line.before.iter().copied()));
}

fn take<'t>(lines: &[Lines<'t>], from: usize, n: usize, out: &mut Vec<&'t str>) {
    for line in lines.iter().skip(from).take(n) {
        out.extend(line.before.iter().copied().filter(|comment| !comment.is_empty()));
        out.push(line.content);
    }
}

/// A line with content, and the comments and blank lines above it.
struct Lines<'t> {
    before: Vec<&'t str>,
    content: &'t str,
}

impl<'t> Lines<'t> {
    /// Returns the lines with content, and the comments at the end.
    fn of(text: &'t str) -> (Vec<Self>, Vec<&'t str>) {
        let mut lines = Vec::new();
        let mut before = Vec::new();
        for line in text.lines() {
            let said = line.trim_start();
            if said.is_empty() || said.starts_with('#') {
                before.push(line);
            } else {
                lines.push(Self { before: std::mem::take(&mut before), content: line });
            }
        }
        (lines, before)
    }
}

/// Returns the key by which two lines are equal: indentation and characters, ignoring spacing and a trailing comment.
fn key(line: &str) -> String {
    let depth = line.len() - line.trim_start().len();
    // A `#` after a quote may be part of a string, so such a line is compared in full.
    let said = match line.split_once(" #") {
        Some((said, _)) if !said.contains(['"', '\'']) => said,
        _ => line,
    };
    let said = said.chars().filter(|c| !c.is_whitespace());
    std::iter::repeat_n(' ', depth).chain(said).collect()
}

#[cfg(test)]
mod tests {
    use super::with_comments;

    #[test]
    fn comments_and_spacing_are_ignored() {
        let old = "# ours\n\nbylaws: 1\n\nmembers:\n  # the boss\n  a@x.org: admin # since 2019\n  b@x.org: { role: user }\n  # left\n  c@x.org: user\n# end\n";
        let new = "# import's\nbylaws: 1\nmembers:\n  a@x.org: admin # Console only\n  b@x.org: {role: user}\n  c@x.org: user\n";
        assert_eq!(with_comments(old, new), old);
    }

    #[test]
    fn a_changed_line_is_replaced_in_its_position() {
        let old = "members:\n  # the boss\n  a@x.org: admin\n  # on leave\n  b@x.org: user\n";
        let new = "members:\n  a@x.org: admin\n  b@x.org: developer\n  # new\n  c@x.org: user\n";
        assert_eq!(
            with_comments(old, new),
            "members:\n  # the boss\n  a@x.org: admin\n  # on leave\n  b@x.org: developer\n  # new\n  c@x.org: user\n"
        );
    }

    #[test]
    fn a_hash_inside_a_string_is_not_a_comment() {
        let old = "  \"a #1\": active\n";
        let new = "  \"a #2\": active\n";
        assert_eq!(with_comments(old, new), new);
    }
}
