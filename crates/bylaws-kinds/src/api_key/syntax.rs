//! The section `api_keys`, at the top level and under a workspace.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form;
use bylaws_config::node::Node;
use bylaws_config::page::{Page, short_or_long};
use bylaws_config::quote::scalar;
use bylaws_config::shown::shown;
use bylaws_engine::{Action, ApiKeyId, Kind, Line, ObjectName};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::objects::ApiKeys;
use super::{lower, rules, schema};
use crate::desired::{ApiKey, Policy};
use crate::files::Context;
use crate::objects;
use crate::syntax::{Place, Scope, Syntax, Target};
use crate::{API_KEY, Desired};

impl Syntax for ApiKeys {
    fn kind(&self) -> &'static Kind {
        &API_KEY
    }

    fn section(&self) -> &'static str {
        "api_keys"
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization, Place::Workspace, Place::Default]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let (workspace, into) = match target {
            Target::Organization(desired) => (None, &mut desired.api_keys),
            Target::Workspace(label, open) => (Some(label), &mut open.api_keys),
        };
        let keys = into.get_or_insert_default();
        for section in sections {
            lower::lower(cx, section, workspace, keys);
        }
    }

    fn schema(&self, generator: &mut SchemaGenerator, place: Place) -> Schema {
        let mut schema = schema::ApiKeys::json_schema(generator);
        schema.insert("description".to_owned(), schema::description(place).into());
        schema
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |key: &ApiKey| objects::Line {
            id: key.id.as_ref().map(ToString::to_string),
            fields: BTreeMap::from([("status", key.status.as_str().to_owned())]),
        };
        Some(keys(scope)?.iter().map(|(name, key)| (name.clone(), line(key))).collect())
    }

    fn write(&self, page: &mut Page<'_>, indent: usize, scope: Scope<'_>) {
        for (name, key) in keys(scope).into_iter().flatten() {
            let id = key.id.as_ref().map(ApiKeyId::as_str);
            let value = short_or_long(&[("status", Some(key.status.as_str())), ("id", id)]);
            let line = Line::of_object(scope.workspace(), self.kind().object(), name.clone());
            page.noted(indent, &line, &scalar(name.as_str()), &value);
        }
    }

    /// An absent section is hashed too, because the first version of the digest had this section.
    fn digest(&self, form: &mut Form, scope: Scope<'_>) {
        form.section(keys(scope), |form, (name, key)| {
            form.word(name.as_str());
            form.word(key.status.as_str());
            form.maybe(key.id.as_ref().map(ApiKeyId::as_str));
        });
    }

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        keys(scope).is_some_and(|keys| keys.contains_key(name) || keys.values().any(|key| key.id.is_some()))
    }

    fn never(&self, desired: &Desired, action: Action, name: &ObjectName, is_listed: bool) -> Option<String> {
        if action != Action::Update {
            return Some("an API key can only be changed (`update`)".to_owned());
        }
        let is_removed = desired.unlisted.of(self.section()) == Policy::Remove;
        (!is_listed && !is_removed).then(|| {
            let name = shown(name.as_str());
            format!("the key {name} is not listed, and `unlisted.api_keys` is not `remove`")
        })
    }
}

fn keys(scope: Scope<'_>) -> Option<&BTreeMap<ObjectName, ApiKey>> {
    match scope {
        Scope::Organization(desired) => desired.api_keys.as_ref(),
        Scope::Workspace(_, open) => open.api_keys.as_ref(),
    }
}
