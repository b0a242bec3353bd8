//! The section `external_keys` at the top level.

use std::collections::BTreeMap;

use bylaws_config::Rule;
use bylaws_config::digest::Form as Digest;
use bylaws_config::fields::{Fields, map, text, word};
use bylaws_config::node::{Entry, Node};
use bylaws_config::page::{Page, flow};
use bylaws_config::position::At;
use bylaws_config::quote::scalar;
use bylaws_config::scalars::source;
use bylaws_config::shown::shown;
use bylaws_engine::{Action, ExternalKeyId, Kind, ObjectName};
use schemars::{Schema, SchemaGenerator};

use super::kind::{EXTERNAL_KEY, SECTION, line};
use super::objects::ExternalKeys;
use super::provider::{FORMS, Form, Provider};
use super::workspace_key::{NO_KEY, is_id};
use super::{ExternalKey, rules, schema};
use crate::Desired;
use crate::files::rules::{BAD_ID, NAME_WITHOUT_ID, UNKNOWN_GEO};
use crate::files::{Context, look_alikes, scalars};
use crate::objects;
use crate::syntax::{self, Place, Scope, Syntax, Target};

/// The keys of an entry.
const KEYS: [&str; 6] = [FORMS[0].key, FORMS[1].key, FORMS[2].key, "geo", "id", "name"];

impl Syntax for ExternalKeys {
    fn kind(&self) -> &'static Kind {
        &EXTERNAL_KEY
    }

    fn section(&self) -> &'static str {
        SECTION
    }

    fn places(&self) -> &'static [Place] {
        &[Place::Organization]
    }

    fn rules(&self) -> &'static [&'static Rule] {
        rules::LIST
    }

    fn lower(&self, cx: &mut Context, sections: &[&Node], target: Target<'_>) {
        let Target::Organization(desired) = target else { return };
        let keys = desired.external_keys.get_or_insert_default();
        let mut places: BTreeMap<String, (ObjectName, At)> = BTreeMap::new();
        for section in sections {
            let entries = map(&mut cx.problems, section, SECTION).unwrap_or_default();
            look_alikes::report(
                cx,
                "the external keys",
                entries.iter().map(|entry| (entry.key.as_str(), entry.at)),
            );
            for entry in entries {
                let name = ObjectName::new(entry.key.as_str());
                if is_name(cx, entry) && cx.once(line(&name), entry.at, "external key", &entry.key) {
                    let Some(key) = key(cx, entry) else { continue };
                    once_at_its_place(cx, &mut places, keys, (&name, &key), entry.at);
                    keys.insert(name, key);
                }
            }
        }
    }

    fn schema(&self, generator: &mut SchemaGenerator, _: Place) -> Schema {
        schema::section(generator)
    }

    fn entries(&self, scope: Scope<'_>) -> Option<BTreeMap<ObjectName, objects::Line>> {
        let line = |key: &ExternalKey| {
            let fields = fields(key).into_iter().filter(|(field, _)| *field != "id");
            let fields = fields.filter_map(|(field, value)| Some((field, value?)));
            objects::Line { id: key.id.as_ref().map(ToString::to_string), fields: fields.collect() }
        };
        Some(keys(scope)?.iter().map(|(name, key)| (name.clone(), line(key))).collect())
    }

    fn write(&self, page: &mut Page<'_>, scope: Scope<'_>) {
        let Some(keys) = keys(scope) else { return };
        let indent = syntax::heading(page, scope, SECTION, keys.is_empty());
        for (name, key) in keys {
            page.noted(indent, &line(name), &scalar(name.as_str()), &flow(&fields(key)));
        }
    }

    fn digest(&self, form: &mut Digest, scope: Scope<'_>) {
        let Some(keys) = keys(scope) else { return };
        form.word(SECTION);
        form.section(Some(keys), |form, (name, key)| {
            form.word(name.as_str());
            for (_, value) in fields(key) {
                form.maybe(value.as_deref());
            }
        });
    }

    fn may_list(&self, scope: Scope<'_>, name: &ObjectName) -> bool {
        // A key that is found by its place or its id may have any name.
        keys(scope).is_some_and(|keys| !keys.is_empty() && !name.is_none())
    }

    fn never(&self, _: &Desired, action: Action, _: &ObjectName, is_listed: bool) -> Option<String> {
        if !matches!(action, Action::Create | Action::Update) {
            return Some("an external key can only be created (`create`) or changed (`update`)".to_owned());
        }
        (!is_listed).then(|| "the files list no external key".to_owned())
    }
}

fn keys(scope: Scope<'_>) -> Option<&super::ExternalKeys> {
    match scope {
        Scope::Organization(desired) => desired.external_keys.as_ref(),
        Scope::Workspace(..) => None,
    }
}

/// Returns the fields of an entry as files have them.
fn fields(key: &ExternalKey) -> Vec<(&'static str, Option<String>)> {
    let ExternalKey { provider, geo, id, name } = key;
    let of = |form: &Form| provider.as_ref().filter(|own| own.form() == form).map(Provider::written);
    let places = FORMS.iter().map(|form| (form.key, of(form)));
    let others = [
        ("geo", geo.as_deref().map(scalar)),
        ("id", id.as_ref().map(|id| scalar(id.as_str()))),
        ("name", name.as_deref().map(scalar)),
    ];
    places.chain(others).collect()
}

/// Checks the name of an entry; returns whether it has one.
fn is_name(cx: &mut Context, entry: &Entry) -> bool {
    if entry.key == NO_KEY || is_id(&entry.key) {
        let message = format!("{} cannot be the name of an external key", shown(&entry.key));
        cx.report(&rules::BAD_EXTERNAL_KEY_NAME, entry.at, message)
            .label("has another meaning")
            .help("choose another name: under a workspace, `external_key` takes a name, an id or `none`");
        return false;
    }
    scalars::visible_name(&mut cx.problems, &entry.key, entry.at, "an external key")
}

fn key(cx: &mut Context, entry: &Entry) -> Option<ExternalKey> {
    let fields = Fields::open(&mut cx.problems, &entry.value, &entry.key, &KEYS)?;
    let id = fields.value("id").map(|node| id(cx, node));
    if let (Some(line), None) = (fields.get("name"), &id) {
        cx.report(&NAME_WITHOUT_ID, line.at, "`name` requires an `id`")
            .label("no `id` here")
            .help("rename the key of the entry, which is only a label, or pin the external key by its `id`");
    }
    let name = fields.value("name").map(|node| {
        let name = text(&mut cx.problems, node, "name")?;
        scalars::visible_name(&mut cx.problems, name, node.at, "an external key").then(|| name.to_owned())
    });
    let geo = fields.value("geo").map(|node| {
        word(&mut cx.problems, node, "geo", ("geo", &UNKNOWN_GEO, &[]), &[("us", "us")]).map(str::to_owned)
    });
    let listed: Vec<_> = FORMS.iter().filter_map(|form| Some((form, fields.value(form.key)?))).collect();
    let provider = match listed.as_slice() {
        [] if id.is_some() => None,
        [(form, node)] => Some(provider(cx, form, node)?),
        [] => return not_one(cx, entry.at, &entry.key, "has no location"),
        [_, _, ..] => return not_one(cx, entry.at, &entry.key, "has several locations"),
    };
    Some(ExternalKey {
        provider,
        geo: geo.map_or(Some(None), |geo| geo.map(Some))?,
        id: id.map_or(Some(None), |id| id.map(Some))?,
        name: name.map_or(Some(None), |name| name.map(Some))?,
    })
}

fn not_one(cx: &mut Context, at: At, name: &str, what: &str) -> Option<ExternalKey> {
    cx.report(&rules::NOT_ONE_PROVIDER, at, format!("the external key {} {what}", shown(name)))
        .label("one of `aws`, `gcp` and `azure` is needed")
        .help("write one of `aws`, `gcp` and `azure`, as in `aws: {kms_arn: \"arn:aws:kms:…\"}`");
    None
}

/// Reads an id, which may be in one entry only.
fn id(cx: &mut Context, node: &Node) -> Option<ExternalKeyId> {
    let id = source(&mut cx.problems, node, "id")?;
    if is_id(id) {
        cx.pin(id, node.at);
        return Some(ExternalKeyId::new(id));
    }
    cx.report(&BAD_ID, node.at, format!("{} is not a valid id here", shown(id)))
        .label("invalid id")
        .help("write `ekey_` followed by letters and digits, or an ARN");
    None
}

fn provider(cx: &mut Context, form: &'static Form, node: &Node) -> Option<Provider> {
    let known: Vec<&str> = form.fields().map(|field| field.name).collect();
    let fields = Fields::open(&mut cx.problems, node, form.key, &known)?;
    let mut values = BTreeMap::new();
    let mut is_complete = true;
    for field in form.fields() {
        let is_required = form.required.iter().any(|required| required.name == field.name);
        let help = format!("write it as in `{}: \"{}\"`", field.name, field.example);
        let value = if is_required {
            fields.required(&mut cx.problems, node.at, field.name, &help)
        } else {
            fields.value(field.name)
        };
        let Some(value) = value else {
            is_complete &= !is_required;
            continue;
        };
        let text = text(&mut cx.problems, value, field.name);
        is_complete &= text.is_some();
        let Some(text) = text else { continue };
        if !(field.fits)(text) {
            let message = format!("{} is not a valid `{}`", shown(text), field.name);
            cx.report(&rules::BAD_KEY_LOCATION, value.at, message).label("not valid").help(help);
            is_complete = false;
        }
        values.insert(field.name, (text.to_owned(), value.at));
    }
    let provider = Provider::new(form, |field| values.get(field).map(|(text, _)| text.clone()));
    let provider = provider.filter(|_| is_complete)?;
    if let Some((_, at)) = values.get("kms_arn").filter(|_| provider.is_multi_region()) {
        cx.report(&rules::MULTI_REGION_KEY, *at, "this is a multi-Region key, which the service may refuse")
            .label("multi-Region key")
            .help("use a key of a single Region, that of the workspace");
    }
    Some(provider)
}

/// Reports a second entry for the same key at its provider, unless the ids of both say which is which.
fn once_at_its_place(
    cx: &mut Context,
    places: &mut BTreeMap<String, (ObjectName, At)>,
    keys: &super::ExternalKeys,
    (name, key): (&ObjectName, &ExternalKey),
    at: At,
) {
    let Some(provider) = &key.provider else { return };
    let Some((other, first)) = places.get(&provider.coordinates()) else {
        places.insert(provider.coordinates(), (name.clone(), at));
        return;
    };
    let is_pinned = keys.get(other).is_some_and(|other| other.id.is_some()) && key.id.is_some();
    if !is_pinned {
        let message = format!("{} and {} are the same key", shown(other.as_str()), shown(name.as_str()));
        cx.report(&rules::DUPLICATE_EXTERNAL_KEY, at, message)
            .label("again here")
            .also(*first, "first here")
            .help("keep one of the two; several workspaces can use one key");
    }
}
