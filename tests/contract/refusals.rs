//! Every way to be refused, each in the documented envelope and with a status of its operation.

use bylaws_emulator::{Options, Seed};
use serde_json::{Value, json};

use crate::closed::Version;
use crate::overview::{ROWS, ask};
use crate::world::{NONE, World, acme};

/// Runs a table of requests in order and compares the answers.
pub(crate) async fn story(world: &World, steps: &[(&str, Value, &str)]) {
    for (line, body, told) in steps {
        let answer = world.call(line, body.clone()).await;
        assert_eq!(answer.told(), *told, "{line} {body}: {}", answer.body);
    }
}

#[tokio::test]
async fn rules_about_people() {
    let world = World::acme().await;
    let role = |role: &str| json!({"role": role});
    let invite = |email: &str, role: &str| json!({"email": email, "role": role});
    story(
        &world,
        &[
            ("GET /users/user_none", NONE, "404"),
            ("GET /users/not-an-id", NONE, "404"),
            ("POST /users/user_none", role("user"), "404"),
            ("POST /users/user_uma", role("admin"), "400"),
            ("POST /users/user_uma", role("managed"), "400"),
            ("POST /users/user_uma", json!({}), "400"),
            ("POST /users/user_uma", json!({"role": "user", "name": "x"}), "400"),
            ("POST /users/user_uma", json!({"role": null}), "400"),
            ("POST /users/user_uma", json!([]), "400"),
            ("POST /users/user_uma", NONE, "400"),
            ("POST /users/user_ada", role("user"), "400"),
            ("DELETE /users/user_ada", NONE, "400"),
            ("DELETE /users/user_none", NONE, "404"),
            ("POST /invites", invite("dev@acme.com", "user"), "400 already_member"),
            ("POST /invites", invite("SAM+2@acme.com", "user"), "400 invite_already_exists"),
            ("POST /invites", invite("nobody", "user"), "400"),
            ("POST /invites", invite("new@acme.com", "admin"), "400"),
            ("POST /invites", json!({"email": "new@acme.com"}), "400"),
            ("POST /invites", json!({"email": 1, "role": "user"}), "400"),
            ("POST /invites", json!({"email": "n@acme.com", "role": "user", "rbac_group_ids": null}), "400"),
            (
                "POST /invites",
                json!({"email": "n@acme.com", "role": "user", "rbac_group_ids": ["rbac_group_1"]}),
                "400",
            ),
            ("GET /invites/invite_none", NONE, "404"),
            ("GET /invites/invite_gone", NONE, "200"),
            ("DELETE /invites/invite_none", NONE, "404"),
            ("DELETE /invites/invite_late", NONE, "400"),
            ("DELETE /invites/invite_ada", NONE, "400"),
            ("DELETE /invites/invite_gone", NONE, "400"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_workspaces() {
    let world = World::acme().await;
    let residency = |value: Value| json!({"name": "n", "data_residency": value});
    story(
        &world,
        &[
            ("GET /workspaces/wrkspc_none", NONE, "404"),
            ("POST /workspaces", json!({}), "400"),
            ("POST /workspaces", json!({"name": ""}), "400"),
            ("POST /workspaces", json!({"name": "n".repeat(256)}), "400"),
            ("POST /workspaces", json!({"name": "n".repeat(255)}), "200"),
            ("POST /workspaces", json!({"name": "n", "display_color": "red"}), "400"),
            ("POST /workspaces", json!({"name": "n", "tags": {"anthropic": "x"}}), "400"),
            ("POST /workspaces", json!({"name": "n", "tags": {"a": 1}}), "400"),
            ("POST /workspaces", json!({"name": "n", "tags": {"a": null}}), "400"),
            ("POST /workspaces", json!({"name": "n", "tags": null, "display_color": null}), "200"),
            ("POST /workspaces", json!({"name": "n", "external_key_id": ""}), "400"),
            ("POST /workspaces", json!({"name": "n", "color": "#000000"}), "400"),
            ("POST /workspaces", residency(json!({"workspace_geo": "eu"})), "400"),
            ("POST /workspaces", residency(json!({"allowed_inference_geos": "all"})), "400"),
            ("POST /workspaces", residency(json!({"allowed_inference_geos": ["us"]})), "400"),
            ("POST /workspaces", residency(json!({"default_inference_geo": "eu"})), "400"),
            ("POST /workspaces", residency(json!({"region": "us"})), "400"),
            ("POST /workspaces", residency(json!({"workspace_geo": null})), "200"),
            ("POST /workspaces/wrkspc_lab", json!({}), "200"),
            ("POST /workspaces/wrkspc_lab", json!({"name": null}), "400"),
            ("POST /workspaces/wrkspc_lab", json!({"external_key_id": "ekey_02"}), "400"),
            ("POST /workspaces/wrkspc_lab", json!({"external_key_id": "ekey_01", "tags": null}), "200"),
            ("POST /workspaces/wrkspc_lab", json!({"data_residency": {"workspace_geo": "us"}}), "400"),
            ("POST /workspaces/wrkspc_lab", json!({"user_profile_id": "profile"}), "200"),
            ("POST /workspaces/wrkspc_none", json!({"name": "n"}), "404"),
            ("POST /workspaces/wrkspc_old", json!({"name": "n"}), "400"),
            ("POST /workspaces/wrkspc_default", json!({"name": "n"}), "400"),
            ("POST /workspaces/wrkspc_default", json!({"display_color": "#123456"}), "200"),
            ("POST /workspaces/wrkspc_default/archive", NONE, "400"),
            ("POST /workspaces/wrkspc_none/archive", NONE, "404"),
            ("POST /workspaces/wrkspc_old/archive", NONE, "200"),
            ("POST /workspaces/wrkspc_eu/archive", json!({}), "200"),
            ("POST /workspaces/wrkspc_eu/archive", json!({"force": true}), "400"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_workspace_memberships() {
    let world = World::acme().await;
    let membership = |user: &str, role: &str| json!({"user_id": user, "workspace_role": role});
    let role = |role: &str| json!({"workspace_role": role});
    story(
        &world,
        &[
            ("GET /workspaces/wrkspc_none/members", NONE, "404"),
            ("GET /workspaces/wrkspc_default/members", NONE, "200"),
            ("GET /workspaces/wrkspc_lab/members/user_uma", NONE, "404"),
            ("GET /workspaces/wrkspc_lab/members/user_ada", NONE, "200"),
            ("GET /workspaces/wrkspc_lab/members/user_bill", NONE, "200"),
            ("POST /workspaces/wrkspc_lab/members", membership("user_dev", "workspace_user"), "400"),
            ("POST /workspaces/wrkspc_lab/members", membership("user_none", "workspace_user"), "404"),
            ("POST /workspaces/wrkspc_lab/members", membership("dev@acme.com", "workspace_user"), "400"),
            ("POST /workspaces/wrkspc_lab/members", membership("user_uma", "workspace_billing"), "400"),
            ("POST /workspaces/wrkspc_lab/members", membership("user_ada", "workspace_admin"), "400"),
            ("POST /workspaces/wrkspc_lab/members", membership("user_bill", "workspace_admin"), "200"),
            ("POST /workspaces/wrkspc_lab/members", json!({"user_id": "user_uma"}), "400"),
            ("POST /workspaces/wrkspc_old/members", membership("user_uma", "workspace_user"), "400"),
            ("POST /workspaces/wrkspc_none/members", membership("user_uma", "workspace_user"), "404"),
            ("POST /workspaces/wrkspc_default/members", membership("user_uma", "workspace_user"), "400"),
            ("POST /workspaces/wrkspc_lab/members/user_dev", role("workspace_billing"), "400"),
            ("POST /workspaces/wrkspc_lab/members/user_dev", role("owner"), "400"),
            ("POST /workspaces/wrkspc_lab/members/user_uma", role("workspace_user"), "404"),
            ("POST /workspaces/wrkspc_lab/members/user_ada", role("workspace_user"), "400"),
            ("DELETE /workspaces/wrkspc_lab/members/user_uma", NONE, "404"),
            ("DELETE /workspaces/wrkspc_lab/members/user_ada", NONE, "400"),
            ("DELETE /workspaces/wrkspc_lab/members/user_bill", NONE, "200"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_keys() {
    let world = World::acme().await;
    let status = |status: &str| json!({"status": status});
    story(
        &world,
        &[
            ("GET /api_keys/apikey_none", NONE, "404"),
            ("POST /api_keys/apikey_none", status("active"), "404"),
            ("POST /api_keys/apikey_ci", status("expired"), "400"),
            ("POST /api_keys/apikey_ci", json!({"name": ""}), "400"),
            ("POST /api_keys/apikey_ci", json!({"name": "n".repeat(501)}), "400"),
            ("POST /api_keys/apikey_ci", json!({"name": null, "status": null}), "200"),
            ("POST /api_keys/apikey_ci", json!({}), "200"),
            ("POST /api_keys/apikey_ci", json!({"workspace_id": "wrkspc_eu"}), "400"),
            ("POST /api_keys/apikey_gone", status("active"), "400"),
            ("POST /api_keys/apikey_late", status("active"), "400"),
            ("POST /api_keys/apikey_late", status("archived"), "200"),
        ],
    )
    .await;
}

#[tokio::test]
async fn rules_about_rate_limits() {
    let world = World::acme().await;
    let one = |kind: &str, value: Value| json!({"limits": [{"type": kind, "value": value}]});
    let good = || one("requests_per_minute", json!(0));
    let entry = "POST /workspaces/wrkspc_lab/rate_limits/rl_sonnet";
    story(
        &world,
        &[
            ("GET /rate_limits?model=claude-1", NONE, "404"),
            ("GET /rate_limits?group_type=web_search", NONE, "200"),
            ("GET /workspaces/wrkspc_none/rate_limits", NONE, "404"),
            ("GET /workspaces/wrkspc_old/rate_limits", NONE, "200"),
            ("GET /workspaces/wrkspc_default/rate_limits?include_inherited=true", NONE, "200"),
            (entry, good(), "200"),
            (entry, one("fast_itpmca", json!(9_007_199_254_740_991_u64)), "200"),
            (entry, one("fast_itpmca", NONE), "200"),
            (entry, one("fast_itpmca", json!(9_007_199_254_740_992_u64)), "400"),
            (entry, one("fast_itpmca", json!(-1)), "400"),
            (entry, one("fast_itpmca", json!(0.5)), "400"),
            (entry, one("enqueued_batch_requests", json!(1)), "400"),
            (entry, json!({"limits": [{"type": "tokens_per_day"}]}), "400"),
            (entry, json!({"limits": []}), "400"),
            (entry, json!({"limits": null}), "400"),
            (entry, json!({}), "400"),
            ("POST /workspaces/wrkspc_lab/rate_limits/rl_none", good(), "404"),
            ("POST /workspaces/wrkspc_none/rate_limits/rl_sonnet", good(), "404"),
            ("POST /workspaces/wrkspc_old/rate_limits/rl_sonnet", good(), "400"),
            ("POST /workspaces/wrkspc_default/rate_limits/rl_sonnet", good(), "400"),
        ],
    )
    .await;
}

#[tokio::test]
async fn limits_have_their_codes() {
    let mut seed = acme();
    seed["limits"] = json!({"members": 5, "workspaces": 4, "workspace_members": 1, "active_api_keys": 5});
    let world = World::seeded(seed.clone()).await;
    let membership = json!({"user_id": "user_uma", "workspace_role": "workspace_user"});
    story(
        &world,
        &[
            ("POST /invites", json!({"email": "n@a.co", "role": "user"}), "400 org_member_limit_exceeded"),
            ("POST /workspaces", json!({"name": "n"}), "400"),
            ("POST /workspaces/wrkspc_lab/members", membership, "400 workspace_member_limit_exceeded"),
            (
                "POST /workspaces/wrkspc_lab/members/user_bill",
                json!({"workspace_role": "workspace_admin"}),
                "400 workspace_member_limit_exceeded",
            ),
            ("POST /api_keys/apikey_off", json!({"status": "active"}), "400 org_api_key_limit_exceeded"),
        ],
    )
    .await;
    seed["limits"] = json!({"workspace_active_api_keys": 1});
    seed["users"] = json!([{"id": "user_uma", "email": "uma@acme.com", "role": "user"}]);
    let world = World::seeded(seed).await;
    story(
        &world,
        &[
            (
                "POST /api_keys/apikey_off",
                json!({"status": "active"}),
                "400 workspace_api_key_limit_exceeded",
            ),
            ("DELETE /users/user_uma", NONE, "400 cannot_remove_last_member"),
        ],
    )
    .await;
}

#[tokio::test]
async fn undocumented_queries_are_refused() {
    let world = World::acme().await;
    for row in ROWS {
        let plain = ask(row);
        let mark = if plain.target.contains('?') { '&' } else { '?' };
        for more in ["beta=false", "limit=0", "limit=1000000", "limit=ten", "limit=", "expand[]=all"] {
            let mut odd = plain.clone();
            odd.target = format!("{}{mark}{more}", plain.target);
            assert_eq!(world.ask(&odd).await.status, 400, "{}", odd.target);
        }
    }
    for line in [
        "/users?after_id=user_dev&before_id=user_ada",
        "/users?after_id=user_none",
        "/users?before_id=user_none",
        "/users?after_id=",
        "/users?email=",
        "/users?email=%zz",
        "/users?roles=user",
        "/users?roles[]=root",
        "/users?roles[]=managed",
        "/invites?statuses[]=deleted",
        "/workspaces?include_archived=1",
        "/workspaces?ids[]=lab",
        "/rate_limits?group_type=models",
        "/rate_limits?model=",
        "/rate_limits?page=2",
        "/workspaces/wrkspc_lab/rate_limits?include_inherited=1",
        "/spend_limits?scope_type=organization",
        "/spend_limits?workspace_id=lab",
        "/spend_limits?page=2",
        "/spend_limits?period[]=monthly",
        "/workspaces/wrkspc_lab/rate_limits?model=claude-sonnet-4-5",
        "/api_keys?status=on",
        "/api_keys?status[]=active",
        "/api_keys?workspace_id=lab",
        "/api_keys?created_by_user_id=svac_1",
        "/usage_report/messages",
        "/usage_report/messages?starting_at=2026-11-18",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&ending_at=2026-11-17T00:00:00Z",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&bucket_width=2d",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&group_by[]=tier",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&group_by[]=speed",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&speeds[]=fast",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&limit=32",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&page=page_1",
        "/usage_report/messages?starting_at=2026-11-18T00:00:00Z&service_tiers[]=gold",
        "/cost_report?starting_at=2026-11-18T00:00:00Z&group_by[]=model",
        "/cost_report?starting_at=2026-11-18T00:00:00Z&bucket_width=1h",
        "/cost_report?starting_at=2026-11-18T00:00:00Z&limit=32",
        "/usage_report/claude_code",
        "/usage_report/claude_code?starting_at=2026-11-18T00:00:00Z",
        "/usage_report/claude_code?starting_at=2026-11-18&ending_at=2026-11-19",
    ] {
        assert_eq!(world.call(&format!("GET {line}"), NONE).await.status, 400, "{line}");
    }
}

#[tokio::test]
async fn the_parameter_that_marks_a_beta_is_ignored() {
    let world = World::acme().await;
    for row in ROWS {
        let mut marked = ask(row);
        let mark = if marked.target.contains('?') { '&' } else { '?' };
        marked.target = format!("{}{mark}beta=true", marked.target);
        assert_eq!(world.ask(&marked).await.status, 200, "{}", marked.target);
    }
}

#[tokio::test]
async fn unsupported_headers_and_bodies_are_refused() {
    let world = World::acme().await;
    for row in ROWS {
        let fine = ask(row);
        for version in Version::ALL {
            let fine = fine.clone().version(version);
            for odd in [
                fine.clone().without("x-api-key").without("authorization"),
                fine.clone().with("x-api-key", "sk-ant-api03-ordinary"),
                fine.clone().without("x-api-key").with("authorization", "Basic abc"),
                fine.clone().without("x-api-key").with("authorization", "Bearer nonsense"),
            ] {
                assert_eq!(world.ask(&odd).await.status, 401, "{}", odd.shown());
            }
        }
        for odd in
            [fine.clone().without("anthropic-version"), fine.clone().with("anthropic-version", "2024-01-01")]
        {
            assert_eq!(world.ask(&odd).await.status, 400, "{}", odd.shown());
        }
        let mut odd = fine.clone();
        odd.body = b"{\"role\": ".to_vec();
        assert_eq!(world.ask(&odd).await.status, 400, "{}", odd.shown());
        if !fine.body.is_empty() {
            for odd in [fine.clone().without("content-type"), fine.clone().with("content-type", "text/plain")]
            {
                assert_eq!(world.ask(&odd).await.status, 400, "{}", odd.shown());
            }
        }
        if fine.method != "GET" {
            let mut large = fine.clone();
            large.body = vec![b' '; 1024 * 1024 + 1];
            assert_eq!(world.ask(&large).await.status, 413, "{}", row.0);
        }
    }
    assert_eq!(world.emulator.state().users.len(), 4, "nothing of it was done");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let world = World::acme().await;
    for (line, status) in [
        ("GET /planets", 404),
        ("GET /tunnels", 404),
        ("GET /v1/messages", 404),
        ("GET /users/", 404),
        ("GET /users/user_dev/sign_out", 404),
        ("GET /users/user%5Fdev", 200),
        ("GET /users/user_dev%2F", 404),
        ("PUT /users/user_dev", 405),
        ("PATCH /workspaces/wrkspc_lab", 405),
        ("DELETE /workspaces/wrkspc_lab", 405),
        ("DELETE /api_keys/apikey_ci", 405),
        ("POST /api_keys", 405),
        ("POST /me", 405),
        ("GET /workspaces/wrkspc_lab/archive", 405),
    ] {
        assert_eq!(world.call(line, NONE).await.status, status, "{line}");
    }
}

#[tokio::test]
async fn throttled_requests_get_a_retry_time() {
    let state = Seed::from_value(acme()).unwrap();
    let world = World::with(Options { rate_limit: Some(5), state, ..Options::default() }).await;
    let mut refused = 0;
    for row in ROWS {
        let answer = world.ask(&ask(row)).await;
        if answer.status == 429 {
            refused += 1;
            let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
        }
    }
    assert!(refused >= ROWS.len() - 6, "{refused}");
}

#[tokio::test]
async fn an_enterprise_organization_has_people_spend_limits_and_the_feed_only() {
    let mut seed = acme();
    seed["kind"] = json!("enterprise");
    seed["users"][0]["role"] = json!("managed");
    seed["users"][1]["role"] = json!("membership_admin");
    let world = World::seeded(seed).await;
    for row in ROWS {
        let ask = ask(row);
        let lists = ["/users", "/invites", "/compliance", "/spend_limits"];
        // The limits that the rows ask for or set are those of a Console organization.
        let is_of_console = ask.target.contains("/spend_limits?") || ask.shown().contains("\"scope\"");
        let is_served = ask.path().ends_with("/me")
            || (lists.iter().any(|list| ask.path().contains(list)) && !is_of_console);
        let told = world.ask(&ask).await.told();
        assert_eq!(told == "400 organization_type_not_supported", !is_served, "{}: {told}", row.0);
    }
    let groups = json!({"email": "new@acme.com", "role": "managed", "rbac_group_ids": ["rbac_group_1"]});
    story(
        &world,
        &[
            ("POST /invites", groups, "200"),
            ("GET /users?roles[]=managed&roles[]=membership_admin", NONE, "200"),
            ("POST /users/user_uma", json!({"role": "developer"}), "400"),
            ("GET /spend_limits?scope_type[]=user", NONE, "200"),
            (
                "POST /spend_limits",
                json!({"scope": {"type": "user", "user_id": "user_dev"}, "amount": null, "period": "daily"}),
                "200",
            ),
        ],
    )
    .await;
}
