//! Every folder in `examples/` works: its plan, the requests of apply, and that a second plan is empty.

use serde_json::Value;

use crate::ran::{Ran, shown};
use crate::world::{World, examples};

fn each(story: impl Fn(&str, &World)) {
    let folders = std::fs::read_dir(examples()).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> = folders
        .filter(|f| f.path().join("live.json").exists())
        .map(|f| f.file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert!(names.len() >= 3, "{names:?}");
    for name in names {
        story(&name, &World::example(&name));
    }
}

/// Runs a command that must not write, and returns its number of requests, too.
fn reading(world: &World, line: &str) -> (Ran, usize) {
    world.emulator.clear_ledger();
    let ran = world.run(line).ended(0);
    world.untouched();
    (ran, world.reads())
}

#[test]
fn an_example_is_clean_without_a_service() {
    each(|name, world| {
        let (ran, requests) = reading(world, "validate --strict");
        assert_eq!(requests, 0, "{name}: validate is offline");
        shown(&format!("examples/{name}/validate"), ran);
    });
}

#[test]
fn an_example_shows_its_plan_and_counts_its_reads() {
    each(|name, world| {
        let (text, requests) = reading(world, "plan");
        assert!(text.out.contains(&format!("; {requests} read requests (")), "{name}: {requests}\n{text}");
        shown(&format!("examples/{name}/plan"), text);
        let (json, requests) = reading(world, "plan --format json");
        assert_eq!(json.json()["reads"]["total"], requests, "{name}");
        shown(&format!("examples/{name}/plan-json"), json.out);
    });
}

#[test]
fn the_plan_of_an_example_is_the_list_of_requests() {
    each(|name, world| {
        let plan = world.run("plan --format json").ended(0).json();
        // Concurrent requests reach the service in any order within a phase.
        let apply = world.run("apply --auto-approve --parallelism 1").ended(0);
        let sent = world.writes();
        shown(&format!("examples/{name}/calls"), &sent);
        shown(&format!("examples/{name}/apply"), apply);
        let planned = plan["changes"].as_array().unwrap().iter().map(|change| &change["request"]);
        assert_eq!(filled(planned, world), sent, "{name}");
    });
}

#[test]
fn an_applied_example_leaves_nothing_to_do() {
    each(|_, world| {
        world.run("plan --detailed-exitcode").ended(2);
        world.run("apply --auto-approve").ended(0);
        world.run("plan --detailed-exitcode").ended(0);
        world.emulator.clear_ledger();
        world.run("apply --auto-approve").ended(0);
        world.untouched();
    });
}

#[test]
fn an_imported_example_is_in_sync() {
    each(|name, world| {
        let (ran, requests) = reading(world, "import imported");
        assert!(ran.err.contains(&format!(" {requests} read requests;")), "{name}: {requests}\n{ran}");
        shown(&format!("examples/{name}/import"), &ran);
        let files = ran.out.lines().filter(|file| !file.ends_with("schema.json"));
        let texts = files.map(|file| format!("== {file}\n{}", world.read(file)));
        shown(&format!("examples/{name}/imported"), texts.collect::<String>());
        world.run("validate imported --strict").ended(0);
        world.run("plan imported --detailed-exitcode").ended(0);
    });
}

#[test]
fn reading_an_example_writes_nothing() {
    each(|name, world| {
        world.run("plan --out saved.json").ended(0);
        for line in ["show saved.json", "show saved.json --format json", "snapshot --out live.json", "whoami"]
        {
            let (ran, _) = reading(world, line);
            if line == "whoami" {
                shown(&format!("examples/{name}/whoami"), ran);
            }
        }
    });
}

/// Returns the planned requests as the request log shows them, with the ids of created workspaces.
fn filled<'a>(requests: impl Iterator<Item = &'a Value>, world: &World) -> String {
    let state = world.emulator.state();
    let line = |request: &Value| {
        let body = if request["body"].is_null() { String::new() } else { format!(" {}", request["body"]) };
        format!("{} {}{body}\n", request["method"].as_str().unwrap(), request["path"].as_str().unwrap())
    };
    let text: String = requests.map(line).collect();
    let workspaces = state.workspaces.iter().map(|one| (format!("{{workspace/{}}}", one.name), &one.id));
    let accounts = state.service_accounts.iter();
    let accounts = accounts.map(|one| (format!("{{service_account/{}}}", one.name), &one.id));
    let issuers = state.federation_issuers.iter();
    let issuers = issuers.map(|one| (format!("{{federation_issuer/{}}}", one.name), &one.id));
    let rules = state.federation_rules.iter();
    let rules = rules.map(|one| (format!("{{federation_rule/{}}}", one.name), &one.id));
    workspaces
        .chain(accounts)
        .chain(issuers)
        .chain(rules)
        .fold(text, |text, (placeholder, id)| text.replace(&placeholder, id))
}
