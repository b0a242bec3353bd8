//! H: who is who.

use serde_json::json;

use crate::organization::ID;
use crate::world::{Row, World, all_or, cases};

#[test]
fn h1_letter_case_makes_nobody_new() {
    let mut row = Row::default();
    let name = "ada.lovelace";
    for mask in 0..all_or(64, 2_048) {
        let spelled: String = name
            .chars()
            .enumerate()
            .map(|(n, c)| if mask >> n & 1 == 1 { c.to_ascii_uppercase() } else { c })
            .collect();
        let world = World::here(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [{ "id": "user_a", "email": format!("{spelled}@Acme.com"), "role": "user" }],
        }));
        world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers: {{{name}@acme.com: user}}\nunlisted: {{members: remove}}\n"));
        let ran = world.run("plan --detailed-exitcode");
        row.case(ran.code == 0, || ran.to_string());
    }
}

#[test]
fn h2_look_alike_characters_are_refused_or_warned_of() {
    let mut row = Row::default();
    let world = World::here(json!({ "organization": { "id": ID, "name": "Acme" } }));
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
        world.write(
            "bylaws.yaml",
            &format!(
                "bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n  ada@acme.com: user\n  {other:?}: user\n"
            ),
        );
        let ran = world.run("validate --strict");
        row.case(ran.code == 4, || format!("{other:?}: {ran}"));
    }
    for (one, other) in
        [("ada1", "adal"), ("mario", "rnario"), ("0livia", "olivia"), ("vvanda", "wanda"), ("1na", "ina")]
    {
        world.write(
            "bylaws.yaml",
            &format!("bylaws: 1\norganization: {{id: {ID}}}\nmembers:\n  {one}@acme.com: user\n  {other}@acme.com: user\n"),
        );
        let ran = world.run("validate --strict");
        row.case(ran.code == 4, || format!("{one} {other}: {ran}"));
    }
}

#[test]
fn h3_a_changed_address_changes_nobody_whose_id_is_pinned() {
    let mut row = Row::default();
    for (old, new) in [
        ("ada@acme.com", "ada.lovelace@acme.com"),
        ("ada@acme.com", "ada@acme.org"),
        ("Ada@acme.com", "ada+x@acme.com"),
    ] {
        let world = World::here(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [
                { "id": "user_root", "email": "root@acme.com", "role": "admin" },
                { "id": "user_a", "email": old, "role": "user" },
            ],
        }));
        world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\nmembers:\n  root@acme.com: admin\n  {new}: {{role: developer, id: user_a}}\n"));
        let ran = world.run("apply --auto-approve");
        let is_named = ran.out.contains("is live as `ada@acme.com`");
        row.case(is_named && world.written().is_empty(), || format!("{old} to {new}: {ran}"));
    }
}

/// What is there, what is wanted, and which requests make one of the other.
#[test]
fn h5_every_row_of_the_state_table_holds_and_a_second_run_does_nothing() {
    const INVITE: &str = "POST /v1/organizations/invites";
    const REVOKE: &str = "DELETE /v1/organizations/invites/invite_a";
    const UPDATE: &str = "POST /v1/organizations/users/user_a";
    const REMOVE: &str = "DELETE /v1/organizations/users/user_a";
    let mut row = Row::default();
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
        let world = World::here(seed);
        let line = if wanted == "unlisted" { String::new() } else { format!("  ada@acme.com: {wanted}\n") };
        world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nunlisted: {{members: remove}}\nguards: {{approve: [{{changes: [remove invite/ada@acme.com, remove member/ada@acme.com], until: 2026-12-01, reason: why}}]}}\nmembers:\n  root@acme.com: admin\n  bob@acme.com: user\n{line}"));
        let ran = world.run("apply --auto-approve");
        let writes: Vec<String> =
            world.written().iter().map(|entry| format!("{} {}", entry.method, entry.path)).collect();
        row.case(writes == requests, || format!("{is}, {wanted}: {writes:?} {ran}"));
        let again = world.run("plan --detailed-exitcode");
        row.case(again.code == 0, || format!("{is}, {wanted}, again: {again}"));
    }
}

#[test]
fn h4_a_renamed_workspace_keeps_its_id() {
    let mut row = Row::default();
    for name in ["new name", "LAB", "Über/50%", "lab 2"] {
        let world = World::here(json!({
            "organization": { "id": ID, "name": "Acme" },
            "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
        }));
        world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ID}}}\nworkspaces: {{lab: {{id: wrkspc_lab, name: {name:?}}}}}\n"));
        let ran = world.run("apply --auto-approve");
        let state = world.emulator.state();
        let renamed =
            state.workspaces.iter().any(|workspace| workspace.id == "wrkspc_lab" && workspace.name == name);
        row.case(ran.code == 0 && renamed && world.written().len() == 1, || ran.to_string());
    }
}

#[test]
fn h6_nobody_is_written_to_twice_in_a_run() {
    let mut row = Row::default();
    for seed in cases(100, 2_000) {
        let mut dice = crate::dice::Dice::new(seed ^ 0x46);
        let world = crate::files::world(&mut dice);
        world.run("apply files --auto-approve");
        let mut paths: Vec<String> = world
            .written()
            .into_iter()
            // A validation changes nothing, and comes before every attachment.
            .filter(|entry| !entry.path.ends_with("/validate"))
            .map(|entry| format!("{} {} {}", entry.method, entry.path, entry.body))
            .collect();
        let all = paths.len();
        paths.sort();
        paths.dedup();
        row.case(paths.len() == all, || format!("seed {seed}: {all} writes, {} different", paths.len()));
    }
}
