//! `bylaws audit`: its findings, their positions, and its behavior if the credential may not read something.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{World, acme};

/// Files with few findings; usage today for everyone without other activity.
fn reviewed() -> World {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    for user in seed["users"].as_array_mut().unwrap() {
        user["added_at"] = json!("2026-01-05T09:00:00Z");
    }
    seed["workspaces"][0]["created_at"] = json!("2026-01-05T09:00:00Z");
    seed["api_keys"][0]["created_at"] = json!("2026-10-05T09:00:00Z");
    seed["api_keys"][0]["expires_at"] = json!("2027-10-05T09:00:00Z");
    seed["api_keys"][0]["created_by"] = json!({"id": "user_dev", "type": "user"});
    let use_of = |user: Option<&str>, key: Option<&str>| {
        json!({
            "starting_at": "2026-11-20T10:00:00Z", "workspace_id": "wrkspc_lab", "account_id": user,
            "api_key_id": key, "model": "claude-sonnet-4-5-20250929", "output_tokens": 1000,
        })
    };
    seed["usage"] = json!([
        use_of(Some("user_ada"), None),
        use_of(Some("user_dev"), None),
        use_of(Some("user_eve"), None),
        use_of(None, Some("apikey_ci")),
    ]);
    seed["claude_code"] = json!([claude_code("2026-11-18", "uma@acme.com")]);
    let world = World::live(seed).file("bylaws.yaml", crate::world::FILES);
    world.edit(
        "unlisted:\n",
        "guards:\n  required_admins: [ada@acme.com]\n  allowed_domains: [acme.com]\n  protect: [workspace/lab]\nunlisted:\n",
    );
    world
}

fn claude_code(day: &str, email: &str) -> Value {
    json!({
        "date": format!("{day}T00:00:00Z"), "actor": {"type": "user_actor", "email_address": email},
        "organization_id": crate::world::ACME, "customer_type": "api", "terminal_type": "vscode",
        "core_metrics": {"num_sessions": 1}, "tool_actions": {}, "model_breakdown": [],
    })
}

/// Files with findings of many rules.
fn neglected() -> World {
    let world = reviewed();
    world.drift(|state| {
        let mut value: Value = serde_json::from_str(&state.to_json()).unwrap();
        value["users"].as_array_mut().unwrap().push(json!({
            "id": "user_old", "email": "old@acme.com", "role": "user", "added_at": "2026-01-05T09:00:00Z",
        }));
        value["invites"] = json!([{"email": "zoe@acme.com", "role": "user", "invited_at": "2026-11-01T09:00:00Z"}]);
        value["api_keys"].as_array_mut().unwrap().push(json!({
            "id": "apikey_gone", "name": "test", "workspace_id": "wrkspc_lab", "created_at": "2026-01-05T09:00:00Z",
            "created_by": {"id": "user_gone", "type": "user"},
        }));
        *state = bylaws_emulator::Seed::from_value(value).unwrap();
    });
    world
        .edit("  uma@acme.com: user\n", "  uma@acme.com: user\n  old@acme.com: user\n  zoe@acme.com: user\n");
    world
}

#[test]
fn a_maintained_organization_has_no_findings() {
    let world = reviewed();
    let ran = world.run("audit --fail-on warning").ended(0);
    shown("audit-clean", &ran.out);
    // Uma is not in the usage report, but used Claude Code on the fourth day back.
    let days: Vec<String> = world
        .ledger()
        .into_iter()
        .filter(|entry| entry.path.ends_with("/claude_code"))
        .map(|entry| entry.query.clone())
        .collect();
    assert_eq!(days.len(), 4, "{days:?}");
    world.untouched();
}

#[test]
fn findings_name_their_line_and_the_edit() {
    let world = neglected();
    shown("audit-text", &world.run("audit").ended(0).out);
    shown("audit-json", &world.run("audit --format json").ended(0).out);
    shown("audit-markdown", &world.run("audit --format markdown --comment-name acme").ended(0).out);
    shown("audit-github", &world.run("audit --format github").ended(0).out);
    shown("audit-junit", &world.run("audit --format junit").ended(0).out);
    world.untouched();
}

#[test]
fn findings_fail_a_run_only_with_fail_on() {
    let world = neglected();
    for (options, code) in [("", 0), ("--fail-on error", 2), ("--fail-on warning", 2)] {
        world.run(&format!("audit {options}")).ended(code);
    }
    // Without the key no finding requires action.
    world.drift(|state| {
        state.api_keys.retain(|key| key.name != "test");
    });
    for (options, code) in [("", 0), ("--fail-on error", 0), ("--fail-on warning", 2)] {
        world.run(&format!("audit {options}")).ended(code);
    }
    world.edit("uma@acme.com: user", "uma@acme.com: usr");
    world.run("audit --fail-on error").ended(4);
    world.run("audit --no-such").ended(1);
}

#[test]
fn accepted_findings_are_shown_separately() {
    let world = neglected();
    world.edit(
        "unlisted:\n",
        "audit:\n  accept:\n    - finding: dormant-person member/old@acme.com\n      until: 2027-03-01\n      \
         reason: on leave (HR-12)\n    - finding: unused-key workspace/lab/api_key/ci\n      until: 2027-03-01\n      \
         reason: nobody knows any more\nunlisted:\n",
    );
    let out = world.run("audit").ended(0).out;
    assert!(out.contains("dormant-person member/old@acme.com: until 2027-03-01: on leave (HR-12)"), "{out}");
    assert!(out.contains("`unused-key workspace/lab/api_key/ci` is accepted but no longer found"), "{out}");
}

#[test]
fn rules_without_their_data_are_reported_as_not_checked() {
    for (path, name) in [
        ("/v1/organizations/users", "members"),
        ("/v1/organizations/api_keys", "keys"),
        ("/v1/organizations/workspaces/*/members", "memberships"),
        ("/v1/organizations/usage_report/messages", "usage"),
        ("/v1/organizations/usage_report/claude_code", "claude-code"),
        ("/v1/organizations/cost_report", "cost"),
    ] {
        let world = neglected();
        world.faults(&json!([{"method": "GET", "path": path, "then": {"status": 403}}]));
        let ran = world.run("audit").ended(0);
        let from = ran.out.find("Not checked").unwrap_or_else(|| panic!("{path}: {ran}"));
        shown(&format!("audit-not-seen-{name}"), &ran.out[from..]);
    }
    // --fail-on must not pass because less can be read; only the user may leave rules out.
    let world = reviewed();
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/api_keys", "then": {"status": 403}}]));
    let ran = world.run("audit --fail-on error").ended(1);
    assert!(ran.err.contains("these rules could not be checked: key-of-a-leaver"), "{ran}");
    reviewed().run("audit --fail-on warning --no-figures").ended(0);
    // A failed request is not a missing permission.
    let world = neglected();
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/users", "then": {"status": 401}}]));
    world.run("audit").ended(1);
}

#[test]
fn a_snapshot_can_be_audited_offline() {
    let world = neglected();
    world.run("snapshot --out live.json").ended(0);
    let world = world.without("ANTHROPIC_ADMIN_KEY").without("BYLAWS_API_URL");
    let before = world.reads();
    let ran = world.run("audit --live live.json").ended(0);
    assert!(
        ran.out.contains("key-of-a-leaver") && ran.out.contains("a snapshot does not contain it"),
        "{ran}"
    );
    assert_eq!(world.reads(), before);
}

#[test]
fn an_enterprise_organization_is_audited_by_the_data_it_has() {
    let mut seed = json!({"organization": {"id": crate::world::ACME, "name": "Acme"}, "kind": "enterprise"});
    seed["users"] = json!([{"id": "user_ada", "email": "ada@acme.com", "role": "owner"}]);
    seed["invites"] =
        json!([{"email": "zoe@acme.com", "role": "user", "invited_at": "2026-10-01T09:00:00Z"}]);
    let world = World::live(seed).file(
        "bylaws.yaml",
        "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10, kind: enterprise}\nmembers:\n  \
         ada@acme.com: owner\n  zoe@acme.com: user\n",
    );
    shown("audit-enterprise", &world.run("audit").ended(0).out);
}

/// Names are user-supplied: none may end a line, an element or a command, in any format.
#[test]
fn hostile_names_in_findings_are_escaped() {
    let world = neglected();
    let name = "test</td>\n::error::x\u{1b}[31m\u{202e}`|[a](b)";
    world.drift(|state| {
        for key in &mut state.api_keys {
            key.name = name.to_owned();
        }
    });
    let ran = world.run("audit").ended(0);
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'), "{ran}");
    let github = world.run("audit --format github").ended(0).out;
    assert!(
        github
            .lines()
            .all(|line| ["::error ", "::warning ", "::notice "].iter().any(|c| line.starts_with(c))),
        "{github}"
    );
    let markdown = world.run("audit --format markdown").ended(0).out;
    assert!(!markdown.contains("\n::") && !markdown.contains('\u{202e}'), "{markdown}");
}
