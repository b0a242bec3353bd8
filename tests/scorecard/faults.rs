//! G: the service fails in every way it can, at every request of a run.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::card::{Profile, Row, Tally};
use crate::lag;
use crate::partial::held_up;
use crate::stage::{Stage, doubled, fixed_clock, live};
use crate::unknown;
use crate::wire;

const APPLY: &str = "apply --auto-approve";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("G1", "a wait that the service asks for is kept, within a tenth, and said", waits),
        Row::new(
            "G2",
            "1,000 changes at 60 requests a minute: none fails, in 110 % of the ideal time",
            sustained,
        ),
        Row::new(
            "G3",
            "reads that fail with 5xx, one in twenty or one in five, do not fail a plan",
            failing_reads,
        ),
        Row::new("G4", "an answer lost after a create: exactly one of each is there", lost_creates),
        Row::new("G5", "any fault at any request of a run: it ends, and the next run completes it", anywhere),
        Row::new("G6", "reads that lag behind writes: the end is right, nothing is created twice", lagging),
        Row::new(
            "G7",
            "what is not to be found right after it was made is waited for, not for ever, and named",
            lag::waited_for,
        ),
        Row::new("G8", "unknown roles, states and fields are kept and shown, never rewritten", unknown::kept),
        Row::new(
            "G9",
            "what vanishes between list and write: a removal is done, a change is named; a 404 for what is still listed is neither",
            vanishing,
        ),
        Row::new("G10", "names that are not unique are never guessed", two_of_a_name),
        Row::new(
            "G11",
            "a credential that ends in the middle: a clean stop, and the next run completes it",
            credential,
        ),
        Row::timed(
            "G12",
            "the credential goes to no other host, wherever an answer points",
            wire::nowhere_else,
        ),
        Row::new("G13", "no free paid place: named, and the others go on", no_membership),
        Row::new(
            "G15",
            "an apply costs little more than one request per change: at most 1.25, and 1.5 at 100 requests a minute",
            thrifty,
        ),
        Row::timed(
            "G14",
            "answers without an end, compressed or nested without measure: bounded memory, and an error",
            wire::bounded,
        ),
    ]
}

/// The state that an undisturbed apply of acme comes to, and how many requests it makes.
pub(crate) fn undisturbed() -> (Vec<String>, usize) {
    let stage = Stage::example("acme");
    assert_eq!(stage.run(APPLY).code, 0);
    (stage.state(), stage.emulator.ledger().len())
}

/// Applies until done, at most so often without a fault; then the state must be the whole one.
pub(crate) fn completed(stage: &Stage, whole: &[String], runs: usize) -> Result<(), String> {
    let mut last = String::new();
    for _ in 0..runs {
        let ran = stage.run(APPLY);
        last = ran.all();
        if ran.code == 0 {
            break;
        }
    }
    let state = stage.state();
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

fn waits(tally: &mut Tally, _: Profile) {
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
        let stage = Stage::example("minimal");
        stage.faults(&json!([{ "path": "/v1/organizations/users", "nth": 1, "then": {"status": 429, "headers": headers} }]));
        let ran = stage.run("-v plan");
        let took = ran.took.as_secs_f64();
        let fits = match ideal {
            Some(ideal) => took >= ideal && took <= ideal * 1.1 + 0.1,
            // Without a usable figure the client waits as it thinks fit: some, and not long.
            None => took < 60.0,
        };
        tally.case(ran.code == 0 && fits, || format!("{headers}: {took:.1} s\n{}", ran.all()));
    }
    let stage = Stage::example("minimal");
    stage.faults(&json!([{ "path": "/v1/organizations/users", "then": {"status": 429, "headers": {"retry-after": "86400"}} }]));
    let ran = stage.run("plan");
    tally.case(ran.code == 1 && ran.took < Duration::from_secs(1) && ran.err.contains("--max-wait"), || {
        ran.all()
    });
}

fn sustained(tally: &mut Tally, profile: Profile) {
    let changes = usize::try_from(profile.cases(200, 1_000)).unwrap();
    let users: Vec<Value> = (0..changes)
        .map(|n| json!({ "id": format!("user_01{n:05}"), "email": format!("p{n:05}@acme.com"), "role": "user" }))
        .collect();
    let state = json!({ "organization": { "id": crate::organization::ID, "name": "Acme" }, "users": users });
    let stage = Stage::new(Options {
        state: Seed::from_value(fixed_clock(state)).unwrap(),
        rate_limit: Some(60),
        ..Options::default()
    });
    let mut files = format!("bylaws: 1\norganization: {{id: {}}}\nmembers:\n", crate::organization::ID);
    for n in 0..changes {
        let _ = writeln!(files, "  p{n:05}@acme.com: claude_code_user");
    }
    files += "guards: {access_loss: {max: 100000, share: 100%}}\n";
    // One person stays: nothing may change everybody's access.
    stage.write("bylaws.yaml", &files.replacen("claude_code_user", "user", 1));
    let ran = stage.run(APPLY);
    let ledger = stage.emulator.ledger();
    let done = stage.writes().iter().filter(|entry| entry.status == Some(200)).count();
    let answered = ledger.iter().filter(|entry| entry.status != Some(429)).count();
    // A full bucket of 60 at the start, then one a second.
    let ideal = answered.saturating_sub(60) as f64;
    let took = ran.took.as_secs_f64();
    tally.case(ran.code == 0 && done == changes - 1, || ran.all());
    tally.case(took <= ideal * 1.1, || format!("{took:.0} s, ideal {ideal:.0} s"));
    let refused = ledger.len() - answered;
    tally.figure(format!(
        "{} changes, {answered} requests in {took:.0} s of an ideal {ideal:.0} s, {refused} told to wait",
        changes - 1
    ));
}

/// 150 people change role, and 150 memberships change, in 40 workspaces; every answer takes 150 ms.
fn thrifty(tally: &mut Tally, _: Profile) {
    const WORKSPACES: usize = 40;
    let id = crate::organization::ID;
    for (people, rate_limit, most) in [(150, None, 1.25), (150, Some(100), 1.5), (50, Some(100), 1.5)] {
        let mut files = format!(
            "bylaws: 1\norganization: {{id: {id}}}\nguards: {{access_loss: {{max: 100000, share: 100%}}}}\nmembers:\n"
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
            "organization": { "id": id, "name": "Acme" }, "users": users, "workspaces": workspaces,
            "workspace_members": members,
        });
        let stage = Stage::new(Options {
            state: Seed::from_value(state).unwrap(),
            latency: Duration::from_millis(150),
            rate_limit,
            ..Options::default()
        });
        stage.write("bylaws.yaml", &files);
        let ran = stage.run(APPLY);
        let ledger = stage.emulator.ledger();
        let reading = 1 + 1 + 1 + 2 + WORKSPACES;
        let beyond = ledger.len() - reading;
        let per_change = beyond as f64 / (2 * people) as f64;
        let done = stage.writes().iter().filter(|entry| entry.status == Some(200)).count();
        tally.case(ran.code == 0 && done == 2 * people, || ran.all());
        tally.case(per_change <= most, || format!("{rate_limit:?} a minute: {per_change:.2} per change"));
        tally.figure(format!(
            "{} changes, {}: {per_change:.2} requests each in {:.0} s",
            2 * people,
            rate_limit.map_or("no limit".to_owned(), |limit| format!("{limit} requests a minute")),
            ran.took.as_secs_f64()
        ));
    }
}

fn failing_reads(tally: &mut Tally, profile: Profile) {
    for (percent, counted) in [(5, true), (20, true), (50, false)] {
        let mut succeeded = 0;
        let runs = profile.cases(20, 200);
        for seed in 0..runs {
            let stage = Stage::example("acme");
            let chance = f64::from(percent) / 100.0;
            stage.faults(&json!([{ "method": "GET", "path": "**", "probability": chance, "seed": seed, "then": {"status": 503} }]));
            let ran = stage.run("plan");
            succeeded += u64::from(ran.code == 0);
            if counted {
                tally.case(ran.code == 0, || format!("{percent} %, seed {seed}: {}", ran.all()));
            }
        }
        tally.figure(format!("{percent} % failing: {succeeded} of {runs} plans"));
    }
}

fn lost_creates(tally: &mut Tally, _: Profile) {
    let (whole, _) = undisturbed();
    let stage = Stage::example("acme");
    let seed = live("acme");
    stage.run(APPLY);
    let creates = |path: &str| {
        path.ends_with("/invites") || path.ends_with("/workspaces") || path.ends_with("/members")
    };
    let paths: Vec<String> =
        stage.writes().iter().map(|entry| entry.path.clone()).filter(|path| creates(path)).collect();
    let mut seen = BTreeSet::new();
    for (n, path) in paths.iter().enumerate() {
        let nth = paths[..=n].iter().filter(|earlier| *earlier == path).count();
        for fault in ["drop_after", "truncate"] {
            stage.reset(&seed);
            // Ids of what a run makes follow from what is there: the same in every run.
            stage.faults(&json!([{ "method": "POST", "path": path, "nth": nth, "then": fault }]));
            let ran = stage.run(APPLY);
            let sent = stage.writes().iter().filter(|entry| entry.path == *path).count();
            let told = if ran.code == 0 { Ok(()) } else { Err(ran.all()) };
            tally.told(
                &format!("{fault} at {path} number {nth}"),
                told.and_then(|()| completed(&stage, &whole, 1)),
            );
            seen.insert((path.clone(), sent));
        }
    }
    tally.figure(format!("{} creates", paths.len()));
}

fn anywhere(tally: &mut Tally, profile: Profile) {
    let (whole, requests) = undisturbed();
    let stage = Stage::example("acme");
    let seed = live("acme");
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
    let step = usize::try_from(profile.cases(7, 1)).unwrap();
    for (n, fault) in faults.iter().enumerate() {
        for index in (1 + n % step..=requests).step_by(step) {
            stage.reset(&seed);
            stage.faults(&json!([{ "path": "**", "nth": index, "then": fault }]));
            let first = stage.run(APPLY);
            let hung = first.took > Duration::from_mins(30);
            stage.faults(&json!([]));
            let told =
                if hung { Err(format!("took {:?}", first.took)) } else { completed(&stage, &whole, 2) };
            tally.told(&format!("{fault} at request {index} (exit {})", first.code), told);
        }
    }
    tally.figure(format!("{} faults at {requests} requests", faults.len()));
}

fn lagging(tally: &mut Tally, profile: Profile) {
    let (whole, _) = undisturbed();
    let seed = live("acme");
    let stage = Stage::example("acme");
    for lag in [100, 1_000, 5_000, 60_000] {
        for fault in ["", "drop_after"] {
            for nth in 1..=profile.cases(3, 12) {
                stage.reset(&seed);
                let mut rules =
                    vec![json!({ "method": "POST", "path": "**", "then": {"stale_for_ms": lag} })];
                if !fault.is_empty() {
                    rules.insert(0, json!({ "method": "POST", "path": "**", "nth": nth, "then": fault }));
                }
                stage.faults(&Value::Array(rules));
                let first = stage.run(APPLY);
                stage.faults(&json!([]));
                // Nobody applies again before the lists have caught up.
                stage.wait(Duration::from_millis(lag));
                tally.told(
                    &format!("lists {lag} ms old, {fault:?} at write {nth} (exit {})", first.code),
                    completed(&stage, &whole, 3),
                );
                if fault.is_empty() {
                    break;
                }
            }
        }
    }
}

fn vanishing(tally: &mut Tally, _: Profile) {
    for (then, from, to, code) in [("none", "user", "removal", 0_u8), ("developer", "user", "change", 5)] {
        let state = json!({
            "organization": { "id": crate::organization::ID, "name": "Acme" },
            "users": [
                { "id": "user_a", "email": "ada@acme.com", "role": from },
                { "id": "user_b", "email": "bob@acme.com", "role": "user" },
                { "id": "user_c", "email": "cai@acme.com", "role": "user" },
            ],
        });
        let stage = Stage::live(state);
        stage.write(
            "bylaws.yaml",
            &format!(
                "bylaws: 1\norganization: {{id: {}}}\nmembers: {{ada@acme.com: {then}, bob@acme.com: developer, cai@acme.com: user}}\n",
                crate::organization::ID
            ),
        );
        let begun = serde_json::to_value(stage.emulator.state()).unwrap();
        let nobody = json!({ "path": "/v1/organizations/users/user_a", "then": {"status": 404} });
        for is_gone in [true, false] {
            stage.reset(&begun);
            // The service does not find the person: because they are gone, or for another reason.
            stage.faults(&json!([nobody, { "path": "**", "then": {"latency_ms": 20} }]));
            let leave = async {
                while is_gone
                    && stage.emulator.ledger().iter().all(|entry| entry.path != "/v1/organizations/users")
                {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                tokio::time::sleep(Duration::from_millis(30)).await;
                if is_gone {
                    let mut now = serde_json::to_value(stage.emulator.state()).unwrap();
                    now["users"].as_array_mut().unwrap().retain(|user| user["id"] != "user_a");
                    stage.emulator.set_state(Seed::from_value(now).unwrap()).unwrap();
                }
                std::future::pending::<()>().await;
            };
            let ran = stage.beside(APPLY, leave);
            let bob = stage.state().contains(&"bob@acme.com developer".to_owned());
            let code = if is_gone { code } else { 5 };
            let is_named = code == 0 || ran.out.contains("member/ada@acme.com");
            tally
                .case(ran.code == code && bob && is_named, || format!("{to}, gone {is_gone}: {}", ran.all()));
        }
    }
}

fn credential(tally: &mut Tally, _: Profile) {
    let (whole, requests) = undisturbed();
    let seed = live("acme");
    let stage = Stage::example("acme");
    for index in 1..=requests {
        stage.reset(&seed);
        // From then on for good; no run makes so many requests more.
        let ended =
            (index..=index + 60).map(|nth| json!({ "path": "**", "nth": nth, "then": {"status": 401} }));
        stage.faults(&ended.collect());
        let ran = stage.run(APPLY);
        let after = stage.emulator.ledger().len();
        let stopped = matches!(ran.code, 1 | 5) && after <= index + 12;
        stage.faults(&json!([]));
        let told = if stopped {
            completed(&stage, &whole, 1)
        } else {
            Err(format!("{after} requests\n{}", ran.all()))
        };
        tally.told(&format!("401 at request {index}"), told);
    }
}

fn no_membership(tally: &mut Tally, _: Profile) {
    let (whole, _) = undisturbed();
    let seed = live("acme");
    let stage = Stage::example("acme");
    stage.run(APPLY);
    let invites = stage.writes().iter().filter(|entry| entry.path.ends_with("/invites")).count();
    for nth in 1..=invites {
        stage.reset(&seed);
        stage.faults(&json!([{
            "method": "POST", "path": "/v1/organizations/invites", "nth": nth,
            "then": {"status": 400, "error_code": "org_member_limit_exceeded"}
        }]));
        let ran = stage.run("apply --auto-approve --format json");
        stage.faults(&json!([]));
        let others_go_on = matches!(ran.code, 0 | 5) && held_up(&ran.json()).is_empty();
        let told = if others_go_on { completed(&stage, &whole, 1) } else { Err(ran.all()) };
        tally.told(&format!("invite {nth}"), told);
    }
}

/// Two or three workspaces, or keys, of one name: blocked with every id, and nothing sent for them.
fn two_of_a_name(tally: &mut Tally, _: Profile) {
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
            let stage = Stage::live(json!({
                "organization": { "id": crate::organization::ID, "name": "Acme" },
                "users": [{ "id": "user_a", "email": "ada@acme.com", "role": "user" }],
                "workspaces": workspaces.chain([json!({ "id": "wrkspc_ops", "name": "ops" })]).collect::<Vec<_>>(),
                "api_keys": (0..copies).map(of_name).collect::<Vec<_>>(),
            }));
            stage.write(
                "bylaws.yaml",
                &format!("bylaws: 1\norganization: {{id: {}}}\n{wanted}\n", crate::organization::ID),
            );
            let ran = stage.run("plan");
            let is_named = ids.iter().all(|id| ran.out.contains(id.as_str()));
            tally.case(is_named, || format!("{wanted}: {}", ran.all()));
            let ran = stage.run("apply --auto-approve");
            tally.case(stage.writes().is_empty(), || format!("{wanted}: {}", ran.all()));
        }
    }
}
