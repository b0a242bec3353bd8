//! Limits of workspaces and external keys as tables.

use serde_json::{Value, json};

use super::{Case, read};
use crate::rate_limit::{LiveRateLimits, Wanted};

/// A case whose workspaces are `lab`, `ops`, `new` and the default one, with these lists.
fn case(lists: &Value) -> Case {
    let mut case = Case::new(
        "workspace ops\nworkspace new",
        "workspace ops made=2026-11-01\nworkspace new made=2026-11-01\nmemberships ops\nmemberships new",
    );
    read(&with_empty(lists), &mut case.world.live);
    case
}

/// Returns these lists, and the others as empty ones.
fn with_empty(lists: &Value) -> Value {
    let mut all =
        json!({"spend_limits": [], "service_accounts": [], "federation_issuers": [], "federation_rules": []});
    all.as_object_mut().unwrap().extend(lists.as_object().unwrap().clone());
    all
}

fn sonnet() -> Value {
    json!([{
        "type": "rate_limit", "id": "rl_1", "group": {"id": "rlg_1", "type": "model_group", "display_name": "Sonnet"},
        "models": ["claude-sonnet-4-5"], "limits": [{"type": "requests_per_minute", "value": 50}],
    }])
}

#[test]
fn a_rate_limit_of_zero_is_found() {
    let set = |value: u64| {
        let limits = json!([{"type": "requests_per_minute", "value": value}, {"type": "output_tokens_per_minute", "value": 5}]);
        case(&json!({
            "rate_limits": sonnet(),
            "workspace_rate_limits": [{"workspace_id": "ws_lab", "rate_limit_id": "rl_1", "limits": limits}],
        }))
    };
    set(1).finds("");
    let expected = "rate-limit-of-zero workspace/lab/rate_limit/claude-sonnet-4-5: `requests_per_minute` 0";
    set(0).finds(&format!("warning {expected}"));
    let mut listed = set(0);
    listed.world.desired.audit.unlisted_days = None;
    let limiter = crate::rate_limit::Limiter::parse("requests_per_minute").unwrap();
    let entry = [(bylaws_engine::ObjectName::new("claude-sonnet-4-5"), [(limiter, Wanted::Value(0))].into())];
    let lab = listed.world.desired.workspaces.as_mut().unwrap().values_mut();
    for open in lab.filter_map(crate::desired::Workspace::open_mut) {
        open.rate_limits = Some(entry.clone().into());
    }
    listed.finds(&format!("note {expected}"));
}

fn spend(workspaces: &[(&str, Value)]) -> Value {
    let limit = |(workspace, amount): &(&str, Value)| {
        json!({
            "type": "spend_limit", "id": format!("spl_{workspace}"), "amount": amount, "currency": "USD",
            "period": "monthly", "is_enabled": true,
            "scope": {"type": "workspace", "workspace_id": format!("ws_{workspace}")},
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        })
    };
    json!({"spend_limits": workspaces.iter().map(limit).collect::<Vec<_>>()})
}

#[test]
fn a_workspace_without_the_spend_limit_that_most_have_is_noted() {
    let amount = || json!("50000");
    case(&spend(&[])).finds("");
    case(&spend(&[("lab", amount())])).finds("");
    case(&spend(&[("lab", amount()), ("ops", amount()), ("new", amount())])).finds("");
    let expected = "note without-spend-limit workspace/new: no spend limit; 2 of 3 workspaces have one";
    case(&spend(&[("lab", amount()), ("ops", amount())])).finds(expected);
    case(&spend(&[("lab", amount()), ("ops", amount()), ("new", json!(null))])).finds(expected);
    // Half of them is not most.
    let mut half = Case::new("workspace ops", "workspace ops made=2026-11-01\nmemberships ops");
    read(&with_empty(&spend(&[("lab", amount())])), &mut half.world.live);
    half.finds("");
    let mut listed = case(&spend(&[("lab", amount()), ("ops", amount())]));
    for open in listed.world.desired.workspaces.as_mut().unwrap().values_mut() {
        if let Some(open) = open.open_mut() {
            open.spend_limit = Some(crate::spend_limit::Wanted::NoLimit);
        }
    }
    let found = super::shown(&listed.audit());
    assert!(!found.contains("without-spend-limit"), "{found}");
}

#[test]
fn an_external_key_that_no_workspace_uses_is_noted() {
    let key = |attachment: &str| {
        json!({"external_keys": [{
            "type": "external_key", "id": "ekey_1", "display_name": "main", "geo": "us",
            "provider_config": {"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:123456789012:key/1"},
            "attachment": {"type": attachment}, "user_profile_id": null, "created_at": "2026-11-01T00:00:00Z",
            "updated_at": "2026-11-01T00:00:00Z",
        }]})
    };
    case(&key("attached")).finds("");
    case(&key("unattached")).finds("note unused-external-key external_key/main: no workspace uses it");
}

#[test]
fn refused_lists_are_not_judged() {
    case(&json!({"spend_limits": null})).finds("not judged without-spend-limit: SpendLimits");
    case(&json!({"external_keys": null})).finds("not judged unused-external-key: ExternalKeys");
    let mut rates = case(&json!({}));
    rates.world.live.rate_limits =
        Some(LiveRateLimits { refused: Some("403".into()), ..LiveRateLimits::default() });
    rates.finds("not judged rate-limit-of-zero: RateLimits");
    rates.world.live.rate_limits = None;
    rates.finds("not judged rate-limit-of-zero: RateLimits");
}
