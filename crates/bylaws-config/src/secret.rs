//! Finds and masks text that looks like a secret key of the service, so that it is never printed.
//! It does not check whether the key is real.

use std::borrow::Cow;
use std::ops::Range;

/// The prefix of every key. The prefix alone, as in prose about `sk-ant-` keys, is not a key.
const PREFIX: &str = "sk-ant-";
/// Minimum number of characters after the prefix.
const LEAST: usize = 8;

/// Returns the text with everything masked that looks like a secret key.
pub fn without_live_keys(text: &str) -> Cow<'_, str> {
    if find(text).is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = text.to_owned();
    mask(&mut masked);
    Cow::Owned(masked)
}

/// Replaces the characters after the prefix of each key with `*`, keeping all lengths, and returns the byte ranges of the
/// keys.
///
/// The prefix is kept because a plain YAML value that begins with `*` would be an alias.
pub(crate) fn mask(text: &mut String) -> Vec<Range<usize>> {
    let keys = find(text);
    if keys.is_empty() {
        return keys;
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for key in &keys {
        masked.push_str(text.get(from..key.start + PREFIX.len()).unwrap_or_default());
        masked.extend(std::iter::repeat_n('*', key.len() - PREFIX.len()));
        from = key.end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    *text = masked;
    keys
}

/// Returns the byte ranges of all keys, in order.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let mut keys: Vec<Range<usize>> = Vec::new();
    for (dash, _) in text.match_indices('-') {
        // The first dash of the prefix comes after two letters.
        let Some(start) = dash.checked_sub(2) else { continue };
        let prefix = text.get(start..start + PREFIX.len());
        let is_inside = keys.last().is_some_and(|last| start < last.end);
        if is_inside || !prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX)) {
            continue;
        }
        let secret = text.get(start + PREFIX.len()..).unwrap_or_default();
        let length =
            secret.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
        if length >= LEAST {
            keys.push(start..start + PREFIX.len() + length);
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn masking_keeps_the_length_of_a_key() {
        for (text, masked, count) in [
            ("k: sk-ant-admin01-abcdEFGH_9 # x", "k: sk-ant-****************** # x", 1),
            ("sk-ant-12345678sk-ant-12345678", "sk-ant-***********************", 1),
            ("SK-ANT-12345678,sk-ant-12345678", "SK-ANT-********,sk-ant-********", 2),
            ("keys begin with sk-ant-… or sk-ant-api", "keys begin with sk-ant-… or sk-ant-api", 0),
            ("task-antenna-12345678 k-ant-12345678", "task-antenna-12345678 k-ant-12345678", 0),
        ] {
            let mut copy = text.to_owned();
            assert_eq!(mask(&mut copy).len(), count, "{text}");
            assert_eq!(copy, masked);
        }
    }
}
