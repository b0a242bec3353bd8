//! Workspace memberships: lines, teams and the role in the organization.

use super::model::applied;
use super::world::{World, check};

#[test]
fn a_line_overrides_teams_and_a_stronger_team_a_weaker_one() {
    check(
        "team a ada bob cy
         team b ada bob cy
         team_membership lab a workspace_user
         team_membership lab b workspace_developer
         membership lab bob workspace_restricted_developer
         membership lab cy none
         access_loss 9 100%",
        "user ada user\nuser bob user\nuser cy user\nuser dee user
         workspace lab\nmembership lab cy workspace_user\nmembership lab dee workspace_user",
        "+ create workspace/lab/member/ada@x.org workspace_role=workspace_developer [grant]
         + create workspace/lab/member/bob@x.org workspace_role=workspace_restricted_developer [grant]
         - remove workspace/lab/member/cy@x.org [access_loss]
         unlisted workspace/lab/member/dee@x.org: `workspace_user`",
    );
}

#[test]
fn a_role_changes_in_place() {
    check(
        "membership lab ada workspace_admin
         membership lab bob workspace_user
         membership lab cy workspace_user
         access_loss 9 100%",
        "user ada user\nuser bob user\nuser cy user\nworkspace lab
         membership lab ada workspace_user\nmembership lab bob workspace_developer\nmembership lab cy workspace_user",
        "~ update workspace/lab/member/ada@x.org workspace_role=workspace_user → workspace_role=workspace_admin [raise]
         ~ update workspace/lab/member/bob@x.org workspace_role=workspace_developer → workspace_role=workspace_user [access_loss]",
    );
}

/// Checks one membership: by role in the organization, live role and line.
#[track_caller]
fn membership(role: &str, has: &str, wanted: &str, expected: &str) {
    let line = format!("membership lab bob workspace_user\nmembership lab ada {wanted}\naccess_loss 9 100%");
    let live_membership = if has == "-" { String::new() } else { format!("membership lab ada {has}") };
    let live = format!(
        "user p1 user\nuser bob user\nuser ada {role}\nworkspace lab\nmembership lab bob workspace_user\n{live_membership}"
    );
    let mut world = World::new(&line, &live);
    let plan = world.plan();
    let got = match (plan.changes.as_slice(), plan.blocked.as_slice()) {
        ([], []) => "in place",
        ([change], []) => change.action.as_str(),
        ([], [_]) => "blocked",
        _ => "several",
    };
    assert_eq!(got, expected, "{role}, has {has}, wanted {wanted}");
    world.live = applied(&world.live, &plan);
    assert_eq!(world.plan().changes, [], "oscillates: {role}, has {has}, wanted {wanted}");
}

#[test]
fn admins_and_owners_are_admins_of_every_workspace() {
    for role in ["admin", "owner", "primary_owner"] {
        for has in ["-", "workspace_user", "workspace_admin"] {
            for wanted in ["workspace_user", "workspace_admin", "workspace_developer"] {
                membership(role, has, wanted, "in place");
            }
            membership(role, has, "none", "blocked");
        }
    }
    // This role is not an admin of workspaces.
    membership("membership_admin", "-", "workspace_user", "create");
}

#[test]
fn billing_members_have_workspace_billing_and_can_be_made_workspace_admin() {
    membership("billing", "-", "workspace_billing", "in place");
    membership("billing", "-", "workspace_admin", "create");
    membership("billing", "workspace_admin", "workspace_admin", "in place");
    membership("billing", "workspace_user", "workspace_admin", "update");
    // Without the explicit membership, the one that `billing` implies is left; a weaker one has no effect.
    membership("billing", "workspace_user", "workspace_billing", "in place");
    membership("billing", "workspace_admin", "workspace_billing", "remove");
    for has in ["-", "workspace_admin"] {
        for wanted in ["workspace_user", "workspace_developer", "none"] {
            membership("billing", has, wanted, "blocked");
        }
    }
    // A membership that is as wanted stays so.
    membership("billing", "workspace_user", "workspace_user", "in place");
}

#[test]
fn other_roles_get_what_they_are_given() {
    for role in ["user", "developer", "claude_code_user", "wizard"] {
        membership(role, "-", "workspace_user", "create");
        membership(role, "-", "none", "in place");
        membership(role, "workspace_user", "none", "remove");
        membership(role, "workspace_user", "workspace_developer", "update");
        membership(role, "-", "workspace_billing", "blocked");
    }
}

#[test]
fn an_unknown_workspace_role_is_never_rewritten() {
    for role in ["user", "billing", "membership_admin"] {
        for wanted in ["workspace_user", "workspace_admin", "none"] {
            membership(role, "workspace_wizard", wanted, "blocked");
        }
    }
}

#[test]
fn memberships_follow_the_role_after_the_plan_and_wait_for_it() {
    let live = "user p1 user\nuser bob user\nworkspace lab\nmembership lab bob workspace_user\n";
    let files =
        "access_loss 9 100%\nunlisted members ignore\nmember bob user\nmembership lab bob workspace_user\n";
    // From billing to developer: an explicit membership is needed.
    check(
        &format!("{files}member ada developer\nmembership lab ada workspace_developer"),
        &format!("{live}user ada billing"),
        "~ update member/ada@x.org role=billing → role=developer [raise access_loss]
         + create workspace/lab/member/ada@x.org workspace_role=workspace_developer [grant] after: update member/ada@x.org",
    );
    // From developer to billing: explicit memberships have no effect, except `workspace_admin`.
    check(
        &format!("{files}member ada billing\nmembership lab ada workspace_billing"),
        &format!("{live}user ada developer\nmembership lab ada workspace_developer"),
        "~ update member/ada@x.org role=developer → role=billing [raise access_loss]",
    );
    check(
        &format!("{files}member ada billing\nmembership lab ada workspace_billing"),
        &format!("{live}user ada developer\nmembership lab ada workspace_admin"),
        "~ update member/ada@x.org role=developer → role=billing [raise access_loss]
         - remove workspace/lab/member/ada@x.org [access_loss] after: update member/ada@x.org
         note workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it",
    );
    check(
        &format!("{files}member ada billing\nmembership lab ada workspace_developer"),
        &format!("{live}user ada developer"),
        "~ update member/ada@x.org role=developer → role=billing [raise access_loss]
         blocked workspace/lab/member/ada@x.org: as `billing` they are `workspace_billing` in every workspace; only `workspace_admin` can be given in addition, not `workspace_developer`",
    );
    // As wanted already: nothing to wait for.
    check(
        &format!("{files}member ada billing\nmembership lab ada workspace_developer"),
        &format!("{live}user ada developer\nmembership lab ada workspace_developer"),
        "~ update member/ada@x.org role=developer → role=billing [raise access_loss]",
    );
    check(
        &format!("{files}member ada user\nunlisted workspace_members remove"),
        &format!("{live}user ada billing\nmembership lab ada workspace_admin"),
        "~ update member/ada@x.org role=billing → role=user [raise access_loss]
         - remove workspace/lab/member/ada@x.org [access_loss] after: update member/ada@x.org
         note workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it",
    );
}

#[test]
fn people_without_membership_wait_and_people_who_cannot_join_are_blocked() {
    check(
        "member ada user
         member bob user
         member cy admin
         member dee user
         membership lab ada workspace_user
         membership lab bob workspace_user
         membership lab cy workspace_user
         membership lab dee none",
        "invite bob pending user
         workspace lab\nmemberships lab",
        "+ invite invite/ada@x.org role=user [grant]
         + invite invite/dee@x.org role=user [grant]
         waiting member/bob@x.org: invited as user on 2026-11-02, not accepted yet
         waiting workspace/lab/member/ada@x.org: is being invited by this plan
         waiting workspace/lab/member/bob@x.org: invited as user on 2026-11-02, not accepted yet
         blocked member/cy@x.org: not a member, and the API cannot invite with the role `admin`: invite them and grant it in the Console
         blocked workspace/lab/member/cy@x.org: `member/cy@x.org` is blocked",
    );
}

#[test]
fn a_blocked_member_keeps_their_lines() {
    check(
        "member ada admin\nmembership lab ada workspace_user",
        "user ada developer\nworkspace lab\nmemberships lab",
        "+ create workspace/lab/member/ada@x.org workspace_role=workspace_user [grant]
         blocked member/ada@x.org: holds `developer`; the API cannot give `admin`: grant it in the Console",
    );
}

#[test]
fn a_new_workspace_is_filled_after_its_creation() {
    check(
        "member ada developer
         membership lab ada workspace_admin
         key lab ci active",
        "user ada user",
        "+ create workspace/lab name=lab [other]
         ~ update member/ada@x.org role=user → role=developer [raise]
         + create workspace/lab/member/ada@x.org workspace_role=workspace_admin [grant] after: create workspace/lab, update member/ada@x.org
         blocked workspace/lab/api_key/ci: no such key is live, and the API cannot create one: create it in the Console",
    );
}
