//! Tests of apply against a scripted in-memory service.

mod at_once;
mod codes;
mod fresh;
mod service;

use service::{Script, run, run_full};

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
         skipped create workspace/lab/member/ada@x.org: the id of its workspace is not known yet",
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
                "send {send}\nfailed {change}: the answer shows `{field}` as unknown, but {wanted} was requested"
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
            "send Invite ada@x.org\nfailed invite invite/ada@x.org: {before} `invite_1`, which existed before the request"
        ),
    );
    run(
        "workspace lab\nworkspace ops",
        "workspace ops",
        Script::default().answer("CreateWorkspace lab", "listed"),
        &format!(
            "send CreateWorkspace lab\nfailed create workspace/lab: {before} `ws_ops`, which existed before the request"
        ),
    );
}

const FOUND: &str = "the answer was lost; the list shows that it was done";

#[test]
fn a_lost_create_is_looked_up_before_it_is_sent_again() {
    let ada = "Invite ada@x.org";
    let go = |words: &str, lag: u64, expected: &str| {
        run("member ada user", "", Script::default().answer(ada, words).lag(lag), expected);
    };
    go("lost_done", 0, &format!("send Invite ada@x.org\ndone invite invite/ada@x.org: {FOUND}"));
    go("lost ok", 0, "send Invite ada@x.org\nsend Invite ada@x.org\ndone invite invite/ada@x.org");
    // The list lags behind: it is read for 20 seconds.
    go("lost_done", 15, &format!("send Invite ada@x.org\ndone invite invite/ada@x.org: {FOUND}"));
    // It lags for longer: the second attempt finds what the first one created.
    go(
        "lost_done already",
        30,
        &format!("send Invite ada@x.org\nsend Invite ada@x.org\ndone invite invite/ada@x.org: {FOUND}"),
    );
    go(
        "lost already",
        0,
        "send Invite ada@x.org\nsend Invite ada@x.org\nfailed invite invite/ada@x.org: already",
    );
    go(
        "lost refused",
        0,
        "send Invite ada@x.org\nsend Invite ada@x.org\nfailed invite invite/ada@x.org: refused",
    );
    run(
        "member ada user",
        "",
        Script::default().answer(ada, "lost").reads("refused"),
        "send Invite ada@x.org\nunknown invite invite/ada@x.org: lost",
    );
}

#[test]
fn a_lost_workspace_is_searched_for_a_minute_because_names_are_not_unique() {
    for (lag, sent) in [(0, 1), (20, 1), (59, 1)] {
        let script = Script::default().answer("CreateWorkspace lab", "lost_done").lag(lag);
        let sent = "send CreateWorkspace lab\n".repeat(sent);
        run("workspace lab", "", script, &format!("{sent}done create workspace/lab: {FOUND}"));
    }
}

#[test]
fn a_lookup_that_stops_the_run_stops_it() {
    let ada = "Invite ada@x.org";
    run(
        "member ada user\nmember bob user",
        "",
        Script::default().answer(ada, "lost").reads("stop"),
        "send Invite ada@x.org
         unknown invite invite/ada@x.org: lost
         skipped invite invite/bob@x.org: stop
         stopped: stop",
    );
}

#[test]
fn a_lost_write_is_given_up_after_eight_attempts() {
    for (files, live, request, change) in [
        ("workspace lab", "", "CreateWorkspace lab", "create workspace/lab"),
        ("member ada user", "", "Invite ada@x.org", "invite invite/ada@x.org"),
        ("member ada developer", "user ada user", "SetRole user_ada", "update member/ada@x.org"),
    ] {
        let script = Script::default().answer(request, &["lost"; 9].join(" "));
        let tries = format!("send {request}\n").repeat(8);
        run(files, live, script, &format!("{tries}unknown {change}: lost"));
        // A wait that is too long is not waited for.
        let script = Script::default().answer(request, "gave_up");
        run(files, live, script, &format!("send {request}\nunknown {change}: gave_up"));
    }
}

#[test]
fn a_lost_change_is_looked_up_before_it_is_sent_again() {
    let ada = "SetRole user_ada";
    for (script, expected) in [
        (Script::default().answer(ada, "lost ok"), "send SetRole user_ada\nsend SetRole user_ada\ndone update member/ada@x.org".to_owned()),
        (Script::default().answer(ada, "lost_done"), format!("send SetRole user_ada\ndone update member/ada@x.org: {FOUND}")),
        (
            Script::default().answer(ada, "lost ok").edited_after(ada, ada, "billing"),
            "send SetRole user_ada
             failed update member/ada@x.org: changed after the plan was made: `role` is now billing, but the plan saw user"
                .to_owned(),
        ),
    ] {
        run("member ada developer", "user ada user", script, &expected);
    }
    run(
        "member ada none\nmember bob user",
        "user ada user\nuser bob user",
        Script::default().answer("RemoveMember user_ada", "lost_done"),
        &format!("send RemoveMember user_ada\ndone remove member/ada@x.org: {FOUND}"),
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

const DOUBT: &str = "the service knows ada@x.org, but its lists do not show this address, so nobody is \
                     removed for being unlisted; look up in the Console under which address this person is \
                     listed";

#[test]
fn an_address_missing_from_the_lists_stops_only_removals_of_unlisted_members() {
    run(
        "unlisted members remove
         member ada user\nmember bob user\nmember root user\nmember dee developer
         member cy none\nmember exp user until=2026-11-01\nmember eve billing",
        "user root user\nuser dee user\nuser cy user\nuser exp user\nuser un user
         invite eve pending user\ninvite uninvited pending user",
        Script::default().answer("Invite ada@x.org", "already"),
        &format!(
            "send Invite ada@x.org
             send Invite bob@x.org
             send RemoveMember user_cy
             send RemoveMember user_exp
             send Revoke invite_1
             send Invite eve@x.org
             send SetRole user_dee
             failed invite invite/ada@x.org: already
             done invite invite/bob@x.org
             done remove member/cy@x.org
             done remove member/exp@x.org
             skipped remove member/un@x.org: {DOUBT}
             done revoke invite/eve@x.org
             skipped revoke invite/uninvited@x.org: {DOUBT}
             done invite invite/eve@x.org
             done update member/dee@x.org"
        ),
    );
}

#[test]
fn workspace_memberships_are_kept_too_while_an_address_is_in_doubt() {
    run(
        "unlisted workspace_members remove
         member ada user\nmember root user\nmember dee user
         workspace lab\nmembership lab root workspace_user\nmembership lab dee none",
        "user root user\nuser dee user\nworkspace lab
         membership lab root workspace_user\nmembership lab dee workspace_user\nmembership lab un workspace_user\nuser un user",
        Script::default().answer("Invite ada@x.org", "already"),
        &format!(
            "send Invite ada@x.org
             send RemoveWorkspaceMember user_dee in ws_lab
             failed invite invite/ada@x.org: already
             done remove workspace/lab/member/dee@x.org
             skipped remove workspace/lab/member/un@x.org: {DOUBT}"
        ),
    );
}

#[test]
fn an_invite_sent_by_others_in_the_meantime_causes_no_doubt() {
    let files = "unlisted members remove\nmember ada user\nmember root user";
    let live = "user root user\nuser un user";
    for (word, outcome) in [
        ("same", "done invite invite/ada@x.org: already as wanted; nothing was sent"),
        (
            "billing",
            "failed invite invite/ada@x.org: was created after the plan was made: its `role` is billing, but the plan wants user",
        ),
    ] {
        run(
            files,
            live,
            Script::default().answer("Invite ada@x.org", "already").edited("Invite ada@x.org", word),
            &format!(
                "send Invite ada@x.org\nsend RemoveMember user_un\n{outcome}\ndone remove member/un@x.org"
            ),
        );
    }
}

#[test]
fn an_existing_workspace_member_causes_no_doubt() {
    let add = "AddWorkspaceMember user_ada in ws_lab";
    let go = |script: Script, outcome: &str| {
        run(
            "membership lab ada workspace_user\nmembership lab bob none\nmembership lab cy workspace_user",
            "user ada user\nuser bob user\nuser cy user\nworkspace lab\nmembership lab bob workspace_user\nmembership lab cy workspace_user",
            script.answer(add, "already"),
            &format!(
                "send AddWorkspaceMember user_ada in ws_lab
                 send RemoveWorkspaceMember user_bob in ws_lab
                 {outcome}
                 done remove workspace/lab/member/bob@x.org"
            ),
        );
    };
    go(Script::default(), "failed create workspace/lab/member/ada@x.org: already");
    go(
        Script::default().edited(add, "same"),
        "done create workspace/lab/member/ada@x.org: already as wanted; nothing was sent",
    );
    go(
        Script::default().edited(add, "workspace_admin"),
        "failed create workspace/lab/member/ada@x.org: was created after the plan was made: its \
         `workspace_role` is workspace_admin, but the plan wants workspace_user",
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
