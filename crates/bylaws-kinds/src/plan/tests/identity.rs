//! One person, one line: spellings, duplicates and pinned ids.

use super::world::check;

const MANY: &str = "user p1 user\nuser p2 user\nuser p3 user\nuser p4 user\n";

#[track_caller]
fn listed(files: &str, live: &str, expected: &str) {
    let files = format!("unlisted members ignore\n{files}");
    check(&files, &format!("{MANY}{live}"), expected);
}

#[test]
fn case_makes_no_difference() {
    listed("member ADA@x.org user", "user Ada@X.org user", "");
}

#[test]
fn a_member_with_a_tag_in_the_address_is_neither_invited_nor_removed() {
    for wanted in ["user", "admin"] {
        listed(
            &format!("member ada {wanted}"),
            "user ada+ops@x.org user",
            "blocked member/ada@x.org: live as `ada+ops@x.org`, which the service treats as the same person; use that address",
        );
    }
    check(
        "unlisted members remove\nmember root user\nmember ada none\nunlisted workspace_members remove\nmemberships lab",
        "user root user\nuser ada+ops@x.org user\nworkspace lab\nmembership lab ada+ops@x.org workspace_user",
        "blocked member/ada@x.org: live as `ada+ops@x.org`, which the service treats as the same person; use that address
         unlisted member/ada+ops@x.org: user, and may be somebody that the files list
         unlisted workspace/lab/member/ada+ops@x.org: `workspace_user`, of somebody that the files may list",
    );
}

#[test]
fn a_person_invited_with_a_tag_in_the_address_is_not_invited_twice() {
    listed(
        "member ada user",
        "invite ada+ops@x.org pending user",
        "blocked member/ada@x.org: invited as `ada+ops@x.org`, which the service treats as the same person; use that address",
    );
    // An ended invite does not prevent another one.
    listed(
        "member ada user",
        "invite ada+ops@x.org expired user",
        "+ invite invite/ada@x.org role=user [grant]",
    );
}

#[test]
fn the_second_account_of_a_listed_person_is_kept() {
    check(
        "unlisted members remove\nmember ada user",
        "user ada user\nuser ada+ops@x.org user",
        "unlisted member/ada+ops@x.org: user, and may be somebody that the files list",
    );
}

#[test]
fn two_members_with_one_address_are_distinguished_by_id() {
    let twins = "user ada user id=user_1\nuser ada user id=user_2";
    let several =
        "blocked member/ada@x.org: several members have this address; set the `id` of the right one";
    for role in ["developer", "none"] {
        check(
            &format!("unlisted members remove\nmember ada {role}\nmember root admin"),
            &format!("user root admin\n{twins}"),
            several,
        );
    }
    check(
        "unlisted members remove\nmember ada developer id=user_2",
        twins,
        "~ update member/ada@x.org role=user → role=developer [raise]
         unlisted member/ada@x.org: user, and may be somebody that the files list",
    );
}

#[test]
fn a_matching_pin_changes_nothing() {
    listed("member ada user id=user_ada", "user ada user", "");
    listed(
        "member ada developer id=user_ada",
        "user ada user",
        "~ update member/ada@x.org role=user → role=developer [raise]",
    );
}

#[test]
fn a_pinned_person_under_another_address_is_left_alone() {
    for role in ["user", "none"] {
        check(
            &format!("unlisted members remove\nmember ada {role} id=user_7\nmember root admin"),
            "user root admin\nuser lovelace user id=user_7",
            "blocked member/ada@x.org: `user_7` is live as `lovelace@x.org`; correct the address or the id
             unlisted member/lovelace@x.org: user, and may be somebody that the files list",
        );
    }
}

#[test]
fn a_member_pinned_by_another_line_is_not_removed() {
    check(
        "unlisted members remove\nmember ada none\nmember lovelace user id=user_ada",
        "user ada user\nuser root admin",
        "blocked member/ada@x.org: the line of `lovelace@x.org` pins the same member; correct one of the two
         blocked member/lovelace@x.org: `user_ada` is live as `ada@x.org`; correct the address or the id
         unlisted member/root@x.org: admin: the API cannot remove them",
    );
}

#[test]
fn a_pin_that_is_not_live_blocks_and_never_invites() {
    listed(
        "member ada user id=user_9",
        "",
        "blocked member/ada@x.org: no live member has the id `user_9`; delete the id to invite them again",
    );
    for role in ["user", "none"] {
        listed(
            &format!("member ada {role} id=user_9\nmember root admin"),
            "user ada user\nuser root admin",
            "blocked member/ada@x.org: this address belongs to `user_ada`, not `user_9`; correct or delete the id",
        );
    }
    listed(
        "member ada none id=user_9\nmember root admin",
        "user ada+ops@x.org user\nuser root admin",
        "blocked member/ada@x.org: live as `ada+ops@x.org`, which the service treats as the same person; use that address",
    );
}

#[test]
fn a_pin_is_ignored_if_the_person_is_gone_and_not_wanted() {
    listed(
        "member ada none id=user_9\nmember root admin",
        "user root admin",
        "note member/ada@x.org: no live member or invite has this address",
    );
}

#[test]
fn without_a_members_section_people_are_looked_up() {
    check(
        "membership lab ada workspace_user
         membership lab bob workspace_user
         membership lab cy workspace_user
         membership lab dee workspace_user
         unlisted workspace_members remove",
        "workspace lab
         user ada user
         user bob+x@x.org user
         user eve user
         invite cy pending user
         membership lab bob+x@x.org workspace_user
         membership lab eve workspace_user",
        "+ create workspace/lab/member/ada@x.org workspace_role=workspace_user [grant]
         - remove workspace/lab/member/eve@x.org [access_loss]
         waiting workspace/lab/member/cy@x.org: invited as user on 2026-11-02, not accepted yet
         blocked workspace/lab/member/bob@x.org: live as `bob+x@x.org`, which the service treats as the same person; use that address
         blocked workspace/lab/member/dee@x.org: not a member of the organization: invite them, or list them under `members`
         unlisted workspace/lab/member/bob+x@x.org: `workspace_user`, of somebody that the files may list",
    );
}
