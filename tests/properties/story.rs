//! The properties, each as one story with a random organization and random files.

use bylaws_emulator::LedgerEntry;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::world::{Ran, World};
use crate::{files, organization};

pub(crate) type Told = Result<(), String>;

pub(crate) fn holds(condition: bool, otherwise: impl FnOnce() -> String) -> Told {
    if condition { Ok(()) } else { Err(otherwise()) }
}

/// Returns everything needed to investigate a failure.
fn scene(world: &World, organization: &Value, ran: &Ran) -> String {
    format!("\n{}\n{organization:#}\nexit {}\n{}\n{}", world.show("files"), ran.code, ran.err, ran.out)
}

fn writes(ledger: &[LedgerEntry]) -> Vec<&LedgerEntry> {
    ledger.iter().filter(|entry| entry.method != "GET").collect()
}

/// Plans and returns the document. Checks that nothing is written, and that the number of reads is the printed one.
fn planned(world: &World, folder: &str, organization: &Value) -> Result<(Value, i32), String> {
    let ran = world.run_args(&["plan", folder, "--format", "json", "--detailed-exitcode"]);
    let ledger = world.take_ledger();
    holds(matches!(ran.code, 0 | 2 | 3), || format!("plan failed{}", scene(world, organization, &ran)))?;
    holds(writes(&ledger).is_empty(), || format!("plan wrote {ledger:?}"))?;
    let plan: Value = serde_json::from_str(&ran.out).map_err(|error| error.to_string())?;
    holds(plan["reads"]["total"] == ledger.len(), || {
        format!("{} reads printed, {} made{}", plan["reads"], ledger.len(), scene(world, organization, &ran))
    })?;
    let changes = plan["changes"].as_array().map_or(0, Vec::len);
    let code = if plan["summary"]["refused"] == true {
        3
    } else if changes > 0 {
        2
    } else {
        0
    };
    holds(ran.code == code, || format!("exit {} for {changes} changes", ran.code))?;
    Ok((plan, ran.code))
}

pub(crate) fn plan_is_apply(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed);
    let organization = organization::random(&mut dice);
    let loose = dice.chance(85);
    let files = files::random(&mut dice, loose);
    world.begin(&organization)?;
    world.write_all("files", &files.plain());
    let (plan, code) = planned(world, "files", &organization)?;

    // Concurrent requests reach the service in any order within a phase; with one at a time the order is that of the
    // plan.
    let ran = world.run_args(&["apply", "files", "--auto-approve", "--format", "json", "--parallelism", "1"]);
    let ledger = world.take_ledger();
    if code == 3 {
        holds(ran.code == 3, || format!("a refused plan was applied{}", scene(world, &organization, &ran)))?;
        return holds(writes(&ledger).is_empty(), || format!("refused, and wrote {ledger:?}"));
    }
    holds(ran.code == 0, || format!("apply failed{}", scene(world, &organization, &ran)))?;
    sent_as_planned(&plan, &writes(&ledger))
        .map_err(|why| format!("{why}{}", scene(world, &organization, &ran)))?;

    let (second, _) = planned(world, "files", &organization)?;
    let changes = second["changes"].as_array().into_iter().flatten();
    let left: Vec<&Value> =
        changes.filter(|change| !became_unambiguous(change, &plan, &organization)).collect();
    let left: Vec<&Value> =
        left.into_iter().filter(|change| !is_after_a_rename(change, &plan, &organization)).collect();
    holds(left.is_empty(), || {
        format!("a second plan is not empty: {left:#?}{}", scene(world, &organization, &ran))
    })
}

/// Returns whether an approval by name was ambiguous in the first plan because two workspaces had the name, and counts
/// now because the first apply renamed one of them.
fn became_unambiguous(change: &Value, plan: &Value, organization: &Value) -> bool {
    let address = change["address"].as_str().unwrap_or_default();
    let name = address.split('/').nth(1).unwrap_or_default();
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    let workspaces = organization["workspaces"].as_array().into_iter().flatten();
    let named: Vec<&Value> = workspaces
        .filter(|workspace| workspace["name"] == *name && workspace["archived_at"].is_null())
        .map(|workspace| &workspace["id"])
        .collect();
    let is_renamed = |id: &&&Value| {
        let mut changes = plan["changes"].as_array().into_iter().flatten();
        changes.any(|change| change["target"] == ***id && !change["after"]["name"].is_null())
    };
    let was_blocked = plan["blocked"].as_array().into_iter().flatten().any(|item| item["address"] == address);
    was_blocked && named.len() > 1 && named.iter().filter(is_renamed).count() == named.len() - 1
}

/// Returns the same for an API key, or whether a key gets a name that another key had until the first apply.
fn is_after_a_rename(change: &Value, plan: &Value, organization: &Value) -> bool {
    let mut blocked = plan["blocked"].as_array().into_iter().flatten();
    let Some(item) = blocked.find(|item| item["address"] == change["address"]) else { return false };
    let keys = || organization["api_keys"].as_array().into_iter().flatten();
    let Some(key) = keys().find(|key| key["id"] == change["target"]) else { return false };
    let mut others = keys().filter(|other| {
        let is_usable = other["status"] == "active" || other["status"] == "inactive";
        other["id"] != key["id"]
            && other["scope"] == key["scope"]
            && other["name"] == key["name"]
            && is_usable
    });
    let is_renamed = |other: &Value| {
        let mut changes = plan["changes"].as_array().into_iter().flatten();
        changes.any(|change| change["target"] == other["id"] && !change["after"]["name"].is_null())
    };
    let was_taken = item["reason"].as_str().is_some_and(|reason| reason.contains("rename that one first"));
    was_taken && !change["after"]["name"].is_null()
        || others.next().is_some_and(is_renamed) && others.all(is_renamed)
}

/// Checks that the received writes are the requests of the plan, in order, with the ids of created objects.
fn sent_as_planned(plan: &Value, sent: &[&LedgerEntry]) -> Told {
    let changes = plan["changes"].as_array().cloned().unwrap_or_default();
    let requests: Vec<Value> = changes.iter().flat_map(|change| requests(&change["request"])).collect();
    holds(requests.len() == sent.len(), || {
        format!("{} requests planned, {} sent", requests.len(), sent.len())
    })?;
    for (request, entry) in requests.iter().zip(sent) {
        let path = request["path"].as_str().unwrap_or_default();
        // An unknown id is in braces; any workspace's id may replace it.
        let (before, after) = match (path.find('{'), path.find('}')) {
            (Some(from), Some(to)) => (&path[..from], &path[to + 1..]),
            _ => (path, ""),
        };
        let fits = entry.path.starts_with(before)
            && entry.path.ends_with(after)
            && (path.contains('{') || entry.path == path);
        holds(fits, || format!("planned {path}, sent {}", entry.path))?;
        holds(request["method"] == entry.method.as_str(), || {
            format!("planned {request}, sent {}", entry.method)
        })?;
        let body = serde_json::to_value(&entry.body).unwrap_or_default();
        let mut planned = request["body"].clone();
        if let Some(id) = planned.pointer_mut("/scope/workspace_id").filter(|id| id.to_string().contains('{'))
        {
            *id = body["scope"]["workspace_id"].clone();
        }
        for field in ["/external_key_id", "/issuer_id", "/target/service_account_id", "/workspace_id"] {
            if let Some(id) = planned.pointer_mut(field).filter(|id| id.to_string().contains('{')) {
                *id = body.pointer(field).cloned().unwrap_or_default();
            }
        }
        if let Some(id) = planned.get_mut("service_account_id").filter(|id| id.to_string().contains('{')) {
            *id = body["service_account_id"].clone();
        }
        holds(planned == body, || format!("planned {planned}, sent {body}"))?;
    }
    Ok(())
}

/// Returns a request, after its check if it has one.
fn requests(request: &Value) -> Vec<Value> {
    let check = request["check"].as_str().and_then(|check| check.split_once(' '));
    let check = check.map(|(method, path)| json!({ "method": method, "path": path, "body": null }));
    check.into_iter().chain([request.clone()]).collect()
}

pub(crate) fn order_leaves_no_trace(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0x0DD5);
    let organization = organization::random(&mut dice);
    let files = files::random(&mut dice, true);
    world.begin(&organization)?;
    world.write_all("files", &files.plain());
    world.write_all("shuffled", &files.shuffled(&mut dice));
    let (mut one, _) = planned(world, "files", &organization)?;
    let (mut two, _) = planned(world, "shuffled", &organization)?;
    for (plan, path) in [(&mut one, "files"), (&mut two, "shuffled")] {
        // PATH is shown as it was typed.
        holds(plan["config"]["path"] == path, || {
            format!("the path of {path} is {}", plan["config"]["path"])
        })?;
        plan["config"]["path"] = Value::Null;
        without_places(plan);
    }
    let (one, two) = (format!("{one:#}"), format!("{two:#}"));
    holds(one == two, || {
        let line = one.lines().zip(two.lines()).find(|(a, b)| a != b);
        format!("the plans differ at {line:?}\n{}", world.show("files"))
    })
}

/// Checks that only line numbers differ.
fn without_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("origin");
            fields.values_mut().for_each(without_places);
        }
        Value::Array(items) => items.iter_mut().for_each(without_places),
        _ => {}
    }
}

/// Returns the file with these policies in place of its own, if it has any.
fn with_policies(text: &str, policies: &str) -> Option<String> {
    let (before, rest) = text.split_once("\nunlisted:\n")?;
    let rest = rest.lines().skip_while(|line| line.starts_with(' ')).collect::<Vec<_>>().join("\n");
    Some(format!("{before}\nunlisted:\n{policies}{rest}\n"))
}

pub(crate) fn import_is_lossless(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0x1397);
    let organization = organization::random(&mut dice);
    world.begin(&organization)?;
    let ran = world.run_args(&["import", "files"]);
    let ledger = world.take_ledger();
    holds(ran.code == 0, || format!("import failed{}", scene(world, &organization, &ran)))?;
    holds(writes(&ledger).is_empty(), || format!("import wrote {ledger:?}"))?;
    // Live rules may let in more than they should, and an import says so.
    let ran = world.run_args(&["validate", "files", "--format", "json"]);
    let found: Value = serde_json::from_str(&ran.out).map_err(|error| error.to_string())?;
    let codes =
        found["problems"].as_array().into_iter().flatten().filter_map(|problem| problem["code"].as_str());
    let others = codes.filter(|code| !("BL0550"..="BL0558").contains(code)).count();
    holds(ran.code == 0 && others == 0, || format!("not clean{}", scene(world, &organization, &ran)))?;
    let (plan, code) = planned(world, "files", &organization)?;
    holds(code == 0, || format!("not empty: {:#}{}", plan["changes"], scene(world, &organization, &ran)))?;
    holds(plan["blocked"] == serde_json::json!([]), || {
        format!("blocked: {:#}{}", plan["blocked"], scene(world, &organization, &ran))
    })?;
    let before = world.show("files");
    let ran = world.run_args(&["adopt", "--path", "files", "--write"]);
    holds(ran.code == 0 && world.show("files") == before, || {
        format!("an adoption edits an import{}", scene(world, &organization, &ran))
    })?;
    world.take_ledger();
    // An import lists everything, so removing unlisted objects changes nothing either.
    let policies =
        ["members", "workspace_members", "api_keys"].map(|kind| format!("  {kind}: remove\n")).concat();
    let mut replaced = 0;
    for path in world.list("files") {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        if let Some(text) = with_policies(&text, &policies) {
            std::fs::write(path, text).map_err(|error| error.to_string())?;
            replaced += 1;
        }
    }
    holds(replaced == 1, || format!("{replaced} files with `unlisted:`\n{}", world.show("files")))?;
    let (plan, _) = planned(world, "files", &organization)?;
    holds(plan["changes"] == serde_json::json!([]), || {
        format!("removed after import: {:#}{}", plan["changes"], world.show("files"))
    })
}
