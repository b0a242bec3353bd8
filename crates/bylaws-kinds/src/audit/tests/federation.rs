//! Service accounts, issuers and rules as tables: begin without findings, change one thing of the lists or the files.

use bylaws_config::SourceFile;
use bylaws_engine::audit::Unseen;
use bylaws_engine::{OrganizationId, WorkspaceId};
use jiff::civil::date;
use serde_json::{Map, Value, json};

use super::{Observed, audit, read, shown};
use crate::desired::Desired;
use crate::federation::tests as listed;
use crate::live::{Live, LivePeople, LiveWorkspace, LiveWorkspaces};
use crate::plan::tests::world::same;

const FILES: &str = "bylaws: 1
organization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}
guards:
  required_admins: [ada@x.org]
  allowed_domains: [x.org]
  protect: [workspace/lab]
";

/// The entries of the live rule and the live issuer, as in [`lists`].
const LISTED: &str = "service_accounts: {ci: {}}
federation:
  issuers:
    github: {issuer_url: https://token.actions.githubusercontent.com, jwks: discovery}
  rules:
    deploy:
      issuer: github
      match:
        subject: repo:acme/robot:environment:production
        audience: https://api.anthropic.com
        claims: {repository_id: \"81\"}
      service_account: ci
      scope: workspace:inference
      workspaces: [lab]
";

fn account(name: &str, role: &str) -> Value {
    let mut account = listed::account(name);
    account["organization_role"] = json!(role);
    account
}

/// One account, which is a member of `lab`, one issuer and one rule, without findings.
fn lists() -> Value {
    json!({
        "service_accounts": [account("ci", "developer")],
        "workspace_service_accounts": [listed::member("ci", "lab")],
        "federation_issuers": [listed::issuer()],
        "federation_rules": [listed::rule("lab")],
        "spend_limits": [],
    })
}

fn live(lists: &Value) -> Live {
    let mut live = Live {
        people: Some(LivePeople::default()),
        workspaces: Some(LiveWorkspaces {
            all: ["lab", "ops", "Default"].map(LiveWorkspace::named).into(),
            default: Some(WorkspaceId::new("wrkspc_Default")),
        }),
        api_keys: Some(Vec::new()),
        ..Live::bare(OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "Acme".to_owned())
    };
    read(lists, &mut live);
    live
}

fn desired(text: &str) -> Desired {
    let loaded = crate::parse(vec![SourceFile { name: "bylaws.yaml".to_owned(), text: text.to_owned() }]);
    let mut desired = loaded.desired.unwrap_or_else(|| panic!("{:?}\n{text}", loaded.problems));
    // Other rules have their own tables.
    desired.audit.unlisted_days = None;
    desired.audit.dormant_days.workspaces = None;
    desired
}

fn found(files: &str, live: &Live) -> String {
    let desired = desired(&format!("{FILES}{files}"));
    let audit = audit(&desired, live, None, &Observed::default(), date(2026, 11, 29));
    let lines = shown(&audit);
    let other = ["dormant-", "unused-key", "spending-"];
    let is_ours =
        |line: &&str| !(line.starts_with("not judged") && other.iter().any(|name| line.contains(name)));
    lines.lines().filter(is_ours).collect::<Vec<_>>().join("\n")
}

/// Returns the lists with these values, by JSON pointer.
fn with(set: &[(&str, Value)]) -> Value {
    let mut lists = lists();
    for (pointer, value) in set {
        *lists.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
    }
    lists
}

const RULE: &str = "/federation_rules/0";
const ISSUER: &str = "/federation_issuers/0";

#[test]
fn a_careful_rule_has_no_findings() {
    same(&found("", &live(&lists())), "");
    same(&found(LISTED, &live(&lists())), "");
}

#[test]
fn a_loose_rule_is_found_and_only_noted_if_the_files_say_the_same() {
    let all = "workspaces: all";
    for (at, value, edit, expected) in [
        (
            "/match/subject_prefix",
            json!("repo:acme/robot:*"),
            ("subject: repo:acme/robot:environment:production", "subject: repo:acme/robot:*"),
            "broad-subject federation_rule/deploy: accepts every subject that begins like `repo:acme/robot:*`",
        ),
        (
            "/match/subject_prefix",
            json!("repo:acme/robot:pull_request"),
            ("robot:environment:production", "robot:pull_request"),
            "broad-subject federation_rule/deploy: `repo:acme/robot:pull_request` is the subject of pull requests, \
             whose jobs run what anybody proposes",
        ),
        (
            "/match/audience",
            json!(null),
            ("        audience: https://api.anthropic.com\n", ""),
            "rule-without-audience federation_rule/deploy: accepts tokens for any audience",
        ),
        (
            "/applies_to_all_workspaces",
            json!(true),
            ("workspaces: [lab]", all),
            "rule-for-all-workspaces federation_rule/deploy: enabled for every workspace, later ones included",
        ),
        (
            "/token_lifetime_seconds",
            json!(3601),
            ("workspaces: [lab]", "workspaces: [lab]\n      token_lifetime: 3601s"),
            "long-lifetime federation_rule/deploy: its tokens live for `3601s`",
        ),
    ] {
        let live = live(&with(&[(&format!("{RULE}{at}"), value)]));
        let edited =
            if expected.starts_with("long") { " | federation.rules.deploy.token_lifetime: 1h" } else { "" };
        same(&found("", &live), &format!("warning {expected}"));
        same(&found(LISTED, &live), &format!("warning {expected}{edited}"));
        let listed = LISTED.replace(edit.0, edit.1);
        assert_ne!(listed, LISTED);
        same(&found(&listed, &live), &format!("note {expected}{edited}"));
    }
}

#[test]
fn a_rule_without_a_subject_is_noted() {
    let live = live(&with(&[(&format!("{RULE}/match/subject_prefix"), json!(null))]));
    let expected = "note broad-subject federation_rule/deploy: names no subject: only its claims and its condition decide";
    same(&found("", &live), expected);
}

#[test]
fn a_rule_of_a_shared_issuer_names_the_customer() {
    let unpinned = [
        (format!("{RULE}/match/claims"), json!({"environment": "production"})),
        (format!("{RULE}/match/subject_prefix"), json!("production")),
    ];
    let unpinned: Vec<(&str, Value)> =
        unpinned.iter().map(|(at, value)| (at.as_str(), value.clone())).collect();
    same(
        &found(LISTED, &live(&with(&unpinned))),
        "error tenant-not-pinned federation_rule/deploy: every customer of GitHub Actions could use it",
    );
    let own = [unpinned, vec![("/federation_issuers/0/issuer_url", json!("https://git.acme.com"))]].concat();
    same(&found("", &live(&with(&own))), "");
}

#[test]
fn issuers_are_checked() {
    let lifetime = (format!("{ISSUER}/max_jwt_lifetime_seconds"), json!(86_400));
    let live_with = |(at, value): (String, Value)| live(&with(&[(&at, value)]));
    let long = "long-lifetime federation_issuer/github: identity tokens may live for `24h`";
    let fix = " | federation.issuers.github.max_jwt_lifetime: 1h";
    let listed = |field: &str| LISTED.replace("jwks: discovery", &format!("jwks: discovery, {field}"));
    same(&found("", &live_with(lifetime.clone())), &format!("warning {long}"));
    same(&found(LISTED, &live_with(lifetime.clone())), &format!("warning {long}{fix}"));
    same(&found(&listed("max_jwt_lifetime: 24h"), &live_with(lifetime)), &format!("note {long}{fix}"));

    let jti = (format!("{ISSUER}/check_jti"), json!(false));
    let reused =
        "tokens-can-be-reused federation_issuer/github: an identity token can be exchanged more than once";
    let fix = " | federation.issuers.github.check_jti: true";
    same(&found("", &live_with(jti.clone())), &format!("warning {reused}"));
    same(&found(&listed("check_jti: false"), &live_with(jti)), &format!("note {reused}{fix}"));

    let off = (format!("{ISSUER}/jwks_polling_disabled_at"), json!("2026-11-01T08:00:00Z"));
    same(
        &found(LISTED, &live_with(off)),
        "warning key-polling-off federation_issuer/github: the service stopped reading its keys at \
         `2026-11-01T08:00:00Z`",
    );
}

#[test]
fn a_rule_is_compared_with_the_memberships_of_its_account() {
    let ops = live(&with(&[(
        &format!("{RULE}/workspace_ids"),
        json!(["wrkspc_lab", "wrkspc_ops", "wrkspc_Default"]),
    )]));
    same(
        &found("", &ops),
        "warning rule-without-membership federation_rule/deploy: `ci` is not a member of `ops`",
    );
    // Its rule may be meant for workspaces that the account joins later.
    let all = live(&with(&[
        (&format!("{RULE}/applies_to_all_workspaces"), json!(true)),
        ("/workspace_service_accounts/0/workspace_role", json!("workspace_user")),
    ]));
    same(
        &found("", &all),
        "warning rule-for-all-workspaces federation_rule/deploy: enabled for every workspace, later ones included",
    );
    let developer = [
        (format!("{RULE}/oauth_scope"), json!("workspace:developer workspace:inference")),
        ("/workspace_service_accounts/0/workspace_role".to_owned(), json!("workspace_user")),
    ];
    let set: Vec<(&str, Value)> = developer.iter().map(|(at, value)| (at.as_str(), value.clone())).collect();
    let beyond =
        "warning scope-beyond-membership federation_rule/deploy: `ci` is only `workspace_user` there";
    same(&found("", &live(&with(&set))), beyond);
    same(
        &found(LISTED, &live(&with(&set))),
        &format!("{beyond} | federation.rules.deploy.scope: workspace:inference"),
    );
    same(&found("", &live(&with(&set[..1]))), "");
}

#[test]
fn an_admin_behind_a_rule_is_an_error_unless_the_files_say_so() {
    let admin = "/service_accounts/0/organization_role";
    let scope = format!("{RULE}/oauth_scope");
    let note = "note admin-service-account service_account/ci: an admin of the organization | service_accounts.ci.role: developer";
    let reviewed = LISTED.replace("{ci: {}}", "{ci: {role: admin}}");
    for (given, severity, what) in [
        ("org:admin", "error", "acts as `ci`, an admin, with the scope `org:admin`"),
        ("workspace:inference", "warning", "acts as `ci`, an admin; only its scope limits it"),
    ] {
        let live = live(&with(&[(admin, json!("admin")), (&scope, json!(given))]));
        let through = format!("{severity} admin-through-federation federation_rule/deploy: {what}");
        let account = "warning admin-service-account service_account/ci: an admin of the organization";
        let (first, second) =
            if severity == "error" { (through.as_str(), account) } else { (account, through.as_str()) };
        same(&found("", &live), &format!("{first}\n{second}"));
        let listed = reviewed.replace("scope: workspace:inference", &format!("scope: {given}"));
        same(
            &found(&listed, &live),
            &format!("{note}\nnote admin-through-federation federation_rule/deploy: {what}"),
        );
    }
}

#[test]
fn an_account_that_is_pinned_by_its_id_is_known_under_its_name_in_the_files() {
    let admin = ("/service_accounts/0/organization_role", json!("admin"));
    let pinned = LISTED.replace("{ci: {}}", "{deployer: {id: svac_ci, role: admin}}");
    let pinned = pinned.replace("service_account: ci", "service_account: deployer");
    same(
        &found(&pinned, &live(&with(&[admin]))),
        "note admin-service-account service_account/deployer: an admin of the organization | \
         service_accounts.deployer.role: developer\nnote admin-through-federation federation_rule/deploy: acts as `ci`, \
         an admin; only its scope limits it",
    );
}

#[test]
fn an_account_that_nothing_uses_is_noted() {
    let mut lists = lists();
    lists["service_accounts"]
        .as_array_mut()
        .unwrap()
        .extend([account("old", "developer"), account("gone", "developer")]);
    lists["service_accounts"][2]["archived_at"] = json!("2026-06-01T00:00:00Z");
    let expected = "note unused-service-account service_account/old: nothing uses it";
    same(&found("", &live(&lists)), expected);
    // A rule that is archived does not use it.
    let mut archived = lists["federation_rules"][0].clone();
    archived["target"]["service_account_id"] = json!("svac_old");
    archived["workspace_ids"] = json!(["wrkspc_Default"]);
    archived["workspace_id"] = json!("wrkspc_Default");
    archived["name"] = json!("other");
    archived["id"] = json!("fdrl_other");
    lists["federation_rules"].as_array_mut().unwrap().push(archived);
    same(&found("", &live(&lists)), "");
    lists["federation_rules"][1]["archived_at"] = json!("2026-06-01T00:00:00Z");
    same(&found("", &live(&lists)), expected);
    // A key of its own does, and so does the credential of the run.
    let mut with_key = live(&lists);
    with_key.api_keys = Some(vec![key_of("svac_old")]);
    assert!(!found("", &with_key).contains("unused-service-account"));
    let mut in_use = live(&lists);
    in_use.service_accounts.as_mut().unwrap().accounts.get_mut("svac_old").unwrap().in_use = true;
    same(&found("", &in_use), "");
}

fn key_of(account: &str) -> crate::live::LiveApiKey {
    use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus, Principal};
    LiveApiKey {
        id: bylaws_engine::ApiKeyId::new("key_1"),
        name: bylaws_engine::ObjectName::new("robot-key"),
        status: LiveKeyStatus::Active,
        scope: KeyScope::Organization,
        principal: Principal::ServiceAccount(account.to_owned()),
        created_at: None,
        expires_at: None,
        created_by: None,
        in_use: false,
    }
}

#[test]
fn archived_rules_and_issuers_are_skipped() {
    let archived = json!("2026-06-01T00:00:00Z");
    let mut lists = with(&[
        (&format!("{RULE}/archived_at"), archived.clone()),
        (&format!("{RULE}/match/audience"), json!(null)),
        (&format!("{ISSUER}/archived_at"), archived.clone()),
        (&format!("{ISSUER}/check_jti"), json!(false)),
    ]);
    lists["service_accounts"][0]["archived_at"] = archived;
    same(&found("", &live(&lists)), "");
}

#[test]
fn a_refused_list_is_not_judged_and_never_empty() {
    const OF_BOTH: [&str; 3] =
        ["admin-through-federation", "scope-beyond-membership", "rule-without-membership"];
    const OF_RULES: [&str; 7] = [
        "tenant-not-pinned",
        "broad-subject",
        "rule-without-audience",
        "rule-for-all-workspaces",
        "long-lifetime",
        "tokens-can-be-reused",
        "key-polling-off",
    ];
    let lines = |missing: &[&str]| {
        let mut lists: Map<String, Value> = lists().as_object().unwrap().clone();
        lists.retain(|name, _| !missing.contains(&name.as_str()));
        found("", &live(&Value::Object(lists))).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = |names: &[&str], unseen: Unseen| {
        names.iter().map(|name| format!("not judged {name}: {unseen:?}")).collect::<Vec<_>>()
    };
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    for missing in ["federation_rules", "federation_issuers"] {
        let names = [&["unused-service-account"][..], &OF_RULES, &OF_BOTH].concat();
        assert_eq!(sorted(lines(&[missing])), sorted(expected(&names, Unseen::Federation)), "{missing}");
    }
    let names = [&["admin-service-account", "unused-service-account"][..], &OF_BOTH].concat();
    assert_eq!(sorted(lines(&["service_accounts"])), sorted(expected(&names, Unseen::ServiceAccounts)));
    let mut nothing = live(&lists());
    (nothing.federation, nothing.service_accounts) = (None, None);
    assert_eq!(found("", &nothing).lines().count(), 12);
}
