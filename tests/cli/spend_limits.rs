//! Spend limits, from the files to the service and back.

use serde_json::{Value, json};

use crate::world::{ACME, FILES, World, acme};

/// An organization with a limit of its own and one for `lab`, of which `lab` has spent 3,000 USD this month, and 30,000 USD
/// the month before.
fn organization() -> Value {
    let mut seed = acme();
    seed["now"] = json!("2026-11-21T09:00:00Z");
    let spent = |day: &str, tokens: u64| {
        json!({
            "starting_at": format!("{day}T10:00:00Z"), "workspace_id": "wrkspc_lab", "api_key_id": "apikey_ci",
            "model": "claude-sonnet-4-5", "uncached_input_tokens": tokens,
        })
    };
    seed["usage"] = json!([spent("2026-10-31", 10_000_000_000), spent("2026-11-01", 1_000_000_000)]);
    seed["spend_limits"] = json!([
        {"id": "spl_all", "scope": {"type": "organization"}, "amount": "2000000"},
        {"id": "spl_lab", "scope": {"type": "workspace", "workspace_id": "wrkspc_lab"}, "amount": "500000"},
        {"id": "spl_tier", "scope": {"type": "usage_tier"}, "amount": "9000000"},
    ]);
    seed
}

/// The files of [`World::acme`] with both limits, in sync.
fn files() -> String {
    let files = FILES.replacen("  lab:\n", "  lab:\n    spend_limit: 5000 USD\n", 1);
    assert_ne!(files, FILES);
    files + "spend_limits:\n  organization: 20000 USD\n"
}

fn world() -> World {
    World::live(organization()).file("bylaws.yaml", &files())
}

/// Files with only these sections.
fn only(sections: &str) -> String {
    format!("bylaws: 1\norganization: {{id: {ACME}}}\n{sections}\n")
}

fn approve(changes: &str) -> String {
    format!("guards:\n  approve:\n    - {{until: 2026-12-01, reason: agreed, changes: [{changes}]}}\n")
}

#[test]
fn a_limit_at_or_below_the_cost_of_the_month_is_reviewed_first() {
    for (limit, reads, stops) in [
        // In sync or raised: the cost is not read.
        ("5000 USD", 1, None),
        ("6000 USD", 1, None),
        ("3000.01 USD", 2, None),
        ("3000 USD", 2, Some("would stop it now: `3000 USD` of `3000 USD` spent this month")),
        ("400.50 USD", 2, Some("would stop it now: `3000 USD` of `400.50 USD` spent this month")),
    ] {
        let world = world();
        world.edit("spend_limit: 5000 USD", &format!("spend_limit: {limit}"));
        let plan = world.run("plan --format json").json();
        assert_eq!(plan["reads"]["spend_limits"], reads, "{limit}");
        let cost =
            world.take_ledger().into_iter().filter(|entry| entry.path.ends_with("cost_report")).count();
        assert_eq!(cost, reads - 1, "{limit}");
        let review =
            plan["review_first"].as_array().unwrap().iter().find(|entry| entry["kind"] == "throttle");
        let address = "workspace/lab/spend_limit";
        let expected = stops.map(|stops| format!("spend limit in `lab`: {stops}"));
        assert_eq!(review.and_then(|entry| entry["reason"].as_str()), expected.as_deref(), "{limit}");
        assert!(review.is_none_or(|entry| entry["address"] == address), "{limit}");
    }
    // The comparison is only a note: a report that fails does not stop the plan.
    for status in [400, 403, 500] {
        let world = World::here(organization()).file("bylaws.yaml", &files());
        world.edit("spend_limit: 5000 USD", "spend_limit: 4000 USD");
        world.faults(
            &json!([{"method": "GET", "path": "/v1/organizations/cost_report", "then": {"status": status}}]),
        );
        let plan = world.run("plan --format json").ended(0).json();
        assert_eq!(plan["changes"].as_array().map(Vec::len), Some(1), "{status}");
        let reason = "not compared with the cost of this month, which is not known";
        assert_eq!(plan["notes"][0]["reason"], reason, "{status}");
    }
    // What the organization spends is the sum of its workspaces.
    let world = world();
    world.edit("organization: 20000 USD", "organization: 2999 USD");
    let text = world.run("plan").ended(0).out;
    assert!(
        text.contains("! spend limit of the organization: would stop it now: `3000 USD` of `2999 USD`"),
        "{text}"
    );
}

#[test]
fn limits_are_set_raised_lowered_and_removed_and_the_next_plan_is_empty() {
    let set = |scope: &str, cents: &str| {
        format!(
            "POST /v1/organizations/spend_limits {{\"scope\":{scope},\"amount\":\"{cents}\",\"period\":\"monthly\"}}\n"
        )
    };
    let lab = "{\"type\":\"workspace\",\"workspace_id\":\"wrkspc_lab\"}";
    for (sections, approved, sent) in [
        ("workspaces: {lab: {spend_limit: 4000 USD}}", "", set(lab, "400000")),
        (
            "workspaces: {lab: {spend_limit: 6000.75 USD}}",
            "update workspace/lab/spend_limit",
            set(lab, "600075"),
        ),
        (
            "workspaces: {lab: {spend_limit: none}}",
            "remove workspace/lab/spend_limit",
            "DELETE /v1/organizations/spend_limits/spl_lab \n".to_owned(),
        ),
        (
            "spend_limits: {organization: none}",
            "remove organization/spend_limit",
            "DELETE /v1/organizations/spend_limits/spl_all \n".to_owned(),
        ),
        (
            "spend_limits: {organization: 0 USD}",
            "update organization/spend_limit",
            set("{\"type\":\"organization\"}", "0"),
        ),
        (
            "workspaces: {main: {spend_limit: 1 USD}}",
            "",
            set("{\"type\":\"workspace\",\"workspace_id\":\"wrkspc_main\"}", "100"),
        ),
    ] {
        let guards = if approved.is_empty() { String::new() } else { approve(approved) };
        let mut seed = organization();
        seed["workspaces"].as_array_mut().unwrap().push(json!({"id": "wrkspc_main", "name": "main"}));
        let world = World::live(seed).file("bylaws.yaml", &only(&format!("{sections}\n{guards}")));
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.writes().trim(), sent.trim(), "{sections}");
        let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
        assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])), "{sections}");
    }
}

#[test]
fn a_new_workspace_gets_its_limit_once_it_exists() {
    let world =
        World::live(organization()).file("bylaws.yaml", &only("workspaces: {new: {spend_limit: 10 USD}}"));
    world.run("apply --auto-approve").ended(0);
    let plan = world.run("plan --detailed-exitcode --format json").ended(0).json();
    assert_eq!(plan["changes"], json!([]));
    assert!(world.writes().contains("\"amount\":\"1000\""), "{}", world.writes());
}

#[test]
fn without_a_list_its_lines_are_blocked_and_everything_else_goes_ahead() {
    let not_enrolled = "this organization may not read or set spend limits through the API (early access)";
    for (then, reason) in [
        (None, not_enrolled),
        (Some(json!({"status": 401})), "not read, so nothing is changed: "),
        (Some(json!({"status": 403})), "not read, so nothing is changed: "),
        (Some(json!({"status": 404})), "not read, so nothing is changed: "),
    ] {
        let mut seed = organization();
        if then.is_none() {
            seed.as_object_mut().unwrap().remove("spend_limits");
        }
        let files = files()
            .replace("spend_limit: 5000 USD", "spend_limit: none")
            .replace("uma@acme.com: user", "uma@acme.com: developer");
        let world = World::live(seed).file("bylaws.yaml", &files);
        if let Some(then) = &then {
            world.faults(&json!([{"method": "GET", "path": "/v1/organizations/spend_limits", "then": then}]));
        }
        let plan = world.run("plan --format json").ended(0).json();
        let blocked = &plan["blocked"];
        assert_eq!(blocked.as_array().map(Vec::len), Some(1), "{then:?}: {blocked}");
        assert_eq!(blocked[0]["address"], "spend_limits");
        assert!(blocked[0]["reason"].as_str().unwrap().starts_with(reason), "{then:?}: {blocked}");
        world.run("apply --auto-approve").ended(0);
        assert_eq!(
            world.writes(),
            "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n",
            "{then:?}"
        );
    }
    // Half a list is no list.
    let world = World::here(organization()).file("bylaws.yaml", &files());
    world.faults(&json!([{"method": "GET", "path": "/v1/organizations/spend_limits", "then": "truncate"}]));
    world.run("apply --auto-approve").ended(1);
    assert_eq!(world.writes(), "");
}

#[test]
fn what_is_selected_is_blocked_with_its_section_and_not_compared_is_not_in_sync() {
    let selected = [
        ("organization/spend_limit", 1),
        ("workspace/lab/spend_limit", 1),
        ("workspace/lab", 1),
        ("member/uma@acme.com", 0),
        ("workspace/lab/api_key/ci", 0),
    ];
    let world = world();
    world.edit("spend_limit: 5000 USD", "spend_limit: 100 USD");
    world.faults(
        &json!([{"method": "GET", "path": "/v1/organizations/spend_limits", "then": {"status": 403}}]),
    );
    for (address, count) in selected {
        let plan = world.run(&format!("plan --format json --only {address}")).ended(0).json();
        let blocked: Vec<_> =
            plan["blocked"].as_array().unwrap().iter().map(|item| &item["address"]).collect();
        assert_eq!(blocked, vec!["spend_limits"; count], "{address}");
        let code = if count == 0 { 0 } else { 2 };
        let drift = world
            .run(&format!("drift --detailed-exitcode --format json --only {address}"))
            .ended(code)
            .json();
        assert_eq!(drift["not_compared"].as_array().map_or(0, Vec::len), count, "{address}");
        let adopt = world.run(&format!("adopt --strict {address}"));
        assert_eq!(adopt.code, if count == 0 { 0 } else { 2 }, "{adopt}");
    }
    let drift = world.run("drift --detailed-exitcode").ended(2).out;
    assert!(drift.contains("Not compared (1)\n  spend_limits: not read, so nothing is changed: "), "{drift}");
    assert!(drift.ends_with("Drift: 1 section not compared\n"), "{drift}");
    for (format, line) in [
        ("markdown", "### Not compared (1)"),
        ("github", "not compared%3A spend_limits"),
        ("junit", "<testsuite name=\"not compared\""),
    ] {
        let ran = world.run(&format!("drift --format {format}")).ended(0);
        assert!(ran.out.contains(line), "{ran}");
    }
}

#[test]
fn a_limit_that_was_changed_after_the_plan_is_not_overwritten() {
    let world = world();
    world.edit("spend_limit: 5000 USD", "spend_limit: 4000 USD");
    world.run("plan --out plan.json").ended(0);
    world.drift_json(|live| live["spend_limits"][1]["amount"] = json!("10000"));
    world.run("apply --plan plan.json --auto-approve").ended(6);
    world.untouched();
}

#[test]
fn a_change_in_the_console_is_adopted_in_place_and_named_with_its_author() {
    let mut seed = organization();
    seed["compliance_settings"] = json!({"state": "enabled"});
    let world = World::live(seed).file("bylaws.yaml", &files());
    world.commit("base");
    world.drift_as("cfo@acme.com", |live| {
        let limits = live.spend_limits.as_mut().unwrap();
        limits[0].amount = Some("2500000".to_owned());
        limits[1].amount = Some("10050".to_owned());
    });
    let drift = world.run("drift --format json").ended(0).json();
    let told: Vec<_> = drift["drift"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (entry["address"].as_str().unwrap(), entry["changed_by"].to_string().contains("cfo@acme.com"))
        })
        .collect();
    assert_eq!(told, [("workspace/lab/spend_limit", true), ("organization/spend_limit", true)], "{drift:#}");
    world.run("adopt --write").ended(0);
    let expected = files().replace("5000 USD", "100.50 USD").replace("20000 USD", "25000 USD");
    assert_eq!(world.read("bylaws.yaml"), expected);
    let plan = world.run("plan --format json").ended(0).json();
    assert_eq!((&plan["changes"], &plan["blocked"]), (&json!([]), &json!([])));
}
