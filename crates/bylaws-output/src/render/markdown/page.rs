//! A page with a limited size. A page consists of blocks; each has a full form, briefer forms, and a minimum. Space is
//! assigned by rank, so that the least important blocks are cut first, but never below the minimum of another block.
//! An opened element is always closed, because both are accounted for together.

use super::span::count;

/// The maximum size of a page in bytes, and so in characters and UTF-16 units as well. GitHub accepts 65,536
/// characters; the rest is left for a line that a posting tool adds.
pub(super) const LIMIT: usize = 64_900;

/// A part of a block that is shown in full or not at all, and the changes (by index in the plan) that it shows.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) changes: Vec<usize>,
}

impl Piece {
    pub(super) fn new(text: String) -> Self {
        Self { text, changes: Vec::new() }
    }
}

/// How a cut is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum More {
    /// As a line of a list.
    Line,
    /// Within a line.
    Inline,
    /// Not at all: the block has its own text for it.
    Silent,
}

/// One way to show a block.
#[derive(Clone, Debug)]
pub(super) struct Form {
    open: String,
    pieces: Vec<Piece>,
    /// The number of pieces that were not rendered because they could never fit.
    unwritten: usize,
    close: String,
    more: More,
}

impl Form {
    /// Renders pieces only as long as they could fit, so that a long list costs no more than a page.
    pub(super) fn new(
        open: impl Into<String>,
        pieces: impl ExactSizeIterator<Item = Piece>,
        close: impl Into<String>,
        more: More,
    ) -> Self {
        let total = pieces.len();
        let (mut written, mut size) = (Vec::new(), 0);
        for piece in pieces {
            size += piece.text.len();
            if size > LIMIT {
                break;
            }
            written.push(piece);
        }
        let unwritten = total - written.len();
        Self { open: open.into(), pieces: written, unwritten, close: close.into(), more }
    }

    /// Returns a form without pieces.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::new(text, std::iter::empty(), "", More::Silent)
    }

    fn total(&self) -> usize {
        self.pieces.len() + self.unwritten
    }

    fn told(&self, left: usize) -> String {
        match self.more {
            _ if left == 0 => String::new(),
            More::Line => format!("- … and {} more\n", count(left)),
            More::Inline => format!(" and {} more", count(left)),
            More::Silent => String::new(),
        }
    }

    /// Returns the size without any piece.
    fn least(&self) -> usize {
        self.open.len() + self.told(self.total()).len() + self.close.len()
    }

    /// Returns the size with all pieces; `None` if it exceeds a page.
    fn whole(&self) -> Option<usize> {
        let pieces: usize = self.pieces.iter().map(|piece| piece.text.len()).sum();
        (self.unwritten == 0).then_some(self.open.len() + pieces + self.close.len())
    }
}

/// The priority of blocks: the last ones are cut first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Never cut in a plan that can be reviewed.
    Review,
    /// Live people who are not in the files: no change of the files makes them fewer.
    Outsiders,
    /// Why a plan cannot be applied.
    Refusal,
    /// Changes, their side effects, and blocked entries.
    Changes,
    /// Approvals and reports of guards.
    Guards,
    /// Workspaces that the plan creates, and their content.
    New,
    Waiting,
    Unlisted,
    Notes,
}

/// A block of the page.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The name of its pieces, for the line that says what was cut: `people`.
    what: &'static str,
    /// The forms, fullest first.
    forms: Vec<Form>,
    last: Form,
    /// The size reserved for pieces, as far as they need it.
    floor: usize,
    /// The maximum size.
    ceiling: usize,
    rank: Rank,
}

impl Block {
    /// Returns a block with one form.
    pub(super) fn new(what: &'static str, form: Form) -> Self {
        Self { what, forms: Vec::new(), last: form, floor: 0, ceiling: LIMIT, rank: Rank::Changes }
    }

    /// Returns a text that is never cut.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::new("", Form::text(text))
    }

    /// Returns a list of `total` entries under a heading; `None` without any.
    pub(super) fn list(
        what: &'static str,
        title: &str,
        total: usize,
        pieces: impl ExactSizeIterator<Item = Piece>,
    ) -> Option<Self> {
        let open = format!("\n### {title} ({})\n\n", count(total));
        (pieces.len() > 0).then(|| Self::new(what, Form::new(open, pieces, "", More::Line)))
    }

    /// Returns a list in a collapsed section; `None` without entries. Renderers parse the title as HTML, not as
    /// Markdown, so it must not contain user-supplied text.
    pub(super) fn folded(
        what: &'static str,
        title: &str,
        total: usize,
        pieces: impl ExactSizeIterator<Item = Piece>,
    ) -> Option<Self> {
        let open = format!("\n<details>\n<summary>{title} ({})</summary>\n\n", count(total));
        // The empty line before the end tag makes a renderer parse the tag as HTML.
        (pieces.len() > 0).then(|| Self::new(what, Form::new(open, pieces, "\n</details>\n", More::Line)))
    }

    /// Adds a fuller form before the others.
    pub(super) fn or_better(mut self, form: Form) -> Self {
        self.forms.insert(0, form);
        self
    }

    pub(super) fn floor(self, floor: usize) -> Self {
        Self { floor, ..self }
    }

    pub(super) fn ceiling(self, ceiling: usize) -> Self {
        Self { ceiling, ..self }
    }

    pub(super) fn rank(self, rank: Rank) -> Self {
        Self { rank, ..self }
    }

    pub(super) fn is_ranked(&self, rank: Rank) -> bool {
        self.rank == rank
    }

    /// Returns the size of the briefest form without a cut; `None` if it exceeds a page.
    fn smallest(&self) -> Option<usize> {
        self.forms.iter().chain([&self.last]).filter_map(Form::whole).min()
    }

    fn fits(&self, room: usize) -> Option<&Form> {
        let fits = |form: &&Form| form.whole().is_some_and(|size| size <= room);
        self.forms.iter().chain([&self.last]).find(fits)
    }

    /// Returns the size that is reserved while other blocks take theirs.
    fn reserve(&self) -> usize {
        let least = self.last.least() + self.floor;
        self.smallest().map_or(least, |whole| whole.min(least)).min(self.ceiling)
    }
}

/// The pieces that a block could not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) what: &'static str,
    pub(super) left: usize,
    pub(super) total: usize,
}

/// Blocks with their assigned sizes.
#[derive(Debug, Default)]
pub(super) struct Laid {
    pub(super) text: String,
    pub(super) cuts: Vec<Cut>,
    /// Returns the changes that a piece shows, with repetitions.
    pub(super) shown: Vec<usize>,
}

/// Returns whether these blocks fit in this size without a cut.
pub(super) fn fit_whole(blocks: &[Block], room: usize) -> bool {
    let sizes: Option<Vec<usize>> = blocks.iter().map(Block::smallest).collect();
    sizes.is_some_and(|sizes| sizes.iter().sum::<usize>() <= room)
}

/// Assigns each block the size it needs, by rank and then in the order of the page, as long as the others keep their
/// minimum.
pub(super) fn lay_out(blocks: &[Block], room: usize) -> Laid {
    let mut by_rank: Vec<(usize, &Block)> = blocks.iter().enumerate().collect();
    by_rank.sort_by_key(|(_, block)| block.rank);
    let mut later: usize = blocks.iter().map(Block::reserve).sum();
    let mut taken = 0;
    let mut parts: Vec<(usize, Laid)> = Vec::with_capacity(blocks.len());
    for (at, block) in by_rank {
        later -= block.reserve();
        let part = block.laid(room.saturating_sub(taken + later).min(block.ceiling));
        taken += part.text.len();
        parts.push((at, part));
    }
    parts.sort_by_key(|(at, _)| *at);
    let mut page = Laid::default();
    for (_, part) in parts {
        page.text.push_str(&part.text);
        page.cuts.extend(part.cuts);
        page.shown.extend(part.shown);
    }
    page
}

impl Block {
    /// Returns the fullest form that fits, or else as much of the briefest form as fits.
    fn laid(&self, room: usize) -> Laid {
        let (form, room) = self.fits(room).map_or((&self.last, room), |form| (form, usize::MAX));
        let mut laid = Laid { text: form.open.clone(), ..Laid::default() };
        let mut size = form.least();
        let mut left = form.total();
        for piece in &form.pieces {
            size += piece.text.len();
            if size > room {
                break;
            }
            laid.text.push_str(&piece.text);
            laid.shown.extend(&piece.changes);
            left -= 1;
        }
        laid.text.push_str(&form.told(left));
        laid.text.push_str(&form.close);
        if left > 0 {
            laid.cuts.push(Cut { what: self.what, left, total: form.total() });
        }
        laid
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(n: usize, text: &'static str) -> Form {
        let pieces: Vec<Piece> = (0..n).map(|at| Piece { text: text.into(), changes: vec![at] }).collect();
        Form::new("open\n", pieces.into_iter(), "close\n", More::Line)
    }

    #[test]
    fn blocks_that_fit_are_shown_in_full() {
        let laid = lay_out(&[Block::new("x", list(2, "- brief\n")).or_better(list(2, "- in full\n"))], 1_000);
        assert_eq!(laid.text, "open\n- in full\n- in full\nclose\n");
        assert_eq!(laid.cuts, []);
    }

    #[test]
    fn briefer_forms_are_used_before_cutting() {
        let block = Block::new("x", list(3, "- b\n")).or_better(list(3, "- in full\n")).floor(0);
        assert_eq!(lay_out(&[block], 30).text, "open\n- b\n- b\n- b\nclose\n");
        let block = Block::new("x", list(3, "- a line of a list\n")).floor(0);
        let laid = lay_out(&[block], 30);
        assert_eq!(laid.text, "open\n- … and 3 more\nclose\n");
        assert_eq!(laid.cuts, [Cut { what: "x", left: 3, total: 3 }]);
    }

    #[test]
    fn the_lowest_rank_is_cut_first() {
        let ranks = [Rank::Notes, Rank::New, Rank::Review, Rank::Changes, Rank::Unlisted, Rank::Waiting];
        let blocks = ranks.map(|rank| Block::new("x", list(10, "- a line of this list\n")).rank(rank));
        let mut whole_before = usize::MAX;
        for room in (200..2_000).rev().step_by(50) {
            let laid = lay_out(&blocks, room);
            assert!(laid.text.len() <= room.max(300), "{room}");
            let parts: Vec<usize> =
                laid.text.split("open\n").skip(1).map(|part| part.matches("- a").count()).collect();
            // By rank: a later block shows nothing while an earlier one is cut,
            let by_rank: Vec<usize> = [2, 3, 1, 5, 4, 0].map(|at| parts[at]).to_vec();
            let first_cut = by_rank.iter().position(|n| *n < 10).unwrap_or(6);
            // except for the rest of a line that did not fit.
            assert!(by_rank.iter().skip(first_cut + 1).sum::<usize>() <= 1, "{room}: {by_rank:?}");
            assert!(first_cut <= whole_before);
            whole_before = first_cut;
        }
        assert!(whole_before == 0);
    }

    #[test]
    fn a_large_block_leaves_the_others_their_minimum() {
        for n in [1, 10, 1_000, 100_000] {
            let blocks =
                [list(n, "- a long line of the first\n"), list(n, "- second\n"), list(3, "- third\n")];
            let blocks = blocks.map(|form| Block::new("x", form).floor(100));
            let laid = lay_out(&blocks, 10_000);
            assert!(laid.text.len() <= 10_000, "{n}: {}", laid.text.len());
            assert_eq!(laid.text.matches("open").count(), laid.text.matches("close").count());
            assert_eq!(laid.text.matches("- third").count(), 3, "{n}");
            assert!(laid.text.contains("- second"), "{n}");
        }
    }
}
