//! Files as a model, written as YAML for the program: what they ask for is known without parsing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::dice::Dice;
use crate::organization::{ID, MEMBERSHIPS, NAMES, PEOPLE};

/// A role and its last day.
#[derive(Clone, Debug)]
pub(crate) struct Until {
    pub(crate) role: &'static str,
    pub(crate) last: Option<String>,
}

impl Until {
    /// Dates in this form sort chronologically.
    pub(crate) fn in_force(&self, day: &str) -> bool {
        self.last.as_deref().is_none_or(|last| day <= last)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Space {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) archived: bool,
    pub(crate) members: Option<BTreeMap<&'static str, Until>>,
    pub(crate) teams: Option<BTreeMap<&'static str, &'static str>>,
}

impl Space {
    pub(crate) fn decides_its_members(&self) -> bool {
        self.members.is_some() || self.teams.is_some()
    }
}

/// People by their bare names; their addresses end with `@acme.com`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    pub(crate) members: Option<BTreeMap<&'static str, Until>>,
    pub(crate) teams: BTreeMap<&'static str, BTreeSet<&'static str>>,
    pub(crate) workspaces: BTreeMap<String, Space>,
}

pub(crate) const TEAMS: [&str; 3] = ["alpha", "beta", "gamma"];

/// Returns random files for this organization.
pub(crate) fn random(dice: &mut Dice, live: &Value) -> Files {
    let mut files = Files::default();
    let mut listed: BTreeMap<&'static str, &'static str> =
        PEOPLE.iter().map(|name| (*name, "user")).collect();
    if dice.chance(90) {
        let mut members = BTreeMap::from([("zoe", Until { role: "user", last: None })]);
        for name in PEOPLE {
            if dice.chance(75) {
                members.insert(name, member(dice));
            }
        }
        listed = members.iter().map(|(name, until)| (*name, until.role)).collect();
        files.members = Some(members);
    }
    for team in TEAMS {
        let people = listed.keys().copied().filter(|_| dice.chance(35)).collect();
        files.teams.insert(team, people);
    }
    let mut pinned = BTreeSet::new();
    for workspace in live["workspaces"].as_array().unwrap() {
        let (id, name) = (workspace["id"].as_str().unwrap(), workspace["name"].as_str().unwrap());
        if dice.chance(25) && name != "Default" && name != "Claude Code" {
            pinned.insert(name);
            let mut space = space(dice, &listed);
            space.id = Some(id.to_owned());
            if dice.chance(30) {
                space.name = Some(format!("now {id}"));
            }
            files.workspaces.insert(format!("label {id}"), space);
        }
    }
    for name in NAMES {
        // Two labels for one workspace are not relevant to access.
        if !pinned.contains(name) && dice.chance(60) {
            files.workspaces.insert(name.to_owned(), space(dice, &listed));
        }
    }
    for name in ["Default", "Claude Code"] {
        if dice.chance(35) {
            files.workspaces.insert(name.to_owned(), Space::default());
        }
    }
    if files.workspaces.is_empty() {
        files.workspaces.insert("only".to_owned(), Space::default());
    }
    files
}

fn member(dice: &mut Dice) -> Until {
    let role = dice.pick(&[
        "user",
        "developer",
        "billing",
        "claude_code_user",
        "user",
        "developer",
        "admin",
        "owner",
        "primary_owner",
        "membership_admin",
        "none",
    ]);
    let held = matches!(role, "admin" | "owner" | "primary_owner" | "membership_admin" | "none");
    Until { role, last: (!held && dice.chance(30)).then(|| day(dice)) }
}

/// Returns a date around 2026-11-21, mostly within two days of it.
fn day(dice: &mut Dice) -> String {
    dice.pick(&["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22", "2026-09-30", "2027-02-01"])
        .to_owned()
}

fn space(dice: &mut Dice, listed: &BTreeMap<&'static str, &'static str>) -> Space {
    if dice.chance(10) {
        return Space { archived: true, ..Space::default() };
    }
    let mut space = Space::default();
    if dice.chance(70) {
        let mut members = BTreeMap::new();
        for (name, role) in listed {
            if !dice.chance(45) {
                continue;
            }
            let membership = match (*role, dice.below(9)) {
                ("billing", 0..3) => "workspace_billing",
                (_, 3) => "none",
                _ => dice.pick(&MEMBERSHIPS),
            };
            let last = (membership != "none" && dice.chance(35)).then(|| day(dice));
            members.insert(*name, Until { role: membership, last });
        }
        space.members = Some(members);
    }
    if dice.chance(65) {
        let teams = TEAMS.into_iter().filter(|_| dice.chance(60)).collect::<Vec<_>>();
        space.teams = Some(teams.into_iter().map(|team| (team, dice.pick(&MEMBERSHIPS))).collect());
    }
    space
}

impl Files {
    pub(crate) fn yaml(&self, dice: &mut Dice) -> String {
        let mut text = format!("bylaws: 1\norganization:\n  id: {ID}\n");
        if let Some(members) = &self.members {
            text += "members:\n";
            for (name, until) in members {
                text += &format!("  {}: {}\n", spelled(name, dice), value(until));
            }
        }
        text += "teams:\n";
        for (team, people) in &self.teams {
            let people: Vec<String> = people.iter().map(|name| spelled(name, dice)).collect();
            text += &format!("  {team}: [{}]\n", people.join(", "));
        }
        text += "workspaces:\n";
        for (label, space) in &self.workspaces {
            text += &format!("  \"{label}\":\n");
            for (field, value) in [("id", &space.id), ("name", &space.name)] {
                if let Some(value) = value {
                    text += &format!("    {field}: {value}\n");
                }
            }
            if space.archived {
                text += "    state: archived\n";
            }
            match &space.members {
                None => {}
                Some(members) if members.is_empty() => text += "    members: {}\n",
                Some(members) => {
                    text += "    members:\n";
                    for (name, until) in members {
                        text += &format!("      {}: {}\n", spelled(name, dice), value(until));
                    }
                }
            }
            match &space.teams {
                None => {}
                Some(teams) if teams.is_empty() => text += "    teams: {}\n",
                Some(teams) => {
                    text += "    teams:\n";
                    for (team, role) in teams {
                        text += &format!("      {team}: {role}\n");
                    }
                }
            }
        }
        text
    }
}

fn spelled(name: &str, dice: &mut Dice) -> String {
    if dice.chance(8) { format!("{}@ACME.com", name.to_uppercase()) } else { format!("{name}@acme.com") }
}

fn value(until: &Until) -> String {
    match &until.last {
        None => until.role.to_owned(),
        Some(last) => format!("{{role: {}, until: {last}}}", until.role),
    }
}

/// Adds what affects access to a random organization: owners, non-members in member lists, several pending invites of
/// one person, a known id for the default workspace.
pub(crate) fn live(dice: &mut Dice) -> Value {
    let mut live = crate::organization::random(dice);
    // This is about people.
    for list in ["federation_rules", "federation_issuers", "service_accounts", "workspace_service_accounts"] {
        live.as_object_mut().unwrap().remove(list);
    }
    for user in live["users"].as_array_mut().unwrap() {
        if dice.chance(15) {
            user["role"] = dice.pick(&["primary_owner", "membership_admin", "owner", "billing"]).into();
        }
    }
    let mut workspaces = live["workspaces"].as_array().unwrap().clone();
    if dice.chance(20) {
        workspaces.push(serde_json::json!({
            "id": "wrkspc_0default", "name": "Default", "archived_at": "2026-10-01T00:00:00Z",
        }));
    }
    workspaces.push(serde_json::json!({ "id": "wrkspc_01default", "name": "Default" }));
    let mut memberships = live["workspace_members"].as_array().unwrap().clone();
    for workspace in &workspaces {
        let is_open = workspace.get("archived_at").is_none();
        if workspace["name"] != "Default" && dice.chance(15) {
            let user = if dice.chance(50) { "user_01stranger" } else { "user_02stranger" };
            memberships.push(serde_json::json!({
                "workspace_id": workspace["id"], "user_id": user, "workspace_role": dice.pick(&MEMBERSHIPS),
            }));
        }
        // A list that was left behind by archiving.
        if !is_open {
            for user in live["users"].as_array().unwrap() {
                if dice.chance(20) {
                    memberships.push(serde_json::json!({
                        "workspace_id": workspace["id"], "user_id": user["id"],
                        "workspace_role": dice.pick(&MEMBERSHIPS),
                    }));
                }
            }
        }
    }
    let mut invites = live["invites"].as_array().unwrap().clone();
    for name in PEOPLE {
        // No two at the same time, because nothing would say which is the newest.
        for nth in 0..[0, 0, 0, 1, 2][dice.below(5)] {
            let email = [format!("{name}@acme.com"), format!("{}@acme.COM", name.to_uppercase())];
            let role = dice.pick(&["user", "developer", "billing", "claude_code_user"]);
            invites.push(serde_json::json!({
                "email": email[dice.below(2)], "role": role, "status": "pending",
                "invited_at": format!("2026-11-{:02}T{:02}:3{nth}:00Z", 3 + dice.below(17), dice.below(24)),
            }));
        }
    }
    live["workspaces"] = workspaces.into();
    live["workspace_members"] = memberships.into();
    live["invites"] = invites.into();
    live
}
