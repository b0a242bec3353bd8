//! Filters of people, workspaces and roles.

use bylaws_engine::access::{Access as Map, AccessChange, Grant, Held, Holder, Place, Presence, Where, Who};
use bylaws_engine::{
    Email, HeldRole, Inherited, LiveWorkspaceRole, OrganizationRole, SettableRole, TeamName, WorkspaceRole,
};
use bylaws_output::document::access::PersonDocument;
use bylaws_output::render::escape::escape;

use crate::args::Access;
use crate::exit::Failure;

/// The requested filters; an empty one matches everything.
pub(super) struct Filter {
    people: Vec<Email>,
    workspaces: Vec<String>,
    teams: Vec<TeamName>,
    role: Option<Role>,
}

/// A requested role.
enum Role {
    /// Any role.
    Reach,
    /// This role, in a workspace or in the organization, by its name.
    Exactly(String),
    /// This role in a workspace, or a stronger one.
    InWorkspace(WorkspaceRole),
    /// This role in the organization, or a stronger one.
    InOrganization(SettableRole),
}

impl Filter {
    pub(super) fn of(args: &Access) -> Result<Self, Failure> {
        let role = match (&args.role, args.who_can.as_deref()) {
            (Some(role), _) => Some(Role::Exactly(role.clone())),
            (None, Some("reach")) => Some(Role::Reach),
            (None, Some(word)) => Some(who_can(word)?),
            (None, None) => None,
        };
        Ok(Self {
            people: args.person.iter().map(|email| Email::live(email)).collect(),
            workspaces: args.workspace.clone(),
            teams: args.team.iter().map(|team| TeamName::new(team.as_str())).collect(),
            role,
        })
    }

    /// Fails if a requested name does not exist: a typo must not read as "no access".
    pub(super) fn check(&self, access: &Map) -> Result<(), Failure> {
        let missing = |what: &str, name: &str, help: &str| {
            Failure::other(format!("there is no {what} {}", escape(name)), help)
        };
        for email in &self.people {
            if !access.people.keys().any(|who| is(who, email)) {
                return Err(missing("person", email.as_str(), "run `bylaws access` to list everybody"));
            }
        }
        for name in &self.workspaces {
            if !access.places.iter().any(|place| is_called(place, name)) {
                let help = "run `bylaws access --by workspace` to list the open workspaces";
                return Err(missing("open workspace", name, help));
            }
        }
        for team in &self.teams {
            if !access.people.values().any(|holder| holder.teams.contains(team)) {
                return Err(missing(
                    "team with at least one member named",
                    team.as_str(),
                    "name a team that `teams` lists",
                ));
            }
        }
        Ok(())
    }

    pub(super) fn takes_person(&self, who: &Who, holder: &Holder) -> bool {
        let people = self.people.is_empty() || self.people.iter().any(|email| is(who, email));
        let teams = self.teams.is_empty() || self.teams.iter().any(|team| holder.teams.contains(team));
        people && teams
    }

    pub(super) fn takes_place(&self, place: &Place) -> bool {
        self.workspaces.is_empty() || self.workspaces.iter().any(|name| is_called(place, name))
    }

    pub(super) fn takes_grant(&self, holder: &Holder, grant: &Grant) -> bool {
        match &self.role {
            None | Some(Role::Reach | Role::InOrganization(_)) => true,
            Some(Role::Exactly(word)) => {
                grant.role.as_str() == word || self.has_role(holder) && self.workspaces.is_empty()
            }
            Some(Role::InWorkspace(role)) => reaches(&grant.role, *role),
        }
    }

    fn has_role(&self, holder: &Holder) -> bool {
        let is_in = holder.standing != Presence::Invited;
        match (&self.role, &holder.role) {
            (None | Some(Role::Reach | Role::InWorkspace(_)), _) => true,
            (Some(Role::Exactly(word)), Some(role)) => role.as_str() == word,
            (Some(Role::InOrganization(wanted)), Some(role)) => is_in && holds(role, *wanted),
            (Some(_), None) => false,
        }
    }

    /// Returns whether a person is shown with the filtered workspaces.
    pub(super) fn keeps(&self, person: &PersonDocument, holder: &Holder) -> bool {
        let has_grant = !person.access.is_empty();
        match &self.role {
            None => self.workspaces.is_empty() || has_grant,
            Some(Role::Reach | Role::InWorkspace(_)) => has_grant,
            Some(Role::Exactly(_)) => has_grant || self.has_role(holder) && self.workspaces.is_empty(),
            Some(Role::InOrganization(_)) => {
                self.has_role(holder) && (self.workspaces.is_empty() || has_grant)
            }
        }
    }

    pub(super) fn takes_change(&self, change: &AccessChange, before: &Map, after: &Map) -> bool {
        let holders = [before, after].map(|access| access.people.get(&change.who));
        let person = holders.into_iter().flatten().any(|holder| self.takes_person(&change.who, holder));
        let place = self.workspaces.is_empty()
            || match &change.place {
                Where::Organization => false,
                Where::Workspace(name, id) => self
                    .workspaces
                    .iter()
                    .any(|wanted| name == wanted || id.as_ref().is_some_and(|id| id.as_str() == wanted)),
            };
        let role = |held: &Option<Held>| match (&self.role, held) {
            (None | Some(Role::Reach), _) => true,
            (Some(Role::Exactly(word)), Some(held)) => held.role() == word,
            (Some(Role::InWorkspace(role)), Some(Held::Workspace(grant))) => reaches(&grant.role, *role),
            (Some(Role::InOrganization(role)), Some(Held::Organization(Some(held), _))) => holds(held, *role),
            (Some(_), _) => false,
        };
        person && place && (role(&change.before) || role(&change.after))
    }
}

fn who_can(word: &str) -> Result<Role, Failure> {
    if let Some(role) = WorkspaceRole::from_text(word) {
        return Ok(Role::InWorkspace(role));
    }
    let settable = SettableRole::ALL.into_iter().find(|role| role.as_str() == word);
    let held = HeldRole::ALL.into_iter().any(|role| role.as_str() == word);
    match (settable, held) {
        (Some(role), _) => Ok(Role::InOrganization(role)),
        (None, true) => Ok(Role::Exactly(word.to_owned())),
        (None, false) => {
            let mut all = WorkspaceRole::ALL.map(WorkspaceRole::as_str).to_vec();
            all.extend(SettableRole::ALL.map(SettableRole::as_str));
            all.extend(HeldRole::ALL.map(HeldRole::as_str).into_iter().chain(["reach"]));
            Err(Failure::other(
                format!("unknown role {}", escape(word)),
                format!("write one of: {}", all.join(", ")),
            ))
        }
    }
}

/// An unknown role may include any other. A known organization role that implies no role in the default workspace
/// includes none of these.
fn reaches(role: &LiveWorkspaceRole, wanted: WorkspaceRole) -> bool {
    match role {
        LiveWorkspaceRole::Known(role) if wanted == WorkspaceRole::Billing => {
            matches!(role, WorkspaceRole::Billing | WorkspaceRole::Admin)
        }
        LiveWorkspaceRole::Known(role) => role.strength() >= wanted.strength(),
        LiveWorkspaceRole::Unknown(word) => {
            matches!(OrganizationRole::from_text(word), OrganizationRole::Unknown(_))
        }
    }
}

fn holds(role: &OrganizationRole, wanted: SettableRole) -> bool {
    match role {
        OrganizationRole::Settable(role) => *role == wanted || wanted.is_raised_by(*role),
        OrganizationRole::Held(role) => role.inherited() == Some(Inherited::Admin),
        OrganizationRole::Unknown(_) => true,
    }
}

fn is(who: &Who, email: &Email) -> bool {
    match who {
        Who::Person(known) => known.person() == email.person(),
        Who::Stranger(id) => id.as_str() == email.as_str(),
        Who::Object(_) => false,
    }
}

fn is_called(place: &Place, name: &str) -> bool {
    place.name == name
        || place.id.as_ref().is_some_and(|id| id.as_str() == name)
        || place.label.as_ref().is_some_and(|label| label.as_str() == name)
}
