//! What the controller sends and what it holds: first start, commits, drift, what is due.

use serde_json::json;

use crate::site::Site;

/// Uma got another role in the Console, and Eve left `lab`.
fn drifted() -> Site {
    let site = Site::acme("mode: apply");
    drift(&site);
    site
}

fn drift(site: &Site) {
    site.world.drift(|live| live.workspace_members.retain(|member| member.user_id != "user_eve"));
    site.console_role("developer");
}

#[test]
fn a_first_start_over_a_drifted_organization_writes_nothing_until_somebody_approves() {
    let site = drifted();
    site.writes_nothing("Held");
    site.writes_nothing("Held");
    assert_eq!(
        site.held(),
        "update member/uma@acme.com (baseline)\ncreate workspace/lab/member/eve@acme.com (baseline)\n"
    );
    assert!(site.status()["baseline"].is_null());
    site.approve();
    site.once().ended(0);
    assert_eq!(
        site.world.writes(),
        "POST /v1/organizations/users/user_uma {\"role\":\"user\"}\nPOST \
         /v1/organizations/workspaces/wrkspc_lab/members {\"user_id\":\"user_eve\",\"workspace_role\":\"workspace_user\"}\n"
    );
    assert_eq!(site.reason(), "Applied");
    let status = site.status();
    assert_eq!(status["baseline"], status["revision"]);
    site.writes_nothing("InSync");
}

#[test]
fn lost_state_is_a_first_start() {
    let site = Site::settled("mode: apply");
    site.world.remove("state");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.writes_nothing("Held");
}

#[test]
fn another_source_is_a_first_start() {
    let site = Site::settled("mode: apply");
    site.world.git("-C remote branch other");
    let text = site.world.read("controller.yaml").replace("remote\"}", "remote\", branch: other}");
    site.world.write("controller.yaml", &text);
    site.world.drift(|live| live.users.retain(|user| user.id != "user_uma"));
    site.writes_nothing("Held");
}

#[test]
fn a_commit_is_applied_in_the_next_round() {
    let site = Site::settled("mode: apply");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.once().ended(0);
    assert_eq!(site.world.writes(), "POST /v1/organizations/users/user_uma {\"role\":\"developer\"}\n");
    assert_eq!(site.reason(), "Applied");
    site.writes_nothing("InSync");
}

#[test]
fn mode_plan_shows_a_commit_and_sends_nothing() {
    let site = Site::settled("mode: plan");
    site.edit("uma@acme.com: user", "uma@acme.com: developer");
    site.writes_nothing("Pending").ended(2);
    let status = site.status();
    assert_eq!(
        (&status["ready"], &status["in_sync"], &status["changes"]),
        (&json!("True"), &json!("False"), &json!(1))
    );
    let approve = format!("controller approve acme {}", status["fingerprint"].as_str().unwrap());
    assert!(site.world.run(&approve).ended(1).err.contains("`mode: plan` sends nothing"));
    site.writes_nothing("Pending");
}

#[test]
fn edits_in_the_console_are_held_and_named_and_a_grant_of_a_new_commit_is_sent() {
    let site = Site::settled("mode: apply");
    site.world.drift(|live| {
        live.workspace_members.retain(|member| member.user_id != "user_eve");
        "inactive".clone_into(&mut live.api_keys[0].status);
    });
    site.console_role("developer");
    site.world.drift_json(|live| {
        let zoe = json!({"id": "user_zoe", "email": "zoe@acme.com", "role": "user"});
        live["users"].as_array_mut().unwrap().push(zoe);
    });
    site.edit("dev@acme.com: workspace_developer", "dev@acme.com: workspace_admin");
    site.once().ended(0);
    assert_eq!(
        site.world.writes(),
        "POST /v1/organizations/workspaces/wrkspc_lab/members/user_dev {\"workspace_role\":\"workspace_admin\"}\n"
    );
    assert_eq!(site.reason(), "Held");
    assert_eq!(
        site.held(),
        "remove member/zoe@acme.com (drift)\nupdate member/uma@acme.com (drift)\ncreate workspace/lab/member/eve@acme.com (drift)\nupdate workspace/lab/api_key/ci (approval)\n"
    );
    // The next rounds leave it so.
    site.writes_nothing("Held");
    assert!(site.once().ended(0).out.contains("held remove member/zoe@acme.com, user (drift)"));
}

#[test]
fn an_accepted_invite_gets_its_membership_within_two_rounds() {
    let site = Site::settled("mode: apply");
    site.edit("  uma@acme.com: user\n", "  uma@acme.com: user\n  new@acme.com: user\n");
    site.edit(
        "      eve@acme.com: workspace_user\n",
        "      eve@acme.com: workspace_user\n      new@acme.com: workspace_user\n",
    );
    site.once().ended(0);
    assert_eq!(site.world.written().len(), 1, "{}", site.world.writes());
    site.writes_nothing("InSync");
    site.world.accept("new@acme.com");
    site.world.emulator.clear_ledger();
    site.once().ended(0);
    assert!(
        site.world.state().contains(&"membership lab new@acme.com workspace_user".to_owned()),
        "{:?}",
        site.world.state()
    );
    site.writes_nothing("InSync");
}

#[test]
fn a_membership_is_removed_in_the_round_after_its_last_day() {
    let site = Site::settled("mode: apply");
    site.edit("  uma@acme.com: user\n", "  uma@acme.com: {role: user, until: 2026-11-22}\n");
    site.writes_nothing("InSync");
    site.world.hours(24);
    site.writes_nothing("InSync");
    site.world.hours(24);
    site.once().ended(0);
    assert_eq!(site.world.writes(), "DELETE /v1/organizations/users/user_uma\n");
    assert_eq!(site.reason(), "Applied");
}

#[test]
fn a_rival_that_undoes_each_change_is_not_fought() {
    let site = Site::settled("mode: apply\ndrift: apply");
    let rival = |site: &Site| drift(site);
    let mut writes = Vec::new();
    for hour in 0..12 {
        rival(&site);
        site.world.emulator.clear_ledger();
        site.once().ended(0);
        writes.extend(site.world.written().into_iter().map(|entry| (hour, entry.path)));
        site.world.hours(1);
    }
    // Uma's role and Eve's membership, once each.
    assert_eq!(writes.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [0, 0], "{writes:?}");
    assert!(site.held().contains("(undone)"), "{}", site.held());
    site.world.hours(13);
    site.world.emulator.clear_ledger();
    site.once().ended(0);
    assert_eq!(site.world.written().len(), 2, "a day later they are sent again: {}", site.world.writes());
}

#[test]
fn a_class_under_hold_waits_even_if_a_commit_asks_for_it() {
    let site = Site::settled("mode: apply\nhold: [access_loss]");
    site.edit("  uma@acme.com: user\n", "");
    site.writes_nothing("Held").ended(0);
    assert_eq!(site.held(), "remove member/uma@acme.com (access_loss)\n");
    site.approve();
    site.once().ended(0);
    assert_eq!(site.world.writes(), "DELETE /v1/organizations/users/user_uma\n");
}

#[test]
fn a_rival_that_withdraws_an_invite_causes_no_second_one_within_a_day() {
    let site = Site::settled("mode: apply\ndrift: apply");
    site.edit("  uma@acme.com: user\n", "  uma@acme.com: user\n  new@acme.com: user\n");
    for _ in 0..8 {
        site.once().ended(0);
        site.world.drift(|live| live.invites.clear());
        site.world.hours(2);
    }
    let invites = site.world.written().into_iter().filter(|entry| entry.path.ends_with("/invites")).count();
    assert_eq!(invites, 1, "{}", site.world.writes());
    assert_eq!(site.reason(), "Held");
}

/// An edit in the Console, and what is held because of it.
type Edit = (fn(&mut bylaws_emulator::Seed), &'static str);

#[test]
fn each_edit_in_the_console_is_held_and_named() {
    let edits: [Edit; 4] = [
        (|live| live.users.retain(|user| user.id != "user_uma"), "invite invite/uma@acme.com (drift)\n"),
        (
            |live| live.workspace_members.retain(|member| member.user_id != "user_eve"),
            "create workspace/lab/member/eve@acme.com (drift)\n",
        ),
        (
            |live| "inactive".clone_into(&mut live.api_keys[0].status),
            "update workspace/lab/api_key/ci (approval)\n",
        ),
        (
            |live| "workspace_admin".clone_into(&mut live.workspace_members[0].workspace_role),
            "update workspace/lab/member/eve@acme.com (drift)\n",
        ),
    ];
    for (edit, held) in edits {
        let site = Site::settled("mode: apply");
        site.world.drift(edit);
        for _ in 0..2 {
            site.writes_nothing("Held");
            assert_eq!(site.held(), held);
        }
        // An unrelated commit does not undo it either.
        site.edit("dev@acme.com: workspace_developer", "dev@acme.com: workspace_admin");
        site.world.emulator.clear_ledger();
        site.once().ended(0);
        assert_eq!(site.world.written().len(), 1, "{}", site.world.writes());
        assert_eq!((site.reason().as_str(), site.held().as_str()), ("Held", held));
    }
}
