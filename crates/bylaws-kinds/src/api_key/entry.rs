//! An entry under `api_keys:`, and the statuses that a key can be set to.

use std::borrow::Cow;

use bylaws_config::fields::{Fields, Synonyms, choice, text, unknown_word};
use bylaws_config::node::Node;
use bylaws_engine::{ApiKeyId, ObjectName};

use super::rules::UNKNOWN_STATUS;
use crate::desired::{self, WantedStatus};
use crate::files::entry::{Scalar, entry};
use crate::files::schema::map::Map;
use crate::files::schema::text::{VISIBLE, texts};
use crate::files::{Context, rules, scalars};

/// Keys by name.
pub(super) type ApiKeys = Map<ApiKeyName, ApiKeyEntry>;

texts! {
    ApiKeyName {
        "title": "API key name",
        "description": "The name of an API key, as the Console shows it. Never the secret key.",
        "minLength": 1,
        "examples": ["ci-deploy"]
    }
    NewApiKeyName {
        "title": "name",
        "description": "The name of an API key, at most 500 characters. Never the secret key.",
        "maxLength": MAX_NAME,
        "pattern": VISIBLE,
        "patternErrorMessage": "A name must not be blank or contain invisible characters.",
        "examples": ["ci-deploy-2026"]
    }
}

/// The service's limit on names, in characters.
const MAX_NAME: usize = 500;

entry! {
    /// The status of an API key, or its status and id. Bylaws cannot create keys: a listed key must exist.
    #[schemars(title = "API key", extend("defaultSnippets" = [{
        "label": "status of a pinned key",
        "description": "The long form: a status, and the id of the key.",
        "body": {"status": "${1:active}", "id": "${2:apikey_}"}
    }]))]
    ApiKeyEntry;

    /// An API key in the long form.
    #[schemars(title = "API key, long form", extend("dependentRequired" = {"name": ["id"]}))]
    ApiKey for desired::ApiKey {
        /// The desired status.
        #[schemars(extend("examples" = ["inactive"]))]
        status: WantedStatus = "write a status, as in `status: active`",
        /// The id of the API key, which pins it. The name before the `:` is then only a label of your choice. Not the
        /// secret key.
        id: ApiKeyId,
        /// The desired name; requires `id`. Changing it renames the API key in place.
        name: ObjectName = added,
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

impl Scalar for ObjectName {
    type Form = NewApiKeyName;

    fn read(cx: &mut Context, node: &Node, key: &str) -> Option<Self> {
        let name = text(&mut cx.problems, node, key)?;
        if !scalars::visible_name(&mut cx.problems, name, node.at, "an API key") {
            return None;
        }
        let length = name.chars().count();
        if length > MAX_NAME {
            let message = format!("the name has {length} characters; the limit is {MAX_NAME}");
            cx.report(&rules::NAME_TOO_LONG, node.at, message).label("too long").help("shorten it");
        }
        Some(Self::new(name))
    }

    fn written(&self) -> Cow<'_, str> {
        self.as_str().into()
    }

    fn check_others(&self, cx: &mut Context, others: &Fields<'_>) {
        if let (Some(line), None) = (others.get("name"), others.get("id")) {
            cx.report(&rules::NAME_WITHOUT_ID, line.at, "`name` requires an `id`")
                .label("no `id` here")
                .help(
                    "write the name before the `:`, as the key of the entry, or pin the API key by its `id`",
                );
        }
    }
}

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
