//! The pace: whatever the service answers, the next round waits until its requests are a fifth of the limit.

use std::time::Duration;

use serde_json::{Value, json};

use crate::looping::Looping;
use crate::site::Site;
use crate::world::{FILES, acme, wait};

/// A fifth of 100 requests a minute: each takes three seconds.
const SECONDS_PER_REQUEST: f64 = 3.0;

/// Returns the seconds from the end of the last round to the next, as the controller planned them.
fn planned(site: &Site) -> f64 {
    let time = |name: &str| site.status()[name].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    assert!(wait(|| time("next_round").is_some()));
    time("next_round").unwrap().duration_since(time("last_round").unwrap()).as_secs_f64()
}

#[test]
fn the_next_round_waits_for_its_share_whatever_the_service_answers() {
    let burst = |then: Value| json!([{"method": "GET", "path": "**", "every": 2, "then": then}]);
    let all = |then: Value| json!([{"method": "GET", "path": "**", "every": 1, "then": then}]);
    for (name, faults, reason, least) in [
        ("none", json!([]), "InSync", 540.0),
        ("429", burst(json!({"status": 429, "headers": {"retry-after": "1"}})), "InSync", 540.0),
        (
            "429 for long",
            all(json!({"status": 429, "headers": {"retry-after": "900"}})),
            "ServiceUnavailable",
            900.0,
        ),
        ("5xx", burst(json!({"status": 503})), "InSync", 540.0),
        (
            "5xx for long",
            all(json!({"status": 503, "headers": {"retry-after": "700"}})),
            "ServiceUnavailable",
            700.0,
        ),
        ("lost", burst(json!("drop_before")), "InSync", 540.0),
        ("401", all(json!({"status": 401})), "Unauthorized", 540.0),
    ] {
        let site = Site::settled("mode: apply");
        site.world.faults(&faults);
        let looping = Looping::start(&site);
        assert_eq!(looping.event("round")["reason"], reason, "{name}");
        let requests = site.world.ledger().len();
        assert!(requests > 0, "{name}");
        let share = f64::from(u32::try_from(requests).unwrap()) * SECONDS_PER_REQUEST;
        let planned = planned(&site);
        assert!(planned >= share && planned >= least, "{name}: {requests} requests, {planned} s");
    }
}

#[test]
fn a_failed_round_is_repeated_early_but_not_faster_than_its_share() {
    let (mut live, mut files) = (acme(), FILES.to_owned());
    for n in 0..12 {
        let workspace = json!({"id": format!("wrkspc_{n}"), "name": format!("w{n}")});
        live["workspaces"].as_array_mut().unwrap().push(workspace);
        files = files.replace("unlisted:\n", &format!("  w{n}: {{}}\nunlisted:\n"));
    }
    let site = Site::of(live, &files, "mode: apply");
    site.once().ended(0);
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.world.faults(&json!([{"method": "POST", "path": "**", "every": 1, "then": {"status": 400}}]));
    site.world.emulator.clear_ledger();
    let looping = Looping::start(&site);
    assert_eq!(looping.event("round")["reason"], "RoundFailed");
    let requests = site.world.ledger().len();
    let share = f64::from(u32::try_from(requests).unwrap()) * SECONDS_PER_REQUEST;
    let planned = planned(&site);
    // Otherwise it would be repeated after 30 seconds.
    assert!(share > 33.0, "{requests}");
    assert!(planned >= share && planned < 540.0, "{requests} requests, {planned} s");
}

#[test]
fn a_hundred_posts_to_the_hook_do_not_break_the_pace() {
    let site = Site::settled("mode: apply");
    site.world.write("token", "open sesame");
    let text = site.world.read("controller.yaml") + "hook: {token_file: token}\n";
    site.world.write("controller.yaml", &text);
    let looping = Looping::start(&site);
    looping.event("round");
    let requests = site.world.ledger().len();
    assert!(f64::from(u32::try_from(requests).unwrap()) * SECONDS_PER_REQUEST > 6.0, "{requests}");
    for _ in 0..100 {
        assert_eq!(looping.request("POST", "/hook", "Authorization: Bearer open sesame\r\n").0, 202);
    }
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(site.world.ledger().len(), requests, "the next round waits for its share");
    // A person does not wait.
    site.world.run("controller run acme").ended(0);
    looping.event("round");
    assert!(site.world.ledger().len() > requests);
}
