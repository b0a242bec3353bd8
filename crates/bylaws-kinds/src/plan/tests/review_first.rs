//! What comes first in every output, one table per kind: `kind address`, and the workspace whose last key a
//! change takes.

use bylaws_engine::Plan;
use bylaws_engine::review_first::{About, ReviewFirst};

use super::shown;
use super::world::{World, same};

fn line(entry: &ReviewFirst<'_>) -> String {
    let kind = entry.kind;
    match entry.about {
        About::Change(change) => format!("{kind} {}", change.id),
        About::Waiting(waiting) => format!("{kind} {} waiting", waiting.address),
        About::LookAlike(change, other) => format!("{kind} {} like {other}", change.id),
        About::LastKey(change, label) => format!("{kind} {} of {label}", change.id),
        About::Item(item) => format!("{kind} {}", item.address),
        About::Guard(loosened) => format!("{kind} {}", loosened.text),
    }
}

fn listed(plan: &Plan) -> String {
    plan.review_first().iter().map(line).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn first(files: &str, live: &str, expected: &str) {
    same(&listed(&World::new(files, live).plan()), expected);
}

const LIVE: &str = "user ada user\nuser bob user\nuser cy developer\nworkspace lab\nworkspace ops\n";

#[test]
fn entries_are_listed_by_kind_and_then_in_the_order_of_the_plan() {
    first(
        "member ada developer
         member bob user
         member cy none
         membership lab ada workspace_admin
         membership lab bob workspace_developer
         key lab ci inactive
         workspace ops archived
         unlisted members report
         allowed_domains x.org
         keys_off 9
         approve 2026-11-30 archive workspace/ops",
        &format!(
            "{LIVE}user eve@evil.example user\nmembership lab bob workspace_user\nmembership lab cy workspace_admin\nkey lab ci active"
        ),
        "irreversible archive workspace/ops
         member_removal remove member/cy@x.org
         raise update member/ada@x.org
         raise update workspace/lab/member/bob@x.org
         workspace_admin create workspace/lab/member/ada@x.org
         last_active_key update workspace/lab/api_key/ci of lab
         outside_allowed_domains member/eve@evil.example
         loosened_guard `keys_off` 3 → 9",
    );
}

#[test]
fn archiving_workspaces_and_keys_is_irreversible() {
    let approve = "approve 2026-11-30 archive workspace/ops + update workspace/lab/api_key/a + update organization/api_key/b";
    let live = format!("{LIVE}key lab a active\nkey lab c active\nkey - b inactive");
    first(
        &format!("workspace ops archived\nkey lab a archived\nkey - b archived\n{approve}"),
        &live,
        "irreversible update workspace/lab/api_key/a
         irreversible update organization/api_key/b
         irreversible archive workspace/ops",
    );
    // Blocked without an approval, or switched off reversibly.
    first("workspace ops archived\nkey lab a archived\nkey - b archived", &live, "");
    first("key lab a inactive\nkey - b inactive", &live, "");
}

#[test]
fn removals_of_members_are_listed_but_not_of_invites_and_memberships() {
    for line in ["member ada none", "member ada user until=2026-11-01", "members\nunlisted members remove"] {
        let rest = if line.starts_with("member ada") {
            "\nunlisted members ignore"
        } else {
            "\nmember bob user\nmember cy developer"
        };
        first(
            &format!("access_loss 5 50%\n{line}{rest}"),
            LIVE,
            "member_removal remove member/ada@x.org\nloosened_guard `access_loss` share 10% → 50%",
        );
    }
    let ignore = "unlisted members ignore";
    first(&format!("member dee none\n{ignore}"), &format!("{LIVE}invite dee pending user"), "");
    first(
        "members\nmember ada user\nmember bob user\nmember cy developer\nunlisted members remove",
        &format!("{LIVE}invite dee pending user"),
        "",
    );
    first("membership lab ada none", &format!("{LIVE}membership lab ada workspace_user"), "");
    // A console-only role is blocked, so nothing happens.
    first(&format!("member ann none\n{ignore}"), &format!("{LIVE}user ann admin"), "");
}

#[test]
fn increased_access_is_listed_and_reduced_access_is_not() {
    let ignore = "unlisted members ignore\n";
    for (from, to, expected) in [
        ("user", "developer", "raise update member/ada@x.org"),
        ("claude_code_user", "user", "raise update member/ada@x.org"),
        // Not comparable: the change adds some rights and removes others.
        ("developer", "billing", "raise update member/ada@x.org"),
        ("developer", "user", ""),
        ("user", "user", ""),
    ] {
        first(&format!("{ignore}member ada {to}"), &format!("user ada {from}\nuser bob user"), expected);
    }
    for (from, to, expected) in [
        ("workspace_user", "workspace_developer", "raise update workspace/lab/member/ada@x.org"),
        ("workspace_user", "workspace_restricted_developer", "raise update workspace/lab/member/ada@x.org"),
        ("workspace_developer", "workspace_admin", "workspace_admin update workspace/lab/member/ada@x.org"),
        ("workspace_developer", "workspace_user", ""),
    ] {
        let live = format!("{LIVE}membership lab ada {from}");
        first(&format!("membership lab ada {to}"), &live, expected);
    }
}

#[test]
fn grants_of_workspace_admin_are_listed_and_other_grants_are_not() {
    let live = format!("{LIVE}memberships lab");
    first(
        "membership lab ada workspace_admin",
        &live,
        "workspace_admin create workspace/lab/member/ada@x.org",
    );
    first(
        "team t ada\nteam_membership lab t workspace_admin",
        &live,
        "workspace_admin create workspace/lab/member/ada@x.org",
    );
    first(
        "membership lab ada workspace_admin",
        &format!("{LIVE}user pay billing\nmemberships lab").replace("ada user", "ada billing"),
        "workspace_admin create workspace/lab/member/ada@x.org",
    );
    for role in ["workspace_user", "workspace_restricted_developer", "workspace_developer"] {
        first(&format!("membership lab ada {role}"), &live, "");
    }
    // In place already, or in a workspace that the same plan creates.
    first("membership lab ada workspace_admin", &format!("{LIVE}membership lab ada workspace_admin"), "");
    first("membership new ada workspace_admin", &live, "");
}

#[test]
fn a_workspace_admin_by_pending_invite_is_listed() {
    let files = "member ada user\nmember bob user\nmember cy developer\nmember eve developer\n";
    let live = format!("{LIVE}memberships lab\nmemberships ops");
    let expected = "workspace_admin workspace/lab/member/eve@x.org waiting";
    // Invited by this plan, earlier, again, and without a line under `members`.
    first(&format!("{files}membership lab eve workspace_admin"), &live, expected);
    first(
        &format!("{files}membership lab eve workspace_admin"),
        &format!("{live}\ninvite eve pending developer"),
        expected,
    );
    first(
        &format!("{files}membership lab eve workspace_admin"),
        &format!("{live}\ninvite eve pending user"),
        expected,
    );
    first("membership lab eve workspace_admin", &format!("{live}\ninvite eve pending user"), expected);
    first(
        &format!(
            "{files}team t eve\nteam_membership lab t workspace_admin\nteam_membership ops t workspace_admin"
        ),
        &live,
        "workspace_admin workspace/lab/member/eve@x.org waiting\nworkspace_admin workspace/ops/member/eve@x.org waiting",
    );
    // A weaker role, a workspace that the same plan creates, or a role implied by the invite.
    for role in ["workspace_user", "workspace_restricted_developer", "workspace_developer"] {
        first(&format!("{files}membership lab eve {role}"), &live, "");
    }
    first(&format!("{files}membership new eve workspace_admin"), &live, "");
    first(
        &format!("{}membership lab eve workspace_admin", files.replace("eve developer", "eve admin")),
        &format!("{live}\ninvite eve pending admin"),
        "",
    );
}

#[test]
fn switching_off_the_last_active_key_is_listed() {
    let all = "update workspace/lab/api_key/";
    let live = format!("{LIVE}key lab ci active\n");
    let off = format!("last_active_key {all}ci of lab");
    first("key lab ci inactive", &live, &off);
    // Keys that do not work do not count, nor do those of other scopes.
    for other in [
        "key lab old archived",
        "key lab old expired",
        "key lab old inactive",
        "key ops cd active",
        "key - org active",
    ] {
        first("key lab ci inactive", &format!("{live}{other}"), &off);
    }
    first("keys lab\nunlisted api_keys remove", &live, &off);
    first(
        "key lab ci archived\napprove 2026-11-30 update workspace/lab/api_key/ci",
        &live,
        &format!("irreversible {all}ci\n{off}"),
    );
    first(
        "key lab ci inactive\nkey lab cd inactive",
        &format!("{live}key lab cd active"),
        &format!("last_active_key {all}cd of lab\nlast_active_key {all}ci of lab"),
    );
    // Another key is left or is switched on.
    first("key lab ci inactive", &format!("{live}key lab cd active"), "");
    first("key lab ci inactive", &format!("{live}key lab cd active owner=robot"), "");
    first(
        "key lab ci inactive\nkey lab cd active\napprove 2026-11-30 update workspace/lab/api_key/cd",
        &format!("{live}key lab cd inactive"),
        "",
    );
    first("key lab ci inactive", &format!("{LIVE}key lab ci inactive"), "");
    first("key - org inactive", &format!("{LIVE}key - org active"), "");
    // An archived workspace is listed as such.
    first(
        "workspace lab archived\napprove 2026-11-30 archive workspace/lab",
        &live,
        "irreversible archive workspace/lab",
    );
}

#[test]
fn a_personal_key_is_lost_with_its_owner_when_active_keys_are_counted() {
    let live = format!(
        "{LIVE}membership lab ada workspace_user\nmembership lab bob workspace_user\nkey lab own active owner=ada\n"
    );
    let ignore = "unlisted members ignore\nkeys lab\nunlisted api_keys ignore";
    first(
        &format!("{ignore}\nmember ada none"),
        &live,
        "member_removal remove member/ada@x.org\nlast_active_key remove member/ada@x.org of lab",
    );
    first(
        &format!("{ignore}\nmembership lab ada none\nmembership lab bob workspace_user"),
        &live,
        "last_active_key remove workspace/lab/member/ada@x.org of lab",
    );
    first(
        &format!("{ignore}\nkey lab ci inactive\nmember ada none"),
        &format!("{live}key lab ci active"),
        "member_removal remove member/ada@x.org
         last_active_key update workspace/lab/api_key/ci of lab
         last_active_key remove member/ada@x.org of lab",
    );
    first(&format!("{ignore}\nmember bob none"), &live, "member_removal remove member/bob@x.org");
    first(&format!("{ignore}\nmembership lab bob none\nmembership lab ada workspace_user"), &live, "");
}

#[test]
fn a_workspace_that_loses_its_last_explicit_admin_is_listed_and_noted() {
    let live = format!(
        "{LIVE}user ann admin\nmembership lab ada workspace_admin\nmembership lab bob workspace_user\n"
    );
    let left = "no_workspace_admin workspace/lab";
    let keep = "access_loss 5 10%\nunlisted members ignore\nmembership lab bob workspace_user\n";
    first(&format!("{keep}membership lab ada none"), &live, left);
    first(&format!("{keep}membership lab ada workspace_user"), &live, left);
    first(
        &format!("{keep}member ada none"),
        &live,
        &format!("member_removal remove member/ada@x.org\n{left}"),
    );
    first(&format!("{keep}unlisted workspace_members remove"), &live, left);
    // An admin of the organization needs no membership, so theirs does not count.
    first(
        &format!("{keep}membership lab ada none"),
        &format!("{live}membership lab ann workspace_admin"),
        left,
    );
    // A person who has yet to accept an invite does not count.
    first(
        &format!("{keep}membership lab ada none\nmembership lab eve workspace_admin"),
        &format!("{live}invite eve pending user"),
        &format!("workspace_admin workspace/lab/member/eve@x.org waiting\n{left}"),
    );
    // One is left or added; there was none before; or the member list is not managed.
    first(&format!("{keep}membership lab ada none"), &format!("{live}membership lab cy workspace_admin"), "");
    first(
        &format!("{keep}membership lab ada none"),
        &format!("{live}membership lab gone workspace_admin"),
        "",
    );
    first(
        &format!("{keep}membership lab ada none\nmembership lab cy workspace_admin"),
        &live,
        "workspace_admin create workspace/lab/member/cy@x.org",
    );
    first(
        &format!("{keep}membership lab ada none"),
        &live.replace("ada workspace_admin", "ada workspace_user"),
        "",
    );
    first(
        &format!("{keep}membership lab ada none"),
        &format!(
            "{LIVE}user ann admin\nmembership lab ada workspace_user\nmembership lab ann workspace_admin"
        ),
        "",
    );
    first(
        "unlisted members ignore\nmember ada none\nworkspace lab",
        &live,
        "member_removal remove member/ada@x.org",
    );
    let plan = World::new(&format!("{keep}membership lab ada none"), &live).plan();
    same(
        &shown::plan(&plan).lines().filter(|line| line.starts_with("note")).collect::<Vec<_>>().join("\n"),
        "note workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it",
    );
}

#[test]
fn a_narrowed_plan_lists_only_its_own_changes() {
    let live = format!(
        "{LIVE}membership lab ada workspace_admin\nmembership lab bob workspace_user\nkey lab ci active\nkey lab cd active"
    );
    let files = "membership lab bob workspace_user\nmembership lab ada none\nkey lab ci inactive\nkey lab cd inactive\napprove 2026-11-30 update workspace/lab/api_key/ci + update workspace/lab/api_key/cd";
    let world = World::new(files, &live);
    let plan = world.plan();
    same(
        &listed(&plan),
        "last_active_key update workspace/lab/api_key/cd of lab
         last_active_key update workspace/lab/api_key/ci of lab
         no_workspace_admin workspace/lab",
    );
    let only = |id: &str| listed(&plan.clone().narrowed(|change| change.id.as_str() == id));
    same(&only("update workspace/lab/api_key/ci"), "");
    same(&only("remove workspace/lab/member/ada@x.org"), "no_workspace_admin workspace/lab");
}

#[test]
fn unlisted_people_outside_the_allowed_domains_are_listed() {
    let live = format!(
        "{LIVE}user eve@evil.example developer\nuser ann@evil.example admin\ninvite may@evil.example pending user\ninvite dee pending user"
    );
    let files = "allowed_domains x.org\nmember ada user\nmember bob user\nmember cy developer";
    let all = "outside_allowed_domains member/ann@evil.example
               outside_allowed_domains member/eve@evil.example
               outside_allowed_domains invite/may@evil.example";
    first(files, &live, all);
    // With the policy `remove`, those who cannot be removed stay listed.
    first(
        &format!("{files}\nunlisted members remove"),
        &live,
        "member_removal remove member/eve@evil.example\noutside_allowed_domains member/ann@evil.example",
    );
    // Any domain is allowed, this one is, or unlisted people are ignored.
    first(&files.replace("allowed_domains x.org\n", ""), &live, "");
    first(&files.replace("x.org\n", "x.org evil.example\n"), &live, "");
    first(&format!("{files}\nunlisted members ignore"), &live, "");
    first("allowed_domains x.org\nmemberships lab", &live, "");
    // The stricter of both guards applies.
    let plan = World::new(&files.replace("allowed_domains x.org\n", ""), &live)
        .with_guards_file("allowed_domains x.org")
        .plan();
    same(&listed(&plan), all);
}

#[test]
fn loosened_guards_are_listed_and_stricter_ones_are_not() {
    for (line, expected) in [
        ("access_loss 500 10%", "loosened_guard `access_loss` 5 → 500"),
        (
            "access_loss 500 50%",
            "loosened_guard `access_loss` 5 → 500\nloosened_guard `access_loss` share 10% → 50%",
        ),
        ("keys_off 4", "loosened_guard `keys_off` 3 → 4"),
        ("invites 26", "loosened_guard `invites` 25 → 26"),
        ("access_loss 5 10%", ""),
        ("keys_off 2\ninvites 3", ""),
    ] {
        first(line, LIVE, expected);
    }
}

#[test]
fn waiting_entries_say_what_will_happen() {
    let plan = World::new(
        "member ada user\nmember bob developer\nmembership lab ada workspace_admin\nmembership lab bob workspace_user\nworkspace Claude_Code color=#222222",
        "invite ada pending user\nworkspace lab\nmemberships lab",
    )
    .plan();
    let lines: Vec<String> = plan
        .waiting
        .iter()
        .map(|waiting| {
            let classes: Vec<&str> = waiting.classes.iter().map(|class| class.as_str()).collect();
            format!(
                "{} {} {} [{}]",
                waiting.action,
                waiting.address,
                shown::facts(&waiting.after),
                classes.join(" ")
            )
        })
        .collect();
    same(
        &lines.join("\n"),
        "create member/ada@x.org role=user [grant]
         update workspace/Claude%20Code display_color=#222222 [other]
         create workspace/lab/member/ada@x.org workspace_role=workspace_admin [grant]
         create workspace/lab/member/bob@x.org workspace_role=workspace_user [grant]",
    );
}

#[test]
fn an_easily_confused_name_is_listed() {
    let report = "unlisted members ignore\nunlisted workspaces ignore";
    for (files, expected) in [
        // With a listed person, a member, an invited person.
        (
            "member bob@acme.com user\nmember b0b@acme.com user",
            "look_alike invite invite/b0b@acme.com like bob@acme.com\nlook_alike invite invite/bob@acme.com like b0b@acme.com",
        ),
        ("member c1air@x.org user", "look_alike invite invite/c1air@x.org like clair@x.org"),
        ("member \u{501}ora@x.org user", "look_alike invite invite/\u{501}ora@x.org like dora@x.org"),
        ("member clair@X.org user", ""),
        ("member carl@x.org user", ""),
        // A changed role adds no new name.
        ("member clair user", ""),
        ("workspace 1ab", "look_alike create workspace/1ab like lab"),
        ("workspace x id=ws_ops name=1ab", "look_alike update workspace/x like lab"),
        // A name is not confused with itself.
        ("workspace x id=ws_lab name=1ab", ""),
        ("workspace 1ab id=ws_lab name=LAB", ""),
        ("workspace new", ""),
    ] {
        first(
            &format!("{report}\n{files}"),
            "user clair user\ninvite dora pending user\nworkspace lab\nworkspace ops",
            expected,
        );
    }
    // Not listed if the invite is not sent.
    let plan = World::new("member c1air@x.org user\nunlisted members ignore", "user clair user").plan();
    assert_eq!(plan.review_first().len(), 1);
    assert_eq!(listed(&plan.narrowed(|_| false)), "");
}
