//! The Activity Feed: what happened in the organization, newest first. Read-only; it records only while the
//! compliance settings say so, and an empty answer says nothing about that.
//!
//! The feed differs from other lists: its cursors are opaque, it may deliver an activity twice, and new types,
//! actors and fields appear all the time, so every text is kept as received.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::client::Client;
use crate::open_enum::open_enum;
use crate::page::{self, Pages};
use crate::{Request, Timestamp, UserId};

/// The maximum number of activities on one page.
pub const MOST_ACTIVITIES: u32 = 5000;
/// The number of recent ids that are remembered, to drop an activity that is delivered again. Repeats come from
/// the edges of pages, so two full pages are enough.
const REMEMBERED: usize = 2 * MOST_ACTIVITIES as usize;

open_enum! {
    /// The kind of actor of an activity.
    pub enum ActivityActorType {
        /// An admin key.
        AdminApiKey = "admin_api_key_actor",
        /// The service's own staff or tools.
        Anthropic = "anthropic_actor",
        /// An API key; also every call that reads the feed.
        Api = "api_actor",
        /// A device that proved its identity.
        AttestedDevice = "attested_device_actor",
        /// A workload of a cloud provider or of an OIDC issuer.
        Federated = "federated_actor",
        /// The bearer of an assertion during a token exchange.
        FederatedIdentity = "federated_identity_actor",
        /// The directory of the organization.
        ScimDirectorySync = "scim_directory_sync_actor",
        /// A service account.
        ServiceAccount = "service_account_actor",
        /// The service itself.
        System = "system_actor",
        /// Somebody who is not signed in.
        UnauthenticatedUser = "unauthenticated_user_actor",
        /// A person who is signed in.
        User = "user_actor",
    }
}

/// One activity. The fields of its type are in [`fields`](Self::fields).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The id, `activity_…`: the only key to recognize a repeated activity by.
    pub id: String,
    /// The time it happened.
    pub created_at: Timestamp,
    /// Who or what did it.
    pub actor: ActivityActor,
    /// What happened, such as `platform_workspace_created`.
    #[serde(rename = "type")]
    pub kind: String,
    /// All other fields, as received.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

/// The actor of an activity. Which fields it has depends on its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityActor {
    /// The kind of actor.
    #[serde(rename = "type")]
    pub kind: ActivityActorType,
    /// The e-mail address of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    /// The id of a person, `user_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The network address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// The program, as it describes itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// All other fields, as received.
    #[serde(flatten)]
    pub fields: Map<String, Value>,
}

impl ActivityActor {
    /// Returns a field that only some kinds of actors have.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    /// Returns the id of the key or of the service account, if it is one.
    pub fn credential_id(&self) -> Option<&str> {
        let fields = ["admin_api_key_id", "api_key_id", "service_account_id"];
        fields.into_iter().find_map(|field| self.text(field))
    }
}

/// One page of the feed. Its cursors are opaque.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    /// The activities, newest first.
    pub data: Vec<Activity>,
    /// Whether more follow in the direction of the request.
    pub has_more: bool,
    /// The cursor of the newest activity; `None` on an empty page.
    pub first_id: Option<String>,
    /// The cursor of the oldest activity; `None` on an empty page.
    pub last_id: Option<String>,
}

/// Which types of activities to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ActivityTypes {
    /// Every type.
    #[default]
    All,
    /// Only these. The service refuses a type that it does not know.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

/// Where to begin reading, with a cursor of an earlier page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivityCursor {
    /// After the [`last_id`](ActivityPage::last_id) of a page: older activities.
    Older(String),
    /// Before the [`first_id`](ActivityPage::first_id) of a page: newer activities, the next page first.
    Newer(String),
}

/// Which activities to read; by default all, from the newest to the oldest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivitiesQuery {
    /// The types.
    pub types: ActivityTypes,
    /// Only what these people did; empty for everybody.
    pub actor_ids: Vec<UserId>,
    /// Only in these organizations, and what belongs to none; empty for all.
    pub organization_ids: Vec<String>,
    /// From this time on.
    pub created_at_gte: Option<Timestamp>,
    /// Later than this time.
    pub created_at_gt: Option<Timestamp>,
    /// Up to this time.
    pub created_at_lte: Option<Timestamp>,
    /// Earlier than this time; a closed window ends at least a minute ago.
    pub created_at_lt: Option<Timestamp>,
    /// Activities per page, up to [`MOST_ACTIVITIES`]; `None` for that many.
    pub limit: Option<u32>,
    /// Where to begin; `None` for the newest.
    pub cursor: Option<ActivityCursor>,
}

impl ActivitiesQuery {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(MOST_ACTIVITIES)
    }
}

/// Returns `GET /v1/compliance/activities`.
pub fn list(query: &ActivitiesQuery) -> Request<ActivityPage> {
    let (only, except) = match &query.types {
        ActivityTypes::All => (&[][..], &[][..]),
        ActivityTypes::Only(types) => (types.as_slice(), &[][..]),
        ActivityTypes::Except(types) => (&[][..], types.as_slice()),
    };
    let (older, newer) = match &query.cursor {
        Some(ActivityCursor::Older(id)) => (Some(id), None),
        Some(ActivityCursor::Newer(id)) => (None, Some(id)),
        None => (None, None),
    };
    Request::get(&["activities"])
        .under("/v1/compliance/")
        .with_query("limit", &query.limit())
        .with_each("activity_types[]", only)
        .with_each("exclude_activity_types[]", except)
        .with_each("actor_ids[]", &query.actor_ids)
        .with_each("organization_ids[]", &query.organization_ids)
        .with_optional("created_at.gte", query.created_at_gte.as_ref())
        .with_optional("created_at.gt", query.created_at_gt.as_ref())
        .with_optional("created_at.lte", query.created_at_lte.as_ref())
        .with_optional("created_at.lt", query.created_at_lt.as_ref())
        .with_optional("after_id", older)
        .with_optional("before_id", newer)
}

/// Returns the pages of the feed in the direction of the cursor. Memory does not grow with their number.
pub(crate) fn pages(client: Arc<Client>, mut query: ActivitiesQuery) -> Pages<Activity> {
    let mut walk = Walk::default();
    page::pages(client, list(&query), "the Activity Feed".to_owned(), move |page| {
        let (activities, next) = walk.accept(page, &query)?;
        let next = next.map(|cursor| {
            query.cursor = Some(cursor);
            list(&query)
        });
        Ok((activities, next))
    })
}

/// What has been seen of the feed so far.
#[derive(Default)]
struct Walk {
    recent: VecDeque<String>,
    ids: HashSet<String>,
}

impl Walk {
    /// Takes the next page: returns its new activities and the cursor of the page after it.
    fn accept(
        &mut self,
        mut page: ActivityPage,
        query: &ActivitiesQuery,
    ) -> Result<(Vec<Activity>, Option<ActivityCursor>), String> {
        let limit = query.limit();
        if page.data.len() > limit as usize {
            return Err(format!("a page has more than the requested {limit} activities"));
        }
        let was_empty = page.data.is_empty();
        page.data.retain(|activity| self.ids.insert(activity.id.clone()));
        self.recent.extend(page.data.iter().map(|activity| activity.id.clone()));
        for id in self.recent.drain(..self.recent.len().saturating_sub(REMEMBERED)) {
            self.ids.remove(&id);
        }
        if !page.has_more {
            return Ok((page.data, None));
        }
        let next = match query.cursor {
            Some(ActivityCursor::Newer(_)) => page.first_id.map(ActivityCursor::Newer),
            Some(ActivityCursor::Older(_)) | None => page.last_id.map(ActivityCursor::Older),
        };
        let next = next.ok_or("a page says that more follow, but has no cursor")?;
        let repeats = page.data.is_empty() && !was_empty;
        if repeats || query.cursor.as_ref() == Some(&next) {
            return Err("its pages form a loop".to_owned());
        }
        Ok((page.data, Some(next)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn activity(id: &str) -> Activity {
        serde_json::from_value(json!({
            "id": id, "created_at": "2026-11-21T09:00:00Z", "type": "new_type", "actor": {"type": "new_actor"},
        }))
        .unwrap()
    }

    #[test]
    fn unknown_types_actors_and_fields_pass_through() {
        let text = json!({
            "id": "activity_1", "created_at": "2026-11-21T09:00:00Z", "organization_id": null,
            "organization_uuid": "u", "type": "brand_new", "moods": [1, {"a": null}],
            "actor": {"type": "robot_actor", "robot": {"model": 3}, "ip_address": "::1"},
        });
        let read: Activity = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(read.actor.kind, ActivityActorType::Unknown("robot_actor".to_owned()));
        assert_eq!(serde_json::to_value(&read).unwrap(), text);
    }

    #[test]
    fn memory_does_not_grow_and_a_repeat_is_dropped() {
        let mut walk = Walk::default();
        let query = ActivitiesQuery { limit: Some(1000), ..ActivitiesQuery::default() };
        for page in 0..50 {
            // Each page begins with the last activity of the page before it.
            let ids = (page * 999)..=(page * 999 + 999);
            let data = ids.map(|n| activity(&n.to_string())).collect();
            let cursor = Some(format!("c{page}"));
            let page_of = ActivityPage { data, has_more: true, first_id: None, last_id: cursor };
            let (taken, _) = walk.accept(page_of, &query).unwrap();
            assert_eq!(taken.len(), if page == 0 { 1000 } else { 999 });
            assert!(walk.ids.len() <= REMEMBERED && walk.recent.len() <= REMEMBERED);
        }
    }

    #[test]
    fn a_page_that_cannot_be_followed_is_an_error() {
        let query = |cursor: Option<&str>| ActivitiesQuery {
            limit: Some(1),
            cursor: cursor.map(|cursor| ActivityCursor::Older(cursor.to_owned())),
            ..ActivitiesQuery::default()
        };
        let page = |ids: &[&str], last_id: Option<&str>| ActivityPage {
            data: ids.iter().map(|id| activity(id)).collect(),
            has_more: true,
            first_id: None,
            last_id: last_id.map(str::to_owned),
        };
        for (page, cursor, why) in [
            (page(&["a", "b"], Some("c")), None, "more than the requested 1"),
            (page(&["a"], None), None, "has no cursor"),
            (page(&["a"], Some("c")), Some("c"), "loop"),
        ] {
            let error = Walk::default().accept(page, &query(cursor)).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
