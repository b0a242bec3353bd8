//! Capacities of an organization, to rehearse what happens when they are reached. Unlimited unless a seed
//! sets them, because the service's own limits are negotiable.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::kinds::Kind;
use crate::object::{Object, Problem};
use crate::seed::Seed;

pub(crate) const KIND: Kind = Kind { read, ..Kind::new(&[]) };

/// The limits of an organization; null for no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Limits {
    /// Members and pending invites together (`org_member_limit_exceeded`).
    pub members: Option<usize>,
    /// Open workspaces.
    pub workspaces: Option<usize>,
    /// Explicit members of one workspace (`workspace_member_limit_exceeded`).
    pub workspace_members: Option<usize>,
    /// Active keys of the organization (`org_api_key_limit_exceeded`).
    pub active_api_keys: Option<usize>,
    /// Active keys of one workspace (`workspace_api_key_limit_exceeded`).
    pub workspace_active_api_keys: Option<usize>,
}

fn read(seed: &mut Seed, document: &mut Object, _: Timestamp) -> Result<(), Problem> {
    if let Some(fields) = document.nullable_object("limits")? {
        seed.limits = Limits::from_seed(fields).map_err(|problem| problem.under("limits"))?;
    }
    Ok(())
}

impl Limits {
    fn from_seed(mut object: Object) -> Result<Self, Problem> {
        let mut limit = |name| {
            let count = object.nullable_count(name)?;
            Ok::<_, Problem>(count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)))
        };
        let limits = Self {
            members: limit("members")?,
            workspaces: limit("workspaces")?,
            workspace_members: limit("workspace_members")?,
            active_api_keys: limit("active_api_keys")?,
            workspace_active_api_keys: limit("workspace_active_api_keys")?,
        };
        object.finish()?;
        Ok(limits)
    }
}
