//! What a write depends on: fresh lists, and what they show.

use std::fmt::Write as _;

use super::run::{Journal, applied, run};
use super::service::Script;

const GONE: &str = "does not exist any more: it was removed after the plan was made";

/// Files, live state, request and change, for one object of each kind.
const OBJECTS: [(&str, &str, &str, &str, &str); 6] = [
    ("member ada developer", "user ada user", "SetRole user_ada", "update member/ada@x.org", "members"),
    (
        "member ada none\nmember bob user",
        "user ada user\nuser bob user",
        "RemoveMember user_ada",
        "remove member/ada@x.org",
        "members",
    ),
    (
        "key - k inactive\nkey - l active",
        "key - k active\nkey - l active",
        "SetKeyStatus key_k",
        "update organization/api_key/k",
        "keys",
    ),
    (
        "key - k active id=key_k name=n",
        "key - k active",
        "RenameKey key_k",
        "update organization/api_key/k",
        "keys",
    ),
    (
        "workspace lab color=#222222",
        "workspace lab",
        "UpdateWorkspace ws_lab",
        "update workspace/lab",
        "workspaces",
    ),
    (
        "membership lab ada workspace_admin",
        "user ada user\nworkspace lab\nmembership lab ada workspace_user",
        "SetWorkspaceRole user_ada in ws_lab",
        "update workspace/lab/member/ada@x.org",
        "members of ws_lab",
    ),
];

#[test]
fn within_ten_seconds_the_reading_of_the_plan_is_used() {
    for (files, live, request, change, list) in OBJECTS {
        for (age, read) in [(0, String::new()), (10, String::new()), (11, format!("read {list}\n"))] {
            run(
                files,
                live,
                Script::default().aged(age).shows_reads(),
                &format!("{read}send {request}\ndone {change}"),
            );
        }
    }
}

#[test]
fn an_edit_before_the_reading_is_never_overwritten() {
    for (files, live, request, change, list) in OBJECTS {
        let field = match list {
            "members" => "role",
            "keys" if request.starts_with("RenameKey") => "name",
            "keys" => "status",
            "workspaces" => "display_color",
            _ => "workspace_role",
        };
        let conflict = |now: &str, saw: &str| {
            format!(
                "failed {change}: changed after the plan was made: `{field}` is now `{now}`, but the plan saw `{saw}`"
            )
        };
        let saw = match list {
            "members" => "user",
            "keys" if field == "name" => "k",
            "keys" => "active",
            "workspaces" => "#111111",
            _ => "workspace_user",
        };
        let removes = change.starts_with("remove");
        let gone = if removes {
            format!("done {change}: already removed")
        } else {
            format!("failed {change}: {GONE}")
        };
        for (word, expected) in [("odd", conflict("odd", saw)), ("gone", gone)] {
            let script = Script::default().aged(11).edited(request, word);
            run(files, live, script, &expected);
            // An edit made while the write was waiting is not overwritten either.
            let script = Script::default().answer(request, "aged").edited(request, word);
            run(files, live, script, &expected);
        }
    }
    run(
        "member ada developer",
        "user ada user",
        Script::default().aged(11).edited("SetRole user_ada", "developer"),
        "done update member/ada@x.org: already as wanted; nothing was sent",
    );
}

#[test]
fn a_list_that_cannot_be_read_again_fails_what_depends_on_it() {
    run(
        "member ada developer",
        "user ada user",
        Script::default().aged(11).reads("refused"),
        "failed update member/ada@x.org: refused",
    );
}

#[test]
fn a_create_needs_a_fresh_list_without_the_object() {
    for (files, live, request, change, reads) in [
        (
            "member ada user",
            "",
            "Invite ada@x.org",
            "invite invite/ada@x.org",
            "read invites\nread members\n",
        ),
        ("workspace lab", "", "CreateWorkspace lab", "create workspace/lab", "read workspaces\n"),
        (
            "membership lab ada workspace_user",
            "user ada user\nworkspace lab",
            "AddWorkspaceMember user_ada in ws_lab",
            "create workspace/lab/member/ada@x.org",
            "read members of ws_lab\n",
        ),
    ] {
        // After a workspace was created, its list is read for another one with the same name.
        let twin = if request.starts_with("Create") { "read workspaces\n" } else { "" };
        run(
            files,
            live,
            Script::default().aged(11).shows_reads(),
            &format!("{reads}send {request}\n{twin}done {change}"),
        );
        run(
            files,
            live,
            Script::default().aged(11).edited(request, "same"),
            &format!("done {change}: already as wanted; nothing was sent"),
        );
    }
}

/// This many people change their role, and as many get another role in one of ten workspaces.
fn many(people: usize) -> (String, String) {
    let (mut files, mut live) = (String::new(), String::new());
    for workspace in 0..10 {
        let _ = writeln!(live, "workspace w{workspace}");
    }
    for n in 0..people {
        let workspace = n % 10;
        let _ = writeln!(live, "user p{n} user\nmembership w{workspace} p{n} workspace_user");
        let _ = writeln!(files, "member p{n} developer\nmembership w{workspace} p{n} workspace_developer");
    }
    (files, live)
}

#[test]
fn one_reading_serves_all_changes_of_its_list_for_ten_seconds() {
    let (files, live) = many(150);
    for (takes, most_reads) in [(0, 0), (100, 20), (150, 30), (600, 170)] {
        for at_once in [1, 8] {
            let script = Script::default().takes(takes).at_once(at_once);
            let (service, report, _) = applied(&files, &live, script, Journal::default());
            assert!(report.is_complete());
            let calls = service.calls.lock().unwrap();
            let count = |kind: &str| calls.iter().filter(|call| call.starts_with(kind)).count();
            assert_eq!(count("send"), 300);
            assert!(count("read") <= most_reads, "{takes} ms, {at_once} at once: {} reads", count("read"));
        }
    }
}

#[test]
fn a_list_that_lags_behind_own_writes_does_not_mislead() {
    // The revoked invite is still listed when the new one is about to be sent.
    run(
        "member ada developer",
        "invite ada pending user",
        Script::default().takes(11_000).lag(60),
        "send Revoke invite_1
         send Invite ada@x.org
         done revoke invite/ada@x.org
         done invite invite/ada@x.org",
    );
}
