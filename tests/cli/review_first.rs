//! "Review first" is at the top of every output format.

use serde_json::{Value, json};

use crate::ran::Ran;
use crate::world::{FILES, World, acme};

/// A person outside the organization is invited, and becomes `workspace_admin` of a live workspace by accepting.
fn future_admin() -> World {
    let world = World::but("members:\n", "members:\n  mallory@evil.example: developer\n");
    world.edit("      dev@acme.com: w", "      mallory@evil.example: workspace_admin\n      dev@acme.com: w");
    world
}

const BECOMES: &str = "`mallory@evil.example` becomes `workspace_admin` of `lab` once the invite is accepted";

/// Returns the lines of the first section, without positions.
#[track_caller]
fn first(ran: &Ran) -> Vec<&str> {
    let mut lines = ran.out.lines().skip_while(|line| *line != "Review first").skip(1);
    let mut first = Vec::new();
    for line in lines.by_ref().take_while(|line| line.starts_with("  ! ")) {
        let line = line.trim_start_matches("  ! ");
        first.push(line.split("  ").next().unwrap_or(line));
    }
    first
}

/// Returns `kind address` of every entry of a plan as JSON.
#[track_caller]
fn kinds(plan: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let entries = plan["review_first"].as_array().unwrap().iter();
    entries.map(|entry| format!("{} {}", word(&entry["kind"]), word(&entry["address"]))).collect()
}

#[test]
fn a_future_workspace_admin_comes_first_in_every_output() {
    let world = future_admin();
    let text = world.run("plan").ended(0);
    assert_eq!(first(&text), [BECOMES], "{text}");
    let waits = "workspace/lab/member/mallory@evil.example: `workspace_admin` once the invite is accepted";
    assert!(text.out.contains(waits), "{text}");

    let plan = world.run("plan --format json --out saved.json").ended(0).json();
    let place = plan["changes"][0]["origin"]["line"].as_u64().unwrap();
    assert_eq!(
        plan["review_first"],
        json!([{
            "kind": "workspace_admin",
            "address": "workspace/lab/member/mallory@evil.example",
            "reason": BECOMES,
            "origin": plan["waiting"][0]["origin"],
        }])
    );
    let waiting = &plan["waiting"][0];
    assert_eq!(waiting["action"], "create");
    assert_eq!(waiting["after"], json!({"workspace_role": "workspace_admin"}));
    assert_eq!(waiting["classes"], json!(["grant"]));
    assert_ne!(waiting["origin"]["line"], place, "the membership's own line");
    let line = &waiting["origin"]["line"];

    let markdown = world.run("plan --format markdown").ended(0).out;
    let head = markdown.split("### People").next().unwrap();
    assert!(head.contains("### Review first\n\n**Workspace admins (1)**\n"), "{markdown}");
    let sentence =
        "- `mallory@evil.example` becomes `workspace_admin` of `lab` once the invite is accepted ·";
    assert!(head.contains(sentence), "{markdown}");
    assert!(markdown.contains("waiting for `lab` as `workspace_admin`"), "{markdown}");

    let github = world.run("plan --format github").ended(0).out;
    let annotation = format!("::warning file=bylaws.yaml,line={line},");
    assert!(github.starts_with(&annotation), "{github}");
    assert!(github.lines().next().unwrap().ends_with(&format!("title=Review first::{BECOMES}")), "{github}");

    let junit = world.run("plan --format junit").ended(0).out;
    let suite = junit.split("<testsuite name=\"review_first\"").nth(1).unwrap();
    assert!(suite.split("</testsuite>").next().unwrap().contains(BECOMES), "{junit}");
    assert!(suite.contains("<skipped message=\"Review first\">"), "{junit}");

    // A saved plan repeats it, and apply shows it before asking.
    assert_eq!(first(&world.run("show saved.json").ended(0)), [BECOMES]);
    assert_eq!(first(&world.run("apply --auto-approve").ended(0)), [BECOMES]);

    // After the invite is accepted it is a change, and still comes first.
    world.accept("mallory@evil.example");
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["review_first"][0]["change"], "create workspace/lab/member/mallory@evil.example");
    assert_eq!(
        first(&world.run("plan").ended(0)),
        ["`mallory@evil.example` becomes `workspace_admin` of `lab`"]
    );
}

#[test]
fn a_future_workspace_member_with_less_does_not_come_first() {
    for role in ["workspace_user", "workspace_restricted_developer", "workspace_developer"] {
        let world = future_admin();
        world.edit("mallory@evil.example: workspace_admin", &format!("mallory@evil.example: {role}"));
        assert_eq!(world.run("plan --format json").ended(0).json()["review_first"], json!([]));
        let text = world.run("plan").ended(0);
        assert!(!text.out.contains("Review first"), "{text}");
        assert!(text.out.contains(&format!("`{role}` once the invite is accepted")), "{text}");
    }
}

#[test]
fn onboarding_a_workspace_admin_shows_it_first() {
    let world = World::acme();
    world.edit("dev@acme.com: workspace_developer", "dev@acme.com: workspace_admin");
    world.run("apply --auto-approve").ended(0);
    let ran = world.run("onboard kim@acme.com --like dev@acme.com").ended(0);
    assert!(
        ran.out.contains("  ! `kim@acme.com` becomes `workspace_admin` of `lab` once the invite is accepted"),
        "{ran}"
    );
}

#[test]
fn a_removed_member_comes_first_and_a_withdrawn_invite_does_not() {
    let world = World::but("  uma@acme.com: user\n", "");
    let ran = world.run("plan").ended(0);
    assert_eq!(first(&ran), ["`uma@acme.com` is removed from the organization (was user)"]);
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.run("apply --auto-approve").ended(0);
    world.edit("  kim@acme.com: user\n", "  kim@acme.com: none\n");
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["changes"][0]["action"], "revoke");
    assert_eq!(kinds(&plan), Vec::<String>::new());
}

#[test]
fn the_last_active_key_of_a_workspace_comes_first_and_another_key_does_not() {
    for (status, expected) in [
        ("inactive", vec!["last_active_key workspace/lab/api_key/ci".to_owned()]),
        ("archived", vec!["last_active_key workspace/lab/api_key/ci".to_owned()]),
        ("expired", vec!["last_active_key workspace/lab/api_key/ci".to_owned()]),
        ("active", Vec::new()),
    ] {
        let mut live = acme();
        let other = json!({"id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab", "status": status});
        live["api_keys"].as_array_mut().unwrap().push(other);
        let world = World::live(live).file("bylaws.yaml", &FILES.replace("ci: active", "ci: inactive"));
        // A guard may refuse the last key; it comes first in either case.
        assert_eq!(kinds(&world.run("plan --format json").json()), expected, "{status}");
    }
}

#[test]
fn a_workspace_without_an_explicit_admin_comes_first_and_is_noted() {
    let world = World::acme();
    world.drift(|live| "workspace_admin".clone_into(&mut live.workspace_members[0].workspace_role));
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(kinds(&plan), ["no_workspace_admin workspace/lab"]);
    assert_eq!(plan["notes"][0]["address"], "workspace/lab");
    let ran = world.run("plan").ended(0);
    let left = "workspace `lab`: no explicit `workspace_admin` is left; only admins of the organization can manage it";
    assert_eq!(first(&ran), [left]);
}

#[test]
fn unlisted_people_outside_the_allowed_domains_come_first() {
    let mut live = acme();
    for (id, email) in [("user_eva", "eva@evil.example"), ("user_ike", "ike@acme.com")] {
        live["users"].as_array_mut().unwrap().push(json!({"id": id, "email": email, "role": "user"}));
    }
    let guards = "guards: {allowed_domains: [acme.com]}\nunlisted:\n";
    let world =
        World::live(live).file("bylaws.yaml", &FILES.replace("unlisted:\n  members: remove\n", guards));
    let ran = world.run("plan").ended(0);
    assert_eq!(
        first(&ran),
        ["`eva@evil.example` is not in the files, and `evil.example` is not in `allowed_domains`"]
    );
    let github = world.run("plan --format github").ended(0).out;
    assert!(github.starts_with("::warning title=Review first::`eva@evil.example`"), "{github}");
}

#[test]
fn a_loosened_guard_comes_first_at_its_line() {
    let world = World::but("unlisted:\n", "guards: {invites: {max: 40}}\nunlisted:\n");
    let ran = world.run("plan").ended(0);
    assert_eq!(first(&ran), ["guard loosened: `invites` 25 → 40"]);
    let github = world.run("plan --format github").ended(0).out;
    assert!(
        github.contains("::warning file=bylaws.yaml,") && github.contains("guard loosened: `invites` 25"),
        "{github}"
    );
}
