//! A write request as data: the kind of object, the action, the object, and the fields to send.
//!
//! Requests have no types of their own per kind, so that guards, apply and output handle every kind alike. The
//! adapter of a kind turns the data into a method, a path and a body.

use crate::action::Action;
use crate::facts::{Fact, Facts, Reference};
use crate::kind::Kind;
use crate::{WorkspaceId, WorkspaceLabel};

/// A write request, before it has a method and a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The kind of the object.
    pub kind: &'static Kind,
    /// What the request does.
    pub action: Action,
    /// The workspace that the object is part of, for kinds that are listed per workspace.
    pub within: Option<WorkspaceRef>,
    /// The id of the live object; `None` if the request creates it. A workspace membership, which has no id of
    /// its own, has the id of the user.
    pub id: Option<String>,
    /// The key by which the object is found again after a create: the e-mail address of an invite, the name of a
    /// workspace, the user of a membership. A placeholder if it is the id of an object that the same plan creates.
    pub natural: String,
    /// The fields to send.
    pub body: Facts,
}

impl Write {
    /// Returns a request about a live object of the organization.
    pub fn to(kind: &'static Kind, action: Action, id: impl Into<String>, body: Facts) -> Self {
        let id = id.into();
        Self { kind, action, within: None, natural: id.clone(), id: Some(id), body }
    }

    /// Returns a request that creates an object with this natural key.
    pub fn creating(kind: &'static Kind, action: Action, natural: impl Into<String>, body: Facts) -> Self {
        Self { kind, action, within: None, id: None, natural: natural.into(), body }
    }

    /// Returns the same request about an object in a workspace.
    #[must_use]
    pub fn within(self, workspace: WorkspaceRef) -> Self {
        Self { within: Some(workspace), ..self }
    }

    /// Returns the id of the live object that is changed or removed; `None` if the request creates the object.
    pub fn target(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns whether sending it twice may create two objects.
    pub fn creates(&self) -> bool {
        self.id.is_none()
    }

    /// Returns the objects to which the fields refer and which the same plan creates.
    pub(crate) fn refers_to_new(&self) -> impl Iterator<Item = &Reference> {
        self.body.0.values().filter_map(|fact| match fact {
            Fact::Object(object) if object.id.is_none() => Some(object),
            _ => None,
        })
    }

    /// Returns the id of the live workspace that the object is part of.
    pub fn live_workspace(&self) -> Option<&WorkspaceId> {
        self.within.as_ref()?.live()
    }
}

/// A live workspace, or one that the same plan creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkspaceRef {
    /// A workspace that exists, by id.
    Live(WorkspaceId),
    /// A workspace that this plan creates; its id is known once the create is answered.
    Created(WorkspaceLabel),
}

impl WorkspaceRef {
    /// Returns the id of a workspace that exists.
    pub fn live(&self) -> Option<&WorkspaceId> {
        match self {
            Self::Live(id) => Some(id),
            Self::Created(_) => None,
        }
    }
}
