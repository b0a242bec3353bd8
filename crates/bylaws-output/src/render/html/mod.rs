//! HTML: our own markup, and text, which is escaped. With it what the pages of Bylaws share: the style, and sources for
//! their content security policies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::escape::escape;

/// The colors of pages, in light and dark.
pub const PALETTE: &str = include_str!("palette.css");
/// Text, headings, tables and lists of facts.
pub const BASE: &str = include_str!("base.css");

/// A piece of HTML. Markup is known when the program is compiled; any other text is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Returns a piece without content.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds our own markup.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, also in an attribute in double quotes: nothing in it is markup or invisible.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escape_html(&escape(text)));
        self
    }

    /// Adds text of several lines; line breaks are kept.
    pub fn lines(&mut self, text: &str) -> &mut Self {
        for (at, line) in text.lines().enumerate() {
            self.raw(if at == 0 { "" } else { "\n" }).text(line);
        }
        self
    }

    /// Adds another piece.
    pub fn add(&mut self, piece: &Self) -> &mut Self {
        self.0.push_str(&piece.0);
        self
    }

    /// Returns the HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the text with every markup character as a character reference. Invisible characters are left as they are.
pub fn escape_html(text: &str) -> String {
    let references = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
    references.iter().fold(text.to_owned(), |html, (c, reference)| html.replace(*c, reference))
}

/// Returns the source of a content security policy that allows exactly this script or style.
pub fn policy_source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup_and_never_invisible() {
        let mut html = Html::new();
        html.raw("<p title=\"").text("\"'><b>").raw("\">").lines("a<\u{202e}&\nb").raw("</p>");
        assert_eq!(html.as_str(), "<p title=\"&quot;&#39;&gt;&lt;b&gt;\">a&lt;\\u{202e}&amp;\nb</p>");
    }

    #[test]
    fn the_source_is_the_hash_in_base64() {
        assert_eq!(policy_source(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }

    #[test]
    fn styles_cannot_end_their_element_or_use_the_network() {
        for style in [PALETTE, BASE] {
            assert!(!["</", "<!--", "@import", "url("].iter().any(|bad| style.contains(bad)));
        }
    }
}
