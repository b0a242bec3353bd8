//! L: import, what is not listed, and drift.

use serde_json::{Value, json};

use crate::card::{Profile, Row, Tally};
use crate::organization::ID;
use crate::stage::Stage;
use crate::story;
use crate::world::World;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("L1", "a plan right after import is empty, and so is import --diff", lossless),
        Row::new("L2", "import sets no policy that removes", no_policy),
        Row::new("L3", "what is not listed is not touched unless a policy says so", unlisted),
        Row::not_ours(
            "L4",
            "a rule that hides a managed thing is an error",
            "no rule hides anything by a pattern: `unlisted` speaks only of what no line lists",
        ),
        Row::new("L5", "every field that drifts is found, and nothing else", drift),
        Row::new("L6", "an apply's own changes are no drift", no_own_drift),
        Row::new("L7", "drift is not repaired by reading", no_repair),
        Row::not_ours(
            "L8",
            "who changed something by hand is never guessed",
            "nobody is named for drift at all: the service's feed of activities is not read",
        ),
    ]
}

fn lossless(tally: &mut Tally, profile: Profile) {
    let world = World::new();
    for seed in 0..profile.cases(100, 10_000) {
        tally.told(&format!("seed {seed}"), story::import_is_lossless(&world, seed));
    }
}

/// Whatever is there: what import writes removes nobody who comes later.
fn no_policy(tally: &mut Tally, profile: Profile) {
    for seed in 0..profile.cases(40, 1_000) {
        let mut dice = crate::dice::Dice::new(seed ^ 0x4c);
        let stage = Stage::live(crate::organization::random(&mut dice));
        let ran = stage.run("import --single whole.yaml");
        let text = if ran.code == 0 { stage.read("whole.yaml") } else { String::new() };
        let removes = text.lines().any(|line| line.trim_end().ends_with(": remove"));
        tally.case(ran.code == 0 && text.contains("report") && !removes, || {
            format!("seed {seed}: {}", ran.all())
        });
    }
}

fn no_own_drift(tally: &mut Tally, _: Profile) {
    for name in ["minimal", "acme", "enterprise"] {
        let stage = Stage::example(name);
        let ran = stage.run("apply bylaws --auto-approve");
        tally.case(ran.code == 0, || format!("{name}: {}", ran.all()));
        let ran = stage.run("plan bylaws --detailed-exitcode");
        tally.case(ran.code == 0, || format!("{name}: {}", ran.all()));
    }
}

fn no_repair(tally: &mut Tally, _: Profile) {
    let stage = Stage::example("acme");
    assert_eq!(stage.run("apply bylaws --auto-approve").code, 0);
    let mut seed = serde_json::to_value(stage.emulator.state()).unwrap();
    let roles = ["user", "developer", "billing"];
    for n in 0..seed["users"].as_array().unwrap().len() {
        // Somebody is to become an admin, which the API cannot do whatever they are.
        if seed["users"][n]["email"] == "omar@acme.com" {
            continue;
        }
        let role = seed["users"][n]["role"].as_str().unwrap().to_owned();
        let Some(other) = roles.iter().find(|other| roles.contains(&role.as_str()) && **other != role) else {
            continue;
        };
        let was = std::mem::replace(&mut seed["users"][n]["role"], json!(other));
        stage.reset(&seed);
        for line in [
            "plan bylaws --detailed-exitcode",
            "snapshot --out live.json",
            "plan bylaws --live live.json --detailed-exitcode",
        ] {
            let ran = stage.run(line);
            let told = if line.starts_with("plan") { ran.code == 2 } else { ran.code == 0 };
            tally.case(told && stage.writes().is_empty(), || format!("{line}: {}", ran.all()));
        }
        seed["users"][n]["role"] = was;
    }
}

fn live() -> Value {
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_r", "email": "root@acme.com", "role": "admin" },
            { "id": "user_a", "email": "ada@acme.com", "role": "developer" },
            { "id": "user_b", "email": "bob@acme.com", "role": "user" },
            { "id": "user_c", "email": "cai@acme.com", "role": "user" },
        ],
        "invites": [{ "id": "invite_d", "email": "dee@acme.com", "role": "user", "status": "pending" }],
        "workspaces": [{
            "id": "wrkspc_lab", "name": "lab", "display_color": "#112233", "tags": { "env": "prod" },
            "data_residency": { "workspace_geo": "us", "allowed_inference_geos": "unrestricted", "default_inference_geo": "global" },
        }, { "id": "wrkspc_ops", "name": "ops" }],
        "workspace_members": [
            { "workspace_id": "wrkspc_lab", "user_id": "user_a", "workspace_role": "workspace_developer" },
            { "workspace_id": "wrkspc_lab", "user_id": "user_b", "workspace_role": "workspace_user" },
        ],
        "api_keys": [
            { "id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab" },
            { "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab", "status": "inactive" },
        ],
    })
}

fn drift(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(live());
    assert_eq!(stage.run("import bylaws").code, 0);
    // Import pins workspaces by id; a name is managed where the files give one.
    let text = stage.read("bylaws/workspaces.yaml");
    stage.write("bylaws/workspaces.yaml", &text.replace("id: wrkspc_lab", "id: wrkspc_lab\n    name: lab"));
    let cases: [(&str, &str, Value, &str); 14] = [
        ("/users/1/role", "role", json!("user"), "member/ada@acme.com"),
        ("/users/2/role", "role", json!("developer"), "member/bob@acme.com"),
        ("/users/3/role", "role", json!("claude_code_user"), "member/cai@acme.com"),
        ("/workspaces/0/name", "name", json!("labor"), "workspace/lab"),
        ("/workspaces/0/display_color", "display_color", json!("#112234"), "workspace/lab"),
        ("/workspaces/0/tags/env", "tags", json!("test"), "workspace/lab"),
        ("/workspaces/0/tags", "tags", json!({ "env": "prod", "more": "x" }), "workspace/lab"),
        ("/workspaces/0/tags", "tags", json!({}), "workspace/lab"),
        (
            "/workspaces/0/data_residency/allowed_inference_geos",
            "data_residency",
            json!(["us", "global"]),
            "workspace/lab",
        ),
        (
            "/workspaces/0/data_residency/default_inference_geo",
            "data_residency",
            json!("us"),
            "workspace/lab",
        ),
        (
            "/workspace_members/0/workspace_role",
            "workspace_role",
            json!("workspace_admin"),
            "workspace/lab/member/ada@acme.com",
        ),
        (
            "/workspace_members/1/workspace_role",
            "workspace_role",
            json!("workspace_developer"),
            "workspace/lab/member/bob@acme.com",
        ),
        ("/api_keys/0/status", "status", json!("inactive"), "workspace/lab/api_key/ci"),
        ("/api_keys/1/status", "status", json!("active"), "workspace/lab/api_key/cd"),
    ];
    for (pointer, field, value, address) in cases {
        let mut state = live();
        let (parent, last) = pointer.rsplit_once('/').unwrap();
        state.pointer_mut(parent).unwrap()[last] = value.clone();
        stage.reset(&state);
        let plan = stage.run("plan --format json").json();
        let found: Vec<(String, Vec<String>)> = plan["changes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|change| {
                let fields =
                    change["after"].as_object().into_iter().flatten().map(|(field, _)| field.clone());
                (change["address"].as_str().unwrap_or_default().to_owned(), fields.collect())
            })
            // A key that somebody switched off is given back only with an approval.
            .chain(plan["blocked"].as_array().into_iter().flatten().map(|item| {
                (item["address"].as_str().unwrap_or_default().to_owned(), vec![field.to_owned()])
            }))
            .collect();
        tally.case(found == [(address.to_owned(), vec![field.to_owned()])], || {
            format!("{pointer} = {value}: {found:?}")
        });
    }
    stage.reset(&live());
    let ran = stage.run("plan --detailed-exitcode");
    tally.case(ran.code == 0, || ran.all());
}

fn unlisted(tally: &mut Tally, _: Profile) {
    let head = format!("bylaws: 1\norganization: {{id: {ID}}}\n");
    for files in [
        "members: {root@acme.com: admin}\n",
        "members: {root@acme.com: admin}\nworkspaces: {ops: {members: {}, api_keys: {}}}\n",
        "workspaces: {lab: {}}\n",
        "workspaces: {lab: {members: {ada@acme.com: workspace_developer}}}\n",
        "workspaces: {lab: {api_keys: {ci: active}}}\n",
        "members: {root@acme.com: admin, ada@acme.com: developer}\nworkspaces: {}\napi_keys: {}\n",
    ] {
        for policy in [
            "",
            "unlisted: {members: report, workspace_members: report, api_keys: report}\n",
            "unlisted: {members: ignore, workspaces: ignore, workspace_members: ignore, api_keys: ignore}\n",
        ] {
            let stage = Stage::live(live());
            stage.write("bylaws.yaml", &format!("{head}{files}{policy}"));
            let ran = stage.run("apply --auto-approve");
            tally.case(ran.code == 0 && stage.writes().is_empty(), || ran.all());
        }
    }
}
