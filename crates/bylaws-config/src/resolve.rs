//! The types of YAML values: what a plain scalar is, and what a tag asks for.

use std::borrow::Cow;

use granit_parser::{ScalarStyle, Tag};

use crate::raw::RawValue;

/// Returns the value of a scalar, or `None` if its tag is not supported or asks for another value.
pub(crate) fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Option<RawValue> {
    match tag.map(kind) {
        None if style == ScalarStyle::Plain => Some(plain(text)),
        None | Some("str" | "!") => Some(RawValue::Text(text.into_owned())),
        Some("null") => Some(RawValue::Null),
        Some(kind) => Some(plain(text)).filter(|value| {
            matches!((kind, value), ("bool", RawValue::Bool) | ("int" | "float", RawValue::Number))
        }),
    }
}

/// Returns an empty list, or `None` if its tag asks for another value.
pub(crate) fn list(tag: Option<&Tag>) -> Option<RawValue> {
    matches!(tag.map(kind), None | Some("seq" | "!")).then(|| RawValue::List(Vec::new()))
}

/// Returns an empty map, or `None` if its tag asks for another value.
pub(crate) fn map(tag: Option<&Tag>) -> Option<RawValue> {
    matches!(tag.map(kind), None | Some("map" | "!")).then(|| RawValue::Map(Vec::new()))
}

/// Returns what a tag asks for: `str` for `!!str` or `!str`, `!` for `!`, and `?` if it is not supported.
fn kind(tag: &Tag) -> &str {
    match tag.parts() {
        ("", "!") | ("!", "") => "!",
        ("!", name) => name,
        _ => tag.core_suffix().unwrap_or("?"),
    }
}

/// Returns the value of an unquoted scalar.
fn plain(text: Cow<'_, str>) -> RawValue {
    match &*text {
        // The parser reports an absent value as `~`.
        "" | "~" | "null" | "Null" | "NULL" => RawValue::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => RawValue::Bool,
        word if is_number(word) => RawValue::Number,
        _ => RawValue::Text(text.into_owned()),
    }
}

/// Returns whether an unquoted scalar is a number: a decimal, or a hexadecimal, octal or binary integer. Integers may
/// have `_` between digits.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let (radix, digits) = match unsigned.split_at_checked(2) {
        Some(("0x" | "0X", digits)) => (16, digits),
        Some(("0o" | "0O", digits)) => (8, digits),
        Some(("0b" | "0B", digits)) => (2, digits),
        _ if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") => return true,
        _ if text.parse::<f64>().is_ok() => return true,
        _ if unsigned.starts_with('0') => return false,
        _ => (10, unsigned),
    };
    digits.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(radix)))
        && u64::from_str_radix(&digits.replace('_', ""), radix).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::raw::RawValue;
    use crate::syntax::parse;

    /// Returns the value of a scalar in a list, in words.
    fn value(scalar: &str) -> String {
        let RawValue::List(items) = parse(&format!("[{scalar}]\n")).ok().unwrap().value else { panic!() };
        match &items[0].value {
            RawValue::Null => "null".to_owned(),
            RawValue::Bool => "bool".to_owned(),
            RawValue::Number => "number".to_owned(),
            RawValue::Text(text) => text.clone(),
            RawValue::List(_) | RawValue::Map(_) => panic!(),
        }
    }

    #[test]
    fn scalars_have_the_types_of_yaml() {
        for (expected, scalars) in [
            ("null", "~ null Null NULL !!null !!null|x"),
            ("bool", "true True TRUE false False FALSE !!bool|true !!bool|'false'"),
            ("number", "0 1 -1 +1 017 1_000 1.5 .5 1. 1e3 1e999 -1.5E-3 99999999999999999999999999"),
            ("number", "0x1F 0X1f -0x1_f 0o17 0O7 0b101 .inf -.INF +.Inf .nan .NaN"),
            ("number", "!!int|1 !!int|'1' !!float|1.5 !int|0x1"),
            ("text", "text 'text' !!str|text !|text !str|text"),
        ] {
            for scalar in scalars.split(' ') {
                assert_eq!(value(&scalar.replace('|', " ")), expected, "{scalar}");
            }
        }
        let texts = "nULL tRUE yes no on off y n nan inf Infinity +inf -nan + . 0x 0xG 0o8 0b2 1__0 _1 1_ 0_1 1_0.5 1e \
            1.2.3 0x1_ 0x+1 0xFFFFFFFFFFFFFFFFF 2027-01-31 12:30:45 10% 007@acme.com ä << = a#b 1:2 none";
        for text in texts.split_whitespace() {
            assert_eq!(value(text), text);
            assert_eq!(value(&format!("!!str {text}")), text);
        }
        for text in ["null", "true", "1", "~", ""] {
            assert_eq!(value(&format!("'{text}'")), text);
            assert_eq!(value(&format!("! {text}")), text);
        }
    }
}
