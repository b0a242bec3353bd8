//! Listed people who are missing, and the unlisted members who could be them under a new address.

use super::world::check;

const FILES: &str = "member ada developer
    member ben user
    member cleo user
    unlisted members remove";
/// Ada accepted an invite, but is not a member under that address.
const LIVE: &str = "user ben user added=2025-01-15
    user cleo user added=2025-01-15
    invite ada accepted developer accepted=2026-03-02";
const MISSING: &str = "blocked member/ada@x.org: accepted an invite and is not a member now: they were \
                       removed or left; may now be a member as `king@x.org`; inviting them again needs an \
                       approval (approve: invite invite/ada@x.org)";
const KEPT: &str = "unlisted member/king@x.org: developer, may be `ada@x.org` under a new address; set its `id` or change the line";

#[track_caller]
fn with(files: &str, live: &str, expected: &str) {
    check(&format!("{FILES}\n{files}"), &format!("{LIVE}\n{live}"), expected);
}

#[test]
fn a_member_who_joined_with_a_missing_person_is_not_removed() {
    for added in ["2026-03-01", "2026-03-02", "2026-03-03"] {
        with("", &format!("user king developer added={added}"), &format!("{MISSING}\n{KEPT}"));
    }
    with("", "user king developer", &format!("{MISSING}\n{KEPT}"));
}

#[test]
fn a_member_who_joined_at_another_time_is_removed() {
    for added in ["2026-02-28", "2026-03-04", "2025-01-15"] {
        with(
            "",
            &format!("user king developer added={added}"),
            "- remove member/king@x.org [access_loss]
             blocked member/ada@x.org: accepted an \
             invite and is not a member now: they were removed or left; inviting them again needs an \
             approval (approve: invite invite/ada@x.org)",
        );
    }
}

#[test]
fn unlisted_members_are_removed_once_all_listed_people_are_found() {
    let removed = "- remove member/king@x.org [access_loss]";
    let found = "user ben user\nuser cleo user\nuser king developer";
    check(
        FILES,
        &format!("{found}\nuser ada developer\ninvite ada accepted developer accepted=2026-03-02"),
        removed,
    );
    // A person who never accepted an invite is not missing.
    for status in ["pending", "expired"] {
        let live = format!("{found}\ninvite ada {status} developer");
        let plan = super::world::planned(FILES, &live);
        assert!(plan.contains(removed), "{status}: {plan}");
    }
}

#[test]
fn an_approval_that_invites_the_missing_person_again_allows_the_removal_of_the_other() {
    with(
        "approve 2026-11-30 invite invite/ada@x.org",
        "user king developer added=2026-03-02",
        "+ invite invite/ada@x.org role=developer [grant]
         - remove member/king@x.org [access_loss]",
    );
}

#[test]
fn an_approval_of_the_removal_allows_removing_the_member_and_memberships() {
    let memberships = "membership lab ben workspace_user\nunlisted workspace_members remove";
    let live = "user king developer added=2026-03-02
        workspace lab
        membership lab ben workspace_user
        membership lab king workspace_admin";
    with(
        memberships,
        live,
        &format!(
            "{MISSING}\n{KEPT}
             unlisted workspace/lab/member/king@x.org: `workspace_admin`, of somebody who may be `ada@x.org` under a \
             new address; set its `id` or change the line"
        ),
    );
    with(
        &format!("{memberships}\napprove 2026-11-30 remove member/king@x.org"),
        live,
        &format!(
            "- remove member/king@x.org [access_loss]\n{MISSING}\nnote workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it\nso member/king@x.org: loses access to `lab`"
        ),
    );
    // An expired approval, or one for another person, has no effect.
    for approve in
        ["approve 2026-11-20 remove member/king@x.org", "approve 2026-11-30 remove member/ben@x.org"]
    {
        let plan =
            super::world::planned(&format!("{FILES}\n{approve}"), &format!("{LIVE}\nuser king developer"));
        assert!(!plan.contains("- remove"), "{plan}");
    }
}

#[test]
fn memberships_are_kept_without_a_members_section() {
    let files = "access_loss 5 90%\nmembership lab ada workspace_admin\nmembership lab ben workspace_user\nunlisted workspace_members remove";
    let live = format!(
        "{LIVE}\nuser king developer added=2026-03-02\nworkspace lab\nmembership lab ben workspace_user
         membership lab king workspace_admin\nmembership lab cleo workspace_user"
    );
    let blocked = "blocked workspace/lab/member/ada@x.org: not a member of the organization: invite them, \
                   or list them under `members`";
    check(
        files,
        &live,
        &format!(
            "- remove workspace/lab/member/cleo@x.org [access_loss]
             {blocked}
             unlisted workspace/lab/member/king@x.org: `workspace_admin`, of somebody who may be `ada@x.org` under a new \
             address; set its `id` or change the line"
        ),
    );
    for pair in ["remove member/king@x.org", "remove workspace/lab/member/king@x.org"] {
        check(
            &format!("{files}\napprove 2026-11-30 {pair}"),
            &live,
            &format!(
                "- remove workspace/lab/member/cleo@x.org [access_loss]
                 - remove workspace/lab/member/king@x.org [access_loss]
                 {blocked}
                 note workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it"
            ),
        );
    }
    // Named in another workspace, so known and not unlisted.
    check(
        &format!("{files}\nmembership ops king workspace_user"),
        &format!("{live}\nworkspace ops\nmembership ops king workspace_user"),
        &format!(
            "- remove workspace/lab/member/cleo@x.org [access_loss]
             - remove workspace/lab/member/king@x.org [access_loss]
             {blocked}
             note workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it"
        ),
    );
}

#[test]
fn an_id_resolves_who_a_person_is_now() {
    check(
        "member ada developer id=user_king\nmember ben user\nmember cleo user\nunlisted members remove",
        &format!("{LIVE}\nuser king developer added=2026-03-02\nuser eve user added=2026-03-02"),
        "- remove member/eve@x.org [access_loss]
         blocked member/ada@x.org: `user_king` is live as `king@x.org`; correct the address or the id
         unlisted member/king@x.org: developer, and may be somebody that the files list",
    );
}

#[test]
fn a_line_that_keeps_a_person_out_notes_if_they_are_not_live() {
    for line in ["member ada none", "member ada user until=2026-11-01"] {
        check(
            &format!("{line}\nmember ben user\nmember cleo user"),
            &format!("{LIVE}\nuser king developer added=2026-03-02"),
            "unlisted member/king@x.org: developer
             note member/ada@x.org: no live member or invite has this address; may now be a member as `king@x.org`",
        );
        check(
            &format!("{line}\nmember ben user"),
            "user ben user",
            "note member/ada@x.org: no live member or invite has this address",
        );
    }
    check(
        "member ada none\nmember ben user",
        "user ben user\nuser root admin\ninvite ada pending user",
        "- revoke invite/ada@x.org [access_loss]\nunlisted member/root@x.org: admin: the API cannot remove them",
    );
    check(
        "membership lab ada none\nmembership lab ben workspace_user",
        "user ben user\nworkspace lab\nmembership lab ben workspace_user",
        "note workspace/lab/member/ada@x.org: no live member or invite has this address",
    );
}

#[test]
fn a_person_who_must_not_be_a_member_keeps_no_other_member() {
    check(
        "member ada none\nmember ben user\nmember cleo user\nunlisted members remove",
        &format!("{LIVE}\nuser king developer added=2026-03-02"),
        "- remove member/king@x.org [access_loss]
         note member/ada@x.org: no live member or invite has this address; may now be a member as `king@x.org`",
    );
}

#[test]
fn a_removal_and_a_first_invite_are_noted_together() {
    check(
        "member root admin\nmember ben user\nmember new user\nunlisted members remove",
        "user root admin\nuser ben user\nuser old user",
        "+ invite invite/new@x.org role=user [grant]
         - remove member/old@x.org [access_loss]
    \
              note member/old@x.org: removed for being unlisted, while this plan invites `new@x.org`; if \
         this is one person with a new address, change the line",
    );
    // A person with a record, or a removal by a line, is not treated as a changed address.
    check(
        "member root admin\nmember ben user\nmember new user\nunlisted members remove",
        "user root admin\nuser ben user\nuser old user\ninvite new expired user",
        "+ invite invite/new@x.org role=user [grant]
         - remove member/old@x.org [access_loss]",
    );
    check(
        "member root admin\nmember ben user\nmember new user\nmember old none",
        "user root admin\nuser ben user\nuser old user",
        "+ invite invite/new@x.org role=user [grant]
         - remove member/old@x.org [access_loss]",
    );
}

#[test]
fn many_names_are_counted() {
    check(
        "member root admin\nmember ben user\nmember a user\nmember b user\nmember c user\nmember d user
         unlisted members remove",
        "user root admin\nuser ben user\nuser old user",
        "+ invite invite/a@x.org role=user [grant]
         + invite invite/b@x.org role=user [grant]
    \
              + invite invite/c@x.org role=user [grant]
         + invite invite/d@x.org role=user \
         [grant]
         - remove member/old@x.org [access_loss]
         note member/old@x.org: removed \
         for being unlisted, while this plan invites `a@x.org`, `b@x.org`, `c@x.org` and 1 more; if this \
         is one person with a new address, change the line",
    );
}
