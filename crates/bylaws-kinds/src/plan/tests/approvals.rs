//! The states of approvals, and the changes that need one.

use super::world::{World, check};

#[track_caller]
fn states(files: &str, live: &str, expected: &[&str]) {
    let plan = World::new(files, live).plan();
    let states: Vec<&str> = plan.approvals.iter().map(|approval| approval.state.as_str()).collect();
    assert_eq!(states, expected, "{files}");
}

#[test]
fn each_approval_is_reported_with_its_state() {
    let live = "workspace old\nworkspace old2\nworkspace twice\nworkspace twice id=ws_2";
    states(
        "workspace old archived
         workspace gone archived
         workspace twice archived
         approve 2026-11-30 archive workspace/old
         approve 2026-11-30 archive workspace/gone
         approve 2026-11-30 archive workspace/old + archive workspace/gone
         approve 2026-11-20 archive workspace/old
         approve 2026-12-23 archive workspace/old
         approve 2026-11-30 archive workspace/twice
         approve 2026-11-30 remove workspace/twice/member/ada@x.org
         approve 2026-11-30 remove member/ada@x.org",
        live,
        &["in_use", "used_up", "in_use", "expired", "too_far_ahead", "pending", "pending", "names_nothing"],
    );
}

#[test]
fn an_approval_is_pending_only_while_its_own_change_is_blocked() {
    let files = "member ada user id=user_9\nmember bob user\nmembership lab ada workspace_user\nmembership lab bob workspace_billing";
    let live = "user bob user\nworkspace lab\nmemberships lab";
    for (pair, state) in [
        ("invite invite/ada@x.org", "pending"),
        ("remove workspace/lab/member/ada@x.org", "pending"),
        ("update workspace/lab/member/bob@x.org", "pending"),
        ("remove member/bob@x.org", "used_up"),
        ("archive workspace/lab", "used_up"),
    ] {
        states(&format!("{files}\napprove 2026-11-30 {pair}"), live, &[state]);
    }
}

#[test]
fn an_approval_that_matches_nothing_is_a_likely_typo() {
    let files =
        "member ada user\nmember left none\nworkspace lab id=ws_lab name=Lab_1\nkey lab ci active\nkeys -";
    let live = "user ada user\ninvite gone accepted user\nworkspace Lab_1 id=ws_lab\nworkspace old archived
        key lab ci active\nkey - ops archived";
    for (pair, state) in [
        ("archive workspace/labb", "names_nothing"),
        ("remove member/adda@x.org", "names_nothing"),
        ("revoke invite/adda@x.org", "names_nothing"),
        ("update workspace/lab/api_key/cii", "names_nothing"),
        ("update organization/api_key/opps", "names_nothing"),
        ("remove workspace/labb/member/ada@x.org", "names_nothing"),
        ("archive workspace/old + archive workspace/odl", "names_nothing"),
        // Already done: something has or had this address.
        ("archive workspace/old", "used_up"),
        ("archive workspace/ws_lab", "used_up"),
        ("update workspace/Lab%201", "used_up"),
        ("remove member/left@x.org", "used_up"),
        ("remove member/gone@x.org", "used_up"),
        ("update workspace/Lab%201/api_key/ci", "used_up"),
        // A label of the files is not the live name.
        ("update workspace/lab/api_key/ci", "names_nothing"),
        ("update organization/api_key/ops", "used_up"),
    ] {
        states(&format!("{files}\napprove 2026-11-30 {pair}"), live, &[state]);
    }
}

#[test]
fn inviting_somebody_back_needs_an_approval() {
    let live = "invite ada accepted user";
    check(
        "member ada developer\nmembership lab ada workspace_user",
        &format!("{live}\nworkspace lab"),
        "blocked member/ada@x.org: accepted an invite and is not a member now: they were removed or left; inviting them again needs an approval (approve: invite invite/ada@x.org)
         blocked workspace/lab/member/ada@x.org: `member/ada@x.org` is blocked",
    );
    check(
        "member ada developer\napprove 2026-11-30 invite invite/ada@x.org",
        live,
        "+ invite invite/ada@x.org role=developer [grant]",
    );
    for until in ["2026-11-20", "2026-12-23"] {
        let plan =
            World::new(&format!("member ada user\napprove {until} invite invite/ada@x.org"), live).plan();
        assert_eq!((plan.changes.len(), plan.blocked.len()), (0, 1), "{until}");
    }
}
