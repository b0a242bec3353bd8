//! Benchmarks that print figures, without pass or fail: `cargo bench -p bylaws`.
//!
//! 1. A plan of 1,000 people over HTTP with 150 ms latency, against the critical path of its reads.
//! 2. A plan of 100,000 memberships from files and a snapshot: time of each step, memory of the whole.
//! 3. Files alone: 100,000 lines, a large example, and files that were made to harm.
//! 4. The program itself: its size, and `bylaws --help`.
//! 5. An apply of 100 changes over HTTP: time and requests; alone with `-- apply`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops where it cannot run"
)]

mod apply;
mod start;
mod validate;

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bylaws_emulator::{Emulator, Options, Seed};
use serde_json::{Value, json};

const ID: &str = "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10";
const RUNS: usize = 5;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    if wanted.iter().any(|name| name == "apply") {
        return apply::all();
    }
    if wanted.iter().any(|name| name == "base") {
        in_memory(&[]);
        return in_memory(&["--base", "HEAD"]);
    }
    start::all();
    over_http();
    apply::all();
    in_memory(&[]);
    in_memory(&["--base", "HEAD"]);
    validate::all();
}

/// An organization and files for it, the same but for one line in a hundred.
struct Case {
    live: Value,
    files: String,
}

fn case(people: usize, workspaces: usize, memberships: usize, keys: usize) -> Case {
    let email = |n: usize| format!("person{n:05}@acme.com");
    let mut live_members = Vec::new();
    let mut files = format!(
        "bylaws: 1\norganization:\n  id: {ID}\nguards:\n  access_loss: {{max: 100000, share: 100%}}\n"
    );
    let users: Vec<Value> = (0..people)
        .map(|n| json!({ "id": format!("user_01{n:05}"), "email": email(n), "role": "developer" }))
        .collect();
    files += "members:\n";
    for n in 0..people {
        let role = if n % 100 == 0 { "user" } else { "developer" };
        let _ = writeln!(files, "  {}: {role}", email(n));
    }
    files += "workspaces:\n";
    let each = memberships / workspaces;
    let mut open = Vec::new();
    for w in 0..workspaces {
        open.push(json!({ "id": format!("wrkspc_01{w:05}"), "name": format!("workspace {w:05}") }));
        let _ = writeln!(files, "  workspace {w:05}:\n    members:");
        for n in 0..each {
            let person = (n * 7 + w * 13) % people;
            live_members.push(json!({
                "workspace_id": format!("wrkspc_01{w:05}"), "user_id": format!("user_01{person:05}"),
                "workspace_role": "workspace_user",
            }));
            let role = if n % 100 == 99 { "workspace_developer" } else { "workspace_user" };
            let _ = writeln!(files, "      {}: {role}", email(person));
        }
        let own: Vec<usize> = (0..keys).filter(|key| key % workspaces == w).collect();
        if !own.is_empty() {
            files += "    api_keys:\n";
            for key in own {
                let _ = writeln!(files, "      key {key:05}: active");
            }
        }
    }
    let keys: Vec<Value> = (0..keys)
        .map(|n| {
            let workspace = format!("wrkspc_01{:05}", n % workspaces);
            json!({ "id": format!("apikey_01{n:05}"), "name": format!("key {n:05}"),
                    "scope": { "type": "workspace", "workspace_id": workspace } })
        })
        .collect();
    let live = json!({
        "now": "2026-11-21T09:00:00Z", "organization": { "id": ID, "name": "Large" }, "users": users,
        "workspaces": open, "workspace_members": live_members, "api_keys": keys,
    });
    Case { live, files }
}

fn over_http() {
    const LATENCY: Duration = Duration::from_millis(150);
    let case = case(1_000, 100, 5_000, 500);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bylaws.yaml"), &case.files).unwrap();
    // The service runs in a thread of its own, as it would elsewhere.
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let state = Seed::from_json(&case.live.to_string()).unwrap();
    let options = Options { state, latency: LATENCY, ..Options::default() };
    let emulator = server.block_on(Emulator::start(options)).unwrap();
    let (mut times, mut reads) = (Vec::new(), Vec::new());
    for _ in 0..=RUNS {
        emulator.clear_ledger();
        let start = Instant::now();
        let output = Command::new(env!("CARGO_BIN_EXE_bylaws"))
            .args(["-v", "plan", "--format", "json"])
            .current_dir(folder.path())
            .env_clear()
            .env("BYLAWS_API_URL", emulator.url())
            .env("ANTHROPIC_ADMIN_KEY", "sk-ant-admin01-benchmark-benchmark")
            .output()
            .unwrap();
        times.push(start.elapsed());
        assert!(output.status.success());
        reads.push(took(&String::from_utf8(output.stderr).unwrap(), "live side read"));
    }
    // The first run warms the caches.
    times.remove(0);
    reads.remove(0);
    times.sort();
    reads.sort_unstable();
    let (median, read) = (times[RUNS / 2], Duration::from_millis(reads[RUNS / 2]));
    // Organization, then workspaces, then their members; or organization, invites, members.
    let critical = LATENCY * 3;
    let ratio = |to: Duration| median.as_secs_f64() / to.as_secs_f64();
    println!("plan over HTTP: 1,000 people, 100 workspaces, 5,000 memberships, 500 keys, 150 ms latency");
    println!("  read requests        {}", emulator.ledger().len());
    println!(
        "  whole process        {median:.0?}, median of {RUNS} (fastest {:.0?}, slowest {:.0?})",
        times[0],
        times[RUNS - 1]
    );
    println!(
        "  critical path        {critical:.0?}, 3 requests one after another: ratio {:.2}",
        ratio(critical)
    );
    println!("  its reads took       {read:.0?}, from the first to the last: ratio {:.2}", ratio(read));
}

/// Commits the files of a folder.
fn commit(folder: &std::path::Path) {
    for line in ["init --quiet", "add bylaws.yaml", "commit --quiet --message base"] {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@acme.com"]).args(line.split(' '));
        assert!(git.current_dir(folder).status().unwrap().success());
    }
}

fn in_memory(more: &[&str]) {
    let case = case(10_000, 100, 100_000, 500);
    let folder = tempfile::tempdir().unwrap();
    if !more.is_empty() {
        let base = case.files.replace("0: user\n", "0: developer\n");
        std::fs::write(folder.path().join("bylaws.yaml"), base).unwrap();
        commit(folder.path());
    }
    std::fs::write(folder.path().join("bylaws.yaml"), &case.files).unwrap();
    std::fs::write(folder.path().join("live.json"), case.live.to_string()).unwrap();
    let (mut steps, mut peaks, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let start = Instant::now();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_bylaws"))
            .args(["-v", "plan", "--live", "live.json"])
            .args(more)
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut peak = 0;
        let status = loop {
            peak = peak_kib(child.id()).unwrap_or(peak).max(peak);
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success());
        wholes.push(start.elapsed());
        peaks.push(peak);
        let log = std::fs::read_to_string(folder.path().join("log")).unwrap();
        steps.push(
            ["files loaded", "planned", "document made", "rendered", "snapshot read"]
                .map(|step| took(&log, step)),
        );
    }
    // The run whose parse, plan and render together are the median.
    steps.sort_by_key(|step| step[..4].iter().sum::<u64>());
    let [files, planned, document, rendered, snapshot] = steps[RUNS / 2];
    let megabytes = |bytes: usize| bytes / 1_000_000;
    println!(
        "plan from a snapshot{}{}: 10,000 people, 100 workspaces, 100,000 memberships ({} MB of YAML)",
        if more.is_empty() { "" } else { " with " },
        more.join(" "),
        megabytes(case.files.len())
    );
    println!("  parse and check      {files} ms");
    println!("  plan and guards      {planned} ms");
    println!("  render               {} ms", document + rendered);
    println!(
        "  together             {} ms, the median of {RUNS} runs",
        files + planned + document + rendered
    );
    println!(
        "  besides, reading the snapshot of {} MB took {snapshot} ms",
        megabytes(case.live.to_string().len())
    );
    wholes.sort_unstable();
    println!("  whole process        {} ms, the median of {RUNS} runs", wholes[RUNS / 2].as_millis());
    println!("  peak memory          {} MB", peaks.iter().max().unwrap_or(&0) * 1024 / 1_000_000);
}

/// Milliseconds of one step, as `-v` tells them.
fn took(log: &str, step: &str) -> u64 {
    let line = log.lines().find(|line| line.contains(&format!("{step} milliseconds="))).unwrap();
    line.rsplit('=').next().unwrap().trim().parse().unwrap()
}

/// Linux only; elsewhere the figure is 0.
fn peak_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
