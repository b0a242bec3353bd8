//! The state of the files according to git: whether they are those of the commit, whether git can read the repository,
//! and the files of earlier commits. Needs `git`.

use std::fmt::Write as _;
use std::process::Command;

use crate::world::{FILES, World};

/// A committed folder `bylaws/` with a change to apply.
fn committed() -> World {
    let world = World::acme();
    std::fs::create_dir(world.path("bylaws")).unwrap();
    let text = FILES.replace("uma@acme.com: user", "uma@acme.com: developer");
    world.write("bylaws/main.yaml", &text);
    world.write("bylaws/teams.yaml", "teams:\n  core: [dev@acme.com]\n");
    std::fs::remove_file(world.path("bylaws.yaml")).unwrap();
    world.write(".gitignore", "ignored.yaml\n");
    world.commit("one");
    world
}

fn dirty(world: &World) -> bool {
    let json = world.run("plan --format json").ended(0).json();
    assert_eq!(json["config"]["commit"], world.git("rev-parse HEAD"));
    json["config"]["dirty"].as_bool().unwrap()
}

/// A way to differ from the commit, and its description in output.
type Edit = (&'static str, fn(&World), &'static str);

const EDITS: [Edit; 6] = [
    (
        "modified",
        |world| world.write("bylaws/teams.yaml", "teams:\n  core: [eve@acme.com]\n"),
        "`bylaws/teams.yaml` (modified)",
    ),
    (
        "untracked",
        |world| world.write("bylaws/more.yaml", "teams:\n  other: [eve@acme.com]\n"),
        "`bylaws/more.yaml` (not in the commit)",
    ),
    (
        "ignored",
        |world| world.write("bylaws/ignored.yaml", "teams:\n  other: [eve@acme.com]\n"),
        "`bylaws/ignored.yaml` (not in the commit)",
    ),
    (
        "deleted",
        |world| std::fs::remove_file(world.path("bylaws/teams.yaml")).unwrap(),
        "`bylaws/teams.yaml` (deleted)",
    ),
    (
        "staged",
        |world| {
            world.write("bylaws/teams.yaml", "teams: {}\n");
            world.git("add .");
        },
        "`bylaws/teams.yaml` (modified)",
    ),
    (
        "hidden from git status",
        |world| {
            world.git("update-index --assume-unchanged bylaws/teams.yaml");
            world.write("bylaws/teams.yaml", "teams: {}\n");
        },
        "`bylaws/teams.yaml` (modified)",
    ),
];

#[test]
fn files_that_differ_from_the_commit_are_told_from_it() {
    let world = committed();
    assert!(!dirty(&world));
    for (name, edit, _) in EDITS {
        let world = committed();
        edit(&world);
        assert!(dirty(&world), "{name}");
        let text = "+ uncommitted changes";
        assert!(world.run("plan").ended(0).out.contains(text), "{name}");
        assert!(world.run("plan --format markdown").ended(0).out.contains(text), "{name}");
    }
}

#[test]
fn files_that_bylaws_does_not_read_may_differ() {
    let world = committed();
    world.write("notes.txt", "not ours");
    world.write("bylaws/readme.md", "not ours");
    world.write("bylaws/.hidden.yaml", "not: read");
    // Line breaks that a checkout changes do not matter.
    world.write("bylaws/teams.yaml", "teams:\r\n  core: [dev@acme.com]\r\n");
    assert!(!dirty(&world));
    world.run("apply --auto-approve").ended(0);
}

#[test]
fn uncommitted_changes_are_applied_only_with_allow_dirty() {
    for (name, edit, told) in EDITS {
        let world = committed();
        edit(&world);
        let ran = world.run("apply --auto-approve").ended(1);
        assert!(
            ran.err.contains("the files differ from the checked-out commit") && ran.err.contains(told),
            "{name}: {ran}"
        );
        assert!(world.ledger().is_empty(), "{name}: refused before any request");
        world.run("apply --auto-approve --allow-dirty --journal journal.jsonl").ended(0);
        assert!(
            world.run("journal show journal.jsonl").ended(0).out.contains("+ uncommitted changes"),
            "{name}"
        );
    }
}

#[test]
fn the_confirmation_mentions_uncommitted_changes() {
    let world = committed();
    let ran = world.at_terminal("apply", "no\n");
    assert!(!ran.err.contains("uncommitted"), "{ran}");
    world.write("bylaws/teams.yaml", "teams: {}\n");
    let ran = world.at_terminal("apply", "yes\n");
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.err.contains("+ uncommitted changes.\nApply 1 change"), "{ran}");
}

#[test]
fn in_a_repository_without_commits_every_file_is_uncommitted() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.git("init --quiet .");
    let json = world.run("plan --format json").ended(0).json();
    assert_eq!(
        (&json["config"]["commit"], &json["config"]["dirty"]),
        (&serde_json::Value::Null, &true.into())
    );
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(ran.err.contains("the repository has no commit yet: `bylaws.yaml` (not in the commit)"), "{ran}");
    world.run("apply --auto-approve --allow-dirty").ended(0);
}

#[test]
fn a_single_file_is_compared_with_the_commit() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    for line in ["init --quiet .", "add bylaws.yaml", "commit --quiet --message one"] {
        world.git(line);
    }
    assert!(!dirty(&world));
    world.edit("{env: test}", "{env: prod}");
    assert!(dirty(&world));
    world.run("apply --auto-approve").ended(1);
    world.untouched();
}

/// Files behind links: a linked file, a linked PATH, and a path through a linked folder.
#[cfg(unix)]
#[test]
fn files_behind_links_are_compared_with_the_link_targets() {
    use std::os::unix::fs::symlink;
    let linked = |world: &World| {
        std::fs::create_dir_all(world.path("bylaws/text")).unwrap();
        std::fs::rename(world.path("bylaws/teams.yaml"), world.path("bylaws/text/teams.txt")).unwrap();
        symlink("text/teams.txt", world.path("bylaws/teams.yaml")).unwrap();
        symlink("bylaws", world.path("here")).unwrap();
        world.git("add .");
        world.git("commit --quiet --message links");
    };
    let world = committed();
    linked(&world);
    assert!(!dirty(&world));
    let config = world.run("plan here --format json").ended(0).json()["config"].clone();
    assert_eq!(config["dirty"], false);
    world.write("bylaws/text/teams.txt", "teams: {}\n");
    assert!(dirty(&world));
    assert_eq!(world.run("plan here --format json").ended(0).json()["config"]["dirty"], true);
    world.run("apply --auto-approve").ended(1);
    // The link itself has another target now.
    let world = committed();
    linked(&world);
    std::fs::remove_file(world.path("bylaws/teams.yaml")).unwrap();
    world.write("bylaws/text/other.txt", "teams: {}\n");
    symlink("text/other.txt", world.path("bylaws/teams.yaml")).unwrap();
    assert!(dirty(&world));
}

#[cfg(unix)]
#[test]
fn links_in_earlier_commits_are_followed_as_in_the_files() {
    use std::os::unix::fs::symlink;
    let world = committed();
    std::fs::create_dir_all(world.path("bylaws/text/deep")).unwrap();
    world.write(
        "bylaws/text/deep/people.txt",
        "workspaces:\n  ops:\n    members: {dev@acme.com: workspace_user}\n",
    );
    // A link, a link to a link, and one through `..`.
    symlink("text/deep/people.txt", world.path("bylaws/a.txt")).unwrap();
    symlink("a.txt", world.path("bylaws/people.yaml")).unwrap();
    symlink("../bylaws/text/../people.yaml", world.path("bylaws/text/b.txt")).unwrap();
    world.git("add .");
    world.git("commit --quiet --message links");
    world.run("validate bylaws").ended(0);
    let ran = world.run("access bylaws --diff HEAD..").ended(0);
    assert!(ran.out.contains("No access changed."), "{ran}");
    let ran = world.run("access bylaws --diff HEAD~1..HEAD").ended(0);
    assert!(ran.out.contains("ops"), "{ran}");
    // What `validate` refuses in the files is also refused in a commit.
    for (target, wrong) in [
        ("../../outside.yaml", "leads nowhere, or out of the folder"),
        ("text", "a link to a folder"),
        ("missing.yaml", "leads nowhere"),
    ] {
        symlink(target, world.path("bylaws/wrong.yaml")).unwrap();
        world.git("add .");
        world.git("commit --quiet --message wrong");
        world.run("validate bylaws").ended(4);
        let ran = world.run("access bylaws --diff HEAD..HEAD~1").ended(1);
        assert!(ran.err.contains("wrong.yaml at `HEAD`") && ran.err.contains(wrong), "{ran}");
        std::fs::remove_file(world.path("bylaws/wrong.yaml")).unwrap();
    }
}

/// A plan of the commit would remove everybody whose line is in the submodule.
#[test]
fn a_submodule_in_the_folder_is_refused_in_the_checkout_and_in_the_commit() {
    let world = committed();
    world.git("init --quiet bylaws/people");
    world
        .write("bylaws/people/people.yaml", "workspaces: {ops: {members: {dev@acme.com: workspace_user}}}\n");
    world.git("-C bylaws/people add .");
    world.git("-C bylaws/people commit --quiet --message people");
    world.git("add .");
    world.git("commit --quiet --message submodule");
    let ran = world.run("validate bylaws").ended(4);
    assert!(ran.out.contains("BL0102") && ran.out.contains("bylaws/people:1:1"), "{ran}");
    let ran = world.run("plan bylaws --revision HEAD").ended(4);
    assert!(ran.err.contains("people at `HEAD`: a submodule"), "{ran}");
    // A clone without its submodules has an empty folder.
    std::fs::remove_dir_all(world.path("bylaws/people")).unwrap();
    std::fs::create_dir(world.path("bylaws/people")).unwrap();
    world.run("validate bylaws").ended(0);
    let ran = world.run("apply bylaws --auto-approve").ended(1);
    assert!(ran.err.contains("`bylaws/people` (a submodule)"), "{ran}");
}

/// Checkouts that git cannot read, and the reason.
#[test]
fn a_checkout_that_git_cannot_read_is_applied_only_with_allow_stale() {
    type Break = fn(&World);
    let breaks: [(Break, &str); 4] = [
        (
            |world| {
                let config = std::fs::read_to_string(world.path(".git/config")).unwrap();
                world.write(
                    ".git/config",
                    &config.replace("repositoryformatversion = 0", "repositoryformatversion = 99"),
                );
            },
            "repo version",
        ),
        (
            |world| {
                std::fs::remove_dir_all(world.path(".git")).unwrap();
                world.write(".git", "gitdir: /nowhere/worktrees/gone\n");
            },
            "not a git repository",
        ),
        (|world| std::fs::remove_dir_all(world.path(".git/objects")).unwrap(), "not a git repository"),
        (
            |world| {
                let objects = world.path(".git/objects");
                std::fs::remove_dir_all(&objects).unwrap();
                std::fs::create_dir(&objects).unwrap();
            },
            "of HEAD cannot be read",
        ),
    ];
    for (damage, reason) in breaks {
        let world = committed();
        damage(&world);
        let ran = world.run("apply --auto-approve").ended(1);
        let told = "cannot check whether these files are the tip of their branch";
        assert!(
            ran.err.contains(told) && ran.err.contains(reason) && ran.err.contains("--allow-stale"),
            "{ran}"
        );
        assert!(world.ledger().is_empty(), "refused before any request");
        let ran = world.run("plan --detailed-exitcode").ended(2);
        assert!(
            ran.err.contains("note: the plan does not name a commit") && ran.err.contains(reason),
            "{ran}"
        );
        let ran = world.run("access bylaws --diff HEAD..").ended(1);
        assert!(ran.err.contains("git cannot read this repository: "), "{ran}");
        world.run("apply --auto-approve --allow-stale").ended(0);
    }
}

#[test]
fn without_git_only_files_outside_a_repository_are_applied() {
    let world = committed().env("PATH", "/nowhere");
    let ran = world.run("apply --auto-approve").ended(1);
    assert!(ran.err.contains("git is not installed"), "{ran}");
    World::but("uma@acme.com: user", "uma@acme.com: developer")
        .env("PATH", "/nowhere")
        .run("apply --auto-approve")
        .ended(0);
}

#[test]
fn a_missing_commit_in_a_shallow_clone_is_explained() {
    let world = committed();
    let first = world.git("rev-parse HEAD");
    world.write("bylaws/teams.yaml", "teams: {}\n");
    world.git("commit --quiet --all --message two");
    let top = world.path(".").canonicalize().unwrap();
    world.git(&format!("clone --quiet --depth 1 file://{} clone", top.display()));
    for revision in [first.as_str(), "HEAD~1", "v1"] {
        let ran = world.run(&format!("access clone/bylaws --diff {revision}..")).ended(1);
        assert!(ran.err.contains("shallow") && ran.err.contains("fetch-depth: 0"), "{ran}");
        let ran = world.run(&format!("access bylaws --diff {revision}.."));
        assert!(!ran.err.contains("shallow"), "{ran}");
    }
}

/// A wrapper for git that records its environment.
#[cfg(unix)]
#[test]
fn git_gets_no_credential() {
    use std::os::unix::fs::PermissionsExt;
    let world = committed();
    let real = String::from_utf8(Command::new("sh").args(["-c", "command -v git"]).output().unwrap().stdout)
        .unwrap();
    // Outside the checkout, where no program is searched for.
    let bin = tempfile::tempdir().unwrap();
    let seen = world.path("seen");
    let mut script = String::from("#!/bin/sh\n");
    writeln!(script, "env >> {}\nexec {} \"$@\"", seen.display(), real.trim()).unwrap();
    std::fs::write(bin.path().join("git"), &script).unwrap();
    std::fs::set_permissions(bin.path().join("git"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.path().display());
    let world = world.env("PATH", &path).env("GITHUB_TOKEN", "ghp_CANARY").env("HOME", "/nowhere");
    world.run("plan").ended(0);
    world.run("access bylaws --diff HEAD..").ended(0);
    world.run("apply --auto-approve").ended(0);
    let seen = world.read("seen");
    assert!(seen.contains("HOME=/nowhere"), "{seen}");
    assert!(!seen.contains("CANARY") && !seen.contains("ANTHROPIC"), "{seen}");
}

#[test]
fn a_guards_file_in_the_same_repository_counts_as_one_of_the_files() {
    let world = committed();
    world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 3}}\n");
    world.git("add guards.yaml");
    world.git("commit --quiet --message guards");
    let dirty = |world: &World| {
        world.run("plan --guards guards.yaml --format json").ended(0).json()["config"]["dirty"].as_bool()
    };
    assert_eq!(dirty(&world), Some(false));
    world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 300}}\n");
    assert_eq!(dirty(&world), Some(true));
    assert!(!self::dirty(&world), "it is not read without --guards");
    let ran = world.run("apply --guards guards.yaml --auto-approve").ended(1);
    assert!(ran.err.contains("`guards.yaml` (modified)"), "{ran}");
    world.untouched();
    // A file elsewhere, such as in a checkout of the protected branch, is not part of this commit.
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("guards.yaml"), "bylaws: 1\nguards: {}\n").unwrap();
    let path = elsewhere.path().join("guards.yaml");
    world.run(&format!("apply --guards {} --auto-approve", path.display())).ended(0);
}
