//! The organization, the product that it belongs to, and its capacities.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::Refusal;
use crate::kinds::Kind;
use crate::object::{Object, Problem};
use crate::routes::Run::Get;
use crate::seeding::check_uuid;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, _| {
        seed.organization = document.nested("organization", Organization::from_seed)?.unwrap_or_default();
        seed.kind = match document.nullable_text("kind")?.as_deref() {
            None | Some("console") => OrganizationKind::Console,
            Some("enterprise") => OrganizationKind::Enterprise,
            Some(_) => return Err(Problem::new("kind", "expected \"console\" or \"enterprise\"")),
        };
        seed.limits = document.nested("limits", Limits::from_seed)?.unwrap_or_default();
        Ok(())
    },
    in_every_organization: true,
    ..Kind::new(&[("/v1/organizations/me", &[Get(|state, _| Ok(json!(state.rest.organization)))])])
};

/// The organization of the credential, as the service returns it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Organization {
    /// The id, a bare UUID.
    pub id: String,
    /// Always `organization`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name shown in the Console.
    pub name: String,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// The product that the organization belongs to: it decides the roles and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrganizationKind {
    /// Claude Console, also called an API organization.
    #[default]
    Console,
    /// Claude Enterprise: members and invites only.
    Enterprise,
}

/// The limits of an organization; null for no limit.
///
/// They are for rehearsals of what happens when one is reached. Unlimited unless a seed sets them, because
/// the service's own limits are negotiable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(description = "The limits of an organization; null for no limit.")]
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
        object.finish().map(|()| limits)
    }
}

/// Returns the limit as the error if as many are taken, which are counted only if there is a limit.
pub(crate) fn below(limit: Option<usize>, taken: impl FnOnce() -> usize) -> Result<(), usize> {
    limit.map_or(Ok(()), |most| if taken() < most { Ok(()) } else { Err(most) })
}

impl Organization {
    fn from_seed(mut object: Object) -> Result<Self, Problem> {
        object.kind("organization")?;
        let default = Self::default();
        let id = object.nullable_text("id")?.unwrap_or(default.id);
        check_uuid("id", &id)?;
        let name = object.nullable_text("name")?.unwrap_or(default.name);
        Ok(Self { id, name, extra: object.rest(), ..Self::default() })
    }
}

impl Default for Organization {
    fn default() -> Self {
        Self {
            id: "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10".to_owned(),
            kind: "organization",
            name: "Acme Robotics".to_owned(),
            extra: BTreeMap::new(),
        }
    }
}

impl OrganizationKind {
    /// Refuses operations that an organization of this kind does not have
    /// (`docs/service-behaviour.md#organization-types`).
    pub(crate) fn require_console(self) -> Result<(), Refusal> {
        match self {
            Self::Console => Ok(()),
            Self::Enterprise => Err(Refusal::coded(
                "organization_type_not_supported",
                "This operation is not available to Claude Enterprise organizations.",
            )),
        }
    }
}
