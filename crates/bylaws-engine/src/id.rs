//! The service's ids, each a type of its own so that they cannot be mixed up. The engine does not interpret
//! them. Their text is shared, because plans repeat the same ids.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::text::{Text, quoted};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Creates the id from its text, unchanged.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// Returns the id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        quoted!($name);
    };
}

id!(
    /// An organization's id, a bare UUID.
    OrganizationId
);
id!(
    /// A member's id, `user_…`.
    UserId
);
id!(
    /// An invite's id, `invite_…`.
    InviteId
);
id!(
    /// A workspace's id, `wrkspc_…`.
    WorkspaceId
);
id!(
    /// An API key's id, `apikey_…`. Not the key itself.
    ApiKeyId
);
id!(
    /// An external key's id, `ekey_…`, or an ARN. Not the key itself.
    ExternalKeyId
);
id!(
    /// The name under `workspaces:` in the files: the workspace's name, or a local label together with an `id`.
    WorkspaceLabel
);
id!(
    /// The name of a team; it exists only in the files.
    TeamName
);
id!(
    /// The name of an object of a kind that is identified by its name, such as an API key.
    ObjectName
);

impl ObjectName {
    /// Returns the name of an object that is the only one of its kind where it is, which needs none.
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns whether the object has no name.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}

/// The word for a kind of object in addresses, such as `api_key`, and where addresses have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKind {
    word: Cow<'static, str>,
    form: AddressForm,
}

/// How the addresses of a kind of objects are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressForm {
    /// `workspace/production/api_key/ci`, or `organization/api_key/ops` for an object without a workspace.
    Place,
    /// `service_account/ci`: only the organization has such objects.
    Alone,
    /// `federation_rule/deploy/workspace/production`: an object of the organization, as far as one workspace is concerned.
    ThenWorkspace,
}

impl ObjectKind {
    /// The word of workspaces.
    pub const WORKSPACE: Self = Self::known("workspace", AddressForm::Place);

    /// Creates the word of a kind that this version knows.
    pub const fn known(word: &'static str, form: AddressForm) -> Self {
        Self { word: Cow::Borrowed(word), form }
    }

    /// Creates the key of a section of the files.
    pub const fn section(key: &'static str) -> Self {
        Self::known(key, AddressForm::Place)
    }

    /// Parses a word of lower-case letters and `_`, whether or not this version knows the kind.
    pub fn parse(word: &str, form: AddressForm) -> Option<Self> {
        let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        is_word.then(|| Self { word: Cow::Owned(word.to_owned()), form })
    }

    /// Returns the word.
    pub fn as_str(&self) -> &str {
        &self.word
    }

    /// Returns how addresses are written.
    pub fn form(&self) -> AddressForm {
        self.form
    }

    /// Returns the word for people: `key`, `rate limit`.
    pub fn noun(&self) -> Text {
        // Every key is an API key.
        Text::parse(&self.word.strip_prefix("api_").unwrap_or(&self.word).replace('_', " "))
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word)
    }
}

impl WorkspaceLabel {
    /// Returns whether this is the key that means the default workspace.
    pub fn is_default(&self) -> bool {
        self.as_str() == "Default"
    }

    /// Returns whether this names the workspace that appears with the first Claude Code sign-in.
    pub fn is_claude_code(&self) -> bool {
        self.as_str() == "Claude Code"
    }
}
