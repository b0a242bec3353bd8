//! `Plan::narrowed`: fewer changes, and the guards check the rest.

use bylaws_engine::guard_results::GuardOutcome;
use bylaws_engine::{GuardKind, Plan};

use super::shown;
use super::world::{World, same};

fn narrowed(files: &str, live: &str, dropped: &[&str]) -> Plan {
    let world = World::new(files, live);
    let plan = world.plan();
    for id in dropped {
        assert!(plan.changes.iter().any(|change| change.id.as_str() == *id), "no {id}");
    }
    plan.narrowed(|change| !dropped.contains(&change.id.as_str()))
}

#[track_caller]
fn without(files: &str, live: &str, dropped: &[&str], expected: &str) {
    let narrowed = narrowed(files, live, dropped);
    assert!(!narrowed.is_refused(), "{:?}", narrowed.guards);
    let lines: Vec<String> = narrowed.changes.iter().map(shown::change).collect();
    same(&lines.join("\n"), expected);
}

#[test]
fn dependents_of_a_dropped_change_are_dropped() {
    without(
        "member ada developer\nmember bob user\nmembership lab ada workspace_user\nmembership lab bob workspace_user",
        "user ada user\nuser bob user",
        &["create workspace/lab"],
        "~ update member/ada@x.org role=user → role=developer [raise]",
    );
    without(
        "member ada developer\nmember bob user\nmembership lab ada workspace_user\nmembership lab bob workspace_user",
        "user ada user\nuser bob user\nworkspace lab\nmemberships lab",
        &["update member/ada@x.org"],
        "+ create workspace/lab/member/bob@x.org workspace_role=workspace_user [grant]",
    );
}

#[test]
fn an_invite_sent_again_is_kept_or_dropped_with_its_revocation() {
    for dropped in ["invite invite/ada@x.org", "revoke invite/ada@x.org"] {
        without("member ada developer", "invite ada pending user", &[dropped], "");
    }
}

#[test]
fn losses_without_the_gains_that_refill_a_workspace_are_refused() {
    let files = "access_loss 9 100%\nunlisted members ignore\nmembership lab ada none\nmembership lab bob workspace_user\nmembership ops ada none";
    let live = "user ada user\nuser bob user\nuser cy user\nworkspace lab\nworkspace ops
        membership lab ada workspace_user\nmembership ops ada workspace_user\nmembership ops cy workspace_user";
    let entered = "create workspace/lab/member/bob@x.org";
    let plan = narrowed(files, live, &[entered]);
    let refused: Vec<_> =
        plan.guards.iter().filter(|result| result.ruling == GuardOutcome::Refused).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(refused[0].guard, GuardKind::AccessLoss);
    assert!(refused[0].reason.as_str().contains("workspace/lab"), "{}", refused[0].reason);
    // Without the loss, or with both, nothing is emptied.
    assert!(!narrowed(files, live, &[entered, "remove workspace/lab/member/ada@x.org"]).is_refused());
    assert!(!narrowed(files, live, &["remove workspace/ops/member/ada@x.org"]).is_refused());
}

#[test]
fn dropped_changes_are_not_checked_by_guards() {
    let live = "user ada user\nuser bob user\nuser cy user\nuser dan user";
    let files = "member ada developer\nmember bob none\nmember cy none\nmember dan user";
    assert!(World::new(files, live).plan().is_refused());
    without(
        files,
        live,
        &["remove member/bob@x.org", "remove member/cy@x.org"],
        "~ update member/ada@x.org role=user → role=developer [raise]",
    );
    // One of four may lose access.
    assert!(!narrowed(files, live, &["remove member/bob@x.org"]).is_refused());
    assert!(narrowed(files, live, &["update member/ada@x.org"]).is_refused());
}

#[test]
fn only_side_effects_of_kept_changes_are_listed() {
    let files = "access_loss 9 100%\nmember ada none\nmember bob none\nmember cy user\nmemberships lab\nunlisted members ignore";
    let live = "user ada user\nuser bob user\nuser cy user\nworkspace lab\nmembership lab ada workspace_user\nmembership lab bob workspace_user\nmembership lab cy workspace_user";
    let addresses =
        |plan: &Plan| plan.consequences.iter().map(|item| item.address.to_string()).collect::<Vec<_>>();
    assert_eq!(addresses(&narrowed(files, live, &[])), ["member/ada@x.org", "member/bob@x.org"]);
    assert_eq!(addresses(&narrowed(files, live, &["remove member/bob@x.org"])), ["member/ada@x.org"]);
    assert!(
        addresses(&narrowed(files, live, &["remove member/ada@x.org", "remove member/bob@x.org"])).is_empty()
    );
}
