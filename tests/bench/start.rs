//! What it costs to have the program: its size, and the time until it has said something.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bylaws");
const RUNS: usize = 40;

pub(super) fn all() {
    let bytes = std::fs::metadata(PROGRAM).unwrap().len();
    let mut times: Vec<Duration> = (0..=RUNS).map(|_| help()).collect();
    // The first run warms the caches.
    times.remove(0);
    times.sort();
    println!("the program");
    println!("  size                 {}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    println!(
        "  bylaws --help        {:.1?}, median of {RUNS} (fastest {:.1?}, slowest {:.1?})",
        times[RUNS / 2],
        times[0],
        times[RUNS - 1]
    );
}

fn help() -> Duration {
    let start = Instant::now();
    let status = Command::new(PROGRAM).arg("--help").env_clear().stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
    start.elapsed()
}
