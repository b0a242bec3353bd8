//! Every field of issuers and rules: its class, and whether its change needs an approval.

use super::*;

#[test]
fn each_field_of_a_rule_has_its_class_and_what_widens_needs_an_approval() {
    const RULE: &str = "federation_rule/deploy";
    let (w, n, both) = ("widen", "access_loss", "access_loss widen");
    for (edit, class, fields) in [
        ("environment:production >> environment:*", w, "subject_prefix"),
        ("environment:production >> *", w, "subject_prefix"),
        ("        subject: repo:acme/robot:environment:production\\n >> ", w, "subject_prefix"),
        ("environment:production >> environment:staging", both, "subject_prefix"),
        ("repo:acme/robot >> repo:acme@417/robot@81", both, "subject_prefix"),
        ("        audience: https://api.anthropic.com\\n >> ", w, "audience"),
        ("audience: https://api >> audience: https://dev", both, "audience"),
        ("{repository_id: \"81\"} >> {repository_id: \"82\"}", both, "claims"),
        ("{repository_id: \"81\"} >> {repository_id: \"81\", environment: production}", n, "claims"),
        ("{repository_id: \"81\"} >> {repository_owner_id: \"81\"}", both, "claims"),
        ("        claims: {repository_id: \"81\"}\\n >> ", w, "claims"),
        (
            "claims: {repository_id: \"81\"} >> claims: {repository_id: \"81\"}\\n        condition: claims.a == '1'",
            n,
            "condition",
        ),
        ("scope: workspace:inference >> scope: workspace:developer", w, "oauth_scope"),
        ("scope: workspace:inference >> scope: [workspace:inference, workspace:developer]", w, "oauth_scope"),
        ("token_lifetime: 10m >> token_lifetime: 11m", w, "token_lifetime_seconds"),
        ("token_lifetime: 10m >> token_lifetime: 9m", n, "token_lifetime_seconds"),
        ("workspaces: [production] >> workspaces: all", w, "applies_to_all_workspaces"),
        ("service_account: ci >> service_account: bot", both, "service_account_id"),
        ("description: deploys >> description: builds", "other", "description"),
        ("description: deploys >> description: \"\"", "other", "description"),
        ("token_lifetime: 10m >> token_lifetime: 10m", "", ""),
        ("      token_lifetime: 10m\\n >> ", "", ""),
        ("      description: deploys\\n >> ", "", ""),
        (
            "environment:production >> environment:*; token_lifetime: 10m >> token_lifetime: 9m",
            both,
            "subject_prefix, token_lifetime_seconds",
        ),
    ] {
        let text = edited(edit);
        let live = live_with(&[]);
        let plan = planned(&files(&text), &live);
        if class.is_empty() {
            assert_eq!(shown(&plan), Vec::<String>::new(), "{edit}");
            continue;
        }
        if class.contains(w) {
            assert!(plan.changes.is_empty(), "{edit}: {:?}", shown(&plan));
            let lines = shown(&plan);
            let says = |word: &str| lines.iter().any(|line| line.starts_with(word));
            assert!(
                says(&format!("blocked {RULE}: lets in more (")) && lines.len() == 2,
                "{edit}: {lines:?}"
            );
            assert!(fields.split(", ").all(|field| lines[0].contains(field)), "{edit}: {lines:?}");
            // Who signs the tokens, and as what they act.
            assert!(says(&format!("note {RULE}: accepts ")), "{edit}: {lines:?}");
        }
        let text =
            text + &if class.contains(w) { approved(&format!("update {RULE}")) } else { String::new() };
        let plan = planned(&files(&text), &live);
        let lines = shown(&plan);
        assert_eq!(lines.len(), if class.contains(w) { 2 } else { 1 }, "{edit}: {lines:?}");
        assert!(lines[0].starts_with(&format!("update {RULE} [{class}]")), "{edit}: {lines:?}");
        let change = &plan.changes[0];
        let changed: Vec<&str> = change.after.as_ref().expect("a state").0.keys().copied().collect();
        assert_eq!(changed.join(", "), fields, "{edit}");
        // The whole match and the target travel with every update.
        let body =
            crate::remote(change.write.kind).expect("an adapter").call(&change.write).body.expect("a body");
        assert!(
            body["match"].is_object() && body["target"]["service_account_id"].is_string(),
            "{edit}: {body}"
        );
    }
}

#[test]
fn each_field_of_an_issuer_has_its_class_and_what_widens_needs_an_approval() {
    const ISSUER: &str = "federation_issuer/github";
    let (w, n, both) = ("widen", "access_loss", "access_loss widen");
    let keys = "jwks: {inline: {keys: [{kty: EC, kid: a, crv: P-256, x: AQ, y: Ag}]}}";
    for (edit, class, fields) in [
        ("https://token.actions.githubusercontent.com >> https://ci.acme.com", both, "issuer_url"),
        ("jwks: discovery >> jwks: {discovery_base: https://ci.acme.com}", both, "jwks"),
        ("jwks: discovery >> jwks: {explicit_url: https://ci.acme.com/keys}", both, "jwks"),
        ("jwks: discovery >> jwks: {ca_cert: PEM}", both, "jwks"),
        (&format!("jwks: discovery >> {keys}"), both, "jwks"),
        ("check_jti: true >> check_jti: false", w, "check_jti"),
        ("max_jwt_lifetime: 15m >> max_jwt_lifetime: 901s", w, "max_jwt_lifetime_seconds"),
        ("max_jwt_lifetime: 15m >> max_jwt_lifetime: 899s", n, "max_jwt_lifetime_seconds"),
        ("max_jwt_lifetime: 15m >> max_jwt_lifetime: 900s", "", ""),
        ("      jwks: discovery\\n >> ", "", ""),
        ("      check_jti: true\\n >> ", "", ""),
        ("      max_jwt_lifetime: 15m\\n >> ", "", ""),
    ] {
        let text = edited(edit);
        let live = live_with(&[]);
        let plan = planned(&files(&text), &live);
        if class.is_empty() {
            assert_eq!(shown(&plan), Vec::<String>::new(), "{edit}");
            continue;
        }
        if class.contains(w) {
            let lines = shown(&plan);
            let start = format!("blocked {ISSUER}: lets in tokens that were refused (");
            assert!(lines.len() == 1 && lines[0].starts_with(&start), "{edit}: {lines:?}");
            assert!(lines[0].contains(fields) && lines[0].contains('→'), "{edit}: {lines:?}");
        }
        let text =
            text + &if class.contains(w) { approved(&format!("update {ISSUER}")) } else { String::new() };
        let lines = shown(&planned(&files(&text), &live));
        assert_eq!(lines.len(), 1, "{edit}: {lines:?}");
        assert!(lines[0].starts_with(&format!("update {ISSUER} [{class}] {fields} ")), "{edit}: {lines:?}");
    }
    let off = live_with(&[("/federation_issuers/0/check_jti", json!(false))]);
    let lines = shown(&planned(&files(FILES), &off));
    assert_eq!(lines, ["update federation_issuer/github [access_loss] check_jti false → true"]);
}
