//! Rotating a key: the old one stays active until the listed successor is live.

use super::model::applied;
use super::shown;
use super::world::{World, check, same};

const OFF: &str = "~ update workspace/lab/api_key/ci status=active → status=inactive [keys_off]";
const ABSENT: &str = "blocked workspace/lab/api_key/ci-2027: no such key is live, and the API cannot create one: create it in the Console";
const KEPT: &str = "blocked workspace/lab/api_key/ci: `ci-2027` does not exist yet; `ci` stays active until it does (approve: update workspace/lab/api_key/ci)";

#[test]
fn a_key_stays_active_until_its_successor_is_live() {
    let files = "key lab ci inactive\nkey lab ci-2027 active";
    let mut world = World::new(files, "workspace lab\nkey lab ci active");
    same(&shown::plan(&world.plan()), &format!("{KEPT}\n{ABSENT}"));
    // Once created in the Console, the successor allows switching the old one off.
    world.live = super::live_side::live("workspace lab\nkey lab ci active\nkey lab ci-2027 active");
    let plan = world.plan();
    same(&shown::plan(&plan), OFF);
    world.live = applied(&world.live, &plan);
    same(&shown::plan(&world.plan()), "");
}

#[test]
fn an_approval_switches_the_key_off_anyway() {
    let files =
        "key lab ci inactive\nkey lab ci-2027 active\napprove 2026-11-30 update workspace/lab/api_key/ci";
    let live = "workspace lab\nkey lab ci active\nkey lab x active";
    let unlisted = "unlisted workspace/lab/api_key/x: active (`key_x`)";
    check(files, live, &format!("{OFF}\n{ABSENT}\n{unlisted}"));
    // Only the exact key, and in a guards file too if there is one.
    check(&files.replace("api_key/ci", "api_key/ci-2027"), live, &format!("{KEPT}\n{ABSENT}\n{unlisted}"));
    let world = World::new(files, live).with_guards_file("keys_off 3");
    let kept = KEPT.replace("until it does", "until it does in the guards file too");
    same(&shown::plan(&world.plan()), &format!("{kept}\n{ABSENT}\n{unlisted}"));
}

#[test]
fn every_scope_has_its_own_rotation() {
    // Keys of the organization and of the default workspace.
    check(
        "key - ops inactive\nkey - ops-2 active\nkey Default web inactive\nkey Default web-2 active",
        "default\nkey - ops active\nkey Default web active",
        "blocked workspace/Default/api_key/web: `web-2` does not exist yet; `web` stays active until it does (approve: update workspace/Default/api_key/web)
         blocked workspace/Default/api_key/web-2: no such key is live, and the API cannot create one: create it in the Console
         blocked organization/api_key/ops: `ops-2` does not exist yet; `ops` stays active until it does (approve: update organization/api_key/ops)
         blocked organization/api_key/ops-2: no such key is live, and the API cannot create one: create it in the Console",
    );
    // A key that is missing in another scope keeps nothing.
    check(
        "key lab ci inactive\nkey lab x active\nkey ops ci-2027 active",
        "workspace lab\nworkspace ops\nkey lab ci active\nkey lab x active",
        &format!("{OFF}\n{}", ABSENT.replace("lab", "ops")),
    );
}

#[test]
fn an_expired_or_archived_key_is_not_a_successor() {
    for (status, words) in [("archived", "archived"), ("expired", "expired")] {
        check(
            "key lab ci inactive\nkey lab ci-2027 active",
            &format!("workspace lab\nkey lab ci active\nkey lab ci-2027 {status}"),
            &format!(
                "blocked workspace/lab/api_key/ci: `ci-2027` no longer works; `ci` stays active until it is replaced (approve: update workspace/lab/api_key/ci)
                 blocked workspace/lab/api_key/ci-2027: is {words}, which cannot be undone: create a new key in the Console and list it"
            ),
        );
    }
}

#[test]
fn several_missing_successors_are_all_named() {
    check(
        "key lab ci inactive\nkey lab a active\nkey lab b active id=k9",
        "workspace lab\nkey lab ci active",
        "blocked workspace/lab/api_key/a: no such key is live, and the API cannot create one: create it in the Console
         blocked workspace/lab/api_key/b: no live key has the id `k9`; correct or delete the id
         blocked workspace/lab/api_key/ci: `a` and `b` do not exist yet; `ci` stays active until they do (approve: update workspace/lab/api_key/ci)",
    );
}

#[test]
fn archiving_an_active_key_is_blocked_for_the_same_reason() {
    let files = "key lab ci archived\nkey lab ci-2027 active";
    check(files, "workspace lab\nkey lab ci active", &format!("{KEPT}\n{ABSENT}"));
    check(
        &format!("{files}\napprove 2026-11-30 update workspace/lab/api_key/ci"),
        "workspace lab\nkey lab ci active\nkey lab x active\nkey lab y active",
        &format!(
            "~ update workspace/lab/api_key/ci status=active → status=archived [keys_off irreversible]
             {ABSENT}
             unlisted workspace/lab/api_key/x: active (`key_x`)
             unlisted workspace/lab/api_key/y: active (`key_y`)"
        ),
    );
}

/// Near misses: no key that should be active is missing, or no active key is switched off.
#[test]
fn only_a_missing_key_that_should_be_active_keeps_others() {
    for (files, live) in [
        ("key lab ci inactive\nkey lab other inactive", "key lab ci active\nkey lab x active"),
        ("key lab ci inactive\nkey lab other archived", "key lab ci active\nkey lab x active"),
        (
            "key lab ci inactive\nkey lab other active",
            "key lab ci active\nkey lab other inactive\nkey lab x active",
        ),
    ] {
        let plan = World::new(files, &format!("workspace lab\n{live}")).plan();
        assert_eq!(plan.changes.len(), 1, "{files}: {}", shown::plan(&plan));
    }
    // Already switched off.
    check("key lab ci inactive\nkey lab ci-2027 active", "workspace lab\nkey lab ci inactive", ABSENT);
}
