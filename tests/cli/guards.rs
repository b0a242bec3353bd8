//! Guards refuse a whole plan; a reviewed approval allows exactly its changes.

use serde_json::{Value, json};

use crate::ran::{Ran, shown};
use crate::world::{ACME, World};

/// Twelve removable people, so that one may lose access; `leavers` of them have no line.
fn crowd(leavers: usize, guards: &str) -> World {
    let users: Vec<Value> =
        (1..=12).map(|n| json!({"email": format!("p{n:02}@acme.com"), "role": "user"})).collect();
    let mut seed = json!({"organization": {"id": ACME, "name": "Acme"}, "users": users});
    seed["users"].as_array_mut().unwrap().push(json!({"email": "ada@acme.com", "role": "admin"}));
    let lines: String = (leavers + 1..=12).map(|n| format!("  p{n:02}@acme.com: user\n")).collect();
    let text = format!(
        "bylaws: 1\norganization:\n  id: {ACME}\nmembers:\n  ada@acme.com: admin\n{lines}unlisted:\n  members: remove\n{guards}"
    );
    World::live(seed).file("bylaws.yaml", &text)
}

/// Returns the lines to paste from a refusal, under the key it names.
fn lines_to_paste(ran: &Ran) -> String {
    let (_, rest) =
        ran.out.split_once("if intended, add to `approve:` under `guards:`\n").expect("lines to paste");
    let mut lines = "    approve:\n".to_owned();
    for line in rest.lines() {
        lines += &format!("{line}\n");
        if line.trim_start().starts_with("reason:") {
            break;
        }
    }
    lines
}

#[test]
fn too_many_losses_are_refused_and_nothing_is_written() {
    let world = crowd(3, "");
    let ran = world.run("plan --out saved.json").ended(3);
    assert!(!world.has("saved.json"));
    world.run("apply --auto-approve").ended(3);
    world.untouched();
    shown("guard-access-loss", ran);
}

#[test]
fn a_refused_apply_prints_the_plan_as_its_one_document() {
    let ran = crowd(3, "").run("apply --auto-approve --format json").ended(3);
    let plan = ran.json();
    assert_eq!(
        (&plan["summary"]["refused"], &plan["changes"][0]["action"]),
        (&json!(true), &json!("remove"))
    );
}

#[test]
fn one_loss_of_twelve_passes() {
    let world = crowd(1, "");
    world.run("apply --auto-approve").ended(0);
    assert_eq!(world.emulator.state().users.len(), 12);
}

#[test]
fn the_lines_of_a_refusal_pasted_into_the_file_let_it_pass() {
    let world = crowd(3, "guards:\n");
    world.edit("guards:\n", "");
    let refused = world.run("plan").ended(3);
    let text = world.read("bylaws.yaml");
    world.write("bylaws.yaml", &format!("{text}guards:\n{}", lines_to_paste(&refused)));
    let ran = world.run("apply --auto-approve").ended(0);
    assert_eq!(world.emulator.state().users.len(), 10);
    shown("guard-approved", ran);
    shown("guard-approval-used-up", world.run("plan --detailed-exitcode").ended(0));
}

#[test]
fn an_expired_or_too_distant_approval_does_not_count() {
    for until in ["2026-11-20", "2027-06-01"] {
        let approve: String =
            (1..=3).map(|n| format!("        - remove member/p{n:02}@acme.com\n")).collect();
        let guards = format!(
            "guards:\n  approve:\n    - changes:\n{approve}      until: {until}\n      reason: tidy up\n"
        );
        let world = crowd(3, &guards);
        let ran = world.run("plan").ended(3);
        shown(&format!("guard-approval-until-{until}"), ran.out.split_once("Approvals (1)\n").unwrap().1);
    }
}

#[test]
fn a_guards_file_can_make_guards_stricter() {
    let world = crowd(1, "").file("strict.yaml", "bylaws: 1\nguards:\n  protect: [member/p01@acme.com]\n");
    world.run("plan").ended(0);
    shown("guard-file-stricter", world.run("plan --guards strict.yaml").ended(3));
    world.run("apply --auto-approve --guards strict.yaml").ended(3);
    world.untouched();
}

#[test]
fn a_guards_file_makes_nothing_looser() {
    let world =
        crowd(3, "").file("loose.yaml", "bylaws: 1\nguards:\n  access_loss: {max: 100, share: 100%}\n");
    world.run("plan --guards loose.yaml").ended(3);
}

#[test]
fn a_loosened_guard_is_shown_first_in_every_plan() {
    let world = crowd(3, "guards:\n  access_loss: {max: 500, share: 90%}\n");
    let ran = world.run("plan").ended(0);
    assert!(ran.out.lines().any(|line| line.starts_with("  ! guard loosened: `access_loss`")), "{ran}");
    shown("guard-loosened", ran);
}

#[test]
fn protected_objects_are_kept_despite_an_approval() {
    let guards = "guards:\n  protect: [member/p01@acme.com]\n  approve:\n    - changes: [remove member/p01@acme.com]\n      until: 2026-12-01\n      reason: mistake\n";
    let world = crowd(1, guards);
    shown("guard-protect", world.run("plan").ended(3));
    world.run("apply --auto-approve").ended(3);
    world.untouched();
}

#[test]
fn never_all_whatever_is_approved() {
    let approve: String = (1..=12).map(|n| format!("        - remove member/p{n:02}@acme.com\n")).collect();
    let guards = format!(
        "guards:\n  access_loss: {{max: 500, share: 100%}}\n  approve:\n    - changes:\n{approve}      until: 2026-12-01\n      reason: mistake\n"
    );
    let world = crowd(12, &guards);
    let ran = world.run("plan").ended(3);
    shown("guard-never-all", ran.out.split_once("Guards\n").unwrap().1);
}
