//! A snapshot replaces the service: the same plan, without credential or network.

use crate::canned::Canned;
use crate::ran::{Ran, shown};
use crate::world::World;

/// Without a credential, and with a service that records requests.
fn offline(world: World) -> (World, Canned) {
    let canned = Canned::new(|_| String::new());
    let world = world.without("ANTHROPIC_ADMIN_KEY").env("BYLAWS_API_URL", &canned.url);
    (world, canned)
}

#[test]
fn a_plan_with_a_snapshot_equals_the_plan_with_the_service() {
    for example in ["minimal", "acme"] {
        let world = World::example(example);
        let text = world.run("plan").ended(0);
        let json = world.run("plan --format json").ended(0);
        world.run("snapshot --out live.json").ended(0);
        let (world, canned) = offline(world);
        let text = without_reads(&text);
        for snapshot in ["live.json", "bylaws/live.json"] {
            let ran = world.run(&format!("plan --live {snapshot}")).ended(0);
            assert!(ran.out.contains("; no read requests\n"), "{ran}");
            assert_eq!(without_reads(&ran), text, "{example} on {snapshot}");
        }
        let mut expected = json.json();
        for count in expected["reads"].as_object_mut().unwrap().values_mut() {
            *count = 0.into();
        }
        expected["summary"].as_object_mut().unwrap().remove("apply_requests");
        assert_eq!(world.run("plan --live live.json --format json").ended(0).json(), expected, "{example}");
        assert_eq!(canned.asked(), Vec::<String>::new());
    }
}

/// Returns a plan as text without the lines that count requests.
fn without_reads(ran: &Ran) -> Vec<&str> {
    let counts = |line: &str| line.contains("read request") || line.starts_with("apply needs about");
    ran.out.lines().filter(|line| !counts(line)).collect()
}

#[test]
fn a_snapshot_starts_an_emulator_in_the_same_state() {
    let world = World::example("acme");
    world.run("snapshot --out live.json").ended(0);
    let again = World::live(serde_json::from_str(&world.read("live.json")).unwrap());
    again.run("snapshot --out live.json").ended(0);
    assert_eq!(again.read("live.json"), world.read("live.json"));
}

#[test]
fn a_plan_with_a_snapshot_is_not_saved() {
    let world = World::acme();
    world.run("snapshot --out live.json").ended(0);
    shown("snapshot-refuses-out", world.run("plan --live live.json --out saved.json").ended(1));
    assert!(!world.has("saved.json"));
}

#[test]
fn a_snapshot_of_another_organization_is_refused() {
    let world = World::acme();
    world.run("snapshot --out live.json").ended(0);
    world.edit("6a1f0c7e", "ffffffff");
    world.run("plan --live live.json").ended(1);
}

#[test]
fn an_invalid_snapshot_is_named() {
    let world = World::acme().file("live.json", "{\"users\": 7}");
    shown("snapshot-broken", world.run("plan --live live.json").ended(1));
    shown("snapshot-missing", world.run("plan --live elsewhere.json").ended(1));
}

#[test]
fn now_is_for_plans_only() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: {role: user, until: 2026-12-24}");
    world.run("plan --detailed-exitcode").ended(0);
    world.run("plan --detailed-exitcode --now 2026-12-24").ended(0);
    let ran = world.run("plan --detailed-exitcode --now 2026-12-25").ended(2);
    assert!(ran.out.contains("remove (user), expired on 2026-12-24"), "{ran}");
    world.run("apply --auto-approve --now 2026-12-25").ended(1);
    world.untouched();
}

#[test]
fn of_two_workspaces_named_default_in_a_snapshot_neither_is_taken_for_the_default_one() {
    let live = serde_json::json!({
        "now": "2026-11-21T09:00:00Z",
        "organization": {"id": crate::world::ACME, "name": "Acme"},
        "workspaces": [
            {"id": "wrkspc_1created", "name": "Default"},
            {"id": "wrkspc_2default", "name": "Default"},
        ],
    });
    let head = format!("bylaws: 1\norganization: {{id: {}}}\n", crate::world::ACME);
    let world = World::acme()
        .file("bylaws.yaml", &format!("{head}workspaces: {{Default: {{tags: {{owner: ops}}}}}}\n"))
        .file("two.json", &live.to_string());
    let plan = world.run("plan --live two.json --format json").ended(0).json();
    assert_eq!(plan["changes"], serde_json::json!([]));
    assert_eq!(plan["blocked"][0]["address"], "workspace/Default");
}

#[test]
fn a_refused_list_is_missing_in_a_snapshot_and_an_import_and_both_say_so() {
    let world = World::example("rate-limits");
    world.faults(&serde_json::json!([
        {"method": "GET", "path": "/v1/organizations/rate_limits", "then": {"status": 403}},
    ]));
    let snapshot = world.run("snapshot --out now.json").ended(0);
    assert!(snapshot.err.contains("warning: rate_limits are not in the snapshot: "), "{snapshot}");
    let import = world.run("import imported").ended(0);
    assert!(import.err.contains("left out: lists that the service refused (1): `rate_limits`"), "{import}");
    let plan = world.run("plan --live now.json --format json").ended(0).json();
    assert_eq!(plan["changes"], serde_json::json!([]));
    assert_eq!(
        plan["blocked"][0]["reason"],
        "not read, so nothing is changed: the snapshot does not contain them"
    );
}
