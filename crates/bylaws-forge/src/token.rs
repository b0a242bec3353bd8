//! The forge's token: it lives in this type alone, prints as `***` and finds itself in other texts.

use bylaws_api::SecretForms;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use bylaws_output::render::inert::inert;

/// The most characters of a forge's own words that are shown.
const MOST_CHARS: usize = 300;

/// What proves who posts. `Debug` prints `***`.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// A token, where it can be one: plain characters, no white space.
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| Self(SecretString::from(text)))
    }

    /// The value of a header that carries it, marked so that HTTP libraries do not print it.
    pub(super) fn header(&self, scheme: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{scheme}{}", self.0.expose_secret())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// A foreign text made fit to be shown: harmless for a terminal, without the token, bounded.
    pub(super) fn clean(&self, text: &str) -> String {
        // Escaped first: nothing may be dropped from the middle of a secret and so put it together.
        let clean = SecretForms::of(self.0.expose_secret()).mask(&inert(text));
        match clean.char_indices().nth(MOST_CHARS) {
            Some((end, _)) => format!("{}…", clean.get(..end).unwrap_or_default()),
            None => clean,
        }
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use crate::Token;

    #[test]
    fn nothing_shows_a_token() {
        let token = Token::new("glpat-secret").expect("a token");
        assert_eq!(format!("{token:?}"), "***");
        assert_eq!(token.clean("base64 Z2xwYXQtc2VjcmV0Og=="), "base64 ***");
        assert_eq!(token.clean("no glpat-secret\u{1b}[0m\n"), "no ***\\u{1b}[0m\\u{a}");
        let near_the_cut = format!("{}glpat-secret", "x".repeat(295));
        assert!(!token.clean(&near_the_cut).contains("glpat"), "cut after it was taken out");
        let value = token.header("Bearer ").expect("a header");
        assert!(!format!("{value:?}").contains("secret"));
    }

    #[test]
    fn what_no_header_may_carry_is_no_token() {
        for text in ["", " ", "a b", "a\n", "a\u{0}", "schlüssel"] {
            assert!(Token::new(text).is_none(), "{text:?}");
        }
    }
}
