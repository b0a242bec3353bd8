//! Git has the last word on what is desired: an old checkout would undo newer commits, so apply
//! takes the tip of its upstream only. Needs `git`; where there is none, nothing is known.

use std::process::Command;

use crate::ran::shown;
use crate::world::World;

/// Runs git in the world's folder, with an identity of its own and nobody's configuration.
fn git(world: &World, line: &str) -> Option<String> {
    let mut git = Command::new("git");
    git.args(line.split_whitespace()).current_dir(world.path(".")).env("GIT_CONFIG_NOSYSTEM", "1");
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@acme.com");
        git.env(format!("GIT_{who}_DATE"), "2026-11-21T09:00:00Z");
    }
    let output = git.output().ok()?;
    assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

/// A checkout one commit behind its upstream.
fn behind() -> Option<World> {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    for line in [
        "init --quiet --initial-branch main .",
        "init --quiet --bare upstream",
        "remote add origin upstream",
        "add bylaws.yaml",
        "commit --quiet --message one",
        "push --quiet --set-upstream origin main",
    ] {
        git(&world, line)?;
    }
    world.edit("uma@acme.com: developer", "uma@acme.com: user");
    git(&world, "commit --quiet --all --message two")?;
    git(&world, "push --quiet")?;
    git(&world, "reset --quiet --hard HEAD~1")?;
    Some(world)
}

#[test]
fn a_commit_that_is_not_the_tip_is_not_applied() {
    let Some(world) = behind() else { return };
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(world.ledger().is_empty(), "refused before any request");
    shown("stale-checkout", ran);
    world.run("plan --detailed-exitcode").ended(2);
}

#[test]
fn a_stale_commit_is_applied_where_that_is_meant() {
    let Some(world) = behind() else { return };
    world.run("apply --auto-approve --allow-stale").ended(0);
}

#[test]
fn the_tip_is_applied_and_named_in_the_plan() {
    let Some(world) = behind() else { return };
    git(&world, "merge --quiet --ff-only @{upstream}");
    let commit = git(&world, "rev-parse HEAD").unwrap();
    assert_eq!(world.run("plan --format json").json()["config"]["commit"], commit);
    world.run("apply --auto-approve").ended(0);
}

#[test]
fn files_that_have_the_shape_of_a_repository_are_not_taken_for_one() {
    let Some(world) = behind() else { return };
    git(&world, "merge --quiet --ff-only @{upstream}");
    let top = git(&world, "rev-parse HEAD").unwrap();
    // What a commit may hold: a folder that git would take for a bare repository with another history.
    git(&world, "clone --quiet --bare . files");
    git(&world, "-C files update-ref HEAD HEAD~1");
    std::fs::copy(world.path("bylaws.yaml"), world.path("files/bylaws.yaml")).unwrap();
    assert_eq!(world.run("plan files --format json").json()["config"]["commit"], top);
}
