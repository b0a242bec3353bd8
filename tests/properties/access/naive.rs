//! A second, simple computation of access, from the seed's JSON and the model of the files.

use std::collections::BTreeMap;

use serde_json::Value;

use super::model::{Files, Space};

/// The reason for a role: the source, its name, the role it gives.
pub(crate) type Because = (String, Option<String>, String);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) role: String,
    pub(crate) because: Vec<Because>,
}

/// The name and id of a workspace.
pub(crate) type Place = (String, Option<String>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) user_id: Option<String>,
    pub(crate) standing: &'static str,
    pub(crate) role: Option<String>,
    pub(crate) teams: Vec<String>,
    pub(crate) access: BTreeMap<Place, Grant>,
}

/// All people, by address or id.
pub(crate) type Access = BTreeMap<String, Person>;

pub(crate) fn strength(role: &str) -> u8 {
    match role {
        "workspace_user" => 1,
        "workspace_restricted_developer" => 2,
        "workspace_developer" => 3,
        "workspace_admin" => 4,
        _ => 0,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Returns the part before a `+tag` in lower case, and the domain.
fn person(email: &str) -> String {
    let email = email.to_lowercase();
    let (local, domain) = email.split_once('@').unwrap();
    format!("{}@{domain}", local.split('+').next().unwrap())
}

/// Returns the access that the files give a person in a workspace on a date, with all reasons.
pub(crate) fn wanted(files: &Files, space: &Space, name: &str, day: &str) -> Option<(String, Vec<Because>)> {
    if let Some(members) = &files.members {
        let listed = members.get(name)?;
        if listed.role == "none" || !listed.in_force(day) {
            return None;
        }
    }
    let mut teams: Vec<(&str, &str)> = Vec::new();
    for (team, role) in space.teams.iter().flatten() {
        if files.teams[team].contains(name) {
            teams.push((team, role));
        }
    }
    teams.sort_by_key(|(team, role)| (u8::MAX - strength(role), *team));
    let by_team = || {
        let strongest = teams.first()?.1.to_owned();
        let all = teams
            .iter()
            .map(|(team, role)| ("team".to_owned(), Some((*team).to_owned()), (*role).to_owned()));
        Some((strongest, all.collect()))
    };
    match space.members.as_ref().and_then(|members| members.get(name)) {
        Some(line) if line.role == "none" => None,
        Some(line) if line.in_force(day) => {
            Some((line.role.to_owned(), vec![("line".to_owned(), None, line.role.to_owned())]))
        }
        Some(line) => by_team().filter(|(role, _)| strength(role) <= strength(line.role)),
        None => by_team(),
    }
}

/// Returns the effective role for an organization role and a membership, and which of the two comes first.
fn together(kind: &str, role: &str, membership: Option<(String, Vec<Because>)>) -> Option<Grant> {
    let implied = match (kind, role) {
        (_, "admin" | "owner" | "primary_owner") => Some("workspace_admin"),
        (_, "billing") => Some("workspace_billing"),
        ("default", "developer") => Some("workspace_developer"),
        ("default", "user") => Some("workspace_user"),
        ("default", other) => Some(other),
        _ => None,
    };
    let by_role: Option<Because> =
        implied.map(|gives| ("organization_role".to_owned(), Some(role.to_owned()), gives.to_owned()));
    match (by_role, membership) {
        (None, None) => None,
        (None, Some((role, because))) => Some(Grant { role, because }),
        (Some(by_role), None) => Some(Grant { role: by_role.2.clone(), because: vec![by_role] }),
        (Some(by_role), Some((membership, mut because))) => {
            // An unknown role may include more than billing.
            let is_known = ["workspace_user", "workspace_restricted_developer", "workspace_developer"];
            let adds_nothing = membership == "workspace_billing" || is_known.contains(&membership.as_str());
            if by_role.2 == "workspace_billing" && !adds_nothing {
                because.push(by_role);
                Some(Grant { role: membership, because })
            } else {
                let role = by_role.2.clone();
                because.insert(0, by_role);
                Some(Grant { role, because })
            }
        }
    }
}

fn kind(name: &str) -> &'static str {
    match name {
        "Default" => "default",
        "Claude Code" => "claude_code",
        _ => "workspace",
    }
}

/// Returns the workspace of the files that certainly means this live one.
fn label<'a>(files: &'a Files, open: &[&Value], workspace: &Value) -> Option<&'a Space> {
    let found = files.workspaces.iter().find(|(label, space)| match &space.id {
        Some(id) => workspace["id"] == id.as_str(),
        None => {
            let same: Vec<_> = open.iter().filter(|other| other["name"] == label.as_str()).collect();
            same.len() == 1 && same[0]["id"] == workspace["id"]
        }
    });
    found.map(|(_, space)| space).filter(|space| !space.archived)
}

fn teams(files: Option<&Files>, email: &str) -> Vec<String> {
    let Some((name, files)) = email.strip_suffix("@acme.com").zip(files) else { return Vec::new() };
    files
        .teams
        .iter()
        .filter(|(_, people)| people.contains(name))
        .map(|(team, _)| (*team).to_owned())
        .collect()
}

/// Returns the access of a seed, with the reasons of the files.
pub(crate) fn of_live(live: &Value, files: Option<&Files>, day: &str) -> Access {
    let list = |name: &str| live[name].as_array().unwrap();
    let open: Vec<&Value> =
        list("workspaces").iter().filter(|workspace| workspace.get("archived_at").is_none()).collect();
    let mut access = Access::new();
    for user in list("users") {
        let email = text(&user["email"]).to_lowercase();
        let role = text(&user["role"]);
        let mut grants = BTreeMap::new();
        for workspace in &open {
            let membership = list("workspace_members").iter().find(|membership| {
                membership["workspace_id"] == workspace["id"] && membership["user_id"] == user["id"]
            });
            let membership = membership.map(|membership| {
                let role = text(&membership["workspace_role"]);
                (role.clone(), membership_because(files, &open, workspace, &email, &role, day))
            });
            let name = text(&workspace["name"]);
            if let Some(grant) = together(kind(&name), &role, membership) {
                grants.insert((name, Some(text(&workspace["id"]))), grant);
            }
        }
        let person = Person {
            user_id: Some(text(&user["id"])),
            standing: "member",
            role: Some(role),
            teams: teams(files, &email),
            access: grants,
        };
        access.insert(email, person);
    }
    let members: Vec<String> =
        list("users").iter().map(|user| person(user["email"].as_str().unwrap())).collect();
    for membership in list("workspace_members") {
        let is_known = list("users").iter().any(|user| user["id"] == membership["user_id"]);
        let Some(workspace) = open.iter().find(|workspace| workspace["id"] == membership["workspace_id"])
        else {
            continue;
        };
        if is_known {
            continue;
        }
        let id = text(&membership["user_id"]);
        let stranger = access.entry(id.clone()).or_insert_with(|| Person {
            user_id: Some(id.clone()),
            standing: "stranger",
            ..Person::default()
        });
        let role = text(&membership["workspace_role"]);
        let source = if files.is_some() { "unlisted" } else { "membership" };
        let because = vec![(source.to_owned(), None, role.clone())];
        stranger
            .access
            .insert((text(&workspace["name"]), Some(text(&workspace["id"]))), Grant { role, because });
    }
    let mut newest: BTreeMap<String, &Value> = BTreeMap::new();
    for invite in list("invites").iter().filter(|invite| invite["status"] == "pending") {
        let who = person(invite["email"].as_str().unwrap());
        let is_newer = newest.get(&who).is_none_or(|other| {
            other["invited_at"].as_str().unwrap() < invite["invited_at"].as_str().unwrap()
        });
        if is_newer && !members.contains(&who) {
            newest.insert(who, invite);
        }
    }
    for invite in newest.values() {
        let email = text(&invite["email"]).to_lowercase();
        let person = Person {
            standing: "invited",
            role: Some(text(&invite["role"])),
            teams: teams(files, &email),
            ..Person::default()
        };
        access.insert(email, person);
    }
    access
}

fn membership_because(
    files: Option<&Files>,
    open: &[&Value],
    workspace: &Value,
    email: &str,
    role: &str,
    day: &str,
) -> Vec<Because> {
    let one = |source: &str| vec![(source.to_owned(), None, role.to_owned())];
    let Some(files) = files else { return one("membership") };
    let Some(space) = label(files, open, workspace).filter(|space| space.decides_its_members()) else {
        return one("unlisted");
    };
    let name = email.strip_suffix("@acme.com").unwrap_or_default();
    match wanted(files, space, name, day) {
        None if space.members.as_ref().is_some_and(|lines| lines.contains_key(name)) => one("drift"),
        None => one("unlisted"),
        Some((wanted, because)) if wanted == role => because,
        Some(_) => one("drift"),
    }
}

/// Returns the access that files ask for on a date.
pub(crate) fn of_files(files: &Files, day: &str) -> Access {
    let mut access = Access::new();
    for (name, until) in files.members.iter().flatten() {
        if until.role == "none" || !until.in_force(day) {
            continue;
        }
        let email = format!("{name}@acme.com");
        let mut grants = BTreeMap::new();
        for (label, space) in files.workspaces.iter().filter(|(_, space)| !space.archived) {
            if let Some(grant) = together(kind(label), until.role, wanted(files, space, name, day)) {
                let shown = space.name.as_ref().unwrap_or(label).clone();
                grants.insert((shown, space.id.clone()), grant);
            }
        }
        let person = Person {
            user_id: None,
            standing: "member",
            role: Some(until.role.to_owned()),
            teams: teams(Some(files), &email),
            access: grants,
        };
        access.insert(email, person);
    }
    access
}
