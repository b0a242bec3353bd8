//! Random live organizations as seeds of the emulator: people in every row of the state table, addresses in mixed
//! case, duplicate names, unknown values.

use serde_json::{Value, json};

use crate::dice::Dice;

pub(crate) const ID: &str = "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10";
pub(crate) const PEOPLE: [&str; 9] = ["ada", "bob", "cai", "dee", "eva", "fox", "gus", "hal", "ivy"];
pub(crate) const NAMES: [&str; 5] = ["lab", "prod", "ops desk", "Über/50%", "research"];
const ROLES: [&str; 8] =
    ["user", "developer", "billing", "claude_code_user", "user", "developer", "admin", "owner"];
pub(crate) const MEMBERSHIPS: [&str; 4] =
    ["workspace_user", "workspace_restricted_developer", "workspace_developer", "workspace_admin"];
const LIMITERS: [&str; 4] =
    ["requests_per_minute", "input_tokens_per_minute", "output_tokens_per_minute", "tokens_per_day"];
/// Where external keys are, as files have it.
pub(crate) const PLACES: [&str; 4] = [
    "gcp: {key_name: projects/acme/a}",
    "gcp: {key_name: projects/acme/b}",
    "aws: {kms_arn: \"arn:aws:kms:us-east-1:123456789012:key/a\"}",
    "azure: {tenant_id: t, vault_uri: \"https://keys.example\", key_name: k}",
];
pub(crate) const ACCOUNTS: [&str; 4] = ["bot-1", "deploys", "nightly", "reports"];
pub(crate) const KEYS: [&str; 4] = ["ci", "deploy", "old laptop", "nightly"];

/// Returns an organization without members and workspaces.
pub(crate) fn empty() -> Value {
    json!({ "organization": { "id": ID, "name": "Acme" } })
}

/// Returns a random organization; `now` is always 2026-11-21.
pub(crate) fn random(dice: &mut Dice) -> Value {
    let (mut users, mut invites) = (Vec::new(), Vec::new());
    for (n, name) in PEOPLE.iter().enumerate() {
        let email = address(name, dice);
        for _ in 0..dice.below(3) {
            invites.push(invite(&email, dice, false));
        }
        match dice.below(10) {
            0 | 1 => {}
            2 => invites.push(invite(&email, dice, true)),
            _ => users.push(json!({ "id": format!("user_01{n}"), "email": email, "role": role(dice) })),
        }
    }
    let mut workspaces = Vec::new();
    for n in 0..dice.below(8) {
        let name = if dice.chance(8) { "Claude Code" } else { dice.pick(&NAMES) };
        let mut workspace = json!({ "id": format!("wrkspc_01{n}"), "name": name });
        if dice.chance(20) {
            workspace["archived_at"] = json!("2026-10-01T00:00:00Z");
        }
        if dice.chance(40) {
            workspace["tags"] =
                json!({ "env": dice.pick(&["prod", "test"]), "anthropic_x": "kept", "team": "a b" });
        }
        if dice.chance(40) {
            workspace["display_color"] = json!(dice.pick(&["#6c5bb9", "#AABBCC"]));
        }
        if dice.chance(30) {
            workspace["data_residency"] = residency(dice);
        }
        workspaces.push(workspace);
    }
    let open: Vec<String> = workspaces
        .iter()
        .filter(|workspace| workspace.get("archived_at").is_none())
        .map(|workspace| workspace["id"].as_str().unwrap().to_owned())
        .collect();
    let mut members = Vec::new();
    for workspace in &open {
        for user in &users {
            if dice.chance(35) {
                let role = if dice.chance(3) { "workspace_wizard" } else { dice.pick(&MEMBERSHIPS) };
                members.push(
                    json!({ "workspace_id": workspace, "user_id": user["id"], "workspace_role": role }),
                );
            }
        }
    }
    let external_keys = external_keys(&mut workspaces, &mut dice.fork());
    let limits = rate_limits(&open, &mut dice.fork());
    let spend_limits = spend_limits(&open, &mut dice.fork());
    let (accounts, account_memberships) = service_accounts(&open, &mut dice.fork());
    let (issuers, rules) = crate::federation::live(&accounts, &open, &mut dice.fork());
    let mut keys = Vec::new();
    for n in 0..dice.below(7) {
        keys.push(key(n, &open, &users, dice));
    }
    let mut organization = json!({
        "now": "2026-11-21T09:00:00Z",
        "organization": { "id": ID, "name": "Random Works" },
        "users": users, "invites": invites, "workspaces": workspaces,
        "workspace_members": members, "api_keys": keys,
        "rate_limits": [
            { "id": "rl_01sonnet", "group": { "type": "model_group", "display_name": "Claude Sonnet" },
              "models": ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"],
              "limits": LIMITERS.map(|limiter| json!({ "type": limiter, "value": 1000 })) },
            { "id": "rl_01batch", "group": { "type": "batch" },
              "limits": [{ "type": "requests_per_minute", "value": 100 }] },
        ],
        "workspace_rate_limits": limits,
        "external_keys": external_keys,
        "service_accounts": accounts, "workspace_service_accounts": account_memberships,
        "federation_issuers": issuers, "federation_rules": rules,
    });
    if let Some(limits) = spend_limits {
        organization["spend_limits"] = Value::Array(limits);
    }
    organization
}

/// Returns external keys, of which some workspaces have one. Two of them may be the same key of a provider.
fn external_keys(workspaces: &mut [Value], dice: &mut Dice) -> Vec<Value> {
    let mut keys = Vec::new();
    for n in 0..dice.below(4) {
        let place = dice.pick(&PLACES);
        let place: Value = serde_saphyr::from_str(&format!("{{{place}}}")).unwrap();
        let (kind, fields) = place.as_object().unwrap().iter().next().unwrap();
        let mut config = fields.clone();
        config["type"] = json!(kind);
        let name = dice.pick(&["k0", "k1", "a key", "old"]);
        keys.push(json!({ "id": format!("ekey_01{n}"), "display_name": name, "provider_config": config }));
    }
    for workspace in workspaces.iter_mut().filter(|_| !keys.is_empty()) {
        if dice.chance(20) {
            workspace["external_key_id"] = keys[dice.below(keys.len())]["id"].clone();
        }
    }
    keys
}

/// Returns the limits of the organization and of some workspaces; `None` if the organization may not use the operations.
fn spend_limits(open: &[String], dice: &mut Dice) -> Option<Vec<Value>> {
    if dice.chance(30) {
        return None;
    }
    let mut limits = Vec::new();
    let mut add = |scope: Value, dice: &mut Dice| {
        limits.push(json!({ "scope": scope, "amount": dice.pick(&["10000", "5050", "200000", "0"]) }));
    };
    if dice.chance(50) {
        add(json!({ "type": "organization" }), dice);
    }
    if dice.chance(50) {
        add(json!({ "type": "usage_tier" }), dice);
    }
    for workspace in open {
        if dice.chance(40) {
            add(json!({ "type": "workspace", "workspace_id": workspace }), dice);
        }
    }
    Some(limits)
}

/// Returns service accounts, and their memberships of some workspaces.
fn service_accounts(open: &[String], dice: &mut Dice) -> (Vec<Value>, Vec<Value>) {
    let (mut accounts, mut memberships) = (Vec::new(), Vec::new());
    for name in ACCOUNTS.into_iter().chain(["unlisted"]) {
        if dice.chance(40) {
            continue;
        }
        let id = format!("svac_01{}", name.replace('-', ""));
        let role = dice.pick(&["developer", "developer", "developer", "admin", "wizard"]);
        let mut account = json!({ "id": id, "name": name, "organization_role": role });
        if dice.chance(40) {
            account["description"] = json!(dice.pick(&["", "runs at night", "x: y"]));
        }
        let is_archived = dice.chance(20);
        if is_archived {
            account["archived_at"] = json!("2026-10-01T00:00:00Z");
        }
        accounts.push(account);
        for workspace in open.iter().filter(|_| !is_archived) {
            if dice.chance(35) {
                let role = if dice.chance(3) { "workspace_wizard" } else { dice.pick(&MEMBERSHIPS) };
                memberships.push(json!({
                    "workspace_id": workspace, "service_account_id": id, "workspace_role": role
                }));
            }
        }
    }
    (accounts, memberships)
}

/// Returns overrides of the limits in some workspaces.
fn rate_limits(open: &[String], dice: &mut Dice) -> Vec<Value> {
    let mut limits = Vec::new();
    for workspace in open {
        for (id, limiters) in [("rl_01sonnet", &LIMITERS[..]), ("rl_01batch", &LIMITERS[..1])] {
            let mut own = Vec::new();
            for limiter in limiters {
                if dice.chance(30) {
                    own.push(json!({ "type": limiter, "value": 10 * dice.below(12) }));
                }
            }
            if !own.is_empty() {
                limits.push(json!({ "workspace_id": workspace, "rate_limit_id": id, "limits": own }));
            }
        }
    }
    limits
}

/// Returns an address as the service may store it: letter case has no meaning there.
fn address(name: &str, dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => format!("{}@Acme.com", name.to_uppercase()),
        1 => format!("{name}+tag@acme.com"),
        _ => format!("{name}@acme.com"),
    }
}

fn role(dice: &mut Dice) -> &'static str {
    if dice.chance(4) { "wizard" } else { dice.pick(&ROLES) }
}

fn invite(email: &str, dice: &mut Dice, pending: bool) -> Value {
    let status = if pending { "pending" } else { dice.pick(&["expired", "accepted", "deleted"]) };
    let day = if pending { 5 + dice.below(15) } else { 1 + dice.below(4) };
    let month = if pending { 11 } else { 9 };
    json!({ "email": email, "role": role(dice), "status": status, "invited_at": format!("2026-{month:02}-{day:02}T08:00:00Z") })
}

fn residency(dice: &mut Dice) -> Value {
    match dice.below(3) {
        0 => {
            json!({ "workspace_geo": "us", "allowed_inference_geos": "unrestricted", "default_inference_geo": "us" })
        }
        1 => {
            json!({ "workspace_geo": "us", "allowed_inference_geos": ["us", "global"], "default_inference_geo": "global" })
        }
        _ => {
            json!({ "workspace_geo": "eu", "allowed_inference_geos": ["us", "mars"], "default_inference_geo": "us" })
        }
    }
}

fn key(n: usize, open: &[String], users: &[Value], dice: &mut Dice) -> Value {
    let status = dice.pick(&["active", "active", "inactive", "expired", "archived", "frozen"]);
    let mut key = json!({ "id": format!("apikey_01{n}"), "name": dice.pick(&KEYS), "status": status });
    if status == "expired" {
        key["expires_at"] = json!("2026-10-01T00:00:00Z");
    }
    let owner = (!users.is_empty()).then(|| &users[dice.below(users.len())]["id"]);
    let organization = dice.chance(25) || open.is_empty();
    key["scope"] = if organization {
        json!({ "type": "organization" })
    } else {
        json!({ "type": "workspace", "workspace_id": open[dice.below(open.len())] })
    };
    if let Some(owner) = owner {
        if organization || dice.chance(15) {
            key["principal"] = json!({ "type": "user_actor", "user_id": owner });
        }
        key["created_by"] = json!({ "id": owner, "type": "user" });
    }
    key
}
