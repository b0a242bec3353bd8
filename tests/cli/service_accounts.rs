//! Service accounts and their workspace memberships, from the files to the service and back.

use serde_json::{Value, json};

use crate::world::{ACME, FILES, TOKEN, World, acme};

/// An organization with the accounts `ci`, which is a member of `lab`, `boss`, an admin, and `old`, which is archived.
fn organization() -> Value {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    seed["service_accounts"] = json!([
        {"id": "svac_ci", "name": "ci", "description": "deploys"},
        {"id": "svac_boss", "name": "boss", "organization_role": "admin"},
        {"id": "svac_old", "name": "old", "archived_at": "2026-06-01T00:00:00Z"},
    ]);
    seed["workspace_service_accounts"] = json!([
        {"workspace_id": "wrkspc_lab", "service_account_id": "svac_ci", "workspace_role": "workspace_user"},
    ]);
    seed
}

/// The files of [`World::acme`] with the accounts, in sync.
fn files() -> String {
    let files = FILES.replacen("  lab:\n", "  lab:\n    service_accounts: {ci: workspace_user}\n", 1);
    assert_ne!(files, FILES);
    files + "service_accounts:\n  ci: {description: deploys}\n  boss: {role: admin}\n"
}

fn world() -> World {
    World::live(organization()).file("bylaws.yaml", &files()).with_token(TOKEN)
}

/// Files with only these sections.
fn only(sections: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ACME}}}\n{sections}\n")
}

fn approve(changes: &str) -> String {
    format!("guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{changes}]}}\n")
}

#[test]
fn accounts_and_memberships_are_written_and_the_next_plan_is_empty() {
    let accounts = "/v1/organizations/service_accounts";
    let lab = "/v1/organizations/workspaces/wrkspc_lab/service_accounts";
    for (sections, approved, sent) in [
        (
            "service_accounts: {new: {description: tests}}",
            "",
            format!(
                "POST {accounts} {{\"name\":\"new\",\"description\":\"tests\",\"organization_role\":\"developer\"}}"
            ),
        ),
        (
            "service_accounts: {ci: {description: ''}}",
            "",
            format!("POST {accounts}/svac_ci {{\"description\":\"\"}}"),
        ),
        (
            "service_accounts: {boss: {role: developer}}",
            "",
            format!("POST {accounts}/svac_boss {{\"organization_role\":\"developer\"}}"),
        ),
        (
            "service_accounts: {ci: {role: admin}}",
            "update service_account/ci",
            format!("POST {accounts}/svac_ci {{\"organization_role\":\"admin\"}}"),
        ),
        (
            "service_accounts: {ci: {state: archived}}",
            "archive service_account/svac_ci",
            format!("POST {accounts}/svac_ci/archive"),
        ),
        (
            "workspaces: {lab: {service_accounts: {boss: workspace_developer}}}",
            "",
            format!(
                "POST {lab} {{\"service_account_id\":\"svac_boss\",\"workspace_role\":\"workspace_developer\"}}"
            ),
        ),
        (
            "workspaces: {lab: {service_accounts: {ci: workspace_admin}}}",
            "",
            format!("POST {lab}/svac_ci {{\"workspace_role\":\"workspace_admin\"}}"),
        ),
        ("workspaces: {lab: {service_accounts: {ci: none}}}", "", format!("DELETE {lab}/svac_ci")),
        (
            "workspaces: {lab: {service_accounts: {}}}\nunlisted: {service_accounts: remove}",
            "",
            format!("DELETE {lab}/svac_ci"),
        ),
    ] {
        let guards = if approved.is_empty() { String::new() } else { approve(approved) };
        let world = World::live(organization())
            .file("bylaws.yaml", &only(&format!("{sections}\n{guards}")))
            .with_token(TOKEN);
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().trim(), sent.trim(), "{sections}");
        let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
        assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])), "{sections}");
    }
}

#[test]
fn a_new_account_joins_a_new_workspace_and_the_default_one() {
    let text = only(
        "service_accounts: {new: {}}\nworkspaces:\n  fresh: {service_accounts: {new: workspace_user}}\n  Default: \
         {service_accounts: {new: workspace_developer}}",
    );
    let world = World::live(organization()).file("bylaws.yaml", &text).with_token(TOKEN);
    world.run("apply --auto-approve").ended(0);
    assert!(!world.writes().contains("{service_account"), "{}", world.writes());
    assert_eq!(world.writes().lines().count(), 4, "{}", world.writes());
    let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}

#[test]
fn without_the_list_the_section_is_blocked_and_everything_else_goes_ahead() {
    let listed = files().replace("uma@acme.com: user", "uma@acme.com: developer");
    let unlisted = FILES.replace("uma@acme.com: user", "uma@acme.com: developer");
    let refused =
        |path: &str, status: u16| json!([{"method": "GET", "path": path, "then": {"status": status}}]);
    let accounts = "/v1/organizations/service_accounts";
    for (faults, blocked) in [
        (None, 1),
        (Some(refused(accounts, 401)), 1),
        (Some(refused(accounts, 403)), 1),
        (Some(refused(accounts, 404)), 1),
        (Some(refused("/v1/organizations/workspaces/wrkspc_lab/service_accounts", 404)), 1),
    ] {
        for (text, blocked) in [(&listed, blocked), (&unlisted, 0)] {
            let mut world = World::live(organization()).file("bylaws.yaml", text);
            if let Some(faults) = &faults {
                world = world.with_token(TOKEN);
                world.faults(faults);
            }
            let plan = world.run("plan --format json").ended(0).json();
            let items = plan["blocked"].as_array().unwrap();
            assert_eq!(items.len(), blocked, "{faults:?}: {items:?}");
            for item in items {
                assert_eq!(item["address"], "service_accounts");
                let reason = item["reason"].as_str().unwrap();
                assert!(reason.starts_with("not read, so nothing is changed: "), "{reason}");
            }
            assert_eq!(plan["notes"], json!([]));
            world.run("apply --auto-approve").ended(0);
            assert_eq!(world.writes(), "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n");
        }
    }
    // Half a list is no list.
    for then in [json!("truncate"), json!({"status": 500})] {
        let world = World::here(organization()).file("bylaws.yaml", &files()).with_token(TOKEN);
        world.faults(&json!([{"method": "GET", "path": accounts, "then": then}]));
        world.run("apply --auto-approve").ended(1);
        world.untouched();
    }
}

#[test]
fn a_section_that_is_blocked_is_blocked_for_what_is_selected_in_it() {
    let world = world().with_key();
    for (address, count) in [
        ("service_account/ci", 1),
        ("workspace/lab/service_account/ci", 1),
        ("workspace/lab", 1),
        ("member/uma@acme.com", 0),
    ] {
        let plan = world.run(&format!("plan --format json --only {address}")).ended(0).json();
        let blocked: Vec<_> =
            plan["blocked"].as_array().unwrap().iter().map(|item| &item["address"]).collect();
        assert_eq!(blocked, vec!["service_accounts"; count], "{address}");
    }
}

#[test]
fn the_token_of_a_workload_cannot_make_admins_but_changes_everything_else_of_one() {
    let text = only(&format!(
        "service_accounts: {{boss: {{role: admin, description: runs}}, ci: {{role: admin}}}}\n{}",
        approve("update service_account/ci")
    ));
    let world = World::live(organization()).file("bylaws.yaml", &text).with_token("sk-ant-oat01-workload-1");
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!(plan["notes"][0]["address"], "service_account/ci", "{plan:#}");
    world.run("apply --auto-approve").ended(5);
    let accounts = world.state_json()["service_accounts"].clone();
    assert_eq!(
        (&accounts[0]["organization_role"], &accounts[1]["description"]),
        (&json!("developer"), &json!("runs"))
    );
}

#[test]
fn a_name_that_was_taken_after_the_plan_is_not_taken_for_ours() {
    let text = only("service_accounts: {new: {description: ours}}");
    for archived in [Value::Null, json!("2026-11-20T00:00:00Z")] {
        let world = World::live(organization()).file("bylaws.yaml", &text).with_token(TOKEN);
        world.run("plan --out plan.json").ended(0);
        world.drift_json(|live| {
            let theirs = json!({"name": "new", "description": "theirs", "archived_at": archived});
            live["service_accounts"].as_array_mut().unwrap().push(theirs);
        });
        world.run("apply --plan plan.json --auto-approve").ended(6);
        world.untouched();
    }
}

#[test]
fn a_change_in_the_console_is_adopted_in_place_and_named_with_its_author() {
    let mut seed = organization();
    seed["compliance_settings"] = json!({"state": "enabled"});
    let world = World::live(seed).file("bylaws.yaml", &files()).with_token(TOKEN);
    world.commit("base");
    world.drift_as("cto@acme.com", |live| {
        live.service_accounts[0].description = Some("deploys twice".to_owned());
        live.service_accounts[1].organization_role = "developer".to_owned();
        live.workspace_service_accounts[0].workspace_role = "workspace_admin".to_owned();
    });
    let drift = world.run("drift --format json").ended(0).json();
    let addresses: Vec<_> =
        drift["drift"].as_array().unwrap().iter().map(|entry| entry["address"].as_str().unwrap()).collect();
    assert_eq!(
        addresses,
        ["workspace/lab/service_account/ci", "service_account/boss", "service_account/ci"],
        "{drift:#}"
    );
    world.run("adopt --write").ended(0);
    let expected = files()
        .replace("{ci: workspace_user}", "{ci: workspace_admin}")
        .replace("description: deploys", "description: deploys twice")
        .replace("role: admin", "role: developer");
    assert_eq!(world.read("bylaws.yaml"), expected);
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}

#[test]
fn import_and_snapshots_have_the_accounts_that_the_credential_may_read() {
    let world = world();
    world.run("import imported").ended(0);
    world.run("plan imported --detailed-exitcode").ended(0);
    assert!(world.read("imported/service_accounts.yaml").contains("  boss: {role: admin}\n"));
    assert!(world.read("imported/workspaces.yaml").contains("      ci: workspace_user\n"));
    world.run("snapshot --out live.json").ended(0);
    world.edit("description: deploys", "description: something else");
    let [of_snapshot, of_service] = ["plan --live live.json --format json", "plan --format json"]
        .map(|line| world.run(line).ended(0).json()["changes"].clone());
    assert_eq!(of_snapshot, of_service);
    let world = world.with_key();
    world.run("import keyed").ended(0);
    assert!(!world.has("keyed/service_accounts.yaml"));
    world.run("snapshot --out keyed.json").ended(0);
    let plan = world.run("plan --live keyed.json --format json").ended(0).json();
    assert_eq!(plan["blocked"][0]["address"], "service_accounts");
}

#[test]
fn access_and_audit_include_accounts_that_the_files_list() {
    let world = world();
    let text = world.run("access").ended(0).out;
    for part in ["service_account/boss  admin", "service_account/ci  developer", "2 service accounts"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let access = world.run("access --format json").ended(0).json();
    let of = |who: &str| {
        access["people"].as_array().unwrap().iter().find(|person| person["who"] == who).unwrap()["access"]
            .clone()
    };
    let lab = of("service_account/ci")
        .as_array()
        .unwrap()
        .iter()
        .find(|grant| grant["workspace"] == "lab")
        .cloned();
    assert_eq!(lab.unwrap()["role"], "workspace_user");
    let found = |world: &World| {
        let audit = world.run("audit --format json").ended(0).json();
        let rule = |list: &Value| {
            let all = list.as_array().unwrap().iter();
            all.filter(|one| one["name"] == "admin-service-account")
                .map(|one| one["severity"].clone())
                .collect::<Vec<_>>()
        };
        (rule(&audit["findings"]), rule(&audit["not_judged"]).len())
    };
    assert_eq!(found(&world), (vec![json!("note")], 0));
    world.edit("  boss: {role: admin}\n", "");
    assert_eq!(found(&world), (vec![json!("warning")], 0));
    assert_eq!(found(&world.with_key()), (vec![], 1));
}
