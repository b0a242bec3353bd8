//! An address that the service knows but its lists do not show: nobody is removed for being unlisted.

use super::run::run;
use super::service::Script;

const DOUBT: &str = "the service knows `ada@x.org`, but its lists do not show this address, so nobody is \
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
            "failed invite invite/ada@x.org: was created after the plan was made: its `role` is `billing`, but the plan wants `user`",
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
         `workspace_role` is `workspace_admin`, but the plan wants `workspace_user`",
    );
}
