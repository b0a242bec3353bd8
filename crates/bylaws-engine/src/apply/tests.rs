//! Tests of apply against a service that answers by a script.

mod service;

use service::{Script, run, run_watched};

const INVITES: &str = "member ada user\nmember bob user\nmember root user";

#[test]
fn everything_is_sent_in_the_order_of_the_plan() {
    run(
        "member ada developer\nseat lab ada workspace_user\nworkspace ops color=#222222\nkey - ci inactive",
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
fn one_failure_stops_what_depends_on_it_and_nothing_else() {
    run(
        "member ada developer\nmember bob user\nseat lab ada workspace_user\nseat lab bob workspace_user",
        "user ada user\nuser bob user\nworkspace lab\nseats lab",
        Script::default().answer("SetRole user_ada", "refused"),
        "send SetRole user_ada
         send AddWorkspaceMember user_bob in ws_lab
         failed update member/ada@x.org: refused
         skipped create workspace/lab/member/ada@x.org: depends on `update member/ada@x.org`, which was not done
         done create workspace/lab/member/bob@x.org",
    );
}

#[test]
fn a_create_without_an_id_leaves_its_seats_out() {
    run(
        "member ada user\nseat lab ada workspace_user",
        "user ada user",
        Script::default().answer("CreateWorkspace lab", "without_id"),
        "send CreateWorkspace lab
         done create workspace/lab
         skipped create workspace/lab/member/ada@x.org: the workspace it belongs to has no id yet",
    );
}

#[test]
fn an_answer_that_does_not_show_what_was_asked_for_is_a_failure() {
    for (files, live, send, change, field) in [
        ("member ada developer", "user ada user", "SetRole user_ada", "update member/ada@x.org", "role"),
        ("member ada user", "", "Invite ada@x.org", "invite invite/ada@x.org", "role"),
        (
            "key - k inactive\nkey - l active",
            "key - k active\nkey - l active",
            "SetKeyStatus key_k",
            "update organization/api_key/k",
            "status",
        ),
        (
            "workspace lab color=#222222",
            "workspace lab",
            "UpdateWorkspace ws_lab",
            "update workspace/lab",
            "display_color",
        ),
        ("workspace lab", "", "CreateWorkspace lab", "create workspace/lab", "name"),
        (
            "seat lab ada workspace_user",
            "user ada user\nworkspace lab",
            "AddWorkspaceMember user_ada in ws_lab",
            "create workspace/lab/member/ada@x.org",
            "workspace_role",
        ),
    ] {
        run(
            files,
            live,
            Script::default().answer(send, "empty"),
            &format!(
                "send {send}\nfailed {change}: the service's answer does not show the `{field}` that was asked for"
            ),
        );
    }
}

#[test]
fn a_lost_create_is_looked_up_before_it_is_sent_again() {
    let ada = "Invite ada@x.org";
    let go = |script: Script, expected: &str| run("member ada user", "", script, expected);
    go(
        Script::default().answer(ada, "lost").found(ada, "found"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         done invite invite/ada@x.org: its answer was lost; found by looking it up",
    );
    go(
        Script::default().answer(ada, "lost ok").found(ada, "absent"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         send Invite ada@x.org
         done invite invite/ada@x.org",
    );
    // The second try meets what the first one made after all.
    go(
        Script::default().answer(ada, "lost already").found(ada, "absent found"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         send Invite ada@x.org
         look up Invite ada@x.org
         done invite invite/ada@x.org: its answer was lost; found by looking it up",
    );
    go(
        Script::default().answer(ada, "lost already").found(ada, "absent absent"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         send Invite ada@x.org
         look up Invite ada@x.org
         failed invite invite/ada@x.org: already",
    );
    go(
        Script::default().answer(ada, "lost refused").found(ada, "absent"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         send Invite ada@x.org
         failed invite invite/ada@x.org: refused",
    );
    go(
        Script::default().answer(ada, "lost").found(ada, "refused"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         unknown invite invite/ada@x.org: lost",
    );
}

#[test]
fn a_look_up_that_ends_the_run_ends_it() {
    let ada = "Invite ada@x.org";
    run(
        "member ada user\nmember bob user",
        "",
        Script::default().answer(ada, "lost").found(ada, "stop"),
        "send Invite ada@x.org
         look up Invite ada@x.org
         unknown invite invite/ada@x.org: lost
         skipped invite invite/bob@x.org: stop
         stopped: stop",
    );
}

#[test]
fn a_lost_create_is_given_up_after_eight_tries() {
    let lab = "CreateWorkspace lab";
    let script = Script::default().answer(lab, &["lost"; 9].join(" ")).found(lab, &["absent"; 9].join(" "));
    let tries = ["send CreateWorkspace lab\nlook up CreateWorkspace lab"; 8].join("\n");
    run("workspace lab", "", script, &format!("{tries}\nunknown create workspace/lab: lost"));
}

#[test]
fn what_creates_nothing_is_never_looked_up() {
    run(
        "member ada developer",
        "user ada user",
        Script::default().answer("SetRole user_ada", "lost"),
        "send SetRole user_ada
         unknown update member/ada@x.org: lost",
    );
}

#[test]
fn what_found_no_room_has_one_more_try_when_some_was_freed() {
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
    // Once.
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
    // Nothing was freed.
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
fn what_depends_on_a_second_try_has_its_turn_after_it() {
    run(
        "workspace old archived\napprove 2026-11-30 archive workspace/old\nseat lab ada workspace_user",
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
fn a_run_that_ends_before_the_second_try_keeps_the_first_answer() {
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
    // The watch ends it as the second try is about to begin.
    run_watched(
        "member ada user\nmember root user\nmember bob none",
        live,
        Script::default().answer("Invite ada@x.org", "capacity"),
        3,
        "send Invite ada@x.org
         send RemoveMember user_bob
         failed invite invite/ada@x.org: capacity
         done remove member/bob@x.org
         stopped: the journal is full",
    );
}

#[test]
fn somebody_the_lists_do_not_show_puts_later_removals_in_doubt() {
    run(
        &format!("{INVITES}\nmember cy none\nmember dee developer\nseat lab root none\nseat lab cat workspace_user\nmember cat user\nmember eve billing"),
        "user root user\nuser cy user\nuser dee user\ninvite eve pending user\nuser cat user\nworkspace lab\nseat lab root workspace_user\nseat lab cat workspace_user",
        Script::default().answer("Invite ada@x.org", "already"),
        "send Invite ada@x.org
         send Invite bob@x.org
         send SetRole user_dee
         send RemoveWorkspaceMember user_root in ws_lab
         failed invite invite/ada@x.org: already
         done invite invite/bob@x.org
         skipped remove member/cy@x.org: the service knows somebody whom its lists do not show, so matching is in doubt (invite invite/ada@x.org)
         skipped revoke invite/eve@x.org: the service knows somebody whom its lists do not show, so matching is in doubt (invite invite/ada@x.org)
         skipped invite invite/eve@x.org: depends on `revoke invite/eve@x.org`, which was not done
         done update member/dee@x.org
         done remove workspace/lab/member/root@x.org",
    );
}

#[test]
fn a_seat_that_is_there_already_puts_nothing_in_doubt() {
    run(
        "seat lab ada workspace_user\nseat lab bob none\nseat lab cy workspace_user",
        "user ada user\nuser bob user\nuser cy user\nworkspace lab\nseat lab bob workspace_user\nseat lab cy workspace_user",
        Script::default().answer("AddWorkspaceMember user_ada in ws_lab", "already"),
        "send AddWorkspaceMember user_ada in ws_lab
         send RemoveWorkspaceMember user_bob in ws_lab
         failed create workspace/lab/member/ada@x.org: already
         done remove workspace/lab/member/bob@x.org",
    );
}

#[test]
fn an_invite_accepted_meanwhile_is_not_sent_anew() {
    run(
        "member ada developer",
        "invite ada pending user",
        Script::default().answer("Revoke invite_1", "accepted"),
        "send Revoke invite_1
         skipped revoke invite/ada@x.org: accepted meanwhile: accepted
         skipped invite invite/ada@x.org: accepted meanwhile",
    );
}

#[test]
fn a_credential_refused_ends_the_run() {
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
fn a_watch_that_cannot_write_ends_the_run_before_the_next_change() {
    run_watched(
        INVITES,
        "user root user",
        Script::default(),
        1,
        "skipped invite invite/ada@x.org: the journal is full
         skipped invite invite/bob@x.org: the journal is full
         stopped: the journal is full",
    );
    run_watched(
        INVITES,
        "user root user",
        Script::default(),
        2,
        "send Invite ada@x.org
         done invite invite/ada@x.org
         skipped invite invite/bob@x.org: the journal is full
         stopped: the journal is full",
    );
}

#[test]
fn what_somebody_changed_after_the_plan_is_left_alone() {
    for (files, live, request, change, word, outcome) in [
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "billing",
            "failed: changed after the plan was made: `role` is billing now, and the plan saw user",
        ),
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "developer",
            "done: was so already",
        ),
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "gone",
            "failed: it is gone: somebody removed it after the plan was made",
        ),
        (
            "member ada none\nmember bob user",
            "user ada user\nuser bob user",
            "RemoveMember user_ada",
            "remove member/ada@x.org",
            "gone",
            "done: was gone already",
        ),
        (
            "member ada none\nmember bob user",
            "user ada user\nuser bob user",
            "RemoveMember user_ada",
            "remove member/ada@x.org",
            "admin",
            "failed: changed after the plan was made: `role` is admin now, and the plan saw user",
        ),
        (
            "key - k inactive\nkey - l active",
            "key - k active\nkey - l active",
            "SetKeyStatus key_k",
            "update organization/api_key/k",
            "archived",
            "failed: changed after the plan was made: `status` is archived now, and the plan saw active",
        ),
        (
            "workspace lab color=#222222",
            "workspace lab",
            "UpdateWorkspace ws_lab",
            "update workspace/lab",
            "#333333",
            "failed: changed after the plan was made: `display_color` is #333333 now, and the plan saw #111111",
        ),
        (
            "member ada developer",
            "user ada user",
            "SetRole user_ada",
            "update member/ada@x.org",
            "refused",
            "failed: refused",
        ),
    ] {
        let (word_of, said) = outcome.split_once(": ").unwrap();
        run(files, live, Script::default().stands(request, word), &format!("{word_of} {change}: {said}"));
    }
}

#[test]
fn a_conflict_is_tried_again_only_where_nothing_changed() {
    let ada = "SetRole user_ada";
    let go = |script: Script, expected: &str| run("member ada developer", "user ada user", script, expected);
    go(
        Script::default().answer(ada, "conflict conflict ok"),
        "send SetRole user_ada
         wait 1
         send SetRole user_ada
         wait 2
         send SetRole user_ada
         done update member/ada@x.org",
    );
    for (word, said) in [
        (
            "billing",
            "failed update member/ada@x.org: changed after the plan was made: `role` is billing now, and the plan saw user",
        ),
        ("developer", "done update member/ada@x.org: was so already"),
        ("gone", "failed update member/ada@x.org: it is gone: somebody removed it after the plan was made"),
    ] {
        go(
            Script::default().answer(ada, "conflict ok").stands_after_refusal(ada, word),
            &format!("send SetRole user_ada\nwait 1\n{said}"),
        );
    }
    let for_good = "conflict conflict conflict conflict conflict conflict conflict conflict";
    let tries: Vec<String> = (1..8).map(|n| format!("send SetRole user_ada\nwait {n}\n")).collect();
    go(
        Script::default().answer(ada, for_good),
        &format!("{}send SetRole user_ada\nfailed update member/ada@x.org: conflict", tries.concat()),
    );
    // What creates is sent again as well: nothing was made.
    run(
        "member bob user",
        "",
        Script::default().answer("Invite bob@x.org", "conflict ok"),
        "send Invite bob@x.org\nwait 1\nsend Invite bob@x.org\ndone invite invite/bob@x.org",
    );
}

#[test]
fn what_is_told_to_wait_is_looked_at_again_before_it_is_sent_again() {
    let ada = "SetRole user_ada";
    run(
        "member ada developer",
        "user ada user",
        Script::default().answer(ada, "throttled throttled ok"),
        "send SetRole user_ada\nsend SetRole user_ada\nsend SetRole user_ada\ndone update member/ada@x.org",
    );
    run(
        "member ada developer",
        "user ada user",
        Script::default().answer(ada, "throttled ok").stands_after_refusal(ada, "billing"),
        "send SetRole user_ada
         failed update member/ada@x.org: changed after the plan was made: `role` is billing now, and the plan saw user",
    );
}
