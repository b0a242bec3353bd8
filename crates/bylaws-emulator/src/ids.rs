//! Ids, colors and figures that look like the service's but are derived from their input. The callers decide
//! what an id stands for and whether it is in use.

use std::collections::BTreeSet;

/// Returns an id such as `user_01Ab…`: the prefix, `01`, and 22 characters derived from `parts`.
pub(crate) fn id(prefix: &str, parts: &[&str]) -> String {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut text = format!("{prefix}01");
    let mut state = hash(parts);
    for _ in 0..22 {
        state = mix(state);
        let at = usize::try_from(state % 58).unwrap_or_default();
        text.push(ALPHABET.get(at).map_or('1', |byte| char::from(*byte)));
    }
    text
}

/// Like [`id`], but never one in `taken`; the result is added to it.
pub(crate) fn fresh(prefix: &str, parts: &[&str], taken: &mut BTreeSet<String>) -> String {
    let mut candidate = id(prefix, parts);
    let mut again = 1_u64;
    while taken.contains(&candidate) {
        again += 1;
        let number = again.to_string();
        let mut more = parts.to_vec();
        more.push(&number);
        candidate = id(prefix, &more);
    }
    taken.insert(candidate.clone());
    candidate
}

/// Returns whether the text is `prefix` followed by letters and digits.
pub(crate) fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && text.len() <= 128 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Returns a UUID derived from `parts`, in the usual five groups.
pub(crate) fn uuid(parts: &[&str]) -> String {
    let high = hash(parts);
    let low = mix(high);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0x0fff,
        low >> 52,
        low & 0xffff_ffff_ffff
    )
}

/// Returns a number derived from `parts`, the same on every machine and in every version.
pub(crate) fn hash(parts: &[&str]) -> u64 {
    // FNV-1a: the standard library's hasher may change between releases, and seeds outlive releases.
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        // A byte that never occurs in UTF-8 separates ("ab", "c") from ("a", "bc").
        for byte in part.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    mix(state)
}

/// Spreads a number over all 64 bits (the last step of `SplitMix64`).
pub(crate) fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_derived_from_its_parts() {
        assert_eq!(id("user_", &["ada@acme.com"]), id("user_", &["ada@acme.com"]));
        assert_ne!(id("user_", &["ab", "c"]), id("user_", &["a", "bc"]));
        assert_eq!(id("user_", &["x"]).len(), "user_01".len() + 22);
    }

    #[test]
    fn a_taken_id_is_never_given_again() {
        let mut taken = BTreeSet::new();
        let first = fresh("invite_", &["x"], &mut taken);
        assert_ne!(first, fresh("invite_", &["x"], &mut taken));
    }

    #[test]
    fn a_uuid_has_the_usual_shape() {
        let text = uuid(&["compartment"]);
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }

    #[test]
    fn an_id_is_its_prefix_and_letters_or_digits() {
        assert!(is_id("user_01Ab", "user_"));
        assert!(!is_id("user_", "user_") && !is_id("user_a-b", "user_") && !is_id("invite_1", "user_"));
    }
}
