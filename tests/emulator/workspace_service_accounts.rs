//! Workspace memberships of service accounts, from both sides.

use bylaws_emulator::Seed;
use serde_json::{Value, json};

use crate::feed::told;
use crate::world::{World, acme};

const NONE: Value = Value::Null;
const BAD: &str = "400 invalid_request_error";
const GONE: &str = "404 not_found_error";
const OF_BOT: &str = "/service_accounts/svac_bot/workspaces";

fn seed() -> Value {
    let mut seed = acme();
    seed["service_accounts"] = json!([
        {"id": "svac_bot", "name": "bot"},
        {"id": "svac_two", "name": "two"},
        {"id": "svac_gone", "name": "gone", "archived_at": "2026-11-02T00:00:00Z"},
    ]);
    seed["workspace_service_accounts"] = json!([
        {"workspace_id": "wrkspc_lab", "service_account_id": "svac_bot", "workspace_role": "workspace_developer"},
        {"workspace_id": "wrkspc_code", "service_account_id": "svac_bot", "workspace_role": "workspace_user"},
        {"workspace_id": "wrkspc_old", "service_account_id": "svac_bot", "workspace_role": "workspace_user"},
        {"workspace_id": "wrkspc_lab", "service_account_id": "svac_two", "workspace_role": "role_of_next_year"},
    ]);
    seed
}

async fn world() -> World {
    World::seeded(seed()).await
}

/// Returns one line for each membership: account, workspace, role, and whether it is implicit.
fn lines(page: &Value) -> Vec<String> {
    let line = |member: &Value| {
        let text = |field: &str, prefix: &str| member[field].as_str().unwrap().replace(prefix, "");
        let implicit = if member["implicit"] == true { " implicit" } else { "" };
        let (account, place) = (text("service_account_id", "svac_"), text("workspace_id", "wrkspc_"));
        format!("{account} {place} {}{implicit}", text("workspace_role", "workspace_"))
    };
    page["data"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn an_account_is_first_in_the_default_workspace_and_a_workspace_lists_explicit_members() {
    let world = world().await;
    for (path, told) in [
        (OF_BOT, &["bot default user implicit", "bot lab developer", "bot code user", "bot old user"][..]),
        (
            "/service_accounts/svac_two/workspaces",
            &["two default user implicit", "two lab role_of_next_year"],
        ),
        ("/workspaces/wrkspc_lab/service_accounts", &["bot lab developer", "two lab role_of_next_year"]),
        ("/workspaces/wrkspc_old/service_accounts", &["bot old user"]),
        ("/workspaces/wrkspc_default/service_accounts", &[]),
    ] {
        assert_eq!(lines(&world.get(path).await), told, "{path}");
    }
    assert_eq!(
        world.get("/workspaces/wrkspc_default/service_accounts/svac_two").await,
        json!({
            "type": "service_account_workspace_member", "service_account_id": "svac_two",
            "workspace_id": "wrkspc_default", "workspace_role": "workspace_user", "implicit": true,
            "created_by_actor_id": null,
        })
    );
}

#[tokio::test]
async fn the_first_page_of_an_account_may_have_one_more() {
    let world = world().await;
    let mut pages = vec![world.get(&format!("{OF_BOT}?limit=1")).await];
    while let Some(page) = pages.last().unwrap()["next_page"].as_str() {
        let next = world.get(&format!("{OF_BOT}?limit=1&page={page}")).await;
        pages.push(next);
    }
    let told: Vec<Vec<String>> = pages.iter().map(lines).collect();
    let wanted =
        [&["bot default user implicit", "bot lab developer"][..], &["bot code user"], &["bot old user"]];
    assert_eq!(told, wanted);
    let page = pages[0]["next_page"].as_str().unwrap();
    for elsewhere in [
        "/workspaces/wrkspc_lab/service_accounts",
        "/service_accounts/svac_two/workspaces",
        "/service_accounts",
    ] {
        world.story(&[(&format!("GET {elsewhere}?limit=1&page={page}"), NONE, BAD)]).await;
    }
}

#[tokio::test]
async fn adding_again_sets_the_role() {
    let world = world().await;
    let by_account = json!({"workspace_id": "wrkspc_lab", "workspace_role": "workspace_admin"});
    let by_workspace = json!({"service_account_id": "svac_bot", "workspace_role": "workspace_user"});
    let change = json!({"workspace_role": "workspace_restricted_developer"});
    for (request, body, role) in [
        (format!("POST {OF_BOT}"), by_account, "workspace_admin"),
        ("POST /workspaces/wrkspc_lab/service_accounts".to_owned(), by_workspace, "workspace_user"),
        (
            "POST /workspaces/wrkspc_lab/service_accounts/svac_bot".to_owned(),
            change,
            "workspace_restricted_developer",
        ),
    ] {
        let set = world.call(&request, body).await.body;
        assert_eq!((&set["workspace_role"], &set["implicit"]), (&json!(role), &json!(false)), "{request}");
        assert_eq!(world.get("/workspaces/wrkspc_lab/service_accounts/svac_bot").await, set);
    }
    assert_eq!(lines(&world.get(OF_BOT).await).len(), 4, "still one of each");
    let body = json!({"service_account_id": "svac_two", "workspace_role": "workspace_user"});
    let added = world.call("POST /workspaces/wrkspc_code/service_accounts", body).await.body;
    assert_eq!(added["created_by_actor_id"], "user_ada");
    assert_eq!(
        lines(&world.get("/workspaces/wrkspc_code/service_accounts").await),
        ["two code user", "bot code user"],
        "the newest comes first"
    );
}

#[tokio::test]
async fn the_membership_of_the_default_workspace_cannot_be_lost() {
    let world = world().await;
    let one = "/workspaces/wrkspc_default/service_accounts/svac_bot";
    let removed = world.call(&format!("DELETE {one}"), NONE).await;
    assert_eq!(
        removed.body,
        json!({"type": "service_account_workspace_member_deleted", "service_account_id": "svac_bot",
               "workspace_id": "wrkspc_default"})
    );
    assert_eq!(world.get(one).await["implicit"], true);
    let body = json!({"workspace_id": "wrkspc_default", "workspace_role": "workspace_admin"});
    world.story(&[(&format!("POST {OF_BOT}"), body, "200")]).await;
    assert_eq!(lines(&world.get(OF_BOT).await)[0], "bot default admin", "in place of the implicit one");
    assert_eq!(lines(&world.get("/workspaces/wrkspc_default/service_accounts").await), ["bot default admin"]);
    world.story(&[(&format!("DELETE {OF_BOT}/wrkspc_default"), NONE, "200")]).await;
    assert_eq!(lines(&world.get(OF_BOT).await)[0], "bot default user implicit");
    world.story(&[(&format!("POST {one}"), json!({"workspace_role": "workspace_developer"}), "200")]).await;
    assert_eq!(world.get(one).await["implicit"], false);
}

#[tokio::test]
async fn removing_is_without_effect_the_second_time() {
    let world = world().await;
    for request in [
        "DELETE /workspaces/wrkspc_lab/service_accounts/svac_bot".to_owned(),
        "DELETE /workspaces/wrkspc_lab/service_accounts/svac_bot".to_owned(),
        format!("DELETE {OF_BOT}/wrkspc_code"),
        format!("DELETE {OF_BOT}/wrkspc_code"),
    ] {
        assert_eq!(world.call(&request, NONE).await.status, 200, "{request}");
    }
    assert_eq!(lines(&world.get(OF_BOT).await), ["bot default user implicit", "bot old user"]);
    assert_eq!(lines(&world.get("/workspaces/wrkspc_lab/service_accounts").await).len(), 1);
}

#[tokio::test]
async fn invalid_requests_are_refused_and_change_nothing() {
    let world = world().await;
    let before = world.emulator.state();
    let place = |id: &str| json!({"workspace_id": id, "workspace_role": "workspace_user"});
    let account = |id: &str| json!({"service_account_id": id, "workspace_role": "workspace_user"});
    let role = |role: &str| json!({"workspace_role": role});
    let add = format!("POST {OF_BOT}");
    let in_lab = "POST /workspaces/wrkspc_lab/service_accounts";
    world
        .story(&[
            (&add, place("wrkspc_old"), BAD),
            (&add, place("wrkspc_none"), GONE),
            (&add, place("lab"), BAD),
            (&add, json!({"workspace_id": "wrkspc_lab"}), BAD),
            (&add, json!({"workspace_id": "wrkspc_lab", "workspace_role": "workspace_billing"}), BAD),
            (
                &add,
                json!({"workspace_id": "wrkspc_lab", "workspace_role": "workspace_user", "implicit": true}),
                BAD,
            ),
            ("POST /service_accounts/svac_gone/workspaces", place("wrkspc_lab"), BAD),
            ("POST /service_accounts/svac_none/workspaces", place("wrkspc_lab"), GONE),
            (in_lab, account("svac_gone"), BAD),
            (in_lab, account("svac_none"), GONE),
            (in_lab, account("user_dev"), BAD),
            ("POST /workspaces/wrkspc_old/service_accounts", account("svac_two"), BAD),
            ("POST /workspaces/wrkspc_none/service_accounts", account("svac_two"), GONE),
            ("POST /workspaces/wrkspc_code/service_accounts/svac_two", role("workspace_user"), GONE),
            ("POST /workspaces/wrkspc_old/service_accounts/svac_bot", role("workspace_admin"), BAD),
            ("POST /workspaces/wrkspc_lab/service_accounts/svac_bot", role("workspace_billing"), BAD),
            ("DELETE /workspaces/wrkspc_old/service_accounts/svac_bot", NONE, BAD),
            ("DELETE /workspaces/wrkspc_lab/service_accounts/svac_gone", NONE, BAD),
            ("DELETE /workspaces/wrkspc_none/service_accounts/svac_bot", NONE, GONE),
            ("DELETE /service_accounts/svac_none/workspaces/wrkspc_lab", NONE, GONE),
            ("GET /workspaces/wrkspc_code/service_accounts/svac_two", NONE, GONE),
            ("GET /workspaces/wrkspc_default/service_accounts/svac_none", NONE, GONE),
            ("GET /workspaces/wrkspc_none/service_accounts", NONE, GONE),
            ("GET /service_accounts/svac_none/workspaces", NONE, GONE),
            ("GET /workspaces/wrkspc_lab/service_accounts?limit=0", NONE, BAD),
            ("GET /service_accounts/svac_bot/workspaces?include_archived=true", NONE, BAD),
        ])
        .await;
    assert_eq!(world.emulator.state(), before);
}

#[tokio::test]
async fn changes_are_recorded_whichever_side_they_are_made_from() {
    let mut seed = seed();
    seed["compliance_settings"] = json!({"state": {"type": "enabled"}});
    let world = World::seeded(seed).await;
    for (request, body) in [
        (
            "POST /service_accounts/svac_two/workspaces",
            json!({"workspace_id": "wrkspc_code", "workspace_role": "workspace_user"}),
        ),
        (
            "POST /service_accounts/svac_two/workspaces",
            json!({"workspace_id": "wrkspc_code", "workspace_role": "workspace_admin"}),
        ),
        (
            "POST /workspaces/wrkspc_code/service_accounts",
            json!({"service_account_id": "svac_two", "workspace_role": "workspace_developer"}),
        ),
        ("DELETE /workspaces/wrkspc_code/service_accounts/svac_two", NONE),
        ("DELETE /service_accounts/svac_two/workspaces/wrkspc_code", NONE),
        ("DELETE /service_accounts/svac_two/workspaces/wrkspc_lab", NONE),
    ] {
        assert_eq!(world.call(request, body).await.status, 200, "{request}");
    }
    let line = |kind: &str, place: &str, update: &str| {
        format!(
            "platform_service_account_workspace_member_{kind} ada@acme.com service_account_id=svac_two \
             workspace_id=wrkspc_{place}{update}"
        )
    };
    assert_eq!(
        told(&world),
        [
            line("added", "code", ""),
            line("updated", "code", " workspace_role:workspace_user→workspace_admin"),
            line("updated", "code", " workspace_role:workspace_admin→workspace_developer"),
            line("removed", "code", ""),
            line("removed", "lab", ""),
        ]
    );
    let before = told(&world).len();
    let mut state = json!(world.emulator.state());
    state["workspace_service_accounts"]
        .as_array_mut()
        .unwrap()
        .retain(|own| own["workspace_id"] != "wrkspc_lab");
    world.emulator.set_state_as(Seed::from_value(state).unwrap(), "ada@acme.com").unwrap();
    let lost = line("removed", "lab", "").replace("svac_two", "svac_bot");
    assert_eq!(told(&world).split_off(before), [lost]);
}

#[tokio::test]
async fn a_dump_has_the_same_memberships_and_so_has_a_seed_of_the_answers() {
    let world = world().await;
    let dump = world.emulator.state();
    assert_eq!(Seed::from_json(&dump.to_json()).unwrap(), dump);
    let mut answered = seed();
    let mut all = world.get(OF_BOT).await["data"].as_array().unwrap().clone();
    all.extend(world.get("/service_accounts/svac_two/workspaces").await["data"].as_array().unwrap().clone());
    answered["workspace_service_accounts"] = json!(all);
    assert_eq!(World::seeded(answered).await.emulator.state().to_json(), dump.to_json(), "implicit ones go");
}

#[test]
fn an_invalid_seed_is_reported_with_its_position() {
    let list = "workspace_service_accounts";
    for (place, value, problem) in [
        (
            "0/workspace_id",
            json!("wrkspc_none"),
            format!("{list}[0].workspace_id: is not a workspace of this seed"),
        ),
        (
            "0/service_account_id",
            json!("svac_none"),
            format!("{list}[0].service_account_id: is not a service account of this seed"),
        ),
        ("1/workspace_id", json!("wrkspc_lab"), format!("{list}[1]: the same membership appears twice")),
        ("0", json!({"workspace_id": "wrkspc_lab"}), format!("{list}[0].service_account_id: is required")),
    ] {
        let mut seed = seed();
        *seed.pointer_mut(&format!("/{list}/{place}")).unwrap() = value;
        let error = Seed::from_value(seed).unwrap_err().to_string();
        assert_eq!(error, format!("seed: {problem}"));
    }
}
