//! I6: the reverse of every kind of change, or why there is none. I5: what is for good stands first.

use serde_json::{Value, json};

use crate::card::{Profile, Tally};
use crate::organization::ID;
use crate::stage::Stage;

fn live() -> Value {
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_r", "email": "root@acme.com", "role": "admin" },
            { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            { "id": "user_b", "email": "bob@acme.com", "role": "developer" },
            { "id": "user_c", "email": "cai@acme.com", "role": "billing" },
        ],
        "invites": [{ "id": "invite_d", "email": "dee@acme.com", "role": "user", "status": "pending" }],
        "workspaces": [{
            "id": "wrkspc_lab", "name": "lab", "display_color": "#111111", "tags": { "env": "test" },
            "data_residency": { "workspace_geo": "us", "allowed_inference_geos": "unrestricted", "default_inference_geo": "global" },
        }, { "id": "wrkspc_old", "name": "old" }],
        "workspace_members": [
            { "workspace_id": "wrkspc_lab", "user_id": "user_a", "workspace_role": "workspace_user" },
            { "workspace_id": "wrkspc_lab", "user_id": "user_b", "workspace_role": "workspace_developer" },
        ],
        "api_keys": [
            { "id": "apikey_on", "name": "on", "workspace_id": "wrkspc_lab" },
            { "id": "apikey_two", "name": "two", "workspace_id": "wrkspc_lab" },
            { "id": "apikey_off", "name": "off", "workspace_id": "wrkspc_lab", "status": "inactive" },
            { "id": "apikey_org", "name": "org", "scope": { "type": "organization" } },
            { "id": "apikey_org2", "name": "org2", "scope": { "type": "organization" } },
        ],
    })
}

/// Asks for what is there.
fn files() -> String {
    format!(
        "bylaws: 1\norganization: {{id: {ID}}}\n\
         guards:\n  access_loss: {{max: 50, share: 90%}}\n  approve:\n    - until: 2026-12-01\n      reason: tried out\n      changes:\n\
         \x20       - archive workspace/old\n        - archive workspace/new\n        - update workspace/lab/api_key/on\n        - update workspace/lab/api_key/off\n        - update organization/api_key/org\n\
         members:\n  root@acme.com: admin\n  ada@acme.com: user\n  bob@acme.com: developer\n  cai@acme.com: billing\n  dee@acme.com: user\n\
         workspaces:\n  old: {{}}\n  lab:\n    id: wrkspc_lab\n    name: lab\n    display_color: \"#111111\"\n    tags: {{env: test}}\n\
         \x20   data_residency: {{allowed_inference_geos: unrestricted, default_inference_geo: global}}\n\
         \x20   members:\n      ada@acme.com: workspace_user\n      bob@acme.com: workspace_developer\n\
         \x20   api_keys: {{on: active, two: active, off: inactive}}\n\
         api_keys: {{org: active, org2: active}}\n"
    )
}

/// What the plan of the reverse says of it.
enum Reverse {
    /// This change; and then everything is as it was.
    Back(&'static str),
    /// This change, which brings back what the API can.
    Part(&'static str),
    /// No change, and these words.
    Never(&'static str),
}

/// Every kind of change, by one edit of the files.
fn table() -> Vec<(&'static str, &'static str, Reverse)> {
    use Reverse::{Back, Never, Part};
    vec![
        (
            "  dee@acme.com: user\n",
            "  dee@acme.com: user\n  fox@acme.com: user\n",
            Back("revoke invite/fox@acme.com"),
        ),
        ("dee@acme.com: user", "dee@acme.com: none", Back("invite invite/dee@acme.com")),
        ("dee@acme.com: user", "dee@acme.com: developer", Back("invite invite/dee@acme.com")),
        ("ada@acme.com: user", "ada@acme.com: developer", Back("update member/ada@acme.com")),
        ("bob@acme.com: developer", "bob@acme.com: user", Back("update member/bob@acme.com")),
        ("cai@acme.com: billing", "cai@acme.com: user", Back("update member/cai@acme.com")),
        ("cai@acme.com: billing", "cai@acme.com: none", Part("invite invite/cai@acme.com")),
        ("  old: {}\n", "  old: {}\n  new: {}\n", Part("archive workspace/new")),
        ("name: lab", "name: labor", Back("update workspace/lab")),
        ("#111111", "#222222", Back("update workspace/lab")),
        ("{env: test}", "{env: prod}", Back("update workspace/lab")),
        ("{env: test}", "{}", Back("update workspace/lab")),
        ("{env: test}", "{env: test, team: a}", Back("update workspace/lab")),
        (
            "allowed_inference_geos: unrestricted, default_inference_geo: global",
            "allowed_inference_geos: [us], default_inference_geo: us",
            Back("update workspace/lab"),
        ),
        ("default_inference_geo: global", "default_inference_geo: us", Back("update workspace/lab")),
        ("  old: {}\n", "  old: {state: archived}\n", Never("cannot be undone: archiving is for good")),
        (
            "ada@acme.com: workspace_user\n",
            "ada@acme.com: workspace_admin\n",
            Back("update workspace/lab/member/ada@acme.com"),
        ),
        (
            "ada@acme.com: workspace_user\n",
            "ada@acme.com: none\n",
            Back("create workspace/lab/member/ada@acme.com"),
        ),
        (
            "bob@acme.com: workspace_developer\n",
            "bob@acme.com: workspace_developer\n      cai@acme.com: workspace_admin\n",
            Never("as `billing` they are `workspace_billing` everywhere"),
        ),
        ("on: active", "on: inactive", Back("update workspace/lab/api_key/on")),
        ("off: inactive", "off: active", Back("update workspace/lab/api_key/off")),
        ("on: active", "on: archived", Never("cannot be undone: archiving is for good")),
        ("org: active", "org: inactive", Back("update organization/api_key/org")),
        ("org: active", "org: archived", Never("cannot be undone: archiving is for good")),
    ]
}

/// Everything that files speak of, residency too.
fn state(stage: &Stage) -> Vec<String> {
    let state = serde_json::to_value(stage.emulator.state()).unwrap();
    let workspaces = state["workspaces"].as_array().cloned().unwrap_or_default();
    let residency =
        workspaces.into_iter().map(|one| format!("residency {} {}", one["name"], one["data_residency"]));
    stage.state().into_iter().chain(residency).collect()
}

pub(crate) fn undone(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(live());
    let before = state(&stage);
    for (from, to, reverse) in table() {
        let text = files();
        assert!(text.contains(from), "{from}");
        stage.reset(&live());
        let _ = std::fs::remove_file(stage.path("j"));
        stage.write("bylaws.yaml", &text.replacen(from, to, 1));
        let ran = stage.run("apply --auto-approve --journal j");
        let after = state(&stage);
        tally.case(ran.code == 0 && after != before, || format!("{from} → {to}: {}", ran.all()));
        let plan = stage.run("plan --revert j --format json");
        let document = plan.json();
        let ids =
            document["changes"].as_array().into_iter().flatten().filter_map(|change| change["id"].as_str());
        let ids: Vec<&str> = ids.collect();
        let reasons = document["blocked"].as_array().into_iter().flatten();
        let reasons: Vec<&str> = reasons.filter_map(|item| item["reason"].as_str()).collect();
        let (change, words) = match reverse {
            Reverse::Back(change) | Reverse::Part(change) => (Some(change), None),
            Reverse::Never(words) => (None, Some(words)),
        };
        let holds = match (change, words) {
            (Some(change), _) => ids.last() == Some(&change),
            (None, Some(words)) => ids.is_empty() && reasons.iter().any(|reason| reason.contains(words)),
            (None, None) => false,
        };
        tally.case(holds, || format!("{from} → {to}: planned {ids:?}, blocked {reasons:?} {}", plan.err));
        let ran = stage.run("apply --revert j --auto-approve");
        let now = state(&stage);
        let holds = match reverse {
            Reverse::Back(_) => now == before,
            Reverse::Part(_) => now != after,
            Reverse::Never(_) => now == after,
        };
        tally.case(ran.code == 0 && holds, || format!("{from} → {to}: {now:#?} {}", ran.all()));
    }
}

/// Two archived workspaces and a key among many other changes, with and without power given as well.
pub(crate) fn for_good_first(tally: &mut Tally, profile: Profile) {
    let most: &[usize] = if profile == Profile::Full { &[0, 1, 10, 100, 1_000] } else { &[0, 1, 10, 100] };
    for &others in most {
        for raised in [false, true] {
            let users: Vec<Value> = (0..others)
                .map(|n| json!({ "id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "user" }))
                .collect();
            let stage = Stage::live(json!({
                "organization": { "id": ID, "name": "Acme" },
                "users": users,
                "workspaces": [{ "id": "wrkspc_a", "name": "a" }, { "id": "wrkspc_z", "name": "z" }, { "id": "wrkspc_m", "name": "m" }],
                "api_keys": [
                    { "id": "apikey_1", "name": "k", "workspace_id": "wrkspc_m" },
                    { "id": "apikey_2", "name": "stays", "workspace_id": "wrkspc_m" },
                ],
            }));
            let role = if raised { "developer" } else { "claude_code_user" };
            let mut text = format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n  zoe@acme.com: user\n");
            for n in 0..others {
                // One stays as they are: nothing may lower everybody.
                text += &format!("  p{n}@acme.com: {}\n", if n == 0 { "user" } else { role });
            }
            text += "workspaces: {a: {state: archived}, z: {state: archived}, m: {display_color: \"#222222\", api_keys: {k: archived, stays: active}}}\n\
                     guards:\n  access_loss: {max: 100000, share: 100%}\n  approve:\n    - {changes: [archive workspace/a, archive workspace/z, update workspace/m/api_key/k], until: 2026-12-01, reason: why}\n";
            stage.write("bylaws.yaml", &text);
            let plan = stage.run("plan --format json --out saved.json").json();
            let changes = plan["changes"].as_array().cloned().unwrap_or_default();
            // Told by the request, not by what the plan says of it.
            let for_good = |change: &&Value| {
                let path = change["request"]["path"].as_str().unwrap_or_default();
                path.ends_with("/archive") || change["request"]["body"]["status"] == "archived"
            };
            let ids: Vec<&str> =
                changes.iter().filter(for_good).filter_map(|change| change["id"].as_str()).collect();
            let marked: Vec<&str> = changes
                .iter()
                .filter(|change| {
                    change["classes"].as_array().is_some_and(|all| all.contains(&json!("irreversible")))
                })
                .filter_map(|change| change["id"].as_str())
                .collect();
            let counted = plan["summary"]["classes"]["irreversible"] == 3;
            tally
                .case(ids.len() == 3 && ids == marked && counted, || format!("{others}: {ids:?} {marked:?}"));
            for line in ["plan", "show saved.json", "apply --plan saved.json"] {
                let ran = stage.run(line);
                // Whatever is cut off below, the head of the text, its title and these lines, stays.
                let section = ran.out.lines().position(|line| line.starts_with("Look at these first"));
                let first: Vec<&str> =
                    ran.out.lines().skip(section.map_or(usize::MAX, |at| at + 1)).take(3).collect();
                let named =
                    first.len() == 3 && ids.iter().all(|id| first.iter().any(|line| line.contains(id)));
                tally.case(named && section.is_some_and(|at| at < 8), || {
                    format!("{others} others, raised {raised}: {line}: {first:?}\n{}", ran.err)
                });
            }
        }
    }
}
