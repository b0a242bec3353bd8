//! Issuers and rules: the files, the live side and the plan, as tables.

use bylaws_config::SourceFile;
use bylaws_engine::{OrganizationId, Plan};
use jiff::civil::date;
use serde_json::{Map, Value, json};

use crate::live::{Live, LiveWorkspace, LiveWorkspaces};
use crate::objects::{OBJECTS, Objects};
use crate::syntax::Target;
use crate::{Basis, Desired, Loaded, parse, plan, write_single};

const FILES: &str = r#"bylaws: 1
organization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}
workspaces:
  production: {}
  lab: {}
federation:
  issuers:
    github:
      issuer_url: https://token.actions.githubusercontent.com
      jwks: discovery
      check_jti: true
      max_jwt_lifetime: 15m
  rules:
    deploy:
      issuer: github
      match:
        subject: repo:acme/robot:environment:production
        audience: https://api.anthropic.com
        claims: {repository_id: "81"}
      service_account: ci
      scope: workspace:inference
      workspaces: [production]
      token_lifetime: 10m
      description: deploys
"#;

/// Returns the files after these replacements, separated by `; `, of the form `from >> to`. `\n` is a line break.
fn edited(edits: &str) -> String {
    let mut text = FILES.to_owned();
    for edit in edits.split("; ").filter(|edit| !edit.is_empty()) {
        let (from, to) = edit.split_once(" >> ").expect("from >> to");
        let (from, to) = (from.replace("\\n", "\n"), to.replace("\\n", "\n"));
        assert!(text.contains(&from), "{from}");
        text = text.replacen(&from, &to, 1);
    }
    text
}

fn loaded(text: &str) -> Loaded {
    parse(vec![SourceFile { name: "bylaws.yaml".to_owned(), text: text.to_owned() }])
}

fn files(text: &str) -> Desired {
    let loaded = loaded(text);
    loaded.desired.unwrap_or_else(|| panic!("{:?}\n{text}", loaded.problems))
}

fn account(name: &str) -> Value {
    json!({
        "type": "service_account", "id": format!("svac_{name}"), "name": name, "description": "",
        "organization_role": "developer", "created_at": "2026-01-01T00:00:00Z", "created_by_actor_id": null,
        "updated_at": "2026-01-01T00:00:00Z", "updated_by_actor_id": null, "archived_at": null,
        "archived_by_actor_id": null,
    })
}

fn member(account: &str, workspace: &str) -> Value {
    json!({
        "type": "service_account_workspace_member", "service_account_id": format!("svac_{account}"),
        "workspace_id": format!("wrkspc_{workspace}"), "workspace_role": "workspace_developer",
        "created_at": "2026-01-01T00:00:00Z", "created_by_actor_id": null, "implicit": false,
    })
}

/// Returns the lists of the service that fit the files.
fn lists() -> Map<String, Value> {
    let times = json!({
        "created_at": "2026-01-01T00:00:00Z", "created_by_actor_id": null, "updated_at": "2026-01-01T00:00:00Z",
        "updated_by_actor_id": null, "archived_at": null, "archived_by_actor_id": null,
    });
    let with_times = |mut object: Value| {
        let fields = object.as_object_mut().expect("an object");
        fields.extend(times.as_object().expect("an object").clone());
        object
    };
    let issuer = json!({
        "type": "federation_issuer", "id": "fdis_github", "name": "github",
        "issuer_url": "https://token.actions.githubusercontent.com",
        "jwks": {"type": "discovery", "discovery_base": null, "ca_cert_pem": null}, "check_jti": true,
        "max_jwt_lifetime_seconds": 900, "jwks_polling_disabled_at": null, "poll_status": null,
    });
    let rule = json!({
        "type": "federation_rule", "id": "fdrl_deploy", "name": "deploy", "description": "deploys",
        "issuer_id": "fdis_github", "issuer_name": "github",
        "match": {
            "subject_prefix": "repo:acme/robot:environment:production", "audience": "https://api.anthropic.com",
            "claims": {"repository_id": "81"}, "condition": null
        },
        "target": {"type": "service_account", "service_account_id": "svac_ci", "service_account_name": "ci"},
        "oauth_scope": "workspace:inference", "token_lifetime_seconds": 600, "applies_to_all_workspaces": false,
        "workspace_id": "wrkspc_production", "workspace_ids": ["wrkspc_production"], "attributes": null,
    });
    let lists = json!({
        "service_accounts": [account("ci"), account("bot")],
        "workspace_service_accounts": [
            member("ci", "production"), member("ci", "lab"), member("bot", "production"), member("bot", "lab")
        ],
        "federation_issuers": [with_times(issuer)],
        "federation_rules": [with_times(rule)],
    });
    lists.as_object().expect("an object").clone()
}

fn live_of(lists: &Map<String, Value>) -> Live {
    let mut live = Live {
        workspaces: Some(LiveWorkspaces {
            all: ["production", "lab"].map(LiveWorkspace::named).into(),
            default: None,
        }),
        ..Live::bare(OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "Acme".to_owned())
    };
    for objects in OBJECTS {
        objects.remote().parse(lists).expect("lists").add_to(&mut live, None);
    }
    live.rate_limits = None;
    live.spend_limits = None;
    live.api_keys = None;
    live
}

/// Returns the live state with these values set in the lists, by JSON pointer.
fn live_with(set: &[(&str, Value)]) -> Live {
    let mut lists = Value::Object(lists());
    for (pointer, value) in set {
        *lists.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
    }
    live_of(lists.as_object().expect("an object"))
}

fn planned(files: &Desired, live: &Live) -> Plan {
    plan(&Basis::new(files, date(2026, 11, 29)), live)
}

/// Returns changes, and what is blocked, unlisted and noted, one per line.
fn shown(plan: &Plan) -> Vec<String> {
    let changes = plan.changes.iter().map(|change| {
        let classes: Vec<&str> = change.classes.iter().map(|class| class.as_str()).collect();
        let before = change.before.as_ref();
        let fields = change.after.iter().flat_map(|after| &after.0).map(|(field, to)| {
            match before.and_then(|before| before.0.get(field)) {
                Some(from) => format!(" {field} {from} → {to}"),
                None => format!(" {field} {to}"),
            }
        });
        format!("{} [{}]{}", change.id, classes.join(" "), fields.collect::<String>())
    });
    let items = [("blocked", &plan.blocked), ("unlisted", &plan.unlisted), ("note", &plan.notes)];
    let items = items.iter().flat_map(|(word, items)| {
        items.iter().map(move |item| format!("{word} {}: {}", item.address, item.reason))
    });
    changes.chain(items).collect()
}

/// Returns an approval of these changes, each of the form `update federation_rule/deploy`.
fn approved(changes: &str) -> String {
    if changes.is_empty() {
        return String::new();
    }
    format!("guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{changes}]}}\n")
}

#[test]
fn files_that_say_what_is_live_change_nothing() {
    let live = live_with(&[]);
    assert_eq!(shown(&planned(&files(FILES), &live)), Vec::<String>::new());
}

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
            let reason = format!("blocked {RULE}: lets in more ({fields}), and needs an approval");
            assert_eq!(shown(&plan).join("\n").replace('`', ""), reason, "{edit}");
        }
        let text =
            text + &if class.contains(w) { approved(&format!("update {RULE}")) } else { String::new() };
        let plan = planned(&files(&text), &live);
        let lines = shown(&plan);
        assert_eq!(lines.len(), 1, "{edit}: {lines:?}");
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
            let reason = format!(
                "blocked {ISSUER}: lets in tokens that were refused ({fields}), and needs an approval"
            );
            assert_eq!(shown(&plan).join("\n").replace('`', ""), reason, "{edit}");
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
             unlisted federation_rule/deploy: `workspace:inference`",
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
fn a_refused_list_blocks_the_section_and_nothing_else() {
    for list in ["federation_issuers", "federation_rules"] {
        let mut lists = lists();
        lists.remove(list);
        let live = live_of(&lists);
        let reason =
            "blocked federation: not read, so nothing is changed: the snapshot does not contain them";
        assert_eq!(shown(&planned(&files(FILES), &live)), [reason]);
        let nothing =
            format!("{}federation: {{}}\n", &FILES[..FILES.find("federation:").expect("the section")]);
        assert_eq!(shown(&planned(&files(&nothing), &live)), Vec::<String>::new());
    }
}

#[test]
fn what_is_written_reads_back_and_hashes_alike() {
    let keys = "jwks: discovery >> jwks: {inline: {keys: [{kty: EC, kid: a, crv: P-256, x: AQ, y: Ag}]}}";
    for edit in ["", keys, "jwks: discovery >> jwks: {explicit_url: https://a.b/c}; [production] >> all"] {
        let before = loaded(&edited(edit));
        let desired = before.desired.clone().expect("files");
        let after = loaded(&write_single(&desired, &bylaws_config::Notes::new()));
        assert_eq!(after.desired.as_ref(), Some(&desired), "{:?}", after.problems);
        assert_eq!(before.digest, after.digest);
    }
}

#[test]
fn an_import_says_what_is_live() {
    let live = live_with(&[]);
    let mut desired = files(&FILES[..FILES.find("federation:").expect("the section")]);
    let left_out = super::objects::Issuers.import(&live, None, Target::Organization(&mut desired));
    assert!(left_out.is_empty(), "{left_out:?}");
    assert_eq!(shown(&planned(&desired, &live)), Vec::<String>::new());
}
