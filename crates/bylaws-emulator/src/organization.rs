//! The organization and the product that it belongs to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::envelope::{Answer, Refusal};
use crate::kinds::Kind;
use crate::object::{Object, Problem};
use crate::request::Target;
use crate::routes::Route;
use crate::seed::Seed;
use crate::seed_check::check_uuid;
use crate::state::State;

pub(crate) const KIND: Kind =
    Kind { read, ..Kind::new(&[Route::get("/v1/organizations/me", get).in_every_organization()]) };

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

fn read(seed: &mut Seed, document: &mut Object, _: Timestamp) -> Result<(), Problem> {
    if let Some(fields) = document.nullable_object("organization")? {
        seed.organization =
            Organization::from_seed(fields).map_err(|problem| problem.under("organization"))?;
    }
    seed.kind = OrganizationKind::from_seed(document.nullable_text("kind")?.as_deref())?;
    Ok(())
}

fn get(state: &State, _: &Target<'_>) -> Answer {
    serde_json::to_value(&state.rest.organization).map_err(|_| Refusal::internal())
}

impl Organization {
    fn from_seed(mut object: Object) -> Result<Self, Problem> {
        object.kind("organization")?;
        let default = Self::default();
        let id = object.nullable_text("id")?.unwrap_or(default.id);
        check_uuid("id", &id)?;
        Ok(Self {
            id,
            kind: default.kind,
            name: object.nullable_text("name")?.unwrap_or(default.name),
            extra: object.rest(),
        })
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
    fn from_seed(text: Option<&str>) -> Result<Self, Problem> {
        match text {
            None | Some("console") => Ok(Self::Console),
            Some("enterprise") => Ok(Self::Enterprise),
            Some(_) => Err(Problem::new("kind", "expected \"console\" or \"enterprise\"")),
        }
    }

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
