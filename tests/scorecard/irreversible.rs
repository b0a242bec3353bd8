//! I: what cannot be undone.

use serde_json::{Value, json};

use crate::card::{Profile, Row, Tally};
use crate::organization::ID;
use crate::stage::Stage;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("I1", "nothing but its approval archives a workspace or a key", archive),
        Row::new("I2", "a workspace that is not listed any more is reported, not archived", unlisted),
        Row::new("I3", "what is protected stays, listed or not, approved or not", protected),
        Row::not_ours(
            "I4",
            "removal in two steps, the second some days later",
            "a removal is one step, reviewed and limited (B1); an end that is known beforehand is written as `until`",
        ),
        Row::new("I5", "what cannot be undone stands first, however long the plan", irreversible_first),
        Row::not_ours(
            "I6",
            "the reverse of every kind of change",
            "the files are the only state: undo is `git revert`, then a plan that shows what comes back",
        ),
    ]
}

fn live() -> Value {
    json!({
        "organization": { "id": ID, "name": "Acme" },
        "users": [
            { "id": "user_a", "email": "ada@acme.com", "role": "developer" },
            { "id": "user_b", "email": "bob@acme.com", "role": "user" },
            { "id": "user_c", "email": "cai@acme.com", "role": "user" },
        ],
        "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }, { "id": "wrkspc_ops", "name": "ops" }],
        "api_keys": [
            { "id": "apikey_ci", "name": "ci", "workspace_id": "wrkspc_lab" },
            { "id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab" },
        ],
    })
}

fn head(rest: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ID}}}\n{rest}")
}

fn archived(stage: &Stage) -> bool {
    let state = stage.emulator.state();
    state.workspaces.iter().any(|workspace| workspace.archived_at.is_some())
        || state.api_keys.iter().any(|key| key.status == "archived")
}

fn archive(tally: &mut Tally, _: Profile) {
    let workspace = "workspaces: {lab: {state: archived}, ops: {}}\n";
    let key = "workspaces: {lab: {api_keys: {ci: archived, cd: active}}, ops: {}}\n";
    let approve = |change: &str, until: &str| {
        format!("guards: {{approve: [{{changes: [{change}], until: {until}, reason: why}}]}}\n")
    };
    for (files, change) in [(workspace, "archive workspace/lab"), (key, "update workspace/lab/api_key/ci")] {
        for flags in 0..8_u8 {
            let stage = Stage::live(live());
            let policies = "unlisted: {members: remove, workspace_members: remove, api_keys: remove}\nmembers: {ada@acme.com: developer, bob@acme.com: user, cai@acme.com: user}\n";
            stage.write("bylaws.yaml", &head(&format!("{files}{policies}")));
            let mut line = "apply --auto-approve".to_owned();
            for (bit, flag) in [(1, " --strict"), (2, " --allow-stale"), (4, " --journal j")] {
                if flags & bit != 0 {
                    line += flag;
                }
            }
            let ran = stage.run(&line);
            tally.case(!archived(&stage), || format!("{line}: {}", ran.all()));
        }
        for (until, holds) in [("2026-12-01", true), ("2026-11-20", false), ("2027-11-01", false)] {
            let stage = Stage::live(live());
            stage.write("bylaws.yaml", &head(&format!("{files}{}", approve(change, until))));
            let ran = stage.run("apply --auto-approve");
            tally.case(archived(&stage) == holds, || format!("approved until {until}: {}", ran.all()));
        }
        let stage = Stage::live(live());
        stage.write(
            "bylaws.yaml",
            &head(&format!("{files}{}", approve("archive workspace/ops", "2026-12-01"))),
        );
        let ran = stage.run("apply --auto-approve");
        tally.case(!archived(&stage), || format!("something else approved: {}", ran.all()));
    }
}

fn unlisted(tally: &mut Tally, _: Profile) {
    for listed in ["{ops: {}}", "{ops: {members: {}}}", "{ops: {api_keys: {}}}"] {
        let stage = Stage::live(live());
        stage.write(
            "bylaws.yaml",
            &head(&format!(
                "workspaces: {listed}\nunlisted: {{workspace_members: remove, api_keys: remove}}\n"
            )),
        );
        let ran = stage.run("apply --auto-approve");
        let reported = ran.out.contains("workspace/lab");
        tally.case(!archived(&stage) && reported && stage.writes().is_empty(), || ran.all());
    }
}

fn protected(tally: &mut Tally, _: Profile) {
    for (files, address) in [
        ("members: {ada@acme.com: none, bob@acme.com: user, cai@acme.com: user}\n", "member/ada@acme.com"),
        (
            "members: {bob@acme.com: user, cai@acme.com: user}\nunlisted: {members: remove}\n",
            "member/ada@acme.com",
        ),
        ("members: {ada@acme.com: user, bob@acme.com: user, cai@acme.com: user}\n", "member/ada@acme.com"),
        ("workspaces: {lab: {state: archived}}\n", "workspace/lab"),
        ("workspaces: {lab: {api_keys: {ci: inactive, cd: active}}}\n", "workspace/lab/api_key/ci"),
        (
            "workspaces: {lab: {api_keys: {cd: active}}}\nunlisted: {api_keys: remove}\n",
            "workspace/lab/api_key/ci",
        ),
    ] {
        for approved in [false, true] {
            let stage = Stage::live(live());
            let actions =
                ["remove", "update", "archive"].map(|action| format!("{action} {address}")).join(", ");
            let approve = if approved {
                format!(", approve: [{{changes: [{actions}], until: 2026-12-01, reason: why}}]")
            } else {
                String::new()
            };
            stage.write("bylaws.yaml", &head(&format!("{files}guards: {{protect: [{address}]{approve}}}\n")));
            let ran = stage.run("apply --auto-approve");
            let refused = ran.code == 3 || !approved && address == "workspace/lab" && ran.code == 0;
            tally.case(refused && stage.writes().is_empty(), || format!("{address}: {}", ran.all()));
        }
    }
}

/// Two archived workspaces and a key among many other changes, with and without power given as well.
fn irreversible_first(tally: &mut Tally, profile: Profile) {
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
            let listed = plan["review_first"].as_array().into_iter().flatten();
            let reasons: Vec<&str> = listed
                .filter(|entry| entry["change"].as_str().is_some_and(|id| ids.contains(&id)))
                .filter_map(|entry| entry["reason"].as_str())
                .collect();
            tally.case(reasons.len() == 3, || format!("{others}: {reasons:?}"));
            for line in ["plan", "show saved.json", "apply --plan saved.json"] {
                let ran = stage.run(line);
                // Whatever is cut off below, the head of the text, its title and these lines, stays.
                let section = ran.out.lines().position(|line| line.starts_with("Review first"));
                let first: Vec<&str> =
                    ran.out.lines().skip(section.map_or(usize::MAX, |at| at + 1)).take(3).collect();
                let named =
                    first.len() == 3 && reasons.iter().all(|why| first.iter().any(|line| line.contains(why)));
                tally.case(named && section.is_some_and(|at| at < 8), || {
                    format!("{others} others, raised {raised}: {line}: {first:?}\n{}", ran.err)
                });
            }
        }
    }
}
