//! A text with the places that had to be taken out of it so that the rest can be read.
//! Every byte keeps its offset, and every line its end.

use std::ops::Range;

/// What was taken out, by first bytes, sorted.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    /// Where a value stood that nobody could read. Its key is still there.
    holes: Vec<u32>,
    /// Where lines stood that nobody could read.
    gaps: Vec<u32>,
}

impl Cuts {
    pub(crate) fn is_empty(&self) -> bool {
        self.holes.is_empty() && self.gaps.is_empty()
    }

    /// Whether the value that begins here could not be read.
    pub(crate) fn is_hole(&self, start: u32) -> bool {
        self.holes.binary_search(&start).is_ok()
    }

    /// Whether a line is missing within these bytes.
    pub(crate) fn is_torn(&self, bytes: &Range<u32>) -> bool {
        let first = self.gaps.partition_point(|&gap| gap < bytes.start);
        self.gaps.get(first).is_some_and(|&gap| gap < bytes.end)
    }
}

/// A text that is being cut until it can be read.
pub(crate) struct Remainder {
    text: String,
    cuts: Cuts,
    /// What was cut out: anchors in it are not missing by a mistake of their own.
    lost: String,
}

impl Remainder {
    pub(crate) fn new(text: String) -> Self {
        Self { text, cuts: Cuts::default(), lost: String::new() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Takes out lines; what they belong to counts as torn.
    pub(crate) fn gap(&mut self, bytes: Range<usize>) {
        self.cuts.gaps.push(narrow(bytes.start));
        self.blank(bytes);
    }

    /// Takes out a value; one that means nothing remains in its place.
    pub(crate) fn hole(&mut self, bytes: Range<usize>) {
        let start = bytes.start;
        self.cuts.holes.push(narrow(start));
        self.blank(bytes);
        if self.text.as_bytes().get(start) == Some(&b' ') {
            self.text.replace_range(start..=start, "~");
        }
    }

    /// Takes out what is not missed, and says whether anything stood there.
    pub(crate) fn blank(&mut self, bytes: Range<usize>) -> bool {
        let Some(old) = self.text.get(bytes.clone()) else { return false };
        if old.bytes().all(|b| b.is_ascii_whitespace()) {
            return false;
        }
        let mut blank = String::with_capacity(old.len());
        for line in old.split_inclusive('\n') {
            let end = if line.ends_with("\r\n") {
                "\r\n"
            } else if line.ends_with('\n') {
                "\n"
            } else {
                ""
            };
            blank.extend(std::iter::repeat_n(' ', line.len() - end.len()));
            blank.push_str(end);
        }
        self.lost.push_str(old);
        self.lost.push(' ');
        self.text.replace_range(bytes, &blank);
        true
    }

    /// Whether this anchor was cut out.
    pub(crate) fn has_lost(&self, anchor: &str) -> bool {
        let ends = |rest: &str| rest.chars().next().is_none_or(|c| c.is_whitespace() || ",[]{}".contains(c));
        self.lost.match_indices('&').any(|(at, _)| {
            self.lost.get(at + 1..).and_then(|rest| rest.strip_prefix(anchor)).is_some_and(ends)
        })
    }

    /// All that was taken out so far.
    pub(crate) fn cuts(self) -> Cuts {
        let mut cuts = self.cuts;
        cuts.holes.sort_unstable();
        cuts.gaps.sort_unstable();
        cuts
    }
}

/// Files are capped far below 4 GiB.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
