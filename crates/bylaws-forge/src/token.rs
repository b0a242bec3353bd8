//! The token for GitHub or GitLab. Only this type holds it; it prints as `***` and is removed from other texts.

use bylaws_api::SecretForms;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use bylaws_output::render::escape::escape;

/// The maximum length of a server message that is shown, in characters.
const MOST_CHARS: usize = 300;

/// A token. `Debug` prints `***`.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// Returns a token if the text can be one: printable ASCII, no white space.
    pub fn new(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
        fits.then(|| Self(SecretString::from(text)))
    }

    /// Returns a header with the token, marked as sensitive so that HTTP libraries do not print it.
    pub(super) fn headers(&self, name: HeaderName, scheme: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(mut value) = HeaderValue::from_str(&format!("{scheme}{}", self.0.expose_secret())) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        headers
    }

    /// Returns a foreign text that is safe to print: escaped, without the token, and shortened.
    pub(super) fn clean(&self, text: &str) -> String {
        // Escaped first: removing characters from the middle of a text could otherwise assemble the token.
        let clean = SecretForms::of(self.0.expose_secret()).mask(&escape(text));
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
    use reqwest::header::AUTHORIZATION;

    use crate::Token;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new("glpat-secret").expect("a token");
        assert_eq!(format!("{token:?}"), "***");
        assert_eq!(token.clean("base64 Z2xwYXQtc2VjcmV0Og=="), "base64 ***");
        assert_eq!(token.clean("no glpat-secret\u{1b}[0m\n"), "no ***\\u{1b}[0m\\u{a}");
        let near_the_cut = format!("{}glpat-secret", "x".repeat(295));
        assert!(!token.clean(&near_the_cut).contains("glpat"), "cut after it was masked");
        let headers = token.headers(AUTHORIZATION, "Bearer ");
        assert!(headers.contains_key(AUTHORIZATION) && !format!("{headers:?}").contains("secret"));
    }

    #[test]
    fn a_text_that_headers_cannot_contain_is_not_a_token() {
        for text in ["", " ", "a b", "a\n", "a\u{0}", "schlüssel"] {
            assert!(Token::new(text).is_none(), "{text:?}");
        }
    }
}
