//! Audits as tables: start without findings, change one thing, compare the findings.

mod federation;
mod keys;
mod limits;

use bylaws_engine::audit::{Acceptance, Audit, Edit, KeyExpiry, Value};
use bylaws_engine::{Address, Amount, ApiKeyId, Email, UserId, WorkspaceId, WorkspaceLabel};
use jiff::ToSpan;
use jiff::civil::Date;

use super::{Costs, LastDays, Observed, Usage, audit};
use crate::live::Live;
use crate::objects::OBJECTS;
use crate::plan::plan;
use crate::plan::tests::words::date;
use crate::plan::tests::world::{World, same};

/// Files, live state and figures without findings. Today is 2026-11-21.
struct Case {
    world: World,
    observed: Observed,
}

const FILES: &str = "member ada admin\nmember bob developer\nmember cy user\nteam t bob
    team_membership lab t workspace_developer\nkey lab deploy active
    required_admins ada\nallowed_domains x.org\nprotect workspace/lab";
const LIVE: &str = "user ada admin added=2020-01-01\nuser bob developer added=2020-01-01
    user cy user added=2020-01-01\nworkspace lab made=2020-01-01\ndefault
    membership lab bob workspace_developer
    key lab deploy active by=bob made=2026-11-01 expires=2027-01-01";

impl Case {
    fn new(files: &str, live: &str) -> Self {
        let mut world = World::new(&format!("{FILES}\n{files}"), &format!("{LIVE}\n{live}"));
        read(
            &serde_json::json!({"spend_limits": [], "service_accounts": [], "federation_issuers": [], "federation_rules": []}),
            &mut world.live,
        );
        let used = |names: &[&str], prefix: &str| -> Vec<String> {
            names.iter().map(|name| format!("{prefix}{name}")).collect()
        };
        let since = date("2020-01-01");
        let today = world.today;
        let usage = Usage {
            since,
            people: used(&["ada", "bob"], "user_").into_iter().map(|id| (UserId::new(id), today)).collect(),
            api_keys: [(ApiKeyId::new("key_deploy"), today)].into(),
            workspaces: [(Some(WorkspaceId::new("ws_lab")), today)].into(),
        };
        let claude_code = LastDays { since, last: [(Email::live("cy@x.org"), today)].into() };
        let cost = Costs { since, by_workspace: std::collections::BTreeMap::new() };
        let observed = Observed { usage: Some(usage), claude_code: Some(claude_code), cost: Some(cost) };
        Self { world, observed }
    }

    fn audit(&self) -> Audit {
        let World { desired, live, today, .. } = &self.world;
        let plan = plan(&crate::Basis::new(desired, *today), live);
        audit(desired, live, Some(&plan), &self.observed, *today)
    }

    fn spend(&mut self, workspace: Option<&str>, day: Date, dollars: &str) {
        let costs = &mut self.observed.cost.as_mut().expect("read").by_workspace;
        let days = costs.entry(workspace.map(WorkspaceId::new)).or_default();
        *days.entry(day).or_default() += &Amount::from_dollars(dollars).expect("dollars");
    }

    #[track_caller]
    fn finds(&self, expected: &str) {
        same(&shown(&self.audit()), expected);
    }
}

fn shown(found: &Audit) -> String {
    let mut lines: Vec<String> = found
        .findings
        .iter()
        .map(|f| {
            format!("{} {} {}: {}{}", f.severity, f.rule.name, f.address, f.message, edit(f.edit.as_ref()))
        })
        .collect();
    lines.extend(
        found.accepted.iter().map(|(f, at)| format!("accepted {} {} by {at}", f.rule.name, f.address)),
    );
    lines.extend(
        found.not_judged.iter().map(|(rule, unseen)| format!("not judged {}: {unseen:?}", rule.name)),
    );
    lines.join("\n")
}

fn edit(edit: Option<&Edit>) -> String {
    match edit {
        None => String::new(),
        Some(Edit::Delete(path)) => format!(" | delete {}", path.join(".")),
        Some(Edit::Write(path, Value::Word(word))) => format!(" | {}: {word}", path.join(".")),
        Some(Edit::Write(path, Value::List(words))) => {
            format!(" | {}: [{}]", path.join("."), words.join(", "))
        }
        Some(Edit::Write(path, Value::Empty)) => format!(" | {}:", path.join(".")),
    }
}

/// Adds the lists of a snapshot, except API keys.
fn read(lists: &serde_json::Value, live: &mut Live) {
    let lists = lists.as_object().expect("an object");
    let keys = live.api_keys.take();
    for objects in OBJECTS {
        objects.remote().parse(lists).expect("lists").add_to(live, None);
    }
    live.api_keys = keys;
}

#[test]
fn nothing_is_found_if_nothing_is_wrong() {
    Case::new("", "").finds("");
}

#[test]
fn too_many_admins_are_found() {
    let mut case = Case::new(
        "member eve owner\nmember flo membership_admin",
        "user eve owner added=2026-11-01\nuser flo membership_admin added=2026-11-01",
    );
    case.world.desired.audit.max_admins = Some(1);
    case.finds(
        "warning too-many-admins organization: 2 people are admins of every workspace; the limit is 1",
    );
    case.world.desired.audit.max_admins = Some(2);
    case.finds("");
}

#[test]
fn a_team_is_compared_only_if_it_has_a_role() {
    let live = "user eve user added=2026-11-01\nworkspace ops made=2026-11-01\nmembership ops bob workspace_user\nmemberships lab
        membership lab cy workspace_admin";
    // `cy` is in no team, and no team of `bob` has a role in `ops`.
    Case::new("membership lab cy workspace_admin\nmembership ops bob workspace_user\nmember eve user", live)
        .finds("");
    let more = "more-than-the-team workspace/lab/member/bob@x.org: has `workspace_admin` here; their teams \
                have `workspace_developer` | workspaces.lab.members.bob@x.org: workspace_developer";
    let raised = |files: &str| {
        let mut case = Case::new(files, "");
        let memberships =
            case.world.live.workspace_members.get_mut(&WorkspaceId::new("ws_lab")).expect("lab");
        memberships
            .insert(UserId::new("user_bob"), bylaws_engine::LiveWorkspaceRole::from_text("workspace_admin"));
        case
    };
    raised("").finds(&format!("warning {more}"));
    // Listed, so it was reviewed.
    raised("membership lab bob workspace_admin").finds(&format!("note {more}"));
}

#[test]
fn a_line_that_repeats_a_team_is_found() {
    Case::new("membership lab bob workspace_developer", "").finds(
        "note team-gives-it workspace/lab/member/bob@x.org: this line gives workspace_developer, which one \
         of the person's teams gives already | delete workspaces.lab.members.bob@x.org",
    );
    // A line with an end date is not redundant.
    Case::new("membership lab bob workspace_developer until=2027-06-01", "").finds("");
}

#[test]
fn people_are_dormant_after_the_threshold() {
    for (last, code, found) in [
        (Some("2026-08-23"), None, ""),
        (
            Some("2026-08-22"),
            None,
            "warning dormant-person member/cy@x.org: no use for more than 90 days | members.cy@x.org: none",
        ),
        (Some("2026-08-22"), Some("2026-08-23"), ""),
        (
            None,
            Some("2026-08-22"),
            "warning dormant-person member/cy@x.org: no use for more than 90 days | members.cy@x.org: none",
        ),
    ] {
        let mut case = Case::new("", "");
        let Observed { usage, claude_code, .. } = &mut case.observed;
        let people = &mut usage.as_mut().expect("read").people;
        people.extend(last.map(|day| (UserId::new("user_cy"), date(day))));
        claude_code.as_mut().expect("read").last =
            code.map(|day| (Email::live("cy@x.org"), date(day))).into_iter().collect();
        case.finds(found);
    }
    // A new member, and one whose work leaves no usage.
    let live = "user new user added=2026-08-23\nuser bill billing added=2020-01-01";
    Case::new("member new user\nmember bill billing", live).finds("");
    // Use of a personal key counts as use by its owner.
    let mut case = Case::new("", "key - mine active owner=cy by=cy made=2026-11-01 expires=2027-01-01");
    case.observed.claude_code.as_mut().expect("read").last.clear();
    case.observed
        .usage
        .as_mut()
        .expect("read")
        .api_keys
        .insert(ApiKeyId::new("key_mine"), date("2026-11-20"));
    case.finds("");
}

#[test]
fn workspaces_and_keys_are_dormant_after_the_threshold() {
    let mut case = Case::new("", "");
    let usage = case.observed.usage.as_mut().expect("read");
    usage.workspaces = [(Some(WorkspaceId::new("ws_lab")), date("2026-08-22"))].into();
    case.finds("warning dormant-workspace workspace/lab: no use for more than 90 days");
    let mut case =
        Case::new("key lab ingest active", "key lab ingest active by=bob made=2026-06-01 expires=2027-01-01");
    case.finds(
        "warning unused-key workspace/lab/api_key/ingest: no use for more than 90 days | \
         workspaces.lab.api_keys.ingest: inactive",
    );
    case.world.desired.audit.dormant_days.keys = None;
    case.finds("");
}

/// Whatever is found, no edit archives anything or removes a person whose keys would be archived.
#[test]
fn no_suggested_edit_is_permanent() {
    let live = "key lab old active by=gone made=2020-01-01\nkey lab test active by=bob made=2020-01-01
        key - mine active owner=cy by=cy made=2020-01-01 expires=2027-01-01\nworkspace gone archived
        key gone left active made=2020-01-01\nworkspace idle made=2020-01-01\nuser eve user added=2020-01-01
        user quiet user added=2020-01-01";
    let mut case =
        Case::new("member quiet user\nkey lab old active\nkey lab test active\nworkspace idle", live);
    case.observed.claude_code.as_mut().expect("read").last.clear();
    case.observed.usage.as_mut().expect("read").workspaces.clear();
    let found = case.audit();
    let line = |name: &str, address: &str| {
        let finding = found.findings.iter().find(|f| f.rule.name == name && f.address.to_string() == address);
        edit(finding.unwrap_or_else(|| panic!("{name} {address}")).edit.as_ref())
    };
    assert_eq!(line("dormant-workspace", "workspace/idle"), "");
    assert_eq!(line("dormant-workspace", "workspace/lab"), "");
    assert_eq!(line("key-in-archived-workspace", "workspace/gone/api_key/left"), "");
    assert_eq!(line("old-key", "workspace/lab/api_key/old"), " | workspaces.lab.api_keys.old: inactive");
    assert_eq!(
        line("key-of-a-leaver", "workspace/lab/api_key/old"),
        " | workspaces.lab.api_keys.old: inactive"
    );
    assert_eq!(line("key-without-expiry", "workspace/lab/api_key/old"), "");
    assert_eq!(line("dormant-person", "member/cy@x.org"), "");
    assert_eq!(line("dormant-person", "member/quiet@x.org"), " | members.quiet@x.org: none");
    for finding in &found.findings {
        assert!(!edit(finding.edit.as_ref()).contains("archived"), "{finding:?}");
    }
}

#[test]
fn explicit_memberships_of_admins_are_never_suggested() {
    let case = Case::new("unlisted workspace_members remove", "membership lab ada workspace_developer");
    case.finds("");
    Case::new("team t2 ada\nteam_membership lab t2 workspace_user", "membership lab ada workspace_admin")
        .finds("");
}

#[test]
fn leavers_are_found_by_the_files() {
    for (line, why) in [
        ("member cy user", ""),
        ("member cy none", "created by `cy@x.org`, listed as `none`"),
        ("member cy user until=2026-12-05", "created by `cy@x.org`, listed until 2026-12-05"),
        ("member cy user until=2026-12-06", ""),
    ] {
        let mut case = Case::new(
            &format!("{line}\nkey lab ingest active\nmemberships lab"),
            "key lab ingest active by=cy made=2026-11-01 expires=2027-01-01",
        );
        case.observed
            .usage
            .as_mut()
            .expect("read")
            .api_keys
            .insert(ApiKeyId::new("key_ingest"), date("2026-11-21"));
        let found = case.audit();
        let said = found.findings.iter().find(|f| f.rule.name == "key-of-a-leaver");
        let expected = "in use: last used 2026-11-21; create a replacement first";
        let expected = (!why.is_empty()).then(|| format!("{expected} ({why})"));
        assert_eq!(said.map(|f| f.message.to_string()), expected, "{line}");
    }
}

#[test]
fn expired_and_long_pending_invites_are_found() {
    for (invites, found) in [
        ("invite dee pending user sent=2026-11-14", ""),
        (
            "invite dee pending user sent=2026-11-13",
            "warning long-pending-invite invite/dee@x.org: not accepted for 8 days | members.dee@x.org: none",
        ),
        (
            "invite dee expired user sent=2026-10-01",
            "warning expired-invite invite/dee@x.org: expired, and the person did not become a member | members.dee@x.org: none",
        ),
        // The newest invite decides, and a member needs none.
        ("invite dee expired user sent=2026-10-01\ninvite dee pending user sent=2026-11-20", ""),
        ("invite bob expired user sent=2026-10-01\ninvite dee accepted user", ""),
    ] {
        Case::new("member dee user", invites).finds(found);
    }
}

#[test]
fn unlisted_objects_are_found_with_their_age() {
    let live =
        "user eve user added=2026-10-22\nuser flo user added=2026-10-21\nworkspace side made=2026-11-20
        membership lab eve workspace_user";
    Case::new("", live).finds(
        "warning unlisted member/flo@x.org: not in the files, for 31 days | members.flo@x.org: user
      \
            note unlisted member/eve@x.org: not in the files, for 30 days | members.eve@x.org: user
      \
            note unlisted workspace/side: not in the files, for 1 day | workspaces.side:
         note \
         unlisted workspace/lab/member/eve@x.org: not in the files, age unknown | \
         workspaces.lab.members.eve@x.org: workspace_user",
    );
    Case::new("unlisted members remove\naccess_loss 9 100%", "user eve user added=2026-11-01").finds(
        "warning guard-too-wide organization: looser than the built-in guard: `access_loss` 5 → 9 | delete guards.access_loss
         warning guard-too-wide organization: looser than the built-in guard: `access_loss` share 10% → 100% | delete guards.access_loss
         note unlisted member/eve@x.org: not in the files, for 20 days; the next apply removes it | members.eve@x.org: user",
    );
}

#[test]
fn missing_guards_and_guards_that_hide_something_are_found() {
    let mut case = Case::new("unlisted api_keys ignore", "");
    case.world.desired.guards = bylaws_engine::Guards {
        allowed_domains: bylaws_engine::Domain::parse("gmail.com").map(|domain| [domain].into()),
        ..bylaws_engine::Guards::default()
    };
    case.finds(
        "warning guard-too-wide organization: `allowed_domains` contains `gmail.com`, where anybody can get an address
         warning guard-too-wide organization: `unlisted.api_keys: ignore` hides live objects that are not in the files | unlisted.api_keys: report
         note no-required-admins organization: no member is required to be an admin | guards.required_admins: [ada@x.org]
         note nothing-protected organization: nothing is protected",
    );
    case.world.desired.guards.allowed_domains = None;
    case.world.desired.unlisted = crate::desired::Unlisted::default();
    case.world.desired.guards.protect = [Address::Workspace(WorkspaceLabel::new("lab"))].into();
    case.finds(
        "note no-required-admins organization: no member is required to be an admin | guards.required_admins: [ada@x.org]
         note no-allowed-domains organization: people may have an address in any domain | guards.allowed_domains: [x.org]",
    );
}

#[test]
fn spending_above_a_limit_is_exact() {
    for (spent, is_found) in [("99.99", false), ("100", false), ("100.01", true)] {
        let mut case = Case::new("", "");
        let limit = Amount::from_dollars("100").expect("dollars");
        case.world.desired.audit.spending.monthly = [(WorkspaceLabel::new("lab"), limit)].into();
        // Last month does not count.
        case.spend(Some("ws_lab"), date("2026-10-31"), "5000");
        case.spend(Some("ws_lab"), date("2026-11-01"), spent);
        let found = case.audit();
        let says = found.findings.iter().any(|f| f.rule.name == "spending-above-limit");
        assert_eq!(says, is_found, "{spent}");
    }
}

#[test]
fn an_unusual_week_is_found() {
    // Weekly amounts, the last seven whole days first, then the expected result.
    for (weeks, is_found) in [
        (&["400", "100", "100", "100"][..], true),
        (&["300", "100", "100", "100"], false),
        (&["300.01", "100", "100", "100"], true),
        // Too little history.
        (&["400", "100", "100"], false),
        // Much more, but a small amount.
        (&["50", "1", "1", "1"], false),
        (&["51.01", "1", "1", "1"], true),
        // One unusual week does not change the median.
        (&["400", "100", "9000", "100"], true),
        (&["400", "100", "9000", "9000"], false),
    ] {
        let mut case = Case::new("", "");
        let today = case.world.today;
        for (week, amount) in (0..).zip(weeks) {
            case.spend(Some("ws_lab"), today - (7 * week + 7).days(), amount);
        }
        // Today is not a whole day.
        case.spend(Some("ws_lab"), today, "100000");
        let found = case.audit();
        let says = found.findings.iter().any(|f| f.rule.name == "spending-out-of-pattern");
        assert_eq!(says, is_found, "{weeks:?}");
    }
}

#[test]
fn a_finding_is_accepted_until_its_day() {
    for (until, found) in [
        ("2026-11-21", "accepted dormant-person member/cy@x.org by 0"),
        (
            "2026-11-20",
            "warning dormant-person member/cy@x.org: no use for more than 90 days | members.cy@x.org: none
             note acceptance-without-effect member/cy@x.org: `dormant-person member/cy@x.org` was accepted until 2026-11-20",
        ),
        (
            "2027-11-23",
            "warning dormant-person member/cy@x.org: no use for more than 90 days | members.cy@x.org: \
             none
             note acceptance-without-effect member/cy@x.org: `dormant-person \
             member/cy@x.org` is accepted until 2027-11-23, more than 366 days ahead, so the entry does \
             not count",
        ),
    ] {
        let mut case = Case::new("", "");
        case.observed.claude_code.as_mut().expect("read").last.clear();
        case.world.desired.audit.accept = vec![Acceptance {
            rule: "dormant-person",
            address: Address::Member(Email::live("cy@x.org")),
            until: date(until),
            reason: "on leave".to_owned(),
        }];
        case.finds(found);
        if until == "2026-11-21" {
            case.observed.claude_code = Case::new("", "").observed.claude_code;
            case.finds(
                "note acceptance-without-effect member/cy@x.org: `dormant-person member/cy@x.org` is \
                 accepted but no longer found",
            );
        }
    }
}

#[test]
fn unread_data_is_reported_and_not_guessed() {
    let mut case = Case::new("", "");
    case.world.desired.audit.spending.monthly =
        [(WorkspaceLabel::new("lab"), Amount::from_dollars("1").expect("dollars"))].into();
    case.observed = Observed::default();
    case.finds(
        "not judged dormant-person: Usage
         not judged dormant-workspace: Usage
         not judged unused-key: Usage
         not judged spending-above-limit: Cost
         not judged spending-out-of-pattern: Cost",
    );
    let mut case = Case::new("", "");
    case.observed.claude_code = None;
    case.finds("not judged dormant-person: ClaudeCode");
    case.world.live.people = None;
    let World { desired, live, today, .. } = &case.world;
    let found = audit(desired, live, None, &case.observed, *today);
    same(
        &shown(&found),
        "not judged too-many-admins: People
         not judged more-than-the-team: People
         not judged dormant-person: People
         not judged key-of-a-leaver: People
         not judged expired-invite: People
         not judged long-pending-invite: People
         not judged unlisted: Plan",
    );
}
