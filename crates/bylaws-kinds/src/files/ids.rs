//! The ids that pin objects: `user_…`, `wrkspc_…` and `apikey_…`.

use std::borrow::Cow;

use bylaws_config::node::Node;
use bylaws_config::scalars::source;
use bylaws_config::shown::shown;

use super::entry::Scalar;
use super::schema::text::texts;
use super::{Context, rules};

texts! {
    UserId {
        "title": "user id",
        "description": "The id of a person: `user_` followed by letters and digits.",
        "pattern": "^user_[A-Za-z0-9]+$",
        "patternErrorMessage": "Not a valid user id: write `user_` followed by letters and digits.",
        "examples": ["user_01WCz1FkmYMm4gnmykNKUu3Q"]
    }
    WorkspaceId {
        "title": "workspace id",
        "description": "The id of a workspace: `wrkspc_` followed by letters and digits.",
        "pattern": "^wrkspc_[A-Za-z0-9]+$",
        "patternErrorMessage": "Not a valid workspace id: write `wrkspc_` followed by letters and digits.",
        "examples": ["wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"]
    }
    ApiKeyId {
        "title": "API key id",
        "description": "The id of an API key: `apikey_` followed by letters and digits. Never the secret key.",
        "pattern": "^apikey_[A-Za-z0-9]+$",
        "patternErrorMessage": "Not a valid API key id: write `apikey_` followed by letters and digits.",
        "examples": ["apikey_01Rj2N8SVvo6BePZj99NhmiT"]
    }
}

macro_rules! ids {
    ($($name:ident: $prefix:literal),*) => {
        $(
            impl Scalar for bylaws_engine::$name {
                type Form = $name;

                fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
                    id(cx, node, key, $prefix).map(Self::new)
                }

                fn written(&self) -> Cow<'_, str> {
                    self.as_str().into()
                }
            }
        )*
    };
}

ids!(UserId: "user_", WorkspaceId: "wrkspc_", ApiKeyId: "apikey_");

/// Reads an id with a prefix, which may be in one entry only.
pub(crate) fn id<'n>(cx: &mut Context, node: &'n Node, key: &str, prefix: &str) -> Option<&'n str> {
    let id = source(&mut cx.problems, node, key)?;
    let rest = id.strip_prefix(prefix);
    if rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric())) {
        cx.pin(id, node.at);
        return Some(id);
    }
    let other = ["user_", "wrkspc_", "apikey_", "svac_", "invite_", "org_"]
        .into_iter()
        .find(|other| id.starts_with(other));
    let help = match other {
        Some(other) if other != prefix => {
            format!("write an id that begins with `{prefix}`; `{other}` belongs to another kind of object")
        }
        _ => format!("write `{prefix}` followed by letters and digits"),
    };
    cx.report(&rules::BAD_ID, node.at, format!("{} is not a valid id here", shown(id)))
        .label("invalid id")
        .help(help);
    None
}
