//! The rules of kinds that need a credential, a beta feature or access of their own.

use serde_json::{Value, json};

use crate::http::Ask;
use crate::refusals::story;
use crate::world::{NONE, World, acme};

#[tokio::test]
async fn rules_about_spend_limits() {
    let world = World::acme().await;
    let of = |scope: Value| json!({"scope": scope, "amount": "1"});
    let workspace = |id: &str| of(json!({"type": "workspace", "workspace_id": id}));
    let organization = |amount: Value| json!({"scope": {"type": "organization"}, "amount": amount});
    let set = "POST /spend_limits";
    story(
        &world,
        &[
            ("GET /spend_limits?scope_type[]=user", NONE, "400 organization_type_not_supported"),
            ("GET /spend_limits?scope_type[]=team", NONE, "400"),
            ("GET /spend_limits/spl_none", NONE, "404"),
            ("GET /spend_limits/spl_tier", NONE, "200"),
            ("DELETE /spend_limits/spl_tier", NONE, "400"),
            ("DELETE /spend_limits/spl_none", NONE, "404"),
            (set, workspace("wrkspc_lab"), "200"),
            (set, workspace("wrkspc_none"), "400"),
            (set, workspace("wrkspc_old"), "400"),
            (set, workspace("wrkspc_default"), "400"),
            (set, of(json!({"type": "user", "user_id": "user_uma"})), "400 organization_type_not_supported"),
            (set, of(json!({"type": "usage_tier"})), "400"),
            (set, of(json!({"type": "organization", "workspace_id": "wrkspc_lab"})), "400"),
            (set, of(json!({"type": "workspace"})), "400"),
            (set, of(NONE), "400"),
            (set, organization(json!("0")), "200"),
            (set, organization(NONE), "400"),
            (set, organization(json!(5000)), "400"),
            (set, organization(json!("50.5")), "400"),
            (set, organization(json!("-5")), "400"),
            (set, organization(json!("")), "400"),
            (set, json!({"scope": {"type": "organization"}}), "400"),
            (set, json!({"scope": {"type": "organization"}, "amount": "1", "period": "daily"}), "400"),
            (set, json!({"scope": {"type": "organization"}, "amount": "1", "currency": "USD"}), "400"),
        ],
    )
    .await;
    let list = Ask::new("GET /spend_limits", &NONE);
    assert_eq!(world.ask(&list).await.status, 200);
    assert_eq!(world.ask(&list.without("anthropic-beta")).await.status, 404);
}

#[tokio::test]
async fn without_access_to_spend_limits_all_operations_are_refused() {
    let mut seed = acme();
    seed.as_object_mut().unwrap().remove("spend_limits");
    let world = World::seeded(seed).await;
    let set = json!({"scope": {"type": "organization"}, "amount": "1"});
    let told = "403 spend_limits_admin_api_writes_not_enabled";
    story(
        &world,
        &[
            ("GET /spend_limits", NONE, told),
            ("GET /spend_limits/spl_lab", NONE, told),
            ("POST /spend_limits", set, told),
            ("DELETE /spend_limits/spl_lab", NONE, told),
        ],
    )
    .await;
}
