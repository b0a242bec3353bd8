//! Numbers for people: short in tables, in full with commas elsewhere. Uses integers only.

use bylaws_engine::Amount;
use bylaws_output::render::markdown::commas;

/// The unit of each power of a thousand.
const UNITS: [&str; 5] = ["k", "M", "B", "T", "Q"];

/// Returns three digits and a unit: `999`, `1.23k`, `45.6M`. Rounds half up.
pub(crate) fn short(n: u128) -> String {
    if n < 1_000 {
        return n.to_string();
    }
    let mut unit = 1_u128;
    for name in &UNITS {
        unit *= 1_000;
        let rounded = |scale: u128| n.saturating_mul(scale).saturating_add(unit / 2) / unit;
        // As many decimals as fill three digits; a number that rounds to 1,000 gets the next unit.
        for (decimals, scale) in [(2, 100), (1, 10)] {
            let scaled = rounded(scale);
            if scaled < 1_000 {
                return format!("{}.{:0decimals$}{name}", scaled / scale, scaled % scale);
            }
        }
        if rounded(1) < 1_000 || UNITS.last() == Some(name) {
            return format!("{}{name}", commas(&rounded(1).to_string()));
        }
    }
    n.to_string()
}

/// Returns dollars and cents, `$1,234.57`, rounded half to even.
pub(crate) fn money(amount: &Amount) -> String {
    let rounded = amount.rounded();
    let (sign, number) = rounded.strip_prefix('-').map_or(("", rounded.as_str()), |number| ("-", number));
    let (whole, part) = number.split_once('.').unwrap_or((number, "00"));
    // A negative amount that rounds to zero has no sign.
    let sign = if number.bytes().all(|byte| matches!(byte, b'0' | b'.')) { "" } else { sign };
    format!("{sign}${}.{part}", commas(whole))
}

/// Returns a number of thousandths as a percentage: `12.3%`.
pub(crate) fn percent(permille: u32) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_short_and_rounded() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1.00k"),
            (1_234, "1.23k"),
            (9_994, "9.99k"),
            (9_995, "10.0k"),
            (12_345, "12.3k"),
            (99_949, "99.9k"),
            (99_950, "100k"),
            (999_499, "999k"),
            (999_500, "1.00M"),
            (1_234_567_890, "1.23B"),
            (999_999_999_999, "1.00T"),
            (18_446_744_073_709_551_615, "18,447Q"),
        ] {
            assert_eq!(short(n), text, "{n}");
        }
        assert!(short(u128::MAX).ends_with('Q'));
    }

    #[test]
    fn money_is_rounded_half_to_even() {
        for (cents, text) in [
            ("0", "$0.00"),
            ("123456.5", "$1,234.56"),
            ("123457.5", "$1,234.58"),
            ("-100000", "-$1,000.00"),
            ("-0.4", "$0.00"),
            ("99999999", "$999,999.99"),
        ] {
            assert_eq!(money(&Amount::from_cents(cents).unwrap()), text, "{cents}");
        }
        assert_eq!(
            (percent(0), percent(1000), percent(123)),
            ("0.0%".into(), "100.0%".into(), "12.3%".into())
        );
    }
}
