//! The identity token of a workload: where it comes from, and what it says. It is exchanged for an access token.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use thiserror::Error;

use crate::github_runner::GitHubRunner;
use crate::redact::Secrets;

/// The maximum length of an identity token in bytes.
const LONGEST: u64 = 16 * 1024;

/// A shorter part of an identity token may occur in other texts by chance.
const SHORTEST: usize = 16;

/// Where identity tokens come from. `Debug` prints no token.
#[derive(Clone)]
pub enum IdentitySource {
    /// A file, read again at each exchange.
    File(PathBuf),
    /// The token itself. Most issuers make tokens that can be exchanged only once.
    Literal(SecretString),
    /// The runner of a GitHub Actions job, which makes a new token for each exchange.
    GitHubActions(GitHubRunner),
}

/// What an identity token says about itself, safe to show. Other claims may hold personal data and are not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdentityClaims {
    /// `iss`, the address of the issuer.
    pub issuer: Option<String>,
    /// `sub`, the workload.
    pub subject: Option<String>,
    /// `aud`, which may have several values.
    pub audience: Vec<String>,
    /// `exp`, in seconds since 1970.
    pub expires: Option<i64>,
}

/// Why a text is not an identity token, worded to follow its name. Never contains the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidIdentityToken {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// It has no characters besides white space.
    #[error("is empty")]
    Empty,
    /// It is longer than 16 KiB.
    #[error("is longer than 16 KiB, so it is not an identity token")]
    TooLong,
    /// It does not have the form of a JWT.
    #[error("is not an identity token: a JWT has three parts in Base64, separated by `.`")]
    NotAJwt,
}

/// One identity token.
pub(crate) struct IdentityToken {
    pub(crate) secret: SecretString,
    pub(crate) claims: IdentityClaims,
}

impl IdentitySource {
    /// Reads the file or the text, and checks its form. The runner is not asked.
    pub fn check(&self) -> Result<(), InvalidIdentityToken> {
        self.stored().map_or(Ok(()), |token| token.map(drop))
    }

    /// Returns the token that is there now; `None` if the source makes tokens on request.
    pub(crate) fn stored(&self) -> Option<Result<IdentityToken, InvalidIdentityToken>> {
        match self {
            Self::File(path) => {
                let unreadable = |error: io::Error| InvalidIdentityToken::Unreadable(error.to_string());
                let mut bytes = Vec::new();
                let read =
                    File::open(path).and_then(|file| file.take(LONGEST + 1024).read_to_end(&mut bytes));
                Some(
                    read.map_err(unreadable)
                        .and_then(|_| IdentityToken::parse(&String::from_utf8_lossy(&bytes))),
                )
            }
            Self::Literal(text) => Some(IdentityToken::parse(text.expose_secret())),
            Self::GitHubActions(_) => None,
        }
    }

    /// Returns `file`, `variable` or `github_actions`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::File(_) => "file",
            Self::Literal(_) => "variable",
            Self::GitHubActions(_) => "github_actions",
        }
    }
}

impl fmt::Debug for IdentitySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl IdentityToken {
    /// Reads a token, without the white space around it.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidIdentityToken> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidIdentityToken::Empty);
        }
        if u64::try_from(text.len()).is_ok_and(|length| length > LONGEST) {
            return Err(InvalidIdentityToken::TooLong);
        }
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            [header, claims, signature]
                if [header, claims, signature]
                    .iter()
                    .all(|part| !part.is_empty() && part.chars().all(is_base64)) =>
            {
                Ok(Self { secret: SecretString::from(text), claims: IdentityClaims::of(claims) })
            }
            _ => Err(InvalidIdentityToken::NotAJwt),
        }
    }

    /// Adds the token, and the parts that nobody else may see, to the secrets.
    pub(crate) fn hide(&self, secrets: &Secrets) {
        secrets.add(self.secret.expose_secret());
        for part in self.secret.expose_secret().split('.').skip(1).filter(|part| part.len() >= SHORTEST) {
            secrets.add(part);
        }
    }

    /// Returns whether this is the same token.
    pub(crate) fn is(&self, other: &SecretString) -> bool {
        self.secret.expose_secret() == other.expose_secret()
    }
}

impl IdentityClaims {
    /// Reads the second part of a JWT. What is missing or not as documented is left out.
    fn of(part: &str) -> Self {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        let claims: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let shown = |value: &Value| value.as_str().map(|text| Secrets::default().clean(text));
        let text = |name: &str| claims.get(name).and_then(shown);
        let audience = match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().filter_map(shown).collect(),
            Some(one) => shown(one).into_iter().collect(),
            None => Vec::new(),
        };
        let expires = claims.get("exp").and_then(Value::as_i64);
        Self { issuer: text("iss"), subject: text("sub"), audience, expires }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn only_a_jwt_is_an_identity_token() {
        let long = format!("e30.{}.c2ln", "a".repeat(16 * 1024));
        for (text, why) in [
            ("", InvalidIdentityToken::Empty),
            (" \n", InvalidIdentityToken::Empty),
            ("e30.e30", InvalidIdentityToken::NotAJwt),
            ("e30.e30.", InvalidIdentityToken::NotAJwt),
            ("e30.e30.e30.e30", InvalidIdentityToken::NotAJwt),
            ("e30.e 0.e30", InvalidIdentityToken::NotAJwt),
            ("sk-ant-admin01-canary", InvalidIdentityToken::NotAJwt),
            (&long, InvalidIdentityToken::TooLong),
        ] {
            let error = IdentityToken::parse(text).err();
            assert_eq!(error, Some(why), "{text}");
        }
        assert!(IdentityToken::parse(" e30.e30.e30\n").is_ok_and(|token| token.is(&"e30.e30.e30".into())));
    }

    #[test]
    fn only_four_claims_are_kept_and_safe_to_show() {
        let token = IdentityToken::parse(&jwt(
            r#"{"iss":"https://ci.example","sub":"a\u001b[31m","aud":["x","y"],"exp":1780000000,"email":"ada@acme.com"}"#,
        ));
        let claims = token.map(|token| token.claims).unwrap_or_default();
        assert_eq!(claims.issuer.as_deref(), Some("https://ci.example"));
        assert_eq!(claims.subject.as_deref(), Some("a\\u{1b}[31m"));
        assert_eq!((claims.audience.join(" ").as_str(), claims.expires), ("x y", Some(1_780_000_000)));
        for odd in ["[]", "no", r#"{"iss":7,"exp":"x"}"#] {
            let claims = IdentityToken::parse(&jwt(odd)).map(|token| token.claims);
            assert_eq!(claims, Ok(IdentityClaims::default()), "{odd}");
        }
    }
}
