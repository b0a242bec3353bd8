//! The address of the service: `https`, or plain `http` to this machine only, so that a mistyped address
//! never sends a credential in clear text.

use reqwest::Url;
use thiserror::Error;

/// A validated address of the service, such as `https://api.anthropic.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why an address is invalid, worded to follow its name. Never contains the address, which may hold a
/// password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidBaseUrl {
    /// Not an absolute URL.
    #[error("is not a URL such as https://api.anthropic.com")]
    NotAUrl,
    /// It contains a space, tab or line break.
    #[error("contains white space or a line break")]
    WhiteSpace,
    /// It has another scheme than `http` or `https`.
    #[error("does not begin with https://")]
    Scheme,
    /// It is plain `http` to another machine.
    #[error("is plain http, which is allowed only to this machine (127.0.0.1, [::1], localhost)")]
    InsecureHttp,
    /// It contains `user:password@`.
    #[error("contains a user name or password")]
    UserInfo,
    /// It contains a `?` or `#` part.
    #[error("contains a query or fragment")]
    QueryOrFragment,
    /// It contains `/v1`, which every request adds itself.
    #[error("contains `/v1`, which Bylaws adds itself")]
    Version,
}

impl BaseUrl {
    /// The address of the public service.
    pub const DEFAULT: &'static str = "https://api.anthropic.com";

    /// Parses an address. A path is allowed (a gateway may need one); a trailing slash is dropped.
    pub fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        // The URL parser silently drops line breaks and tabs, which would hide a mangled address.
        if text.chars().any(char::is_whitespace) {
            return Err(InvalidBaseUrl::WhiteSpace);
        }
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| InvalidBaseUrl::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(InvalidBaseUrl::Scheme);
        }
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        if url.scheme() == "http" && !is_loopback(host) {
            return Err(InvalidBaseUrl::InsecureHttp);
        }
        let mut segments = url.path().split('/').filter(|segment| !segment.is_empty());
        if segments.any(|segment| segment == "v1") && matches!(segments.next(), None | Some("organizations"))
        {
            return Err(InvalidBaseUrl::Version);
        }
        Ok(Self(url))
    }

    /// Returns the host without the port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns whether the address is this machine, which must not be reached through a proxy.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }

    /// Returns whether requests are sent without TLS, which is allowed only to this machine.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.scheme() == "http"
    }

    /// Returns the address without a trailing slash.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Returns the full URL of a path that is already percent-encoded.
    pub(crate) fn join(&self, path: &str, query: &[(&'static str, String)]) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

impl std::fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine_is_accepted() {
        use InvalidBaseUrl::{InsecureHttp, NotAUrl, QueryOrFragment, Scheme, UserInfo, Version, WhiteSpace};
        let cases: &[(&str, Result<&str, InvalidBaseUrl>)] = &[
            ("https://api.anthropic.com", Ok("https://api.anthropic.com")),
            ("https://api.anthropic.com/", Ok("https://api.anthropic.com")),
            ("https://gateway.example/claude/", Ok("https://gateway.example/claude")),
            ("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080")),
            ("http://127.9.9.9", Ok("http://127.9.9.9")),
            ("http://[::1]:8080/", Ok("http://[::1]:8080")),
            ("http://localhost:1", Ok("http://localhost:1")),
            ("http://api.anthropic.com", Err(InsecureHttp)),
            ("http://localhost.example.com", Err(InsecureHttp)),
            ("http://127.0.0.1.example.com", Err(InsecureHttp)),
            ("http://0.0.0.0:80", Err(InsecureHttp)),
            ("http://10.0.0.1", Err(InsecureHttp)),
            ("https://me:pw@api.anthropic.com", Err(UserInfo)),
            ("https://me@api.anthropic.com", Err(UserInfo)),
            ("http://127.0.0.1@evil.example", Err(UserInfo)),
            ("https://api.anthropic.com?x=1", Err(QueryOrFragment)),
            ("https://api.anthropic.com#x", Err(QueryOrFragment)),
            ("ftp://127.0.0.1", Err(Scheme)),
            ("file:///etc/passwd", Err(Scheme)),
            ("api.anthropic.com", Err(NotAUrl)),
            ("https://", Err(NotAUrl)),
            ("", Err(NotAUrl)),
            ("https://api.anthropic\n.com", Err(WhiteSpace)),
            ("https://api.anthropic.com\r\n", Err(WhiteSpace)),
            (" https://api.anthropic.com", Err(WhiteSpace)),
            ("https://api.anthropic.com/v1", Err(Version)),
            ("https://api.anthropic.com/v1/", Err(Version)),
            ("https://gateway.example/claude/v1//", Err(Version)),
            ("http://127.0.0.1:8080/v1/organizations/me", Err(Version)),
            ("https://gateway.example/v1/claude", Ok("https://gateway.example/v1/claude")),
            ("https://gateway.example/v1beta", Ok("https://gateway.example/v1beta")),
            ("https:\\\\api.anthropic.com", Err(NotAUrl)),
        ];
        for (text, wanted) in cases {
            let got = BaseUrl::parse(text);
            assert_eq!(got.as_ref().map(BaseUrl::as_str).map_err(|e| *e), *wanted, "{text}");
        }
    }

    #[test]
    fn a_path_in_the_address_is_kept_as_a_prefix() {
        let base = BaseUrl::parse("https://gateway.example/claude/").expect("fine");
        let url = base.join("/v1/organizations/me", &[("roles[]", "a b".to_owned())]);
        assert_eq!(url.as_str(), "https://gateway.example/claude/v1/organizations/me?roles%5B%5D=a+b");
    }
}
