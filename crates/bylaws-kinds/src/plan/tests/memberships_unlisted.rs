//! Unlisted memberships of managed workspaces.

use super::world::check;

const LIVE: &str = "
    user keep user\nuser ada user\nuser boss admin\nuser bill billing\nuser odd user
    workspace lab\nworkspace other
    membership lab keep workspace_user
    membership lab ada workspace_developer
    membership lab boss workspace_user
    membership lab bill workspace_user
    user bert billing
    membership lab bert workspace_admin
    membership lab odd workspace_wizard
    membership lab ghost workspace_user
    membership other ada workspace_user";

#[track_caller]
fn under(policy: &str, expected: &str) {
    let files = format!(
        "membership lab keep workspace_user\nunlisted workspace_members {policy}\nworkspace other\naccess_loss 9 100%"
    );
    check(&files, LIVE, expected);
}

#[test]
fn unlisted_memberships_are_ignored_reported_or_removed() {
    under("ignore", "");
    under(
        "report",
        "unlisted workspace/lab/member/ada@x.org: `workspace_developer`
         unlisted workspace/lab/member/bert@x.org: `workspace_admin`
         unlisted workspace/lab/member/odd@x.org: `workspace_wizard`
         unlisted workspace/lab/member/user_ghost: `workspace_user`, of a user who is not in the member list that was read",
    );
    under(
        "remove",
        "- remove workspace/lab/member/ada@x.org [access_loss]
         - remove workspace/lab/member/bert@x.org [access_loss]
         unlisted workspace/lab/member/odd@x.org: `workspace_wizard`: a role that this version does not know
         unlisted workspace/lab/member/user_ghost: `workspace_user`, of a user who is not in the member list that was read
         note workspace/lab: no explicit `workspace_admin` is left; only admins of the organization can manage it",
    );
}

/// Whatever the role of the membership and the policy: it has no effect and cannot be removed.
#[test]
fn explicit_memberships_of_admins_are_redundant() {
    for role in ["admin", "owner", "primary_owner"] {
        for membership in ["workspace_user", "workspace_developer", "workspace_admin", "workspace_wizard"] {
            let live = format!(
                "user keep user\nuser boss {role}\nworkspace lab\nmembership lab keep workspace_user\nmembership lab boss {membership}"
            );
            for policy in ["ignore", "report", "remove"] {
                let files =
                    format!("membership lab keep workspace_user\nunlisted workspace_members {policy}");
                check(&files, &live, "");
                // A listed one is in place, whatever the line says.
                for wanted in ["workspace_user", "workspace_admin", "workspace_billing"] {
                    check(&format!("{files}\nmembership lab boss {wanted}"), &live, "");
                }
            }
            check(
                "membership lab keep workspace_user\nmembership lab boss none",
                &live,
                &format!(
                    "blocked workspace/lab/member/boss@x.org: as `{role}` they are `workspace_admin` in every workspace: lower them in the Console first"
                ),
            );
        }
    }
    // `membership_admin` has no workspace, and a role that this version does not know may have none. Files
    // cannot list a person with such a role, so nothing is removed from them for being unlisted.
    let unknown = ", of somebody with an organization role that this version does not know";
    for (role, policy, why) in
        [("membership_admin", "report", ""), ("wizard", "report", unknown), ("wizard", "remove", unknown)]
    {
        check(
            &format!("membership lab keep workspace_user\nunlisted workspace_members {policy}"),
            &format!(
                "user keep user\nuser boss {role}\nworkspace lab\nmembership lab keep workspace_user\nmembership lab boss workspace_user"
            ),
            &format!("unlisted workspace/lab/member/boss@x.org: `workspace_user`{why}"),
        );
    }
}

#[test]
fn a_membership_that_counts_again_is_reported() {
    // A member who loses `billing` in this plan keeps only explicit memberships.
    check(
        "member bill user\nmember keep user\nmembership lab keep workspace_user\naccess_loss 9 100%",
        "user bill billing\nuser keep user\nworkspace lab\nmembership lab keep workspace_user\nmembership lab bill workspace_developer",
        "~ update member/bill@x.org role=billing → role=user [raise access_loss]
         unlisted workspace/lab/member/bill@x.org: `workspace_developer`",
    );
}

#[test]
fn a_workspace_without_members_or_teams_manages_no_members() {
    check(
        "workspace lab\nunlisted workspace_members remove",
        "workspace lab\nuser ada user\nmembership lab ada workspace_user",
        "",
    );
}

#[test]
fn the_content_of_an_unlisted_workspace_is_left_alone() {
    check(
        "workspaces\nunlisted workspace_members remove\nunlisted api_keys remove\nkeys -",
        "workspace lab\nuser ada user\nmembership lab ada workspace_user\nkey lab ci active",
        "unlisted workspace/lab: `ws_lab`",
    );
}

#[test]
fn removing_a_member_takes_one_request() {
    check(
        "member keep user\nmember root user\nunlisted members remove
         membership lab keep workspace_user\nunlisted workspace_members remove\nunlisted workspaces ignore",
        "user keep user\nuser root user\nuser ada user\nworkspace lab\nworkspace ops
         membership lab keep workspace_user\nmembership lab ada workspace_user\nmembership ops ada workspace_user
         key - laptop active by=ada\nkey lab mine active owner=ada by=ada\nkey lab off inactive by=ada",
        "- remove member/ada@x.org [access_loss]
         so member/ada@x.org: keys they created stay active: `laptop` (`key_laptop`)
         so member/ada@x.org: loses access to `lab`, `ops`
         so member/ada@x.org: their personal keys are archived permanently: `mine` in `lab` (`key_mine`)",
    );
}

#[test]
fn a_member_who_loses_billing_loses_the_implied_memberships() {
    check(
        "member ada developer\nmember bob user\nmembership lab ada workspace_user\nmemberships ops\nmemberships own
         unlisted workspaces ignore",
        "user ada billing\nuser bob user\ndefault
         workspace lab\nworkspace ops\nworkspace own\nworkspace far\nworkspace gone archived
         memberships lab\nmemberships ops\nmembership own ada workspace_admin",
        "~ update member/ada@x.org role=billing → role=developer [raise access_loss]
         + create workspace/lab/member/ada@x.org workspace_role=workspace_user [grant] after: update member/ada@x.org
         unlisted workspace/own/member/ada@x.org: `workspace_admin`
         so member/ada@x.org: loses access to 1 workspace whose member list was not read, unless they have an explicit membership there
         so member/ada@x.org: loses access to `ops`",
    );
}
