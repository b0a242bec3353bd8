//! `Approved::only`: fewer changes, and never more than the guards let through.

use super::shown;
use super::world::{World, same};

#[track_caller]
fn without(files: &str, live: &str, dropped: &[&str], expected: &str) {
    let plan = World::new(files, live).plan();
    for id in dropped {
        assert!(plan.changes.iter().any(|change| change.id.as_str() == *id), "no {id}");
    }
    let approved = plan.approve().expect("no guard refuses");
    let narrowed = approved.only(|change| !dropped.contains(&change.id.as_str()));
    let lines: Vec<String> = narrowed.plan().changes.iter().map(shown::change).collect();
    same(&lines.join("\n"), expected);
}

#[test]
fn what_depends_on_a_dropped_change_is_dropped() {
    without(
        "member ada developer\nmember bob user\nseat lab ada workspace_user\nseat lab bob workspace_user",
        "user ada user\nuser bob user",
        &["create workspace/lab"],
        "~ update member/ada@x.org role=user → role=developer [raise]",
    );
    without(
        "member ada developer\nmember bob user\nseat lab ada workspace_user\nseat lab bob workspace_user",
        "user ada user\nuser bob user\nworkspace lab\nseats lab",
        &["update member/ada@x.org"],
        "+ create workspace/lab/member/bob@x.org workspace_role=workspace_user [grant]",
    );
}

#[test]
fn an_invite_sent_anew_stands_or_falls_as_one() {
    for dropped in ["invite invite/ada@x.org", "revoke invite/ada@x.org"] {
        without("member ada developer", "invite ada pending user", &[dropped], "");
    }
}

#[test]
fn nobody_leaves_a_workspace_that_nobody_enters() {
    let files = "access_loss 9 100%\nunlisted members ignore\nseat lab ada none\nseat lab bob workspace_user\nseat ops ada none";
    let live = "user ada user\nuser bob user\nuser cy user\nworkspace lab\nworkspace ops
        seat lab ada workspace_user\nseat ops ada workspace_user\nseat ops cy workspace_user";
    without(
        files,
        live,
        &["create workspace/lab/member/bob@x.org"],
        "- remove workspace/ops/member/ada@x.org [access_loss]",
    );
    without(
        files,
        live,
        &["remove workspace/ops/member/ada@x.org"],
        "+ create workspace/lab/member/bob@x.org workspace_role=workspace_user [grant]
         - remove workspace/lab/member/ada@x.org [access_loss]",
    );
    without(
        "access_loss 9 100%\nmember ada none\nmember bob user\nseat lab bob workspace_user\nunlisted members ignore",
        "user ada user\nuser bob user\nuser cy user\nworkspace lab\nseat lab ada workspace_user",
        &["create workspace/lab/member/bob@x.org"],
        "",
    );
}
