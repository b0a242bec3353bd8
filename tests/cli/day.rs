//! The limits of guards hold for 24 hours, across applies that share a journal; and what somebody undid since is not
//! sent again unseen.

use serde_json::json;

use crate::ran::shown;
use crate::world::{ACME, World};

const APPLY: &str = "apply --auto-approve --journal journal.jsonl";

/// An organization of sixty people who are all listed; `left` of them are no longer.
fn sixty() -> World {
    let users = (0..60)
        .map(|n| json!({"id": format!("user_{n:02}"), "email": format!("p{n:02}@acme.com"), "role": "user"}));
    let world = World::live(json!({
        "now": "2026-11-21T08:00:00Z",
        "organization": {"id": ACME, "name": "Acme"},
        "users": users.collect::<Vec<_>>(),
    }));
    files(&world, 0);
    world
}

/// Lists everybody but the first `left` people.
fn files(world: &World, left: usize) {
    let people: String = (left..60).map(|n| format!("  p{n:02}@acme.com: user\n")).collect();
    world.write(
        "bylaws.yaml",
        &format!("bylaws: 1\norganization:\n  id: {ACME}\nmembers:\n{people}unlisted:\n  members: remove\n"),
    );
}

#[test]
fn eight_applies_of_a_day_are_refused_as_one_would_be() {
    let world = sixty();
    files(&world, 4);
    world.run(APPLY).ended(0);
    for round in 2..=8 {
        files(&world, 4 * round);
        let ran = world.run(APPLY).ended(3);
        assert!(ran.out.contains("8 of 60") || round > 2, "{ran}");
    }
    assert_eq!(world.writes().lines().count(), 4);
    // One apply without the journal would go on.
    files(&world, 8);
    shown("day", world.run(APPLY).ended(3));
    world.run("apply --auto-approve").ended(0);
}

#[test]
fn the_next_day_counts_anew() {
    let world = sixty();
    files(&world, 4);
    world.run(APPLY).ended(0);
    files(&world, 8);
    world.hours(23);
    world.run(APPLY).ended(3);
    world.hours(2);
    world.run(APPLY).ended(0);
    assert_eq!(world.writes().lines().count(), 8);
}

#[test]
fn what_was_approved_does_not_count_for_the_next_apply() {
    let world = sixty();
    files(&world, 4);
    let people: String = (0..4).map(|n| format!("remove member/p{n:02}@acme.com, ")).collect();
    let approve = format!(
        "guards:\n  approve:\n    - changes: [{people}]\n      until: 2026-11-30\n      reason: moved\n"
    );
    world.write("bylaws.yaml", &(world.read("bylaws.yaml") + &approve));
    world.run(APPLY).ended(0);
    files(&world, 8);
    world.run(APPLY).ended(0);
}

#[test]
fn keys_and_invites_count_for_a_day() {
    let keys = (0..8).map(
        |n| json!({"id": format!("apikey_{n}"), "name": format!("k{n}"), "scope": {"type": "organization"}}),
    );
    let world = World::live(json!({
        "now": "2026-11-21T08:00:00Z",
        "organization": {"id": ACME, "name": "Acme"},
        "users": [{"id": "user_a", "email": "ada@acme.com", "role": "admin"}],
        "api_keys": keys.collect::<Vec<_>>(),
    }));
    let files = |off: usize, invited: usize| {
        let keys: String =
            (0..8).map(|n| format!("  k{n}: {}\n", if n < off { "inactive" } else { "active" })).collect();
        let people: String = (0..invited).map(|n| format!("  new{n}@acme.com: user\n")).collect();
        let guards = "guards:\n  invites: {max: 3}\n";
        world.write("bylaws.yaml", &format!("bylaws: 1\norganization:\n  id: {ACME}\nmembers:\n  ada@acme.com: admin\n{people}api_keys:\n{keys}{guards}"));
    };
    files(2, 0);
    world.run(APPLY).ended(0);
    files(4, 0);
    let ran = world.run(APPLY).ended(3);
    assert!(
        ran.out.contains("4 of 8 active keys would be switched off within 24 hours, 2 of them by earlier"),
        "{ran}"
    );
    files(2, 2);
    world.run(APPLY).ended(0);
    files(2, 4);
    let ran = world.run(APPLY).ended(3);
    assert!(
        ran.out.contains("4 invites would be sent within 24 hours, 2 of them by earlier applies"),
        "{ran}"
    );
}

#[test]
fn what_somebody_undid_is_held_until_a_new_commit() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.commit("one");
    world.run(APPLY).ended(0);
    // Somebody takes it back in the Console.
    let undo = |world: &World| world.drift(|live| "user".clone_into(&mut live.users[0].role));
    undo(&world);
    let ran = world.run(&format!("{APPLY} --format json")).ended(0);
    assert_eq!(ran.json()["held"][0]["held_by"], "undone");
    assert_eq!(world.writes().lines().count(), 1);
    // A new commit asks for it again.
    world.edit("{env: test}", "{env: prod}");
    world.git("commit --quiet --all --message two");
    world.run(APPLY).ended(0);
    assert_eq!(world.writes().lines().count(), 3, "{}", world.writes());
}

#[test]
fn without_a_journal_of_earlier_runs_the_output_says_that_the_day_is_not_known() {
    let note = "note: no journal of earlier runs, so guards counted this run alone, not 24 hours";
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    let ran = world.run("apply --auto-approve").ended(0);
    assert!(ran.err.contains(note), "{ran}");
    for (from, to, is_first) in [("{env: test}", "{env: prod}", true), ("{env: prod}", "{env: dev}", false)] {
        world.edit(from, to);
        let ran = world.run(APPLY).ended(0);
        assert_eq!(ran.err.contains(note), is_first, "{ran}");
    }
}

#[test]
fn what_was_due_once_is_not_done_again_when_somebody_undid_it() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: {role: user, until: 2026-11-20}");
    world.commit("one");
    let apply = format!("{APPLY} --base main --format json");
    world.run(&apply).ended(0);
    assert_eq!(world.writes(), "DELETE /v1/organizations/users/user_uma\n");
    // Somebody lets her in again for a while; the line has not changed.
    world.drift_json(|live| {
        let users = live["users"].as_array_mut().unwrap();
        users.push(json!({"id": "user_uma", "email": "uma@acme.com", "role": "user"}));
    });
    for days in [1, 3, 9] {
        world.hours(24 * days);
        let held = world.run(&apply).ended(0).json()["held"].clone();
        assert_eq!((&held[0]["held_by"], &held[0]["cause"]), (&json!("undone"), &json!("due")));
    }
    assert_eq!(world.writes().lines().count(), 1);
}

#[test]
fn what_bylaws_took_back_itself_is_sent_again() {
    let world = World::acme();
    for (from, to) in [("user", "developer"), ("developer", "user"), ("user", "developer")] {
        world.edit(&format!("uma@acme.com: {from}"), &format!("uma@acme.com: {to}"));
        let ran = world.run(&format!("{APPLY} --format json")).ended(0);
        assert_eq!(ran.json()["summary"]["done"], 1, "{ran}");
    }
}

#[test]
fn an_address_that_is_named_is_not_held() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.run(APPLY).ended(0);
    world.drift(|live| "user".clone_into(&mut live.users[0].role));
    let ran = world.run(APPLY).ended(0);
    assert!(
        ran.out.contains("sent before and undone since; a new commit or `--only` sends it again"),
        "{ran}"
    );
    world.run(&format!("{APPLY} --only member/uma@acme.com")).ended(0);
    assert_eq!(world.writes().lines().count(), 2);
}
