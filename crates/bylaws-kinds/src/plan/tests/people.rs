//! The state table of people: every row against every column.

use super::model::applied;
use super::shown;
use super::world::{World, check, same};

const COLUMNS: [(&str, &str); 9] = [
    ("user", "member ada user"),
    ("developer", "member ada developer"),
    ("admin", "member ada admin"),
    ("owner", "member ada owner"),
    ("none", "member ada none"),
    ("expired", "member ada user until=2026-11-20"),
    ("ignored", "unlisted members ignore"),
    ("reported", "unlisted members report"),
    ("removed", "unlisted members remove"),
];

/// Returns what the plan does with Ada, in a word or two: other tests check the reasons.
fn cell(line: &str, live: &str) -> String {
    // Another member is in force, and there are many, so that no guard refuses.
    let world = World::new(&format!("member root admin\n{line}"), &format!("user root admin\n{live}"));
    let plan = world.plan();
    let after = applied(&world.live, &plan);
    let again = super::super::plan(&crate::Basis::new(&world.desired, world.today), &after);
    assert_eq!(again.changes, [], "oscillates: {line} / {live}");
    let changes = plan.changes.iter().map(|change| {
        let role = change.after.as_ref().map_or(String::new(), |after| format!(" {}", shown::facts(after)));
        format!("{}{}", change.action, role.replace("role=", ""))
    });
    let kinds =
        [("waiting", plan.waiting.len()), ("blocked", plan.blocked.len()), ("unlisted", plan.unlisted.len())];
    let items = kinds.iter().flat_map(|(word, n)| std::iter::repeat_n((*word).to_owned(), *n));
    let words: Vec<String> = changes.chain(items).collect();
    if words.is_empty() { "–".to_owned() } else { words.join(", ") }
}

#[track_caller]
fn row(live: &str, cells: [&str; 9]) {
    for ((column, line), expected) in COLUMNS.iter().zip(cells) {
        assert_eq!(cell(line, live), expected, "live {live:?} × {column}");
    }
}

#[test]
fn an_unknown_person_is_invited() {
    let row_ = ["invite user", "invite developer", "blocked", "blocked", "–", "–", "–", "–", "–"];
    row("", row_);
    row("invite ada deleted user", row_);
}

#[test]
fn an_expired_invite_is_sent_once_more() {
    let row_ = ["invite user", "invite developer", "blocked", "blocked", "–", "–", "–", "–", "–"];
    row("invite ada expired user", row_);
    row("invite ada expired user\ninvite ada accepted user\ninvite ada expired user", row_);
}

#[test]
fn two_expired_invites_are_enough() {
    let row_ = ["blocked", "blocked", "blocked", "blocked", "–", "–", "–", "–", "–"];
    row("invite ada expired user\ninvite ada expired developer", row_);
    // A deleted one in between changes nothing.
    row("invite ada expired user\ninvite ada deleted user\ninvite ada expired user", row_);
}

#[test]
fn a_removed_person_is_not_invited_again_without_an_approval() {
    let row_ = ["blocked", "blocked", "blocked", "blocked", "–", "–", "–", "–", "–"];
    row("invite ada accepted user", row_);
    // The newest invite that is not deleted decides.
    row("invite ada expired user\ninvite ada accepted user\ninvite ada deleted user", row_);
}

#[test]
fn a_pending_invite_is_waited_for_or_sent_again() {
    row(
        "invite ada pending user",
        [
            "waiting",
            "revoke, invite developer",
            "blocked",
            "blocked",
            "revoke",
            "revoke",
            "–",
            "unlisted",
            "revoke",
        ],
    );
    row(
        "invite ada pending admin",
        [
            "revoke, invite user",
            "revoke, invite developer",
            "waiting",
            "blocked",
            "revoke",
            "revoke",
            "–",
            "unlisted",
            "revoke",
        ],
    );
}

#[test]
fn a_pending_invite_with_an_unknown_role_is_never_rewritten() {
    row(
        "invite ada pending wizard",
        ["blocked", "blocked", "blocked", "blocked", "blocked", "blocked", "–", "unlisted", "unlisted"],
    );
}

#[test]
fn an_invite_with_an_unknown_status_is_never_rewritten() {
    row(
        "invite ada frozen user",
        ["blocked", "blocked", "blocked", "blocked", "blocked", "blocked", "–", "unlisted", "unlisted"],
    );
}

#[test]
fn a_member_keeps_changes_or_loses_the_role() {
    row(
        "user ada user",
        ["–", "update developer", "blocked", "blocked", "remove", "remove", "–", "unlisted", "remove"],
    );
    // Everybody in the member list is a member, whatever the invites say.
    row(
        "user ada user\ninvite ada pending developer",
        ["–", "update developer", "blocked", "blocked", "remove", "remove", "–", "unlisted", "remove"],
    );
}

#[test]
fn a_console_only_role_is_neither_given_nor_removed() {
    row(
        "user ada admin",
        ["blocked", "blocked", "–", "blocked", "blocked", "blocked", "–", "unlisted", "unlisted"],
    );
    row(
        "user ada membership_admin",
        ["blocked", "blocked", "blocked", "blocked", "blocked", "blocked", "–", "unlisted", "unlisted"],
    );
}

#[test]
fn an_unknown_role_is_never_rewritten() {
    row(
        "user ada wizard",
        ["blocked", "blocked", "blocked", "blocked", "blocked", "blocked", "–", "unlisted", "unlisted"],
    );
}

#[test]
fn a_role_of_the_other_kind_of_organization_is_unknown() {
    check(
        "enterprise
         member ada user
         member bob managed",
        "user ada developer
         user bob user",
        "~ update member/bob@x.org role=user → role=managed [raise access_loss]
         blocked member/ada@x.org: holds `developer`, a role that this version does not know and never rewrites: change it in the Console
         refused AccessLoss: all 1 people who can be removed through the API would lose access; no approval covers that",
    );
}

#[test]
fn without_a_members_section_nobody_is_managed() {
    check("unlisted members remove", "user ada user\ninvite bob pending user", "");
}

#[test]
fn each_change_has_its_classes() {
    check(
        "member ada developer
         member bob billing
         member cy user
         member dee developer
         member eve none
         member fay user
         member gus claude_code_user
         access_loss 9 100%",
        "user ada user
         user bob user
         user eve user
         user gus developer
         user hal user
         invite dee pending user
         invite fay pending user",
        "+ invite invite/cy@x.org role=user [grant]
         - remove member/eve@x.org [access_loss]
         - revoke invite/dee@x.org [other]
         + invite invite/dee@x.org role=developer [grant] after: revoke invite/dee@x.org
         ~ update member/ada@x.org role=user → role=developer [raise]
         ~ update member/bob@x.org role=user → role=billing [raise access_loss]
         ~ update member/gus@x.org role=developer → role=claude_code_user [access_loss]
         waiting member/fay@x.org: invited as user on 2026-11-03, not accepted yet
         unlisted member/hal@x.org: user",
    );
}

#[test]
fn several_pending_invites_are_all_withdrawn() {
    let twice = "user root user\nuser kim user\ninvite ada pending developer\ninvite ada pending user";
    check(
        "members\nmember ada none\nmember root user\nmember kim user",
        twice,
        "- revoke invite/ada@x.org [access_loss]
         - revoke invite/ada@x.org #2 [access_loss]",
    );
    check(
        "member ada billing\nmember root user\nmember kim user",
        twice,
        "- revoke invite/ada@x.org [other]
         - revoke invite/ada@x.org #2 [other]
         + invite invite/ada@x.org role=billing [grant] after: revoke invite/ada@x.org, revoke invite/ada@x.org #2",
    );
    check(
        "member ada user\nmember root user\nmember kim user",
        twice,
        "waiting member/ada@x.org: invited as user on 2026-11-03, not accepted yet",
    );
}

#[test]
fn an_older_pending_invite_is_handled_too() {
    let live = |newest: &str| {
        format!("user root user\nuser kim user\ninvite ada pending user\ninvite ada {newest} user")
    };
    let files = "member root user\nmember kim user";
    let waiting = "waiting member/ada@x.org: invited as user on 2026-11-02, not accepted yet";
    let anew = "- revoke invite/ada@x.org [other]
         + invite invite/ada@x.org role=billing [grant] after: revoke invite/ada@x.org";
    check(&format!("{files}\nmember ada user"), &live("expired"), waiting);
    check(&format!("{files}\nmember ada billing"), &live("expired"), anew);
    for newest in ["expired", "accepted"] {
        check(&format!("{files}\nmember ada none"), &live(newest), "- revoke invite/ada@x.org [access_loss]");
    }
    let approved = format!("{files}\napprove 2026-11-30 invite invite/ada@x.org");
    check(&format!("{approved}\nmember ada user"), &live("accepted"), waiting);
    check(&format!("{approved}\nmember ada billing"), &live("accepted"), anew);
    let unapproved = World::new(&format!("{files}\nmember ada user"), &live("accepted")).plan();
    assert_eq!((unapproved.changes.len(), unapproved.blocked.len()), (0, 1));
}

#[test]
fn blocked_entries_say_who_must_do_what() {
    let reason = |line: &str, live: &str| {
        let plan = World::new(line, live).plan();
        plan.blocked.iter().map(|item| item.reason.to_string()).collect::<Vec<_>>().join("\n")
    };
    let console = "member ada admin";
    same(
        &reason(console, ""),
        "not a member, and the API cannot invite with the role `admin`: invite them and grant it in the Console",
    );
    same(
        &reason(console, "user ada user"),
        "holds `user`; the API cannot give `admin`: grant it in the Console",
    );
    same(
        &reason(console, "user ada owner"),
        "holds `owner`, not `admin`; the API can change neither: change it in the Console",
    );
    same(
        &reason("member ada user", "user ada admin"),
        "holds `admin`, which the API cannot remove: lower them to `user` in the Console first",
    );
    same(
        &reason("member ada none", "user ada admin"),
        "holds `admin`, and the API cannot remove such a member: lower them in the Console first",
    );
    same(
        &reason("member ada user", "invite ada expired user\ninvite ada expired user"),
        "never accepted: two invites expired; ask them, then invite them in the Console or delete the line",
    );
}
