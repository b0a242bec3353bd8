//! Reading the feed: filters, cursors, and who may.

use serde_json::{Value, json};

use super::Entry;
use crate::envelope::{Answer, Refusal};
use crate::ids::{self, is_id};
use crate::page::cut;
use crate::request::{Query, Target};
use crate::state::State;

/// The types that filters accept, besides those of a seed.
const TYPES: &str = "
    admin_api_key_created admin_api_key_deleted admin_api_key_updated api_key_created compliance_api_accessed
    org_compliance_api_settings_updated org_data_residency_updated org_invite_viewed org_invites_listed
    org_user_deleted org_user_invite_accepted org_user_invite_deleted org_user_invite_re_sent
    org_user_invite_rejected org_user_invite_sent org_user_left org_user_viewed org_users_listed
    platform_api_key_created platform_api_key_updated platform_workspace_archived platform_workspace_created
    platform_workspace_inference_data_retention_disabled platform_workspace_inference_data_retention_enabled
    platform_workspace_member_added platform_workspace_member_removed platform_workspace_member_updated
    platform_workspace_member_viewed platform_workspace_members_listed platform_workspace_rate_limit_deleted
    platform_workspace_rate_limit_updated platform_workspace_updated primary_owner_transferred
    role_assignment_granted role_assignment_revoked scim_user_created scim_user_deleted scim_user_updated
    scoped_api_key_deleted scoped_api_key_updated workspace_spend_limit_created workspace_spend_limit_deleted
";

pub(super) fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let limit = query.limit(100, 5000)?;
    let (after, before) = (cursor(state, &mut query, "after_id")?, cursor(state, &mut query, "before_id")?);
    let is_type = |name: &str| {
        TYPES.split_whitespace().any(|known| known == name)
            || state.feed.activities().any(|activity| kind(activity) == name)
    };
    let only = query.many("activity_types", is_type)?;
    let except = query.many("exclude_activity_types", is_type)?;
    if (after.is_some() && before.is_some()) || !(only.is_empty() || except.is_empty()) {
        return Err(Refusal::invalid("Give one of after_id and before_id, and one of the filters by type."));
    }
    let actors = query.many("actor_ids", |id| is_id(id, "user_"))?;
    let organization = &state.rest.organization.id;
    let own = [organization.clone(), ids::id("org_", &[organization])];
    if query.many("organization_ids", |_| true)?.iter().any(|id| !own.contains(id)) {
        return Err(Refusal::forbidden("organization_ids[]: not an organization of this key."));
    }
    let (gte, gt) = (query.time("created_at.gte")?, query.time("created_at.gt")?);
    let (lte, lt) = (query.time("created_at.lte")?, query.time("created_at.lt")?);
    query.finish()?;
    may_read(state)?;
    let is_wanted = |entry: &&Entry| {
        let (kind, actor) = (kind(&entry.value), entry.value["actor"]["user_id"].as_str());
        (only.is_empty() || only.iter().any(|one| one == kind))
            && !except.iter().any(|one| one == kind)
            && (actors.is_empty() || actors.iter().any(|one| Some(one.as_str()) == actor))
            && gte.is_none_or(|time| entry.at >= time)
            && gt.is_none_or(|time| entry.at > time)
            && lte.is_none_or(|time| entry.at <= time)
            && lt.is_none_or(|time| entry.at < time)
    };
    let key = |entry: &Entry| (entry.at, entry.id.clone());
    let kept = state.feed.readable(state.now).filter(is_wanted);
    let repeats = state.feed.options.repeats && limit > 1;
    let (page, has_more) = match (&after, &before) {
        (Some(id), _) => {
            let place = key(find(state, id)?);
            let older = kept.filter(|entry| key(entry) < place || (repeats && key(entry) == place));
            cut(older, limit, false)
        }
        (None, Some(id)) => {
            let place = key(find(state, id)?);
            let newer: Vec<&Entry> = kept.take_while(|entry| key(entry) > place).collect();
            cut(newer.into_iter().rev(), limit, true)
        }
        (None, None) => cut(kept, limit, false),
    };
    let cursor = |entry: Option<&&Entry>| entry.map(|entry| token(state, &entry.id));
    Ok(json!({
        "data": page.iter().map(|entry| &entry.value).collect::<Vec<_>>(),
        "has_more": has_more,
        "first_id": cursor(page.first()),
        "last_id": cursor(page.last()),
    }))
}

/// Refuses a credential without the scope, and everybody while nothing is recorded.
fn may_read(state: &State) -> Result<(), Refusal> {
    if !state.feed.options.has_scope {
        return Err(Refusal::forbidden(
            "This key has the scopes org:admin. This operation needs read:compliance_activities.",
        ));
    }
    if !state.records() {
        return Err(Refusal::forbidden("The Compliance API is not enabled for this organization."));
    }
    Ok(())
}

fn kind(activity: &Value) -> &str {
    activity["type"].as_str().unwrap_or_default()
}

/// Returns the cursor of an activity. It belongs to the organization, and is not the id of the activity.
fn token(state: &State, id: &str) -> String {
    format!("cursor_{:016x}_{id}", ids::hash(&[&state.rest.organization.id, id]))
}

/// Takes a cursor; returns the id of its activity.
fn cursor(state: &State, query: &mut Query, name: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = query.one(name)? else { return Ok(None) };
    let id = text.strip_prefix("cursor_").and_then(|rest| rest.split_once('_')).map(|(_, id)| id.to_owned());
    let id = id.filter(|id| token(state, id) == text);
    id.map(Some).ok_or_else(|| Refusal::invalid(format!("{name}: not a cursor of this feed.")))
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Entry, Refusal> {
    let found = state.feed.entries.iter().find(|entry| entry.id == id);
    found.map(AsRef::as_ref).ok_or_else(|| Refusal::invalid("No such activity."))
}
