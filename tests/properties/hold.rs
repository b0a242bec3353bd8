//! A nightly apply with `--hold drift` undoes nothing that somebody did in the Console, and applies a new commit.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::organization::{self, MEMBERSHIPS};
use crate::story::{Told, holds};
use crate::world::World;
use crate::{files, organization::PEOPLE};

/// The person that the new commit adds.
const NEW: &str = "invite nadia@acme.com user";

pub(crate) fn an_emergency_stays(world: &World, seed: u64) -> Told {
    let mut dice = Dice::new(seed ^ 0x0401D);
    let organization = organization::random(&mut dice);
    world.begin(&organization)?;
    world.remove("files");
    world.write_all("files", &files::random(&mut dice, true).plain());
    world.commit("base");
    let base = world.git("rev-parse HEAD");
    let first = world.run("apply files --auto-approve");
    if first.code == 3 {
        return Ok(());
    }
    world.drift_json(|live| (0..=dice.below(4)).for_each(|_| emergency(live, &mut dice)));
    let adds = world.show("files").contains("\nmembers:");
    if adds {
        world.write("files/new.yaml", "members:\n  nadia@acme.com: user\n");
        world.commit("head");
    }
    let mut expected = world.state();
    let line = ["apply", "files", "--base", &base, "--hold", "drift", "--auto-approve", "--format", "json"];
    let ran = world.run_args(&line);
    let scene = || {
        format!("\n{}\n{organization:#}\nexit {}\n{}\n{}", world.show("files"), ran.code, ran.err, ran.out)
    };
    holds(ran.code == 0, || format!("the commit was not applied{}", scene()))?;
    if adds {
        expected.push(NEW.to_owned());
        expected.sort();
    }
    // What is due follows its date, such as the end of somebody whom the service kept until their role was lowered,
    // with all its side effects.
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    let mut sent = report["changes"].as_array().into_iter().flatten();
    if sent.any(|change| change["cause"] == "due") {
        return Ok(());
    }
    let state = world.state();
    holds(state == expected, || {
        let lost: Vec<&String> = expected.iter().filter(|line| !state.contains(line)).collect();
        let new: Vec<&String> = state.iter().filter(|line| !expected.contains(line)).collect();
        format!("gone {lost:?}, new {new:?}{}", scene())
    })
}

/// One edit in the Console.
pub(crate) fn emergency(live: &mut Value, dice: &mut Dice) {
    let list = dice.pick(&["users", "workspaces", "workspace_members", "api_keys"]);
    let Some(objects) = live[list].as_array_mut().filter(|objects| !objects.is_empty()) else { return };
    let n = dice.below(objects.len());
    let removed = dice.chance(40) && matches!(list, "users" | "workspace_members");
    if removed {
        let object = objects.remove(n);
        if let Some(user) = object["id"].as_str().filter(|_| list == "users") {
            let user = user.to_owned();
            live["workspace_members"].as_array_mut().unwrap().retain(|member| member["user_id"] != *user);
        }
        return;
    }
    let object = &mut objects[n];
    match list {
        "users" => object["role"] = json!(dice.pick(&["user", "developer", "billing", "admin"])),
        "workspaces" if dice.chance(30) => object["archived_at"] = json!("2026-11-20T00:00:00Z"),
        "workspaces" => object["tags"] = json!({ "frozen": dice.pick(&["yes", "no"]) }),
        "workspace_members" => object["workspace_role"] = json!(dice.pick(&MEMBERSHIPS)),
        _ => object["status"] = json!(dice.pick(&["active", "inactive", "archived"])),
    }
    if dice.chance(20) {
        let name = dice.pick(&PEOPLE);
        let user =
            json!({"id": format!("user_09{name}"), "email": format!("{name}@evil.example"), "role": "user"});
        let users = live["users"].as_array_mut().unwrap();
        if users.iter().all(|other| other["id"] != user["id"]) {
            users.push(user);
        }
    }
}
