//! Service accounts and federation for the long random test: what an organization has, and requests.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::walk::id;
use crate::world::NONE;

/// Adds them to a seed that has the workspace `wrkspc_0`.
pub(crate) fn seed(dice: &mut Dice, seed: &mut Value) {
    let hosts = ["https://gitlab.com", "https://idp.acme.com"];
    let issuers: Vec<Value> = (0..4)
        .map(|at| {
            json!({"id": format!("fdis_{at}"), "name": format!("i{at}"), "issuer_url": dice.pick(&hosts)})
        })
        .collect();
    let rules: Vec<Value> = (0..4)
        .map(|at| {
            let scope = if dice.one_in(4) { "org:admin" } else { "workspace:inference" };
            json!({"id": format!("fdrl_{at}"), "name": format!("r{at}"), "issuer_id": format!("fdis_{at}"),
                   "match": {"subject_prefix": dice.pick(&["project_path:acme/x", "*"])}, "oauth_scope": scope,
                   "target": {"service_account_id": "svac_0"}, "workspace_ids": ["wrkspc_0"]})
        })
        .collect();
    seed["service_accounts"] = json!(accounts(dice));
    seed["federation_issuers"] = json!(issuers);
    seed["federation_rules"] = json!(rules);
}

/// Returns the path of a read.
pub(crate) fn read(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!(
            "/service_accounts{}",
            dice.pick(&[
                "",
                "?limit=1",
                "?limit=101",
                "/svac_1",
                "/svac_1/workspaces",
                "?include_archived=true"
            ])
        ),
        1 => format!(
            "/workspaces/{}/service_accounts{}",
            id(dice, "wrkspc_"),
            dice.pick(&["", "?limit=1", "/svac_1", "/svac_9"])
        ),
        2 => format!(
            "/federation_issuers{}",
            dice.pick(&["", "?limit=1", "/fdis_1", "/fdis_9", "?include_archived=true", "?page=x"])
        ),
        _ => format!(
            "/federation_rules{}",
            dice.pick(&["", "?issuer_id=fdis_1", "?issuer_id=1", "/fdrl_1", "/fdrl_1/workspaces", "/fdrl_9"])
        ),
    }
}

/// Returns a write and its body. `place` is a workspace and `membership` a role in one.
pub(crate) fn write(dice: &mut Dice, place: &str, membership: &str) -> (String, Value) {
    match dice.below(7) {
        0 => {
            let names = ["bot-1", "bot-77", "Bot", "", "a_b"];
            let body =
                json!({"name": dice.pick(&names), "organization_role": dice.pick(&["admin", "owner"])});
            ("POST /service_accounts".to_owned(), body)
        }
        1 => {
            let action = dice.pick(&["", "/archive", "/workspaces"]);
            let body = match action {
                "" => json!({"description": dice.pick(&[NONE, json!("x"), json!(5)])}),
                "/archive" => NONE,
                _ => json!({"workspace_id": place, "workspace_role": membership}),
            };
            (format!("POST /service_accounts/{}{action}", id(dice, "svac_")), body)
        }
        2 => (
            format!("POST /workspaces/{place}/service_accounts"),
            json!({"service_account_id": id(dice, "svac_"), "workspace_role": membership}),
        ),
        3 => (format!("DELETE /workspaces/{place}/service_accounts/{}", id(dice, "svac_")), NONE),
        4 => (format!("POST /federation_issuers{}", dice.pick(&["", "/fdis_1", "/fdis_2"])), issuer(dice)),
        5 => (format!("POST /federation_rules{}", dice.pick(&["", "/fdrl_1", "/fdrl_2"])), rule(dice, place)),
        _ => {
            let path = format!("/federation_rules/{}/workspaces", id(dice, "fdrl_"));
            match dice.below(3) {
                0 => (format!("DELETE {path}/{place}"), NONE),
                1 => (format!("POST {}", path.replace("/workspaces", "/archive")), NONE),
                _ => (format!("POST {path}"), json!({"workspace_id": place})),
            }
        }
    }
}

fn accounts(dice: &mut Dice) -> Vec<Value> {
    let account = |at: usize| {
        let archived = if dice.one_in(4) { json!("2026-10-01T00:00:00Z") } else { NONE };
        json!({"id": format!("svac_{at}"), "name": format!("bot-{at}"), "archived_at": archived})
    };
    (0..6).map(account).collect()
}

fn issuer(dice: &mut Dice) -> Value {
    let mut body = json!({"name": format!("i{}", dice.below(9))});
    for (field, value) in [
        (
            "issuer_url",
            dice.pick(&[json!("https://gitlab.com"), json!("https://10.0.0.1"), json!("http://a.b"), NONE]),
        ),
        (
            "jwks",
            dice.pick(&[
                json!({"type": "discovery"}),
                json!({"type": "inline", "keys": [{}]}),
                json!({"type": "inline"}),
                json!({"type": "explicit_url", "url": "https://a b"}),
                NONE,
            ]),
        ),
        ("check_jti", dice.pick(&[json!(true), json!("true"), NONE])),
        ("max_jwt_lifetime_seconds", dice.pick(&[json!(1), json!(0), json!(900), NONE])),
    ] {
        if dice.one_in(2) {
            body[field] = value;
        }
    }
    body
}

fn rule(dice: &mut Dice, place: &str) -> Value {
    let mut body = json!({
        "name": format!("r{}", dice.below(9)), "issuer_id": format!("fdis_{}", dice.below(5)),
        "match": {"claims": dice.pick(&[json!({"project_id": "1"}), json!({}), json!({"a": 1})])},
        "target": {"type": "service_account", "service_account_id": format!("svac_{}", dice.below(7))},
        "oauth_scope": dice.pick(&["workspace:inference", "org:admin", "x"]), "workspace_id": place,
    });
    for field in ["issuer_id", "match", "workspace_id", "oauth_scope"] {
        if dice.one_in(3) {
            body.as_object_mut().unwrap().remove(field);
        }
    }
    for (field, value) in [
        ("description", dice.pick(&[json!("x"), NONE, json!(5)])),
        ("applies_to_all_workspaces", dice.pick(&[json!(true), json!(false), NONE])),
        ("token_lifetime_seconds", dice.pick(&[json!(60), json!(59), NONE])),
        ("attributes", dice.pick(&[json!({}), json!({"a": "b"}), NONE])),
    ] {
        if dice.one_in(3) {
            body[field] = value;
        }
    }
    body
}
