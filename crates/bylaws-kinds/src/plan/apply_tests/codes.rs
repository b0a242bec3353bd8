//! How apply handles each failure that the service is known to return.

use super::run::run;
use super::service::Script;

const ADA: &str = "SetRole user_ada";

fn role(script: Script, expected: &str) {
    run("member ada developer", "user ada user", script.shows_reads(), expected);
}

#[test]
fn a_conflict_is_looked_up_and_sent_again_alone() {
    role(
        Script::default().answer(ADA, "conflict conflict ok"),
        "send SetRole user_ada
         wait 500 ms
         read members
         send SetRole user_ada
         wait 1000 ms
         read members
         send SetRole user_ada
         done update member/ada@x.org",
    );
    for (word, said) in [
        (
            "billing",
            "failed update member/ada@x.org: changed after the plan was made: `role` is now `billing`, but the plan saw `user`",
        ),
        ("developer", "done update member/ada@x.org: already as wanted; nothing was sent"),
        (
            "gone",
            "failed update member/ada@x.org: does not exist any more: it was removed after the plan was made",
        ),
    ] {
        role(
            Script::default().answer(ADA, "conflict ok").edited_after(ADA, ADA, word),
            &format!("send SetRole user_ada\nwait 500 ms\nread members\n{said}"),
        );
    }
    run(
        "member ada developer",
        "user ada user",
        Script::default().answer(ADA, &["conflict"; 8].join(" ")),
        &format!("{}failed update member/ada@x.org: conflict", "send SetRole user_ada\n".repeat(8)),
    );
    run(
        "member bob user",
        "",
        Script::default().answer("Invite bob@x.org", "conflict ok"),
        "send Invite bob@x.org\nsend Invite bob@x.org\ndone invite invite/bob@x.org",
    );
}

#[test]
fn a_throttled_write_is_rechecked_before_retry_once_its_reading_is_old() {
    role(
        Script::default().answer(ADA, "throttled throttled ok"),
        "send SetRole user_ada\nsend SetRole user_ada\nsend SetRole user_ada\ndone update member/ada@x.org",
    );
    role(
        Script::default().answer(ADA, "throttled ok").takes(11_000).edited_after(ADA, ADA, "billing"),
        "send SetRole user_ada
         read members
         failed update member/ada@x.org: changed after the plan was made: `role` is now `billing`, but the plan saw `user`",
    );
}

#[test]
fn a_write_that_was_not_done_is_sent_again_after_a_wait() {
    for word in ["not_done", "unreachable", "send_again"] {
        role(
            Script::default().answer(ADA, &format!("{word} ok")),
            "send SetRole user_ada\nwait 500 ms\nsend SetRole user_ada\ndone update member/ada@x.org",
        );
    }
    let all = "send SetRole user_ada\n".repeat(8);
    for (word, end) in [
        ("not_done", "failed update member/ada@x.org: not_done"),
        ("unreachable", "failed update member/ada@x.org: unreachable\nstopped: unreachable"),
        ("send_again", "unknown update member/ada@x.org: send_again"),
    ] {
        run(
            "member ada developer",
            "user ada user",
            Script::default().answer(ADA, &[word; 8].join(" ")),
            &format!("{all}{end}"),
        );
    }
}

#[test]
fn a_change_whose_object_is_not_found_is_looked_up_once_more() {
    for (files, live, request, change, list) in [
        ("member ada developer", "user ada user", ADA, "update member/ada@x.org", "members"),
        (
            "member ada none\nmember bob user",
            "user ada user\nuser bob user",
            "RemoveMember user_ada",
            "remove member/ada@x.org",
            "members",
        ),
        (
            "membership lab ada none\nmembership lab bob workspace_user",
            "user ada user\nuser bob user\nworkspace lab\nmembership lab ada workspace_user\nmembership lab bob workspace_user",
            "RemoveWorkspaceMember user_ada in ws_lab",
            "remove workspace/lab/member/ada@x.org",
            "members of ws_lab",
        ),
        (
            "member ada none\nmember bob user",
            "invite ada pending user\nuser bob user",
            "Revoke invite_1",
            "revoke invite/ada@x.org",
            "invites",
        ),
    ] {
        // It still exists: the failed request did nothing.
        run(
            files,
            live,
            Script::default().answer(request, "missing").shows_reads(),
            &format!(
                "send {request}\nread {list}\nfailed {change}: missing; its list still shows the object"
            ),
        );
        let gone = if change.starts_with("update") {
            format!("failed {change}: does not exist any more: it was removed after the plan was made")
        } else {
            format!("done {change}: already removed")
        };
        run(
            files,
            live,
            Script::default().answer(request, "missing").edited_after(request, request, "gone").shows_reads(),
            &format!("send {request}\nread {list}\n{gone}"),
        );
    }
}

#[test]
fn a_removal_with_a_lost_answer_waits_for_a_lagging_list() {
    run(
        "member ada none\nmember bob user",
        "user ada user\nuser bob user",
        Script::default().answer("RemoveMember user_ada", "lost_done missing").lag(10),
        "send RemoveMember user_ada
         send RemoveMember user_ada
         done remove member/ada@x.org: the answer was lost; the list shows that it was done",
    );
}

#[test]
fn a_new_object_is_waited_for_up_to_twenty_seconds() {
    let add = "AddWorkspaceMember user_ada in ws_lab";
    let go = |times: usize, sent: usize, outcome: &str| {
        run(
            "membership lab ada workspace_user",
            "user ada user",
            Script::default().answer(add, &vec!["missing"; times].join(" ")),
            &format!(
                "send CreateWorkspace lab\n{}done create workspace/lab\n{outcome}",
                format!("send {add}\n").repeat(sent)
            ),
        );
    };
    for times in [1, 4, 6] {
        go(times, times + 1, "done create workspace/lab/member/ada@x.org");
    }
    go(20, 7, "failed create workspace/lab/member/ada@x.org: missing");
    // In a workspace that existed before, nothing is waited for.
    run(
        "membership lab ada workspace_user",
        "user ada user\nworkspace lab",
        Script::default().answer(add, "missing"),
        &format!("send {add}\nfailed create workspace/lab/member/ada@x.org: missing"),
    );
}

#[test]
fn an_incomplete_workspace_is_completed_and_never_created_again() {
    const SAID: &str =
        "the service reported that the workspace was created incompletely; its settings are complete now";
    run(
        "workspace lab\nmembership lab ada workspace_user",
        "user ada user",
        Script::default().answer("CreateWorkspace lab", "incomplete").shows_reads(),
        &format!(
            "send CreateWorkspace lab
             read workspaces
             send AddWorkspaceMember user_ada in ws_lab
             done create workspace/lab: {SAID}
             done create workspace/lab/member/ada@x.org"
        ),
    );
    // Its settings were not saved, and the list may not show it yet.
    for lag in [0, 60] {
        run(
            "workspace lab color=#222222",
            "",
            Script::default().answer("CreateWorkspace lab", "incomplete").lag(lag).shows_reads(),
            &format!(
                "send CreateWorkspace lab
                 read workspaces
                 send UpdateWorkspace ws_lab
                 done create workspace/lab: {SAID}"
            ),
        );
    }
    run(
        "workspace lab color=#222222",
        "",
        Script::default()
            .answer("CreateWorkspace lab", "incomplete")
            .answer("UpdateWorkspace ws_lab", "refused"),
        "send CreateWorkspace lab\nsend UpdateWorkspace ws_lab\nfailed create workspace/lab: refused",
    );
}
