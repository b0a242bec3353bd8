//! C: nobody is locked out, and power is never given unseen.

use serde_json::{Value, json};

use crate::card::{Profile, Row, Tally};
use crate::dice::Dice;
use crate::organization::ID;
use crate::stage::Stage;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "C1",
            "whatever the files ask for, nobody becomes an admin or ceases to be one",
            admins_stay,
        ),
        Row::new("C2", "the key that is used is never touched", own_key),
        Row::new("C3", "a required admin who is missing is named with a place", required_admin),
        Row::new("C4", "one person twice is an error with both places", twice),
        Row::new("C5", "what gives power stands first", power_first),
        Row::new("C6", "what the API cannot do is never sent", impossible),
        Row::new(
            "C7",
            "the default workspace and that of Claude Code are never archived or emptied",
            own_workspaces,
        ),
    ]
}

fn head(rest: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ID}}}\n{rest}")
}

fn organization(users: &Value) -> Value {
    json!({ "organization": { "id": ID, "name": "Acme" }, "users": users })
}

/// Random organizations with files that make, lower, remove and forget admins: no request says so, those who held
/// such a role before hold it afterwards, and nobody else does.
fn admins_stay(tally: &mut Tally, profile: Profile) {
    const HELD: [&str; 4] = ["admin", "owner", "primary_owner", "membership_admin"];
    let mut asked = 0;
    for seed in 0..profile.cases(40, 5_000) {
        let mut dice = Dice::new(seed ^ 0xC1);
        let stage = Stage::live(crate::organization::random(&mut dice));
        let held = |stage: &Stage| -> Vec<(String, String)> {
            let users = stage.emulator.state().users.into_iter();
            users.filter(|user| HELD.contains(&user.role.as_str())).map(|user| (user.id, user.role)).collect()
        };
        let before = held(&stage);
        std::fs::create_dir(stage.path("files")).unwrap();
        for (name, text) in crate::files::random(&mut dice, true).plain() {
            // More people are to be made admins, and more admins to be something else, than by chance.
            let text = text.replace("unlisted:\n  members: ignore", "unlisted:\n  members: remove");
            let role = dice.pick(&["acme.com: billing\n", "acme.com: developer\n"]);
            let more = text.replace(role, "acme.com: admin\n");
            // A membership that follows from `billing` cannot stand beside another role.
            let text = if text.contains("workspace_billing") { text } else { more };
            asked += text.matches("acme.com: admin").count();
            stage.write(&format!("files/{name}"), &text);
        }
        let ran = stage.run("apply files --auto-approve");
        let forbidden = stage.writes().into_iter().find(|entry| {
            let gives = entry.body["role"].as_str().is_some_and(|role| HELD.contains(&role));
            let takes = before.iter().any(|(id, _)| entry.path == format!("/v1/organizations/users/{id}"));
            gives || takes
        });
        let after = held(&stage);
        tally.case(matches!(ran.code, 0 | 3) && forbidden.is_none() && after == before, || {
            format!("seed {seed}: {before:?}, then {after:?}: {}", ran.all())
        });
    }
    tally.figure(format!("{asked} lines ask for an admin"));
}

fn own_key(tally: &mut Tally, _: Profile) {
    // The hint of the key in use ends as the key does.
    let hint = format!(
        "sk-ant-admin01-{}...{}",
        &crate::stage::KEY[15..18],
        &crate::stage::KEY[crate::stage::KEY.len() - 4..]
    );
    for (policy, wanted) in [("report", "inactive"), ("remove", "active"), ("report", "archived")] {
        let mut state = organization(&json!([{ "id": "user_a", "email": "ada@acme.com", "role": "admin" }]));
        state["api_keys"] = json!([
            { "id": "apikey_own", "name": "ours", "partial_key_hint": hint, "scope": { "type": "organization" } },
            { "id": "apikey_b", "name": "b", "scope": { "type": "organization" } },
        ]);
        let stage = Stage::live(state);
        let line =
            if policy == "remove" { "b: active".to_owned() } else { format!("ours: {wanted}, b: active") };
        stage.write(
            "bylaws.yaml",
            &head(&format!("api_keys: {{{line}}}\nunlisted: {{api_keys: {policy}}}\n")),
        );
        let ran = stage.run("apply --auto-approve");
        let kept = stage.state().contains(&"key ours active".to_owned());
        tally.case(kept && stage.writes().is_empty(), || ran.all());
    }
}

fn required_admin(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(organization(&json!([])));
    for members in ["{bob@acme.com: user}", "{grace@acme.com: user}"] {
        stage.write(
            "bylaws.yaml",
            &head(&format!("members: {members}\nguards: {{required_admins: [grace@acme.com]}}\n")),
        );
        let ran = stage.run("validate");
        tally.case(ran.code == 4 && ran.out.contains("bylaws.yaml:4:28"), || ran.all());
    }
}

fn twice(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(organization(&json!([])));
    for (second, column) in [("ada@acme.com", 3), ("ADA@acme.com", 3), ("ada+x@acme.com", 3)] {
        stage
            .write("bylaws.yaml", &head(&format!("members:\n  ada@acme.com: user\n  {second}: developer\n")));
        let ran = stage.run("validate");
        let both = [4, 5].iter().all(|line| ran.out.contains(&format!("bylaws.yaml:{line}:{column}")));
        tally.case(ran.code == 4 && both, || ran.all());
    }
}

fn power_first(tally: &mut Tally, profile: Profile) {
    for seed in 0..profile.cases(100, 2_000) {
        let mut dice = Dice::new(seed ^ 0xC5);
        let stage = Stage::live(crate::organization::random(&mut dice));
        std::fs::create_dir(stage.path("files")).unwrap();
        for (name, text) in crate::files::random(&mut dice, true).plain() {
            stage.write(&format!("files/{name}"), &text);
        }
        let plan = stage.run("plan files --format json").json();
        let text = stage.run("plan files").out;
        let first = text.split("\nChanges").next().unwrap_or("");
        let listed: Vec<&Value> = plan["review_first"].as_array().into_iter().flatten().collect();
        let created: Vec<String> = plan["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|change| {
                change["action"] == "create" && change["request"]["path"] == "/v1/organizations/workspaces"
            })
            .map(|change| format!("{}/", change["address"].as_str().unwrap_or_default()))
            .collect();
        for change in plan["changes"].as_array().into_iter().flatten() {
            let rank = |role: &Value| match role.as_str() {
                Some("developer" | "workspace_developer") => 3,
                Some("workspace_restricted_developer") => 2,
                Some("user" | "workspace_user") => 1,
                Some("workspace_admin") => 4,
                _ => 0,
            };
            let before = change["before"]["role"]
                .as_str()
                .map_or(&change["before"]["workspace_role"], |_| &change["before"]["role"]);
            let after = change["after"]["role"]
                .as_str()
                .map_or(&change["after"]["workspace_role"], |_| &change["after"]["role"]);
            // Told apart anew from what the change says: raises in place, and admins of workspaces.
            let raises = change["action"] == "update" && rank(before) > 0 && rank(after) > rank(before);
            let address = change["address"].as_str().unwrap_or_default();
            let is_new = created.iter().any(|workspace| address.starts_with(workspace.as_str()));
            let admin = after == "workspace_admin" && !is_new;
            let archive = change["action"] == "archive";
            if raises || admin || archive {
                let id = &change["id"];
                let reason = listed.iter().find(|entry| entry["change"] == *id).map(|entry| &entry["reason"]);
                let is_first = reason.and_then(Value::as_str).is_some_and(|reason| first.contains(reason));
                tally.case(is_first, || format!("seed {seed}: {id} is not among the first\n{text}"));
            }
        }
    }
}

fn impossible(tally: &mut Tally, _: Profile) {
    for held in ["admin", "owner", "primary_owner", "membership_admin"] {
        for (live, wanted) in [("user", held), (held, "user"), (held, "none")] {
            let stage = Stage::live(organization(&json!([
                { "id": "user_a", "email": "ada@acme.com", "role": live },
                { "id": "user_b", "email": "bob@acme.com", "role": "user" },
            ])));
            stage.write(
                "bylaws.yaml",
                &head(&format!("members: {{ada@acme.com: {wanted}, bob@acme.com: user}}\n")),
            );
            let ran = stage.run("apply --auto-approve");
            let named = ran.out.contains("Blocked") && ran.out.contains("member/ada@acme.com");
            tally.case(named && stage.writes().is_empty(), || format!("{live} → {wanted}: {}", ran.all()));
        }
    }
}

fn own_workspaces(tally: &mut Tally, _: Profile) {
    let mut state = organization(&json!([
        { "id": "user_a", "email": "ada@acme.com", "role": "admin" },
        { "id": "user_b", "email": "bob@acme.com", "role": "developer" },
    ]));
    state["workspaces"] = json!([
        { "id": "wrkspc_default", "name": "Default" },
        { "id": "wrkspc_code", "name": "Claude Code" },
        { "id": "wrkspc_lab", "name": "lab" },
    ]);
    state["workspace_members"] =
        json!([{ "workspace_id": "wrkspc_code", "user_id": "user_b", "workspace_role": "workspace_user" }]);
    // What may stand in the files, and what asks for the end of one of the two, by name and by id.
    for (listed, codes) in [
        ("{lab: {}}", [0, 0]),
        ("{Default: {}, lab: {}}", [0, 0]),
        ("{Claude Code: {}, lab: {}}", [0, 0]),
        ("{lab: {members: {}}}", [0, 0]),
        ("{Default: {state: archived}}", [0, 4]),
        ("{Claude Code: {state: archived}}", [0, 4]),
        ("{other: {id: wrkspc_default, state: archived}}", [0, 4]),
        ("{other: {id: wrkspc_code, state: archived}}", [0, 4]),
        ("{Default: {members: {}}}", [0, 4]),
        ("{Claude Code: {members: {}}}", [0, 4]),
        ("{other: {id: wrkspc_code, members: {}}}", [0, 4]),
    ] {
        let stage = Stage::live(state.clone());
        let approve = "{approve: [{changes: [archive workspace/Default, archive workspace/Claude%20Code, archive workspace/other], until: 2026-12-01, reason: why}]}";
        stage.write("bylaws.yaml", &head(&format!(
            "members: {{ada@acme.com: admin, bob@acme.com: developer}}\nworkspaces: {listed}\nguards: {approve}\nunlisted: {{members: remove, workspace_members: remove, api_keys: remove}}\n"
        )));
        let ran = stage.run("apply --auto-approve");
        tally.case(codes.contains(&ran.code) && stage.writes().is_empty(), || {
            format!("{listed}: {}", ran.all())
        });
    }
}
