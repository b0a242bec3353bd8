//! "Did you mean …?" suggestions: the nearest of the valid words.
//! Distant words are never suggested, because a wrong guess is worse than none.

use strsim::damerau_levenshtein;

/// Maximum length of words to compare, in characters: the cost is quadratic.
const MAX_WORD: usize = 100;

/// Returns the nearest candidate within a third of the word's length, or the first of equally near ones.
///
/// Only the part of an address before the `@` counts as length, because a shared domain does not make two people
/// similar. Addresses of one domain whose names begin alike may differ by two letters: `carol@` for `carla@`.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = word.chars().count();
    if length > MAX_WORD {
        return None;
    }
    let telling = word.find('@').map_or(length, |at| word[..at].chars().count());
    let limit = (telling / 3).max(1);
    let word = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.len().abs_diff(word.len()) > 4 * limit || candidate.len() > 4 * MAX_WORD {
            continue;
        }
        let candidate_word = candidate.to_lowercase();
        let limit = if begin_alike(&word, &candidate_word) { limit.max(2) } else { limit };
        let distance = damerau_levenshtein(&word, &candidate_word);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns whether two addresses share their domain and at least half of the name before it.
fn begin_alike(one: &str, other: &str) -> bool {
    let (Some((one, domain)), Some((other, same))) = (one.split_once('@'), other.split_once('@')) else {
        return false;
    };
    let shared = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    domain == same && shared >= 3 && 2 * shared >= one.chars().count().max(other.chars().count())
}

/// Returns `did you mean …? ` or an empty string.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    nearest(word, candidates).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_near_words_are_suggested() {
        let words = ["user", "developer", "billing"];
        for (word, near) in [
            ("usr", Some("user")),
            ("Developer", Some("developer")),
            ("develpoer", Some("developer")),
            ("x", None),
            ("owner", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, words), near, "{word}");
        }
    }

    #[test]
    fn a_shared_domain_does_not_make_addresses_similar() {
        let people = ["ben@acme.com", "ivy@acme.com", "magdalena@acme.com", "carla@acme.com"];
        for (address, near) in [
            ("cleo@acme.com", None),
            ("eve@acme.com", None),
            ("bne@acme.com", Some("ben@acme.com")),
            ("ben@amce.com", Some("ben@acme.com")),
            ("magdelina@acme.com", Some("magdalena@acme.com")),
            ("carol@acme.com", Some("carla@acme.com")),
            ("carol@other.com", None),
            ("carmen@acme.com", None),
        ] {
            assert_eq!(nearest(address, people), near, "{address}");
        }
    }
}
