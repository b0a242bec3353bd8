//! The headers that authorize a request.

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::key_prefix::KeyPrefix;

/// The value of `anthropic-beta` that goes with every OAuth token.
const OAUTH_BETA: &str = "oauth-2025-04-20";

/// The header with a credential, and what goes with it.
pub(crate) struct Authorization {
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
    /// The value of `anthropic-beta` that the credential needs.
    pub(crate) beta: Option<&'static str>,
}

impl Authorization {
    /// Returns the header with a key; `None` if it is not valid in a header.
    pub(crate) fn key(key: &str) -> Option<Self> {
        Some(Self { name: HeaderName::from_static("x-api-key"), value: sensitive(key, key)?, beta: None })
    }

    /// Returns the header with a token; `None` if it is not valid in a header.
    pub(crate) fn bearer(token: &str) -> Option<Self> {
        let beta = (KeyPrefix::of(token) == KeyPrefix::OAuth).then_some(OAUTH_BETA);
        Some(Self { name: AUTHORIZATION, value: sensitive(token, &format!("Bearer {token}"))?, beta })
    }
}

/// Returns a value that HTTP libraries do not print or index; `None` if the secret in it is empty or has a character
/// that no credential has.
fn sensitive(secret: &str, text: &str) -> Option<HeaderValue> {
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
