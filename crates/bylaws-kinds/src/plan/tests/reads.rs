//! How many requests it takes to read what a plan needs.

use super::words::many;
use super::world::World;
use crate::reads::{self, Needs};

fn needs(files: &str) -> String {
    let needs = Needs::of(&World::new(files, "").desired);
    let words = [(needs.people, "people"), (needs.workspaces, "workspaces"), (needs.api_keys, "keys")];
    words.iter().filter(|(needed, _)| *needed).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

#[test]
fn only_what_the_files_manage_is_read() {
    for (files, lists) in [
        ("", ""),
        ("members", "people"),
        ("workspaces", "workspaces"),
        ("workspace lab", "workspaces"),
        ("memberships lab", "workspaces"),
        ("membership lab ada workspace_user", "people workspaces"),
        ("membership lab ada none", "people workspaces"),
        ("team t ada\nteam_membership lab t workspace_user", "people workspaces"),
        ("team t\nteam_membership lab t workspace_user", "workspaces"),
        ("team t ada\nworkspace lab", "workspaces"),
        ("keys -", "keys"),
        ("keys lab", "workspaces keys"),
        ("member ada user\nworkspace old archived\nkeys -", "people workspaces keys"),
    ] {
        assert_eq!(needs(files), lists, "{files:?}");
    }
}

/// Returns the requests for organization, invites, users, workspaces, workspace members and keys.
fn reads(files: &str, live: &str) -> [usize; 6] {
    let world = World::new(files, live);
    let reads = reads::reads(&world.desired, &world.live);
    assert_eq!(world.plan().reads, reads);
    let lists = ["organization", "invites", "users", "workspaces", "workspace_members", "api_keys"];
    let each = lists.map(|list| reads.of(list));
    assert_eq!(reads.total(), each.iter().sum::<usize>());
    each
}

#[test]
fn a_list_takes_a_request_per_thousand_items_and_at_least_one() {
    assert_eq!(reads("", ""), [1, 0, 0, 0, 0, 0]);
    assert_eq!(reads("members\nworkspaces\nkeys -", ""), [1, 1, 1, 2, 0, 1]);
    for (count, pages) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (2000, 2)] {
        let users = many(0..count, |n| format!("user u{n} user"));
        assert_eq!(reads("members", &users), [1, 1, pages, 0, 0, 0]);
        let keys = many(0..count, |n| format!("key - k{n} active"));
        assert_eq!(reads("keys -", &keys), [1, 0, 0, 0, 0, pages]);
        let spaces = many(0..count, |n| format!("workspace w{n} archived"));
        assert_eq!(reads("workspaces", &spaces), [1, 0, 0, 2 * pages, 0, 0]);
        let memberships = many(0..count, |n| format!("membership lab u{n} workspace_user"));
        assert_eq!(
            reads("memberships lab", &format!("workspace lab\n{memberships}")),
            [1, 0, 0, 2, pages, 0]
        );
    }
}

#[test]
fn the_default_workspace_is_in_one_of_the_two_lists() {
    let spaces = many(0..1000, |n| format!("workspace w{n}"));
    assert_eq!(reads("workspaces", &format!("{spaces}\ndefault")), [1, 0, 0, 3, 0, 0]);
}

#[test]
fn deleted_invites_are_never_listed() {
    let invites = many(0..1000, |n| format!("invite u{n} expired user"));
    assert_eq!(reads("members", &format!("{invites}\ninvite x deleted user")), [1, 1, 1, 0, 0, 0]);
}

#[test]
fn member_lists_are_read_only_for_listed_workspaces_that_manage_them() {
    let live = "workspace lab\nworkspace ops\nworkspace far\nworkspace twice\nworkspace twice id=ws_2";
    assert_eq!(
        reads("memberships lab\nmemberships ops\nworkspace far\nmemberships twice\nmemberships new", live),
        [1, 0, 0, 2, 2, 0]
    );
}
