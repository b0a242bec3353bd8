//! External keys, from the files to the service and back.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::world::{ACME, FILES, World, acme};

const LIST: &str = "/v1/organizations/external_keys";

/// A key of the service at Google.
fn key(id: &str, name: &str, at: &str) -> Value {
    json!({"id": id, "display_name": name, "provider_config": {"type": "gcp", "key_name": format!("projects/acme/{at}")}})
}

/// An organization with two keys, of which `lab` has the first.
fn organization() -> Value {
    let mut seed = acme();
    seed["external_keys"] = json!([key("ekey_lab", "lab", "lab"), key("ekey_free", "free", "free")]);
    let workspaces = seed["workspaces"].as_array_mut().unwrap();
    workspaces.iter_mut().find(|one| one["id"] == "wrkspc_lab").unwrap()["external_key_id"] =
        json!("ekey_lab");
    workspaces.push(json!({"id": "wrkspc_shop", "name": "shop"}));
    seed
}

const SECTION: &str = "external_keys:\n  lab: {gcp: {key_name: projects/acme/lab}}\n  free: {gcp: {key_name: \
    projects/acme/free}}\n";

/// The files of [`World::acme`] with these keys, in sync, and the section of keys.
fn files() -> String {
    let files = FILES.replacen("  lab:\n", "  lab:\n    external_key: lab\n", 1);
    assert_ne!(files, FILES);
    files + SECTION
}

/// Files with only these sections.
fn only(sections: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ACME}}}\n{sections}\n")
}

fn approve(changes: &str) -> String {
    format!("guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{changes}]}}\n")
}

/// Files in which `shop` and a new workspace get a key, of which one is new.
fn attaching(place: &str) -> String {
    only(&format!(
        "external_keys:\n  new: {{{place}}}\nworkspaces:\n  shop: {{external_key: new}}\n  mall: {{external_key: \
         ekey_free, members: {{}}}}\n{}",
        approve("update workspace/shop, create workspace/mall")
    ))
}

#[test]
fn a_key_is_created_validated_and_attached_and_the_next_plan_is_empty() {
    let world =
        World::live(organization()).file("bylaws.yaml", &attaching("gcp: {key_name: projects/acme/new}"));
    let plan = world.run("plan --format json").ended(0).json();
    let checks: Vec<_> =
        plan["changes"].as_array().unwrap().iter().map(|change| &change["request"]["check"]).collect();
    let check = |id: &str| json!(format!("POST {LIST}/{id}/validate"));
    assert_eq!(checks, [&Value::Null, &check("ekey_free"), &check("{external_key/new}")]);
    // What it reads, three changes, and two checks.
    assert_eq!(plan["summary"]["apply_requests"], plan["reads"]["total"].as_u64().unwrap() + 5);
    let review: Vec<_> =
        plan["review_first"].as_array().unwrap().iter().map(|entry| &entry["kind"]).collect();
    assert_eq!(review, ["irreversible", "irreversible"]);
    world.run("apply --auto-approve --parallelism 1").ended(0);
    let mut writes = String::new();
    for line in world.writes().lines() {
        let _ = writeln!(writes, "{}", line.replace("/v1/organizations/", ""));
    }
    let dump = world.state_json();
    let new = dump["external_keys"][0]["id"].as_str().unwrap();
    assert_eq!(
        writes,
        format!(
            "POST external_keys {{\"provider_config\":{{\"type\":\"gcp\",\"key_name\":\"projects/acme/new\"}},\
             \"display_name\":\"new\",\"geo\":\"us\"}}\n\
             POST external_keys/ekey_free/validate\n\
             POST workspaces {{\"name\":\"mall\",\"external_key_id\":\"ekey_free\"}}\n\
             POST external_keys/{new}/validate\n\
             POST workspaces/wrkspc_shop {{\"external_key_id\":\"{new}\"}}\n"
        )
    );
    let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}

#[test]
fn a_key_that_is_not_valid_is_not_attached_and_everything_else_goes_ahead() {
    let files = attaching("gcp: {key_name: projects/acme/unreachable}");
    let world = World::live(organization()).file("bylaws.yaml", &files);
    let ran = world.run("apply --auto-approve --format json").ended(5);
    let report = ran.json();
    let failed = report["changes"].as_array().unwrap().iter().find(|one| one["outcome"] == "failed").unwrap();
    assert_eq!(failed["id"], "update workspace/shop");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains("/validate` failed: `The provider did not answer.`"), "{message}");
    assert_eq!(report["summary"]["done"], 2);
    let live = world.state_json();
    let key = |name: &str| {
        let all = live["workspaces"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["external_key_id"].clone()
    };
    assert_eq!((key("shop"), key("mall")), (Value::Null, json!("ekey_free")));
    assert!(!world.writes().contains("wrkspc_shop"), "{}", world.writes());
}

#[test]
fn a_validation_that_takes_longer_than_a_list_lasts_is_not_repeated() {
    let world = World::here(organization()).file(
        "bylaws.yaml",
        &only(&format!(
            "workspaces: {{shop: {{external_key: ekey_free}}}}\n{}",
            approve("update workspace/shop")
        )),
    );
    world.faults(&json!([{"method": "POST", "path": format!("{LIST}/ekey_free/validate"), "then": {"latency_ms": 25_000}}]));
    world.run("apply --auto-approve").ended(0);
    let sent: Vec<String> = world.writes().lines().map(str::to_owned).collect();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].contains("validate") && sent[1].contains("wrkspc_shop"), "{sent:?}");
}

#[test]
fn a_key_gets_another_name_and_another_place() {
    let sections = format!(
        "external_keys:\n  old: {{aws: {{kms_arn: \"arn:aws:kms:us-east-1:123456789012:key/b\"}}, id: ekey_1, name: \
         newer}}\n{}",
        approve("update external_key/older")
    );
    let mut seed = organization();
    seed["external_keys"] = json!([{"id": "ekey_1", "display_name": "older", "provider_config":
        {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:123456789012:key/a"}}]);
    seed["workspaces"] = json!([]);
    seed["workspace_members"] = json!([]);
    seed["api_keys"] = json!([]);
    let world = World::live(seed).file("bylaws.yaml", &only(&sections));
    world.run("apply --auto-approve").ended(0);
    assert!(world.writes().contains("\"display_name\":\"newer\""), "{}", world.writes());
    let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}

#[test]
fn a_key_that_was_made_after_the_plan_is_not_made_again() {
    let world = World::live(organization());
    let world =
        world.file("bylaws.yaml", &only("external_keys: {new: {gcp: {key_name: projects/acme/new}}}\n"));
    world.run("plan --out plan.json").ended(0);
    world.drift_json(|live| {
        live["external_keys"].as_array_mut().unwrap().push(key("ekey_other", "mine", "new"));
    });
    world.run("apply --plan plan.json --auto-approve").ended(6);
    world.untouched();
}

#[test]
fn without_a_list_the_section_is_blocked_and_everything_else_goes_ahead() {
    for status in [401, 403, 404] {
        let files = files().replace("uma@acme.com: user", "uma@acme.com: developer");
        let world = World::live(organization()).file("bylaws.yaml", &files);
        world.faults(&json!([{"method": "GET", "path": LIST, "then": {"status": status}}]));
        let plan = world.run("plan --format json").ended(0).json();
        let blocked = &plan["blocked"];
        assert_eq!(blocked.as_array().map(Vec::len), Some(1), "{status}: {blocked}");
        assert_eq!(blocked[0]["address"], "external_keys");
        assert!(blocked[0]["reason"].as_str().unwrap().starts_with("not read, so nothing is changed: "));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(
            world.writes(),
            "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n",
            "{status}"
        );
        world.run("import --single org.yaml").ended(0);
        let imported = world.read("org.yaml");
        assert!(!imported.contains("external_key:"), "{status}: {imported}");
    }
    // Half a list is no list.
    let world = World::here(organization()).file("bylaws.yaml", &files());
    world.faults(&json!([{"method": "GET", "path": LIST, "then": "truncate"}]));
    world.run("apply --auto-approve").ended(1);
    assert_eq!(world.writes(), "");
}

#[test]
fn what_is_selected_is_blocked_with_its_section() {
    let world = World::live(organization()).file("bylaws.yaml", &files());
    world.faults(&json!([{"method": "GET", "path": LIST, "then": {"status": 403}}]));
    for (address, count) in [("external_key/lab", 1), ("member/uma@acme.com", 0)] {
        let plan = world.run(&format!("plan --format json --only {address}")).ended(0).json();
        assert_eq!(plan["blocked"].as_array().map(Vec::len), Some(count), "{address}");
    }
}

#[test]
fn a_change_in_the_console_is_adopted_in_place_and_named_with_its_author() {
    let mut seed = organization();
    seed["compliance_settings"] = json!({"state": "enabled"});
    let files = files()
        .replace("  free: {gcp: {key_name: projects/acme/free}}\n", "  spare: {id: ekey_free, name: free}\n");
    let world = World::live(seed).file("bylaws.yaml", &files);
    world.commit("base");
    world.drift_as("cso@acme.com", |live| {
        live.external_keys[1].display_name = Some("spare 2".to_owned());
    });
    let drift = world.run("drift --format json").ended(0).json();
    assert_eq!(drift["drift"][0]["address"], "external_key/spare", "{drift:#}");
    assert!(drift["drift"][0]["changed_by"].to_string().contains("cso@acme.com"), "{drift:#}");
    world.run("adopt --write external_key/ekey_free").ended(0);
    assert_eq!(world.read("bylaws.yaml"), files.replace("name: free}", "name: spare 2}"));
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}

#[test]
fn an_unlisted_key_and_the_key_of_a_workspace_are_adopted_by_their_names() {
    let mut seed = organization();
    seed["workspaces"].as_array_mut().unwrap()[0]["external_key_id"] = json!("ekey_lab");
    let world = World::live(seed);
    let world = world.file(
        "bylaws.yaml",
        &files()
            .replace("  free: {gcp: {key_name: projects/acme/free}}\n", "")
            .replace("external_key: lab", "external_key: none"),
    );
    world.run("adopt --write").ended(0);
    let adopted = world.read("bylaws.yaml");
    assert!(
        adopted.contains("external_key: lab\n")
            && adopted.contains("free: {gcp: {key_name: projects/acme/free}"),
        "{adopted}"
    );
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}

#[test]
fn an_import_and_a_snapshot_have_every_key() {
    let world = World::live(organization());
    world.run("import --single bylaws.yaml").ended(0);
    let imported = world.read("bylaws.yaml");
    assert!(imported.contains("    external_key: lab\n"), "{imported}");
    assert!(imported.contains("  free: {gcp: {key_name: projects/acme/free}, geo: us}\n"), "{imported}");
    world.run("plan --detailed-exitcode").ended(0);
    world.run("snapshot --out live.json").ended(0);
    let plan = world.run("plan --detailed-exitcode --live live.json --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"], &plan["unlisted"]), (&json!([]), &json!([]), &json!([])));
}

#[test]
fn a_protected_workspace_gets_no_key() {
    let guards = approve("update workspace/shop") + "  protect: [workspace/shop]\n";
    let world = World::live(organization())
        .file("bylaws.yaml", &only(&format!("workspaces: {{shop: {{external_key: ekey_free}}}}\n{guards}")));
    world.run("apply --auto-approve").ended(3);
    world.untouched();
}
