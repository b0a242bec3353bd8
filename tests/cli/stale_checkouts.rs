//! Apply accepts only the tip of the upstream: an earlier checkout would undo newer commits. Needs `git`.

use crate::ran::shown;
use crate::world::World;

/// A checkout one commit behind its upstream.
fn behind() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    for line in [
        "init --quiet --initial-branch main .",
        "init --quiet --bare upstream",
        "remote add origin upstream",
        "add bylaws.yaml",
        "commit --quiet --message one",
        "push --quiet --set-upstream origin main",
    ] {
        world.git(line);
    }
    world.edit("uma@acme.com: developer", "uma@acme.com: user");
    world.git("commit --quiet --all --message two");
    world.git("push --quiet");
    world.git("reset --quiet --hard HEAD~1");
    world
}

#[test]
fn a_commit_that_is_not_the_tip_is_not_applied() {
    let world = behind();
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(world.ledger().is_empty(), "refused before any request");
    shown("stale-checkout", ran);
    world.run("plan --detailed-exitcode").ended(2);
}

#[test]
fn a_stale_commit_is_applied_only_with_allow_stale() {
    let world = behind();
    world.run("apply --auto-approve --allow-stale").ended(0);
}

#[test]
fn the_tip_is_applied_and_named_in_the_plan() {
    let world = behind();
    world.git("merge --quiet --ff-only @{upstream}");
    let commit = world.git("rev-parse HEAD");
    assert_eq!(world.run("plan --format json").json()["config"]["commit"], commit);
    world.run("apply --auto-approve").ended(0);
}

#[test]
fn files_in_the_form_of_a_repository_are_not_used_as_one() {
    let world = behind();
    world.git("merge --quiet --ff-only @{upstream}");
    let top = world.git("rev-parse HEAD");
    // A commit may contain a folder that git would accept as a bare repository with another history.
    world.git("clone --quiet --bare . files");
    world.git("-C files update-ref HEAD HEAD~1");
    std::fs::copy(world.path("bylaws.yaml"), world.path("files/bylaws.yaml")).unwrap();
    assert_eq!(world.run("plan files --format json").json()["config"]["commit"], top);
}

#[test]
fn a_commit_that_is_not_pushed_is_to_be_pushed() {
    let world = behind();
    world.git("reset --quiet --hard @{upstream}");
    world.git("commit --quiet --all --message three --allow-empty");
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(world.ledger().is_empty(), "refused before any request");
    assert!(ran.err.contains("is not pushed") && ran.err.contains("help: push it and run again"), "{ran}");
    // Two histories: the tip has something that this commit does not have.
    world.git("reset --quiet --hard HEAD~2");
    world.git("commit --quiet --all --message other --allow-empty");
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(ran.err.contains("is not the tip") && ran.err.contains("help: check out the tip"), "{ran}");
}
