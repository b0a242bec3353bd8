//! The date decides whose access ends. A wrong clock anywhere must not remove people, nor hide that it would.

use crate::front;
use crate::world::World;

const FAR: &str = "Sat, 05 Jun 2027 00:00:00 GMT";
const PAST: &str = "Fri, 01 Jan 2021 00:00:00 GMT";

/// Uma's last day is months away.
fn ending() -> World {
    World::but("uma@acme.com: user", "uma@acme.com: {role: user, until: 2027-03-31}")
}

/// Sets another `Date` in the responses to these requests.
fn dated(world: World, request: &'static str, date: &'static str) -> World {
    let url = front::before(&world.emulator.url(), move |asked, answer| {
        if asked.contains(request) {
            answer.set("date", date);
        }
    });
    world.env("BYLAWS_API_URL", &url)
}

#[test]
fn answers_that_disagree_about_the_day_end_the_run_and_nobody_is_removed() {
    for (request, date) in [
        ("/organizations/me", FAR),
        ("/organizations/me", PAST),
        ("/organizations/invites", FAR),
        ("/organizations/users", FAR),
        ("/organizations/workspaces", PAST),
        ("/workspaces/wrkspc_lab/members", FAR),
        ("/organizations/api_keys", "Tue, 24 Nov 2026 00:00:00 GMT"),
    ] {
        let world = dated(ending(), request, date);
        for line in ["plan", "apply --auto-approve"] {
            let ran = world.run(line).ended(1);
            assert!(ran.err.contains("disagree about the day"), "{request}: {ran}");
            assert!(ran.err.contains("2026"), "both are named: {ran}");
        }
        world.untouched();
    }
}

#[test]
fn answers_within_a_day_tell_one_day() {
    let world = dated(ending(), "/organizations/users", "Sun, 22 Nov 2026 08:00:00 GMT");
    world.run("plan").ended(0);
}

#[test]
fn an_answer_that_was_not_used_tells_no_day() {
    let asked_before = std::sync::atomic::AtomicBool::new(false);
    let world = ending();
    let url = front::before(&world.emulator.url(), move |asked, answer| {
        if asked.ends_with("/organizations/me")
            && !asked_before.swap(true, std::sync::atomic::Ordering::Relaxed)
        {
            answer.status = "503 Service Unavailable".to_owned();
            answer.set("date", FAR);
            answer.set("retry-after", "0");
            answer.body = b"<html>".to_vec();
        }
    });
    let plan = world.env("BYLAWS_API_URL", &url).run("plan --format json").ended(0).json();
    assert_eq!(
        (plan["today"].as_str(), plan["changes"].as_array().map(Vec::len)),
        (Some("2026-11-21"), Some(0))
    );
}

#[test]
fn an_answer_to_a_write_from_another_day_stops_what_was_not_sent_yet() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("env: test", "env: prod");
    let world = dated(world, "/workspaces/wrkspc_lab", FAR);
    let url = front::before(&world.emulator.url(), |asked, answer| {
        if asked.starts_with("POST /v1/organizations/workspaces/wrkspc_lab") {
            answer.set("date", FAR);
        }
    });
    let world = world.env("BYLAWS_API_URL", &url);
    let ran = world.run("apply --auto-approve --parallelism 1").ended(5);
    assert!(ran.out.contains("disagree about the day"), "{ran}");
    assert_eq!(world.writes().lines().count(), 1, "{}", world.writes());
}

#[test]
fn an_answer_without_a_date_is_not_filled_in_from_this_machine() {
    let world = ending();
    let url = front::before(&world.emulator.url(), |_, answer| answer.without("date"));
    let ran = world.env("BYLAWS_API_URL", &url).run("plan").ended(1);
    assert!(ran.err.contains("has no `Date`"), "{ran}");
}

/// A service whose clock differs by years from this machine's, and does not say that it is fixed.
fn wrong_clock() -> World {
    let world = ending();
    let url = front::before(&world.emulator.url(), |_, answer| {
        answer.without("bylaws-clock");
        answer.set("date", PAST);
    });
    world.env("BYLAWS_API_URL", &url)
}

#[test]
fn clocks_that_disagree_are_told_with_both_days_and_noted_in_the_plan() {
    let world = wrong_clock();
    for line in ["plan --format json", "apply --auto-approve --format json"] {
        let ran = world.run(line).ended(0);
        assert!(
            ran.err.contains("the clocks disagree: the date is 2021-01-01 at the service and 20"),
            "{ran}"
        );
    }
    let plan = world.run("plan --format json").json();
    assert!(plan["notes"].to_string().contains("differ by more than a day"), "{plan:#}");
    assert!(world.run("plan --format markdown").out.contains("differ by more than a day"));
}

#[test]
fn a_wrong_clock_makes_guards_stricter_and_never_looser() {
    let world = World::but("dev@acme.com: developer", "dev@acme.com: {role: developer, until: 2099-06-01}");
    world.edit("uma@acme.com: user", "uma@acme.com: {role: user, until: 2099-06-01}");
    world.commit("dates");
    // Two of four people: their dates were reviewed when they were written, if the date is reliable.
    for (is_fixed, code) in [(true, 0), (false, 3)] {
        let url = front::before(&world.emulator.url(), move |_, answer| {
            answer.set("date", "Fri, 05 Jun 2099 00:00:00 GMT");
            if !is_fixed {
                answer.without("bylaws-clock");
            }
        });
        let ran = world.run(&format!("plan --base main --api-url {url}"));
        assert_eq!(ran.code, code, "{ran}");
    }
}

#[test]
fn a_day_that_somebody_gave_is_not_doubted() {
    let ran = wrong_clock().run("plan --now 2026-11-21").ended(0);
    assert!(!ran.all().contains("disagree") && !ran.all().contains("differ by"), "{ran}");
}

#[test]
fn a_snapshot_is_not_doubted() {
    let world = ending();
    world.run("snapshot --out live.json").ended(0);
    world.write("old.json", &world.read("live.json").replace("2026-11-21T09", "2021-01-01T09"));
    let ran = world.run("plan --live old.json").ended(0);
    assert!(!ran.all().contains("disagree"), "{ran}");
}

#[test]
fn a_clock_that_stands_still_is_believed_on_this_machine() {
    let ran = ending().run("plan").ended(0);
    assert_eq!(ran.err, "", "{ran}");
}

#[test]
fn the_machines_own_clock_and_zone_move_no_day() {
    let world =
        ending().env("TZ", "Pacific/Kiritimati").env("SOURCE_DATE_EPOCH", "0").env("FAKETIME", "@2030-01-01");
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["today"], "2026-11-21");
}
