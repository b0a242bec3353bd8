//! `bylaws audit` finds exactly the problems that were planted in an organization without findings.

mod figures;
mod keys;
mod people;
mod refused;
mod scene;
mod settings;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use bylaws_emulator::LedgerEntry;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};

use self::scene::{Finding, Scene};
use crate::story::{Told, holds};
use crate::world::World;

const COMMAND: [&str; 4] = ["audit", "files", "--format", "json"];

/// The files and the service of a scene.
fn stage(world: &World, scene: &Scene) -> Told {
    world.begin(&scene.seed())?;
    world.write("files/bylaws.yaml", &scene.yaml());
    Ok(())
}

struct Audited {
    document: Value,
    ledger: Vec<LedgerEntry>,
}

fn audited(world: &World, scene: &Scene) -> Result<Audited, String> {
    stage(world, scene)?;
    judged(world, scene)
}

fn judged(world: &World, scene: &Scene) -> Result<Audited, String> {
    let ran = world.run_args(&COMMAND);
    let ledger = world.take_ledger();
    holds(ran.code == 0, || format!("exit {}\n{}\n{}", ran.code, ran.err, world.show("files")))?;
    holds(ledger.iter().all(|entry| entry.method == "GET"), || format!("an audit wrote: {ledger:?}"))?;
    let document: Value = serde_json::from_str(&ran.out).map_err(|error| error.to_string())?;
    holds(document["reads"] == ledger.len(), || {
        format!("{} reads printed, {} made", document["reads"], ledger.len())
    })?;
    holds(document["today"] == scene.today.to_string(), || format!("today is {}", document["today"]))?;
    Ok(Audited { document, ledger })
}

fn finding(value: &Value) -> Finding {
    let part = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    (part("code"), part("address"), part("severity"))
}

/// Returns all findings, sorted. A loose guard gives one finding per value, all at one address.
fn found(document: &Value) -> Result<Vec<Finding>, String> {
    let mut all: Vec<Finding> =
        document["findings"].as_array().ok_or("no findings")?.iter().map(finding).collect();
    all.sort();
    Ok(all)
}

/// Returns what `all` has in addition to `other`, entry by entry.
fn beyond<'a>(all: &'a [Finding], other: &[Finding]) -> Vec<&'a Finding> {
    let mut other = other.to_vec();
    let mut is_beyond = |finding: &&Finding| match other.iter().position(|one| one == *finding) {
        Some(at) => {
            other.remove(at);
            false
        }
        None => true,
    };
    all.iter().filter(|finding| is_beyond(finding)).collect()
}

fn same(world: &World, scene: &Scene, expected: &[Finding], found: &[Finding]) -> Told {
    let (missed, invented) = (beyond(expected, found), beyond(found, expected));
    holds(missed.is_empty() && invented.is_empty(), || {
        format!(
            "on {}\nmissed {missed:#?}\ninvented {invented:#?}\n{}\n{:#}",
            scene.today,
            world.show("files"),
            scene.seed()
        )
    })
}

/// Returns an organization without findings, and the problems planted in it.
fn planted(seed: u64) -> Scene {
    let mut scene = Scene::clean(seed ^ 0xA0D1);
    if scene.dice.chance(40) {
        // Before anything is unlisted, because the policy decides whether that is reported.
        guards(&mut scene);
    }
    let few = |scene: &mut Scene| scene.dice.below(4);
    if scene.dice.chance(50) {
        people::admins(&mut scene);
    }
    for _ in 0..few(&mut scene) {
        people::dormant(&mut scene);
    }
    for _ in 0..few(&mut scene) {
        people::team(&mut scene);
    }
    for _ in 0..few(&mut scene) {
        people::invite(&mut scene);
    }
    for _ in 0..few(&mut scene) {
        people::unlisted(&mut scene);
    }
    for _ in 0..scene.dice.below(8) {
        keys::key(&mut scene);
    }
    for _ in 0..scene.dice.below(3) {
        keys::archived(&mut scene);
    }
    if scene.dice.chance(30) {
        keys::claude_code(&mut scene);
    }
    for _ in 0..scene.dice.below(3) {
        figures::dormant_workspace(&mut scene);
    }
    for _ in 0..scene.dice.below(3) {
        figures::monthly(&mut scene);
    }
    for _ in 0..scene.dice.below(3) {
        figures::unusual(&mut scene);
    }
    if scene.dice.chance(20) {
        figures::in_default(&mut scene);
    }
    figures::judged(&mut scene);
    scene
}

/// Guards that are missing, looser than the built-in ones, or equal.
fn guards(scene: &mut Scene) {
    for (guard, code) in [("required_admins", "BA0502"), ("allowed_domains", "BA0503"), ("protect", "BA0504")]
    {
        if scene.dice.chance(40) {
            scene.guards.remove(guard);
            scene.expect(code, "organization", "note");
        }
    }
    let mut wide = 0;
    if scene.dice.chance(30) {
        let (max, share) = (scene.dice.below(3) + 4, scene.dice.below(3) + 9);
        scene.guards.insert("access_loss", format!("{{max: {max}, share: {share}%}}"));
        wide += usize::from(max > 5) + usize::from(share > 10);
    }
    for (guard, most) in [("keys_off", 3), ("invites", 25), ("workspace_admins", 5)] {
        if scene.dice.chance(30) {
            let max = scene.dice.below(3) + most - 1;
            scene.guards.insert(guard, format!("{{max: {max}}}"));
            wide += usize::from(max > most);
        }
    }
    if scene.guards.contains_key("allowed_domains") && scene.dice.chance(30) {
        scene.guards.insert("allowed_domains", "[acme.com, gmail.com, outlook.com]".to_owned());
        wide += 2;
    }
    for kind in ["members", "workspaces", "workspace_members", "api_keys"] {
        if scene.dice.chance(15) {
            scene.unlisted.insert(kind, "ignore");
            wide += 1;
        }
    }
    for _ in 0..wide {
        scene.expect("BA0505", "organization", "warning");
    }
}

/// The number of planted problems and cases so far.
static PLANTED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

/// The result of a whole run.
pub(crate) fn figures() -> String {
    let [planted, cases] = &PLANTED;
    let [planted, cases] = [planted, cases].map(|count| count.load(Ordering::SeqCst));
    format!(
        "{cases} organizations in order and as many with {planted} planted problems: all found, nothing else"
    )
}

pub(crate) fn recall_and_precision(world: &World, seed: u64) -> Told {
    let mut clean = Scene::clean(seed ^ 0xC1EA);
    figures::judged(&mut clean);
    let audit = audited(world, &clean)?;
    same(world, &clean, &[], &found(&audit.document)?).map_err(|why| format!("clean: {why}"))?;
    claude_code_requests(&clean, &audit.ledger)?;

    let scene = planted(seed);
    let audit = audited(world, &scene)?;
    let found = found(&audit.document)?;
    same(world, &scene, &scene.expected, &found)?;
    holds(audit.document["not_judged"] == json!([]), || format!("{:#}", audit.document["not_judged"]))?;
    for finding in audit.document["findings"].as_array().into_iter().flatten() {
        // A line that the files reject does not fix anything.
        let refused =
            finding["address"].as_str().is_some_and(|at| at.starts_with("workspace/Claude%20Code/"));
        holds(!refused || finding["write"].is_null(), || format!("{finding:#}"))?;
    }
    claude_code_requests(&scene, &audit.ledger)?;
    PLANTED[0].fetch_add(found.len(), Ordering::SeqCst);
    PLANTED[1].fetch_add(1, Ordering::SeqCst);
    Ok(())
}

/// The number of days to request at once.
const AT_ONCE: i32 = 4;

/// Checks that each day is one request, newest first, and that only the days needed to find inactive people are read.
fn claude_code_requests(scene: &Scene, ledger: &[LedgerEntry]) -> Told {
    let asked: Vec<Date> = ledger
        .iter()
        .filter(|entry| entry.path.ends_with("/usage_report/claude_code"))
        .map(|entry| {
            let day = entry.query.split('&').find_map(|part| part.strip_prefix("starting_at="));
            day.and_then(|day| day.parse().ok()).ok_or_else(|| format!("{entry:?}"))
        })
        .collect::<Result<_, _>>()?;
    let days: BTreeSet<Date> = asked.iter().copied().collect();
    holds(days.len() == asked.len(), || format!("a day twice: {asked:?}"))?;
    let count = i32::try_from(days.len()).unwrap();
    let newest: BTreeSet<Date> = (0..count).map(|ago| scene.today - ago.days()).collect();
    holds(days == newest, || format!("not the newest days: {asked:?}"))?;
    let (least, most) = match scene.settings.people {
        None => (0, 0),
        Some(limit) => {
            let quiet = scene.quiet_elsewhere(limit);
            let needed = quiet.iter().map(|last| last.map_or(limit + 1, |last| last + 1)).max();
            let needed = needed.unwrap_or_default();
            (needed, (needed.div_euclid(AT_ONCE) + i32::from(needed % AT_ONCE > 0)) * AT_ONCE)
        }
    };
    let most = most.min(scene.settings.people.unwrap_or(0) + 1);
    holds((least..=most).contains(&count), || {
        format!(
            "{count} days of Claude Code were asked for, {least} are needed\n{}\n{:#}",
            scene.yaml(),
            scene.seed()
        )
    })
}

/// Checks that a refused list disables the rules that need it, and no others.
pub(crate) fn refused(world: &World, seed: u64) -> Told {
    let scene = planted(seed);
    for refused in &refused::ALL {
        stage(world, &scene)?;
        let rule =
            json!([{ "path": refused.path, "then": { "status": 403, "error_code": "permission_error" } }]);
        world.faults(&rule);
        let audit = judged(world, &scene);
        world.faults(&json!([]));
        let audit = audit.map_err(|why| format!("{}: {why}", refused.path))?;
        let list = audit.document["not_judged"].as_array().ok_or("no list")?.iter();
        let codes: BTreeSet<String> =
            list.map(|rule| rule["code"].as_str().unwrap_or_default().to_owned()).collect();
        let expected = refused.not_judged(&scene);
        holds(codes == expected, || {
            format!("without {}: not judged {codes:?}, expected {expected:?}\n{}", refused.path, scene.yaml())
        })?;
        let left: Vec<Finding> =
            scene.expected.iter().filter(|(code, ..)| !expected.contains(code)).cloned().collect();
        same(world, &scene, &left, &found(&audit.document)?)
            .map_err(|why| format!("without {}: {why}", refused.path))?;
        if expected.contains("BA0103") {
            let days = audit.ledger.iter().filter(|entry| entry.path.ends_with("claude_code")).count();
            // People who cannot be checked need not be looked up. After one refusal there is no second request.
            let most = if refused.path.ends_with("claude_code") { AT_ONCE } else { 0 };
            holds(i32::try_from(days).is_ok_and(|days| days <= most), || {
                format!("without {}: {days} days of Claude Code", refused.path)
            })?;
        }
    }
    Ok(())
}

/// Reviewed exceptions: in force, expired, too far ahead, without a finding.
pub(crate) fn accepted(world: &World, seed: u64) -> Told {
    let mut scene = planted(seed);
    let mut accepted = Vec::new();
    let mut expected = Vec::new();
    let mut entries = String::new();
    let name = |code: &str| {
        bylaws_engine::audit::audit_rule(code).map(|rule| rule.name).ok_or_else(|| format!("no rule {code}"))
    };
    let mut entry = |code: &str, address: &str, days: i32, today: Date| -> Told {
        let finding = format!("{} {address}", name(code)?);
        let until = today + days.days();
        entries += &format!("    - {{finding: \"{finding}\", until: {until}, reason: looked at}}\n");
        Ok(())
    };
    let mut taken = BTreeSet::new();
    for planted in scene.expected.clone() {
        let (code, address, _) = &planted;
        let is_first = taken.insert((code.clone(), address.clone()));
        // Duplicates are left alone: one entry accepts all of them.
        let twice = scene.expected.iter().filter(|other| other.0 == *code && other.1 == *address).count() > 1;
        let (days, counts) = [(0, true), (366, true), (40, true), (-1, false), (367, false), (-400, false)]
            [scene.dice.below(6)];
        if !is_first || twice || scene.dice.chance(50) {
            expected.push(planted);
            continue;
        }
        entry(code, address, days, scene.today)?;
        if counts {
            accepted.push(planted);
        } else {
            expected.push(("BA0701".to_owned(), address.clone(), "note".to_owned()));
            expected.push(planted);
        }
    }
    for n in 0..scene.dice.below(3) {
        let address = format!("workspace/team%203/api_key/gone-{n}");
        entry("BA0302", &address, 10, scene.today)?;
        // A disabled rule has no findings either.
        expected.push(("BA0701".to_owned(), address, "note".to_owned()));
    }
    scene.accept = entries;
    let audit = audited(world, &scene)?;
    expected.sort();
    same(world, &scene, &expected, &found(&audit.document)?)?;
    let mut told: Vec<Finding> = audit.document["accepted"]
        .as_array()
        .ok_or("no list")?
        .iter()
        .map(|entry| finding(&entry["finding"]))
        .collect();
    told.sort();
    accepted.sort();
    holds(told == accepted, || format!("accepted {told:#?}, expected {accepted:#?}"))
}
