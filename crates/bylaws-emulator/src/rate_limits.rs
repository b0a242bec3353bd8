//! Rate limits: those of the organization, and the overrides of workspaces
//! (`docs/service-behaviour.md#rate-limits`). Stores only overrides; inherited limits are computed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::event::{Change, Event, Recorded, objects};
use crate::ids;
use crate::kinds::Kind;
use crate::object::{Object, Problem, expected, items, required};
use crate::page::TokenPaging;
use crate::request::{Query, Target, Version};
use crate::routes::Run::{List, Post};
use crate::seed::Seed;
use crate::seeding::{Seeding, each, id, in_workspaces, unique};
use crate::state::State;
use crate::workspaces::{find, find_own};

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.rate_limits, document, LIMITS, now, RateLimit::from_seed)?;
        Seeding::list(
            &mut seed.workspace_rate_limits,
            document,
            OVERRIDES,
            now,
            WorkspaceRateLimit::from_seed,
        )?;
        seed.workspace_rate_limits.retain(|entry| !entry.limits.is_empty());
        Ok(())
    },
    check,
    recorded: &[Recorded {
        find: |state, path, _| match path {
            ["workspaces", workspace, "rate_limits", limit] => {
                let own = state.rest.workspace_rate_limits.iter().find(|own| own.is(workspace, limit));
                let empty = json!({"workspace_id": workspace, "rate_limit_id": limit, "limits": []});
                Some(with_group(own.map_or(empty, |own| json!(own)), &state.rest))
            }
            _ => None,
        },
        all: |seed| {
            objects(&seed.workspace_rate_limits).into_iter().map(|own| with_group(own, seed)).collect()
        },
        says,
    }],
    ..Kind::new(&[
        ("/v1/organizations/rate_limits", &[List(list)]),
        ("/v1/organizations/workspaces/{workspace_id}/rate_limits", &[List(list_of_workspace)]),
        ("/v1/organizations/workspaces/{workspace_id}/rate_limits/{rate_limit_id}", &[Post(update)]),
    ])
};

/// The lists of the seed.
const LIMITS: &str = "rate_limits";
const OVERRIDES: &str = "workspace_rate_limits";

/// The types of limiters that can be overridden; responses may have others.
const SETTABLE: [&str; 9] = [
    "fast_itpmca",
    "fast_otpm",
    "input_tokens_per_minute",
    "input_tokens_per_minute_cache_aware",
    "output_tokens_per_minute",
    "requests_per_minute",
    "tokens_per_day",
    "tokens_per_minute",
    "tool_uses_per_second",
];
const GROUP_TYPES: [&str; 6] = ["batch", "files", "model_group", "skills", "token_count", "web_search"];
/// The greatest value of an override: 2^53 − 1.
const GREATEST: u64 = 9_007_199_254_740_991;
/// The maximum number of limiters in one update.
const MOST_LIMITERS: usize = 16;

/// The limits of the organization for one group of models, or for one feature. A seed needs `group`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["group"]))]
pub struct RateLimit {
    /// The id in this organization; not the id of the group.
    pub id: String,
    /// Always `rate_limit`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What the limits are for.
    pub group: RateLimitGroup,
    /// The ids and aliases of the models in a group of models, otherwise null.
    pub models: Option<Vec<String>>,
    /// The limits, one for each type.
    pub limits: Vec<Limiter>,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// What a rate limit is for. A seed needs `type`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["type"]))]
pub struct RateLimitGroup {
    /// The id, `rlg_…`, the same in every organization.
    pub id: String,
    /// `model_group`, `batch`, `token_count`, `files`, `skills` or `web_search`; unknown values are kept.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name shown in the Console; only groups of models have one, and it may change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// One limit of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["type", "value"]))]
pub struct Limiter {
    /// The type, for example `requests_per_minute`; unknown values are kept.
    #[serde(rename = "type")]
    pub kind: String,
    /// How many, per minute, day or second as the type says.
    pub value: u64,
}

/// The overrides of one workspace for one group. A seed needs `workspace_id`, `rate_limit_id` and `limits`.
///
/// An entry as the service returns it is accepted as well: what it repeats of the organization's limits is
/// left out.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["workspace_id", "rate_limit_id", "limits"]))]
pub struct WorkspaceRateLimit {
    /// The id of the workspace, `wrkspc_…`.
    pub workspace_id: String,
    /// The id of an entry in `rate_limits`.
    pub rate_limit_id: String,
    /// The overrides, at most one for each type.
    pub limits: Vec<Limiter>,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl RateLimit {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("rate_limit")?;
        let given = object.nullable_text("id")?;
        if given.as_deref() == Some("") {
            return Err(Problem::new("id", "is empty"));
        }
        let models = object.nullable_texts("models")?;
        let group = |group| RateLimitGroup::from_seed(group, models.as_deref().unwrap_or_default());
        let group = object.nested("group", group)?.ok_or_else(|| required("group"))?;
        // Only for answers under the old version; always the type of the group.
        object.take("group_type");
        Ok(Self {
            id: seeding.id(given, "rl_", &["rate limit", &group.id]),
            kind: "rate_limit",
            group,
            models,
            limits: Limiter::list(&mut object)?,
            extra: object.rest(),
        })
    }

    fn has_model(&self, model: &str) -> bool {
        self.models.iter().flatten().any(|one| one == model)
    }

    fn written(&self, version: Version) -> Value {
        with_group_type(json!(self), version)
    }
}

impl RateLimitGroup {
    fn from_seed(mut object: Object, models: &[String]) -> Result<Self, Problem> {
        let kind = object.text("type")?;
        let first = models.first().map_or(kind.as_str(), String::as_str);
        let given = object.nullable_text("display_name")?;
        let display_name = given.or_else(|| (kind == "model_group").then(|| first.to_owned()));
        let id = object.nullable_text("id")?.unwrap_or_else(|| ids::id("rlg_", &["group", first]));
        Ok(Self { id, kind, display_name, extra: object.rest() })
    }
}

impl Limiter {
    /// Takes the field `limits` of an entry in a seed. An inherited limit is no override.
    fn list(entry: &mut Object) -> Result<Vec<Self>, Problem> {
        let mut seen = BTreeSet::new();
        let limits = entry.nullable_list("limits")?.unwrap_or_default();
        let limits = items("limits", limits, |mut item| {
            let kind = item.text("type")?;
            let value = item.nullable_count("value")?;
            let source = item.nullable_object("source")?.map(|mut source| source.take("type"));
            item.take("org_limit");
            item.finish()?;
            let is_inherited = source.flatten().is_some_and(|source| source == "organization");
            if seen.contains(&kind) {
                return Err(Problem::new("type", format!("{kind:?} appears twice")));
            }
            if !is_inherited {
                seen.insert(kind.clone());
            }
            let value = value.ok_or_else(|| required("value"))?;
            Ok((!is_inherited).then_some(Self { kind, value }))
        })?;
        Ok(limits.into_iter().flatten().collect())
    }
}

impl WorkspaceRateLimit {
    fn from_seed(mut object: Object, _: &mut Seeding) -> Result<Self, Problem> {
        object.kind("workspace_rate_limit")?;
        for repeated in ["group", "group_type", "models"] {
            object.take(repeated);
        }
        if !object.has("limits") {
            return Err(required("limits"));
        }
        Ok(Self {
            workspace_id: id(&mut object, "workspace_id", "wrkspc_")?,
            rate_limit_id: object.text("rate_limit_id")?,
            limits: Limiter::list(&mut object)?,
            extra: object.rest(),
        })
    }

    fn is(&self, workspace_id: &str, rate_limit_id: &str) -> bool {
        self.workspace_id == workspace_id && self.rate_limit_id == rate_limit_id
    }
}

fn check(seed: &Seed) -> Result<(), Problem> {
    let (limits, entries) = (&seed.rate_limits, &seed.workspace_rate_limits);
    unique(LIMITS, limits, |limit| &limit.id)?;
    in_workspaces(seed, OVERRIDES, entries, "workspace_id", |entry| Some(&entry.workspace_id))?;
    let mut seen = BTreeSet::new();
    each(OVERRIDES, entries, |entry| {
        if !limits.iter().any(|limit| limit.id == entry.rate_limit_id) {
            return Err(Problem::new("rate_limit_id", "is not an entry of `rate_limits` in this seed"));
        }
        if seen.insert((&entry.workspace_id, &entry.rate_limit_id)) {
            Ok(())
        } else {
            Err(Problem::new("", "the same workspace and rate limit appear twice"))
        }
    })
}

fn list(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let paging = TokenPaging::read(LIMITS, &mut query, usize::MAX, 1000)?;
    let group = query.choice("group_type", &GROUP_TYPES)?;
    let model = query.one("model")?;
    query.finish()?;
    let limits = &state.rest.rate_limits;
    if let Some(model) = &model
        && !limits.iter().any(|limit| limit.has_model(model))
    {
        return Err(Refusal::not_found("Rate limit of this model"));
    }
    let kept = limits.iter().filter(|limit| {
        group.as_ref().is_none_or(|group| *group == limit.group.kind)
            && model.as_ref().is_none_or(|model| limit.has_model(model))
    });
    let (data, next_page) = paging.page(kept.map(|limit| limit.written(target.version)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn list_of_workspace(state: &State, target: &Target<'_>, mut query: Query) -> Answer {
    let name = format!("{OVERRIDES} of {}", target.id("workspace_id"));
    let paging = TokenPaging::read(&name, &mut query, usize::MAX, 1000)?;
    let group = query.choice("group_type", &GROUP_TYPES)?;
    let inherited = query.flag("include_inherited")?;
    query.finish()?;
    let workspace = &find(state, target)?.id;
    let limits = state.rest.rate_limits.iter();
    let wanted = limits.filter(|limit| group.as_ref().is_none_or(|group| *group == limit.group.kind));
    let entries = wanted.filter_map(|limit| {
        let mut entries = state.rest.workspace_rate_limits.iter();
        let own = entries.find(|entry| entry.is(workspace, &limit.id));
        (inherited || own.is_some()).then(|| written(workspace, limit, own, inherited, target.version))
    });
    let (data, next_page) = paging.page(entries.collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let changes = read_changes(&mut body)?;
    body.finish()?;
    let why_not = "The default workspace has the limits of the organization.";
    let workspace_id = find_own(state, target, why_not)?.id.clone();
    let rate_limit_id = target.id("rate_limit_id").to_owned();
    let Seed { rate_limits, workspace_rate_limits: entries, .. } = &mut state.rest;
    let limit = rate_limits.iter().find(|limit| limit.id == rate_limit_id);
    let limit = limit.ok_or_else(|| Refusal::not_found("Rate limit"))?;
    let mut entry = match entries.iter().position(|entry| entry.is(&workspace_id, &rate_limit_id)) {
        Some(at) => entries.remove(at),
        None => {
            WorkspaceRateLimit { workspace_id, rate_limit_id, limits: Vec::new(), extra: BTreeMap::new() }
        }
    };
    for (kind, value) in changes {
        entry.limits.retain(|limiter| limiter.kind != kind);
        entry.limits.extend(value.map(|value| Limiter { kind, value }));
    }
    // In a fixed order, so that writing the same again changes nothing.
    entry.limits.sort_by(|a, b| a.kind.cmp(&b.kind));
    let answer = written(&entry.workspace_id, limit, Some(&entry), false, target.version);
    if !entry.limits.is_empty() {
        entries.push(entry);
    }
    entries.sort_by(|a, b| (&a.workspace_id, &a.rate_limit_id).cmp(&(&b.workspace_id, &b.rate_limit_id)));
    Ok(answer)
}

/// Takes the overrides to set, and those to clear (`None`).
fn read_changes(body: &mut Object) -> Result<Vec<(String, Option<u64>)>, Refusal> {
    let limits = body.nullable_list("limits")?.ok_or_else(|| Refusal::invalid("limits: expected a list."))?;
    if !(1..=MOST_LIMITERS).contains(&limits.len()) {
        return Err(Refusal::invalid(format!("limits: must have 1 to {MOST_LIMITERS} items.")));
    }
    let mut seen = BTreeSet::new();
    let changes = items("limits", limits, |item| {
        let (kind, value) = read_change(item)?;
        if !seen.insert(kind.clone()) {
            return Err(Problem::new("type", format!("{kind} appears twice.")));
        }
        Ok((kind, value))
    });
    Ok(changes?)
}

fn read_change(mut item: Object) -> Result<(String, Option<u64>), Problem> {
    let kind = item.text("type")?;
    if !SETTABLE.contains(&kind.as_str()) {
        return Err(Problem::new("type", format!("must be one of {}", SETTABLE.join(", "))));
    }
    // Null clears the override, so it differs from a missing value.
    let value = match item.take("value") {
        None => return Err(required("value")),
        Some(Value::Null) => None,
        Some(value) => {
            let number = value.as_u64().filter(|number| *number <= GREATEST);
            Some(number.ok_or_else(|| expected("value", "a whole number from 0 to 2^53 - 1", &value))?)
        }
    };
    item.finish()?;
    Ok((kind, value))
}

/// Returns the entry of a workspace, with or without the limits that it inherits.
fn written(
    workspace_id: &str,
    limit: &RateLimit,
    own: Option<&WorkspaceRateLimit>,
    inherited: bool,
    version: Version,
) -> Value {
    let own_limits = own.map_or(&[][..], |own| &own.limits);
    let value_of = |limits: &[Limiter], kind: &str| {
        limits.iter().find(|limiter| limiter.kind == kind).map(|limiter| limiter.value)
    };
    let one = |kind: &str, own: Option<u64>, organization: Option<u64>| {
        let source = if own.is_some() { "workspace" } else { "organization" };
        let value = own.or(organization);
        json!({"type": kind, "value": value, "org_limit": organization, "source": {"type": source}})
    };
    let both = limit.limits.iter().filter_map(|limiter| {
        let own = value_of(own_limits, &limiter.kind);
        (inherited || own.is_some()).then(|| one(&limiter.kind, own, Some(limiter.value)))
    });
    let more = own_limits.iter().filter(|limiter| value_of(&limit.limits, &limiter.kind).is_none());
    let more = more.map(|limiter| one(&limiter.kind, Some(limiter.value), None));
    let mut entry = json!({
        "rate_limit_id": limit.id,
        "type": "workspace_rate_limit",
        "workspace_id": workspace_id,
        "group": limit.group,
        "limits": both.chain(more).collect::<Vec<_>>(),
        "models": limit.models,
    });
    if let (Some(fields), Some(own)) = (entry.as_object_mut(), own) {
        fields.extend(own.extra.clone());
    }
    with_group_type(entry, version)
}

/// Adds the deprecated field of the old version.
fn with_group_type(mut entry: Value, version: Version) -> Value {
    if version == Version::Old {
        entry["group_type"] = entry["group"]["type"].clone();
    }
    entry
}

/// The field that [`with_group`] adds.
const GROUP: &str = "model_group";

/// Adds the name of its group to an override as the feed calls it: the first model, or the type of a feature.
fn with_group(mut object: Value, seed: &Seed) -> Value {
    let id = object.get("rate_limit_id").and_then(Value::as_str);
    let limit = id.and_then(|id| seed.rate_limits.iter().find(|limit| limit.id == id));
    if let (Some(limit), Some(fields)) = (limit, object.as_object_mut()) {
        let name = limit.models.iter().flatten().next().unwrap_or(&limit.group.kind);
        fields.insert(GROUP.to_owned(), json!(name));
    }
    object
}

fn says(change: &Change<'_>) -> Vec<Event> {
    let limits = |entry: &Value| -> BTreeMap<String, Value> {
        let limits = entry["limits"].as_array().into_iter().flatten();
        limits
            .filter_map(|limit| Some((limit["type"].as_str()?.to_owned(), limit["value"].clone())))
            .collect()
    };
    let (was, is) = (limits(change.before), limits(change.after));
    let entry = change.object();
    let fields = |limiter: &str| json!({"limiter_type": limiter, GROUP: entry[GROUP], "workspace_id": entry["workspace_id"]});
    let mut events = Vec::new();
    for (limiter, value) in is.iter().filter(|(limiter, value)| was.get(*limiter) != Some(*value)) {
        let mut fields = fields(limiter);
        fields["value"] = value.clone();
        events.push(Event::new("platform_workspace_rate_limit_updated", fields));
    }
    let gone = was.keys().filter(|limiter| !is.contains_key(*limiter));
    events.extend(gone.map(|limiter| Event::new("platform_workspace_rate_limit_deleted", fields(limiter))));
    events
}
