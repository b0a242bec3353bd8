//! Service accounts: the files, the live side and the plan, as tables.

use std::collections::BTreeMap;

use bylaws_config::SourceFile;
use bylaws_engine::{LiveWorkspaceRole, OrganizationId, Plan, Reference, WorkspaceId};
use jiff::civil::date;

use super::{LiveAccount, LiveServiceAccounts};
use crate::live::{Live, LiveWorkspace, LiveWorkspaces};
use crate::plan::Planner;
use crate::{Basis, Desired, Loaded, parse, parse_address, plan};

const HEAD: &str = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";

pub(crate) fn loaded(text: &str) -> Loaded {
    let text = format!("{HEAD}{text}\n");
    parse(vec![SourceFile { name: "bylaws.yaml".to_owned(), text }])
}

pub(crate) fn files(text: &str) -> Desired {
    let loaded = loaded(text);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    loaded.desired.expect("files without errors")
}

/// Returns the files with an approval of these changes.
pub(crate) fn approving(text: &str, approved: &str) -> Desired {
    let approve = "guards:\n  approve:\n    - {until: 2026-12-01, reason: agreed, changes: [";
    if approved.is_empty() { files(text) } else { files(&format!("{text}\n{approve}{approved}]}}")) }
}

/// Returns an organization with the workspaces `Default`, `lab` and `shop`, and with these accounts: name, role,
/// description and whether archived, with the id `svac_` and the name.
pub(crate) fn live(accounts: &[(&str, &str, &str, bool)]) -> Live {
    let account = |(name, role, description, archived): &(&str, &str, &str, bool)| {
        let account = LiveAccount {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            role: (*role).to_owned(),
            in_use: false,
            archived: *archived,
            created_at: None,
        };
        (format!("svac_{name}"), account)
    };
    let all: BTreeMap<_, _> = ["Default", "lab", "shop"].map(LiveWorkspace::named).into();
    let memberships = all.keys().map(|id| (id.clone(), BTreeMap::new())).collect();
    let accounts = accounts.iter().map(account).collect();
    Live {
        workspaces: Some(LiveWorkspaces { all, default: Some(WorkspaceId::new("wrkspc_Default")) }),
        service_accounts: Some(LiveServiceAccounts { accounts, memberships, refused: None }),
        ..Live::bare(OrganizationId::new("6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10"), "Acme".to_owned())
    }
}

/// Makes an account a member of a workspace.
pub(crate) fn joined(live: &mut Live, workspace: &str, account: &str, role: &str) {
    let accounts = live.service_accounts.as_mut().expect("accounts");
    let members = accounts.memberships.get_mut(&WorkspaceId::new(format!("wrkspc_{workspace}")));
    let role = LiveWorkspaceRole::from_text(role);
    members.expect("a workspace").insert(format!("svac_{account}"), role);
}

pub(crate) fn planned(files: &Desired, live: &Live) -> Plan {
    plan(&Basis::new(files, date(2026, 11, 29)), live)
}

/// Returns everything planned, blocked, unlisted and noted, one per line.
pub(crate) fn shown(plan: &Plan) -> Vec<String> {
    let facts = |facts: &Option<bylaws_engine::Facts>| {
        facts.iter().map(crate::plan::tests::shown::facts).collect::<String>()
    };
    let changes = plan.changes.iter().map(|change| {
        let classes: Vec<&str> = change.classes.iter().map(|class| class.as_str()).collect();
        let call = crate::remote(change.write.kind).expect("an adapter").call(&change.write);
        let path = call.path.trim_start_matches("/v1/organizations/");
        let body = call.body.map(|body| body.to_string()).unwrap_or_default();
        let (before, after) = (facts(&change.before), facts(&change.after));
        format!("{}: {before} → {after} [{}] {} {path} {body}", change.id, classes.join(" "), call.method)
    });
    let items = [("blocked", &plan.blocked), ("unlisted", &plan.unlisted), ("note", &plan.notes)];
    let items = items.iter().flat_map(|(word, items)| {
        items.iter().map(move |item| format!("{word} {}: {}", item.address, item.reason))
    });
    changes.chain(items).map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn every_step_has_its_class_and_the_dangerous_ones_need_an_approval() {
    let admin = "makes it an admin of the organization and needs an approval";
    let login =
        "note service_account/ci: the service accepts `admin` only from the token of an interactive login";
    let post = "POST service_accounts";
    for (has, wanted, approved, expected) in [
        (("", "", false), "{}", "", vec![format!(
            "create service_account/ci:  → name=ci organization_role=developer [other] {post} \
             {{\"name\":\"ci\",\"organization_role\":\"developer\"}}"
        )]),
        (("", "", false), "{description: deploys}", "", vec![format!(
            "create service_account/ci:  → description=deploys name=ci organization_role=developer [other] {post} \
             {{\"name\":\"ci\",\"description\":\"deploys\",\"organization_role\":\"developer\"}}"
        )]),
        (("", "", false), "{role: admin}", "", vec![format!("blocked service_account/ci: {admin}")]),
        (("", "", false), "{role: admin}", "update", vec![format!("blocked service_account/ci: {admin}")]),
        (("", "", false), "{role: admin}", "create", vec![
            format!(
                "create service_account/ci:  → name=ci organization_role=admin [grant raise] {post} \
                 {{\"name\":\"ci\",\"organization_role\":\"admin\"}}"
            ),
            login.to_owned(),
        ]),
        (("", "", false), "{state: archived}", "", vec![]),
        (("", "", false), "{id: svac_ci}", "", vec![
            "blocked service_account/ci: no live service account has the id `svac_ci`; correct or delete the id".to_owned()
        ]),
        (("developer", "", false), "{}", "", vec![]),
        (("admin", "x", false), "{}", "", vec![]),
        (("developer", "", false), "{role: developer, description: ''}", "", vec![]),
        (("developer", "", false), "{id: svac_ci}", "", vec![]),
        (("developer", "old", false), "{description: new}", "", vec![format!(
            "update service_account/ci: description=old → description=new [other] {post}/svac_ci \
             {{\"description\":\"new\"}}"
        )]),
        (("admin", "old", false), "{role: admin, description: ''}", "", vec![format!(
            "update service_account/ci: description=old → description=null [other] {post}/svac_ci {{\"description\":\"\"}}"
        )]),
        (("developer", "old", false), "{role: admin, description: new}", "", vec![
            format!("blocked service_account/ci: {admin}")
        ]),
        (("developer", "", false), "{role: admin}", "update", vec![
            format!(
                "update service_account/ci: organization_role=developer → organization_role=admin [grant raise] \
                 {post}/svac_ci {{\"organization_role\":\"admin\"}}"
            ),
            login.to_owned(),
        ]),
        (("admin", "", false), "{role: developer}", "", vec![format!(
            "update service_account/ci: organization_role=admin → organization_role=developer [access_loss] \
             {post}/svac_ci {{\"organization_role\":\"developer\"}}"
        )]),
        (("next_year", "", false), "{role: developer}", "", vec![
            "blocked service_account/ci: has the role `next_year`, which this version does not know and never rewrites: \
             change it in the Console".to_owned()
        ]),
        (("next_year", "", false), "{description: ''}", "", vec![]),
        (("developer", "", false), "{state: archived}", "", vec![
            "blocked service_account/ci: archives `svac_ci`, which is permanent and needs an approval".to_owned()
        ]),
        (("developer", "", false), "{state: archived}", "archive", vec![format!(
            "archive service_account/ci: state=active → state=archived [access_loss irreversible] {post}/svac_ci/archive"
        )]),
        (("developer", "", true), "{state: archived}", "", vec![]),
        (("developer", "", true), "{}", "", vec![
            "blocked service_account/ci: `svac_ci` with this name is archived, which is permanent, and keeps its name; \
             choose another name".to_owned()
        ]),
    ] {
        let (role, description, archived) = has;
        let accounts = [("ci", role, description, archived)];
        let live = live(if role.is_empty() { &[] } else { &accounts });
        let approved = if approved.is_empty() { String::new() } else { format!("{approved} service_account/ci") };
        let plan = planned(&approving(&format!("service_accounts: {{ci: {wanted}}}"), &approved), &live);
        assert_eq!(shown(&plan), expected, "{has:?} → {wanted}, approved: {approved:?}");
    }
}

#[test]
fn an_approval_may_name_the_id() {
    let files = approving("service_accounts: {ci: {state: archived}}", "archive service_account/svac_ci");
    assert_eq!(planned(&files, &live(&[("ci", "developer", "", false)])).changes.len(), 1);
}

#[test]
fn an_id_and_a_name_that_disagree_are_blocked() {
    let mut live = live(&[("ci", "developer", "", false), ("old", "developer", "", false)]);
    let plan = planned(
        &files("service_accounts: {ci: {id: svac_old}}\nunlisted: {service_accounts: ignore}"),
        &live,
    );
    assert_eq!(
        shown(&plan),
        [
            "blocked service_account/ci: `svac_old` is named `old`, and a service account cannot be renamed: write that name \
          before the `:`"
        ]
    );
    // The service does not allow this.
    let accounts = live.service_accounts.as_mut().expect("accounts");
    accounts.accounts.get_mut("svac_old").expect("an account").name = "ci".to_owned();
    let plan = planned(
        &files("service_accounts: {ci: {state: archived}}\nunlisted: {service_accounts: ignore}"),
        &live,
    );
    assert_eq!(
        shown(&plan),
        [
            "blocked service_account/ci: several live service accounts have this name: `svac_ci`, `svac_old`; set the `id`"
        ]
    );
}

#[test]
fn unlisted_accounts_are_reported_and_never_archived() {
    let live =
        live(&[("ci", "developer", "", false), ("bot", "admin", "", false), ("old", "developer", "", true)]);
    let reported = ["unlisted service_account/bot: `admin`"];
    for (policy, expected) in [("report", &reported[..]), ("ignore", &[]), ("remove", &reported[..])] {
        let text = format!("service_accounts: {{ci: {{}}}}\nunlisted: {{service_accounts: {policy}}}");
        assert_eq!(shown(&planned(&files(&text), &live)), expected, "{policy}");
    }
    assert_eq!(
        shown(&planned(&files("workspaces: {lab: {}}"), &live)),
        ["unlisted workspace/shop: `wrkspc_shop`"]
    );
}

#[test]
fn a_refused_list_is_one_blocked_entry_if_the_files_list_anything() {
    let mut live = live(&[]);
    live.service_accounts.as_mut().expect("accounts").refused = Some("needs a token".into());
    let blocked = ["blocked service_accounts: not read, so nothing is changed: needs a token"];
    for (text, expected) in [
        (
            "service_accounts: {ci: {}, bot: {}}\nworkspaces: {lab: {service_accounts: {ci: workspace_user}}}",
            &blocked[..],
        ),
        ("workspaces: {lab: {service_accounts: {ci: workspace_user}}}", &blocked[..]),
        ("service_accounts: {}\nworkspaces: {lab: {service_accounts: {}}}", &[]),
    ] {
        let text = format!("{text}\nunlisted: {{workspaces: ignore}}");
        assert_eq!(shown(&planned(&files(&text), &live)), expected, "{text}");
    }
}

#[test]
fn a_name_refers_to_the_live_account_or_to_the_one_that_the_plan_creates() {
    let live = live(&[("ci", "developer", "", false), ("old", "developer", "", true)]);
    let files = files("service_accounts: {ci: {}, new: {}, old: {state: archived}, boss: {role: admin}}");
    let basis = Basis::new(&files, date(2026, 11, 29));
    let mut planner = Planner::new(&files, &live, basis.today, None);
    planner.plan_service_accounts();
    let reference = |name: &str, id: Option<&str>| {
        let address = parse_address(&format!("service_account/{name}")).expect("an address");
        Some(Reference { address, id: id.map(str::to_owned) })
    };
    for (name, expected) in [
        ("ci", reference("ci", Some("svac_ci"))),
        ("new", reference("new", None)),
        ("old", None),
        ("boss", None),
        ("nobody", None),
    ] {
        assert_eq!(planner.service_account(&bylaws_engine::ObjectName::new(name)), expected, "{name}");
    }
}

#[test]
fn the_account_of_this_run_is_neither_archived_nor_given_another_role() {
    let mine = |role: &str| {
        let mut live = live(&[("ci", role, "", false), ("other", role, "", false)]);
        let accounts = live.service_accounts.as_mut().expect("accounts");
        accounts.accounts.get_mut("svac_ci").expect("an account").in_use = true;
        live
    };
    let why = "this run acts as this account, so it is not changed: use another credential";
    let approved = "archive service_account/ci, archive service_account/other";
    for (entry, role, other) in [
        ("{state: archived}", "admin", "archive service_account/other"),
        ("{role: developer}", "admin", "update service_account/other"),
    ] {
        let text = format!("service_accounts: {{ci: {entry}, other: {entry}}}");
        let plan = planned(&approving(&text, approved), &mine(role));
        let changes: Vec<String> = plan.changes.iter().map(|change| change.id.to_string()).collect();
        assert_eq!(changes, [other], "{entry}");
        let blocked: Vec<String> =
            plan.blocked.iter().map(|item| format!("{}: {}", item.address, item.reason)).collect();
        assert_eq!(blocked, [format!("service_account/ci: {why}")], "{entry}");
    }
    let plan = planned(&files("service_accounts: {ci: {description: new}, other: {}}"), &mine("admin"));
    assert_eq!(plan.changes.len(), 1, "its description may change");
}
