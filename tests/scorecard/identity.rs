//! H: who is who.

use serde_json::json;

use crate::bound;
use crate::card::{Profile, Row, Tally};
use crate::organization::ID;
use crate::stage::Stage;

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::new("H1", "letter case makes nobody new", case),
        Row::new("H2", "look-alike characters are refused or warned of", look_alikes),
        Row::new("H3", "an address that changed moves nobody whose id is pinned", new_address),
        Row::new("H4", "a renamed workspace keeps its id", rename),
        Row::new("H5", "every row of the state table, and the second run has nothing to do", state_table),
        Row::new("H6", "nobody is written to twice in a run", once),
        Row::new(
            "H7",
            "two files, or two lines, that claim one thing are refused with both places; other repositories are not known",
            bound::claimed_twice,
        ),
    ]
}

fn case(tally: &mut Tally, profile: Profile) {
    let name = "ada.lovelace";
    for mask in 0..profile.cases(64, 2_048) {
        let spelled: String = name
            .chars()
            .enumerate()
            .map(|(n, c)| if mask >> n & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        let stage = Stage::live(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [{ "id": "user_a", "email": format!("{spelled}@Acme.com"), "role": "user" }],
        }));
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{{name}@acme.com: user}}\nunlisted: {{members: remove}}\n"));
        let ran = stage.run("plan --detailed-exitcode");
        tally.case(ran.code == 0, || ran.all());
    }
}

fn look_alikes(tally: &mut Tally, _: Profile) {
    let stage = Stage::live(json!({ "organization": { "id": ID, "name": "Acme" } }));
    for other in [
        "ad\u{430}@acme.com",
        "ada@\u{430}cme.com",
        "ada\u{200b}@acme.com",
        " ada@acme.com",
        "ada@acme.com ",
        "ada\u{a0}@acme.com",
        "ada@acme\u{3002}com",
        "ada@acme.c\u{3bf}m",
        "\u{ff41}da@acme.com",
        "ada@acme\u{2024}com",
        "a\u{301}da@acme.com",
        "Ada+ops@acme.com",
        "ADA@acme.com",
    ] {
        stage.write(
            "bylaws.yaml",
            &format!(
                "bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n  ada@acme.com: user\n  {other:?}: user\n"
            ),
        );
        let ran = stage.run("validate --strict");
        tally.case(ran.code == 4, || format!("{other:?}: {}", ran.all()));
    }
    for (one, other) in
        [("ada1", "adal"), ("mario", "rnario"), ("0livia", "olivia"), ("vvanda", "wanda"), ("1na", "ina")]
    {
        stage.write(
            "bylaws.yaml",
            &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n  {one}@acme.com: user\n  {other}@acme.com: user\n"),
        );
        let ran = stage.run("validate --strict");
        tally.case(ran.code == 4, || format!("{one} {other}: {}", ran.all()));
    }
}

fn new_address(tally: &mut Tally, _: Profile) {
    for (old, new) in [
        ("ada@acme.com", "ada.lovelace@acme.com"),
        ("ada@acme.com", "ada@acme.org"),
        ("Ada@acme.com", "ada+x@acme.com"),
    ] {
        let stage = Stage::live(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [
                { "id": "user_root", "email": "root@acme.com", "role": "admin" },
                { "id": "user_a", "email": old, "role": "user" },
            ],
        }));
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\nmembers:\n  root@acme.com: admin\n  {new}: {{role: developer, id: user_a}}\n"));
        let ran = stage.run("apply --auto-approve");
        let is_named = ran.out.contains("is live as ada@acme.com");
        tally.case(is_named && stage.writes().is_empty(), || format!("{old} to {new}: {}", ran.all()));
    }
}

/// What is there, what is wanted, and which requests make one of the other.
fn state_table(tally: &mut Tally, _: Profile) {
    const INVITE: &str = "POST /v1/organizations/invites";
    const REVOKE: &str = "DELETE /v1/organizations/invites/invite_a";
    const UPDATE: &str = "POST /v1/organizations/users/user_a";
    const REMOVE: &str = "DELETE /v1/organizations/users/user_a";
    let table: [(&str, &str, &[&str]); 18] = [
        ("absent", "user", &[INVITE]),
        ("absent", "none", &[]),
        ("absent", "unlisted", &[]),
        ("pending", "user", &[]),
        ("pending", "developer", &[REVOKE, INVITE]),
        ("pending", "none", &[REVOKE]),
        ("pending", "unlisted", &[REVOKE]),
        ("expired", "user", &[INVITE]),
        ("expired", "none", &[]),
        ("expired", "unlisted", &[]),
        // Somebody took them out since: to invite them again needs an approval.
        ("accepted", "user", &[]),
        ("accepted", "none", &[]),
        ("deleted", "user", &[INVITE]),
        ("deleted", "unlisted", &[]),
        ("member", "user", &[]),
        ("member", "developer", &[UPDATE]),
        ("member", "none", &[REMOVE]),
        ("member", "unlisted", &[REMOVE]),
    ];
    for (is, wanted, requests) in table {
        let root = json!({ "id": "user_root", "email": "root@acme.com", "role": "admin" });
        let more = json!({ "id": "user_b", "email": "bob@acme.com", "role": "user" });
        let mut seed =
            json!({ "organization": { "id": ID, "name": "Acme" }, "users": [root, more], "invites": [] });
        match is {
            "absent" => {}
            "member" => {
                let person = json!({ "id": "user_a", "email": "ada@acme.com", "role": "user" });
                seed["users"].as_array_mut().unwrap().push(person);
            }
            status => {
                seed["invites"] =
                    json!([{ "id": "invite_a", "email": "ada@acme.com", "role": "user", "status": status }]);
            }
        }
        let stage = Stage::live(seed);
        let line = if wanted == "unlisted" { String::new() } else { format!("  ada@acme.com: {wanted}\n") };
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\nguards: {{approve: [{{changes: [remove invite/ada@acme.com, remove member/ada@acme.com], until: 2026-12-01, reason: why}}]}}\nmembers:\n  root@acme.com: admin\n  bob@acme.com: user\n{line}"));
        let ran = stage.run("apply --auto-approve");
        let writes: Vec<String> =
            stage.writes().iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect();
        tally.case(writes == requests, || format!("{is}, {wanted}: {writes:?} {}", ran.all()));
        let again = stage.run("plan --detailed-exitcode");
        tally.case(again.code == 0, || format!("{is}, {wanted}, again: {}", again.all()));
    }
}

fn rename(tally: &mut Tally, _: Profile) {
    for name in ["new name", "LAB", "Über/50%", "lab 2"] {
        let stage = Stage::live(json!({
            "organization": { "id": ID, "name": "Acme" },
            "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
        }));
        stage.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{lab: {{id: wrkspc_lab, name: {name:?}}}}}\n"));
        let ran = stage.run("apply --auto-approve");
        let state = stage.emulator.state();
        let renamed =
            state.workspaces.iter().any(|workspace| workspace.id == "wrkspc_lab" && workspace.name == name);
        tally.case(ran.code == 0 && renamed && stage.writes().len() == 1, || ran.all());
    }
}

fn once(tally: &mut Tally, profile: Profile) {
    for seed in 0..profile.cases(100, 2_000) {
        let mut dice = crate::dice::Dice::new(seed ^ 0x46);
        let stage = Stage::live(crate::organization::random(&mut dice));
        std::fs::create_dir(stage.path("files")).unwrap();
        for (name, text) in crate::files::random(&mut dice, true).plain() {
            stage.write(&format!("files/{name}"), &text);
        }
        stage.run("apply files --auto-approve");
        let mut paths: Vec<String> = stage
            .writes()
            .into_iter()
            .map(|entry| format!("{} {} {}", entry.method, entry.path, entry.body))
            .collect();
        let all = paths.len();
        paths.sort();
        paths.dedup();
        tally.case(paths.len() == all, || format!("seed {seed}: {all} writes, {} different", paths.len()));
    }
}
