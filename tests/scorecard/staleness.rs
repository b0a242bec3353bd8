//! E: what was reviewed is what is applied, and nobody's work is overwritten unseen.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};

use bylaws_emulator::{Emulator, FaultRule, Options, Seed};
use serde_json::{Value, json};

use crate::bound;
use crate::card::{Profile, Row, Tally};
use crate::crash;
use crate::dice::Dice;
use crate::faults::undisturbed;
use crate::organization::ID;
use crate::saved_plans;
use crate::stage::{KEY, Stage, doubled, example, live, state_of};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "E1",
            "a saved plan: touched is refused, untouched goes on, done already is done",
            saved_plans::row,
        ),
        Row::new(
            "E2",
            "a saved plan of another version, format, organization, day or set of files is refused for that reason",
            bound::refused,
        ),
        Row::new("E3", "any byte of a saved plan changed: refused", flipped),
        Row::timed(
            "E4",
            "several applies at once: nobody invited twice, and one end, but for workspaces made at the same moment",
            at_once,
        ),
        Row::new("E5", "an older plan after a newer apply is refused", older),
        Row::new("E6", "a conflict is tried again, and only where nothing changed", conflicts),
        Row::new(
            "E7",
            "an edit in the Console before the reading that a write rests on, or while one waits: never overwritten, and named",
            edited,
        ),
        Row::timed(
            "E8",
            "killed at any write: nothing is left that somebody must unlock, and every command goes on",
            crash::no_lock,
        ),
        Row::not_ours(
            "E9",
            "an old report of drift is not applied",
            "no report of drift is kept: apply always reads and plans again, also with a saved plan (E1)",
        ),
    ]
}

/// One thing of every kind, and a field of each that the files change.
pub(crate) fn scene() -> (Value, String) {
    let state = json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            { "id": "user_b", "email": "bob@acme.com", "role": "developer" },
            { "id": "user_c", "email": "cai@acme.com", "role": "user" },
            { "id": "user_d", "email": "dee@acme.com", "role": "user" },
        ],
        "invites": [{ "id": "invite_e", "email": "eva@acme.com", "role": "user", "status": "pending" }],
        "workspaces": [{ "id": "wrkspc_lab", "name": "lab", "display_color": "#111111", "tags": { "env": "test" } }, { "id": "wrkspc_ops", "name": "ops" }],
        "workspace_members": [
            { "workspace_id": "wrkspc_lab", "user_id": "user_b", "workspace_role": "workspace_user" },
            { "workspace_id": "wrkspc_lab", "user_id": "user_c", "workspace_role": "workspace_user" },
        ],
        "api_keys": [{ "id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab" }, { "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab" }],
    });
    let files = format!(
        "bylaws: 1\norganization: {{id: {ID}}}\n\
         guards: {{access_loss: {{max: 50, share: 90%}}}}\n\
         members:\n  ada@acme.com: developer\n  bob@acme.com: developer\n  cai@acme.com: user\n  dee@acme.com: none\n  eva@acme.com: none\n  fox@acme.com: user\n\
         workspaces:\n  ops: {{}}\n  lab:\n    display_color: \"#222222\"\n    tags: {{env: prod}}\n\
         \x20   members: {{bob@acme.com: workspace_developer, cai@acme.com: none, ada@acme.com: workspace_user}}\n\
         \x20   api_keys: {{ci: inactive, cd: active}}\n  new: {{}}\n"
    );
    (state, files)
}

/// Every object that the plan of [`scene`] touches, touched by somebody else: where, and to what.
fn touches() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/users/0/role", json!("billing"), "update member/ada@acme.com"),
        ("/users/3/role", json!("developer"), "remove member/dee@acme.com"),
        ("/workspaces/0/display_color", json!("#333333"), "update workspace/lab"),
        ("/workspaces/0/tags", json!({ "env": "stage" }), "update workspace/lab"),
        (
            "/workspace_members/0/workspace_role",
            json!("workspace_admin"),
            "update workspace/lab/member/bob@acme.com",
        ),
        (
            "/workspace_members/1/workspace_role",
            json!("workspace_developer"),
            "remove workspace/lab/member/cai@acme.com",
        ),
        ("/api_keys/0/status", json!("archived"), "update workspace/lab/api_key/ci"),
        ("/invites/0/role", json!("developer"), "revoke invite/eva@acme.com"),
    ]
}

fn flipped(tally: &mut Tally, profile: Profile) {
    let (state, files) = scene();
    let stage = Stage::live(state);
    stage.write("bylaws.yaml", &files);
    stage.run("plan --out saved.json");
    let whole = std::fs::read(stage.path("saved.json")).unwrap();
    let mut dice = Dice::new(0xE3);
    for _ in 0..profile.cases(500, 10_000) {
        let mut bytes = whole.clone();
        let at = dice.below(bytes.len());
        bytes[at] ^= 1 << dice.below(8);
        std::fs::write(stage.path("flipped.json"), &bytes).unwrap();
        let ran = stage.run("apply --plan flipped.json");
        tally.case(ran.code != 0 && stage.writes().is_empty(), || format!("byte {at}: {}", ran.all()));
    }
}

fn older(tally: &mut Tally, _: Profile) {
    let (state, files) = scene();
    let stage = Stage::live(state);
    stage.write("bylaws.yaml", &files);
    stage.run("plan --out older.json");
    stage.write("bylaws.yaml", &files.replace("#222222", "#444444"));
    let newer = stage.run("apply --auto-approve");
    stage.emulator.clear_ledger();
    let ran = stage.run("apply --plan older.json");
    tally.case(newer.code == 0 && ran.code == 6 && stage.writes().is_empty(), || {
        format!("{}{}", newer.all(), ran.all())
    });
}

/// Somebody edits the object of change k in the Console right after write k - 1, or while the run waits because
/// the service told write k to. Every write takes longer than a list may be relied on.
fn edited(tally: &mut Tally, _: Profile) {
    let (state, files) = scene();
    let stage = Stage::live(state.clone());
    stage.write("bylaws.yaml", &files);
    let plan = stage.run("plan --format json").json();
    let changes = plan["changes"].as_array().unwrap();
    for (pointer, value, change) in touches() {
        let k = changes.iter().position(|planned| planned["id"] == change).unwrap();
        let slow = |method: &str| json!({ "method": method, "path": "**", "then": {"latency_ms": 11_000} });
        // Time for an edit between two reads: the clock jumps over it.
        let read = json!({ "method": "GET", "path": "**", "then": {"latency_ms": 20} });
        let request = &changes[k]["request"];
        for step in 0..=k {
            stage.reset(&state);
            stage.faults(&json!([read, slow("POST"), slow("DELETE")]));
            let edit = edit_beside(&stage, &state, pointer, &value, change, || stage.writes().len() >= step);
            tally.told(&format!("{change} edited after write {step}"), edit.is_respected(request, &stage));
            // One after another, whatever follows rests on a later reading.
            let is_alone = crate::stage::parallelism() == 1;
            tally.case(step == 0 || !is_alone || is_conflict(&edit.entry), || {
                format!("{change} edited after write {step}: {}", edit.entry)
            });
        }
        for wait in ["11", "60"] {
            stage.reset(&state);
            let then = json!({"status": 429, "headers": {"retry-after": wait}});
            stage.faults(&json!([
                { "method": request["method"], "path": request["path"], "nth": 1, "then": then },
                read,
            ]));
            let told = || stage.writes().iter().any(|entry| entry.status == Some(429));
            let edit = edit_beside(&stage, &state, pointer, &value, change, told);
            tally.case(is_conflict(&edit.entry), || {
                format!("{change} edited while it waited {wait} s: {}", edit.entry)
            });
        }
    }
}

/// An edit that was made beside a run.
struct Edit {
    /// What the report says of the change.
    entry: Value,
    /// How many requests had arrived when it was made.
    at: usize,
}

impl Edit {
    /// If the list was read after the edit and before the write, the write was not sent.
    fn is_respected(&self, request: &Value, stage: &Stage) -> Result<(), String> {
        let ledger = stage.emulator.ledger();
        let is_it = |entry: &bylaws_emulator::LedgerEntry| {
            request["method"] == entry.method.as_str() && request["path"] == entry.path.as_str()
        };
        let Some(written) = ledger.iter().position(is_it) else { return Ok(()) };
        let path = request["path"].as_str().unwrap_or_default();
        let list =
            path.strip_suffix("/archive").unwrap_or(path).rsplit_once('/').map_or("", |(list, _)| list);
        let is_read = |entry: &bylaws_emulator::LedgerEntry| entry.method == "GET" && entry.path == list;
        // The plan itself saw the edit.
        if ledger.iter().position(is_read).is_some_and(|first| first >= self.at) {
            return Ok(());
        }
        match ledger[..written].iter().rposition(is_read) {
            Some(read) if read < self.at => Ok(()),
            read => Err(format!(
                "edited at request {}, read {read:?}, written {written}: {}",
                self.at, self.entry
            )),
        }
    }
}

/// Applies, makes the edit once it is time, and gives what the report says of the change.
fn edit_beside(
    stage: &Stage,
    state: &Value,
    pointer: &str,
    value: &Value,
    change: &str,
    is_time: impl Fn() -> bool,
) -> Edit {
    let at = std::cell::Cell::new(0);
    let edit = async {
        while !is_time() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        at.set(stage.emulator.ledger().len());
        let mut now: Value = serde_json::from_str(&stage.emulator.state().to_json()).unwrap();
        set(&mut now, state, pointer, value);
        stage.emulator.set_state(Seed::from_value(now).unwrap()).unwrap();
        std::future::pending::<()>().await;
    };
    let report = stage.beside("apply --auto-approve --format json", edit).json();
    let entries = report["changes"].as_array().into_iter().flatten();
    let entry = entries.into_iter().find(|entry| entry["id"] == change).cloned().unwrap_or_default();
    Edit { entry, at: at.get() }
}

fn is_conflict(entry: &Value) -> bool {
    entry["outcome"] != "done"
        && entry["message"].as_str().is_some_and(|message| message.contains("after the plan was made"))
}

/// Every change of people and memberships is told once that another one is under way; meanwhile nothing happens, or
/// somebody edits the very thing.
fn conflicts(tally: &mut Tally, _: Profile) {
    let (state, files) = scene();
    let stage = Stage::live(state.clone());
    stage.write("bylaws.yaml", &files);
    let plan = stage.run("plan --format json").json();
    for (pointer, value, change) in touches() {
        let request = plan["changes"].as_array().unwrap().iter().find(|entry| entry["id"] == change).unwrap();
        let request = &request["request"];
        let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
        for is_edited in [false, true] {
            stage.reset(&state);
            stage.faults(&json!([{
                "method": method, "path": path, "nth": 1,
                "then": {"status": 409, "error_code": "concurrent_membership_change"}
            }]));
            let sent = || {
                let writes = stage.writes();
                writes.iter().filter(|entry| entry.method == method && entry.path == path).count()
            };
            let edit = async {
                while sent() == 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
                if is_edited {
                    let mut now: Value = serde_json::from_str(&stage.emulator.state().to_json()).unwrap();
                    set(&mut now, &state, pointer, &value);
                    stage.emulator.set_state(Seed::from_value(now).unwrap()).unwrap();
                }
                std::future::pending::<()>().await;
            };
            let ran = stage.beside("apply --auto-approve --format json", edit);
            let report = ran.json();
            let entry =
                report["changes"].as_array().into_iter().flatten().find(|entry| entry["id"] == change);
            let outcome = entry.map_or("", |entry| entry["outcome"].as_str().unwrap_or_default());
            let message = entry.map_or("", |entry| entry["message"].as_str().unwrap_or_default());
            let kept = message.contains("after the plan was made") && outcome == "failed" && sent() == 1;
            let done = outcome == "done" && sent() == 2;
            tally.case(if is_edited { kept } else { done }, || {
                format!("{change}, edited {is_edited}, sent {}: {entry:?}", sent())
            });
        }
    }
}

/// Sets a field of the same object, wherever it stands in the newer state.
fn set(now: &mut Value, state: &Value, pointer: &str, value: &Value) {
    let parts: Vec<&str> = pointer.split('/').collect();
    let (kind, index, field) = (parts[1], parts[2], parts[3]);
    let object = &state[kind][index.parse::<usize>().unwrap()];
    let same = |other: &&mut Value| match kind {
        "workspace_members" => {
            other["workspace_id"] == object["workspace_id"] && other["user_id"] == object["user_id"]
        }
        _ => other["id"] == object["id"],
    };
    let found = now[kind].as_array_mut().unwrap().iter_mut().find(same).unwrap();
    found[field] = value.clone();
}

/// Real processes in real time, with answers that come at random times.
fn at_once(tally: &mut Tally, profile: Profile) {
    let (whole, _) = undisturbed();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let state = || Seed::from_value(live("acme")).unwrap();
    let emulator =
        runtime.block_on(Emulator::start(Options { state: state(), ..Options::default() })).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(example("acme")).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_some_and(|end| end == "yaml") {
            std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
    }
    let command = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bylaws"));
        command
            .args(args)
            .current_dir(folder.path())
            .env_clear()
            .env("BYLAWS_API_URL", emulator.url())
            .env("ANTHROPIC_ADMIN_KEY", KEY);
        command
    };
    let start = || -> Child {
        let mut apply = command(&["apply", ".", "--auto-approve"]);
        apply.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut both_made = 0;
    for seed in 0..profile.cases(10, 500) {
        let ways = if seed % 2 == 0 { 2 } else { 8 };
        emulator.set_state(state()).unwrap();
        let late = |n: u64, ms: u64| json!({ "path": "**", "probability": 0.3, "seed": seed * 10 + n, "then": {"latency_ms": ms} });
        let rules = json!([late(1, 3), late(2, 17), late(3, 41)]);
        emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
        let children: Vec<Child> = (0..ways).map(|_| start()).collect();
        let mut reports = String::new();
        for child in children {
            reports += &String::from_utf8_lossy(&child.wait_with_output().unwrap().stdout);
        }
        emulator.set_faults(Vec::new());
        let settled = start().wait().is_ok_and(|status| status.success());
        let state = state_of(&emulator);
        let twice: Vec<String> = doubled(&state).into_iter().cloned().collect();
        // Names of workspaces are not unique: two runs that look at the same moment both find none, and
        // nothing in the service keeps the second create out.
        // The service gives a new one a colour of its own, so two of them need not look alike.
        let mut names = BTreeSet::new();
        let open =
            emulator.state().workspaces.into_iter().filter(|workspace| workspace.archived_at.is_none());
        let made_twice = open.filter(|workspace| !names.insert(workspace.name.clone())).count() > 0;
        both_made += u64::from(made_twice);
        let others =
            twice.iter().filter(|line| !line.starts_with("workspace ") && !line.starts_with("membership "));
        let others = others.count();
        let plan = command(&["plan", "."]).output().unwrap();
        let told = reports.contains("with the same name was created at the same time");
        let named = told && String::from_utf8_lossy(&plan.stdout).contains("workspaces have this name");
        let one_end = settled && state == whole;
        tally.case(others == 0 && if made_twice { named } else { one_end }, || {
            let plan = String::from_utf8_lossy(&plan.stdout);
            format!(
                "seed {seed}, {ways} ways: twice {twice:?}, told {told}, settled {settled}\n{plan}\n{reports}"
            )
        });
    }
    tally
        .figure(format!("in {both_made} of these runs a workspace was made twice, which one of the applies and the next plan say"));
}
