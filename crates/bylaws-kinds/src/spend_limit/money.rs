//! An amount of money with its currency, as the files write it: `5000 USD`, `5000.50 USD`.

use std::fmt;

use bylaws_engine::Amount;

/// An exact amount of money. It is shown with two decimals, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// The amount in the smallest unit of the currency, such as cents.
    pub cents: Amount,
    /// The code of the currency, three capital letters.
    pub currency: String,
}

/// The most digits before the decimal point.
const LONGEST: usize = 15;

/// A pattern for such a text, for JSON Schema.
pub(super) const PATTERN: &str = r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,2})? [A-Z]{3}";

impl Money {
    /// Parses an amount of the files; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, currency) = text.split_once(' ')?;
        let (whole, decimals) = number.split_once('.').map_or((number, None), |(a, b)| (a, Some(b)));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = digits(whole) && whole.len() <= LONGEST && (whole == "0" || !whole.starts_with('0'));
        let has_cents = decimals.is_none_or(|decimals| digits(decimals) && decimals.len() <= 2);
        let is_code = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
        let money = |cents| Self { cents, currency: currency.to_owned() };
        Amount::from_dollars(number).filter(|_| is_whole && has_cents && is_code).map(money)
    }

    /// Returns an amount of the service: whole cents as digits.
    pub(super) fn of_cents(digits: &str, currency: &str) -> Option<Self> {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let cents = Amount::from_cents(digits).filter(|_| is_number)?;
        Some(Self { cents, currency: currency.to_owned() })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.cents.rounded();
        write!(f, "{} {}", amount.strip_suffix(".00").unwrap_or(&amount), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_has_at_most_two_decimals_and_a_currency() {
        for (text, read) in [
            ("5000 USD", Some(("500000", "5000 USD"))),
            ("5000.50 USD", Some(("500050", "5000.50 USD"))),
            ("5000.5 USD", Some(("500050", "5000.50 USD"))),
            ("5000.00 USD", Some(("500000", "5000 USD"))),
            ("0 EUR", Some(("0", "0 EUR"))),
            ("0.01 EUR", Some(("1", "0.01 EUR"))),
            ("999999999999999.99 USD", Some(("99999999999999999", "999999999999999.99 USD"))),
            ("5000", None),
            ("5000 usd", None),
            ("5000 US", None),
            ("5000USD", None),
            ("$5000", None),
            ("USD 5000", None),
            ("5,000 USD", None),
            ("-1 USD", None),
            ("+1 USD", None),
            ("1e3 USD", None),
            ("007 USD", None),
            ("1.005 USD", None),
            ("1. USD", None),
            (".5 USD", None),
            (" USD", None),
            ("5000  USD", None),
            ("1000000000000000 USD", None),
        ] {
            let money = Money::parse(text);
            let shown = money.as_ref().map(|money| (money.cents.cents(), money.to_string()));
            assert_eq!(shown, read.map(|(cents, text)| (cents.to_owned(), text.to_owned())), "{text:?}");
        }
    }

    #[test]
    fn an_amount_of_the_service_is_digits() {
        let shown = |text| Money::of_cents(text, "USD").map(|money| money.to_string());
        assert_eq!(shown("500050").as_deref(), Some("5000.50 USD"));
        assert_eq!(shown("0099").as_deref(), Some("0.99 USD"));
        for text in ["", "-1", "1.5", "1e3"] {
            assert_eq!(shown(text), None, "{text:?}");
        }
    }
}
