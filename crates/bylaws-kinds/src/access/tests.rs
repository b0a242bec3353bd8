//! Access as tables: files and live state in a few words, one line per role.

use bylaws_engine::access::{Access, Because, Held, Presence, Source, Where, difference};

use super::{access_held, access_wanted};
use crate::plan::tests::world::{World, same};

fn shown(access: &Access) -> String {
    let mut lines = Vec::new();
    for (who, holder) in &access.people {
        let role = holder.role.as_ref().map_or("?", |role| role.as_str());
        let standing = match holder.standing {
            Presence::Member => "",
            Presence::Invited => " invited",
            Presence::Stranger => " stranger",
            Presence::Account => " account",
            Presence::Workload => " workload",
        };
        lines.push(format!("{who} {role}{standing}"));
        for (at, grant) in &holder.grants {
            let why: Vec<String> = grant.sources.iter().map(source).collect();
            lines.push(format!("{who} {} {} by {}", access.places[*at].name, grant.role, why.join(", ")));
        }
    }
    lines.join("\n")
}

fn source(source: &Source) -> String {
    let why = match &source.because {
        Because::OrganizationRole => "role".to_owned(),
        Because::Line => "line".to_owned(),
        Because::Team(team) => format!("team {team}"),
        Because::ActsAs(account) => format!("as {account}"),
        Because::Membership => "membership".to_owned(),
        Because::Drift => "drift".to_owned(),
        Because::Unlisted => "unlisted".to_owned(),
    };
    format!("{why} ({})", source.role)
}

#[track_caller]
fn wanted(files: &str, expected: &str) {
    let world = World::new(files, "");
    same(&shown(&access_wanted(&world.desired, world.today)), expected);
}

#[track_caller]
fn held(files: &str, live: &str, expected: &str) {
    let world = World::new(files, live);
    same(&shown(&access_held(&world.live, Some(&world.desired), world.today)), expected);
}

#[test]
fn a_line_overrides_teams_and_all_teams_are_named() {
    wanted(
        "member ada user\nmember bob user\nmember cy user\nmember dee user
         team a ada bob cy\nteam b ada\nteam_membership lab a workspace_user\nteam_membership lab b workspace_developer
         membership lab bob workspace_restricted_developer\nmembership lab cy none",
        "ada@x.org user
         ada@x.org lab workspace_developer by team b (workspace_developer), team a (workspace_user)
         bob@x.org user
         bob@x.org lab workspace_restricted_developer by line (workspace_restricted_developer)
         cy@x.org user
         dee@x.org user",
    );
}

#[test]
fn an_expired_line_gives_nothing_and_a_team_applies_only_if_it_gives_no_more() {
    wanted(
        "member ada user until=2026-11-21\nmember bob user until=2026-11-20\nmember cy user\nmember dee user
         member eve none
         team a cy\nteam b dee\nteam_membership lab a workspace_user\nteam_membership lab b workspace_admin
         membership lab ada workspace_user until=2026-11-21\nmembership lab bob workspace_user
         membership lab cy workspace_developer until=2026-11-20\nmembership lab dee workspace_developer until=2026-11-20",
        "ada@x.org user
         ada@x.org lab workspace_user by line (workspace_user)
         cy@x.org user
         cy@x.org lab workspace_user by team a (workspace_user)
         dee@x.org user",
    );
}

#[test]
fn roles_in_the_organization_imply_roles_in_workspaces() {
    held(
        "",
        "user ada admin\nuser bo billing\nuser cy billing\nuser dev developer\nuser eve claude_code_user
         user max membership_admin\nuser own owner
         default\nworkspace lab\nworkspace old archived
         membership lab bo workspace_user\nmembership lab cy workspace_admin\nmembership lab ada workspace_user\nmembership old dev workspace_admin",
        "ada@x.org admin
         ada@x.org Default workspace_admin by role (workspace_admin)
         ada@x.org lab workspace_admin by role (workspace_admin), unlisted (workspace_user)
         bo@x.org billing
         bo@x.org Default workspace_billing by role (workspace_billing)
         bo@x.org lab workspace_billing by role (workspace_billing), unlisted (workspace_user)
         cy@x.org billing
         cy@x.org Default workspace_billing by role (workspace_billing)
         cy@x.org lab workspace_admin by unlisted (workspace_admin), role (workspace_billing)
         dev@x.org developer
         dev@x.org Default workspace_developer by role (workspace_developer)
         eve@x.org claude_code_user
         eve@x.org Default claude_code_user by role (claude_code_user)
         max@x.org membership_admin
         max@x.org Default membership_admin by role (membership_admin)
         own@x.org owner
         own@x.org Default workspace_admin by role (workspace_admin)
         own@x.org lab workspace_admin by role (workspace_admin)",
    );
}

#[test]
fn a_live_membership_is_explained_by_the_files_or_by_its_state() {
    held(
        "member ada user\nmember bob user\nmember cy user\nteam a bob
         team_membership lab a workspace_user\nmembership lab ada workspace_user\nmembership lab cy workspace_admin
         workspace free",
        "user ada user\nuser bob user\nuser cy user\nuser dee user
         workspace lab\nworkspace free\nworkspace other
         membership lab ada workspace_user\nmembership lab bob workspace_user\nmembership lab cy workspace_user\nmembership lab dee workspace_user
         membership lab ghost workspace_admin\nmembership free ada workspace_user\nmembership other ada workspace_user",
        "ada@x.org user
         ada@x.org free workspace_user by unlisted (workspace_user)
         ada@x.org lab workspace_user by line (workspace_user)
         ada@x.org other workspace_user by unlisted (workspace_user)
         bob@x.org user
         bob@x.org lab workspace_user by team a (workspace_user)
         cy@x.org user
         cy@x.org lab workspace_user by drift (workspace_user)
         dee@x.org user
         dee@x.org lab workspace_user by unlisted (workspace_user)
         user_ghost ? stranger
         user_ghost lab workspace_admin by unlisted (workspace_admin)",
    );
}

#[test]
fn an_invite_is_listed_and_gives_no_access() {
    held(
        "",
        "user ada user\ndefault
         invite bob pending user sent=2026-11-01\ninvite bob pending admin sent=2026-11-02
         invite ada pending admin\ninvite cy expired user",
        "ada@x.org user
         ada@x.org Default workspace_user by role (workspace_user)
         bob@x.org admin invited",
    );
}

#[test]
fn a_difference_is_a_role_gained_lost_or_changed_but_not_a_reason() {
    let before = World::new(
        "",
        "user ada user\nuser bob user\nuser cy user\nworkspace lab id=ws_1\nworkspace ops id=ws_2
         membership 1 ada workspace_user\nmembership 1 cy workspace_user\nmembership 2 bob workspace_user",
    );
    let after = World::new(
        "team t cy\nteam_membership renamed t workspace_user",
        "user ada developer\nuser cy user\nuser dee user\nworkspace renamed id=ws_1\nworkspace ops id=ws_3
         membership 1 ada workspace_admin\nmembership 1 cy workspace_user\nmembership 3 dee workspace_user",
    );
    let (before, after) = (
        access_held(&before.live, None, before.today),
        access_held(&after.live, Some(&after.desired), after.today),
    );
    let lines: Vec<String> = difference(&before, &after)
        .iter()
        .map(|change| {
            let place = match &change.place {
                Where::Organization => "organization",
                Where::Workspace(name, _) => name,
            };
            let role =
                |held: &Option<Held>| held.as_ref().map_or("-".to_owned(), |held| held.role().to_owned());
            format!("{} {place}: {} → {}", change.who, role(&change.before), role(&change.after))
        })
        .collect();
    same(
        &lines.join("\n"),
        "ada@x.org organization: user → developer
         ada@x.org renamed: workspace_user → workspace_admin
         bob@x.org organization: user → -
         bob@x.org ops: workspace_user → -
         dee@x.org organization: - → user
         dee@x.org ops: - → workspace_user",
    );
    assert_eq!(difference(&after, &after), []);
}
