//! The link to the full plan: a web URL that is safe in Markdown.

/// The maximum length of a URL.
const LONGEST: usize = 2_000;

/// A URL that begins with `http://` or `https://`, without user name or password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// Parses a URL; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let Some(rest) = rest else { return Err("write a URL that begins with `https://`".to_owned()) };
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
        if host.is_empty() || host.contains('@') || !text.bytes().all(is_plain) || text.len() > LONGEST {
            return Err(format!(
                "write a URL with a host, no user name, valid characters only, and at most {LONGEST} bytes"
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns a link with this text. Characters that Markdown or a log could interpret are percent-encoded.
    pub(super) fn markdown(&self, words: &str) -> String {
        let escapes = [('&', "&amp;"), ('[', "%5B"), (']', "%5D"), ('$', "%24"), ('*', "%2A")];
        let url = escapes.iter().fold(self.0.clone(), |url, (c, escape)| url.replace(*c, escape));
        format!("[{words}](<{url}>)")
    }
}

#[cfg(test)]
mod tests {
    use super::Link;

    #[test]
    fn only_web_urls_are_accepted() {
        let good = Link::parse("https://ci.example/run/1?a=b&c=[d]#x").unwrap();
        assert_eq!(good.markdown("the run"), "[the run](<https://ci.example/run/1?a=b&amp;c=%5Bd%5D#x>)");
        for bad in [
            "",
            "javascript:alert(1)",
            "HTTP",
            "https://",
            "https:///x",
            "https://ada@evil.example/",
            "https://a/ b",
            "https://a/>)",
            "https://a/`",
            "https://a/\u{202e}",
            &format!("https://a/{}", "x".repeat(2_000)),
        ] {
            assert!(Link::parse(bad).is_err(), "{bad}");
        }
    }
}
