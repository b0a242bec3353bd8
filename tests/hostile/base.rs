//! Commits that remove or postpone something: no request is sent for it now, so no change shows it.

use serde_json::{Value, json};

use crate::world::{ACME, FILES, World, acme, fixed_clock};

/// Commits [`FILES`] on `main` and makes `edit` on a branch.
fn branch(edit: impl FnOnce(&World)) -> World {
    let world = World::acme();
    world.commit("base");
    world.git("switch --quiet --create branch");
    edit(&world);
    world.git("add --all");
    world.git("commit --quiet --allow-empty --message head");
    world
}

/// Returns a branch that replaces one text by another.
fn replaced(from: &str, to: &str) -> World {
    branch(|world| world.edit(from, to))
}

/// Returns the kinds and reasons of the rule changes, in the order of the document.
fn rule_changes(plan: &Value) -> Vec<String> {
    let changes = plan["rule_changes"].as_array().cloned().unwrap_or_default();
    let text = |change: &Value| {
        let text = |field: &str| change[field].as_str().unwrap().to_owned();
        format!("{} {}: {}", text("kind"), text("address"), text("reason"))
    };
    changes.iter().map(text).collect()
}

#[test]
fn a_file_that_is_cut_in_half_is_refused() {
    let world = World::acme();
    let text = world.read("bylaws.yaml");
    world.write("bylaws.yaml", &text[..text.find("ada@").unwrap()]);
    world.run("plan").ended(4);
}

/// The change of the branch, and its description in the plan.
type Attack = (&'static str, &'static str, &'static str);

const ATTACKS: &[Attack] = &[
    (
        "unlisted:\n",
        "guards: {access_loss: {max: 500, share: 100%}}\nunlisted:\n",
        "guard_loosened organization: `access_loss.max` 5 → 500",
    ),
    (
        "unlisted:\n",
        "guards: {keys_off: {max: 9}}\nunlisted:\n",
        "guard_loosened organization: `keys_off.max` 3 → 9",
    ),
    (
        "  members: remove\n",
        "  members: ignore\n",
        "unlisted organization: `unlisted.members` remove → ignore",
    ),
    (
        "  workspace_members: remove\n",
        "",
        "unlisted organization: `unlisted.workspace_members` remove → report",
    ),
    (
        "unlisted:\n",
        "guards: {approve: [{changes: [archive workspace/lab], until: 2026-12-01, reason: x}]}\nunlisted:\n",
        "approval_added organization: `archive workspace/lab` until 2026-12-01: `x`",
    ),
    ("    tags: {env: test}\n", "", "not_managed workspace/lab: `tags` is no longer managed"),
    ("    api_keys:\n      ci: active\n", "", "not_managed workspace/lab: `api_keys` is no longer managed"),
    ("  uma@acme.com: user\n", "", "not_managed member/uma@acme.com: no longer in the files"),
    (
        "uma@acme.com: user",
        "uma@acme.com: {role: user, until: 2027-03-31}",
        "end_added member/uma@acme.com: last day 2027-03-31",
    ),
    (
        "uma@acme.com: user",
        "uma@acme.com: {role: user, until: 2026-11-14}",
        "end_past member/uma@acme.com: the last day 2026-11-14 has already passed",
    ),
    (
        "eve@acme.com: workspace_user",
        "eve@acme.com: {role: workspace_user, until: 2026-01-01}",
        "end_past workspace/lab/member/eve@acme.com: the last day 2026-01-01 has already passed",
    ),
    ("  lab:\n", "  lab:\n    id: wrkspc_lab\n", "identity workspace/lab: `id` `wrkspc_lab` is added"),
    (
        "unlisted:\n",
        "audit: {max_admins: 90}\nunlisted:\n",
        "audit_loosened organization: `audit.max_admins` 5 → 90",
    ),
];

#[test]
fn what_a_commit_takes_away_is_told_in_every_format() {
    for (from, to, expected) in ATTACKS {
        let world = replaced(from, to);
        let plan = world.run("plan --base main --format json").json();
        let told = rule_changes(&plan);
        assert!(told.iter().any(|line| line == expected), "{from:?} → {to:?}: {told:#?}");
        let reason = expected.split_once(": ").unwrap().1.replace('`', "");
        for format in ["text", "markdown", "github", "junit"] {
            let out = world.run(&format!("plan --base main --format {format}")).out.replace('`', "");
            let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(flat.contains(&reason), "{format}: {reason}\n{out}");
        }
    }
}

#[test]
fn a_commit_that_changes_no_rule_tells_of_none() {
    let world = replaced("uma@acme.com: user", "uma@acme.com: developer");
    let plan = world.run("plan --base main --format json").json();
    assert_eq!(rule_changes(&plan), [] as [String; 0]);
    assert_eq!(plan["base"]["differing"], json!({"added": 0, "changed": 1, "removed": 0}));
    assert_eq!(plan["changes"][0]["cause"], "commit");
}

#[test]
fn dates_of_the_base_that_are_removed_or_postponed_are_told() {
    let dated = "uma@acme.com: {role: user, until: 2027-01-31}";
    for (to, expected) in [
        ("uma@acme.com: user", "end_removed member/uma@acme.com: the last day 2027-01-31 is removed"),
        (
            "uma@acme.com: {role: user, until: 2027-06-30}",
            "end_postponed member/uma@acme.com: last day 2027-01-31 → 2027-06-30",
        ),
        (
            "uma@acme.com: {role: user, until: 2026-12-31}",
            "end_added member/uma@acme.com: last day 2027-01-31 → 2026-12-31",
        ),
        ("", "end_removed member/uma@acme.com: the line with the last day 2027-01-31 is removed"),
    ] {
        let world = World::but("uma@acme.com: user", dated);
        world.commit("base");
        world.edit(dated, to);
        let plan = world.run("plan --base main --format json").json();
        assert_eq!(rule_changes(&plan), [expected]);
    }
}

#[test]
fn a_wanted_name_that_is_gone_is_told() {
    let named = "  lab:\n    id: wrkspc_lab\n    name: lab\n";
    let world = World::but("  lab:\n", named);
    world.commit("base");
    world.edit("    name: lab\n", "");
    let plan = world.run("plan --base main --format json").json();
    assert_eq!(rule_changes(&plan), ["not_managed workspace/lab: `name` is no longer managed"]);
}

#[test]
fn a_whole_section_that_is_gone_is_told_although_nothing_changes() {
    let world = branch(|world| {
        let text =
            FILES.replace(&FILES[FILES.find("members:").unwrap()..FILES.find("workspaces:").unwrap()], "");
        world.write("bylaws.yaml", &text);
    });
    let plan = world.run("plan --base main --format json").json();
    assert_eq!(
        rule_changes(&plan),
        ["not_managed organization: the section `members` is removed: 4 people are no longer managed"]
    );
    assert_eq!(plan["changes"], json!([]));
}

#[test]
fn an_end_date_in_the_past_does_not_get_around_the_guard() {
    for (base, code) in [("", 3), ("--base main", 3)] {
        let mut seed = acme();
        let mut files = format!("bylaws: 1\norganization:\n  id: {ACME}\nmembers:\n  ada@acme.com: admin\n");
        seed["workspaces"] = json!([]);
        seed["workspace_members"] = json!([]);
        seed["api_keys"] = json!([]);
        seed["users"] = json!([{"id": "user_ada", "email": "ada@acme.com", "role": "admin"}]);
        for n in 0..40 {
            files.push_str(&format!("  p{n}@acme.com: user\n"));
            let user = json!({"id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "user"});
            seed["users"].as_array_mut().unwrap().push(user);
        }
        let world = World::live(fixed_clock(seed)).file("bylaws.yaml", &files);
        world.commit("base");
        let ended = files.replace(": user", ": {role: user, until: 2026-11-20}").replacen(
            "{role: user, until: 2026-11-20}",
            "user",
            1,
        );
        world.write("bylaws.yaml", &ended);
        world.run(&format!("plan {base}")).ended(code);
        // If the same dates were in force before, they were reviewed when they were written.
        world.git("commit --quiet --all --message dates");
        world.run("plan --base HEAD").ended(0);
    }
}

#[test]
fn a_base_without_files_or_with_broken_ones_makes_everything_this_commits() {
    for (base, word) in [("", "none"), ("bylaws: 1\nmembers:\n", "problems")] {
        let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
        let files = world.read("bylaws.yaml");
        world.write("readme.md", "x");
        std::fs::remove_file(world.path("bylaws.yaml")).unwrap();
        if !base.is_empty() {
            world.write("bylaws.yaml", base);
        }
        world.commit("base");
        world.write("bylaws.yaml", &files);
        let plan = world.run("plan --base main --format json").ended(0).json();
        assert_eq!(plan["base"]["files"], word);
        assert_eq!(plan["changes"][0]["cause"], "commit");
        assert!(world.run("plan --base main").out.contains("every change counts as caused by this commit"));
    }
}

#[test]
fn a_base_of_another_organization_or_one_that_is_no_revision_is_an_error() {
    let world = replaced(ACME, "00000000-0000-4000-8000-000000000000");
    world.git("switch --quiet main");
    let ran = world.run("plan --base branch").ended(1);
    assert!(ran.err.contains("for another organization"), "{ran}");
    for revision in ["no-such-branch", "--output=x", "main:bylaws.yaml", "$(touch${IFS}x)", ""] {
        let ran = world.run(&format!("plan --base={revision}")).ended(1);
        assert!(ran.err.contains("is not a revision that git knows"), "{ran}");
        assert!(!ran.err.contains("snapshot"), "{ran}");
        assert!(!world.path("x").exists());
    }
}

#[test]
fn moving_the_files_to_the_other_usual_place_does_not_hide_what_they_said() {
    let world = branch(|world| {
        std::fs::create_dir(world.path("bylaws")).unwrap();
        let text = FILES.replace("  members: remove\n", "  members: ignore\n");
        world.write("bylaws/all.yaml", &text);
        std::fs::remove_file(world.path("bylaws.yaml")).unwrap();
    });
    let plan = world.run("plan --base main --format json").json();
    assert_eq!(plan["base"]["files"], "read");
    assert_eq!(rule_changes(&plan), ["unlisted organization: `unlisted.members` remove → ignore"]);
}

#[test]
fn a_suppression_that_a_branch_adds_is_told_and_an_old_one_is_not() {
    let world = World::acme();
    world.edit(
        "  dev@acme.com: developer",
        "  dev@acme.com: developer\n  dev@acrne.com: developer # bylaws: allow BL0412 same",
    );
    world.edit("  workspace_members: remove\n", "  workspace_members: remove\n");
    world.commit("base");
    let plan = world.run("plan --base main --format json").json();
    assert_eq!(rule_changes(&plan), [] as [String; 0]);
    world.edit("dev@acrne.com: developer", "dev@acrne.com: user");
    let told = rule_changes(&world.run("plan --base main --format json").json());
    assert!(
        told[0].starts_with("suppression_added organization: `BL0412` of `dev@acrne.com: user`"),
        "{told:?}"
    );
}

#[test]
fn drift_stands_apart_from_what_the_commit_does() {
    let world = replaced("uma@acme.com: user", "uma@acme.com: developer");
    // Eve's role was lowered in the Console.
    world.drift(|seed| {
        let eve = seed.users.iter_mut().find(|user| user.email == "eve@acme.com").unwrap();
        "user".clone_into(&mut eve.role);
    });
    let plan = world.run("plan --base main --format json");
    let causes: Vec<(String, String)> = plan.json()["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["address"].to_string(), change["cause"].to_string()))
        .collect();
    assert_eq!(
        causes,
        [
            ("\"member/eve@acme.com\"".to_owned(), "\"drift\"".to_owned()),
            ("\"member/uma@acme.com\"".to_owned(), "\"commit\"".to_owned())
        ]
    );
}

#[test]
fn a_base_costs_no_further_request() {
    let world = replaced("uma@acme.com: user", "uma@acme.com: developer");
    world.run("plan").ended(0);
    let without = world.ledger().len();
    world.run("plan --base main").ended(0);
    assert_eq!(world.ledger().len(), 2 * without);
}
