//! The digest of a value: the hash of a canonical form, written word by word.
//! Locations, comments, notes and the order of lines are not part of it; callers leave them out.

use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

/// The canonical form as it is hashed. Every word is preceded by its length and every item by a marker, so that two
/// different values never give the same bytes.
pub struct Form(Sha256);

impl Form {
    /// Returns an empty form.
    #[expect(clippy::new_without_default, reason = "nobody needs an empty form")]
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    fn count(&mut self, n: usize) {
        self.0.update((n as u64).to_be_bytes());
    }

    /// Hashes a word.
    pub fn word(&mut self, word: &str) {
        self.count(word.len());
        self.0.update(word);
    }

    /// Hashes an optional word; absent and empty differ.
    pub fn maybe(&mut self, word: Option<&str>) {
        self.section(Some(word.iter()), |form, word| form.word(word));
    }

    /// Hashes an optional date.
    pub fn day(&mut self, day: Option<Date>) {
        self.maybe(day.map(|day| day.to_string()).as_deref());
    }

    /// Hashes the items of a section; absent and empty differ.
    pub fn section<T>(
        &mut self,
        items: Option<impl IntoIterator<Item = T>>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        let Some(items) = items else { return self.word("absent") };
        self.word("present");
        for item in items {
            self.word("item");
            each(self, item);
        }
        self.word("end");
    }

    /// Returns the SHA-256 of the form, in hex.
    pub fn finish(self) -> String {
        base16ct::lower::encode_string(&self.0.finalize())
    }
}
