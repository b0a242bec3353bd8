//! The reverse of an apply: what can be put back is, what cannot be is named, and nothing else moves.

use serde_json::Value;

use crate::ran::shown;
use crate::world::World;

/// The live state without what time alone changes.
fn live(world: &World) -> Value {
    world.run("snapshot --out -").ended(0).json()
}

#[test]
fn the_reverse_puts_back_roles_seats_settings_and_keys() {
    let world = World::acme();
    let before = live(&world);
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.edit("{env: test}", "{env: prod, team: lab}");
    world.run("apply --auto-approve --journal j").ended(0);
    assert_ne!(live(&world)["workspaces"], before["workspaces"]);
    world.emulator.clear_ledger();
    shown("revert-plan", world.run("plan --revert j").ended(0).out);
    world.untouched();
    world.run("apply --revert j --auto-approve --journal j").ended(0);
    let after = live(&world);
    for kind in ["users", "workspaces", "workspace_members", "api_keys"] {
        assert_eq!(after[kind], before[kind], "{kind}");
    }
    // The reverse of the reverse is the run itself.
    world.run("apply --revert j --auto-approve").ended(0);
    let plan = world.run("plan --detailed-exitcode").ended(0);
    assert!(plan.out.contains("no changes") || plan.out.contains("Plan: nothing"), "{plan}");
}

/// The requests of the run name no workspace then; the key does.
#[test]
fn a_run_of_nothing_but_a_key_is_put_back() {
    let world = World::acme();
    let before = live(&world);
    world.edit("ci: active", "ci: inactive\n      spare: active");
    // The last active key of a workspace stays.
    world.drift(|seed| {
        let mut spare = seed.api_keys[0].clone();
        (spare.id, spare.name) = ("apikey_spare".to_owned(), "spare".to_owned());
        seed.api_keys.push(spare);
    });
    world.run("apply --auto-approve --journal j").ended(0);
    let approve = "guards:\n  approve:\n    - {changes: [update workspace/lab/api_key/ci], until: 2026-12-01, reason: back}\n";
    world.write("bylaws.yaml", &format!("{}{approve}", world.read("bylaws.yaml")));
    world.run("apply --revert j --auto-approve").ended(0);
    let status = |state: &Value| state["api_keys"][0]["status"].clone();
    assert_eq!(status(&live(&world)), status(&before));
}

#[test]
fn what_cannot_be_undone_is_named() {
    let world = World::example("acme");
    world.run("apply --auto-approve --journal j").ended(0);
    // The guards hold for a reverse as for any plan: here it would take access from too many.
    shown("revert-acme", world.run("plan --revert j").ended(3).out);
}

#[test]
fn what_was_changed_since_is_left_alone() {
    let world = World::acme();
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.run("apply --auto-approve --journal j").ended(0);
    world.drift(|seed| {
        let user = seed.users.iter_mut().find(|user| user.email == "uma@acme.com").unwrap();
        user.role = "billing".to_owned();
    });
    world.emulator.clear_ledger();
    shown("revert-changed-since", world.run("apply --revert j --auto-approve").ended(0).out);
    world.untouched();
}

#[test]
fn a_damaged_journal_and_one_of_another_organization_are_refused() {
    let world = World::acme();
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.run("apply --auto-approve --journal j").ended(0);
    let text = world.read("j");
    world.write("damaged", &text.replace("developer", "billing"));
    world.write("empty", "");
    world.emulator.clear_ledger();
    for journal in ["damaged", "empty", "nowhere"] {
        world.run(&format!("plan --revert {journal}")).ended(1);
    }
    world.edit("6a1f0c7e", "ffffffff");
    world.run("plan --revert j").ended(1);
    assert!(world.ledger().iter().all(|entry| entry.path == "/v1/organizations/me"));
}

/// Under the label that the files use, although the workspace is called otherwise live.
#[test]
fn what_the_files_protect_a_reverse_leaves_alone() {
    let world = World::acme();
    world.edit("  lab:\n", "  labor:\n    id: wrkspc_lab\n    name: lab\n");
    world.edit(
        "dev@acme.com: workspace_developer",
        "dev@acme.com: workspace_developer\n      uma@acme.com: workspace_user",
    );
    world.run("apply --auto-approve --journal j").ended(0);
    world.write(
        "bylaws.yaml",
        &format!("{}guards:\n  protect: [workspace/labor/member/uma@acme.com]\n", world.read("bylaws.yaml")),
    );
    world.emulator.clear_ledger();
    let ran = world.run("apply --revert j --auto-approve").ended(3);
    assert!(ran.out.contains("refused by protect"), "{ran}");
    world.untouched();
}

#[test]
fn nobody_comes_back_from_a_domain_that_is_not_allowed() {
    let world = World::acme();
    world.drift(|seed| {
        let mut eve = seed.users.iter().find(|user| user.email == "eve@acme.com").unwrap().clone();
        (eve.id, eve.email) = ("user_evil".to_owned(), "evil@elsewhere.example".to_owned());
        seed.users.push(eve);
    });
    world.write(
        "bylaws.yaml",
        &format!("{}guards:\n  allowed_domains: [acme.com]\n", world.read("bylaws.yaml")),
    );
    world.run("apply --auto-approve --journal j").ended(0);
    world.emulator.clear_ledger();
    let ran = world.run("apply --revert j --auto-approve").ended(0);
    assert!(ran.out.contains("`guards.allowed_domains` does not allow the address"), "{ran}");
    world.untouched();
}

#[test]
fn a_run_that_wrote_nothing_hides_none_before_it() {
    let world = World::acme();
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.run("apply --auto-approve --journal j").ended(0);
    world.run("apply --auto-approve --journal j").ended(0);
    let ran = world.run("plan --revert j").ended(0);
    assert!(ran.out.contains("role: developer → user"), "{ran}");
}

#[test]
fn a_run_without_an_end_is_said_to_have_none() {
    let world = World::acme();
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.run("apply --auto-approve --journal j").ended(0);
    let text = world.read("j");
    world.write("cut", &text[..=text.trim_end().rfind('\n').unwrap()]);
    let ran = world.run("plan --revert cut").ended(0);
    assert!(ran.err.contains("that run has no end"), "{ran}");
    world.edit("uma@acme.com: developer", "uma@acme.com: user");
    world.run("apply --auto-approve --journal cut").ended(0);
    let ran = world.run("journal verify cut").ended(0);
    assert!(ran.out.contains("note: run 1 of "), "{ran}");
}
