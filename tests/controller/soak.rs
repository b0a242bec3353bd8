//! A soak: minutes of random commits, Console edits, faults, kills and suspensions on 20 organizations. It is not run with
//! the other tests: `SOAK_MINUTES=30 cargo test -p bylaws --test controller -- --ignored --nocapture soak`.

mod organization;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::killed::kill_children;
use crate::looping::Looping;
use crate::many::Fleet;
use crate::random::Random;
use crate::world::number;
use organization::Organization;

const ORGANIZATIONS: usize = 20;
/// The draws that suspend or resume.
const SUSPENSIONS: std::ops::Range<u64> = 91..94;

/// What is done and seen, by name.
type Counts = BTreeMap<String, u64>;

struct Soak {
    fleet: Fleet,
    organizations: Vec<Organization>,
    looping: Looping,
    random: Random,
    counts: Counts,
}

/// Returns a number of `/proc/PID/status` in KiB.
fn memory(process: u32, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a number");
    line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").parse().unwrap()
}

fn start(fleet: &Fleet) -> Looping {
    Looping::of(fleet.host.command("controller --listen 127.0.0.1:0"))
}

impl Soak {
    fn new(seed: u64) -> Self {
        let names: Vec<String> = (0..ORGANIZATIONS).map(|n| format!("org-{n:02}")).collect();
        let fleet = Fleet::new(&names);
        let text = fleet.host.read("controller.yaml").replace("state: state\n", "state: state\nevery: 1m\n");
        fleet.host.write("controller.yaml", &text);
        let organizations: Vec<Organization> =
            names.iter().enumerate().map(|(n, name)| Organization::new(name, n)).collect();
        for organization in &organizations {
            fleet.services[&organization.name].reset(&organization.seed());
            fleet.host.write(&organization.path(), &organization.files());
        }
        fleet.commit();
        fleet.host.run("controller --once").ended(0);
        assert!(fleet.reasons().values().all(|reason| reason == "InSync"), "{:#?}", fleet.reasons());
        let looping = start(&fleet);
        Self { fleet, organizations, looping, random: Random(seed), counts: Counts::new() }
    }

    fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// Counts the rounds and writes that the controller logged.
    fn drain(&mut self) {
        for event in self.looping.events() {
            let name = event["event"].as_str().unwrap_or_default();
            let text = |key: &str| event[key].as_str().unwrap_or_default();
            let more = match (name, text("reason")) {
                // What ends a round without a plan is worth reading; what git quotes is another commit each time.
                (
                    "round",
                    reason @ ("RoundFailed" | "SourceUnavailable" | "JournalRefused" | "SourceRefused"),
                ) => {
                    let message = text("message");
                    let message = message.rsplit_once(".jsonl: ").map_or(message, |(_, end)| end);
                    format!("{reason}: {}", message.split('\'').next().unwrap_or_default())
                }
                ("round", reason) => reason.to_owned(),
                _ => text("outcome").to_owned(),
            };
            self.count(&format!("{name} {more}"));
        }
    }

    /// Does one random thing.
    fn act(&mut self, may_kill: bool) {
        let (draw, at) = (self.random.below(100), self.random.below(ORGANIZATIONS as u64));
        // One at a time: the others are for writes.
        let suspended = self.organizations.iter().position(Organization::is_suspended);
        let suspended = suspended.filter(|_| SUSPENSIONS.contains(&draw));
        let at = suspended.unwrap_or(usize::try_from(at).unwrap());
        let name = self.organizations[at].name.clone();
        let service = &self.fleet.services[&name];
        let organization = &mut self.organizations[at];
        let what = match draw {
            0..40 => {
                self.fleet.host.run(&format!("controller run {name}")).ended(0);
                "run"
            }
            40..60 => {
                organization.commit(&mut self.random);
                self.fleet.host.write(&organization.path(), &organization.files());
                self.fleet.commit();
                "commit"
            }
            60..75 => organization.console(service, &mut self.random),
            75..80 => Organization::accept(service),
            80..87 => organization.fault(service, &mut self.random),
            87..91 => organization.no_faults(service),
            draw if SUSPENSIONS.contains(&draw) => organization.suspend_or_resume(&self.fleet.host, service),
            94..98 if kill_children(self.looping.child.id(), &service.emulator.url()) => "kill -9 of a child",
            98 if may_kill => {
                self.drain();
                self.looping = start_again(&self.fleet, &mut self.looping);
                "kill -9 of the controller"
            }
            _ => {
                for path in ["/livez", "/metrics", "/"] {
                    assert_eq!(self.looping.request("GET", path, "").0, 200, "{path}");
                }
                "look"
            }
        };
        self.count(what);
        self.drain();
    }

    /// Ends faults and suspensions, and waits until no organization changes any more.
    fn settle(&mut self) {
        for organization in &mut self.organizations {
            let service = &self.fleet.services[&organization.name];
            organization.no_faults(service);
            organization.resume(&self.fleet.host, service);
        }
        let start = Instant::now();
        let mut settled = 0;
        while settled < 2 {
            assert!(start.elapsed() < Duration::from_mins(5), "{:#?}", self.fleet.reasons());
            let rounds = self.counts.iter().filter(|(what, _)| what.starts_with("round "));
            let before: u64 = rounds.map(|(_, count)| count).sum();
            for organization in &self.organizations {
                self.fleet.host.run(&format!("controller run {}", organization.name)).ended(0);
            }
            let mut after = before;
            while after < before + ORGANIZATIONS as u64 && start.elapsed() < Duration::from_mins(5) {
                std::thread::sleep(Duration::from_millis(100));
                self.drain();
                let rounds = self.counts.iter().filter(|(what, _)| what.starts_with("round "));
                after = rounds.map(|(_, count)| count).sum();
            }
            let is_calm = |reason: &String| ["InSync", "Held"].contains(&reason.as_str());
            settled = if self.fleet.reasons().values().all(is_calm) { settled + 1 } else { 0 };
        }
    }

    fn status(&self) -> BTreeMap<String, Value> {
        let status = self.fleet.host.run("controller status --format json").json();
        let all = status["organizations"].as_array().unwrap().clone();
        all.into_iter().map(|one| (one["name"].as_str().unwrap().to_owned(), one)).collect()
    }
}

/// Kills the controller, and starts another one; children of the first may live on.
fn start_again(fleet: &Fleet, looping: &mut Looping) -> Looping {
    looping.child.kill().unwrap();
    looping.child.wait().unwrap();
    start(fleet)
}

#[test]
#[ignore = "takes minutes"]
#[expect(clippy::print_stdout, reason = "the figures are the result")]
fn soak() {
    let minutes = number("SOAK_MINUTES").unwrap_or(30);
    let seed = number("BYLAWS_SEED").unwrap_or(1);
    let mut soak = Soak::new(seed);
    let (start, length) = (Instant::now(), Duration::from_secs(minutes * 60));
    // Then the same process lives to the end, so that its memory can be compared.
    while start.elapsed() < length / 3 {
        soak.act(true);
    }
    let process = soak.looping.child.id();
    let first = memory(process, "VmRSS");
    let mut samples = vec![first];
    while start.elapsed() < length {
        soak.act(false);
        if samples.len() < usize::try_from(start.elapsed().as_secs() / 30).unwrap() {
            samples.push(memory(process, "VmRSS"));
        }
    }
    soak.settle();
    let (last, most) = (memory(process, "VmRSS"), memory(process, "VmHWM"));
    soak.looping.signal("TERM");
    assert!(soak.looping.child.wait().unwrap().success());
    let status = soak.status();
    let (mut writes, mut records) = (0, 0);
    for organization in &soak.organizations {
        let service = &soak.fleet.services[&organization.name];
        writes += organization.check_requests(service);
        let held = status[&organization.name]["held"].as_array().unwrap().len();
        *soak.counts.entry("held at the end".to_owned()).or_default() += held as u64;
        organization.check_live(service, &status[&organization.name]);
        let journal = format!("state/organizations/{}/journal.jsonl", organization.name);
        if soak.fleet.host.has(&journal) {
            soak.fleet.host.run(&format!("journal verify {journal}")).ended(0);
            records += soak.fleet.host.read(&journal).lines().count();
        }
    }
    println!("{minutes} minutes, BYLAWS_SEED={seed}, {ORGANIZATIONS} organizations");
    for (what, count) in &soak.counts {
        println!("{count:>8} {what}");
    }
    println!(
        "{writes:>8} writes that the services carried out for the controller, {records} journal records"
    );
    println!(
        "RSS of the controller in KiB: first {first}, last {last}, most {most}; every 30 s: {samples:?}"
    );
    assert!(writes > minutes && records > 0, "{}", json!(soak.counts));
    assert!(last < first + first / 2 + 8192, "memory grows: {samples:?}");
}
