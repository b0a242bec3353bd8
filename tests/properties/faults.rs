//! G: the service fails in every way it can, at every request of a run.

#![expect(clippy::cast_precision_loss, reason = "counts of requests are small")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::organization::ID;
use crate::partial::held_up;
use crate::world::{Row, World, all_or, doubled, every_kind, fixed_clock};

const APPLY: &str = "apply --auto-approve";

/// The state that an undisturbed apply of acme comes to, and how many requests it makes.
pub(crate) fn undisturbed() -> (Vec<String>, usize) {
    let world = World::every_kind_here();
    assert_eq!(world.run(APPLY).code, 0);
    (world.state(), world.ledger().len())
}

/// Applies until done, at most so often without a fault; then the state must be the whole one.
pub(crate) fn completed(world: &World, whole: &[String], runs: usize) -> Result<(), String> {
    let mut last = String::new();
    for _ in 0..runs {
        let ran = world.run(APPLY);
        last = ran.to_string();
        if ran.code == 0 {
            break;
        }
    }
    let state = world.state();
    if !doubled(&state).is_empty() {
        return Err(format!("created twice: {:?}\n{last}", doubled(&state)));
    }
    if state != whole {
        let differs: Vec<&String> = state
            .iter()
            .filter(|line| !whole.contains(line))
            .chain(whole.iter().filter(|line| !state.contains(line)))
            .collect();
        return Err(format!("another end: {differs:?}\n{last}"));
    }
    Ok(())
}

#[test]
fn g1_a_requested_wait_is_kept_within_a_tenth_and_shown() {
    let mut row = Row::default();
    // The emulator's clock stands at 09:00:00, and dates are told by it.
    for (headers, ideal) in [
        (json!({"retry-after": "2"}), Some(2.0)),
        (json!({"retry-after": "30"}), Some(30.0)),
        (json!({"retry-after": "Sat, 21 Nov 2026 09:00:20 GMT"}), Some(20.0)),
        (json!({"retry-after-ms": "1500"}), Some(1.5)),
        (json!({"retry-after": "-5"}), None),
        (json!({"retry-after": "soon"}), None),
        (json!({}), None),
    ] {
        let world = World::example_here("minimal");
        world.faults(&json!([{ "path": "/v1/organizations/users", "nth": 1, "then": {"status": 429, "headers": headers} }]));
        let ran = world.run("-v plan");
        let took = ran.took.as_secs_f64();
        let fits = match ideal {
            Some(ideal) => took >= ideal && took <= ideal * 1.1 + 0.1,
            // Without a usable figure the client waits as it thinks fit: some, and not long.
            None => took < 60.0,
        };
        row.case(ran.code == 0 && fits, || format!("{headers}: {took:.1} s\n{ran}"));
    }
    let world = World::example_here("minimal");
    world.faults(&json!([{ "path": "/v1/organizations/users", "then": {"status": 429, "headers": {"retry-after": "86400"}} }]));
    let ran = world.run("plan");
    row.case(ran.code == 1 && ran.took < Duration::from_secs(1) && ran.err.contains("--max-wait"), || {
        ran.to_string()
    });
}

#[test]
fn g2_changes_at_60_requests_a_minute_take_at_most_110_percent_of_the_ideal_time() {
    let mut row = Row::default();
    let changes = all_or(200, 1_000);
    let users: Vec<Value> = (0..changes)
        .map(|n| json!({ "id": format!("user_01{n:05}"), "email": format!("p{n:05}@acme.com"), "role": "user" }))
        .collect();
    let state = json!({ "organization": { "id": ID, "name": "Acme" }, "users": users });
    let world = World::here_with(Options {
        state: Seed::from_value(fixed_clock(state)).unwrap(),
        rate_limit: Some(60),
        ..Options::default()
    });
    let mut files = format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n");
    for n in 0..changes {
        let _ = writeln!(files, "  p{n:05}@acme.com: claude_code_user");
    }
    files += "guards: {access_loss: {max: 100000, share: 100%}}\n";
    // One person stays: nothing may change everybody's access.
    world.write("bylaws.yaml", &files.replacen("claude_code_user", "user", 1));
    let ran = world.run(APPLY);
    let ledger = world.ledger();
    let done = world.written().iter().filter(|entry| entry.status == Some(200)).count();
    let answered = ledger.iter().filter(|entry| entry.status != Some(429)).count();
    // A full bucket of 60 at the start, then one a second.
    let ideal = answered.saturating_sub(60) as f64;
    let took = ran.took.as_secs_f64();
    row.case(ran.code == 0 && done == changes - 1, || ran.to_string());
    row.case(took <= ideal * 1.1, || format!("{took:.0} s, ideal {ideal:.0} s"));
    let refused = ledger.len() - answered;
    row.figure(format!(
        "{} changes, {answered} requests in {took:.0} s of an ideal {ideal:.0} s, {refused} told to wait",
        changes - 1
    ));
}

/// 150 people change role, and 150 memberships change, in 40 workspaces; every answer takes 150 ms.
#[test]
fn g15_an_apply_needs_at_most_a_quarter_more_requests_than_changes_and_half_more_at_a_rate_limit() {
    const WORKSPACES: usize = 40;
    let mut row = Row::default();
    for (people, rate_limit, most) in [(150, None, 1.25), (150, Some(100), 1.5), (50, Some(100), 1.5)] {
        let mut files = format!(
            "bylaws: 1\norganization: {{id: {ID}}}\nguards: {{access_loss: {{max: 100000, share: 100%}}}}\nmembers:\n"
        );
        let (mut users, mut members, mut workspaces) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..people {
            users.push(
                json!({ "id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "user" }),
            );
            let _ = writeln!(files, "  p{n}@acme.com: developer");
        }
        files += "workspaces:\n";
        for w in 0..WORKSPACES {
            workspaces.push(json!({ "id": format!("wrkspc_{w}"), "name": format!("w{w}") }));
            let _ = writeln!(files, "  w{w}:\n    members:");
            for n in (w..people).step_by(WORKSPACES) {
                members.push(json!({ "workspace_id": format!("wrkspc_{w}"), "user_id": format!("user_{n}"), "workspace_role": "workspace_user" }));
                let _ = writeln!(files, "      p{n}@acme.com: workspace_developer");
            }
            if w >= people {
                let _ = writeln!(files, "      {{}}");
            }
        }
        let state = json!({
            "organization": { "id": ID, "name": "Acme" }, "users": users, "workspaces": workspaces,
            "workspace_members": members,
        });
        let world = World::here_with(Options {
            state: Seed::from_value(state).unwrap(),
            latency: Duration::from_millis(150),
            rate_limit,
            ..Options::default()
        });
        world.write("bylaws.yaml", &files);
        let ran = world.run(APPLY);
        let ledger = world.ledger();
        let reading = 1 + 1 + 1 + 2 + WORKSPACES;
        let beyond = ledger.len() - reading;
        let per_change = beyond as f64 / (2 * people) as f64;
        let done = world.written().iter().filter(|entry| entry.status == Some(200)).count();
        row.case(ran.code == 0 && done == 2 * people, || ran.to_string());
        row.case(per_change <= most, || format!("{rate_limit:?} a minute: {per_change:.2} per change"));
        row.figure(format!(
            "{} changes, {}: {per_change:.2} requests each in {:.0} s",
            2 * people,
            rate_limit.map_or("no limit".to_owned(), |limit| format!("{limit} requests a minute")),
            ran.took.as_secs_f64()
        ));
    }
}

#[test]
fn g3_reads_that_fail_one_in_five_times_do_not_fail_a_plan() {
    let mut row = Row::default();
    for (percent, counted) in [(5, true), (20, true), (50, false)] {
        let mut succeeded = 0;
        let runs = all_or(20, 200);
        for seed in 0..runs {
            let world = World::every_kind_here();
            let chance = f64::from(percent) / 100.0;
            world.faults(&json!([{ "method": "GET", "path": "**", "probability": chance, "seed": seed, "then": {"status": 503} }]));
            let ran = world.run("plan");
            succeeded += u64::from(ran.code == 0);
            if counted {
                row.case(ran.code == 0, || format!("{percent} %, seed {seed}: {ran}"));
            }
        }
        row.figure(format!("{percent} % failing: {succeeded} of {runs} plans"));
    }
}

#[test]
fn g4_after_a_lost_response_to_a_create_exactly_one_object_exists() {
    let mut row = Row::default();
    let (whole, _) = undisturbed();
    let world = World::every_kind_here();
    let seed = every_kind();
    world.run(APPLY);
    let creates = |path: &str| {
        ["/invites", "/workspaces", "/members", "/external_keys"].iter().any(|end| path.ends_with(end))
    };
    let paths: Vec<String> =
        world.written().iter().map(|entry| entry.path.clone()).filter(|path| creates(path)).collect();
    let mut seen = BTreeSet::new();
    for (n, path) in paths.iter().enumerate() {
        let nth = paths[..=n].iter().filter(|earlier| *earlier == path).count();
        for fault in ["drop_after", "truncate"] {
            world.reset(&seed);
            // Ids of what a run makes follow from what is there: the same in every run.
            world.faults(&json!([{ "method": "POST", "path": path, "nth": nth, "then": fault }]));
            let ran = world.run(APPLY);
            let sent = world.written().iter().filter(|entry| entry.path == *path).count();
            let told = if ran.code == 0 { Ok(()) } else { Err(ran.to_string()) };
            row.told(
                &format!("{fault} at {path} number {nth}"),
                told.and_then(|()| completed(&world, &whole, 1)),
            );
            seen.insert((path.clone(), sent));
        }
    }
    row.figure(format!("{} creates", paths.len()));
}

#[test]
fn g5_after_any_fault_at_any_request_the_next_run_completes() {
    let mut row = Row::default();
    let (whole, requests) = undisturbed();
    let world = World::every_kind_here();
    let seed = every_kind();
    let faults = [
        json!("drop_before"),
        json!("drop_after"),
        json!("truncate"),
        json!({"latency_ms": 3_600_000}),
        json!({"status": 500}),
        json!({"status": 503}),
        json!({"status": 529}),
        json!({"status": 409, "error_code": "concurrent_membership_change"}),
        json!({"status": 404}),
    ];
    let step = all_or(7, 1);
    for (n, fault) in faults.iter().enumerate() {
        for index in (1 + n % step..=requests).step_by(step) {
            world.reset(&seed);
            world.faults(&json!([{ "path": "**", "nth": index, "then": fault }]));
            let first = world.run(APPLY);
            let hung = first.took > Duration::from_mins(30);
            world.faults(&json!([]));
            let told =
                if hung { Err(format!("took {:?}", first.took)) } else { completed(&world, &whole, 2) };
            row.told(&format!("{fault} at request {index} (exit {})", first.code), told);
        }
    }
    row.figure(format!("{} faults at {requests} requests", faults.len()));
}

#[test]
fn g6_reads_that_lag_behind_writes_cause_no_duplicates() {
    let mut row = Row::default();
    let (whole, _) = undisturbed();
    let seed = every_kind();
    let world = World::every_kind_here();
    for lag in [100, 1_000, 5_000, 60_000] {
        for fault in ["", "drop_after"] {
            for nth in 1..=all_or(3, 12) {
                world.reset(&seed);
                let mut rules =
                    vec![json!({ "method": "POST", "path": "**", "then": {"stale_for_ms": lag} })];
                if !fault.is_empty() {
                    rules.insert(0, json!({ "method": "POST", "path": "**", "nth": nth, "then": fault }));
                }
                world.faults(&Value::Array(rules));
                let first = world.run(APPLY);
                world.faults(&json!([]));
                // Nobody applies again before the lists have caught up.
                world.sleep(Duration::from_millis(lag));
                row.told(
                    &format!("lists {lag} ms old, {fault:?} at write {nth} (exit {})", first.code),
                    completed(&world, &whole, 3),
                );
                if fault.is_empty() {
                    break;
                }
            }
        }
    }
}

#[test]
fn g9_a_removal_of_what_is_gone_is_done_and_a_change_of_it_is_named() {
    let mut row = Row::default();
    for (then, from, to, code) in [("none", "user", "removal", 0), ("developer", "user", "change", 5)] {
        let state = json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [
                { "id": "user_a", "email": "ada@acme.com", "role": from },
                { "id": "user_b", "email": "bob@acme.com", "role": "user" },
                { "id": "user_c", "email": "cai@acme.com", "role": "user" },
            ],
        });
        let world = World::here(state);
        world.write(
            "bylaws.yaml",
            &format!(
                "bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{ada@acme.com: {then}, bob@acme.com: developer, cai@acme.com: user}}\n"),
        );
        let begun = world.state_json();
        let nobody = json!({ "path": "/v1/organizations/users/user_a", "then": {"status": 404} });
        for is_gone in [true, false] {
            world.reset(&begun);
            // The service does not find the person: because they are gone, or for another reason.
            world.faults(&json!([nobody, { "path": "**", "then": {"latency_ms": 20} }]));
            let leave = async {
                while is_gone && world.ledger().iter().all(|entry| entry.path != "/v1/organizations/users") {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
                if is_gone {
                    world.drift(|state| state.users.retain(|user| user.id != "user_a"));
                }
                std::future::pending::<()>().await;
            };
            let ran = world.beside(APPLY, leave);
            let bob = world.state().contains(&"bob@acme.com developer".to_owned());
            let code = if is_gone { code } else { 5 };
            let is_named = code == 0 || ran.out.contains("member/ada@acme.com");
            row.case(ran.code == code && bob && is_named, || format!("{to}, gone {is_gone}: {ran}"));
        }
    }
}

#[test]
fn g11_a_credential_that_expires_during_a_run_stops_it_and_the_next_run_completes() {
    let mut row = Row::default();
    let (whole, requests) = undisturbed();
    let seed = every_kind();
    let world = World::every_kind_here();
    for index in 1..=requests {
        world.reset(&seed);
        // From then on for good; no run makes so many requests more.
        let ended =
            (index..=index + 60).map(|nth| json!({ "path": "**", "nth": nth, "then": {"status": 401} }));
        world.faults(&ended.collect());
        let ran = world.run(APPLY);
        let after = world.ledger().len();
        let stopped = matches!(ran.code, 1 | 5) && after <= index + 12;
        world.faults(&json!([]));
        let told =
            if stopped { completed(&world, &whole, 1) } else { Err(format!("{after} requests\n{ran}")) };
        row.told(&format!("401 at request {index}"), told);
    }
}

#[test]
fn g13_an_invite_without_a_free_licence_is_named_and_the_others_go_on() {
    let mut row = Row::default();
    let (whole, _) = undisturbed();
    let seed = every_kind();
    let world = World::every_kind_here();
    world.run(APPLY);
    let invites = world.written().iter().filter(|entry| entry.path.ends_with("/invites")).count();
    for nth in 1..=invites {
        world.reset(&seed);
        world.faults(&json!([{
            "method": "POST", "path": "/v1/organizations/invites", "nth": nth,
            "then": {"status": 400, "error_code": "org_member_limit_exceeded"}
        }]));
        let ran = world.run("apply --auto-approve --format json");
        world.faults(&json!([]));
        let others_go_on = matches!(ran.code, 0 | 5) && held_up(&ran.json()).is_empty();
        let told = if others_go_on { completed(&world, &whole, 1) } else { Err(ran.to_string()) };
        row.told(&format!("invite {nth}"), told);
    }
}

/// Two or three workspaces, or keys, of one name: blocked with every id, and nothing sent for them.
#[test]
fn g10_ambiguous_names_are_never_guessed() {
    let mut row = Row::default();
    for copies in [2, 3] {
        let ids: Vec<String> = (0..copies).map(|n| format!("wrkspc_{n}")).collect();
        let keys: Vec<String> = (0..copies).map(|n| format!("apikey_{n}")).collect();
        for (ids, wanted) in [
            (
                &ids,
                "workspaces: {lab: {display_color: \"#112233\", members: {ada@acme.com: workspace_user}}}",
            ),
            (&ids, "workspaces: {lab: {state: archived}}"),
            (&keys, "workspaces: {ops: {api_keys: {ci: inactive}}}"),
        ] {
            let workspaces = (0..copies).map(|n| json!({ "id": format!("wrkspc_{n}"), "name": "lab" }));
            let of_name =
                |n: usize| json!({ "id": format!("apikey_{n}"), "name": "ci", "workspace_id": "wrkspc_ops" });
            let world = World::here(json!({
                "organization": { "id": ID, "name": "Acme" },
                "users": [{ "id": "user_a", "email": "ada@acme.com", "role": "user" }],
                "workspaces": workspaces.chain([json!({ "id": "wrkspc_ops", "name": "ops" })]).collect::<Vec<_>>(),
                "api_keys": (0..copies).map(of_name).collect::<Vec<_>>(),
            }));
            world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\n{wanted}\n"));
            let ran = world.run("plan");
            let is_named = ids.iter().all(|id| ran.out.contains(id.as_str()));
            row.case(is_named, || format!("{wanted}: {ran}"));
            let ran = world.run("apply --auto-approve");
            row.case(world.written().is_empty(), || format!("{wanted}: {ran}"));
        }
    }
}
