//! Lifetimes in files: a whole number with `s`, `m` or `h`.

use std::fmt;

/// A lifetime in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifetime(u32);

/// The pattern of a lifetime in files.
pub(super) const PATTERN: &str = "^[1-9][0-9]*[smh]$";

/// What counts as long: a stolen token works as long as it lives.
pub(crate) const LONG: Lifetime = Lifetime(3600);

impl Lifetime {
    /// Returns a lifetime of this many seconds.
    pub fn of_seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// Returns the seconds.
    pub fn seconds(self) -> u32 {
        self.0
    }

    /// Returns whether it is longer than most uses need.
    pub(crate) fn is_long(self) -> bool {
        self > LONG
    }

    /// Parses `900s`, `15m` or `1h`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (unit, digits) = match text.chars().last()? {
            's' => (1, text.strip_suffix('s')?),
            'm' => (60, text.strip_suffix('m')?),
            'h' => (3600, text.strip_suffix('h')?),
            _ => return None,
        };
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let number: u32 = digits.parse().ok().filter(|_| is_whole)?;
        Some(Self(number.checked_mul(unit)?))
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds if seconds % 3600 == 0 => write!(f, "{}h", seconds / 3600),
            seconds if seconds % 60 == 0 => write!(f, "{}m", seconds / 60),
            seconds => write!(f, "{seconds}s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_has_a_number_and_a_unit() {
        for (text, seconds, shown) in [
            ("90s", 90, "90s"),
            ("900s", 900, "15m"),
            ("15m", 900, "15m"),
            ("60m", 3600, "1h"),
            ("49h", 176_400, "49h"),
        ] {
            let lifetime = Lifetime::parse(text).unwrap();
            assert_eq!((lifetime.seconds(), lifetime.to_string()), (seconds, shown.to_owned()));
            assert_eq!(Lifetime::parse(shown), Some(lifetime));
        }
        for text in ["", "15", "m", "0m", "015m", "+5m", "1.5h", "15 m", "1d", "4294967295h", "15M", "1h30m"]
        {
            assert_eq!(Lifetime::parse(text), None, "{text:?}");
        }
    }
}
