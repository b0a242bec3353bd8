//! A text from which unreadable parts are cut so that the rest can be parsed.
//! Cut parts are blanked, so byte offsets and line ends do not change.

use std::ops::Range;

use crate::position::narrow;

/// The first bytes of everything that was cut, sorted.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    /// Values that could not be read; their keys are kept.
    holes: Vec<u32>,
    /// Lines that could not be read.
    gaps: Vec<u32>,
}

impl Cuts {
    pub(crate) fn is_empty(&self) -> bool {
        self.holes.is_empty() && self.gaps.is_empty()
    }

    /// Returns whether the value that begins here was cut.
    pub(crate) fn is_hole(&self, start: u32) -> bool {
        self.holes.binary_search(&start).is_ok()
    }

    /// Returns whether a line within these bytes was cut.
    pub(crate) fn is_torn(&self, bytes: &Range<u32>) -> bool {
        let first = self.gaps.partition_point(|&gap| gap < bytes.start);
        self.gaps.get(first).is_some_and(|&gap| gap < bytes.end)
    }
}

/// Returns spaces instead of a text, with its line ends.
pub(crate) fn blanked(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\n')).unwrap_or(line);
        blank.extend(std::iter::repeat_n(' ', content.len()));
        blank.push_str(line.get(content.len()..).unwrap_or_default());
    }
    blank
}

/// A text that is cut until it can be parsed.
pub(crate) struct Remainder {
    text: String,
    cuts: Cuts,
    /// The text that was cut: an alias to an anchor in it is not a separate mistake.
    lost: String,
}

impl Remainder {
    pub(crate) fn new(text: String) -> Self {
        Self { text, cuts: Cuts::default(), lost: String::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Cuts lines; the value that contained them is then incomplete. Returns the end of the cut.
    pub(crate) fn gap(&mut self, bytes: Range<usize>) -> usize {
        self.cuts.gaps.push(narrow(bytes.start));
        self.blank(bytes)
    }

    /// Cuts a value and leaves null in its place. Returns the end of the cut.
    pub(crate) fn hole(&mut self, bytes: Range<usize>) -> usize {
        let start = bytes.start;
        self.cuts.holes.push(narrow(start));
        let end = self.blank(bytes);
        if self.text.as_bytes().get(start) == Some(&b' ') {
            self.text.replace_range(start..=start, "~");
        }
        end
    }

    /// Blanks bytes without recording a cut, and returns their end.
    pub(crate) fn blank(&mut self, bytes: Range<usize>) -> usize {
        let end = bytes.end;
        let Some(old) = self.text.get(bytes.clone()) else { return end };
        let blank = blanked(old);
        self.lost.push_str(old);
        self.lost.push(' ');
        self.text.replace_range(bytes, &blank);
        end
    }

    /// Returns whether this anchor was cut.
    pub(crate) fn has_lost(&self, anchor: &str) -> bool {
        let ends = |rest: &str| rest.chars().next().is_none_or(|c| c.is_whitespace() || ",[]{}".contains(c));
        self.lost.match_indices('&').any(|(at, _)| {
            self.lost.get(at + 1..).and_then(|rest| rest.strip_prefix(anchor)).is_some_and(ends)
        })
    }

    /// Returns everything that was cut.
    pub(crate) fn cuts(self) -> Cuts {
        let mut cuts = self.cuts;
        cuts.holes.sort_unstable();
        cuts.gaps.sort_unstable();
        cuts
    }
}
