//! Reports for people and programs, of a small organization with known figures and of unusual ones.

use serde_json::{Value, json};

use crate::ran::shown;
use crate::world::{World, acme};

/// Three weeks of usage: `lab` every day, an archived workspace until it stopped, the playground once; Claude Code by
/// two people and a key.
fn stated() -> Value {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    let list = |seed: &mut Value, name: &str, item: Value| seed[name].as_array_mut().unwrap().push(item);
    let archived = json!({"id": "wrkspc_old", "name": "research", "created_at": "2026-01-01T00:00:00Z", "archived_at": "2026-11-10T00:00:00Z"});
    list(&mut seed, "workspaces", archived);
    for (id, name, scope, status) in [
        ("apikey_own", "eve's own", json!({"type": "organization"}), "active"),
        ("apikey_bot", "robot", json!({"type": "organization"}), "active"),
        ("apikey_off", "old laptop", json!({"type": "workspace", "workspace_id": "wrkspc_lab"}), "inactive"),
        ("apikey_gone", "batch jobs", json!({"type": "workspace", "workspace_id": "wrkspc_old"}), "archived"),
    ] {
        let mut key = json!({"id": id, "name": name, "scope": scope, "status": status, "created_at": "2026-06-01T00:00:00Z", "created_by": {"id": "user_eve", "type": "user"}});
        match id {
            "apikey_own" => key["principal"] = json!({"type": "user_actor", "user_id": "user_eve"}),
            "apikey_bot" => {
                key["principal"] = json!({"type": "service_account_actor", "service_account_id": "svac_bot"});
                key["expires_at"] = json!("2026-12-24T00:00:00Z");
            }
            _ => {}
        }
        list(&mut seed, "api_keys", key);
    }
    let mut usage = Vec::new();
    for day in 1..=20_u64 {
        usage.push(json!({
            "starting_at": format!("2026-11-{day:02}T10:00:00Z"), "workspace_id": "wrkspc_lab", "api_key_id": "apikey_ci",
            "model": "claude-sonnet-4-5", "service_tier": if day % 2 == 0 { "batch" } else { "standard" },
            "uncached_input_tokens": 1_000 * day, "output_tokens": 333 * day, "cache_read_input_tokens": 70_001,
            "cache_creation": {"ephemeral_5m_input_tokens": 17},
        }));
    }
    usage.push(json!({"starting_at": "2026-11-03T00:00:00Z", "workspace_id": "wrkspc_old", "api_key_id": "apikey_gone", "model": "claude-opus-4-5", "uncached_input_tokens": 999_500, "output_tokens": 1}));
    usage.push(json!({"starting_at": "2026-11-21T08:30:00Z", "account_id": "user_eve", "api_key_id": "apikey_own", "model": "claude-haiku-4-5", "output_tokens": 12, "server_tool_use": {"web_search_requests": 3}}));
    usage.push(json!({"starting_at": "2026-11-21T08:59:59Z", "model": "claude-haiku-4-5", "uncached_input_tokens": 7}));
    usage.push(json!({"starting_at": "2026-11-20T08:00:00Z", "account_id": "user_left", "api_key_id": "apikey_left", "workspace_id": "wrkspc_left", "model": "claude-haiku-4-5", "output_tokens": 5}));
    seed["usage"] = json!(usage);
    let record = |day: &str, actor: Value, terminal: &str, sessions: u64, cost: Value| {
        json!({
            "date": format!("{day}T00:00:00Z"), "actor": actor, "organization_id": crate::world::ACME, "customer_type": "api", "terminal_type": terminal,
            "core_metrics": {"num_sessions": sessions, "lines_of_code": {"added": 120 * sessions, "removed": 7}, "commits_by_claude_code": 2, "pull_requests_by_claude_code": 1},
            "tool_actions": {"edit_tool": {"accepted": 9, "rejected": 1}},
            "model_breakdown": [
                {"model": "claude-opus-4-5", "tokens": {"input": 1000, "output": 200, "cache_read": 5, "cache_creation": 1}, "estimated_cost": {"currency": "USD", "amount": cost}},
                {"model": "claude-haiku-4-5", "tokens": {"input": 10}, "estimated_cost": {"currency": "USD", "amount": 0.1}},
            ],
        })
    };
    let person = |email: &str| json!({"type": "user_actor", "email_address": email});
    seed["claude_code"] = json!([
        record("2026-11-19", person("eve@acme.com"), "vscode", 3, json!(123.45)),
        record("2026-11-20", person("eve@acme.com"), "tmux", 1, json!(0.2)),
        record("2026-11-20", person("dev@acme.com"), "vscode", 2, json!(1000)),
        record("2026-11-21", json!({"type": "api_actor", "api_key_name": "ci"}), "vscode", 4, json!(50)),
    ]);
    seed
}

fn all(world: &World, lines: &[&str]) -> String {
    lines.iter().map(|line| world.run(line).ended(0).to_string() + "\n").collect()
}

#[test]
fn reports_are_tables_that_fit_a_terminal() {
    let world = World::live(stated());
    let mut text = String::new();
    for line in [
        "report usage",
        "report usage --by workspace,model,tier --last 3w --bucket week",
        "report usage --by person --from 2026-11-21T09:00:00+01:00 --to 2026-11-21T10:00:00+01:00 --bucket hour",
        "report usage --by key --last 7d --top 1",
        "report cost --by workspace,description --last 20d",
        "report cost --bucket month --last 3mo",
        "report cost --bucket month --from 2025-11 --to 2026-11-20",
        "report cost --month 2026-11 --top 1",
        "report usage --bucket week --last 8w --by workspace,model",
        "report claude-code --bucket month --last 2mo",
        "report claude-code --last 3d",
        "report claude-code --last 3d --by model,terminal",
        "report claude-code --last 3d --by day",
        "report keys",
    ] {
        let ran = world.on_terminal(line, 80, &[]).ended(0);
        for line in ran.out.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
        text += &format!("{ran}\n");
    }
    shown("reports/text", text);
}

#[test]
fn csv_and_json_contain_every_figure() {
    let world = World::live(stated());
    shown(
        "reports/csv",
        all(
            &world,
            &[
                "report usage --by workspace,model --from 2026-11-19 --format csv",
                "report cost --by workspace,token-type --from 2026-11-19 --to 2026-11-20 --format csv",
                "report claude-code --by person,key --last 3d --format csv",
                "report claude-code --by model --last 1d --format csv",
                "report keys --format csv",
            ],
        ),
    );
    shown(
        "reports/json",
        all(
            &world,
            &[
                "report usage --by workspace,tier --from 2026-11-20 --top 1 --format json",
                "report cost --last 2d --format json",
                "report claude-code --by person,model --last 2d --format json",
                "report keys --status active --format json",
            ],
        ),
    );
}

#[test]
fn markdown_contains_a_table() {
    let world = World::live(stated());
    shown(
        "reports/markdown",
        all(
            &world,
            &[
                "report usage --by workspace,model --format markdown",
                "report cost --format markdown",
                "report cost --bucket month --last 3mo --format markdown",
                "report usage --bucket month --from 2025-10-15 --by model --format markdown",
                "report claude-code --last 3d --format markdown",
                "report keys --format markdown",
            ],
        ),
    );
}

#[test]
fn a_month_has_the_same_figures_for_every_option() {
    let world = World::live(stated());
    let months = world.run("report cost --last 3mo --bucket month --format json").ended(0).json();
    assert_eq!(
        months["buckets"],
        json!(["2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"])
    );
    for (at, month) in ["2026-09", "2026-10", "2026-11"].into_iter().enumerate() {
        let one = world.run(&format!("report cost --month {month} --format json")).ended(0).json();
        let ends =
            world.run(&format!("report cost --from {month} --to {month} --format json")).ended(0).json();
        assert_eq!(one["total"], ends["total"]);
        assert_eq!(one["total"]["cost_cents"], months["series"]["cost_cents"][at], "{month}");
    }
    // For any number of months, CSV contains all of them, and text the newest and how many are missing.
    let csv = world.run("report cost --last 24mo --bucket month --by model --format csv").ended(0).out;
    for month in ["2024-12-01", "2025-02-01", "2026-11-01"] {
        assert!(csv.contains(&format!("\n{month}T00:00:00Z,")), "{csv}");
    }
    for width in [60, 80, 120] {
        let line = "report cost --last 24mo --bucket month";
        let out = world.on_terminal(line, width, &[]).ended(0).out;
        assert!(out.lines().all(|line| line.chars().count() <= width), "{out}");
        assert!(out.contains("2026-11 SO FAR") && out.contains("older months (2024-12 to "), "{out}");
    }
}

#[test]
fn an_empty_organization_has_empty_reports() {
    let world = World::live(json!({"usage": [], "claude_code": []}));
    let mut text = String::new();
    for report in ["usage", "cost", "claude-code", "keys"] {
        for format in ["text", "csv", "markdown"] {
            text += &all(&world, &[&format!("report {report} --last 2d --format {format}")]);
        }
        assert!(world.run(&format!("report {report} --last 2d --format json")).ended(0).json().is_object());
    }
    shown("reports/empty", text);
}

#[test]
fn only_the_needed_lists_are_read() {
    let world = World::live(stated());
    for (line, paths) in [
        ("report usage", "me workspaces usage_report/messages"),
        ("report usage --by model", "me usage_report/messages"),
        (
            "report usage --by model --workspace wrkspc_lab --key apikey_ci --person user_eve",
            "me usage_report/messages",
        ),
        ("report usage --by model --person eve@acme.com", "me users usage_report/messages"),
        ("report usage --by person --person eve@acme.com", "me users usage_report/messages"),
        ("report usage --by model --workspace Default", "me workspaces usage_report/messages"),
        ("report cost --by token-type", "me cost_report"),
        ("report claude-code --last 2d", "me usage_report/claude_code usage_report/claude_code"),
        ("report claude-code --from 2026-11-21 --to 2026-12-31", "me usage_report/claude_code"),
        ("report keys", "me api_keys usage_report/messages workspaces users"),
    ] {
        world.emulator.clear_ledger();
        let ran = world.run(&format!("{line} --format json")).ended(0);
        let mut asked: Vec<String> =
            world.ledger().into_iter().map(|entry| entry.path.replace("/v1/organizations/", "")).collect();
        assert_eq!(ran.json()["reads"], json!(asked.len()), "{line}");
        let mut paths: Vec<&str> = paths.split(' ').collect();
        asked.sort();
        paths.sort_unstable();
        assert_eq!(asked, paths, "{line}");
    }
}

#[test]
fn ambiguous_names_and_invalid_ranges_are_errors() {
    let mut seed = stated();
    for n in 1..=2 {
        seed["api_keys"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": format!("apikey_twin{n}"), "name": "twin", "workspace_id": "wrkspc_lab"}));
        seed["workspaces"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": format!("wrkspc_twin{n}"), "name": "twin"}));
    }
    let world = World::live(seed);
    let lines = [
        "--key twin",
        "--workspace twin",
        "--workspace nowhere",
        "--person nobody@acme.com",
        "--from 2026-11-22",
        "--from 2026-11-10 --to 2026-11-09",
        "--bucket minute",
        "--from 2026-11-10T08:00:00Z --to 2026-11-10T09:00:00Z",
        "--from yesterday",
        "--last 5",
        "--last 5d --from 2026-11-10",
        "--last 5d --month 2026-11",
        "--month 2026-11-10",
        "--month 2026-12",
        "--month 2026-10 --to 2026-11",
        "--by workspace,wrkspc",
        "--top 0",
    ];
    let text = lines.map(|line| world.run(&format!("report usage {line}")).ended(1).to_string());
    shown("reports/wrong", text.join("\n"));
    world.run("report usage --key twin --workspace wrkspc_lab").ended(1);
}

#[test]
fn the_default_workspace_is_distinguished_from_one_with_its_name() {
    let mut seed = stated();
    let workspaces = seed["workspaces"].as_array_mut().unwrap();
    workspaces.extend(["wrkspc_other", "wrkspc_default"].map(|id| json!({"id": id, "name": "Default"})));
    let other =
        json!({"starting_at": "2026-11-20T00:00:00Z", "workspace_id": "wrkspc_other", "output_tokens": 100});
    seed["usage"].as_array_mut().unwrap().push(other);
    let world = World::live(seed);
    let tokens = |line: &str| world.run(line).ended(0).json()["total"]["total_tokens"].clone();
    assert_eq!(tokens("report usage --workspace Default --format json"), json!(19));
    assert_eq!(tokens("report usage --workspace wrkspc_other --format json"), json!(100));
    let text = world.run("report usage").ended(0).out;
    assert!(text.contains("\nDefault (wrkspc_other) ") && text.contains("\nDefault     "), "{text}");
    let lab = tokens("report usage --workspace lab --format json");
    let both = tokens("report usage --workspace lab --workspace Default --format json");
    assert_eq!(both.as_u64().unwrap(), lab.as_u64().unwrap() + 19);
}

#[test]
fn names_are_shown_and_not_interpreted() {
    let names = [
        "\u{1b}[2J\u{1b}[31mred",
        "two\nlines",
        "\u{202e}desrever",
        "=HYPERLINK(\"http://x\")",
        "+1",
        "-1",
        "@here",
        "\t=1",
        "a|b`c`|<img src=x>",
        "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789",
    ];
    let mut seed = acme();
    let mut usage = Vec::new();
    for (n, name) in names.iter().enumerate() {
        seed["workspaces"].as_array_mut().unwrap().push(json!({"id": format!("wrkspc_{n}"), "name": name}));
        seed["api_keys"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": format!("apikey_{n}"), "name": name, "workspace_id": format!("wrkspc_{n}")}));
        usage.push(json!({"starting_at": "2026-11-20T00:00:00Z", "workspace_id": format!("wrkspc_{n}"), "model": name, "output_tokens": 1 + n}));
    }
    seed["usage"] = json!(usage);
    let record = |name: &str| {
        json!({
            "date": "2026-11-20T00:00:00Z", "actor": {"type": "api_actor", "api_key_name": name}, "organization_id": crate::world::ACME,
            "customer_type": "api", "terminal_type": name, "core_metrics": {"num_sessions": 1}, "model_breakdown": [],
        })
    };
    seed["claude_code"] = json!(names.map(record));
    let world = World::live(seed);
    let mut text = String::new();
    for format in ["text", "csv", "markdown"] {
        for report in
            ["usage --by workspace,model", "cost --by model", "claude-code --by key,terminal", "keys"]
        {
            let ran = world.run(&format!("report {report} --last 2d --format {format}")).ended(0);
            for c in ran.all().chars() {
                let is_bad =
                    c.is_control() && c != '\n' && !(c == '\r' && format == "csv") || c == '\u{202e}';
                assert!(!is_bad, "{c:?} in {ran}");
            }
            assert!(!ran.out.contains("abcdefghijk") && !ran.out.contains("\nlines"), "{ran}");
            if report.starts_with("usage") {
                text += &format!("{ran}\n");
            }
        }
    }
    let csv = world.run("report keys --format csv").ended(0).out;
    let formulas = csv::Reader::from_reader(csv.as_bytes());
    for line in formulas.into_records() {
        assert!(
            line.unwrap().iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{csv}"
        );
    }
    shown("reports/hostile", text);
}

#[test]
fn missing_permissions_are_reported() {
    let world = World::live(stated());
    let refuse = |path: &str| {
        world.faults(
            &json!([{"method": "GET", "path": format!("/v1/organizations/{path}"), "then": {"status": 403}}]),
        );
    };
    let mut text = String::new();
    refuse("users");
    text += &all(
        &world,
        &[
            "report usage --by person --last 2d",
            "report usage --by person --last 1d --format csv",
            "report keys --status active",
        ],
    );
    refuse("workspaces");
    text += &world.run("report usage --workspace lab").ended(1).to_string();
    for (report, path) in [
        ("usage", "usage_report/messages"),
        ("cost", "cost_report"),
        ("claude-code", "usage_report/claude_code"),
        ("keys", "api_keys"),
        ("keys", "usage_report/messages"),
    ] {
        refuse(path);
        text += &world.run(&format!("report {report} --last 1d")).ended(1).to_string();
    }
    shown("reports/forbidden", text);
}

#[test]
fn an_enterprise_organization_has_no_reports() {
    let world =
        World::live(json!({"kind": "enterprise", "users": [{"email": "ada@acme.com", "role": "owner"}]}));
    let reports = ["usage", "cost", "claude-code", "keys"];
    let said = reports.map(|report| world.run(&format!("report {report} --last 1d")).ended(1).to_string());
    shown("reports/enterprise", said.join("\n"));
}

#[test]
fn an_invalid_report_is_not_counted() {
    let world = World::live(stated());
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/cost_report", "then": "truncate"}]));
    let ran = world.run("report cost --max-wait 1s").ended(1);
    assert_eq!(ran.out, "", "{ran}");
}
