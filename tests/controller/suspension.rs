//! A suspended organization is planned, and nothing is written to it.

use serde_json::json;

use crate::site::Site;
use crate::world::{ended, wait};

#[test]
fn a_suspended_organization_is_planned_and_not_written() {
    let site = Site::settled("mode: apply");
    site.world.run("controller suspend acme --reason incident --until 4h").ended(0);
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    let ran = site.writes_nothing("Suspended").ended(0);
    assert!(
        ran.out.contains("suspended by uid ")
            && ran.out.contains("\nacme: nothing is written; waiting: 1 change\n")
            && ran.out.contains("incident"),
        "{ran}"
    );
    let status = site.status();
    assert_eq!((&status["ready"], &status["in_sync"]), (&json!("True"), &json!("True")), "as it was");
    assert_eq!((&status["changes"], &status["suspended"]["reason"]), (&json!(1), &json!("incident")));
    site.world.run("controller resume acme").ended(0);
    site.once().ended(0);
    assert_eq!((site.world.written().len(), site.reason().as_str()), (1, "Applied"));
}

#[test]
fn an_approval_waits_until_somebody_resumes() {
    let site = Site::acme("mode: apply");
    site.console_role("developer");
    site.once();
    site.world.run("controller suspend acme --reason incident").ended(0);
    site.approve();
    site.writes_nothing("Suspended");
}

#[test]
fn no_write_begins_after_a_suspension() {
    let site = Site::settled("mode: apply");
    let invited: String = (0..4).map(|n| format!("  new{n}@acme.com: user\n")).collect();
    site.edit("  uma@acme.com: user\n", &format!("  uma@acme.com: user\n{invited}"));
    // Invites are sent one at a time. The log of the service has a request once it was answered, so the second may be in
    // flight when the first is there.
    site.world.faults(&json!([{"method": "POST", "path": "**", "every": 1, "then": {"latency_ms": 3000}}]));
    let child = site.world.start("controller --once");
    assert!(wait(|| site.world.written().len() == 1));
    site.world.run("controller suspend acme --reason incident").ended(0);
    let ran = ended(child, std::time::Duration::from_mins(1));
    assert!(site.world.written().len() <= 2, "{ran}\n{}", site.world.writes());
    assert_eq!(site.reason(), "Suspended");
    site.world.faults(&json!([]));
    site.world.run("controller resume acme").ended(0);
    site.once().ended(0);
    assert_eq!(site.reason(), "Applied");
    site.writes_nothing("InSync");
}

#[test]
fn a_throttled_write_is_not_repeated_after_a_suspension() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    let then = json!({"status": 429, "headers": {"retry-after": "4"}});
    site.world.faults(&json!([{"method": "POST", "path": "**", "nth": 1, "then": then}]));
    let child = site.world.start("controller --once");
    assert!(wait(|| site.world.written().len() == 1));
    site.world.run("controller suspend acme --reason incident").ended(0);
    let ran = ended(child, std::time::Duration::from_mins(1));
    assert_eq!(site.world.written().len(), 1, "{ran}");
    assert_eq!(site.reason(), "Suspended");
}

#[test]
fn a_suspension_needs_a_name_of_the_configuration_and_a_time_to_come() {
    let site = Site::acme("");
    for (line, expected) in [
        ("controller suspend other --reason x", "no organization `other`"),
        ("controller suspend acme --reason x --until 2020-01-01T00:00:00Z", "would have ended already"),
    ] {
        let ran = site.world.run(line).ended(1);
        assert!(ran.err.contains(expected), "{ran}");
    }
}
