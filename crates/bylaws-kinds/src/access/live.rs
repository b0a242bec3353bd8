//! The access that the service reports, with the reasons that the files give for it.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::access::{Access, Because, Holder, Place, PlaceKind, Presence, Source, Who, strength};
use bylaws_engine::{Email, LiveWorkspaceRole, OrganizationRole, UserId, WorkspaceId, WorkspaceLabel};
use jiff::civil::Date;

use super::files::{add_teams, memberships};
use super::grant::{grant, holder};
use crate::desired::Desired;
use crate::index::WorkspaceIndex;
use crate::live::{InviteStatus, Live, LivePeople, LiveWorkspace};
use crate::workspace::matching::{labels, match_workspaces};

/// Returns the live access. A workspace whose member list was not read shows only the access that follows
/// from roles in the organization. With files, each membership says whether a line or a team asks for it on
/// that day (UTC).
pub fn access_held(live: &Live, desired: Option<&Desired>, today: Date) -> Access {
    let index = WorkspaceIndex::of(live);
    let labels = desired.map(|desired| labels(&match_workspaces(desired, &index))).unwrap_or_default();
    let mut places: Vec<Place> =
        index.all().filter(|workspace| !workspace.archived).map(|one| place(one, &index, &labels)).collect();
    places.sort();

    let none = LivePeople::default();
    let read = live.people.as_ref().unwrap_or(&none);
    let mut people: BTreeMap<Who, Holder> = BTreeMap::new();
    let mut names: BTreeMap<&UserId, Who> = BTreeMap::new();
    let mut taken: BTreeMap<&Email, usize> = BTreeMap::new();
    for user in read.users.values() {
        *taken.entry(&user.email).or_default() += 1;
    }
    for user in read.users.values() {
        // Two members with one address would be merged here, so both are listed by id.
        let who = match taken.get(&user.email) {
            Some(1) => Who::Person(user.email.clone()),
            _ => Who::Stranger(user.id.clone()),
        };
        let holder = holder(Some(user.id.clone()), Presence::Member, Some(user.role.clone()));
        people.insert(who.clone(), holder);
        names.insert(&user.id, who);
    }
    // Newest first: the newest invite decides which role would be given.
    let mut invites: Vec<_> =
        read.invites.iter().filter(|invite| invite.status == InviteStatus::Pending).collect();
    invites.sort_by(|a, b| (b.invited_at, &b.id).cmp(&(a.invited_at, &a.id)));
    // The service treats all spellings of an address as one person.
    let mut known: BTreeSet<_> = read.users.values().map(|user| user.email.person()).collect();
    for invite in invites {
        if known.insert(invite.email.person()) {
            let invited = || holder(None, Presence::Invited, Some(invite.role.clone()));
            people.entry(Who::Person(invite.email.clone())).or_insert_with(invited);
        }
    }

    for (at, place) in places.iter().enumerate() {
        let Some(id) = &place.id else { continue };
        let open = desired.and_then(|desired| desired.open_workspace(place.label.as_ref()?));
        let open = open.filter(|open| open.manages_members());
        let explained = desired.zip(open).map(|(desired, open)| memberships(desired, open, today));
        // A line that gives nothing, because it says `none` or has ended, still counts as listed.
        let has_line = |who: &Who| match who {
            Who::Person(email) => {
                open.is_some_and(|open| open.members.as_ref().is_some_and(|lines| lines.contains_key(email)))
            }
            Who::Stranger(_) | Who::Object(_) => false,
        };
        let mut held: BTreeMap<Who, Vec<Source>> = BTreeMap::new();
        // The default workspace has no member list of its own, even if one was read.
        let listed = live.workspace_members.get(id).filter(|_| place.kind != PlaceKind::Default);
        for (user, role) in listed.into_iter().flatten() {
            let who = names.get(user).cloned().unwrap_or_else(|| Who::Stranger(user.clone()));
            let wanted = match (&explained, &who) {
                (Some(memberships), Who::Person(email)) => memberships.get(email).map(Vec::as_slice),
                _ => None,
            };
            let sources = match (desired.is_some(), explained.is_some(), wanted) {
                (false, ..) => own(Because::Membership, role),
                (true, true, None) if has_line(&who) => own(Because::Drift, role),
                (true, false, _) | (true, true, None) => own(Because::Unlisted, role),
                (true, true, Some(wanted)) => explain(wanted, role),
            };
            held.insert(who, sources);
        }
        for who in held.keys() {
            people.entry(who.clone()).or_insert_with(|| stranger(who));
        }
        for (who, holder) in people.iter_mut().filter(|(_, holder)| holder.standing != Presence::Invited) {
            let role: Option<&OrganizationRole> = holder.role.as_ref();
            if let Some(grant) = grant(role, place.kind, held.remove(who).unwrap_or_default()) {
                holder.grants.insert(at, grant);
            }
        }
    }
    if let Some(desired) = desired {
        add_teams(&mut people, desired);
    }
    people.extend(super::accounts::held(live, desired, &places));
    let workloads = super::workloads::held(live, &places, &people);
    people.extend(workloads);
    Access { places, people }
}

fn place(
    live: &LiveWorkspace,
    index: &WorkspaceIndex<'_>,
    labels: &BTreeMap<&WorkspaceId, &WorkspaceLabel>,
) -> Place {
    let kind = match live {
        live if index.is_default(&live.id) => PlaceKind::Default,
        live if live.is_claude_code() => PlaceKind::ClaudeCode,
        _ => PlaceKind::Ordinary,
    };
    let label = labels.get(&live.id).map(|label| (*label).clone());
    Place { name: live.name.clone(), id: Some(live.id.clone()), label, kind }
}

fn own(because: Because, role: &LiveWorkspaceRole) -> Vec<Source> {
    vec![Source { because, role: role.clone() }]
}

/// Explains a membership by those wanted sources that ask for exactly its role.
fn explain(wanted: &[Source], role: &LiveWorkspaceRole) -> Vec<Source> {
    let decides = wanted.iter().max_by_key(|source| strength(&source.role));
    if decides.is_some_and(|source| source.role == *role) {
        wanted.to_vec()
    } else {
        own(Because::Drift, role)
    }
}

fn stranger(who: &Who) -> Holder {
    let user = match who {
        Who::Stranger(user) => Some(user.clone()),
        Who::Person(_) | Who::Object(_) => None,
    };
    holder(user, Presence::Stranger, None)
}
