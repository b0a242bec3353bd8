//! Identifiers and timestamps as the service writes them: opaque texts, each of its own type so that they
//! cannot be mixed up. Prefixes are not checked: the service decides what is an id.

/// Declares newtypes over a text of the service.
macro_rules! texts {
    ($( $(#[$meta:meta])* $name:ident; )+) => { $(
        $(#[$meta])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Creates the value from its text, unchanged.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Returns the text as the service writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }
    )+ };
}

texts! {
    /// The id of an organization: a bare UUID.
    OrganizationId;
    /// The id of a person in the organization, `user_…`.
    UserId;
    /// The id of an invite, `invite_…`. Unrelated to the id of the resulting user.
    InviteId;
    /// The id of a workspace, `wrkspc_…`; the default workspace has one too.
    WorkspaceId;
    /// The id of an API key, `apikey_…`; not its secret.
    ApiKeyId;
    /// The id of an entry of rate limits in one organization.
    RateLimitId;
    /// The id of what a rate limit is for, `rlg_…`, the same in every organization.
    RateLimitGroupId;
    /// The id of a spend limit, `spl_…`.
    SpendLimitId;
    /// The id of a service account, `svac_…`.
    ServiceAccountId;
    /// The id of an external key, `ekey_…`; on Claude Platform on AWS, the ARN of the key.
    ExternalKeyId;
    /// The id of a federation issuer, `fdis_…`.
    FederationIssuerId;
    /// The id of a federation rule, `fdrl_…`.
    FederationRuleId;
    /// A point in time as received, RFC 3339. Kept as text: this crate compares no times.
    Timestamp;
    /// An exact decimal number of cents as received: `"123.45"` is 1.2345 US dollars.
    Cents;
}
