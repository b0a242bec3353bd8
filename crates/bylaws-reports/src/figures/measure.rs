//! What all kinds of figures have in common: sums, order and shares.

use std::cmp::Ordering;

use bylaws_engine::Amount;

/// Figures that can be summed. The default is zero.
pub trait Measure: Clone + Default {
    /// Adds another figure, without loss.
    fn add(&mut self, more: &Self);

    /// Returns whether the figure is zero.
    fn is_zero(&self) -> bool;

    /// Compares two figures, for the order of rows.
    fn compare(&self, other: &Self) -> Ordering;

    /// Returns how many of `parts` equal parts of `whole` this is, rounded; `None` if `whole` is zero.
    fn portion(&self, whole: &Self, parts: u32) -> Option<u32>;
}

impl Measure for Amount {
    fn add(&mut self, more: &Self) {
        *self += more;
    }

    fn is_zero(&self) -> bool {
        Self::is_zero(self)
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }

    fn portion(&self, whole: &Self, parts: u32) -> Option<u32> {
        self.portion_of(whole, parts)
    }
}

/// Returns `part / whole * parts`, rounded half up; `None` if `whole` is zero.
pub(super) fn portion(part: u128, whole: u128, parts: u32) -> Option<u32> {
    if whole == 0 {
        return None;
    }
    // Beyond 2^96 the last bits make no visible difference and would overflow.
    let shift = 32_u32.saturating_sub(whole.max(part).leading_zeros());
    let (part, whole) = (part >> shift, (whole >> shift).max(1));
    let scaled = part.saturating_mul(u128::from(parts)).saturating_add(whole / 2) / whole;
    Some(u32::try_from(scaled).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::portion;

    #[test]
    fn portions_are_rounded_and_never_overflow() {
        for (part, whole, parts, expected) in [
            (0, 0, 8, None),
            (0, 5, 8, Some(0)),
            (5, 5, 8, Some(8)),
            (1, 3, 1000, Some(333)),
            (2, 3, 1000, Some(667)),
            (u128::MAX, u128::MAX, 1000, Some(1000)),
            (u128::MAX / 2, u128::MAX, 1000, Some(500)),
            (1, u128::MAX, 1000, Some(0)),
            (1 << 95, 1 << 96, 1000, Some(500)),
        ] {
            assert_eq!(portion(part, whole, parts), expected, "{part} of {whole}");
        }
    }
}
