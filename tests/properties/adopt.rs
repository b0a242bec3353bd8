//! `adopt --write`: the next plan changes nothing at adopted addresses, and the edit is as small as it can be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::files;
use crate::organization::{self, KEYS, MEMBERSHIPS, PEOPLE};
use crate::story::{Told, holds};
use crate::world::{Ran, World};

pub(crate) fn adopted(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0xAD09);
    let organization = organization::random(&mut dice);
    world.begin(&organization)?;
    // Files that never matched, or files in sync before somebody used the Console.
    let is_imported = dice.chance(50);
    if is_imported {
        let ran = world.run_args(&["import", "files"]);
        holds(ran.code == 0, || ran.to_string())?;
        name_pinned_keys(world, &mut dice.fork());
        world.drift_json(|live| (0..=dice.below(8)).for_each(|_| click(live, &mut dice)));
    } else {
        let files = files::random(&mut dice, true);
        world.write_all("files", &files.shuffled(&mut dice));
    }
    let mut number = 0;
    for path in yaml(world) {
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, with_comments(&text, &mut number, &mut dice)).unwrap();
    }
    checked(world).map_err(|why| format!("{why}\n{}\n{:#}", world.show("files"), world.state_json()))
}

/// Makes the files manage the names of some keys that they pin, as they are.
fn name_pinned_keys(world: &World, dice: &mut Dice) {
    let live = world.state_json();
    for path in yaml(world) {
        let mut text = std::fs::read_to_string(&path).unwrap();
        for key in live["api_keys"].as_array().unwrap() {
            let (id, name) = (key["id"].as_str().unwrap(), key["name"].as_str().unwrap());
            if dice.chance(70) {
                text = text.replace(&format!("id: {id}}}"), &format!("id: {id}, name: \"{name}\"}}"));
            }
        }
        std::fs::write(path, text).unwrap();
    }
}

/// Returns the YAML files, also those in folders.
fn yaml(world: &World) -> Vec<std::path::PathBuf> {
    let mut paths = Vec::new();
    for path in world.list("files") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            paths.extend(world.list(&format!("files/{name}")));
        } else if !name.ends_with("json") {
            paths.push(path);
        }
    }
    paths
}

fn texts(world: &World) -> Vec<(std::path::PathBuf, String)> {
    yaml(world).into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Adds comments above lines and at their ends, each with its own number.
fn with_comments(text: &str, number: &mut usize, dice: &mut Dice) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let indent = " ".repeat(line.len() - line.trim_start().len());
        let is_free = !line.is_empty() && !line.contains('#') && !line.contains("bylaws:");
        if is_free && dice.chance(15) {
            *number += 1;
            out += &format!("{indent}# above {number}.\n");
        }
        out += line;
        if is_free && dice.chance(25) {
            *number += 1;
            out += &format!(" # beside {number}.");
        }
        out += "\n";
    }
    out
}

fn comments(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.lines().filter_map(|line| line.find("# ").map(|at| line[at..].trim_end())).collect();
    found.sort_unstable();
    found
}

fn addresses(plan: &Value, part: &str) -> BTreeSet<String> {
    let address = |item: &Value| item["address"].as_str().unwrap().replace("invite/", "member/");
    plan[part].as_array().into_iter().flatten().map(address).collect()
}

fn json_of(ran: &Ran) -> Result<Value, String> {
    // A guard may refuse a plan.
    holds(ran.code == 0 || ran.code == 3 && ran.line.starts_with("plan"), || ran.to_string())?;
    serde_json::from_str(&ran.out).map_err(|error| error.to_string())
}

fn checked(world: &World) -> Told {
    let before = texts(world);
    let first = json_of(&world.run("plan files --format json"))?;
    let adoption = json_of(&world.run("adopt --path files --write --format json"))?;
    let after = texts(world);
    let list = |name: &str| adoption[name].as_array().cloned().unwrap_or_default();
    let adopted: BTreeSet<String> =
        list("adopted").iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    let skipped = addresses(&adoption, "skipped");
    let told = || format!("{adoption:#}");

    // Every comment is still there, and other files are as they were.
    let edited = list("edits");
    for ((path, old), (_, new)) in before.iter().zip(&after) {
        holds(comments(old) == comments(new), || format!("comments of {}\n{old}\n{new}", path.display()))?;
        let is_edited = edited.iter().any(|edit| path.ends_with(edit["file"].as_str().unwrap()));
        holds(is_edited == (old != new), || format!("{} was written{}", path.display(), told()))?;
        let says = |text| serde_saphyr::from_str::<Value>(text).unwrap();
        holds(old == new || says(old) != says(new), || {
            format!("{} says the same{}", path.display(), told())
        })?;
    }

    // Only entries of adopted objects are edited; `skipped` is what stays as it was.
    let (old, new) = (entries_of(&before), entries_of(&after));
    let names = |list: &BTreeSet<String>, entry: &[String]| list.iter().any(|one| decoded(one) == entry);
    for entry in old.keys().chain(new.keys()).filter(|entry| old.get(*entry) != new.get(*entry)) {
        let is_new = !old.contains_key(entry);
        let is_whole =
            |address: &[String]| names(&adopted, address) || is_new && names(&adopted, &named(address));
        // A person or workspace that is gone takes its lines along; a new one brings them.
        let is_part = entry[0] == "workspace" && entry.len() > 2 && {
            let person = vec!["member".to_owned(), entry.last().unwrap().clone()];
            is_whole(&entry[..2]) && (is_new || !new.contains_key(entry))
                || entry[2] == "member" && !new.contains_key(entry) && is_whole(&person)
        };
        // The entry of a rule has its workspaces.
        let is_part = is_part
            || entry[0] == "federation_rule" && adopted.iter().any(|one| decoded(one).starts_with(entry));
        // Of the settings of a workspace, some may be adopted.
        let is_settings = entry[0] == "workspace" && entry.len() == 2;
        let is_skipped = names(&skipped, entry) && !is_new && !is_settings;
        let is_adopted = is_whole(entry) && !is_skipped;
        holds(is_adopted || is_part, || format!("{entry:?} was edited, but not adopted{}", told()))?;
    }

    // At most two lines for each entry that differs.
    let mut most = 0;
    let text: String = before.iter().map(|(_, text)| text.as_str()).collect();
    for address in &adopted {
        most += entries(address, &text, &after) * 2;
    }
    // A map or list of which nothing is left says so.
    let says_empty = |line: &&str| line.starts_with('+') && (line.contains(": {}") || line.contains(": []"));
    let diffs = edited.iter().map(|edit| edit["diff"].as_str().unwrap());
    most += diffs.flat_map(str::lines).filter(says_empty).count() * 2;
    let lines: usize = edited.iter().map(changed_lines).sum();
    holds(lines <= most, || format!("{lines} lines, at most {most}{}", told()))?;

    // Nothing is left at adopted addresses, and every difference elsewhere was named.
    let plan = json_of(&world.run("plan files --format json"))?;
    for part in ["changes", "blocked", "unlisted"] {
        let left = addresses(&plan, part);
        // An unlisted workspace may have the address of a listed one.
        let both: Vec<&String> = left.intersection(&adopted).filter(|one| !skipped.contains(*one)).collect();
        holds(both.is_empty(), || format!("{part} after adoption: {both:?}{}", told()))?;
        let is_named = |address: &String| skipped.iter().any(|skipped| address.starts_with(skipped.as_str()));
        let unnamed: Vec<&String> = left.iter().filter(|address| !is_named(address)).collect();
        holds(unnamed.is_empty(), || {
            format!("{part} neither adopted nor named: {unnamed:?}{}\n{plan:#}", told())
        })?;
    }
    if first["changes"] == json!([]) && first["blocked"] == json!([]) && first["unlisted"] == json!([]) {
        holds(edited.is_empty(), || format!("files in sync are edited{}", told()))?;
    }
    let again = json_of(&world.run("adopt --path files --write --format json"))?;
    holds(again["edits"] == json!([]), || format!("a second adoption edits: {again:#}{}", told()))
}

/// Returns what the files say by the address of each entry, in parts; a workspace without what is in it.
fn entries_of(files: &[(std::path::PathBuf, String)]) -> BTreeMap<Vec<String>, Value> {
    let mut found = BTreeMap::new();
    let mut add = |parts: &[&str], value: &Value| {
        let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
        if let [.., kind, email] = &mut parts[..]
            && kind == "member"
        {
            *email = email.to_lowercase();
        }
        found.insert(parts, value.clone());
    };
    let each = |section: &Value| section.as_object().cloned().unwrap_or_default();
    for (_, text) in files {
        let file: Value = serde_saphyr::from_str(text).unwrap();
        for (email, line) in each(&file["members"]) {
            add(&["member", &email], &line);
        }
        for (name, line) in each(&file["api_keys"]) {
            add(&["organization", "api_key", &name], &line);
        }
        for (name, line) in each(&file["external_keys"]) {
            add(&["external_key", &name], &line);
        }
        for (name, line) in each(&file["service_accounts"]) {
            add(&["service_account", &name], &line);
        }
        for (part, kind) in [("issuers", "federation_issuer"), ("rules", "federation_rule")] {
            for (name, line) in each(&file["federation"][part]) {
                add(&[kind, &name], &line);
            }
        }
        for (_, line) in each(&file["spend_limits"]) {
            add(&["organization", "spend_limit"], &line);
        }
        for (label, mut workspace) in each(&file["workspaces"]) {
            if let Some(line) = workspace.as_object_mut().and_then(|open| open.remove("spend_limit")) {
                add(&["workspace", &label, "spend_limit"], &line);
            }
            for (section, kind) in [
                ("members", "member"),
                ("api_keys", "api_key"),
                ("rate_limits", "rate_limit"),
                ("service_accounts", "service_account"),
            ] {
                for (name, line) in each(&workspace[section]) {
                    add(&["workspace", &label, kind, &name], &line);
                }
                if let Some(section) = workspace.get_mut(section) {
                    *section = json!(null);
                }
            }
            add(&["workspace", &label], &workspace);
        }
    }
    found
}

fn decoded(address: &str) -> Vec<String> {
    let part = |part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    address.split('/').map(part).collect()
}

/// Returns an entry by the name of the object: an import adds a number to the names of workspaces and keys that share one.
fn named(entry: &[String]) -> Vec<String> {
    let without_number = |name: &String| match name.rsplit_once('-') {
        Some((before, number)) if number.parse::<u32>().is_ok() => before.to_owned(),
        _ => name.clone(),
    };
    let is_numbered = |n: usize| n > 0 && ["workspace", "api_key"].contains(&entry[n - 1].as_str());
    let part = |(n, part): (usize, &String)| if is_numbered(n) { without_number(part) } else { part.clone() };
    entry.iter().enumerate().map(part).collect()
}

/// Returns how many entries an adoption may touch.
fn entries(address: &str, before: &str, after: &[(std::path::PathBuf, String)]) -> usize {
    let parts: Vec<&str> = address.split('/').collect();
    match parts.as_slice() {
        // A person who left goes from every team and workspace; a long form has three lines.
        ["member", email] => 2 + before.to_lowercase().matches(&email.to_lowercase()).count(),
        ["workspace", label] => {
            let label = percent_encoding::percent_decode_str(label).decode_utf8_lossy().into_owned();
            let lines = |text: &str| {
                let is_label = |line: &&str| line.trim_start().trim_matches('"').starts_with(label.as_str());
                let entry = text.lines().skip_while(|line| !(is_label(line) && line.contains(':')));
                entry.skip(1).take_while(|line| !line.trim().is_empty() && line.starts_with("   ")).count()
                    + 1
            };
            // Each setting has a line. A new entry has many, and so has one that becomes archived.
            lines(before) + after.iter().map(|(_, text)| lines(text)).sum::<usize>() + 4
        }
        // Each field has a line.
        ["federation_issuer" | "federation_rule", ..] => 12,
        _ => 1,
    }
}

fn changed_lines(edit: &Value) -> usize {
    let diff = edit["diff"].as_str().unwrap();
    let is_changed =
        |line: &&str| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---");
    diff.lines().filter(is_changed).count()
}

/// One change in the Console.
fn click(live: &mut Value, dice: &mut Dice) {
    let user = some(&live["users"], dice);
    let workspace = some(&live["workspaces"], dice);
    let key = some(&live["api_keys"], dice);
    let membership = some(&live["workspace_members"], dice);
    let role = dice.pick(&["user", "developer", "billing", "claude_code_user", "admin"]);
    match dice.below(21) {
        0 | 1 => {
            if let Some(n) = user {
                live["users"][n]["role"] = json!(role);
            }
        }
        2 => {
            if let Some(n) = user {
                let gone = live["users"].as_array_mut().unwrap().remove(n);
                let memberships = live["workspace_members"].as_array_mut().unwrap();
                memberships.retain(|member| member["user_id"] != gone["id"]);
                let keys = live["api_keys"].as_array_mut().unwrap();
                keys.retain(|key| !key.to_string().contains(gone["id"].as_str().unwrap()));
            }
        }
        3 => {
            let name = dice.pick(&["new", "kim", PEOPLE[0]]);
            let email = format!("{name}{}@acme.com", dice.below(20));
            let id = format!("user_new{}", dice.roll());
            live["users"].as_array_mut().unwrap().push(json!({ "id": id, "email": email, "role": role }));
        }
        4 => {
            if let Some(n) = membership {
                live["workspace_members"][n]["workspace_role"] = json!(dice.pick(&MEMBERSHIPS));
            }
        }
        5 => {
            if let Some(n) = membership {
                live["workspace_members"].as_array_mut().unwrap().remove(n);
            }
        }
        6 => {
            if let (Some(u), Some(w)) = (user, workspace) {
                let (user, workspace) = (live["users"][u]["id"].clone(), live["workspaces"][w].clone());
                let members = live["workspace_members"].as_array_mut().unwrap();
                let is_there = members
                    .iter()
                    .any(|one| one["user_id"] == user && one["workspace_id"] == workspace["id"]);
                if !is_there && workspace["archived_at"].is_null() && workspace["name"] != "Claude Code" {
                    let role = dice.pick(&MEMBERSHIPS);
                    members.push(
                        json!({ "workspace_id": workspace["id"], "user_id": user, "workspace_role": role }),
                    );
                }
            }
        }
        7 => {
            if let Some(n) = key {
                live["api_keys"][n]["status"] = json!(dice.pick(&["active", "inactive", "archived"]));
            }
        }
        8 => {
            let id = format!("apikey_new{}", dice.roll());
            let key = json!({ "id": id, "name": dice.pick(&KEYS), "scope": { "type": "organization" } });
            live["api_keys"].as_array_mut().unwrap().push(key);
        }
        9 => {
            if let Some(n) = workspace.filter(|n| live["workspaces"][*n]["name"] != "Claude Code") {
                configure(&mut live["workspaces"][n], dice);
            }
        }
        10 => {
            if let Some(n) = workspace {
                archive(live, n);
            }
        }
        11 => {
            let id = format!("wrkspc_new{}", dice.roll());
            let name = dice.pick(&["fresh", "lab", "Über/50%"]);
            live["workspaces"].as_array_mut().unwrap().push(json!({ "id": id, "name": name }));
        }
        12 => {
            if let Some(n) = key {
                let name = dice.pick(&["2026", "x: y", "renamed", KEYS[0], KEYS[1]]);
                live["api_keys"][n]["name"] = json!(name);
            }
        }
        other => click_object(live, dice, other),
    }
}

/// One change in the Console of what is neither a person nor a workspace nor an API key.
fn click_object(live: &mut Value, dice: &mut Dice, which: usize) {
    match which {
        17 => limit(live, "workspace_service_accounts", dice, |one| {
            one["workspace_role"] = json!("workspace_admin");
        }),
        18 => {
            if let Some(n) = some(&live["service_accounts"], dice) {
                live["service_accounts"][n]["description"] = json!("from the Console");
                live["service_accounts"][n]["organization_role"] = json!(dice.pick(&["developer", "admin"]));
            }
        }
        19 => {
            let name = format!("console-{}", dice.below(9));
            let accounts = live["service_accounts"].as_array_mut().unwrap();
            if accounts.iter().all(|one| one["name"] != *name) {
                accounts.push(json!({ "id": format!("svac_{}", name.replace('-', "")), "name": name }));
            }
        }
        20 => crate::federation::click(live, dice),
        13 => {
            if let Some(n) = some(&live["external_keys"], dice) {
                live["external_keys"][n]["display_name"] = json!(dice.pick(&["k0", "new", "x: y"]));
            }
        }
        14 => {
            let key = some(&live["external_keys"], dice).map(|n| live["external_keys"][n]["id"].clone());
            if let (Some(n), Some(key)) = (some(&live["workspaces"], dice), key)
                && live["workspaces"][n]["external_key_id"].is_null()
            {
                live["workspaces"][n]["external_key_id"] = key;
            }
        }
        15 => limit(live, "spend_limits", dice, |one| one["amount"] = json!("70")),
        _ => limit(live, "workspace_rate_limits", dice, |one| one["limits"][0]["value"] = json!(7)),
    }
}

/// Returns the place of an item of a list.
fn some(list: &Value, dice: &mut Dice) -> Option<usize> {
    let length = list.as_array().map_or(0, Vec::len);
    (length > 0).then(|| dice.below(length))
}

/// Changes or removes one limit of a list.
fn limit(live: &mut Value, list: &str, dice: &mut Dice, change: impl FnOnce(&mut Value)) {
    let Some(n) = some(&live[list], dice) else { return };
    if dice.chance(40) {
        live[list].as_array_mut().unwrap().remove(n);
    } else {
        change(&mut live[list][n]);
    }
}

fn configure(workspace: &mut Value, dice: &mut Dice) {
    match dice.below(4) {
        0 => workspace["display_color"] = json!("#010203"),
        1 => workspace["tags"] = json!({ "env": "stage", "owner": "x: y" }),
        2 => workspace["name"] = json!(format!("renamed {}", dice.below(9))),
        _ => {
            workspace["data_residency"] = json!({
                "workspace_geo": "us", "allowed_inference_geos": ["us"], "default_inference_geo": "us"
            });
        }
    }
}

fn archive(live: &mut Value, n: usize) {
    let id = live["workspaces"][n]["id"].clone();
    live["workspaces"][n]["archived_at"] = json!("2026-11-20T00:00:00Z");
    for list in [
        "workspace_members",
        "workspace_rate_limits",
        "workspace_service_accounts",
        "spend_limits",
        "api_keys",
    ] {
        let within = |one: &Value| one["workspace_id"] == id || one["scope"]["workspace_id"] == id;
        if let Some(list) = live[list].as_array_mut() {
            list.retain(|one| !within(one));
        }
    }
}
