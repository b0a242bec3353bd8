//! Only the reviewed changes of a saved plan are sent.

use serde_json::json;

use crate::ran::shown;
use crate::world::World;

/// A saved plan with a changed role and a changed tag.
fn saved() -> World {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("{env: test}", "{env: prod}");
    world.run("plan --out saved.json").ended(0);
    world.emulator.clear_ledger();
    world
}

#[test]
fn a_saved_plan_is_shown_as_when_it_was_created() {
    let world = saved();
    let plan = world.run("plan").ended(0);
    assert_eq!(world.run("show saved.json").ended(0).out, plan.out);
    let mut json = world.run("show saved.json --format json").ended(0).json();
    let fields = json.as_object_mut().unwrap();
    assert_eq!(fields.remove("created_at").unwrap(), "2026-11-21T09:00:00Z");
    assert!(fields.remove("digest").is_some());
    assert_eq!(json, world.run("plan --format json").ended(0).json());
}

#[test]
fn saving_is_reported_after_the_plan() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    shown("saved-plan-out", world.run("plan --out saved.json").ended(0));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_saved_plan() {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(saved().path("saved.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn exactly_the_saved_changes_are_sent() {
    let world = saved();
    let ran = world.run("apply --plan saved.json").ended(0);
    shown("saved-plan-applied", format!("{ran}\n{}", world.writes()));
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn a_stale_change_stops_the_run() {
    let world = saved();
    world.drift(|live| live.users[0].role = "billing".to_owned());
    let ran = world.run("apply --plan saved.json").ended(6);
    assert!(ran.err.contains("member/uma@acme.com"), "{ran}");
    world.untouched();
    shown("saved-plan-touched", ran.err);
}

#[test]
fn unrelated_live_changes_do_not_matter() {
    let world = saved();
    world.drift(|live| live.users[1].role = "user".to_owned());
    let ran = world.run("apply --plan saved.json").ended(0);
    assert!(ran.out.contains("member/eve@acme.com: new since the saved plan, not sent"), "{ran}");
    assert!(!world.writes().contains("user_eve"), "{}", world.writes());
    shown("saved-plan-unrelated", ran.out.rsplit("\n\n").next().unwrap());
}

#[test]
fn changes_that_are_already_done_are_not_sent() {
    let world = saved();
    world.drift(|live| live.users[0].role = "developer".to_owned());
    world.run("apply --plan saved.json").ended(0);
    assert!(!world.writes().contains("user_uma"), "{}", world.writes());
    assert!(world.writes().contains("wrkspc_lab"), "{}", world.writes());
    world.emulator.clear_ledger();
    world.run("apply --plan saved.json").ended(0);
    world.untouched();
}

#[test]
fn changes_made_by_another_run_count_as_done() {
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.edit("workspaces:\n", "workspaces:\n  forge:\n    members:\n      uma@acme.com: workspace_user\n");
    world.run("plan --out saved.json").ended(0);
    let other = World::acme().file("bylaws.yaml", &world.read("bylaws.yaml"));
    other.run("apply --auto-approve").ended(0);
    world.emulator.set_state(other.emulator.state()).unwrap();
    world.emulator.clear_ledger();
    world.run("apply --plan saved.json").ended(0);
    world.untouched();
}

#[test]
fn a_change_of_the_files_since_counts_too() {
    let world = saved();
    world.edit("uma@acme.com: developer", "uma@acme.com: claude_code_user");
    world.run("apply --plan saved.json").ended(6);
    world.untouched();
}

#[test]
fn a_damaged_plan_is_detected() {
    let world = saved();
    let whole = world.read("saved.json");
    for (from, to) in
        [("developer", "billing"), ("\"depends_on\": []", "\"depends_on\":  []"), ("user_uma", "user_eve")]
    {
        let damaged = whole.replacen(from, to, 1);
        assert_ne!(damaged, whole, "{from}");
        world.write("saved.json", &damaged);
        world.run("apply --plan saved.json").ended(6);
        assert_ne!(world.run("show saved.json").code, 0, "{from}");
    }
    world.write("saved.json", &whole[..whole.len() / 2]);
    shown("saved-plan-damaged", world.run("apply --plan saved.json").ended(6).err);
    world.untouched();
}

#[test]
fn a_plan_that_was_never_saved_is_not_applied() {
    let world = saved();
    let json = world.run("plan --format json").ended(0).out;
    world.write("printed.json", &json);
    shown("saved-plan-only-printed", world.run("apply --plan printed.json").ended(6).err);
    world.untouched();
}

#[test]
fn a_plan_for_another_organization_is_refused() {
    let other = "11111111-2222-4333-8444-555555555555";
    let world = saved();
    world.drift(|live| live.organization.id = other.to_owned());
    world.edit(crate::world::ACME, other);
    shown("saved-plan-other-organization", world.run("apply --plan saved.json").ended(6).err);
    world.untouched();
}

#[test]
fn a_plan_expires_after_a_day() {
    let world = saved();
    world.hours(24);
    world.run("plan").ended(0);
    world.hours(1);
    shown("saved-plan-too-old", world.run("apply --plan saved.json").ended(6).err);
    world.untouched();
    let world = saved();
    world.hours(23);
    world.run("apply --plan saved.json").ended(0);
}

#[test]
fn a_missing_plan_is_an_error() {
    let world = saved();
    shown("saved-plan-missing", world.run("apply --plan elsewhere.json").ended(1).err);
    assert!(world.ledger().is_empty());
}

#[test]
fn the_plan_must_have_the_expected_fingerprint() {
    let world = saved();
    let fingerprint = world.run("plan --format json").json()["fingerprint"].as_str().unwrap().to_owned();
    let wrong = fingerprint.chars().rev().collect::<String>();
    let ran = world.run(&format!("apply --expect {wrong}")).ended(6);
    world.untouched();
    shown("expect-wrong", ran.err);
    for (expected, said) in [(&fingerprint[..12], "not only its beginning"), ("", "--expect is empty")] {
        let ran = world.run(&format!("apply --expect={expected}")).ended(6);
        world.untouched();
        assert!(ran.err.contains(said), "{ran}");
    }
    world.run(&format!("apply --expect {fingerprint}")).ended(0);
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn members_added_since_do_not_stop_a_saved_plan() {
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.run("plan --out saved.json").ended(0);
    world.drift(|live| {
        for n in 0..8 {
            let mut user = live.users[0].clone();
            (user.id, user.email) = (format!("user_new{n}"), format!("new{n}@acme.com"));
            live.users.push(user);
        }
    });
    // A new plan would remove all of them, and a guard refuses it.
    world.run("plan").ended(3);
    let ran = world.run("apply --plan saved.json").ended(0);
    assert_eq!(world.writes().lines().count(), 1, "{}", world.writes());
    assert!(ran.out.contains("remove member/new7@acme.com: new since the saved plan, not sent"), "{ran}");
}

#[test]
fn guards_check_only_what_a_saved_plan_still_sends() {
    let world = World::but("  uma@acme.com: user\n", "");
    world.run("plan --out saved.json").ended(0);
    // The guard is stricter now: one removal of three is too many.
    world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 0}}\n");
    world.run("apply --plan saved.json --guards guards.yaml").ended(3);
    world.untouched();
}

/// A saved plan that revokes an invite and sends it again with another role.
fn invited_again() -> World {
    let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
    world.run("apply --auto-approve").ended(0);
    world.edit("kim@acme.com: user", "kim@acme.com: developer");
    world.run("plan --out saved.json").ended(0);
    world.emulator.clear_ledger();
    world
}

#[test]
fn a_saved_plan_is_resumed_after_an_invite_was_revoked() {
    let refuse =
        json!([{"method": "POST", "path": "/v1/organizations/invites", "every": 1, "then": {"status": 400}}]);
    let world = invited_again();
    world.faults(&refuse);
    world.run("apply --plan saved.json").ended(5);
    world.faults(&json!([]));
    world.run("apply --plan saved.json").ended(0);
    assert_eq!(world.writes().matches("\"role\":\"developer\"").count(), 2, "{}", world.writes());
    world.emulator.clear_ledger();
    // The plan is applied now, and the output says so.
    let ran = world.run("apply --plan saved.json").ended(0);
    assert!(ran.out.contains("The saved plan is already applied"), "{ran}");
    world.untouched();
}

#[test]
fn a_saved_plan_is_resumed_after_the_invite_was_accepted() {
    let world = invited_again();
    world.run("apply --plan saved.json").ended(0);
    world.accept("kim@acme.com");
    world.emulator.clear_ledger();
    world.run("apply --plan saved.json").ended(0);
    world.untouched();
}

#[test]
fn an_invite_that_was_accepted_before_it_was_revoked_stops_a_saved_plan() {
    for role in ["none", "developer"] {
        let world = World::but("members:\n", "members:\n  kim@acme.com: user\n");
        world.run("apply --auto-approve").ended(0);
        world.edit("kim@acme.com: user", &format!("kim@acme.com: {role}"));
        world.run("plan --out saved.json").ended(0);
        world.accept("kim@acme.com");
        world.emulator.clear_ledger();
        let ran = world.run("apply --plan saved.json").ended(6);
        assert!(ran.err.contains("no longer planned as saved: revoke invite/kim@acme.com"), "{ran}");
        world.untouched();
    }
}

#[test]
fn a_saved_plan_is_resumed_after_its_workspace_was_created() {
    let world = World::but(
        "workspaces:\n",
        "workspaces:\n  forge:\n    members:\n      uma@acme.com: workspace_user\n      dev@acme.com: workspace_admin\n",
    );
    world.run("plan --out saved.json").ended(0);
    let path = "/v1/organizations/workspaces/*/members";
    world.faults(&json!([{"method": "POST", "path": path, "every": 1, "then": {"status": 400}}]));
    world.run("apply --plan saved.json").ended(5);
    world.faults(&json!([]));
    world.emulator.clear_ledger();
    world.run("apply --plan saved.json").ended(0);
    assert_eq!(world.writes().lines().count(), 2, "{}", world.writes());
    world.run("plan --detailed-exitcode").ended(0);
}

#[test]
fn an_applied_plan_is_reported_as_applied() {
    let world = saved();
    world.run("apply --plan saved.json").ended(0);
    world.emulator.clear_ledger();
    shown("saved-plan-again", world.run("apply --plan saved.json").ended(0));
    let json = world.run("apply --plan saved.json --format json").ended(0).json();
    assert_eq!(json["already"], json!(["update workspace/lab", "update member/uma@acme.com"]));
    let markdown = world.run("apply --plan saved.json --format markdown").ended(0).out;
    assert!(markdown.contains("the saved plan is already applied"), "{markdown}");
    world.untouched();
}

#[test]
fn a_change_names_its_live_object() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer\n  kim@acme.com: user");
    world.edit("{env: test}", "{env: prod}");
    world.edit("dev@acme.com: workspace_developer", "dev@acme.com: workspace_user");
    let changes = world.run("plan --format json").ended(0).json()["changes"].clone();
    let targets: Vec<String> = changes
        .as_array()
        .unwrap()
        .iter()
        .map(|change| format!("{} {}", change["id"].as_str().unwrap(), change["target"]))
        .collect();
    assert_eq!(
        targets,
        [
            "update workspace/lab \"wrkspc_lab\"",
            "invite invite/kim@acme.com null",
            "update member/uma@acme.com \"user_uma\"",
            "update workspace/lab/member/dev@acme.com \"user_dev\"",
        ]
    );
}

#[test]
fn a_saved_plan_from_the_future_is_refused() {
    let world = saved();
    let seed = serde_json::to_value(world.emulator.state()).unwrap();
    world.hours(2);
    world.run("plan --out saved.json").ended(0);
    let earlier = World::live(seed).file("bylaws.yaml", &world.read("bylaws.yaml"));
    earlier.write("saved.json", &world.read("saved.json"));
    let ran = earlier.run("apply --plan saved.json").ended(6);
    assert!(ran.err.contains("is in the future"), "{ran}");
    earlier.untouched();
}
