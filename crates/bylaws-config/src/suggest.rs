//! "Did you mean …?": the nearest of the words that are valid somewhere.
//! Far words are never suggested; a wrong guess is worse than none.

use strsim::damerau_levenshtein;

/// Longer words are not compared: nothing here is that long, and comparing costs their product.
const MAX_WORD: usize = 100;

/// The nearest candidate within a third of the word's length; the first of equals. Of an address only what is
/// before the `@` counts as length: that people share a domain makes nobody like another.
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
        let distance = damerau_levenshtein(&word, &candidate.to_lowercase());
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `did you mean …? ` or nothing.
pub(crate) fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
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
    fn sharing_a_domain_makes_nobody_alike() {
        let people = ["ben@acme.com", "ivy@acme.com", "magdalena@acme.com"];
        for (address, near) in [
            ("cleo@acme.com", None),
            ("eve@acme.com", None),
            ("bne@acme.com", Some("ben@acme.com")),
            ("ben@amce.com", Some("ben@acme.com")),
            ("magdelina@acme.com", Some("magdalena@acme.com")),
        ] {
            assert_eq!(nearest(address, people), near, "{address}");
        }
    }
}
