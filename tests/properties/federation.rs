//! Random federation issuers and rules: live ones, files, and changes in the Console.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::organization::{ACCOUNTS, NAMES};

const ISSUERS: [&str; 3] = ["github", "own", "vendor"];
const RULES: [&str; 4] = ["admin", "deploy", "nightly", "tests"];
const SHARED: &str = "https://token.actions.githubusercontent.com";

/// Returns where the tokens of an issuer come from, mostly.
fn url(issuer: &str, dice: &mut Dice) -> String {
    let usual = if issuer == "github" { SHARED.to_owned() } else { format!("https://{issuer}.acme.com") };
    if dice.chance(12) { "https://moved.acme.com".to_owned() } else { usual }
}

/// Returns keys, as files have them and as the service has them.
fn jwks(dice: &mut Dice) -> (&'static str, Value) {
    match dice.below(5) {
        0 => (
            "{explicit_url: \"https://keys.acme.com/jwks\"}",
            json!({ "type": "explicit_url", "url": "https://keys.acme.com/jwks" }),
        ),
        1 => (
            "{discovery_base: \"https://keys.acme.com\", ca_cert: PEM}",
            json!({ "type": "discovery", "discovery_base": "https://keys.acme.com", "ca_cert_pem": "PEM" }),
        ),
        2 => (
            "{inline: {keys: [{kty: EC, kid: a, crv: P-256, x: AQ, y: Ag}]}}",
            json!({ "type": "inline", "keys": [{ "kty": "EC", "kid": "a", "crv": "P-256", "x": "AQ", "y": "Ag" }] }),
        ),
        _ => ("discovery", json!({ "type": "discovery" })),
    }
}

fn subject(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "repo:acme/robot:environment:production",
        "repo:acme/robot:*",
        "repo:acme@417/robot@81:ref:x",
    ])
}

/// Returns claims; a shared issuer accepts no rule without one that names the tenant.
fn claims(dice: &mut Dice) -> Value {
    let mut claims = json!({ "repository_id": dice.pick(&["81", "82"]) });
    if dice.chance(30) {
        claims["ref"] = json!("x: y");
    }
    claims
}

/// Returns live issuers and rules. `accounts` are the live service accounts, `open` the ids of open workspaces.
pub(crate) fn live(accounts: &[Value], open: &[String], dice: &mut Dice) -> (Vec<Value>, Vec<Value>) {
    let (mut issuers, mut rules) = (Vec::new(), Vec::new());
    let accounts: Vec<&Value> = accounts.iter().filter(|one| one.get("archived_at").is_none()).collect();
    for name in ISSUERS {
        if dice.chance(30) {
            continue;
        }
        let mut issuer = json!({
            "id": format!("fdis_01{name}"), "name": name, "issuer_url": url(name, dice), "jwks": jwks(dice).1,
            "check_jti": dice.chance(80), "max_jwt_lifetime_seconds": 60 * (10 + dice.below(3)),
        });
        if dice.chance(15) {
            issuer["archived_at"] = json!("2026-10-01T00:00:00Z");
        } else if dice.chance(10) {
            issuer["jwks_polling_disabled_at"] = json!("2026-11-01T00:00:00Z");
        }
        issuers.push(issuer);
    }
    for name in RULES.into_iter().chain(["unlisted"]) {
        if dice.chance(30) || issuers.is_empty() || accounts.is_empty() {
            continue;
        }
        let issuer = &issuers[dice.below(issuers.len())];
        let is_archived = issuer.get("archived_at").is_some() || dice.chance(15);
        let mut rule = json!({
            "id": format!("fdrl_01{name}"), "name": name, "issuer_id": issuer["id"],
            "match": { "subject_prefix": subject(dice), "claims": claims(dice) },
            "target": { "type": "service_account", "service_account_id": accounts[dice.below(accounts.len())]["id"] },
            "oauth_scope": dice.pick(&[
                "workspace:inference", "workspace:inference", "workspace:developer", "workspace:inference workspace:developer",
                "org:admin", "workspace:manage_tunnels",
            ]),
            "token_lifetime_seconds": 60 * (10 + dice.below(3)),
        });
        if dice.chance(60) {
            rule["match"]["audience"] = json!("https://api.anthropic.com");
        }
        if dice.chance(30) {
            rule["description"] = json!(dice.pick(&["", "runs: often"]));
        }
        if is_archived {
            rule["archived_at"] = json!("2026-10-01T00:00:00Z");
        } else {
            rule["applies_to_all_workspaces"] = json!(dice.chance(20));
            let enabled: Vec<&String> = open.iter().filter(|_| dice.chance(40)).collect();
            rule["workspace_ids"] = json!(enabled);
        }
        rules.push(rule);
    }
    (issuers, rules)
}

/// Returns the parts of a section, or none. `accounts` and `workspaces` are the open ones of the files, if the files have
/// these sections.
pub(crate) fn files(accounts: Option<&[&str]>, workspaces: Option<&[&str]>, dice: &mut Dice) -> Vec<String> {
    let mut parts = Vec::new();
    if dice.chance(35) {
        return parts;
    }
    let mut names: Vec<&str> = ISSUERS.to_vec();
    if dice.chance(85) {
        names.clear();
        let mut lines = String::new();
        for name in ISSUERS.into_iter().chain(["fresh"]).filter(|_| dice.chance(70)).collect::<Vec<_>>() {
            lines += &format!("    {name}:\n{}", pin("fdis", name, dice));
            if dice.chance(10) {
                lines += "      state: archived\n";
                continue;
            }
            names.push(name);
            lines += &format!("      issuer_url: {}\n", url(name, dice));
            if dice.chance(60) {
                lines += &format!("      jwks: {}\n", jwks(dice).0);
            }
            if dice.chance(30) {
                lines += &format!("      check_jti: {}\n", dice.chance(60));
            }
            if dice.chance(50) {
                lines += &format!("      max_jwt_lifetime: {}m\n", 10 + dice.below(3));
            }
        }
        parts.push(if lines.is_empty() {
            "  issuers: {}\n".to_owned()
        } else {
            format!("  issuers:\n{lines}")
        });
    }
    let accounts = accounts.unwrap_or(&ACCOUNTS);
    let workspaces = workspaces.unwrap_or(&NAMES);
    if dice.chance(85) {
        let mut lines = String::new();
        for name in RULES.into_iter().chain(["fresh"]).filter(|_| dice.chance(60)).collect::<Vec<_>>() {
            let head = format!("    {name}:\n{}", pin("fdrl", name, dice));
            if dice.chance(10) {
                lines += &(head + "      state: archived\n");
            } else if !names.is_empty() && !accounts.is_empty() {
                lines += &(head + &rule(&names, accounts, workspaces, dice));
            }
        }
        parts.push(if lines.is_empty() { "  rules: {}\n".to_owned() } else { format!("  rules:\n{lines}") });
    }
    parts
}

fn pin(prefix: &str, name: &str, dice: &mut Dice) -> String {
    match dice.below(10) {
        0 => format!("      id: {prefix}_01{name}\n"),
        1 => {
            format!("      id: {prefix}_01{name}\n      name: {}\n", dice.pick(&["renamed", "deploy", "own"]))
        }
        _ => String::new(),
    }
}

fn rule(issuers: &[&str], accounts: &[&str], workspaces: &[&str], dice: &mut Dice) -> String {
    let claims = claims(dice);
    let audience = if dice.chance(60) { ", audience: \"https://api.anthropic.com\"" } else { "" };
    let mut text = format!(
        "      issuer: {}\n      match: {{subject: \"{}\"{audience}, claims: {claims}}}\n      service_account: {}\n",
        dice.pick(issuers),
        subject(dice),
        dice.pick(accounts),
    );
    text += &format!(
        "      scope: {}\n",
        dice.pick(&["workspace:inference", "[workspace:developer, workspace:inference]", "\"org:admin\""])
    );
    let enabled: Vec<String> =
        workspaces.iter().filter(|_| dice.chance(40)).map(|name| format!("\"{name}\"")).collect();
    if enabled.is_empty() || dice.chance(20) {
        text += "      workspaces: all\n";
    } else {
        text += &format!("      workspaces: [{}]\n", enabled.join(", "));
    }
    if dice.chance(50) {
        text += &format!("      token_lifetime: {}m\n", 10 + dice.below(3));
    }
    if dice.chance(30) {
        text += &format!("      description: {}\n", dice.pick(&["''", "\"runs: often\""]));
    }
    text
}

/// Returns pairs that approve changes of these issuers and rules.
pub(crate) fn approvals() -> Vec<String> {
    let mut pairs = Vec::new();
    for name in ISSUERS.into_iter().chain(["fresh"]) {
        pairs.extend(["update", "archive"].map(|action| format!("{action} federation_issuer/{name}")));
    }
    for name in RULES.into_iter().chain(["fresh"]) {
        pairs
            .extend(["create", "update", "archive"].map(|action| format!("{action} federation_rule/{name}")));
        for workspace in NAMES {
            let workspace = workspace.replace('%', "%25").replace('/', "%2F").replace(' ', "%20");
            pairs.push(format!("create federation_rule/{name}/workspace/{workspace}"));
        }
    }
    pairs
}

/// One change in the Console.
pub(crate) fn click(live: &mut Value, dice: &mut Dice) {
    let (issuers, rules) = (live["federation_issuers"].clone(), live["federation_rules"].clone());
    let some = |list: &Value, dice: &mut Dice| {
        let length = list.as_array().map_or(0, Vec::len);
        (length > 0).then(|| dice.below(length))
    };
    let (issuer, rule) = (some(&issuers, dice), some(&rules, dice));
    match dice.below(5) {
        0 => {
            if let Some(n) = issuer {
                live["federation_issuers"][n]["max_jwt_lifetime_seconds"] = json!(1234);
                live["federation_issuers"][n]["jwks"] = jwks(dice).1;
            }
        }
        1 => {
            if let Some(n) = rule {
                live["federation_rules"][n]["match"]["claims"] = claims(dice);
                live["federation_rules"][n]["description"] = json!("from the Console");
            }
        }
        2 => {
            if let Some(n) = rule.filter(|n| rules[*n]["archived_at"].is_null()) {
                live["federation_rules"][n]["archived_at"] = json!("2026-11-20T00:00:00Z");
                live["federation_rules"][n]["workspace_ids"] = json!([]);
                live["federation_rules"][n]["workspace_id"] = Value::Null;
            }
        }
        3 => {
            if let Some(n) = rule.filter(|n| rules[*n]["archived_at"].is_null()) {
                let of = &mut live["federation_rules"][n];
                if let Some(all) = of["workspace_ids"].as_array_mut().filter(|all| all.len() > 1) {
                    all.pop();
                    of["workspace_id"] = Value::Null;
                }
            }
        }
        _ => {
            if let Some(n) = rule.filter(|n| rules[*n]["archived_at"].is_null()) {
                let mut new = rules[n].clone();
                new["id"] = json!(format!("fdrl_new{}", dice.roll()));
                new["name"] = json!(format!("console-{}", dice.roll()));
                live["federation_rules"].as_array_mut().unwrap().push(new);
            }
        }
    }
}
