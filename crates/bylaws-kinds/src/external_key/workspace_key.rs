//! The setting `external_key` of a workspace: which key encrypts its data.

use std::borrow::Cow;

use bylaws_config::fields::text;
use bylaws_config::node::Node;
use bylaws_config::shown::shown;
use bylaws_engine::{ExternalKeyId, ObjectName};

use super::{ExternalKeys, rules};
use crate::files::Context;

/// The word in files for no key.
pub(crate) const NO_KEY: &str = "none";

/// The key that the files ask for in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceKey {
    /// `none`: the workspace has no external key.
    None,
    /// The key of this entry under `external_keys`.
    Named(ObjectName),
    /// The key with this id.
    Id(ExternalKeyId),
}

impl WorkspaceKey {
    /// Returns the word in the files.
    pub(crate) fn written(&self) -> Cow<'_, str> {
        match self {
            Self::None => NO_KEY.into(),
            Self::Named(name) => name.as_str().into(),
            Self::Id(id) => id.as_str().into(),
        }
    }

    /// Reads the setting. [`check`] reports a name that no entry has.
    pub(crate) fn read(cx: &mut Context, node: &Node) -> Option<Self> {
        let word = text(&mut cx.problems, node, "external_key")?;
        if word == NO_KEY {
            return Some(Self::None);
        }
        if is_id(word) {
            return Some(Self::Id(ExternalKeyId::new(word)));
        }
        cx.workspace_keys.push((ObjectName::new(word), node.at));
        Some(Self::Named(ObjectName::new(word)))
    }
}

/// Returns whether a text is the id of a key: `ekey_…`, or an ARN.
pub(super) fn is_id(text: &str) -> bool {
    let of_service = text.strip_prefix("ekey_");
    of_service.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        || text
            .strip_prefix("arn:")
            .is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

/// Reports workspaces whose key is not under `external_keys`.
pub(crate) fn check(cx: &mut Context, listed: Option<&ExternalKeys>) {
    for (name, at) in std::mem::take(&mut cx.workspace_keys) {
        if listed.is_some_and(|listed| listed.contains_key(&name)) {
            continue;
        }
        let names = listed.into_iter().flat_map(|listed| listed.keys().map(ObjectName::as_str));
        let near = bylaws_config::suggest::did_you_mean(name.as_str(), names);
        let message = format!("the external key {} is not listed", shown(name.as_str()));
        cx.report(&rules::UNKNOWN_EXTERNAL_KEY, at, message).label("not listed").help(format!(
            "{near}write a name under `external_keys`, an id (`ekey_…` or an ARN), or `{NO_KEY}`"
        ));
    }
}
