//! Detects key names that do not say what a key is for.

/// Words that are common in key names and carry no information.
const EMPTY: &str = "a abc admin anthropic api asdf bar claude copy default delete foo is key me my mykey new old \
    some temp test testing the this tmp todo token unnamed untitled use v x";

/// Returns whether a name has no informative word: only filler words, single letters and numbers.
pub(crate) fn says_nothing(name: &str) -> bool {
    let lower = name.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.all(|word| word.chars().count() < 2 || EMPTY.split(' ').any(|empty| empty == word))
}

#[cfg(test)]
mod tests {
    use super::says_nothing;

    #[test]
    fn a_name_with_one_informative_word_passes() {
        for name in
            ["test", "My key 2", "API-KEY", "x1", "123", "asdf", "new_token", "", "--", "key v2 (copy)"]
        {
            assert!(says_nothing(name), "{name:?}");
        }
        for name in ["ci-deploy", "billing test", "ingest", "鍵束", "ada laptop", "eu-1", "key for support"]
        {
            assert!(!says_nothing(name), "{name:?}");
        }
    }
}
