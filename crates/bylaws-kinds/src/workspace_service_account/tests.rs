//! Workspace memberships of service accounts, as tables.

use crate::service_account::tests::{approving, files, joined, live, loaded, planned, shown};

const CI: (&str, &str, &str, bool) = ("ci", "developer", "", false);

#[test]
fn every_step_has_its_class_and_its_request() {
    let path = "workspaces/wrkspc_lab/service_accounts";
    let update = |from: &str, to: &str, class: &str| {
        format!(
            "update workspace/lab/service_account/ci: workspace_role={from} → workspace_role={to} [{class}] POST \
             {path}/svac_ci {{\"workspace_role\":\"{to}\"}}"
        )
    };
    let (user, limited, developer, admin) =
        ("workspace_user", "workspace_restricted_developer", "workspace_developer", "workspace_admin");
    for (has, wanted, expected) in [
        ("", "none", None),
        ("", user, Some(format!(
            "create workspace/lab/service_account/ci:  → workspace_role=workspace_user [grant] POST {path} \
             {{\"service_account_id\":\"svac_ci\",\"workspace_role\":\"workspace_user\"}}"
        ))),
        (user, user, None),
        (user, limited, Some(update(user, limited, "raise"))),
        (developer, limited, Some(update(developer, limited, "access_loss"))),
        (developer, admin, Some(update(developer, admin, "raise"))),
        (admin, "none", Some(format!(
            "remove workspace/lab/service_account/ci: workspace_role=workspace_admin →  [access_loss] DELETE {path}/svac_ci"
        ))),
        ("next_year", user, Some(
            "blocked workspace/lab/service_account/ci: has `next_year`, a role that this version does not know and never \
             rewrites: change it in the Console".to_owned()
        )),
        ("next_year", "none", Some(
            "blocked workspace/lab/service_account/ci: has `next_year`, a role that this version does not know and never \
             rewrites: change it in the Console".to_owned()
        )),
    ] {
        let mut live = live(&[CI]);
        if !has.is_empty() {
            joined(&mut live, "lab", "ci", has);
        }
        let files = files(&format!(
            "workspaces: {{lab: {{service_accounts: {{ci: {wanted}}}}}}}\nunlisted: {{workspaces: ignore}}"
        ));
        assert_eq!(shown(&planned(&files, &live)), Vec::from_iter(expected), "{has} → {wanted}");
    }
}

#[test]
fn a_new_account_joins_a_new_workspace_once_both_exist() {
    let files = files(
        "service_accounts: {new: {}}\nworkspaces: {fresh: {service_accounts: {new: workspace_developer}}}\nunlisted: \
         {workspaces: ignore}",
    );
    let plan = planned(&files, &live(&[]));
    let change = plan.changes.last().expect("a membership");
    let after: Vec<&str> = change.depends_on.iter().map(bylaws_engine::ChangeId::as_str).collect();
    assert_eq!(after, ["create workspace/fresh", "create service_account/new"]);
    assert_eq!(
        shown(&plan).get(2).map(String::as_str),
        Some(
            "create workspace/fresh/service_account/new:  → workspace_role=workspace_developer [grant] POST \
             workspaces/{workspace/fresh}/service_accounts {\"service_account_id\":\"{service_account/new}\",\
             \"workspace_role\":\"workspace_developer\"}"
        )
    );
}

#[test]
fn only_a_live_account_can_be_a_member() {
    let live = live(&[CI, ("old", "developer", "", true)]);
    for (accounts, line, expected) in [
        (
            "",
            "nobody",
            "no live service account has this name: list it under `service_accounts` at the top level",
        ),
        ("", "old", "`svac_old` is archived, which is permanent"),
        ("service_accounts: {boss: {role: admin}}", "boss", "`service_account/boss` is blocked"),
        ("service_accounts: {ci: {id: svac_other}}", "ci", "`service_account/ci` is blocked"),
    ] {
        let files = files(&format!(
            "{accounts}\nworkspaces: {{lab: {{service_accounts: {{{line}: workspace_user}}}}}}\nunlisted: \
             {{workspaces: ignore, service_accounts: ignore}}"
        ));
        let expected = format!("blocked workspace/lab/service_account/{line}: {expected}");
        let shown = shown(&planned(&files, &live));
        assert!(shown.contains(&expected), "{shown:?}");
    }
}

#[test]
fn every_account_is_in_the_default_workspace() {
    let path = "workspaces/wrkspc_Default/service_accounts";
    let address = "workspace/Default/service_account/ci";
    for (has, wanted, expected) in [
        ("", "workspace_user", None),
        (
            "",
            "workspace_developer",
            Some(format!(
                "create {address}: workspace_role=workspace_user → workspace_role=workspace_developer [raise] POST {path} \
             {{\"service_account_id\":\"svac_ci\",\"workspace_role\":\"workspace_developer\"}}"
            )),
        ),
        (
            "workspace_admin",
            "workspace_user",
            Some(format!(
                "update {address}: workspace_role=workspace_admin → workspace_role=workspace_user [access_loss] POST \
             {path}/svac_ci {{\"workspace_role\":\"workspace_user\"}}"
            )),
        ),
        ("workspace_user", "", None),
        ("workspace_developer", "", Some(format!("unlisted {address}: `workspace_developer`"))),
    ] {
        let mut live = live(&[CI]);
        if !has.is_empty() {
            joined(&mut live, "Default", "ci", has);
        }
        let line = if wanted.is_empty() { String::new() } else { format!("ci: {wanted}") };
        let files = files(&format!(
            "workspaces: {{Default: {{service_accounts: {{{line}}}}}}}\nunlisted: {{workspaces: ignore}}"
        ));
        assert_eq!(shown(&planned(&files, &live)), Vec::from_iter(expected), "{has} → {wanted}");
    }
}

#[test]
fn unlisted_memberships_of_listed_workspaces_follow_the_policy() {
    let mut live = live(&[CI, ("bot", "developer", "", false), ("old", "developer", "", true)]);
    for (workspace, account, role) in [
        ("lab", "ci", "workspace_user"),
        ("lab", "bot", "workspace_admin"),
        ("lab", "old", "workspace_user"),
        ("lab", "gone", "workspace_user"),
        ("shop", "bot", "workspace_user"),
    ] {
        joined(&mut live, workspace, account, role);
    }
    let gone = "unlisted workspace/lab/service_account/svac_gone: `workspace_user`, of an account that is not in the list \
                that was read";
    let bot = "unlisted workspace/lab/service_account/bot: `workspace_admin`";
    let removes = "remove workspace/lab/service_account/bot: workspace_role=workspace_admin →  [access_loss] DELETE \
                   workspaces/wrkspc_lab/service_accounts/svac_bot";
    for (policy, expected) in [("report", &[bot, gone][..]), ("ignore", &[]), ("remove", &[removes, gone])] {
        let files = files(&format!(
            "workspaces: {{lab: {{service_accounts: {{ci: workspace_user}}}}, shop: {{}}}}\nunlisted: {{service_accounts: \
             {policy}}}"
        ));
        assert_eq!(shown(&planned(&files, &live)), expected, "{policy}");
    }
}

#[test]
fn an_account_is_removed_from_its_workspaces_before_it_is_archived() {
    let mut live = live(&[CI]);
    joined(&mut live, "lab", "ci", "workspace_user");
    let files = approving(
        "service_accounts: {ci: {state: archived}}\nworkspaces: {lab: {service_accounts: {ci: none}}}\nunlisted: \
         {workspaces: ignore}",
        "archive service_account/ci",
    );
    let ids: Vec<String> =
        planned(&files, &live).changes.iter().map(|change| change.id.to_string()).collect();
    assert_eq!(ids, ["remove workspace/lab/service_account/ci", "archive service_account/ci"]);
}

#[test]
fn lines_of_accounts_that_the_files_do_not_have_are_errors() {
    for (accounts, workspace, line, code) in [
        ("{}", "lab", "ci: workspace_user", Some("BL0535")),
        ("{ci: {}}", "lab", "ci: workspace_user", None),
        ("{ci: {state: archived}}", "lab", "ci: workspace_user", Some("BL0536")),
        ("{ci: {state: archived}}", "lab", "ci: none", None),
        ("{ci: {}}", "Default", "ci: none", Some("BL0537")),
        ("{ci: {}}", "lab", "CI: workspace_user", Some("BL0534")),
        ("{ci: {}}", "lab", "ci: workspace_billing", Some("BL0406")),
    ] {
        let text = format!(
            "service_accounts: {accounts}\nworkspaces: {{{workspace}: {{service_accounts: {{{line}}}}}}}"
        );
        let codes: Vec<&str> = loaded(&text).problems.iter().map(|problem| problem.rule.code).collect();
        assert_eq!(codes, Vec::from_iter(code), "{text}");
    }
}

#[test]
fn a_new_workspace_admin_is_reviewed_first_and_the_guard_counts_only_people() {
    let files = files(
        "workspaces: {lab: {service_accounts: {ci: workspace_admin}}, shop: {service_accounts: {ci: workspace_admin}}}\n\
         guards: {workspace_admins: {max: 0}}",
    );
    let plan = planned(&files, &live(&[CI]));
    let kinds: Vec<_> = plan.review_first().iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["workspace_admin", "workspace_admin", "loosened_guard"][..2]);
    assert_eq!(plan.changes.len(), 2);
    assert!(plan.approve().is_ok());
}
