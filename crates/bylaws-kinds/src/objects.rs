//! Kinds of objects that are neither people nor workspaces: what every part of Bylaws asks of each of them.

use std::collections::BTreeMap;

use bylaws_engine::guards::Pair;
use bylaws_engine::text::Text;
use bylaws_engine::writer::{Entry, List};
use bylaws_engine::{Address, Facts, Kind, ObjectKind, ObjectName, WorkspaceId, WorkspaceLabel};
use jiff::Timestamp;

use crate::adopt::view::{Difference, View};
use crate::attribution::Trail;
use crate::desired::{Desired, OpenWorkspace};
use crate::live::Live;
use crate::plan::Planner;
use crate::remote::{Remote, RemoteObjects};
use crate::syntax::{Scope, Syntax, Target};
use crate::unlisted_sections::UnlistedSection;

/// Every such kind, in the order in which they are planned and listed.
pub const OBJECTS: &[&dyn Objects] = &[
    &crate::api_key::objects::ApiKeys,
    &crate::rate_limit::objects::RateLimits,
    &crate::spend_limit::objects::SpendLimits,
    &crate::external_key::objects::ExternalKeys,
    &crate::service_account::objects::ServiceAccounts,
    &crate::workspace_service_account::objects::WorkspaceServiceAccounts,
    &crate::federation::objects::Issuers,
    &crate::federation::objects::Rules,
];

/// A kind of objects.
pub trait Objects: Syntax {
    /// Returns the policy for objects that are not in the files.
    fn unlisted(&self) -> &'static UnlistedSection;

    /// Returns how the objects are read and written.
    fn remote(&self) -> &'static dyn RemoteObjects;

    /// Returns the adapters of what belongs to an object and is planned with it, such as the workspaces of a rule.
    fn parts(&self) -> &'static [&'static dyn Remote] {
        &[]
    }

    /// Returns the live objects; `None` if they were not read.
    fn live<'l>(&self, live: &'l Live) -> Option<Vec<LiveObject<'l>>>;

    /// Returns the ids and names of all objects of the organization, archived ones included; `None` if they were not read,
    /// or if none can be archived.
    fn past<'l>(&self, _live: &'l Live) -> Option<Vec<(&'l str, &'l str)>> {
        None
    }

    /// Plans the changes.
    fn plan(&self, planner: &mut Planner<'_>);

    /// Returns the number of read requests.
    fn reads(&self, desired: &Desired, live: &Live) -> usize;

    /// Drops what a plan of these files does not read; returns whether all that it reads is there.
    fn trim(&self, desired: &Desired, live: &mut Live) -> bool;

    /// Adds the lists that were read.
    fn readings(&self, live: &Live, add: &mut dyn FnMut(List, Vec<Entry>));

    /// Changes the entry of an object to what is live, or returns why it stays.
    fn adopt(
        &self,
        view: &View<'_>,
        wanted: &mut Desired,
        at: (Option<&WorkspaceLabel>, &ObjectName),
        difference: &Difference,
    ) -> Result<(), String>;

    /// Adds the live objects of a workspace, or of the organization, to its entry, as an import writes it. Returns those
    /// that files cannot express.
    fn import(&self, _live: &Live, _workspace: Option<&WorkspaceId>, _target: Target<'_>) -> Vec<Text> {
        Vec::new()
    }

    /// Removes the section from a workspace.
    fn clear(&self, open: &mut OpenWorkspace);

    /// Returns whether a setting of a workspace names one of these objects.
    fn is_named_by(&self, _open: &OpenWorkspace) -> bool {
        false
    }

    /// Returns whether an object with this name or id exists in every workspace, whether a list contains it or not.
    fn is_everywhere(&self, _live: &Live, _name: &str) -> bool {
        false
    }

    /// Returns why the service refused the lists of these objects, if it did.
    fn refused<'l>(&self, _live: &'l Live) -> Option<&'l Text> {
        None
    }

    /// Returns what the Activity Feed says about the objects.
    fn trail(&self) -> &'static Trail;

    /// Returns what activities call the object with this id, besides the id.
    fn called(&self, _live: &Live, _id: &str) -> Vec<String> {
        Vec::new()
    }

    /// Returns the live object of a change: `None` if it was not read, `Some(None)` if it does not exist.
    fn shown(
        &self,
        live: &Live,
        target: Option<&str>,
        workspace: Option<&WorkspaceId>,
    ) -> Option<Option<Facts>>;
}

/// An entry of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The `id` that pins the object.
    pub id: Option<String>,
    /// Every field that the entry manages, with its value as files have it.
    pub fields: BTreeMap<&'static str, String>,
}

/// A live object.
pub struct LiveObject<'l> {
    /// The workspace that it is in; `None` for objects of the organization.
    pub workspace: Option<&'l WorkspaceId>,
    /// Its name.
    pub name: &'l str,
    /// Its id.
    pub id: &'l str,
    /// The time it was created.
    pub created_at: Option<Timestamp>,
    /// Its status, if an entry of the files may be that alone.
    pub status: Option<&'l str>,
}

/// Returns the kind with this word.
pub fn objects(word: &ObjectKind) -> Option<&'static dyn Objects> {
    OBJECTS.iter().copied().find(|objects| objects.kind().object() == *word)
}

/// Returns every entry of the files with its address.
pub(crate) fn listed(desired: &Desired) -> Vec<(Address, Line)> {
    let mut listed = Vec::new();
    for objects in OBJECTS {
        let workspaces = desired.open().map(|(label, open)| Scope::Workspace(label, open));
        for scope in std::iter::once(Scope::Organization(desired)).chain(workspaces) {
            for (name, line) in objects.entries(scope).into_iter().flatten() {
                listed.push((Address::of_object(scope.workspace(), objects.kind().object(), name), line));
            }
        }
    }
    listed
}

/// Returns the kind to which a part with this word belongs.
pub(crate) fn whole(word: &ObjectKind) -> Option<&'static dyn Objects> {
    let is_part = |objects: &&dyn Objects| objects.parts().iter().any(|part| part.kind().object() == *word);
    OBJECTS.iter().copied().find(is_part)
}

/// Returns every kind, with those of parts.
pub(crate) fn kinds() -> Vec<&'static Kind> {
    let parts = OBJECTS.iter().flat_map(|objects| objects.parts()).map(|part| part.kind());
    OBJECTS.iter().map(|objects| objects.kind()).chain(parts).collect()
}

/// Parses an address as people write it; `None` also for an object of a kind that does not exist.
pub fn parse_address(text: &str) -> Option<Address> {
    Address::parse(text, &kinds())
}

/// Parses a pair such as `archive workspace/research-2024` as people write it.
pub fn parse_pair(text: &str) -> Option<Pair> {
    Pair::parse(text, &kinds())
}
