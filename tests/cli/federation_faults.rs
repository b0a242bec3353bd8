//! Federation when the service refuses, loses or has changed something: nothing is written that was not reviewed, and
//! nothing twice.

use serde_json::json;

use crate::federation::{
    ISSUERS, RULES, approve, edited, files, is_in_sync, new_ones, organization, world_of,
};
use crate::world::{FILES, TOKEN, World};

#[test]
fn a_refused_list_blocks_the_section_and_everything_else_goes_ahead() {
    let text = edited("token_lifetime: 15m", "token_lifetime: 10m")
        .replace("uma@acme.com: user", "uma@acme.com: developer");
    let unlisted = FILES.replace("uma@acme.com: user", "uma@acme.com: developer");
    let mut cases = vec![None];
    for list in [ISSUERS, RULES] {
        cases.extend([401, 403, 404].map(|status| Some((list, status))));
    }
    for case in cases {
        for (text, count) in [(&text, 1), (&unlisted, 0)] {
            let mut world = World::live(organization()).file("bylaws.yaml", text);
            if let Some((list, status)) = case {
                world = world.with_token(TOKEN);
                world.faults(&json!([{"method": "GET", "path": list, "then": {"status": status}}]));
            }
            let plan = world.run("plan --format json").ended(0).json();
            let blocked = plan["blocked"].as_array().unwrap();
            assert_eq!(blocked.len(), count, "{case:?}: {blocked:?}");
            for item in blocked {
                assert_eq!(item["address"], "federation", "{case:?}");
                let reason = item["reason"].as_str().unwrap();
                assert!(reason.starts_with("not read, so nothing is changed: "), "{reason}");
            }
            world.run("apply --auto-approve").ended(0);
            assert_eq!(
                world.writes(),
                "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n",
                "{case:?}"
            );
        }
    }
    // Half a list is no list.
    for list in [ISSUERS, RULES] {
        for then in [json!("truncate"), json!({"status": 500})] {
            let world = World::here(organization()).file("bylaws.yaml", &text).with_token(TOKEN);
            world.faults(&json!([{"method": "GET", "path": list, "then": then}]));
            world.run("apply --auto-approve").ended(1);
            world.untouched();
        }
    }
}

#[test]
fn a_list_that_breaks_on_its_second_page_is_read_again_or_blocks_the_section() {
    for (name, list) in [("federation_issuers", ISSUERS), ("federation_rules", RULES)] {
        let mut seed = organization();
        let all = seed[name].as_array_mut().unwrap();
        for number in 0..120 {
            let mut one = all[0].clone();
            one["id"] = json!(format!("{}{number}", all[0]["id"].as_str().unwrap()));
            one["name"] = json!(format!("{}{number}", all[0]["name"].as_str().unwrap()));
            all.push(one);
        }
        let world = World::here(seed).file("bylaws.yaml", &files()).with_token(TOKEN);
        is_in_sync(&world, name);
        for (then, is_blocked) in [
            (json!("truncate"), false),
            (json!({"status": 500}), false),
            (json!({"status": 403}), true),
            (json!({"status": 404}), true),
        ] {
            world.faults(&json!([{"method": "GET", "path": list, "nth": 2, "then": then}]));
            let plan = world.run("plan --format json").ended(0).json();
            assert_eq!(plan["changes"], json!([]), "{name} {then}");
            assert_eq!(plan["blocked"][0]["address"] == "federation", is_blocked, "{name} {then}: {plan:#}");
        }
        for then in [json!({"status": 400}), json!({"status": 422})] {
            world.faults(&json!([{"method": "GET", "path": list, "nth": 2, "then": then}]));
            world.run("apply --auto-approve").ended(1);
            world.untouched();
        }
    }
}

#[test]
fn a_lost_answer_is_settled_by_a_read_and_no_write_is_sent_twice() {
    let created =
        new_ones() + &approve("create federation_rule/build, create federation_rule/build/workspace/main");
    let updated =
        edited("15m\n  rules", "10m\n  rules").replace("token_lifetime: 15m", "token_lifetime: 10m");
    let moved = edited("[lab]", "[main]") + &approve("create federation_rule/deploy/workspace/main");
    let archived = {
        let from = files().find("    github:").unwrap();
        let section = "    github: {state: archived}\n  rules:\n    deploy: {state: archived}\n";
        files()[..from].to_owned()
            + section
            + &approve("archive federation_rule/deploy, archive federation_issuer/github")
    };
    for text in [created, updated, moved, archived] {
        for method in ["POST", "DELETE"] {
            for path in [format!("{ISSUERS}**"), format!("{RULES}**")] {
                for fault in ["drop_after", "drop_before", "truncate"] {
                    let world = World::here(organization()).file("bylaws.yaml", &text).with_token(TOKEN);
                    world.faults(&json!([{"method": method, "path": path, "nth": 1, "then": fault}]));
                    world.run("apply --auto-approve").ended(0);
                    is_in_sync(&world, fault);
                    let mut sent: Vec<String> = world.writes().lines().map(str::to_owned).collect();
                    let count = sent.len();
                    sent.sort();
                    sent.dedup();
                    let again = usize::from(fault == "drop_before" && count != sent.len());
                    assert_eq!(count - sent.len(), again, "{fault}: {}", world.writes());
                }
            }
        }
    }
}

#[test]
fn a_saved_plan_is_refused_once_a_rule_was_changed_or_its_name_taken() {
    let text = edited("token_lifetime: 15m", "token_lifetime: 10m");
    let world = world_of(&text);
    world.run("plan --out plan.json").ended(0);
    world.drift_json(|live| live["federation_rules"][2]["token_lifetime_seconds"] = json!(1200));
    world.run("apply --plan plan.json --auto-approve").ended(6);
    world.untouched();
    let text =
        new_ones() + &approve("create federation_rule/build, create federation_rule/build/workspace/main");
    let world = world_of(&text);
    world.run("plan --out plan.json").ended(0);
    world.drift_json(|live| {
        let mut theirs = live["federation_rules"][2].clone();
        theirs["id"] = json!("fdrl_theirs");
        theirs["name"] = json!("build");
        live["federation_rules"].as_array_mut().unwrap().push(theirs);
    });
    world.run("apply --plan plan.json --auto-approve").ended(6);
    world.untouched();
}

#[test]
fn a_refused_create_skips_only_what_depends_on_it() {
    let text =
        new_ones() + &approve("create federation_rule/build, create federation_rule/build/workspace/main");
    for (path, skipped) in [(ISSUERS, 2), (RULES, 1)] {
        let world = World::here(organization()).file("bylaws.yaml", &text).with_token(TOKEN);
        world.faults(&json!([{"method": "POST", "path": path, "then": {"status": 400}}]));
        let report = world.run("apply --auto-approve --format json").ended(5).json();
        let sent = world.writes();
        assert_eq!(sent.matches(&format!("POST {path} ")).count(), 1, "{sent}");
        let outcomes = report["changes"].to_string();
        assert_eq!(outcomes.matches("\"skipped\"").count(), skipped, "{report:#}");
        assert!(!sent.contains("{\"workspace_id\":"), "{sent}");
    }
}
