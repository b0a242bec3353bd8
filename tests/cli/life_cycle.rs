//! The life cycle of a person: absent, invited, member, workspace member. Whatever happens between two runs, nobody is
//! invited twice and no change oscillates.

use std::collections::BTreeSet;

use crate::ran::shown;
use crate::world::{ACME, World, acme};

#[test]
fn a_person_who_accepts_joins_workspaces_with_the_next_run() {
    let world = World::but("members:\n", "members:\n  kim@acme.com: developer\n");
    world.edit("      dev@acme.com: w", "      kim@acme.com: workspace_developer\n      dev@acme.com: w");
    let mut story = world.run("apply --auto-approve").ended(0).to_string();
    world.run("plan --detailed-exitcode").ended(0);
    world.accept("kim@acme.com");
    world.emulator.clear_ledger();
    story += &world.run("apply --auto-approve").ended(0).to_string();
    let kim =
        world.emulator.state().users.iter().find(|user| user.email == "kim@acme.com").unwrap().id.clone();
    assert_eq!(
        world.writes(),
        format!(
            "POST /v1/organizations/workspaces/wrkspc_lab/members {{\"user_id\":\"{kim}\",\"workspace_role\":\"workspace_developer\"}}\n"
        )
    );
    world.run("plan --detailed-exitcode").ended(0);
    shown("life-cycle", story.replace(&kim, "user_kim"));
}

#[test]
fn an_expired_invite_is_sent_once_more_and_then_blocked() {
    let world = World::but("members:\n", "members:\n  kim@acme.com: developer\n");
    for invites in [1, 2] {
        world.run("apply --auto-approve").ended(0);
        assert_eq!(world.emulator.state().invites.len(), invites);
        world.hours(22 * 24);
    }
    let ran = world.run("apply --auto-approve").ended(0);
    assert_eq!(world.emulator.state().invites.len(), 2);
    shown("life-cycle-never-accepted", ran.out);
}

/// A generator with the same numbers on every machine.
struct Dice(u64);

impl Dice {
    /// Returns a number from 0 up to, but not including, `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn random_events_between_runs_cause_no_second_invite_and_no_second_plan() {
    for seed in 1..=4 {
        let mut dice = Dice(seed);
        let newcomers = ["kim", "lou", "mia", "ned"];
        let lines: String = newcomers.iter().map(|name| format!("  {name}@acme.com: developer\n")).collect();
        let memberships: String =
            newcomers.iter().map(|name| format!("      {name}@acme.com: workspace_user\n")).collect();
        let world = World::live(acme()).file("bylaws.yaml", &format!(
            "bylaws: 1\norganization: {{id: {ACME}}}\nmembers:\n  ada@acme.com: admin\n  dev@acme.com: developer\n  eve@acme.com: {{role: developer, until: 2027-01-10}}\n  uma@acme.com: user\n{lines}workspaces:\n  lab:\n    members:\n      dev@acme.com: workspace_developer\n{memberships}unlisted: {{members: remove, workspace_members: remove}}\n"
        ));
        for round in 0..10 {
            let at = format!("seed {seed}, round {round}");
            let ran = world.run("apply --auto-approve");
            assert_eq!(ran.code, 0, "{at}: {ran}");
            let again = world.run("plan --detailed-exitcode");
            assert_eq!(again.code, 0, "{at}: {again}");
            let live = world.emulator.state();
            let pending: Vec<String> =
                live.invites.iter().filter(|i| i.status == "pending").map(|i| i.email.clone()).collect();
            assert_eq!(pending.iter().collect::<BTreeSet<_>>().len(), pending.len(), "{at}");
            assert!(pending.iter().all(|email| !live.users.iter().any(|user| user.email == *email)), "{at}");
            for email in pending {
                if dice.roll(3) == 0 {
                    world.accept(&email);
                }
            }
            world.hours(dice.roll(12 * 24));
            if dice.roll(4) == 0 {
                world.drift(|live| {
                    if let Some(user) = live.users.iter_mut().find(|user| user.role == "developer") {
                        "user".clone_into(&mut user.role);
                    }
                });
            }
        }
        let refused: Vec<_> = world.ledger().into_iter().filter(|entry| entry.status != Some(200)).collect();
        assert!(refused.is_empty(), "seed {seed}: {refused:?}");
    }
}
