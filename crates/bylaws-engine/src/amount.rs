//! Money: exact decimal US cents. Not a float, so that sums of a report equal the bill.

use crate::text::quoted;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use bigdecimal::{BigDecimal, RoundingMode, Zero};

/// An exact amount in US cents, with as many decimals as the service reports
/// (`docs/service-behaviour.md#reports`).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(BigDecimal);

/// The maximum number of digits before and after the decimal point. Protects against hostile exponents.
const LONGEST: usize = 60;

impl Amount {
    /// Parses a decimal number of cents: digits with an optional sign and decimal point. Exponents are
    /// refused.
    pub fn from_cents(text: &str) -> Option<Self> {
        let number = text.strip_prefix('-').unwrap_or(text);
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = digits(whole) && digits(decimals) && text.len() <= LONGEST;
        is_plain.then(|| BigDecimal::from_str(text).ok().map(|value| Self(value.normalized())))?
    }

    /// Parses dollars as people write them: `500`, `12.50`.
    pub fn from_dollars(text: &str) -> Option<Self> {
        Self::from_cents(text).map(|amount| amount.times(100))
    }

    /// Returns the amount multiplied by `factor`.
    #[must_use]
    pub fn times(&self, factor: u32) -> Self {
        Self((&self.0 * BigDecimal::from(factor)).normalized())
    }

    /// Returns the cents with all decimals: `1234.5`.
    pub fn cents(&self) -> String {
        self.0.to_plain_string()
    }

    /// Returns the dollars with all decimals, at least two: `12.345`, `12.00`.
    pub fn dollars(&self) -> String {
        let dollars = (&self.0 / BigDecimal::from(100)).normalized();
        let decimals = dollars.fractional_digit_count().max(2);
        dollars.with_scale(decimals).to_plain_string()
    }

    /// Returns the dollars rounded to whole cents, half to even, for tables: `12.34`.
    pub fn rounded(&self) -> String {
        (&self.0 / BigDecimal::from(100)).with_scale_round(2, RoundingMode::HalfEven).to_plain_string()
    }

    /// Returns how many of `parts` equal parts of `whole` this is, rounded, 0 if negative; `None` if `whole`
    /// is not positive.
    pub fn portion_of(&self, whole: &Self, parts: u32) -> Option<u32> {
        use bigdecimal::ToPrimitive;
        let zero = BigDecimal::zero();
        (whole.0 > zero).then(|| {
            let share = &self.0 * BigDecimal::from(parts) / &whole.0;
            share.with_scale_round(0, RoundingMode::HalfUp).max(zero).to_u32().unwrap_or(u32::MAX)
        })
    }

    /// Returns whether the amount is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
}

quoted!(Amount);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rounded().strip_prefix('-') {
            Some(less) => write!(f, "-${less}"),
            None => write!(f, "${}", self.rounded()),
        }
    }
}

impl Add for Amount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0).normalized())
    }
}

impl AddAssign<&Self> for Amount {
    fn add_assign(&mut self, other: &Self) {
        self.0 = (&self.0 + &other.0).normalized();
    }
}

impl<'a> Sum<&'a Self> for Amount {
    fn sum<I: Iterator<Item = &'a Self>>(amounts: I) -> Self {
        let mut total = Self::default();
        amounts.for_each(|amount| total += amount);
        total
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_are_exact() {
        let tenth = Amount::from_cents("0.1").unwrap();
        let sum: Amount = std::iter::repeat_n(&tenth, 10).sum();
        assert_eq!((sum.cents(), sum.dollars(), sum.rounded()), ("1".into(), "0.01".into(), "0.01".into()));
        let long = Amount::from_cents("123456789012345678901234567890.000000000000000000001").unwrap();
        let sum = long + Amount::from_cents("0.000000000000000000009").unwrap();
        assert_eq!(sum.cents(), "123456789012345678901234567890.00000000000000000001");
    }

    #[test]
    fn amounts_parse_and_display() {
        for (cents, dollars, shown) in [
            ("0", "0.00", "$0.00"),
            ("1234.5", "12.345", "$12.34"),
            ("1235.5", "12.355", "$12.36"),
            ("100", "1.00", "$1.00"),
            ("-250", "-2.50", "-$2.50"),
            ("0.001", "0.00001", "$0.00"),
        ] {
            let amount = Amount::from_cents(cents).unwrap();
            assert_eq!((amount.dollars().as_str(), amount.to_string().as_str()), (dollars, shown), "{cents}");
        }
        for bad in ["", "1e9", "+1", "1.", ".5", "1,000", "NaN", "--1", "-", &"9".repeat(61)] {
            assert_eq!(Amount::from_cents(bad), None, "{bad}");
        }
        assert_eq!(Amount::from_dollars("12.5").unwrap().cents(), "1250");
    }

    #[test]
    fn portion_of_rounds_and_handles_zero() {
        let cents = |text| Amount::from_cents(text).unwrap();
        for (part, whole, portion) in [
            ("1", "3", Some(333)),
            ("2", "3", Some(667)),
            ("3", "3", Some(1000)),
            ("0", "3", Some(0)),
            ("-1", "3", Some(0)),
            ("0.0000001", "0.0000003", Some(333)),
            ("1", "0", None),
            ("1", "-1", None),
        ] {
            assert_eq!(cents(part).portion_of(&cents(whole), 1000), portion, "{part} of {whole}");
        }
    }
}
