//! Identity tokens that are denied. Every answer is the same: only the history has the reason.

use serde_json::{Value, json};

use crate::assertion::{NOW, claims, encoded, signed, signed_bytes, token};
use crate::token_exchange::request;
use crate::world::World;

const NONE: Value = Value::Null;

/// Returns tokens that are denied, each with the rule and the reason.
fn bad_assertions() -> Vec<(&'static str, String, &'static str)> {
    let header = |alg: &str, kid: Value| signed(&json!({"alg": alg, "kid": kid}), &claims("", NONE));
    let good = token("", NONE);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let (first, payload) = head.split_once('.').unwrap();
    let other = token("sub", json!("other"));
    let plain = r#"{"alg":"ES256","kid":"p256"}"#;
    let claimed = |name: &str, value: Value| ("main", token(name, value));
    let signed_again = |claims: String| ("main", signed_bytes(plain, &claims));
    let own = claims("", NONE).to_string();
    let mut deep = claims("", NONE);
    deep["deep"] = json!(0);
    let nested = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let deep = deep.to_string().replace("\"deep\":0", &format!("\"deep\":{nested}"));
    let malformed = [
        ("main", "no token".to_owned()),
        ("main", "..".to_owned()),
        ("main", format!("{good}.more")),
        ("main", format!("{good}\n")),
        ("main", format!("{good}=")),
        ("main", format!("{}{good}", "A".repeat(20_000))),
        ("main", format!("{first}.%%%.{signature}")),
        ("main", format!("{}.{payload}.{signature}", encoded("[1]"))),
        ("main", format!("{}.{payload}.{signature}", encoded("{"))),
        ("main", format!("{first}.{}.{signature}", encoded([0xff, 0xfe]))),
        signed_again(deep),
        signed_again(own.replace('{', r#"{"sub":"root","#)),
        ("main", signed_bytes(r#"{"alg":"ES256","alg":"none","kid":"p256"}"#, &own)),
        ("main", signed_bytes(r#"{"alg":"ES256","kid":"p256","crit":["b64"],"b64":false}"#, &own)),
        claimed("sub", NONE),
        claimed("sub", json!("")),
        claimed("sub", json!(7)),
        claimed("iat", NONE),
        claimed("exp", NONE),
        claimed("exp", json!("soon")),
        claimed("exp", json!(1e300)),
        claimed("nbf", json!("now")),
        claimed("jti", json!(7)),
    ];
    let others = [
        ("none", "", "rule_not_found"),
        ("archived", "", "rule_archived"),
        ("orphan", "", "issuer_archived"),
        ("odd", "", "key_not_found"),
        ("cel", "", "condition_not_supported"),
        ("gone", "", "service_account_mismatch"),
        ("github", "", "issuer_mismatch"),
    ];
    let main = [
        (claimed("iss", json!("https://idp.acme.com/")), "issuer_mismatch"),
        (claimed("iss", NONE), "issuer_mismatch"),
        (("main", header("none", json!("p256"))), "unsupported_algorithm"),
        (("main", header("HS256", json!("p256"))), "unsupported_algorithm"),
        (("main", header("ES512", json!("p256"))), "unsupported_algorithm"),
        (("main", header("es256", json!("p256"))), "unsupported_algorithm"),
        (("main", header("ES256", NONE)), "key_not_found"),
        (("main", header("ES256", json!(["p256"]))), "key_not_found"),
        (("main", header("ES256", json!("unknown"))), "key_not_found"),
        (("main", header("ES256", json!("rsa"))), "key_not_found"),
        (("main", header("RS256", json!("p256"))), "key_not_found"),
        (("main", header("ES256", json!("p384"))), "key_not_found"),
        (("main", header("RS256", json!("encryption"))), "key_not_found"),
        (("main", header("RS256", json!("rs512"))), "key_not_found"),
        (("main", format!("{head}.")), "signature_invalid"),
        (("main", format!("{head}.{}", other.rsplit_once('.').unwrap().1)), "signature_invalid"),
        (("main", format!("{head}.{}", encoded([0; 64]))), "signature_invalid"),
        (claimed("exp", json!(NOW - 30)), "expired"),
        (claimed("exp", json!(i64::MIN)), "expired"),
        (claimed("iat", json!(NOW + 31)), "not_yet_valid"),
        (claimed("nbf", json!(NOW + 31)), "not_yet_valid"),
        (claimed("iat", json!(NOW - 3301)), "lifetime_exceeded"),
        (claimed("exp", json!(i64::MAX)), "lifetime_exceeded"),
        (claimed("sub", json!("project:acme:main2")), "match_subject_prefix"),
        (claimed("sub", json!("Project:acme:main")), "match_subject_prefix"),
        (("prefix", token("sub", json!("project:acme2:main"))), "match_subject_prefix"),
        (claimed("aud", json!("https://api.anthropic.com/")), "match_audience"),
        (claimed("aud", json!(["a", "b"])), "match_audience"),
        (claimed("aud", NONE), "match_audience"),
        (claimed("project_id", json!("8120")), "match_claims"),
        (claimed("project_id", json!(812)), "match_claims"),
        (claimed("project_id", NONE), "match_claims"),
    ];
    let malformed = malformed.map(|(rule, token)| (rule, token, "assertion_malformed"));
    let others = others.map(|(rule, _, reason)| (rule, good.clone(), reason));
    let main = main.map(|((rule, token), reason)| (rule, token, reason));
    malformed.into_iter().chain(others).chain(main).collect()
}

#[tokio::test]
async fn every_denial_looks_the_same_and_only_the_history_has_the_reason() {
    let world = World::federated().await;
    let cases = bad_assertions();
    for (rule, assertion, reason) in &cases {
        let answer = world.exchange(&request(rule, assertion)).await;
        let outcomes = world.outcomes().await;
        assert_eq!(outcomes.last().unwrap(), reason, "{rule} {assertion}: {}", answer.body);
        let message = json!({"type": "authentication_error", "message": "Authentication failed"});
        assert_eq!((answer.status, &answer.body["error"]), (401, &message), "{rule} {assertion}");
    }
    let history = world.call("GET /_emulator/federation/history", NONE).await.body;
    assert_eq!(history["data"].as_array().unwrap().len(), cases.len());
    // A used id is one of a token that was exchanged.
    assert_eq!(world.exchange(&request("main", &token("jti", json!("7")))).await.status, 200);
}
