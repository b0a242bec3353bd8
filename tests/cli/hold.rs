//! `apply --hold`: changes that are listed instead of sent, such as those that undo what somebody did in the Console.

use serde_json::json;

use crate::ran::shown;
use crate::world::World;

/// Files of which `main` is in force; a commit that changes one role; and an emergency in the Console: Eve is taken
/// out of `lab`, and the key that leaked is off.
fn emergency() -> World {
    let world = World::acme();
    world.commit("base");
    world.git("switch --quiet --create branch");
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.git("commit --quiet --all --message head");
    world.drift(|live| {
        live.workspace_members.retain(|member| member.user_id != "user_eve");
        "inactive".clone_into(&mut live.api_keys[0].status);
    });
    world
}

#[test]
fn drift_is_listed_and_the_commit_is_applied() {
    let world = emergency();
    let ran = world.run("apply --base main --hold drift --auto-approve").ended(0);
    assert_eq!(world.writes(), "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n");
    shown("hold", &ran);
    // The next plan still wants what was held.
    let plan = world.run("plan --base branch --format json").json();
    assert_eq!(plan["summary"]["causes"], json!({"drift": 1}));
}

#[test]
fn every_format_of_a_report_lists_what_was_held() {
    for format in ["json", "markdown", "junit", "github"] {
        let world = emergency();
        let ran =
            world.run(&format!("apply --base main --hold drift --auto-approve --format {format}")).ended(0);
        if format == "json" {
            let report = ran.json();
            assert_eq!(report["summary"]["causes"], json!({"commit": 1}));
            assert_eq!(report["held"][0]["id"], "create workspace/lab/member/eve@acme.com");
            assert_eq!(report["held"][0]["held_by"], "drift");
        } else {
            assert!(ran.out.contains("Held back") && ran.out.contains("eve@acme.com"), "{format}: {ran}");
        }
    }
}

#[test]
fn a_change_that_needs_a_held_one_is_held_with_it() {
    let world = World::acme();
    world.commit("base");
    // Somebody archived the workspace; with the files it would be created again, with its members.
    world.drift(|live| live.workspaces[0].archived_at = Some("2026-11-01T00:00:00Z".parse().unwrap()));
    let ran = world.run("apply --base main --hold drift --auto-approve --format json").ended(0);
    assert_eq!(world.writes(), "");
    let held =
        ran.json()["held"].as_array().unwrap().iter().map(|held| held["id"].clone()).collect::<Vec<_>>();
    assert_eq!(held[0], "create workspace/lab", "{held:?}");
    assert_eq!(held.len(), 3, "{held:?}");
}

#[test]
fn a_class_is_held_without_a_base() {
    let world = World::but("  uma@acme.com: user\n", "");
    world.edit("eve@acme.com: workspace_user", "eve@acme.com: workspace_developer");
    let ran = world.run("apply --hold access_loss --auto-approve --format json").ended(0);
    assert_eq!(ran.json()["held"][0]["id"], "remove member/uma@acme.com");
    assert_eq!(world.writes().lines().count(), 1, "{}", world.writes());
}

#[test]
fn guards_check_what_is_sent() {
    let world = World::but("  uma@acme.com: user\n", "");
    world.edit("  dev@acme.com: developer\n", "");
    world.edit("      dev@acme.com: workspace_developer\n", "");
    world.run("apply --auto-approve").ended(3);
    let ran = world.run("apply --hold access_loss --auto-approve").ended(0);
    assert!(ran.out.contains("0 done") || ran.out.contains("no changes"), "{ran}");
    world.untouched();
    // Held changes are for somebody to look at.
    world.run("apply --hold access_loss --auto-approve --strict").ended(2);
}

#[test]
fn a_hold_that_could_hold_nothing_is_an_error() {
    let world = emergency();
    let ran = world.run("apply --hold drift --auto-approve").ended(1);
    assert!(ran.err.contains("`--hold drift` needs a base"), "{ran}");
    let ran = world.run("apply --base main --hold drfit --auto-approve").ended(1);
    assert!(ran.err.contains("use one of commit, due, drift, grant"), "{ran}");
    world.untouched();
}

#[test]
fn the_question_counts_the_causes() {
    let world = emergency();
    let ran = world.at_terminal("apply --base main", "no\n");
    assert!(ran.all().contains("Apply 2 changes (1 by this commit, 1 drift) to Acme"), "{ran}");
}

/// An edit in the Console, and a commit on `branch` that touches the same object in another respect.
type Mixed = (fn(&mut bylaws_emulator::Seed), &'static str, &'static str, &'static str);

const MIXED: &[Mixed] = &[
    (
        |live| drop(live.workspaces[0].tags.insert("frozen".to_owned(), "yes".to_owned())),
        "tags: {env: test}",
        "tags: {env: prod}",
        "update workspace/lab",
    ),
    (
        |live| live.workspaces[0].archived_at = Some("2026-11-01T00:00:00Z".parse().unwrap()),
        "  lab:\n",
        "  lab:\n    display_color: \"#336699\"\n",
        "create workspace/lab",
    ),
    (
        |live| live.users.retain(|user| user.id != "user_uma"),
        "uma@acme.com: user",
        "uma@acme.com: developer",
        "invite invite/uma@acme.com",
    ),
    (
        |live| live.workspace_members.retain(|member| member.user_id != "user_eve"),
        "eve@acme.com: workspace_user",
        "eve@acme.com: workspace_developer",
        "create workspace/lab/member/eve@acme.com",
    ),
];

#[test]
fn a_commit_cannot_take_an_emergency_back_along_with_it() {
    for (emergency, from, to, held) in MIXED {
        let world = World::acme();
        world.commit("base");
        world.git("switch --quiet --create branch");
        world.edit(from, to);
        world.git("commit --quiet --all --message head");
        world.drift(emergency);
        let plan = world.run("plan --base main --format json").json();
        let review = plan["review_first"].as_array().unwrap();
        let told = review.iter().any(|entry| entry["kind"] == "undoes_drift" && entry["change"] == *held);
        assert!(told, "{held}: {review:#?}");
        let ran = world.run("apply --base main --hold drift --auto-approve --format json").ended(0);
        assert_eq!(ran.json()["held"][0]["id"], *held, "{ran}");
        assert_eq!(world.writes(), "", "{held}");
    }
}

#[test]
fn a_commit_that_decides_the_changed_field_is_applied() {
    let world = World::acme();
    world.commit("base");
    world.git("switch --quiet --create branch");
    world.edit("uma@acme.com: user", "uma@acme.com: billing");
    world.git("commit --quiet --all --message head");
    world.drift(|live| "developer".clone_into(&mut live.users[0].role));
    world.run("apply --base main --hold drift --auto-approve").ended(0);
    assert_eq!(world.writes(), "POST /v1/organizations/users/user_uma {\"role\":\"billing\"}\n");
}
