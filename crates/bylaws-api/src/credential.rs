//! The credential of the client: an admin key, a bearer token, or the identity of a workload that is exchanged for
//! one. Secrets are never printed and can be masked in other texts.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::access_token::Grant;
use crate::authorization::Authorization;
use crate::federation::Federation;
use crate::key_prefix::KeyPrefix;
use crate::redact::Secrets;
use crate::token_source::TokenSource;
use crate::{FederationRuleId, ServiceAccountId};

/// What requests are sent with. `Debug` prints `***`.
#[derive(Clone)]
pub struct Credential(Form);

#[derive(Clone)]
enum Form {
    Fixed {
        secret: SecretString,
        /// Sent as `Authorization: Bearer`, not as `x-api-key`.
        is_token: bool,
    },
    Federated(Arc<TokenSource>),
}

/// The kind of credential, as far as its form shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// An Admin API key, `sk-ant-admin…` or an Enterprise one.
    AdminKey,
    /// An ordinary key, `sk-ant-api03-…`. It works if it is not bound to one workspace.
    ApiKey,
    /// A bearer token, such as an OAuth token.
    AuthToken,
    /// An OAuth token that the identity token of a workload is exchanged for.
    FederatedToken,
}

impl CredentialKind {
    /// Returns `admin_key`, `api_key`, `auth_token` or `federated_token`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AdminKey => "admin_key",
            Self::ApiKey => "api_key",
            Self::AuthToken => "auth_token",
            Self::FederatedToken => "federated_token",
        }
    }
}

/// Why a text is not a valid credential, worded to follow its name. Never contains the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidCredential {
    /// It has no characters.
    #[error("is empty")]
    Empty,
    /// It has a line break after the secret, as written by `echo` and editors.
    #[error("ends with a line break")]
    LineBreakAtEnd,
    /// It has a line break before or within the secret.
    #[error("contains a line break")]
    LineBreak,
    /// It has white space other than a line break.
    #[error("contains white space")]
    WhiteSpace,
    /// It has a byte that is not allowed in a header.
    #[error("contains a control character")]
    ControlCharacter,
    /// It has a character outside ASCII; keys and tokens are ASCII.
    #[error("contains a character outside ASCII")]
    NotAscii,
}

impl Credential {
    /// Returns a key, to be sent as `x-api-key`.
    pub fn admin_key(secret: SecretString) -> Result<Self, InvalidCredential> {
        Self::fixed(secret, false)
    }

    /// Returns a token, to be sent as `Authorization: Bearer`.
    pub fn auth_token(secret: SecretString) -> Result<Self, InvalidCredential> {
        Self::fixed(secret, true)
    }

    fn fixed(secret: SecretString, is_token: bool) -> Result<Self, InvalidCredential> {
        check(secret.expose_secret())?;
        Ok(Self(Form::Fixed { secret, is_token }))
    }

    /// Returns the credential of a workload. Clones share one access token, which is requested when the first request
    /// is sent and renewed before it ends.
    pub fn federated(federation: Federation) -> Self {
        Self(Form::Federated(Arc::new(TokenSource::new(federation))))
    }

    /// Returns the workload that this is the credential of, if it is one.
    pub fn federation(&self) -> Option<&Federation> {
        self.source().map(|source| &source.federation)
    }

    /// Returns what is known about the access token of a workload; `None` before the first request.
    pub fn grant(&self) -> Option<Grant> {
        self.source()?.grant()
    }

    /// Returns whether this federation rule grants the access token of this credential. A plan must not change it: the
    /// next run would have no credential.
    pub fn uses_rule(&self, id: &FederationRuleId) -> bool {
        self.federation().is_some_and(|federation| federation.rule == *id)
    }

    /// Returns whether this credential acts as this service account.
    pub fn uses_service_account(&self, id: &ServiceAccountId) -> bool {
        self.federation().is_some_and(|federation| federation.service_account == *id)
    }

    pub(crate) fn source(&self) -> Option<&Arc<TokenSource>> {
        match &self.0 {
            Form::Federated(source) => Some(source),
            Form::Fixed { .. } => None,
        }
    }

    /// Returns the kind, judging by how it is sent and by its public prefix.
    pub fn kind(&self) -> CredentialKind {
        match self.prefix() {
            _ if self.source().is_some() => CredentialKind::FederatedToken,
            _ if self.is_token() => CredentialKind::AuthToken,
            KeyPrefix::Ordinary => CredentialKind::ApiKey,
            _ => CredentialKind::AdminKey,
        }
    }

    /// Returns the kind that its public prefix shows.
    pub fn prefix(&self) -> KeyPrefix {
        if self.source().is_some() { KeyPrefix::OAuth } else { KeyPrefix::of(self.secret()) }
    }

    /// Returns whether the API key with this hint (`sk-ant-api03-R2D...igAA`) may be this credential:
    /// beginning and end of the secret both match. Returns true in doubt, so that the key in use is always
    /// protected.
    pub fn matches_hint(&self, partial_key_hint: &str) -> bool {
        let secret = self.secret();
        // An access token is not an API key.
        if secret.is_empty() {
            return false;
        }
        let Some((prefix, suffix)) =
            partial_key_hint.split_once("...").or_else(|| partial_key_hint.split_once('…'))
        else {
            return !partial_key_hint.is_empty() && partial_key_hint == secret;
        };
        if prefix.is_empty() && suffix.is_empty() {
            return false;
        }
        secret.len() >= prefix.len() + suffix.len() && secret.starts_with(prefix) && secret.ends_with(suffix)
    }

    /// Returns whether this is a token, which is sent as `Authorization: Bearer`.
    pub fn is_token(&self) -> bool {
        matches!(self.0, Form::Fixed { is_token: true, .. } | Form::Federated(_))
    }

    /// Returns the header with the credential, if it is fixed.
    pub(crate) fn authorization(&self) -> Option<Authorization> {
        match &self.0 {
            Form::Fixed { secret, is_token: true } => Authorization::bearer(secret.expose_secret()),
            Form::Fixed { secret, is_token: false } => Authorization::key(secret.expose_secret()),
            Form::Federated(_) => None,
        }
    }

    /// Returns the secret, for masking it in texts; empty if there is none yet.
    pub(crate) fn secret(&self) -> &str {
        match &self.0 {
            Form::Fixed { secret, .. } => secret.expose_secret(),
            Form::Federated(_) => "",
        }
    }

    /// Returns the secrets to mask in texts, to which those of a workload are added when they are known.
    pub(crate) fn secrets(&self) -> Secrets {
        if let Some(source) = self.source() {
            return source.secrets.clone();
        }
        let secrets = Secrets::default();
        secrets.add(self.secret());
        secrets
    }
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.0 {
            Form::Fixed { is_token: true, .. } => "AuthToken(***)",
            Form::Fixed { .. } => "AdminKey(***)",
            Form::Federated(_) => "FederatedToken(***)",
        })
    }
}

fn check(secret: &str) -> Result<(), InvalidCredential> {
    let is_break = |c: char| matches!(c, '\n' | '\r');
    let without_end = secret.trim_end_matches(is_break);
    let wrong = |c: char| match c {
        _ if c.is_whitespace() => Some(InvalidCredential::WhiteSpace),
        _ if c.is_control() => Some(InvalidCredential::ControlCharacter),
        _ if !c.is_ascii() => Some(InvalidCredential::NotAscii),
        _ => None,
    };
    let why = if secret.is_empty() {
        Some(InvalidCredential::Empty)
    } else if without_end.contains(is_break) {
        Some(InvalidCredential::LineBreak)
    } else if without_end != secret && !secret.trim().is_empty() {
        Some(InvalidCredential::LineBreakAtEnd)
    } else {
        secret.chars().find_map(wrong)
    };
    why.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Credential {
        Credential::admin_key(SecretString::from(text)).expect("a valid key")
    }

    #[test]
    fn an_invalid_credential_is_refused_without_being_repeated() {
        for (text, why) in [
            ("", InvalidCredential::Empty),
            (" ", InvalidCredential::WhiteSpace),
            ("\n", InvalidCredential::WhiteSpace),
            ("sk-ant-admin01-abc\n", InvalidCredential::LineBreakAtEnd),
            ("sk-ant-admin01-abc\r\n", InvalidCredential::LineBreakAtEnd),
            ("sk-ant-admin01\n-abc", InvalidCredential::LineBreak),
            ("\nsk-ant-admin01-abc", InvalidCredential::LineBreak),
            ("sk-ant-admin01-abc\nsk-ant-admin01-def\n", InvalidCredential::LineBreak),
            (" sk-ant-admin01-abc", InvalidCredential::WhiteSpace),
            ("sk-ant-admin01-abc\t", InvalidCredential::WhiteSpace),
            ("sk-ant admin01", InvalidCredential::WhiteSpace),
            ("sk-ant\u{a0}admin01", InvalidCredential::WhiteSpace),
            ("sk-ant\u{0}", InvalidCredential::ControlCharacter),
            ("sk-ant-\u{1b}[0m", InvalidCredential::ControlCharacter),
            ("sk-ant-schlüssel", InvalidCredential::NotAscii),
        ] {
            for built in [Credential::admin_key, Credential::auth_token] {
                let error = built(SecretString::from(text)).expect_err(text);
                assert_eq!(error, why, "{text:?}");
                assert!(!error.to_string().contains("sk-ant"));
            }
        }
    }

    #[test]
    fn the_kind_follows_the_prefix() {
        for (text, kind) in [
            ("sk-ant-admin01-abc", CredentialKind::AdminKey),
            ("sk-ant-api01-abc", CredentialKind::AdminKey),
            ("sk-ant-api03-abc", CredentialKind::ApiKey),
            ("anything", CredentialKind::AdminKey),
        ] {
            assert_eq!(key(text).kind(), kind, "{text}");
        }
        let token = Credential::auth_token(SecretString::from("sk-ant-api03-abc")).expect("fine");
        assert_eq!(token.kind().as_str(), "auth_token");
    }

    #[test]
    fn the_prefix_shows_the_kind_of_key() {
        for (text, prefix) in [
            ("sk-ant-admin01-abc", KeyPrefix::Admin),
            ("sk-ant-admin02-abc", KeyPrefix::Admin),
            ("sk-ant-api01-abc", KeyPrefix::Enterprise),
            ("sk-ant-api03-abc", KeyPrefix::Ordinary),
            ("sk-ant-oat01-abc", KeyPrefix::OAuth),
            ("sk-ant-api", KeyPrefix::Unknown),
            ("SK-ANT-ADMIN01-abc", KeyPrefix::Unknown),
            ("anything", KeyPrefix::Unknown),
        ] {
            assert_eq!(key(text).prefix(), prefix, "{text}");
        }
    }

    #[test]
    fn a_hint_matches_if_both_ends_do() {
        let mine = key("sk-ant-api03-R2Dxxxxxxxxxxxx-igAA");
        for (hint, fits) in [
            ("sk-ant-api03-R2D...igAA", true),
            ("sk-ant-api03-R2D…igAA", true),
            ("sk-ant-api03-R2D...igAB", false),
            ("sk-ant-api03-R2E...igAA", false),
            ("...igAA", true),
            ("sk-ant-api03-R2D...", true),
            ("...", false),
            ("", false),
            ("sk-ant-api03-R2D", false),
            ("sk-ant-api03-R2Dxxxxxxxxxxxx-igAA", true),
            ("sk-ant-api03-R2Dxxxxxxxxxxxx-igAA...sk-ant-api03-R2Dxxxxxxxxxxxx-igAA", false),
        ] {
            assert_eq!(mine.matches_hint(hint), fits, "{hint}");
        }
    }

    #[test]
    fn a_workload_knows_its_rule_and_its_service_account() {
        let identity = crate::IdentitySource::Literal(SecretString::from("e30.e30.e30"));
        let mine = Credential::federated(Federation {
            rule: "fdrl_1".into(),
            organization: "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10".into(),
            service_account: "svac_1".into(),
            workspace: None,
            identity,
        });
        assert!(mine.uses_rule(&"fdrl_1".into()) && !mine.uses_rule(&"fdrl_2".into()));
        assert!(mine.uses_service_account(&"svac_1".into()) && !mine.uses_service_account(&"svac_2".into()));
        assert!(!key("fdrl_1").uses_rule(&"fdrl_1".into()), "a key uses neither");
        assert!(!mine.matches_hint("") && !mine.matches_hint("sk-ant-api03-R2D...igAA"));
        assert_eq!((mine.kind().as_str(), mine.prefix()), ("federated_token", KeyPrefix::OAuth));
        assert_eq!(format!("{mine:?}"), "FederatedToken(***)");
    }

    #[test]
    fn debug_and_display_never_print_the_secret() {
        let mine = key("sk-ant-admin01-very-secret");
        assert_eq!(format!("{mine:?}"), "AdminKey(***)");
        let sent = mine.authorization().expect("a header");
        assert_eq!((sent.name.as_str(), sent.beta), ("x-api-key", None));
        assert!(sent.value.is_sensitive());
        assert!(!format!("{:?}", sent.value).contains("secret"));
    }
}
