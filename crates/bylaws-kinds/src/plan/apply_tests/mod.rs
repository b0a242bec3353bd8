//! Tests of apply against a scripted in-memory service.

mod at_once;
mod codes;
mod doubt;
mod fresh;
mod lost;
mod run;
mod service;

use run::{run, run_full};
use service::Script;

const INVITES: &str = "member ada user\nmember bob user\nmember root user";

#[test]
fn everything_is_sent_in_plan_order() {
    run(
        "member ada developer\nmembership lab ada workspace_user\nworkspace ops color=#222222\nkey - ci inactive",
        "user ada user\nworkspace ops\nkey - ci active\nkey - x active",
        Script::default(),
        "send SetKeyStatus key_ci
         send CreateWorkspace lab
         send UpdateWorkspace ws_ops
         send SetRole user_ada
         send AddWorkspaceMember user_ada in ws_lab
         done update organization/api_key/ci
         done create workspace/lab
         done update workspace/ops
         done update member/ada@x.org
         done create workspace/lab/member/ada@x.org",
    );
}

#[test]
fn a_failure_stops_only_what_depends_on_it() {
    run(
        "member ada developer\nmember bob user\nmembership lab ada workspace_user\nmembership lab bob workspace_user",
        "user ada user\nuser bob user\nworkspace lab\nmemberships lab",
        Script::default().answer("SetRole user_ada", "refused"),
        "send SetRole user_ada
         send AddWorkspaceMember user_bob in ws_lab
         failed update member/ada@x.org: refused
         skipped create workspace/lab/member/ada@x.org: depends on `update member/ada@x.org`, which was not done
         done create workspace/lab/member/bob@x.org",
    );
}

#[test]
fn a_create_without_an_id_skips_its_memberships() {
    run(
        "member ada user\nmembership lab ada workspace_user",
        "user ada user",
        Script::default().answer("CreateWorkspace lab", "without_id"),
        "send CreateWorkspace lab
         done create workspace/lab
         skipped create workspace/lab/member/ada@x.org: the id of `workspace/lab` is not known yet",
    );
}

#[test]
fn an_answer_that_does_not_show_what_was_requested_is_a_failure() {
    for (files, live, send, change, field, wanted) in [
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "role",
            "developer",
        ),
        ("member ada user", "", "Invite ada@x.org", "invite invite/ada@x.org", "role", "user"),
        (
            "key - k inactive\nkey - l active",
            "key - k active\nkey - l active",
            "SetKeyStatus key_k",
            "update organization/api_key/k",
            "status",
            "inactive",
        ),
        (
            "workspace lab color=#222222",
            "workspace lab",
            "UpdateWorkspace ws_lab",
            "update workspace/lab",
            "display_color",
            "#222222",
        ),
        ("workspace lab", "", "CreateWorkspace lab", "create workspace/lab", "name", "lab"),
        (
            "membership lab ada workspace_user",
            "user ada user\nworkspace lab",
            "AddWorkspaceMember user_ada in ws_lab",
            "create workspace/lab/member/ada@x.org",
            "workspace_role",
            "workspace_user",
        ),
    ] {
        run(
            files,
            live,
            Script::default().answer(send, "empty"),
            &format!(
                "send {send}\nfailed {change}: the answer shows `{field}` as unknown, but `{wanted}` was requested"
            ),
        );
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of every kind of write")]
fn an_answer_about_another_object_is_a_failure() {
    let membership = "user ada user\nworkspace lab\nmembership lab ada workspace_user";
    let invited = "user b user\ninvite c pending user";
    for (files, live, send, change, word, field, asked) in [
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "other",
            "id",
            "user_ada",
        ),
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "email",
            "email",
            "ada@x.org",
        ),
        (
            "member ada none\nmember b user",
            "user ada user\nuser b user",
            "RemoveMember user_ada",
            "remove member/ada@x.org",
            "other",
            "id",
            "user_ada",
        ),
        ("member ada user", "", "Invite ada@x.org", "invite invite/ada@x.org", "email", "email", "ada@x.org"),
        (
            "member b user\nmember c none",
            invited,
            "Revoke invite_1",
            "revoke invite/c@x.org",
            "other",
            "id",
            "invite_1",
        ),
        (
            "workspace lab color=#222222",
            "workspace lab",
            "UpdateWorkspace ws_lab",
            "update workspace/lab",
            "other",
            "id",
            "ws_lab",
        ),
        (
            "workspace lab color=#222222",
            "workspace lab",
            "UpdateWorkspace ws_lab",
            "update workspace/lab",
            "name",
            "name",
            "lab",
        ),
        (
            "membership lab ada workspace_user",
            "user ada user\nworkspace lab",
            "AddWorkspaceMember user_ada in ws_lab",
            "create workspace/lab/member/ada@x.org",
            "workspace_id",
            "workspace_id",
            "ws_lab",
        ),
        (
            "membership lab ada workspace_user",
            "user ada user\nworkspace lab",
            "AddWorkspaceMember user_ada in ws_lab",
            "create workspace/lab/member/ada@x.org",
            "other",
            "user_id",
            "user_ada",
        ),
        (
            "membership lab ada workspace_developer",
            membership,
            "SetWorkspaceRole user_ada in ws_lab",
            "update workspace/lab/member/ada@x.org",
            "workspace_id",
            "workspace_id",
            "ws_lab",
        ),
        (
            "key - k inactive\nkey - l active",
            "key - k active\nkey - l active",
            "SetKeyStatus key_k",
            "update organization/api_key/k",
            "other",
            "id",
            "key_k",
        ),
        (
            "key - k inactive\nkey - l active",
            "key - k active\nkey - l active",
            "SetKeyStatus key_k",
            "update organization/api_key/k",
            "name",
            "name",
            "k",
        ),
    ] {
        let told = if word == "other" { "another" } else { "another@x.org" };
        run(
            files,
            live,
            Script::default().answer(send, word),
            &format!(
                "send {send}\nfailed {change}: the answer is about another object: its `{field}` is \
                 `{told}`, but `{asked}` was requested"
            ),
        );
    }
}

#[test]
fn a_create_answered_with_an_existing_object_is_a_failure() {
    let before = "the answer is about another object: its `id` is";
    run(
        "member ada user\nmember b user\nmember c user",
        "user b user\ninvite c pending user",
        Script::default().answer("Invite ada@x.org", "listed"),
        &format!(
            "send Invite ada@x.org\nfailed invite invite/ada@x.org: {before} `invite_1`, which another object has already"
        ),
    );
    run(
        "workspace lab\nworkspace ops",
        "workspace ops",
        Script::default().answer("CreateWorkspace lab", "listed"),
        &format!(
            "send CreateWorkspace lab\nfailed create workspace/lab: {before} `ws_ops`, which another object has already"
        ),
    );
}

#[test]
fn a_change_refused_for_capacity_is_retried_once_after_some_was_freed() {
    let live = "user root user\nuser bob user";
    let removal = "member ada user\nmember root user\nmember bob none";
    run(
        removal,
        live,
        Script::default().answer("Invite ada@x.org", "capacity ok"),
        "send Invite ada@x.org
         send RemoveMember user_bob
         send Invite ada@x.org
         done invite invite/ada@x.org
         done remove member/bob@x.org",
    );
    run(
        removal,
        live,
        Script::default().answer("Invite ada@x.org", "capacity capacity"),
        "send Invite ada@x.org
         send RemoveMember user_bob
         send Invite ada@x.org
         failed invite invite/ada@x.org: capacity
         done remove member/bob@x.org",
    );
    run(
        removal,
        live,
        Script::default().answer("Invite ada@x.org", "capacity").answer("RemoveMember user_bob", "refused"),
        "send Invite ada@x.org
         send RemoveMember user_bob
         failed invite invite/ada@x.org: capacity
         failed remove member/bob@x.org: refused",
    );
    run(
        "member ada user\nkey - k active\napprove 2026-11-30 update organization/api_key/k",
        "key - k inactive",
        Script::default().answer("Invite ada@x.org", "capacity"),
        "send Invite ada@x.org
         send SetKeyStatus key_k
         failed invite invite/ada@x.org: capacity
         done update organization/api_key/k",
    );
}

#[test]
fn a_dependent_of_a_second_attempt_is_sent_after_it() {
    run(
        "workspace old archived\napprove 2026-11-30 archive workspace/old\nmembership lab ada workspace_user",
        "user ada user\nworkspace old",
        Script::default().answer("CreateWorkspace lab", "capacity ok"),
        "send CreateWorkspace lab
         send ArchiveWorkspace ws_old
         send CreateWorkspace lab
         send AddWorkspaceMember user_ada in ws_lab
         done create workspace/lab
         done create workspace/lab/member/ada@x.org
         done archive workspace/old",
    );
}

#[test]
fn a_run_that_stops_before_the_second_attempt_keeps_the_first_answer() {
    let live = "user root user\nuser bob user\nuser cy user";
    let files = "member ada user\nmember root user\nmember bob none\nmember cy developer";
    let script =
        || Script::default().answer("Invite ada@x.org", "capacity").answer("SetRole user_cy", "stop");
    run(
        files,
        live,
        script(),
        "send Invite ada@x.org
         send RemoveMember user_bob
         send SetRole user_cy
         failed invite invite/ada@x.org: capacity
         done remove member/bob@x.org
         failed update member/cy@x.org: stop
         stopped: stop",
    );
    // The watch stops the run just before the second attempt.
    run_full(
        "member ada user\nmember root user\nmember bob none",
        live,
        Script::default().answer("Invite ada@x.org", "capacity"),
        3,
        true,
        "send Invite ada@x.org
         send RemoveMember user_bob
         failed invite invite/ada@x.org: capacity
         done remove member/bob@x.org
         stopped: the journal is full",
    );
}

#[test]
fn an_invite_accepted_in_the_meantime_is_not_sent_again() {
    let accepted = "skipped revoke invite/ada@x.org: the invite was accepted before it could be revoked; the next plan will treat the person as a member
         skipped invite invite/ada@x.org: the invite has been accepted in the meantime";
    let revoke = "Revoke invite_1";
    // The service refuses to revoke it.
    run(
        "member ada developer",
        "invite ada pending user",
        Script::default().answer(revoke, "missing").edited_after(revoke, revoke, "accepted"),
        &format!("send Revoke invite_1\n{accepted}"),
    );
    // The list shows it before anything is sent.
    run(
        "member ada developer",
        "invite ada pending user",
        Script::default().aged(11).edited(revoke, "accepted"),
        accepted,
    );
    for gone in ["deleted", "expired", "gone"] {
        run(
            "member ada developer",
            "invite ada pending user",
            Script::default().answer(revoke, "missing").edited_after(revoke, revoke, gone),
            "send Revoke invite_1
             send Invite ada@x.org
             done revoke invite/ada@x.org: already removed
             done invite invite/ada@x.org",
        );
    }
}

#[test]
fn a_refused_credential_stops_the_run() {
    run(
        INVITES,
        "user root user",
        Script::default().answer("Invite ada@x.org", "stop"),
        "send Invite ada@x.org
         failed invite invite/ada@x.org: stop
         skipped invite invite/bob@x.org: stop
         stopped: stop",
    );
}

#[test]
fn a_watch_that_cannot_write_stops_the_run_before_the_next_change() {
    run_full(
        INVITES,
        "user root user",
        Script::default(),
        1,
        false,
        "skipped invite invite/ada@x.org: the journal is full
         skipped invite invite/bob@x.org: the journal is full
         stopped: the journal is full",
    );
    run_full(
        INVITES,
        "user root user",
        Script::default(),
        2,
        false,
        "send Invite ada@x.org
         done invite invite/ada@x.org
         skipped invite invite/bob@x.org: the journal is full
         stopped: the journal is full",
    );
}
