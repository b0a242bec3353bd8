//! An approval fits one plan, once.

use crate::site::{FILE, Site};

/// Uma's role was changed in the Console, and the change back is held.
fn held() -> Site {
    let site = Site::settled("mode: apply");
    site.console_role("developer");
    site.writes_nothing("Held");
    site
}

const BACK: &str = "POST /v1/organizations/users/user_uma {\"role\":\"user\"}\n";

#[test]
fn a_commit_that_changes_no_change_leaves_the_approval_valid() {
    let site = held();
    site.approve();
    site.world.edit_file(FILE, "bylaws: 1\n", "# A comment.\nbylaws: 1\n");
    site.commit();
    site.once().ended(0);
    assert_eq!(site.world.writes(), BACK);
    assert_eq!(site.reason(), "Applied");
}

#[test]
fn another_plan_than_the_approved_one_is_not_applied_and_its_fingerprint_is_shown() {
    for moves in [(|site| site.console_role("billing")) as fn(&Site), |site| {
        site.world.drift(|live| live.workspace_members.retain(|member| member.user_id != "user_eve"));
    }] {
        let site = held();
        let before = site.status()["fingerprint"].clone();
        site.approve();
        moves(&site);
        site.writes_nothing("Held");
        let status = site.status();
        assert_ne!(status["fingerprint"], before);
        assert!(status["approved"].is_null(), "{status:#}");
        assert!(
            site.world.run("controller status acme").out.contains("  approval void: its plan does not wait")
        );
    }
}

#[test]
fn a_commit_that_adds_a_change_is_sent_without_the_approved_one() {
    let site = held();
    site.approve();
    site.edit("eve@acme.com: workspace_user", "eve@acme.com: workspace_developer");
    site.once().ended(0);
    assert!(!site.world.writes().contains("user_uma"), "{}", site.world.writes());
    assert_eq!((site.world.written().len(), site.reason().as_str()), (1, "Held"));
}

#[test]
fn an_approval_is_used_once() {
    let site = held();
    let fingerprint = site.status()["fingerprint"].as_str().unwrap().to_owned();
    site.approve();
    site.once().ended(0);
    assert_eq!(site.world.writes(), BACK);
    site.console_role("developer");
    site.writes_nothing("Held");
    assert_eq!(site.status()["fingerprint"], fingerprint.as_str(), "the same plan as before");
    site.writes_nothing("Held");
    // A second approval lets it through, although it was sent within 24 hours.
    site.approve();
    site.world.emulator.clear_ledger();
    site.once().ended(0);
    assert_eq!(site.world.writes(), BACK);
}

#[test]
fn only_the_plan_that_waits_can_be_approved() {
    let site = held();
    let fingerprint = site.status()["fingerprint"].as_str().unwrap().to_owned();
    let other = "a".repeat(64);
    let ran = site.world.run(&format!("controller approve acme {other}")).ended(1);
    assert!(ran.err.contains(&fingerprint), "{ran}");
    site.approve();
    site.once().ended(0);
    site.once().ended(0);
    // It was used: nothing waits for it, and it must not be there when the same is wanted again.
    let ran = site.world.run(&format!("controller approve acme {fingerprint}")).ended(1);
    assert!(ran.err.contains("no plan of `acme` is waiting for an approval"), "{ran}");
    site.console_role("developer");
    site.writes_nothing("Held");
}

#[test]
fn the_status_of_one_organization_has_every_held_change_and_the_commands() {
    let site = held();
    site.console_role("billing");
    site.writes_nothing("Held");
    site.approve();
    let ran = site.world.run("controller status acme").ended(0);
    let fingerprint = site.status()["fingerprint"].as_str().unwrap().to_owned();
    for says in [
        "acme: Held\n  held: 1 change\n",
        "\n  Organization  6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10\n",
        "\nHeld changes\n  update member/uma@acme.com, role: billing → user\n    drift, raise, access_loss; somebody",
        "\nLast decisions\n  20",
        " UTC  approved by uid ",
        "waits for the next round\n  withdraw: bylaws controller approve --withdraw acme\n",
        &format!("  approve: bylaws controller approve acme {fingerprint}\n"),
    ] {
        assert!(ran.out.contains(says), "{says}\n{ran}");
    }
    let json = site.world.run("controller status acme --format json").ended(0).json();
    assert_eq!(json["organizations"][0], site.status());
    let ran = site.world.run("controller status north").ended(1);
    assert!(ran.err.contains("no organization `north`") && ran.err.contains("name one of acme"), "{ran}");
    // The commands work where they are printed.
    site.world
        .write("etc/our org.yaml", &site.world.read("controller.yaml").replace(": state", ": ../state"));
    let ran = site.world.run_args(&["controller", "status", "--config", "etc/our org.yaml"]);
    let approve = format!("bylaws controller approve acme {fingerprint} --config 'etc/our org.yaml'\n");
    assert!(ran.out.contains(&approve), "{ran}");
}

#[test]
fn an_approval_can_be_withdrawn_until_it_is_used() {
    let site = held();
    site.approve();
    let ran = site.world.run("controller approve acme --withdraw").ended(0);
    assert_eq!(ran.err, "acme: the approval is withdrawn\n");
    site.writes_nothing("Held");
    let ran = site.world.run("controller approve --withdraw acme").ended(0);
    assert_eq!(ran.err, "acme: there is no unused approval\n");
}

#[test]
fn an_approval_is_kept_while_a_guard_refuses_the_plan() {
    let site = Site::settled("mode: apply\nguards: guards.yaml");
    site.console_role("developer");
    site.writes_nothing("Held");
    site.world.drift(|live| live.workspace_members.retain(|member| member.user_id != "user_eve"));
    site.writes_nothing("Held");
    site.world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 0}}\n");
    site.edit("dev@acme.com: workspace_developer", "dev@acme.com: workspace_user");
    site.writes_nothing("GuardRefused");
    site.approve();
    site.writes_nothing("GuardRefused");
    assert!(!site.status()["approved"].is_null(), "{:#}", site.status());
    let loose = "bylaws: 1\nguards: {access_loss: {max: 9, share: 100%}}\n";
    site.world.write("guards.yaml", loose);
    site.edit("bylaws: 1\n", "bylaws: 1\nguards: {access_loss: {max: 9, share: 100%}}\n");
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied", "{:#}", site.status());
}

#[test]
fn an_approval_older_than_a_day_is_not_used() {
    let site = held();
    site.approve();
    let file = "state/organizations/acme/approved.json";
    let mut approval: serde_json::Value = serde_json::from_str(&site.world.read(file)).unwrap();
    approval["at"] = "2026-01-01T00:00:00Z".into();
    site.world.write(file, &approval.to_string());
    site.writes_nothing("Held");
    assert!(!site.world.has(file));
}

#[test]
fn guards_judge_an_approved_plan() {
    let site = Site::settled("mode: apply\nguards: guards.yaml");
    site.world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 0}}\n");
    site.console_role("developer");
    site.once();
    site.approve();
    site.writes_nothing("GuardRefused");
}

#[test]
fn an_approval_ends_with_what_it_was_for() {
    let site = held();
    site.world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 0}}\n");
    site.configure("mode: apply\nguards: guards.yaml");
    site.approve();
    site.writes_nothing("GuardRefused");
    // Somebody repairs it in the Console; later, somebody makes the same difference on purpose.
    site.console_role("user");
    site.writes_nothing("InSync");
    site.world.write("guards.yaml", "bylaws: 1\nguards: {}\n");
    site.console_role("developer");
    site.writes_nothing("Held");
}

#[test]
fn a_guard_that_refuses_the_approved_plan_does_not_hold_the_rest_back() {
    let site = held();
    site.world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 1, share: 100%}}\n");
    site.configure("mode: apply\nguards: guards.yaml");
    site.world.run("controller suspend acme --reason test").ended(0);
    site.edit("    members:\n", "    members: # fewer\n");
    site.edit("      eve@acme.com: workspace_user\n", "");
    site.once();
    site.approve();
    site.world.run("controller resume acme").ended(0);
    let ran = site.once();
    assert!(site.world.writes().contains("members/user_eve"), "{}{ran}", site.world.writes());
    assert!(!site.world.writes().contains("users/user_uma"), "{}", site.world.writes());
    assert!(ran.out.contains("the approved plan: access_loss of the files: 2 of 3"), "{ran}");
}
