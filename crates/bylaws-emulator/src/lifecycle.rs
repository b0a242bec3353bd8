//! When service accounts, federation issuers and rules were created, updated and archived, and who did it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::object::{Object, Problem};
use crate::seeding::{Seeding, check_id};

/// When an object was created, last updated and archived, and who did it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Lifecycle {
    /// When it was created (RFC 3339).
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// Who created it, `user_…` or `svac_…`, if known.
    pub created_by_actor_id: Option<String>,
    /// When it was last updated (RFC 3339).
    #[schemars(with = "String")]
    pub updated_at: Timestamp,
    /// Who last updated it, `user_…` or `svac_…`, if known.
    pub updated_by_actor_id: Option<String>,
    /// When it was archived (RFC 3339), or null. Archiving is permanent.
    #[schemars(with = "Option<String>")]
    pub archived_at: Option<Timestamp>,
    /// Who archived it, `user_…` or `svac_…`, if known.
    pub archived_by_actor_id: Option<String>,
}

impl Lifecycle {
    /// Returns that of an object created now.
    pub(crate) fn new(now: Timestamp, actor: Option<String>) -> Self {
        Self {
            created_at: now,
            created_by_actor_id: actor.clone(),
            updated_at: now,
            updated_by_actor_id: actor,
            archived_at: None,
            archived_by_actor_id: None,
        }
    }

    pub(crate) fn from_seed(object: &mut Object, seeding: &Seeding) -> Result<Self, Problem> {
        let created_at = object.nullable_time("created_at")?.unwrap_or_else(|| seeding.days_ago(20));
        Ok(Self {
            created_at,
            created_by_actor_id: actor(object, "created_by_actor_id")?,
            updated_at: object.nullable_time("updated_at")?.unwrap_or(created_at),
            updated_by_actor_id: actor(object, "updated_by_actor_id")?,
            archived_at: object.nullable_time("archived_at")?,
            archived_by_actor_id: actor(object, "archived_by_actor_id")?,
        })
    }

    pub(crate) fn is_live(&self) -> bool {
        self.archived_at.is_none()
    }

    pub(crate) fn update(&mut self, now: Timestamp, actor: Option<String>) {
        self.updated_at = now;
        self.updated_by_actor_id = actor;
    }

    pub(crate) fn archive(&mut self, now: Timestamp, actor: Option<String>) {
        self.archived_at = Some(now);
        self.archived_by_actor_id = actor;
    }
}

/// Takes the id of a person or service account, which may be missing or null.
pub(crate) fn actor(object: &mut Object, field: &str) -> Result<Option<String>, Problem> {
    let id = object.nullable_text(field)?;
    id.as_deref().map_or(Ok(()), |id| check_id(field, id, &["user_", "svac_"])).map(|()| id)
}
