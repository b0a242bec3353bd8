//! The public prefix of a credential.

/// The public prefix of a key or token, which shows its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPrefix {
    /// `sk-ant-admin…`: an Admin API key, created in the Console.
    Admin,
    /// `sk-ant-api01-`: an Enterprise key, whose scopes are fixed when it is created.
    Enterprise,
    /// `sk-ant-api03-`: an ordinary API key.
    Ordinary,
    /// `sk-ant-oat…`: an OAuth token, accepted only as a bearer token.
    OAuth,
    /// A prefix that this version does not know.
    Unknown,
}

impl KeyPrefix {
    /// Returns the prefix of a text.
    pub fn of(text: &str) -> Self {
        [
            ("sk-ant-admin", Self::Admin),
            ("sk-ant-api01-", Self::Enterprise),
            ("sk-ant-api03-", Self::Ordinary),
            ("sk-ant-oat", Self::OAuth),
        ]
        .into_iter()
        .find_map(|(prefix, kind)| text.starts_with(prefix).then_some(kind))
        .unwrap_or(Self::Unknown)
    }
}
