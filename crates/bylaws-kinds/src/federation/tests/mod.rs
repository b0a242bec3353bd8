//! Issuers and rules: the files, the live side and the plan, as tables.

mod classes;
mod files;
mod plans;

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

/// Returns a service account as the service lists it.
pub(crate) fn account(name: &str) -> Value {
    json!({
        "type": "service_account", "id": format!("svac_{name}"), "name": name, "description": "",
        "organization_role": "developer", "created_at": "2026-01-01T00:00:00Z", "created_by_actor_id": null,
        "updated_at": "2026-01-01T00:00:00Z", "updated_by_actor_id": null, "archived_at": null,
        "archived_by_actor_id": null,
    })
}

/// Returns a membership as the service lists it.
pub(crate) fn member(account: &str, workspace: &str) -> Value {
    json!({
        "type": "service_account_workspace_member", "service_account_id": format!("svac_{account}"),
        "workspace_id": format!("wrkspc_{workspace}"), "workspace_role": "workspace_developer",
        "created_at": "2026-01-01T00:00:00Z", "created_by_actor_id": null, "implicit": false,
    })
}

/// Returns an object with the times that all of them have.
fn with_times(mut object: Value) -> Value {
    let times = json!({
        "created_at": "2026-01-01T00:00:00Z", "created_by_actor_id": null, "updated_at": "2026-01-01T00:00:00Z",
        "updated_by_actor_id": null, "archived_at": null, "archived_by_actor_id": null,
    });
    let fields = object.as_object_mut().expect("an object");
    fields.extend(times.as_object().expect("an object").clone());
    object
}

/// Returns the issuer `github` as the service lists it.
pub(crate) fn issuer() -> Value {
    with_times(json!({
        "type": "federation_issuer", "id": "fdis_github", "name": "github",
        "issuer_url": "https://token.actions.githubusercontent.com",
        "jwks": {"type": "discovery", "discovery_base": null, "ca_cert_pem": null}, "check_jti": true,
        "max_jwt_lifetime_seconds": 900, "jwks_polling_disabled_at": null, "poll_status": null,
    }))
}

/// Returns the rule `deploy`, enabled in a workspace, as the service lists it.
pub(crate) fn rule(workspace: &str) -> Value {
    let workspace = format!("wrkspc_{workspace}");
    with_times(json!({
        "type": "federation_rule", "id": "fdrl_deploy", "name": "deploy", "description": "deploys",
        "issuer_id": "fdis_github", "issuer_name": "github",
        "match": {
            "subject_prefix": "repo:acme/robot:environment:production", "audience": "https://api.anthropic.com",
            "claims": {"repository_id": "81"}, "condition": null
        },
        "target": {"type": "service_account", "service_account_id": "svac_ci", "service_account_name": "ci"},
        "oauth_scope": "workspace:inference", "token_lifetime_seconds": 600, "applies_to_all_workspaces": false,
        "workspace_id": workspace, "workspace_ids": [workspace], "attributes": null,
    }))
}

/// Returns the lists of the service that fit the files.
fn lists() -> Map<String, Value> {
    let lists = json!({
        "service_accounts": [account("ci"), account("bot")],
        "workspace_service_accounts": [
            member("ci", "production"), member("ci", "lab"), member("bot", "production"), member("bot", "lab")
        ],
        "federation_issuers": [issuer()],
        "federation_rules": [rule("production")],
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
