//! An entry under `api_keys:`, and the statuses that a key can be set to.

use std::borrow::Cow;

use bylaws_config::fields::{Synonyms, choice, unknown_word};
use bylaws_config::node::Node;
use bylaws_engine::ApiKeyId;

use super::rules::UNKNOWN_STATUS;
use crate::desired::{self, WantedStatus};
use crate::files::Context;
use crate::files::entry::{Scalar, entry};
use crate::files::schema::map::Map;
use crate::files::schema::text::texts;

/// Keys by name.
pub(super) type ApiKeys = Map<ApiKeyName, ApiKeyEntry>;

texts! {
    ApiKeyName {
        "title": "API key name",
        "description": "The name of an API key, as the Console shows it. Never the secret key.",
        "minLength": 1,
        "examples": ["ci-deploy"]
    }
}

entry! {
    /// The status of an API key, or its status and id. Bylaws cannot create keys: a listed key must exist.
    #[schemars(title = "API key", extend("defaultSnippets" = [{
        "label": "status of a pinned key",
        "description": "The long form: a status, and the id of the key.",
        "body": {"status": "${1:active}", "id": "${2:apikey_}"}
    }]))]
    ApiKeyEntry;

    /// An API key in the long form.
    #[schemars(title = "API key, long form")]
    ApiKey for desired::ApiKey {
        /// The desired status.
        #[schemars(extend("examples" = ["inactive"]))]
        status: WantedStatus = "write a status, as in `status: active`",
        /// The id of the key, which pins it even if its name changes. Not the secret key.
        id: ApiKeyId,
    }
}

/// Common words for a status. Words for the permanent status are never guessed.
const SYNONYMS: &Synonyms = &[
    ("true", "active"),
    ("yes", "active"),
    ("on", "active"),
    ("1", "active"),
    ("enable", "active"),
    ("enabled", "active"),
    ("false", "inactive"),
    ("no", "inactive"),
    ("off", "inactive"),
    ("0", "inactive"),
    ("disable", "inactive"),
    ("disabled", "inactive"),
    ("deactivated", "inactive"),
    ("paused", "inactive"),
    ("suspended", "inactive"),
];

impl Scalar for WantedStatus {
    type Form = Self;

    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
        let known = Self::ALL.map(Self::as_str).into_iter();
        let word = choice(&mut cx.problems, node, key, known.clone(), SYNONYMS)?;
        let found = Self::parse(word);
        if found.is_none() && word == "expired" {
            let message = "`expired` is a status that the service reports; it cannot be set";
            cx.report(&UNKNOWN_STATUS, node.at, message)
                .label("cannot be set")
                .help("write `inactive` or `archived`, or delete the line");
        } else if found.is_none() {
            unknown_word(&mut cx.problems, node.at, (key, &UNKNOWN_STATUS, SYNONYMS), word, known);
        }
        found
    }

    fn written(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}
