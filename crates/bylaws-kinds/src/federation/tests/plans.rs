//! Rules and issuers that are created, enabled, renamed and archived, and what is blocked.

use super::*;

#[test]
fn files_that_say_what_is_live_change_nothing() {
    let live = live_with(&[]);
    assert_eq!(shown(&planned(&files(FILES), &live)), Vec::<String>::new());
}

#[test]
fn a_rule_is_enabled_before_it_is_disabled_and_each_workspace_is_a_change() {
    let all = live_with(&[
        ("/federation_rules/0/applies_to_all_workspaces", json!(true)),
        ("/federation_rules/0/workspace_id", json!(null)),
        ("/federation_rules/0/workspace_ids", json!([])),
    ]);
    let one = live_with(&[]);
    let enable = |of: &str| format!("create federation_rule/deploy/workspace/{of}");
    for (live, edit, approve, expected) in [
        (
            &one,
            "[production] >> [production, lab]",
            String::new(),
            "blocked federation_rule/deploy/workspace/lab: lets the rule give out tokens for `lab`, and needs an approval",
        ),
        (
            &one,
            "[production] >> [production, lab]",
            enable("lab"),
            "create federation_rule/deploy/workspace/lab [widen]",
        ),
        (
            &one,
            "[production] >> [lab]",
            enable("lab"),
            "create federation_rule/deploy/workspace/lab [widen]
             remove federation_rule/deploy/workspace/production [access_loss]",
        ),
        (
            &one,
            "[production] >> [lab]",
            String::new(),
            "blocked federation_rule/deploy/workspace/lab: lets the rule give out tokens for `lab`, and needs an approval
             note federation_rule/deploy/workspace/production: stays enabled until the rule is enabled for the new workspaces",
        ),
        (
            &all,
            "",
            String::new(),
            "blocked federation_rule/deploy/workspace/production: lets the rule give out tokens for `production`, and needs \
             an approval
             note federation_rule/deploy: still applies to all workspaces, until it is enabled for all that are listed",
        ),
        (
            &all,
            "",
            enable("production"),
            "create federation_rule/deploy/workspace/production [widen]
             update federation_rule/deploy [access_loss] applies_to_all_workspaces true → false",
        ),
        (&all, "[production] >> all", String::new(), ""),
    ] {
        let text = edited(edit) + &approved(&approve);
        let lines = shown(&planned(&files(&text), live)).join("\n");
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        assert_eq!(lines, expected.join("\n"), "{edit} {approve}");
    }
}

#[test]
fn what_narrows_a_rule_sends_nothing_that_is_not_approved_and_takes_nothing_back() {
    let all = live_with(&[
        ("/federation_rules/0/applies_to_all_workspaces", json!(true)),
        ("/federation_rules/0/workspace_id", json!(null)),
    ]);
    let edit = "service_account: ci >> service_account: bot; {repository_id: \"81\"} >> {repository_owner_id: \"417\"}";
    for (approve, account, claim, fields) in [
        ("", "svac_ci", "repository_id", "applies_to_all_workspaces"),
        (
            "update federation_rule/deploy",
            "svac_bot",
            "repository_owner_id",
            "applies_to_all_workspaces claims service_account_id",
        ),
    ] {
        let plan = planned(&files(&(edited(edit) + &approved(approve))), &all);
        let [narrowed] = &plan.changes[..] else { panic!("{:?}", plan.changes) };
        let after = narrowed.after.as_ref().expect("a state");
        assert_eq!(after.text("applies_to_all_workspaces"), Some("false"), "{approve}");
        assert_eq!(after.0.keys().copied().collect::<Vec<_>>().join(" "), fields, "{approve}");
        let body = crate::remote(narrowed.write.kind)
            .expect("an adapter")
            .call(&narrowed.write)
            .body
            .expect("a body");
        assert_eq!(body["target"]["service_account_id"], account, "{approve}");
        assert!(body["match"]["claims"][claim].is_string(), "{approve}: {body}");
    }
}

#[test]
fn a_new_rule_names_what_the_same_plan_creates_and_waits_for_it() {
    let text = edited(
        "    github:\\n >> \
         \x20   gitlab: {issuer_url: https://gitlab.acme.com}\\n    github:\\n",
    );
    let text = text
        + "    build:\n      issuer: gitlab\n      match: {subject: a, audience: b}\n      service_account: ci\n      scope: \
           workspace:developer\n      workspaces: [lab, production]\n"
        + &approved("create federation_rule/build, create federation_rule/build/workspace/production");
    let plan = planned(&files(&text), &live_with(&[]));
    assert_eq!(
        shown(&plan),
        [
            "create federation_issuer/gitlab [other] issuer_url https://gitlab.acme.com",
            "create federation_rule/build [widen] audience b issuer_id gitlab (new) oauth_scope [workspace:developer] \
             service_account_id ci (svac_ci) subject_prefix a workspace_id lab (wrkspc_lab)",
            "create federation_rule/build/workspace/production [widen]",
            "note federation_rule/build: accepts a new issuer (`issuer_url` `https://gitlab.acme.com`); acts as `ci` \
             (`developer`)",
        ]
    );
    let needs: Vec<String> =
        plan.changes.iter().flat_map(|change| &change.depends_on).map(ToString::to_string).collect();
    assert_eq!(needs, ["create federation_issuer/gitlab", "create federation_rule/build"]);
    let call = |at: usize| {
        let write = &plan.changes[at].write;
        let call = crate::remote(write.kind).expect("an adapter").call(write);
        format!("{} {} {}", call.method, call.path, call.body.unwrap_or_default())
    };
    assert_eq!(
        call(1),
        "POST /v1/organizations/federation_rules {\"name\":\"build\",\"issuer_id\":\"{federation_issuer/gitlab}\",\"match\":\
         {\"subject_prefix\":\"a\",\"audience\":\"b\",\"claims\":null,\"condition\":null},\"target\":{\"type\":\
         \"service_account\",\"service_account_id\":\"svac_ci\"},\"oauth_scope\":\"workspace:developer\",\"workspace_id\":\
         \"wrkspc_lab\"}"
    );
    assert_eq!(
        call(2),
        "POST /v1/organizations/federation_rules/{federation_rule/build}/workspaces {\"workspace_id\":\"wrkspc_production\"}"
    );
}

#[test]
fn what_cannot_be_done_is_blocked_with_the_next_step() {
    let archived = ("/federation_rules/0/archived_at", json!("2026-02-01T00:00:00Z"));
    let admin = ("/federation_rules/0/oauth_scope", json!("org:admin"));
    let odd = ("/federation_issuers/0/jwks", json!({"type": "of_next_year"}));
    let stopped = ("/federation_issuers/0/jwks_polling_disabled_at", json!("2026-02-01T00:00:00Z"));
    let in_console = "gives out `org:admin`: only the Console can change such a rule";
    for (set, edit, approve, expected) in [
        (
            vec![archived.clone()],
            "",
            "",
            "blocked federation_rule/deploy: this name belongs to `fdrl_deploy`, which is archived, and stays taken: choose \
             another name",
        ),
        (vec![archived], "    deploy:\\n >>     deploy:\\n      id: fdrl_deploy\\n", "", ""),
        (
            vec![],
            "    deploy:\\n >>     deploy:\\n      id: fdrl_other\\n",
            "",
            "blocked federation_rule/deploy: no rule has this id: correct it, or delete the `id`
             unlisted federation_rule/deploy: `fdrl_deploy` `https://token.actions.githubusercontent.com`, audience \
             `https://api.anthropic.com`, claims `{repository_id: 81}`, `subject_prefix` \
             `repo:acme/robot:environment:production`, acts as `svac_ci`, scope `workspace:inference`",
        ),
        (vec![admin.clone()], "", "", &format!("blocked federation_rule/deploy: {in_console}")),
        (vec![admin.clone()], "scope: workspace:inference >> scope: org:admin", "", ""),
        (
            vec![admin.clone()],
            "scope: workspace:inference >> scope: org:admin; token_lifetime: 10m >> token_lifetime: 9m",
            "",
            &format!("blocked federation_rule/deploy: {in_console}"),
        ),
        (
            vec![admin.clone()],
            "scope: workspace:inference >> scope: org:admin; max_jwt_lifetime: 15m >> max_jwt_lifetime: 14m",
            "",
            "blocked federation_issuer/github: the rule `deploy` gives out a scope that only the Console gives, so only the \
             Console can change its issuer",
        ),
        (
            vec![],
            "scope: workspace:inference >> scope: org:admin",
            "",
            "blocked federation_rule/deploy: only the Console gives org:admin",
        ),
        (
            vec![odd],
            "",
            "",
            "blocked federation_issuer/github: its keys come from `{\"type\":\"of_next_year\"}`, which this version does not \
             understand",
        ),
        (
            vec![stopped],
            "",
            "",
            "note federation_issuer/github: the service stopped reading its keys at `2026-02-01T00:00:00Z`: new keys are not \
             accepted until that is switched on again in the Console",
        ),
        (
            vec![("/federation_rules/0/issuer_id", json!("fdis_other"))],
            "",
            "",
            "blocked federation_rule/deploy: a rule never gets another issuer: archive it, and list a new one under another \
             name",
        ),
        (
            vec![],
            "service_account: ci >> service_account: nobody",
            "",
            "blocked federation_rule/deploy: there is no service account `nobody` in use",
        ),
    ] {
        let text = edited(edit) + &approved(approve);
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        let expected = expected.join("\n");
        let expected = if edit.contains("id: fdrl_deploy") {
            "blocked federation_rule/deploy: is archived, which is permanent: list a new one under another name".to_owned()
        } else {
            expected
        };
        assert_eq!(shown(&planned(&files(&text), &live_with(&set))).join("\n"), expected, "{edit}");
    }
}

#[test]
fn rules_are_archived_before_their_issuer_and_both_need_an_approval() {
    let rule = FILES.find("  rules:").expect("rules");
    let both = format!(
        "{}  rules:\n    deploy: {{state: archived}}\n",
        FILES[..rule].replace(
            "    github:\n      issuer_url: https://token.actions.githubusercontent.com\n      jwks: discovery\n      \
             check_jti: true\n      max_jwt_lifetime: 15m\n",
            "    github: {state: archived}\n"
        )
    );
    let live = live_with(&[]);
    for (approve, expected) in [
        (
            "",
            "blocked federation_issuer/github: the rule `deploy` still uses it: archive that first
             blocked federation_rule/deploy: archives it permanently and needs an approval",
        ),
        (
            "archive federation_rule/deploy",
            "archive federation_rule/deploy [access_loss irreversible] state active → archived
             blocked federation_issuer/github: archives it permanently and needs an approval",
        ),
        (
            "archive federation_rule/deploy, archive federation_issuer/fdis_github",
            "archive federation_rule/deploy [access_loss irreversible] state active → archived
             archive federation_issuer/github [access_loss irreversible] state active → archived",
        ),
    ] {
        let text = both.clone() + &approved(approve);
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        assert_eq!(shown(&planned(&files(&text), &live)).join("\n"), expected.join("\n"), "{approve}");
    }
}

#[test]
fn a_pinned_entry_is_renamed_in_place_unless_the_name_is_taken() {
    let live = live_with(&[]);
    let renamed = "    deploy:\\n >>     ship:\\n      id: fdrl_deploy\\n      name: ship-it\\n";
    let lines = shown(&planned(&files(&edited(renamed)), &live));
    assert_eq!(lines, ["update federation_rule/ship [other] name deploy → ship-it"]);
    let with_approval = edited(renamed) + &approved("update federation_rule/ship-it");
    let lines = shown(&planned(&files(&with_approval), &live));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("an approval in force names"), "{lines:?}");
}

#[test]
fn a_rule_lets_in_nobody_more_while_its_issuer_was_changed_by_somebody_else() {
    let swapped = json!({"type": "explicit_url", "url": "https://keys.evil.example", "ca_cert_pem": null});
    let live = live_with(&[("/federation_issuers/0/jwks", swapped)]);
    for (edit, approve, address) in [
        (
            "[production] >> [production, lab]",
            "create federation_rule/deploy/workspace/lab",
            "federation_rule/deploy/workspace/lab",
        ),
        (
            "token_lifetime: 10m >> token_lifetime: 11m",
            "update federation_rule/deploy",
            "federation_rule/deploy",
        ),
    ] {
        let plan = planned(&files(&(edited(edit) + &approved(approve))), &live);
        assert!(plan.changes.is_empty(), "{edit}: {:?}", shown(&plan));
        let waits = format!("blocked {address}: its issuer `github` is blocked: decide about that first");
        assert!(shown(&plan).contains(&waits), "{edit}: {:?}", shown(&plan));
    }
    // What takes access away goes ahead.
    let plan = planned(&files(&edited("token_lifetime: 10m >> token_lifetime: 9m")), &live);
    assert_eq!(plan.changes.len(), 1);
}

#[test]
fn a_rule_with_a_field_that_is_not_understood_is_left_alone() {
    let live = live_with(&[(
        "/federation_rules/0/match",
        json!({
            "subject_prefix": "repo:acme/robot:environment:production", "audience": "https://api.anthropic.com",
            "claims": {"repository_id": "81"}, "condition": null, "actor_regex": "^ci$",
        }),
    )]);
    assert_eq!(shown(&planned(&files(FILES), &live)), Vec::<String>::new());
    let plan = planned(&files(&edited("token_lifetime: 10m >> token_lifetime: 9m")), &live);
    assert!(plan.changes.is_empty(), "{:?}", shown(&plan));
    assert!(shown(&plan)[0].contains("its match has `actor_regex`"), "{:?}", shown(&plan));
}
