//! The manual steps for a person who leaves: a role that only the Console removes, and the keys they created, which
//! outlive them.

use std::collections::BTreeMap;

use bylaws_config::nearest;
use bylaws_engine::{
    Action, Address, Email, Line, ObjectName, OrganizationRole, Plan, UserId, WorkspaceId, WorkspaceLabel,
};
use bylaws_kinds::desired::{ApiKey, Policy, WantedRole, WantedStatus, WorkspaceState};
use bylaws_kinds::live::{
    InviteStatus, KeyScope, LiveApiKey, LiveInvite, LiveKeyStatus, LivePeople, LiveUser, LiveWorkspace,
    Principal,
};
use bylaws_kinds::{API_KEY, Live, Loaded, MemberLine, Seen, could_be};
use bylaws_output::document::people::{ByHand, KeyDocument, PeopleDocument};
use bylaws_output::document::plan::ChangeDocument;
use bylaws_output::render::approve::quoted;

use super::{EditSession, by_hand};

/// A member or an invited person, as the service reports them.
pub(in crate::commands) fn seen(live: &Live, email: &Email) -> Option<Seen> {
    let (found, role) = known(live.people.as_ref()?, email)?;
    // The service may have addresses that files cannot list.
    let email = found.listable()?;
    Some(Seen { email, is_held: !matches!(role, OrganizationRole::Settable(_)) })
}

/// Returns the address and role of the member or the pending invite with this address.
fn known<'l>(people: &'l LivePeople, email: &Email) -> Option<(&'l Email, &'l OrganizationRole)> {
    let person = email.person();
    let member = people.member(email).map(|user| (&user.email, &user.role));
    let mut invited = people.pending().map(|invite| (&invite.email, &invite.role));
    member.or_else(|| invited.find(|(email, _)| email.person() == person))
}

/// Returns the member of the service with the most similar address.
pub(in crate::commands) fn near(live: &Live, email: &Email) -> Option<String> {
    let mut known: Vec<&str> = live.people.as_ref()?.users.values().map(|user| user.email.as_str()).collect();
    known.sort_unstable();
    nearest(email.as_str(), known).map(str::to_owned)
}

/// Adds the manual steps. `plan` is the plan of the edited files; `shown` are the files as the user finds them.
pub(in crate::commands) fn say(
    document: &mut PeopleDocument,
    session: &EditSession,
    email: &Email,
    line: MemberLine,
    plan: Option<&Plan>,
    shown: &Loaded,
) {
    let person = email.person();
    let user = session.live().and_then(|live| live.member(email));
    if let Some(role) = held(session, email, user) {
        let who = document.people.join(", ");
        document.by_hand.push(by_hand(format!(
            "first, in the Console: lower `{who}` from `{role}` to a role that the API can remove; until then the \
             plan shows `member/{who}` as blocked, and they keep all access of `{role}`, in every workspace"
        )));
        document.by_hand.push(by_hand(
            "in the Console, look for Admin API keys that they created: these belong to the organization, stay active, \
             and the API does not list them",
        ));
    }
    if line == MemberLine::Unmanaged {
        let what = if session.desired().members.is_none() {
            "remove them in the Console: these files have no `members`, so no plan removes members"
        } else {
            "check in the Console that they are not a member: these files do not list them"
        };
        document.by_hand.push(by_hand(what));
    }
    if let Some((live, people)) = session.live().and_then(|live| Some((live, live.people.as_ref()?)))
        && known(people, email).is_none()
    {
        say_nobody(document, session, (live, people), email);
    }
    for approval in &session.desired().guards.approvals {
        let is_about_them = |email: &Email| email.person() == person;
        let about = approval.changes.iter().filter(|pair| pair.address.email().is_some_and(is_about_them));
        document.notes.extend(
            about.map(|pair| {
                format!("the approval of `{pair}` is kept; delete it after the change is applied")
            }),
        );
    }
    let (Some(live), Some(user), Some(plan)) = (session.live(), user, plan) else { return };
    let mut keys: Vec<&LiveApiKey> =
        live.api_keys.iter().flatten().filter(|key| is_theirs(key, &user.id)).collect();
    keys.sort_by(|a, b| (&a.scope, &a.name, &a.id).cmp(&(&b.scope, &b.name, &b.id)));
    let states = States { session, live, plan, shown };
    for key in keys {
        states.say(document, key);
    }
}

/// Adds that the address is not live, and who the person may be.
fn say_nobody(
    document: &mut PeopleDocument,
    session: &EditSession,
    (live, people): (&Live, &LivePeople),
    email: &Email,
) {
    let found = could_be(session.desired(), live, email);
    if let Some(first) = found.first() {
        let names: Vec<String> = found.iter().take(3).map(|email| format!("`{email}`")).collect();
        let more = if found.len() > 3 { format!(" or {} more", found.len() - 3) } else { String::new() };
        document.by_hand.push(by_hand(format!(
            "this address is not live, so nobody loses access: they may now be a member as {}{more}; if so, run \
             `bylaws offboard {first}`",
            names.join(" or "),
        )));
        return;
    }
    let accepted = |invite: &LiveInvite| {
        invite.status == InviteStatus::Accepted && invite.email.person() == email.person()
    };
    let why = if people.invites.iter().any(accepted) {
        "; an invite to it was accepted, so they left or have a new address: check in the Console".to_owned()
    } else {
        near(live, email).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
    };
    document.notes.push(format!("this address is not live, so nobody loses access{why}"));
}

/// Returns the role that the API cannot remove: the live one if it is known.
fn held(session: &EditSession, email: &Email, user: Option<&LiveUser>) -> Option<String> {
    if session.live().is_some() {
        let role = &user?.role;
        return (!matches!(role, OrganizationRole::Settable(_))).then(|| role.as_str().to_owned());
    }
    match session.member(email)?.1.role {
        WantedRole::Held(role) => Some(role.as_str().to_owned()),
        WantedRole::Settable(_) | WantedRole::None => None,
    }
}

/// Returns whether a person created a key or it is bound to them, and it may still work.
fn is_theirs(key: &LiveApiKey, user: &UserId) -> bool {
    let bound = matches!(&key.principal, Principal::User(owner) if owner == user);
    let made = key.created_by.as_ref() == Some(user) && !matches!(key.principal, Principal::User(_));
    (bound || made) && !key.status.is_over()
}

/// The states in which a key is looked up.
struct States<'a> {
    session: &'a EditSession,
    live: &'a Live,
    plan: &'a Plan,
    /// The files as the user finds them.
    shown: &'a Loaded,
}

impl States<'_> {
    fn say(&self, document: &mut PeopleDocument, key: &LiveApiKey) {
        let scope = self.scope(key);
        let (id, status) = (&key.id, key.status.as_str());
        let name = format!("the key `{}` ({id}, {scope}, {status})", key.name);
        let is_personal = matches!(key.principal, Principal::User(_));
        if is_personal || self.is_of_claude_code(key) {
            // A plan that removes a person lists the keys that stop with them among its side effects.
            let removes = |change: &ChangeDocument| {
                *change.action == Action::Remove && matches!(*change.address, Address::Member(_))
            };
            if document.plan.iter().flat_map(|plan| &plan.changes).any(removes) {
                return;
            }
            document.notes.push(if is_personal {
                format!("{name} is their personal key; removing them archives it permanently")
            } else {
                format!("{name} belongs to Claude Code, and stops working when they are removed")
            });
            return;
        }
        let whose = match key.principal {
            Principal::ServiceAccount(_) | Principal::Other => "created by this person for a service account",
            Principal::None | Principal::User(_) => "created by this person",
        };
        let mut yaml = Vec::new();
        let what = match (&key.status, self.listed(key)) {
            (_, Some((position, WantedStatus::Inactive | WantedStatus::Archived))) => format!(
                "{name}, {whose}, is not removed with them; the files set it to inactive ({position})"
            ),
            (LiveKeyStatus::Inactive, _) => format!(
                "{name}, {whose}, is inactive; it works again for anyone who has it once it is set to active"
            ),
            (_, Some((position, WantedStatus::Active))) => format!(
                "{name}, {whose}, is still active and may be known to them: issue a replacement, then set it to \
                 `inactive` at {position}"
            ),
            (_, None) => {
                yaml = self.lines(key);
                let careful = if self.session.desired().unlisted.of("api_keys") == Policy::Remove
                    && self.keys_of(&key.scope).is_none()
                {
                    "; list the other keys there too: `unlisted.api_keys: remove` sets keys that are not listed to inactive"
                } else {
                    ""
                };
                format!(
                    "{name}, {whose}, is still active and may be known to them: issue a replacement, then set it to \
                     inactive with these lines, or in the Console{careful}"
                )
            }
        };
        let api_key =
            KeyDocument { id: id.to_string(), name: key.name.to_string(), scope, status: status.to_owned() };
        document.by_hand.push(ByHand { what, api_key: Some(api_key), yaml });
    }

    /// Returns the scope of a key for people.
    fn scope(&self, key: &LiveApiKey) -> String {
        match &key.scope {
            KeyScope::Organization => "organization".to_owned(),
            KeyScope::Unknown(scope) => format!("scope `{scope}`"),
            KeyScope::Workspace(id) => format!("workspace `{}`", self.workspace(id)),
        }
    }

    /// Returns the label of a workspace in the files, or else its name, or else its id.
    fn workspace(&self, id: &WorkspaceId) -> String {
        let label = self.label(id).map(ToString::to_string);
        let name = || self.live.workspace(id).map(|workspace| workspace.name.clone());
        label.or_else(name).unwrap_or_else(|| id.to_string())
    }

    fn label(&self, id: &WorkspaceId) -> Option<&WorkspaceLabel> {
        self.plan.workspaces.iter().find(|(_, found)| *found == id).map(|(label, _)| label)
    }

    fn is_of_claude_code(&self, key: &LiveApiKey) -> bool {
        let KeyScope::Workspace(id) = &key.scope else { return false };
        self.live.workspace(id).is_some_and(LiveWorkspace::is_claude_code)
    }

    /// Returns the keys that the files list in a scope; `None` if they do not manage it.
    fn keys_of(&self, scope: &KeyScope) -> Option<(Option<&WorkspaceLabel>, &BTreeMap<ObjectName, ApiKey>)> {
        let desired = self.session.desired();
        match scope {
            KeyScope::Organization => Some((None, desired.api_keys.as_ref()?)),
            KeyScope::Unknown(_) => None,
            KeyScope::Workspace(id) => {
                let label = self.label(id)?;
                match &desired.workspaces.as_ref()?.get(label)?.state {
                    WorkspaceState::Open(open) => Some((Some(label), open.api_keys.as_ref()?)),
                    WorkspaceState::Archived => None,
                }
            }
        }
    }

    /// Returns the position of a key's line in the files, and the status it asks for.
    fn listed(&self, key: &LiveApiKey) -> Option<(String, WantedStatus)> {
        let (label, keys) = self.keys_of(&key.scope)?;
        let pinned = keys.iter().find(|(_, line)| line.id.as_ref() == Some(&key.id));
        let (name, line) =
            pinned.or_else(|| keys.iter().find(|(name, line)| **name == key.name && line.id.is_none()))?;
        let at = Line::of_object(label, API_KEY.object(), name.clone());
        Some((self.session.position(self.shown, &at).unwrap_or_default(), line.status))
    }

    /// Returns lines for the files that set a key to inactive. They merge with existing lines under the same names.
    fn lines(&self, key: &LiveApiKey) -> Vec<String> {
        let line =
            format!("{}: {{status: inactive, id: {}}}", word(key.name.as_str()), word(key.id.as_str()));
        match &key.scope {
            KeyScope::Organization => vec!["api_keys:".to_owned(), format!("  {line}")],
            KeyScope::Unknown(_) => Vec::new(),
            KeyScope::Workspace(id) => {
                let name = self.workspace(id);
                // Files reject names with invisible characters; with an id they accept any other name.
                let name =
                    if name.chars().any(bylaws_engine::spelling::is_hidden) { id.to_string() } else { name };
                let mut lines = vec!["workspaces:".to_owned(), format!("  {}:", word(&name))];
                let default =
                    self.live.workspaces.as_ref().and_then(|workspaces| workspaces.default.as_ref());
                if self.label(id).is_none() && default != Some(id) {
                    lines.push(format!("    id: {}", word(id.as_str())));
                }
                lines.extend(["    api_keys:".to_owned(), format!("      {line}")]);
                lines
            }
        }
    }
}

/// Returns a string as YAML: unquoted if it cannot be read as anything else.
fn word(text: &str) -> String {
    let letters = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let odd = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"];
    let is_word = !odd.contains(&text.to_ascii_lowercase().as_str());
    let plain = letters && is_word && text.starts_with(|c: char| c.is_ascii_alphabetic());
    if plain { text.to_owned() } else { quoted(text) }
}
