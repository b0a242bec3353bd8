//! Builds the desired state from lines like `member ada developer until=2026-11-30`.

use std::collections::BTreeMap;

use bylaws_engine::guards::{AccessLoss, Approval, Guards, Share};
use bylaws_engine::{
    ApiKeyId, Domain, HeldRole, ObjectName, OrganizationId, OrganizationKind, SettableRole, TeamName, UserId,
    WorkspaceId, WorkspaceRole,
};

use super::words::{Words, date, email, label, name};
use crate::desired::{
    ApiKey, DataResidency, Desired, Member, MembershipLine, OpenWorkspace, OrganizationPin, Policy, Unlisted,
    WantedRole, WantedStatus, Workspace, WorkspaceSettings, WorkspaceState,
};
use crate::unlisted_sections::unlisted_sections;
use crate::{parse_address, parse_pair};

pub(crate) fn empty() -> Desired {
    Desired::of(OrganizationPin {
        id: OrganizationId::new("org"),
        name: None,
        kind: OrganizationKind::Console,
    })
}

pub(crate) fn desired(text: &str) -> Desired {
    let mut desired = empty();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        add(&mut desired, line);
    }
    desired
}

fn add(desired: &mut Desired, line: &str) {
    let words = Words::of(line);
    match words.plain.as_slice() {
        ["called", title] => desired.organization.name = Some(name(title)),
        ["enterprise"] => desired.organization.kind = OrganizationKind::Enterprise,
        ["members"] => desired.members = Some(BTreeMap::new()),
        ["member", who, role] => {
            let member = Member {
                role: wanted(role),
                until: words.date("until"),
                id: words.option("id").map(UserId::new),
            };
            desired.members.get_or_insert_default().insert(email(who), member);
        }
        ["team", team, people @ ..] => {
            let people = people.iter().map(|who| email(who)).collect();
            desired.teams.insert(TeamName::new(*team), people);
        }
        ["workspaces"] => desired.workspaces = Some(BTreeMap::new()),
        ["workspace", label_, rest @ ..] => {
            let state = if rest.contains(&"archived") {
                WorkspaceState::Archived
            } else {
                WorkspaceState::Open(Box::new(settings(&words)))
            };
            let entry = Workspace {
                id: words.option("id").map(WorkspaceId::new),
                name: words.option("name").map(name),
                state,
            };
            desired.workspaces.get_or_insert_default().insert(label(label_), entry);
        }
        ["memberships", place] => {
            open(desired, place).members.get_or_insert_default();
        }
        ["membership", place, who, role] => {
            let role = WorkspaceRole::from_text(role);
            let line = MembershipLine { role, until: words.date("until") };
            open(desired, place).members.get_or_insert_default().insert(email(who), line);
        }
        ["team_membership", place, team, role] => {
            let role = WorkspaceRole::from_text(role).expect("a role");
            open(desired, place).teams.get_or_insert_default().insert(TeamName::new(*team), role);
        }
        ["keys", "-"] => desired.api_keys = Some(BTreeMap::new()),
        ["keys", place] => {
            open(desired, place).api_keys.get_or_insert_default();
        }
        ["key", place, key, status] => {
            let status = WantedStatus::ALL.into_iter().find(|s| s.as_str() == *status).expect("a status");
            let (id, name) = (words.option("id"), words.option("name"));
            let line = ApiKey { status, id: id.map(ApiKeyId::new), name: name.map(ObjectName::new) };
            let keys = match *place {
                "-" => &mut desired.api_keys,
                place => &mut open(desired, place).api_keys,
            };
            keys.get_or_insert_default().insert(ObjectName::new(*key), line);
        }
        ["unlisted", kind, policy] => unlisted(&mut desired.unlisted, kind, policy),
        _ => assert!(guard(&mut desired.guards, line), "{line}"),
    }
}

fn settings(words: &Words<'_>) -> OpenWorkspace {
    let residency = DataResidency {
        workspace_geo: words.option("geo").map(str::to_owned),
        allowed_inference_geos: words.allowed(),
        default_inference_geo: words.option("default").map(str::to_owned),
    };
    let settings = WorkspaceSettings {
        display_color: words.option("color").map(str::to_owned),
        tags: words.tags(),
        data_residency: Some(residency).filter(|residency| *residency != DataResidency::default()),
        external_key: None,
    };
    OpenWorkspace { settings, ..OpenWorkspace::default() }
}

/// Returns the open workspace with this label, and adds it if it is missing.
fn open<'a>(desired: &'a mut Desired, place: &str) -> &'a mut OpenWorkspace {
    let new = || Workspace { id: None, name: None, state: WorkspaceState::Open(Box::default()) };
    let entry = desired.workspaces.get_or_insert_default().entry(label(place)).or_insert_with(new);
    match &mut entry.state {
        WorkspaceState::Open(open) => open,
        WorkspaceState::Archived => panic!("{place} is archived"),
    }
}

fn wanted(role: &str) -> WantedRole {
    let settable = SettableRole::ALL.into_iter().find(|known| known.as_str() == role);
    let held = HeldRole::ALL.into_iter().find(|known| known.as_str() == role);
    match (settable, held) {
        (Some(role), _) => WantedRole::Settable(role),
        (_, Some(role)) => WantedRole::Held(role),
        _ => WantedRole::None,
    }
}

fn unlisted(unlisted: &mut Unlisted, kind: &str, policy: &str) {
    let level = match policy {
        "ignore" => Policy::Ignore,
        "report" => Policy::Report,
        _ => Policy::Remove,
    };
    let section = unlisted_sections().find(|section| section.key == kind).expect("a section");
    unlisted.set(section.key, level);
}

pub(crate) fn guards(text: &str) -> Guards {
    let mut guards = Guards::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(guard(&mut guards, line), "{line}");
    }
    guards
}

/// Parses lines of `guards:`; `approve 2026-12-01 archive workspace/lab + remove member/ada@x.org`.
fn guard(guards: &mut Guards, line: &str) -> bool {
    let words = Words::of(line);
    match words.plain.as_slice() {
        ["access_loss", max, share] => {
            let (max, share) = (max.parse().expect("people"), Share::parse(share).expect("a share"));
            guards.access_loss = AccessLoss { max, share };
        }
        ["keys_off", max] => guards.keys_off = max.parse().expect("keys"),
        ["invites", max] => guards.invites = max.parse().expect("invites"),
        ["workspace_admins", max] => guards.workspace_admins = max.parse().expect("people"),
        ["required_admins", people @ ..] => {
            guards.required_admins = people.iter().map(|who| email(who)).collect();
        }
        ["allowed_domains", domains @ ..] => {
            guards.allowed_domains = domains.iter().map(|domain| Domain::parse(domain)).collect();
        }
        ["protect", address] => {
            guards.protect.insert(parse_address(address).expect("an address"));
        }
        ["approve", until, pairs @ ..] => {
            let pairs = pairs.join(" ");
            let changes = pairs.split(" + ").map(|pair| parse_pair(pair).expect("a pair")).collect();
            guards.approvals.push(Approval { changes, until: date(until), reason: "test".to_owned() });
        }
        _ => return false,
    }
    true
}
