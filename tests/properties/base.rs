//! A plan with a base: every difference between base and head, in files or in effect, is shown to a reviewer.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::story::{Told, holds};
use crate::world::World;
use crate::{files, organization};

/// The base is committed, the head is in the work tree; each is planned on its own as well.
pub(crate) fn what_differs_is_told(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0xBA5E);
    let organization = organization::random(&mut dice);
    let (base, head) = (files::random(&mut dice, true), files::random(&mut dice, true));
    world.begin(&organization)?;
    world.write_all("files", &base.plain());
    let alone = planned(world, &["plan", "files", "--format", "json"])?;
    let before = entries(world, "files")?;
    world.commit("base");
    world.remove("files");
    world.write_all("files", &head.plain());
    let after = entries(world, "files")?;
    let _ = world.take_ledger();
    planned(world, &["plan", "files", "--format", "json"])?;
    // Who made the drift is read from the Activity Feed, not from a list.
    let reads = || world.take_ledger().iter().filter(|read| !read.path.contains("compliance")).count();
    let without_base = reads();
    let plan = planned(world, &["plan", "files", "--base", "HEAD", "--format", "json"])?;
    let with_base = reads();
    holds(without_base == with_base, || format!("{with_base} requests with a base, {without_base} without"))?;
    let live = world.state_json();
    world.write("plan.json", &plan.to_string());
    let page = world.run_args(&["show", "plan.json", "--format", "markdown"]).out;
    let scene = || format!("\n{}\n{organization:#}\n{page}\n{:#}", world.show("files"), plan["rule_changes"]);

    let differing = counted(&before, &after);
    holds(plan["base"]["differing"] == differing, || {
        format!("counted {}, not {differing}{}", plan["base"]["differing"], scene())
    })?;
    let open = outside_folds(&page);
    for name in ["added", "changed", "removed"] {
        let n = differing[name].as_u64().unwrap_or(0);
        holds(n == 0 || open.contains(&format!("{n} {name}")), || {
            format!("{n} {name}: not told{}", scene())
        })?;
    }
    let known: Vec<Value> = list(&alone, "changes").iter().map(request).collect();
    for change in list(&plan, "changes") {
        let is_commits = !known.contains(&request(change));
        holds((change["cause"] == "commit") == is_commits, || {
            format!("{} is of {}, and in the base: {}{}", change["id"], change["cause"], !is_commits, scene())
        })?;
        let is_due = is_due(change, &live);
        holds(is_commits || (change["cause"] == "due") == is_due, || {
            format!("{} is of {}, and due: {is_due}{}", change["id"], change["cause"], scene())
        })?;
        holds(!is_commits || is_named(&open, change), || format!("{} is not told{}", change["id"], scene()))?;
    }
    for change in list(&plan, "rule_changes") {
        holds(is_named(&open, change), || format!("{change} is not told{}", scene()))?;
    }
    // Every removed entry is named, unless a change or its whole section shows it.
    for (key, _) in before.iter().filter(|(key, _)| key.0 == "members" && !after.contains_key(*key)) {
        let section_stays = after.keys().any(|other| other.0 == "members");
        holds(!section_stays || open.to_lowercase().contains(&key.1), || {
            format!("{key:?} is gone untold{}", scene())
        })?;
    }
    Ok(())
}

/// Returns whether a date or an invite made a change necessary: a line expired, the newest invite expired, or somebody
/// without any membership accepted one within 14 days.
fn is_due(change: &Value, live: &Value) -> bool {
    let person = |email: &str| {
        let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
        format!("{}@{domain}", local.split('+').next().unwrap_or_default()).to_lowercase()
    };
    let invites = |email: &str| {
        let mut found: Vec<&Value> = list(live, "invites")
            .iter()
            .filter(|invite| person(invite["email"].as_str().unwrap_or_default()) == person(email))
            .filter(|invite| invite["status"] != "deleted")
            .collect();
        found.sort_by_key(|invite| std::cmp::Reverse(invite["invited_at"].as_str().unwrap_or_default()));
        found
    };
    let address = change["address"].as_str().unwrap_or_default();
    match (change["action"].as_str(), change["expired"].is_string()) {
        (_, true) => true,
        (Some("invite"), _) => {
            let email = change["request"]["body"]["email"].as_str().unwrap_or_default();
            let recent = |invite: &&Value| invite["expires_at"].as_str().is_some_and(|at| at >= "2026-11-07");
            invites(email).first().is_some_and(|invite| invite["status"] == "expired" && recent(invite))
        }
        (Some("create"), _) if address.contains("/member/") => {
            let user = &change["request"]["body"]["user_id"];
            if list(live, "workspace_members").iter().any(|member| member["user_id"] == *user) {
                return false;
            }
            let email =
                list(live, "users").iter().find(|other| other["id"] == *user).map(|user| &user["email"]);
            let accepted = invites(email.and_then(Value::as_str).unwrap_or_default());
            accepted.iter().filter_map(|invite| invite["accepted_at"].as_str()).max().is_some_and(|at| {
                // The organization is read on 2026-11-21.
                at >= "2026-11-07"
            })
        }
        _ => false,
    }
}

fn planned(world: &World, args: &[&str]) -> Result<Value, String> {
    let ran = world.run_args(args);
    holds(matches!(ran.code, 0 | 3), || format!("{args:?}: exit {}\n{}", ran.code, ran.err))?;
    serde_json::from_str(&ran.out).map_err(|error| format!("{args:?}: {error}"))
}

fn list<'a>(plan: &'a Value, field: &str) -> &'a [Value] {
    plan[field].as_array().map_or(&[], Vec::as_slice)
}

fn request(change: &Value) -> Value {
    json!([change["action"], change["target"], change["request"]])
}

/// Returns the page without the folded parts.
fn outside_folds(page: &str) -> String {
    let mut open = String::new();
    for (n, part) in page.split("<details>").enumerate() {
        open += if n == 0 { part } else { part.split_once("</details>").map_or("", |(_, rest)| rest) };
    }
    open
}

/// Returns whether the page contains the person, workspace or key of an address; for a rule for everybody, its text.
fn is_named(open: &str, entry: &Value) -> bool {
    let address = entry["address"].as_str().unwrap_or_default();
    // What has no name is in the words of its kind.
    let name = address.rsplit('/').next().unwrap_or_default().replace("spend_limit", "spend limit");
    let name = percent_encoding::percent_decode_str(&name).decode_utf8_lossy();
    if name == "organization" {
        let bare = |text: &str| text.replace(['`', ' '], "");
        return bare(open).contains(&bare(entry["reason"].as_str().unwrap_or_default()));
    }
    open.to_lowercase().contains(&name.to_lowercase())
}

/// A section, an object in it, and its content.
type Key = (String, String, String);

/// Returns every entry of the files, read by an independent YAML parser.
fn entries(world: &World, folder: &str) -> Result<BTreeMap<Key, Value>, String> {
    let mut all = BTreeMap::new();
    for path in world.list(folder) {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let file: Value = serde_saphyr::from_str(&text).map_err(|error| error.to_string())?;
        for (section, content) in file.as_object().into_iter().flatten() {
            add(&mut all, section, content);
        }
    }
    Ok(all)
}

fn add(all: &mut BTreeMap<Key, Value>, section: &str, content: &Value) {
    // Addresses that differ in letter case are one person.
    let mut put = |name: &str, under: &str, value: Value| {
        all.insert((section.to_owned(), name.to_lowercase(), under.to_lowercase()), value);
    };
    match section {
        "members" | "api_keys" | "spend_limits" | "external_keys" | "service_accounts" => {
            pairs(content).for_each(|(name, value)| put(name, "", long(value)));
        }
        "teams" => {
            for (team, people) in pairs(content) {
                people
                    .as_array()
                    .into_iter()
                    .flatten()
                    .for_each(|who| put(team, &who.to_string(), Value::Null));
            }
        }
        "workspaces" => {
            for (label, workspace) in pairs(content) {
                let mut settings = workspace.as_object().cloned().unwrap_or_default();
                for part in ["members", "teams", "api_keys", "rate_limits", "service_accounts"] {
                    let lines = settings.remove(part).unwrap_or_default();
                    pairs(&lines)
                        .for_each(|(name, value)| put(label, &format!("{part} {name}"), long(value)));
                }
                if let Some(limit) = settings.remove("spend_limit") {
                    put(label, "spend_limit", limit);
                }
                put(label, "", Value::Object(settings));
            }
        }
        "federation" => {
            for (part, entries) in pairs(content) {
                pairs(entries).for_each(|(name, value)| put(part, name, value.clone()));
            }
        }
        "bylaws" => {}
        _ => put("", "", content.clone()),
    }
}

fn pairs(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Returns the long form of a line: `user` is `{role: user}`, and `active` is `{status: active}`.
fn long(value: &Value) -> Value {
    if value.is_string() {
        json!({ "is": value })
    } else if let Some(map) = value.as_object() {
        let mut map = map.clone();
        if let Some(word) = map.remove("role").or_else(|| map.remove("status")) {
            map.insert("is".to_owned(), word);
        }
        Value::Object(map)
    } else {
        value.clone()
    }
}

fn counted(before: &BTreeMap<Key, Value>, after: &BTreeMap<Key, Value>) -> Value {
    let added = after.keys().filter(|key| !before.contains_key(*key)).count();
    let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
    let changed =
        after.iter().filter(|(key, value)| before.get(*key).is_some_and(|was| was != *value)).count();
    json!({ "added": added, "changed": changed, "removed": removed })
}
