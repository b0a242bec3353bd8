//! Reading files, and nothing else: whole processes of `bylaws validate`.
//! Aims: 100,000 lines in under 1 s and 300 MB; an example in under 50 ms; 16 MiB of anything in under 5 s.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{case, peak_kib};

const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

/// Prints a line for each case.
pub(super) fn all() {
    println!("validate, whole processes");
    example();
    let large = case(10_000, 100, 90_000, 500).files;
    one(&format!("{} lines, all good", large.lines().count()), &large);
    for (name, text) in harmful() {
        one(name, &text);
    }
}

/// The median of twenty runs over an example.
fn example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/acme");
    let mut times: Vec<Duration> = (0..20).map(|_| run(&folder).0).collect();
    times.sort();
    println!("  examples/acme             {:.1?}, the median of 20", times[10]);
}

fn one(name: &str, text: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bylaws.yaml"), text).unwrap();
    let (time, peak) = run(folder.path());
    let (megabytes, memory) = (text.len() / 1_000_000, peak * 1024 / 1_000_000);
    println!("  {name:<26}{time:.0?}, {memory} MB of memory for {megabytes} MB of text");
}

/// Time and peak memory, in KiB, of one process.
fn run(folder: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_bylaws"))
        .arg("validate")
        .current_dir(folder)
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    loop {
        peak = peak_kib(child.id()).unwrap_or(peak).max(peak);
        if child.try_wait().unwrap().is_some() {
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Just under 16 MiB each.
fn harmful() -> Vec<(&'static str, String)> {
    let many = |line: &dyn Fn(usize) -> String, count: usize| {
        let mut text = format!("{HEAD}members:\n");
        for n in 0..count {
            let _ = writeln!(text, "{}", line(n));
        }
        text
    };
    let email = |n: usize| format!("person{n:07}@acme.com");
    let conflict = |n| format!("<<<<<<< a\n  {}: user\n=======\n>>>>>>> b", email(n));
    vec![
        ("people", many(&|n| format!("  {}: developer", email(n)), 400_000)),
        (
            "people on one line",
            format!(
                "{HEAD}members: {{{}: user}}\n",
                (0..400_000).map(email).collect::<Vec<_>>().join(": user, ")
            ),
        ),
        ("unknown roles", many(&|n| format!("  {}: usr", email(n)), 400_000)),
        ("no values", many(&|n| format!("  {}:", email(n)), 400_000)),
        ("characters out of place", many(&|n| format!("  {}: @user", email(n)), 400_000)),
        ("control characters", many(&|n| format!("  {}: \u{1}", email(n)), 400_000)),
        ("conflicts", many(&conflict, 200_000)),
        ("aliases to nothing", many(&|n| format!("  {}: *x", email(n)), 400_000)),
        ("live keys", many(&|n| format!("  {}: sk-ant-admin01-{n:07}", email(n)), 250_000)),
        ("open brackets", "[".repeat(16_000_000)),
        ("documents", "---\na: 1\n".repeat(1_700_000)),
        (
            "comments",
            format!("{HEAD}members: {{ada@acme.com: user}}\n{}", "# some words\n".repeat(1_200_000)),
        ),
    ]
}
