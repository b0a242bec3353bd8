//! Writes whose answer was lost: the lists decide before anything is sent again.

use super::run::run;
use super::service::Script;

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
             failed update member/ada@x.org: changed after the plan was made: `role` is now `billing`, but the plan saw `user`"
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
fn a_lost_rename_of_a_key_is_looked_up_before_it_is_sent_again() {
    let live = "key - k active\nkey - l active";
    for (status, request) in [("active", "RenameKey key_k"), ("inactive", "SetKeyStatus key_k")] {
        let files = format!("key - old {status} id=key_k name=n\nkey - l active");
        let change = "update organization/api_key/old";
        let go = |script: Script, expected: &str| run(&files, live, script, expected);
        let script = || Script::default();
        go(script().answer(request, "lost_done"), &format!("send {request}\ndone {change}: {FOUND}"));
        go(script().answer(request, "lost ok"), &format!("send {request}\nsend {request}\ndone {change}"));
        go(
            script().aged(11).edited(request, "n"),
            &if status == "active" {
                format!("done {change}: already as wanted; nothing was sent")
            } else {
                format!(
                    "failed {change}: changed after the plan was made: `name` is now `n`, but the plan saw `k`"
                )
            },
        );
    }
}
