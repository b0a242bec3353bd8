//! `bylaws report --html`: the data in the page of a live organization. Layout and behavior are tested in a browser:
//! `tests/html`.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{ACME, World, acme};

/// Returns the data of the page that `bylaws report --html page.html` writes.
#[track_caller]
fn held(world: &World) -> Value {
    let page = world.read("page.html");
    assert_eq!(page.matches("</script>").count(), 2, "the data ends where it should");
    let (_, data) = page.split_once("<script type=\"application/json\" id=\"data\">").expect("data");
    let (data, _) = data.split_once("</script>").expect("an end");
    serde_json::from_str(data).expect("JSON")
}

/// Returns the grants as lines `person: workspace role (reasons)`.
fn grants(page: &Value) -> String {
    let at =
        |list: &str, number: &Value| page[list][usize::try_from(number.as_u64().unwrap()).unwrap()].clone();
    let lines = page["grants"].as_array().unwrap().iter().map(|grant| {
        let reasons = grant[3].as_array().unwrap().iter().map(|reason| at("reasons", reason)["text"].clone());
        let reasons: Vec<_> = reasons.map(|text| text.as_str().unwrap().to_owned()).collect();
        let person = at("people", &grant[0])["who"].clone();
        let workspace = at("workspaces", &grant[1])["name"].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let role = at("roles", &grant[2]);
        format!("{}: {} {} ({})\n", text(&person), text(&workspace), text(&role), reasons.join("; "))
    });
    lines.collect()
}

#[test]
fn the_page_contains_the_whole_organization() {
    let world = World::but("eve@acme.com: workspace_user\n", "uma@acme.com: workspace_user\n");
    let ran = world.run("report --html page.html").ended(0);
    assert_eq!(ran.out, "");
    let page = held(&world);
    assert_eq!(page["organization"], json!({"id": ACME, "name": "Acme"}));
    assert_eq!(page["files"], "bylaws.yaml");
    assert_eq!(page["reads"], world.reads());
    world.untouched();
    shown("page-access", grants(&page));
    shown("page-drift", serde_json::to_string_pretty(&page["drift"]).unwrap());
    assert_eq!(page["usage"]["days"].as_array().unwrap().len(), 30);
    assert_eq!(page["cost"]["days"], page["usage"]["days"]);
    let not_judged: Vec<&str> = page["findings"]["not_judged"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["why"].as_str().unwrap())
        .collect();
    let refused = ["service accounts: ", "spend limits: ", "federation issuers and rules: "];
    assert!(not_judged.iter().zip(refused).all(|(why, of)| why.starts_with(of)), "{not_judged:?}");
    assert_eq!(not_judged.len(), refused.len());
    assert!(page["findings"]["items"].is_array(), "{page}");
}

#[test]
fn findings_refer_to_their_person() {
    let world = World::acme();
    world.drift(|state| state.invites.clear());
    world.edit("workspaces:\n", "teams:\n  platform: [eve@acme.com]\nworkspaces:\n");
    world.edit("    members:\n", "    teams: {platform: workspace_user}\n    members:\n");
    world.edit("eve@acme.com: workspace_user", "eve@acme.com: workspace_admin");
    world.run("apply --auto-approve").ended(0);
    world.run("report --html page.html").ended(0);
    let page = held(&world);
    let items = page["findings"]["items"].as_array().unwrap();
    let found = items.iter().find(|finding| finding["name"] == "more-than-the-team").expect("a finding");
    let person = usize::try_from(found["person"].as_u64().unwrap()).unwrap();
    assert_eq!(page["people"][person]["who"], "eve@acme.com");
    assert_eq!(page["people"][person]["teams"], json!(["platform"]));
    assert_eq!(found["address"], "workspace/lab/member/eve@acme.com");
    assert!(found["place"].as_str().unwrap().starts_with("bylaws.yaml:"), "{found}");
}

#[test]
fn live_state_is_shown_without_files() {
    let world = World::live(acme());
    world.run("report --html page.html").ended(0);
    let page = held(&world);
    assert_eq!(page["files"], Value::Null);
    assert_eq!(page["drift"], json!({"not_read": "there are no files to compare with"}));
    assert!(grants(&page).contains("eve@acme.com: lab workspace_user (workspace membership)\n"), "{page}");
    assert_eq!(page["reads"], world.reads());
}

#[test]
fn a_page_can_be_made_from_a_snapshot_offline() {
    let world = World::acme();
    world.run("report --html page.html").ended(0);
    let live = held(&world);
    world.run("snapshot --out live.json").ended(0);
    let before = world.reads();
    let world = world.without("ANTHROPIC_ADMIN_KEY");
    world.run("report --live live.json --html page.html").ended(0);
    assert_eq!(world.reads(), before);
    let page = held(&world);
    for part in ["organization", "people", "workspaces", "grants", "roles", "reasons", "drift"] {
        assert_eq!(page[part], live[part], "{part}");
    }
    assert_eq!(page["snapshot"], "live.json");
    assert_eq!(page["usage"], json!({"not_read": "a snapshot has no usage or cost"}));
}

#[test]
fn equal_organizations_give_equal_pages() {
    let world = World::example("acme");
    world.run("report --html page.html").ended(0);
    let first = world.read("page.html");
    world.run("report --html page.html").ended(0);
    assert_eq!(world.read("page.html"), first);
    assert_eq!(world.run("report --html -").ended(0).out, first);
}

#[test]
fn data_that_the_credential_may_not_read_is_reported_on_the_page() {
    let world = World::acme();
    world.faults(&json!([
        {"method": "GET", "path": "/v1/organizations/usage_report/**", "then": {"status": 403}},
        {"method": "GET", "path": "/v1/organizations/cost_report", "then": {"status": 403}},
    ]));
    world.run("report --html page.html").ended(0);
    let page = held(&world);
    for part in ["usage", "cost"] {
        let why = page[part]["not_read"].as_str().unwrap();
        assert!(why.contains("403"), "{why}");
    }
    let not_judged = page["findings"]["not_judged"].as_array().unwrap();
    assert!(
        not_judged.iter().any(|rule| rule["what"].as_str().unwrap().starts_with("BA0103 dormant-person")),
        "{not_judged:?}"
    );
    assert!(grants(&page).contains("dev@acme.com: lab workspace_developer (line in the files)"));
}

#[test]
fn a_failed_run_keeps_the_previous_page() {
    let world = World::acme().file("page.html", "the page before");
    world.faults(&json!([
        {"method": "GET", "path": "/v1/organizations/users", "then": {"status": 401}},
    ]));
    world.run("report --html page.html").ended(1);
    assert_eq!(world.read("page.html"), "the page before");
    let files = std::fs::read_dir(world.path(".")).unwrap().count();
    assert_eq!(files, 2, "nothing is left beside it");
}

#[test]
fn only_its_owner_may_read_the_page() {
    let world = World::acme().file("page.html", "readable by all");
    world.run("report --html page.html").ended(0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(world.path("page.html")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn wrong_use_of_the_page_says_what_to_do() {
    let world = World::acme();
    shown("page-nothing-asked", world.run("report").ended(1));
    world.run("report missing.yaml --html page.html").ended(4);
    world.run("report --html missing/page.html").ended(1);
    world.edit(ACME, "00000000-0000-0000-0000-000000000000");
    world.run("report --html page.html").ended(1);
    assert!(!world.has("page.html"));
}

#[test]
fn names_from_the_service_remain_text() {
    let name = "</script><img src=x onerror=evil()>\u{202e}";
    let mut seed = acme();
    seed["organization"]["name"] = json!(name);
    seed["workspaces"][0]["name"] = json!(name);
    let world = World::live(seed);
    world.run("report --html page.html").ended(0);
    let page = world.read("page.html");
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    let shown = "</script><img src=x onerror=evil()>\\u{202e}";
    let held = held(&world);
    assert_eq!(held["organization"]["name"], shown);
    assert!(held["workspaces"].as_array().unwrap().iter().any(|one| one["name"] == shown), "{held}");
}
