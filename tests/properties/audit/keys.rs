//! Problems with API keys: keys with random facts, and the findings that follow from them.

use serde_json::{Value, json};

use super::people::{around, leaver, over};
use super::scene::Scene;

pub(crate) fn key(scene: &mut Scene) {
    let n = scene.number();
    let id = format!("apikey_0{n}");
    let (age, unused) = (scene.settings.key_age, scene.settings.api_keys);
    // Mostly one fact at a time.
    let odd = scene.dice.below(8);
    let mostly = |scene: &mut Scene, at: usize| odd == at || scene.dice.chance(8);

    let made = if mostly(scene, 0) { around(scene, age, 180) } else { age.unwrap_or(180).min(20) };
    let last = if mostly(scene, 1) {
        let days = around(scene, unused, 90);
        scene.dice.chance(60).then_some(days)
    } else {
        Some(scene.within(unused))
    };
    // A key that was never used is as idle as it is old.
    let idle = last.map_or(made, |last| last.min(made));
    let expires = !mostly(scene, 2);
    let (by, leaves) =
        if mostly(scene, 3) { leaver(scene) } else { (json!({ "id": scene.maker, "type": "user" }), false) };
    let says_nothing = mostly(scene, 4);
    let status = if scene.dice.chance(15) { scene.dice.pick(&["inactive", "expired"]) } else { "active" };
    let active = status == "active";
    let name = if says_nothing { "test".to_owned() } else { format!("deploy-site-{n}") };
    let mut principal = Value::Null;
    let mut outlives = true;

    let (scope, place, listed) = match scene.dice.below(8) {
        // Names are unique in a scope, so that an address identifies one key.
        _ if says_nothing => {
            let (label, space) = scene.workspace();
            list(scene, &label, &name, status);
            (workspace(&space), format!("workspace/{}", label.replace(' ', "%20")), true)
        }
        0 => {
            list(scene, "Default", &name, status);
            (workspace("wrkspc_0default"), "workspace/Default".to_owned(), true)
        }
        1 => {
            let user = by["id"].as_str().filter(|_| by["type"] == "user").unwrap_or("user_0gone").to_owned();
            principal = json!({ "type": "user_actor", "user_id": user });
            outlives = false;
            scene.keys.insert(name.clone(), listed_as(status));
            (json!({ "type": "organization" }), "organization".to_owned(), true)
        }
        2 => {
            principal = json!({ "type": "service_account_actor", "service_account_id": "svac_01" });
            scene.keys.insert(name.clone(), listed_as(status));
            (json!({ "type": "organization" }), "organization".to_owned(), true)
        }
        at => {
            let (label, space) = scene.any_workspace();
            let listed = at != 3;
            if listed {
                list(scene, &label, &name, status);
            }
            (workspace(&space), format!("workspace/{}", label.replace(' ', "%20")), listed)
        }
    };
    let created = scene.moment(made);
    let mut key = json!({
        "id": id, "name": name, "status": status, "created_at": created, "created_by": by,
        "principal": principal, "scope": scope,
    });
    if expires {
        key["expires_at"] =
            if status == "expired" { "2026-01-01T00:00:00Z" } else { "2029-01-01T00:00:00Z" }.into();
    }
    scene.add("api_keys", key);
    if let Some(days) = last {
        scene.used(days, json!({ "api_key_id": id }));
    }

    let address = format!("{place}/api_key/{name}");
    if active && over(idle, unused) {
        scene.expect("BA0301", &address, "warning");
    }
    if active && over(made, age) {
        scene.expect("BA0302", &address, "warning");
    }
    if active && !expires {
        let severity = if scene.settings.expiry_required { "warning" } else { "note" };
        scene.expect("BA0303", &address, severity);
    }
    if active && leaves && outlives {
        scene.expect("BA0304", &address, "error");
    }
    if active && says_nothing {
        scene.expect("BA0306", &address, "note");
    }
    let most = scene.settings.unlisted;
    if !listed && most.is_some() && status != "expired" && scene.unlisted["api_keys"] != "ignore" {
        scene.expect("BA0501", &address, if over(made, most) { "warning" } else { "note" });
    }
}

/// The files can ask for any status but `expired`.
fn listed_as(status: &str) -> String {
    if status == "expired" { "inactive" } else { status }.to_owned()
}

fn list(scene: &mut Scene, label: &str, name: &str, status: &str) {
    let lines = scene.spaces.get_mut(label).unwrap();
    lines.keys.insert(name.to_owned(), listed_as(status));
}

fn workspace(id: &str) -> Value {
    json!({ "type": "workspace", "workspace_id": id })
}

/// A key that archiving its workspace left active, or not.
pub(crate) fn archived(scene: &mut Scene) {
    let (name, space) = scene.unused_workspace(300);
    let created = scene.moment(10);
    scene.live.get_mut("workspaces").unwrap().last_mut().unwrap()["archived_at"] = created.clone().into();
    let n = scene.number();
    let status = scene.dice.pick(&["active", "inactive", "archived"]);
    let (id, maker) = (format!("apikey_0{n}"), scene.maker.clone());
    scene.add(
        "api_keys",
        json!({
            "id": id, "name": format!("deploy-site-{n}"), "status": status, "created_at": created,
            "created_by": { "id": maker, "type": "user" }, "scope": workspace(&space),
            "expires_at": "2029-01-01T00:00:00Z",
        }),
    );
    let day = scene.within(scene.settings.api_keys);
    scene.used(day, json!({ "api_key_id": id }));
    if status != "archived" {
        let address = format!("workspace/{}/api_key/deploy-site-{n}", name.replace(' ', "%20"));
        scene.expect("BA0305", &address, "error");
    }
}

/// A key of Claude Code, which ends with its person; it may be older than other keys should be.
pub(crate) fn claude_code(scene: &mut Scene) {
    let n = scene.number();
    let id = format!("apikey_0{n}");
    let made = around(scene, scene.settings.key_age, 180);
    let created = scene.moment(made);
    scene.add(
        "api_keys",
        json!({
            "id": id, "name": format!("claude_code_key_p{n}"), "status": "active", "created_at": created,
            "created_by": { "id": "user_0gone", "type": "user" }, "scope": workspace("wrkspc_0code"),
            "expires_at": "2029-01-01T00:00:00Z",
        }),
    );
    let day = scene.within(scene.settings.api_keys);
    scene.used(day, json!({ "api_key_id": id }));
    if over(made, scene.settings.key_age) {
        scene.expect("BA0302", &format!("workspace/Claude%20Code/api_key/claude_code_key_p{n}"), "warning");
    }
}
