//! `until`: in force to the end of the day, listed as expiring before, without effect after.

use super::world::check;

#[test]
fn a_line_is_in_force_on_its_last_day() {
    check(
        "member ada user until=2026-11-21\nmember bob user until=2026-11-22\nmember cy user until=2026-12-05
         member dee user until=2026-12-06",
        "user ada user\nuser bob user\nuser cy user\nuser dee user",
        "expiring member/ada@x.org: ends today, 2026-11-21
         expiring member/bob@x.org: ends tomorrow, 2026-11-22
         expiring member/cy@x.org: ends on 2026-12-05, in 14 days",
    );
}

#[test]
fn an_expired_person_is_removed_and_their_other_lines_have_no_effect() {
    check(
        "member ada user until=2026-11-20
         member bob user
         member cy user
         membership lab ada workspace_admin until=2026-11-23
         membership lab bob workspace_user
         unlisted members ignore",
        "user ada user
         user bob user
         user cy user
         workspace lab
         membership lab bob workspace_user
         membership lab ada workspace_user",
        "- remove member/ada@x.org [access_loss expiry]
         so member/ada@x.org: loses access to `lab`",
    );
}

#[test]
fn lines_of_a_member_who_cannot_be_removed_have_no_effect() {
    check(
        "member ada none
         member bob user
         membership lab ada workspace_admin
         unlisted workspace_members remove",
        "user ada wizard
         user bob user
         workspace lab
         membership lab ada workspace_user",
        "blocked member/ada@x.org: holds `wizard`, a role that this version does not know and never rewrites: change it in the Console",
    );
}

#[test]
fn an_expired_membership_falls_back_to_a_team_that_is_not_stronger() {
    let live = "workspace lab
        user ada user\nuser bob user\nuser cy user
        membership lab ada workspace_developer\nmembership lab bob workspace_user\nmembership lab cy workspace_user";
    check(
        "team weak ada\nteam strong bob
         team_membership lab weak workspace_user
         team_membership lab strong workspace_admin
         membership lab ada workspace_developer until=2026-11-20
         membership lab bob workspace_user until=2026-11-20
         membership lab cy workspace_user
         access_loss 9 100%",
        live,
        "~ update workspace/lab/member/ada@x.org workspace_role=workspace_developer → workspace_role=workspace_user [access_loss expiry]
         - remove workspace/lab/member/bob@x.org [access_loss expiry]",
    );
}

#[test]
fn a_date_with_none_changes_nothing() {
    check(
        "member ada none until=2026-11-20
         member bob user
         member cy user
         team t bob
         team_membership lab t workspace_user
         membership lab bob none until=2026-11-20
         membership lab cy workspace_user
         access_loss 9 100%",
        "user ada user\nuser bob user\nuser cy user
         workspace lab
         membership lab bob workspace_user\nmembership lab cy workspace_user",
        "- remove member/ada@x.org [access_loss]
         - remove workspace/lab/member/bob@x.org [access_loss]",
    );
}
