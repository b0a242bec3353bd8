//! What an operator sees and decides while a controller runs, or does not.

use serde_json::json;

use crate::looping::Looping;
use crate::site::Site;
use crate::world::wait;

#[test]
fn a_suspension_does_not_wait_until_the_configuration_is_repaired() {
    let site = Site::settled("mode: apply");
    let looping = Looping::start(&site);
    site.configure("mode: aply");
    let ran = site.world.run("controller suspend acme --reason emergency").ended(0);
    assert!(
        ran.err.contains("unknown mode `aply`") && ran.err.contains("no write begins from now on"),
        "{ran}"
    );
    let ran = site.world.run("controller status").ended(0);
    assert!(
        ran.out.contains("suspended by uid ") && ran.err.contains("restart it to use the new one"),
        "{ran}"
    );
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.world.run("controller run acme").ended(0);
    assert!(wait(|| looping.events().iter().any(|event| event["event"] == "suspended")));
    site.world.untouched();
    site.world.run("controller resume acme").ended(0);
    assert!(wait(|| site.world.written().len() == 1));
    drop(looping);
    // Without a controller, what the state folder knows can be suspended.
    site.world.run("controller suspend acme --reason emergency").ended(0);
    let ran = site.world.run("controller suspend other --reason emergency").ended(1);
    assert!(ran.err.contains("no organization `other`"), "{ran}");
}

#[test]
fn a_new_name_cannot_be_decided_about_before_the_controller_knows_it() {
    let site = Site::settled("mode: apply");
    let looping = Looping::start(&site);
    let text = site.world.read("controller.yaml");
    site.world.write("controller.yaml", &text.replace("  acme:\n", "  north:\n"));
    for command in ["suspend north --reason x", "run north", "resume north", "approve north --withdraw"] {
        let ran = site.world.run(&format!("controller {command}")).ended(1);
        assert!(ran.err.contains("the running controller does not know `north`"), "{ran}");
    }
    site.world.run("controller suspend acme --reason x").ended(0);
    drop(looping);
    site.world.run("controller suspend north --reason x").ended(0);
}

#[test]
fn the_status_creates_nothing_and_says_whether_a_controller_runs() {
    let site = Site::acme("");
    let ran = site.world.run("controller status").ended(0);
    assert!(ran.out.contains("acme          Unknown  Unknown  NotYet"), "{ran}");
    assert_eq!(ran.err, "note: no controller is running now\n");
    assert!(!site.world.has("state"));
    let _looping = Looping::start(&site);
    assert_eq!(site.world.run("controller status").ended(0).err, "");
    assert!(
        site.world.run("controller run acme").ended(0).err.contains("the running controller starts it now")
    );
}

#[test]
fn decisions_are_recorded_with_who_made_them() {
    let site = Site::acme("mode: apply");
    site.console_role("developer");
    site.once();
    site.world.run("controller suspend acme --reason first --until 4h").ended(0);
    let ran = site.world.run("controller suspend acme --reason second").ended(0);
    assert!(
        ran.err.contains("this replaces the suspension by uid ")
            && ran.err.contains(": first\n  no controller is running now that uses "),
        "{ran}"
    );
    let fingerprint = site.status()["fingerprint"].as_str().unwrap().to_owned();
    let ran = site.world.run(&format!("controller approve acme {fingerprint}")).ended(0);
    assert!(ran.err.contains("is applied when the suspension ends"), "{ran}");
    let ran = site.world.run("controller resume acme").ended(0);
    assert!(
        ran.err.contains("it applies the plan that uid ") && ran.err.contains("no controller is running"),
        "{ran}"
    );
    let decisions = site.world.read("state/organizations/acme/decisions.jsonl");
    let decisions: Vec<serde_json::Value> =
        decisions.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = decisions.iter().map(|one| one["decision"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["suspended", "suspended", "approved", "resumed"]);
    assert_eq!(
        (&decisions[1]["reason"], &decisions[2]["fingerprint"]),
        (&json!("second"), &json!(fingerprint))
    );
    let ran = site.once().ended(0);
    let used = ran.err.lines().find(|line| line.contains("\"event\":\"approval\"")).unwrap();
    assert!(used.contains(&fingerprint) && used.contains("\"by\":\"uid "), "{used}");
}

#[test]
fn what_a_commit_asked_for_is_not_called_drift_later() {
    let site = Site::settled("mode: apply\nhold: [grant]");
    site.edit("uma@acme.com: user\n", "uma@acme.com: user\n  new@acme.com: user\n");
    for _ in 0..2 {
        site.writes_nothing("Held");
        let held = &site.status()["held"][0];
        assert_eq!((&held["by"], &held["cause"]), (&json!("grant"), &json!("commit")), "{held}");
    }
    // What is sent beside it, and a hold that is gone, change nothing of that.
    site.edit("eve@acme.com: workspace_user", "eve@acme.com: workspace_developer");
    site.once().ended(0);
    assert_eq!(site.held(), "invite invite/new@acme.com (grant)\n");
    site.configure("mode: apply");
    site.writes_nothing("Held");
    let held = &site.status()["held"][0];
    assert_eq!((&held["by"], &held["cause"]), (&json!("earlier"), &json!("commit")), "{held}");
    assert!(site.world.run("controller status acme").out.contains("it was held when a commit asked for it"));
    site.approve();
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
}

#[test]
fn a_guard_that_refuses_an_approved_plan_is_named_and_leaves_the_approval() {
    let site = Site::settled("mode: apply\nguards: guards.yaml");
    site.console_role("developer");
    site.writes_nothing("Held");
    site.approve();
    site.world.write("guards.yaml", "bylaws: 1\nguards: {access_loss: {max: 0}}\n");
    for _ in 0..2 {
        let ran = site.writes_nothing("GuardRefused").ended(3);
        for says in [
            "access_loss of the guards file of this host: 1 of ",
            "or name its changes under `approve:` in the guards file of this host",
            "held update member/uma@acme.com, role: developer → user (drift)",
            "is used when no guard refuses the plan any more",
        ] {
            assert!(ran.out.contains(says), "{says}\n{ran}");
        }
        assert!(!ran.out.contains("approve: bylaws controller approve"), "it would be refused again: {ran}");
    }
    site.world.write("guards.yaml", "bylaws: 1\nguards: {}\n");
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied", "{:#}", site.status());
}

#[test]
fn problems_have_the_path_that_is_configured() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: usr");
    let ran = site.writes_nothing("InvalidFiles").ended(4);
    assert!(ran.out.contains("bylaws/bylaws.yaml:") && !ran.out.contains("mirrors"), "{ran}");
    site.world.git("-C remote rm --quiet -r bylaws");
    site.commit();
    let ran = site.writes_nothing("InvalidFiles").ended(4);
    assert!(ran.out.contains("no files at bylaws") && ran.out.contains("`source.path`"), "{ran}");
}

#[test]
fn a_lost_journal_is_seen_before_something_is_to_be_sent() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.once().ended(0);
    site.writes_nothing("InSync");
    site.world.remove("state/organizations/acme/journal.jsonl");
    let ran = site.writes_nothing("JournalRefused").ended(1);
    assert!(ran.out.contains("restore it from a backup"), "{ran}");
}

#[test]
fn a_suspension_that_ends_by_itself_starts_a_round() {
    let site = Site::settled("mode: apply");
    site.world.run("controller suspend acme --reason incident --until 3s").ended(0);
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.once();
    assert_eq!(site.reason(), "Suspended");
    let _looping = Looping::start(&site);
    assert!(wait(|| site.world.written().len() == 1));
}

#[test]
fn a_narrow_terminal_has_the_columns_that_matter() {
    let site = Site::settled("mode: apply");
    let at = |columns| site.world.on_terminal("controller status", columns, &[]).ended(0).out;
    assert!(at(90).contains("ORGANIZATION  READY  IN SYNC  REASON  REVISION"), "{}", at(90));
    assert!(at(66).contains("REASON  HELD  SINCE    NEXT ROUND"), "{}", at(66));
    assert!(at(50).contains("REASON  HELD  SINCE\n"), "{}", at(50));
}
