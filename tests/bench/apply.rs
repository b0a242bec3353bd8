//! What an apply costs: time and requests for 100 mixed changes on a medium organization, over HTTP with latency.

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use bylaws_emulator::{Emulator, LedgerEntry, Options, Seed};
use serde_json::{Value, json};

use super::ID;

const LATENCY: Duration = Duration::from_millis(150);
const PEOPLE: usize = 300;
const WORKSPACES: usize = 40;
const MEMBERSHIPS: usize = 1_200;
const EACH: usize = 20;

pub(super) fn all() {
    println!(
        "apply over HTTP: {PEOPLE} people, {WORKSPACES} workspaces, {MEMBERSHIPS} memberships, 150 ms latency; {EACH} each \
         of role changes, memberships added, membership roles changed, workspaces renamed, people invited"
    );
    for (name, parallelism, rate_limit) in
        [("8 at once", 8, None), ("1 at once", 1, None), ("8 at once, 100 requests a minute", 8, Some(100))]
    {
        println!("  {name:<33} {}", figures(parallelism, rate_limit));
    }
}

/// One apply: how long it took, and how many requests it made beyond the reading of the plan.
fn figures(parallelism: usize, rate_limit: Option<u32>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (live, files) = case();
    std::fs::write(folder.path().join("bylaws.yaml"), files).unwrap();
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let state = Seed::from_json(&live.to_string()).unwrap();
    let options = Options { state, latency: LATENCY, rate_limit, ..Options::default() };
    let emulator = server.block_on(Emulator::start(options)).unwrap();
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_bylaws"))
        .args(["apply", "--auto-approve", "--format", "json", "--parallelism", &parallelism.to_string()])
        .current_dir(folder.path())
        .env_clear()
        .env("BYLAWS_API_URL", emulator.url())
        .env("ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-benchmark-benchmark")
        .output()
        .unwrap();
    let took = start.elapsed();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let done = report["summary"]["done"].as_u64().unwrap();
    let changes = report["changes"].as_array().unwrap().len();
    let ledger = emulator.ledger();
    let reading = 1 + 1 + 1 + 2 + WORKSPACES;
    let requests = ledger.len() - reading;
    let refused = ledger.iter().filter(|entry: &&LedgerEntry| entry.status == Some(429)).count();
    #[expect(clippy::cast_precision_loss, reason = "small figures")]
    let per_change = requests as f64 / changes as f64;
    format!(
        "{took:>6.1?}  {requests} requests beyond the {reading} of the plan, {per_change:.2} per change \
         ({refused} told to wait); {done} of {changes} done"
    )
}

/// The organization, and files that ask for the changes.
fn case() -> (Value, String) {
    let email = |n: usize| format!("person{n:05}@acme.com");
    let user = |n: usize| format!("user_01{n:05}");
    let mut files = format!(
        "bylaws: 1\norganization:\n  id: {ID}\nguards:\n  access_loss: {{max: 100000, share: 100%}}\nmembers:\n"
    );
    let users: Vec<Value> =
        (0..PEOPLE).map(|n| json!({ "id": user(n), "email": email(n), "role": "user" })).collect();
    for n in 0..PEOPLE + EACH {
        let role = if n < EACH { "developer" } else { "user" };
        let _ = writeln!(files, "  {}: {role}", email(n));
    }
    files += "workspaces:\n";
    let (mut workspaces, mut members) = (Vec::new(), Vec::new());
    let each = MEMBERSHIPS / WORKSPACES;
    for w in 0..WORKSPACES {
        let id = format!("wrkspc_01{w:05}");
        workspaces.push(json!({ "id": id, "name": format!("workspace {w:05}") }));
        let name = if w < EACH { format!("renamed {w:05}") } else { format!("workspace {w:05}") };
        let _ = writeln!(files, "  w{w:05}:\n    id: {id}\n    name: {name}\n    members:");
        for n in 0..each {
            let person = (n * 7 + w * 13) % PEOPLE;
            members.push(
                json!({ "workspace_id": id, "user_id": user(person), "workspace_role": "workspace_user" }),
            );
            let role = if n == 0 && w % 2 == 0 { "workspace_developer" } else { "workspace_user" };
            let _ = writeln!(files, "      {}: {role}", email(person));
        }
        if w % 2 == 1 {
            let _ = writeln!(files, "      {}: workspace_user", email((each * 7 + w * 13) % PEOPLE));
        }
    }
    let live = json!({
        "now": "2026-11-21T09:00:00Z", "organization": { "id": ID, "name": "Medium" }, "users": users,
        "workspaces": workspaces, "workspace_members": members,
    });
    (live, files)
}
