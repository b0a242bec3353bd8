//! `bylaws access`: who has which access, live, in files, and between two states.

use std::process::Command;

use serde_json::json;

use crate::ran::shown;
use crate::world::{World, acme};

/// A team, an admin, a billing member, a non-member, an invite, an archived workspace and the default one.
fn mixed() -> World {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    seed["users"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "user_bo", "email": "bo@acme.com", "role": "billing"}));
    seed["invites"] = json!([{"email": "zoe@acme.com", "role": "developer"}]);
    let workspaces = seed["workspaces"].as_array_mut().unwrap();
    workspaces.push(json!({"id": "wrkspc_ops", "name": "ops"}));
    workspaces.push(json!({"id": "wrkspc_old", "name": "old", "archived_at": "2026-10-01T09:00:00Z"}));
    let memberships = seed["workspace_members"].as_array_mut().unwrap();
    memberships.push(
        json!({"workspace_id": "wrkspc_ops", "user_id": "user_uma", "workspace_role": "workspace_admin"}),
    );
    memberships.push(
        json!({"workspace_id": "wrkspc_lab", "user_id": "user_uma", "workspace_role": "workspace_user"}),
    );
    let world = World::live(seed).file("bylaws.yaml", crate::world::FILES);
    world.edit("workspaces:\n", "  bo@acme.com: billing\n  zoe@acme.com: developer\nteams:\n  core: [dev@acme.com, zoe@acme.com]\nworkspaces:\n");
    world.edit("      dev@acme.com: workspace_developer\n", "");
    world.edit("    api_keys:\n", "    teams:\n      core: workspace_developer\n    api_keys:\n");
    world
}

#[test]
fn access_is_grouped_by_person_workspace_or_role() {
    let world = mixed();
    let text = |by: &str| world.run(&format!("access --by {by}")).ended(0).out;
    let all: Vec<String> = ["person", "workspace", "role"].iter().map(|by| text(by)).collect();
    shown("access-text", all.join("\n=====\n\n"));
    shown("access-csv", world.run("access --format csv").ended(0).out.replace("\r\n", "\n"));
    shown("access-json", world.run("access --format json --person dev@acme.com").ended(0).out);
    world.untouched();
}

#[test]
fn who_can_asks_for_a_role_or_a_stronger_one() {
    let world = mixed();
    for (question, who) in [
        ("--who-can workspace_developer --workspace lab", "ada dev"),
        ("--who-can workspace_user --workspace lab", "ada dev eve uma"),
        ("--who-can reach --workspace ops", "ada bo uma"),
        ("--who-can workspace_admin", "ada uma"),
        ("--who-can developer", "ada dev eve"),
        ("--role workspace_admin --workspace ops", "ada uma"),
        ("--role billing", "bo"),
        ("--team core", "dev zoe"),
        ("--person DEV+tag@acme.com", "dev"),
    ] {
        let found = world.run(&format!("access --format json {question}")).ended(0).json();
        let found: Vec<&str> = found["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|person| person["who"].as_str().unwrap().split('@').next().unwrap())
            .collect();
        assert_eq!(found.join(" "), who, "{question}");
    }
}

#[test]
fn a_misspelled_filter_is_an_error() {
    let world = mixed();
    for (question, says) in [
        ("--person nobody@acme.com", "there is no person nobody@acme.com"),
        ("--workspace prod", "there is no open workspace prod"),
        ("--workspace old", "there is no open workspace old"),
        ("--team cor", "there is no team with at least one member named cor"),
        ("--who-can workspace_amdin", "unknown role workspace_amdin"),
        ("--diff before", "--diff needs two states"),
        ("--diff nothing..", "neither a file here nor a revision"),
        ("--diff=--upload-pack=x..", "neither a file here nor a revision"),
    ] {
        let ran = world.run(&format!("access {question}")).ended(1);
        assert!(ran.err.contains(says), "{ran}");
    }
}

#[test]
fn live_access_needs_no_files() {
    let world = World::live(acme());
    let out = world.run("access --person dev@acme.com").ended(0).out;
    assert!(out.contains("workspace membership"), "{out}");
    assert!(!out.contains("in no file"), "{out}");
}

#[test]
fn files_alone_need_no_service() {
    let world = mixed().without("ANTHROPIC_ADMIN_KEY").without("BYLAWS_API_URL");
    shown("access-files", world.run("access --files --now 2026-11-21").ended(0).out);
    assert_eq!(world.reads(), 0);
}

fn git(world: &World, line: &str, day: &str) {
    let mut git = Command::new("git");
    git.arg("-C").arg(world.path(".")).args(line.split(' '));
    git.env("GIT_CONFIG_GLOBAL", "/dev/null");
    git.env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"))
        .env("GIT_AUTHOR_DATE", format!("{day}T12:00:00Z"));
    for (name, value) in [("AUTHOR", "ada"), ("COMMITTER", "ada")] {
        git.env(format!("GIT_{name}_NAME"), value).env(format!("GIT_{name}_EMAIL"), "ada@acme.com");
    }
    let output = git.output().unwrap();
    assert!(output.status.success(), "git {line}: {output:?}");
}

#[test]
fn two_commits_are_compared_each_on_its_own_day() {
    let world = mixed();
    git(&world, "init -q -b main", "2026-07-01");
    world.edit("eve@acme.com: workspace_user", "eve@acme.com: {role: workspace_user, until: 2026-08-01}");
    git(&world, "add bylaws.yaml", "2026-07-01");
    git(&world, "commit -q -m q2", "2026-07-01");
    world.edit("  uma@acme.com: user\n", "");
    world.edit("core: workspace_developer", "core: workspace_admin");
    git(&world, "commit -q -a -m q3", "2026-10-01");
    world.edit("  bo@acme.com: billing\n", "  bo@acme.com: user\n");
    let quarter = world.run("access --diff HEAD~1..HEAD").ended(0).out;
    let branch = world.run("access --diff HEAD.. --now 2026-11-21").ended(0).out;
    shown("access-diff", format!("{quarter}\n=====\n\n{branch}"));
    let csv = world.run("access --diff HEAD~1..HEAD --format csv").ended(0).out;
    assert_eq!(
        csv.lines().count(),
        1 + quarter.lines().filter(|line| line.starts_with("  ")).count(),
        "{csv}"
    );
    assert_eq!(world.reads(), 0);
}

#[test]
fn two_snapshots_are_compared_without_the_files() {
    let world = mixed();
    world.run("snapshot --out q3.json").ended(0);
    world.drift(|state| {
        state.workspace_members.retain(|membership| membership.user_id != "user_uma");
        for user in &mut state.users {
            if user.id == "user_eve" {
                user.role = "billing".to_owned();
            }
        }
    });
    let live = world.run("access --diff q3.json..live").ended(0).out;
    world.run("snapshot --out q4.json").ended(0);
    let both = world.run("access --diff q3.json..q4.json").ended(0).out;
    let changes = |text: &str| text.lines().skip(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(changes(&live), changes(&both));
    shown("access-diff-snapshots", both);
    let same = world.run("access --diff q4.json..q4.json").ended(0).out;
    assert!(same.ends_with("No access changed.\n"), "{same}");
}

#[test]
fn refused_lists_are_reported_as_not_read() {
    let world = mixed();
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/users", "then": {"status": 403}}]));
    let ran = world.run("access").ended(1);
    assert!(ran.out.contains("not read: members and invites"), "{ran}");
    // CSV has no place for the message, so it goes to standard error and the run fails.
    let ran = world.run("access --format csv").ended(1);
    assert!(ran.err.contains("not read: members and invites"), "{ran}");
    world.run("snapshot --out x.json");
    let ran = world.run("access --diff live..").ended(1);
    assert!(ran.err.contains("cannot compare access: "), "{ran}");
}

#[test]
fn names_are_harmless_for_terminals_and_spreadsheets() {
    let mut seed = acme();
    seed["workspaces"][0]["name"] = json!("=cmd|'/c calc'!A1\u{1b}[31m");
    let world = World::live(seed);
    let csv = world.run("access --format csv").ended(0).out;
    assert!(csv.contains("'=cmd|") && !csv.contains(",=cmd"), "{csv}");
    assert!(!world.run("access").ended(0).out.contains('\u{1b}'));
}

#[test]
fn a_federation_rule_is_shown_with_whose_tokens_it_accepts_and_as_whom_they_act() {
    let world = World::example("federation");
    let deploy = "subject `repo:acme/robot:environment:production`, `repository_id` `81234567`, `repository_owner_id` `417` \
                  from `https://token.actions.githubusercontent.com`, scope `workspace:inference`";
    let who_can =
        "access --files --now 2026-11-21 --who-can workspace_developer --workspace production --format json";
    let people = world.run(who_can).ended(0).json()["people"].clone();
    let shown: Vec<String> = people
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["who"], one["standing"], one["access"][0]["because"][0]["name"]))
        .collect();
    assert_eq!(
        shown,
        [
            "\"federation_rule/deploy\" \"workload\" \"service_account/ci-deploy\"",
            "\"service_account/ci-deploy\" \"account\" null",
        ]
    );
    assert_eq!(people[0]["identity"], deploy);
    let text =
        world.run("access --files --now 2026-11-21 --workspace production --by workspace").ended(0).out;
    let line = format!(
        "federation_rule/deploy     workspace_developer  acts as service_account/ci-deploy: {deploy}"
    );
    assert!(text.contains(&line), "{text}");
    // A rule that is archived, or not enabled there, is not shown.
    assert!(!text.contains("nightly") && !text.contains("evaluate"), "{text}");
}
