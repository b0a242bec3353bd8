//! Properties of every organization and every set of files.

use std::collections::BTreeSet;

use bylaws_engine::{Change, Item, LiveWorkspaceRole, OrganizationRole, UserId, WorkspaceRef};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::model::applied;
use super::shown;
use super::typed::{Typed, typed};
use super::words::email;
use super::world::World;
use crate::live::KeyScope;

const PEOPLE: [&str; 7] = ["ada", "bob", "cy", "dee", "eve", "ada+t@x.org", "fay"];
const SPACES: [&str; 4] = ["lab", "ops", "prod", "far"];
const MEMBERSHIPS: [&str; 4] =
    ["workspace_user", "workspace_restricted_developer", "workspace_developer", "workspace_admin"];

fn one_of(words: &[&str]) -> BoxedStrategy<String> {
    prop::sample::select(words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()).boxed()
}

fn lines(parts: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(parts, 0..=most).prop_map(|lines| lines.join("\n"))
}

fn files() -> impl Strategy<Value = String> {
    let roles = ["user", "developer", "billing", "claude_code_user", "admin", "owner", "none"];
    let until = ["", "", "", " until=2026-11-20", " until=2026-11-30"];
    let pin = ["", "", "", "", " id=user_ada", " id=user_bob", " id=user_9"];
    let member = (one_of(&PEOPLE), one_of(&roles), one_of(&until), one_of(&pin))
        .prop_map(|(who, role, until, pin)| format!("member {who} {role}{until}{pin}"));
    let wanted = [&MEMBERSHIPS[..], &["workspace_billing", "none"]].concat();
    let membership = (one_of(&SPACES), one_of(&PEOPLE), one_of(&wanted), one_of(&until))
        .prop_map(|(place, who, role, until)| format!("membership {place} {who} {role}{until}"));
    let team = one_of(&[
        "team a ada bob cy",
        "team b dee eve fay",
        "team_membership lab a workspace_user",
        "team_membership lab b workspace_admin",
        "team_membership ops a workspace_developer",
        "team_membership prod b workspace_billing",
    ]);
    let special = one_of(&[
        "workspace old archived",
        "workspace attic archived id=ws_attic",
        "workspace Default color=#222222 tags=a:b",
        "workspace Claude_Code color=#222222 tags=a:b",
        "workspace pinned id=ws_pin name=Pin_2 allowed=us default=us",
        "key Default ci inactive",
        "membership Default ada workspace_user",
        "membership Claude_Code ada workspace_user",
        "workspace made tags=x:y allowed=us default=us",
        "workspace unmade allowed=us",
    ]);
    let key = (
        one_of(&["-", "lab", "ops"]),
        one_of(&["k1", "k2", "k3"]),
        one_of(&["active", "inactive", "archived"]),
        one_of(&["", "", "", " id=key_a name=k1", " id=key_b name=n1", " id=key_a", " id=key_b name=n2"]),
    )
        .prop_map(|(place, key, status, pin)| format!("key {place} {key} {status}{pin}"));
    let policy = (
        one_of(&["members", "workspace_members", "api_keys"]),
        one_of(&["ignore", "report", "remove", "remove"]),
    )
        .prop_map(|(kind, policy)| format!("unlisted {kind} {policy}"));
    let approve = one_of(&[
        "approve 2026-11-30 archive workspace/old",
        "approve 2026-11-30 archive workspace/attic",
        "approve 2026-11-30 update workspace/lab/api_key/k1 + update organization/api_key/k2",
        "approve 2026-11-30 invite invite/ada@x.org + invite invite/eve@x.org",
    ]);
    (
        lines(member, 6),
        lines(membership, 8),
        lines(prop_oneof![team, special.clone(), special], 6),
        lines(prop_oneof![key, policy, approve], 8),
    )
        .prop_map(|(a, b, c, d)| format!("{a}\n{b}\n{c}\n{d}"))
}

fn live() -> impl Strategy<Value = String> {
    let roles =
        ["user", "developer", "billing", "claude_code_user", "admin", "owner", "membership_admin", "wizard"];
    let user = (one_of(&PEOPLE), one_of(&roles)).prop_map(|(who, role)| format!("user {who} {role}"));
    let invite = (
        one_of(&PEOPLE),
        one_of(&["pending", "pending", "expired", "accepted", "deleted", "frozen"]),
        one_of(&["user", "developer", "admin", "wizard"]),
    )
        .prop_map(|(who, status, role)| format!("invite {who} {status} {role}"));
    let space = one_of(&[
        "workspace lab",
        "workspace ops",
        "workspace prod tags=a:b",
        "workspace prod id=ws_prod2",
        "workspace far archived",
        "workspace old",
        "workspace attic",
        "workspace pin id=ws_pin",
        "default",
        "workspace Claude_Code",
    ]);
    let roles = [&MEMBERSHIPS[..], &["workspace_billing", "workspace_wizard"]].concat();
    let membership = (
        one_of(&["lab", "ops", "prod", "Claude_Code"]),
        one_of(&[&PEOPLE[..], &["ghost"]].concat()),
        one_of(&roles),
    )
        .prop_map(|(place, who, role)| format!("membership {place} {who} {role}"));
    let key = (
        one_of(&["-", "lab", "ops", "Default", "Claude_Code", "?"]),
        one_of(&["k1", "k2", "k3", "k4"]),
        one_of(&["active", "active", "inactive", "archived", "expired", "frozen"]),
        one_of(&["", "", "", " in_use", " by=ada", " owner=ada", " owner=bob"]),
    );
    let id = prop_oneof![one_of(&["a", "b"]), (0..1000_u32).prop_map(|id| id.to_string())];
    let key = (key, id)
        .prop_map(|((place, key, status, more), id)| format!("key {place} {key} {status} id=key_{id}{more}"));
    (lines(user, 8), lines(invite, 8), lines(space, 9), lines(membership, 12), lines(key, 8))
        .prop_map(|(a, b, c, d, e)| format!("{a}\n{b}\n{c}\n{d}\n{e}"))
}

/// Runs the same cases on every machine and day.
fn for_all(cases: u32, test: impl Fn(World)) {
    let config = Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_121),
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&(files(), live()), |(files, live)| {
            let mut world = World::new(&files, &live);
            // One person with two spellings is an error of the files.
            if let Some(members) = world.desired.members.as_mut().filter(|m| m.contains_key(&email("ada"))) {
                members.remove(&email("ada+t@x.org"));
            }
            let mut ids = BTreeSet::new();
            world.live.api_keys.as_mut().unwrap().retain(|key| ids.insert(key.id.clone()));
            test(world);
            Ok(())
        })
        .unwrap();
}

#[test]
fn after_an_apply_there_is_nothing_to_do() {
    for_all(600, |mut world| {
        let plan = world.plan();
        world.live = applied(&world.live, &plan);
        // A name is free once the key that had it has another one.
        let was_taken = |change: &&Change| {
            let is_of = |item: &&Item| item.address == change.address;
            let mut blocked = plan.blocked.iter().filter(is_of);
            change.renames() && blocked.any(|item| item.reason.as_str().contains("rename that one first"))
        };
        let again = world.plan().changes;
        let again: Vec<String> = again.iter().filter(|one| !was_taken(one)).map(shown::change).collect();
        assert_eq!(again, Vec::<String>::new(), "after\n{}", shown::plan(&plan));
    });
}

#[test]
fn dependencies_come_first_and_ids_are_unique() {
    for_all(600, |world| {
        let mut seen = BTreeSet::new();
        for change in world.plan().changes {
            assert!(change.depends_on.iter().all(|id| seen.contains(id)), "{}", change.id);
            assert!(seen.insert(change.id.clone()), "{} twice", change.id);
        }
    });
}

#[test]
fn no_two_writes_change_the_same_object() {
    for_all(600, |world| {
        let mut seen = BTreeSet::new();
        for change in world.plan().changes {
            let thing = thing(&change);
            assert!(seen.insert(thing.clone()), "{thing} twice");
        }
    });
}

fn thing(change: &Change) -> String {
    match &typed(&change.write) {
        Typed::CreateWorkspace { name, .. } => format!("new {name}"),
        Typed::UpdateWorkspace { workspace, .. } | Typed::ArchiveWorkspace { workspace } => {
            workspace.to_string()
        }
        Typed::Invite { email, .. } => format!("invite {}", email.as_str()),
        Typed::Revoke { invite } => invite.to_string(),
        Typed::SetRole { user, .. } | Typed::RemoveMember { user } => user.to_string(),
        Typed::AddWorkspaceMember { workspace: WorkspaceRef::Created(label), user, .. } => {
            format!("{label} {user}")
        }
        Typed::AddWorkspaceMember { workspace: WorkspaceRef::Live(workspace), user, .. }
        | Typed::SetWorkspaceRole { workspace, user, .. }
        | Typed::RemoveWorkspaceMember { workspace, user } => format!("{workspace} {user}"),
        Typed::UpdateKey { key, .. } => key.to_string(),
    }
}

/// In addition to what the model of the service refuses: archived and special workspaces, console-only and
/// unknown roles, keys that have ended or are in use.
#[test]
fn unknown_and_service_owned_objects_are_never_changed() {
    for_all(600, |world| {
        let live = &world.live;
        let (people, spaces) = (live.people.clone().unwrap(), live.workspaces.clone().unwrap());
        let held = |user: &UserId| !matches!(people.users[user].role, OrganizationRole::Settable(_));
        for change in world.plan().changes {
            match &typed(&change.write) {
                Typed::RemoveMember { user } | Typed::SetRole { user, .. } => {
                    assert!(!held(user), "{}", change.id);
                }
                Typed::Revoke { invite } => {
                    let invite = people.invites.iter().find(|known| known.id == *invite).unwrap();
                    assert!(!matches!(invite.role, OrganizationRole::Unknown(_)), "{}", change.id);
                }
                Typed::SetWorkspaceRole { workspace, user, .. }
                | Typed::RemoveWorkspaceMember { workspace, user } => {
                    let role = &live.workspace_members[workspace][user];
                    assert!(matches!(role, LiveWorkspaceRole::Known(_)), "{}", change.id);
                    assert!(
                        !spaces.all[workspace].archived && people.users.contains_key(user),
                        "{}",
                        change.id
                    );
                }
                Typed::UpdateKey { key, .. } => {
                    let key = live.api_keys.iter().flatten().find(|known| known.id == *key).unwrap();
                    assert!(!key.in_use && !matches!(key.scope, KeyScope::Unknown(_)), "{}", change.id);
                    if let KeyScope::Workspace(id) = &key.scope {
                        assert!(!spaces.all[id].is_claude_code(), "{}", change.id);
                    }
                }
                _ => {}
            }
        }
    });
}

/// Everybody who may be a listed person under another spelling.
#[test]
fn nobody_in_doubt_is_removed() {
    for_all(600, |world| {
        let Some(members) = &world.desired.members else { return };
        let people = world.live.people.clone().unwrap();
        for change in world.plan().changes {
            if let Typed::RemoveMember { user } | Typed::RemoveWorkspaceMember { user, .. } =
                &typed(&change.write)
            {
                let email = &people.users[user].email;
                let listed = members.keys().any(|known| known.person() == email.person());
                assert!(members.contains_key(email) || !listed, "{}", change.id);
            }
        }
    });
}

#[test]
fn the_order_of_lists_does_not_matter() {
    for_all(300, |mut world| {
        let before = world.plan();
        world.live.people.as_mut().unwrap().invites.reverse();
        world.live.api_keys.as_mut().unwrap().reverse();
        assert_eq!(world.plan(), before);
        let people = world.live.people.as_mut().unwrap();
        let half = people.invites.len() / 2;
        people.invites.rotate_left(half);
        assert_eq!(world.plan(), before);
    });
}

#[test]
fn a_narrowed_plan_is_consistent() {
    for_all(300, |mut world| {
        world.desired.guards.access_loss.max = 500;
        world.desired.guards.access_loss.share = bylaws_engine::guards::Share::percent(100);
        let plan = world.plan();
        let full = plan.changes.clone();
        let number = std::cell::Cell::new(0);
        let third = |_: &bylaws_engine::Change| {
            number.set(number.get() + 1);
            number.get() % 3 != 0
        };
        let plan = plan.narrowed(third);
        let kept: BTreeSet<_> = plan.changes.iter().map(|change| change.id.clone()).collect();
        assert!(plan.changes.iter().all(|change| full.contains(change)));
        for change in &plan.changes {
            assert!(change.depends_on.iter().all(|id| kept.contains(id)), "{}", change.id);
        }
    });
}
