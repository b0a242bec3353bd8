//! The manual steps for a person who leaves: a role that only the Console removes, and the keys they created, which
//! outlive them.

use bylaws_config::nearest;
use bylaws_engine::{
    Action, Address, Email, Line, ObjectName, OrganizationRole, Plan, UserId, WorkspaceId, WorkspaceLabel,
};
use bylaws_kinds::desired::{ApiKey, Policy, WantedRole, WantedStatus, WorkspaceState};
use bylaws_kinds::live::{
    InviteStatus, KeyScope, LiveApiKey, LiveInvite, LiveKeyStatus, LiveUser, Principal,
};
use bylaws_kinds::{API_KEY, Live, Loaded, MemberLine, Seen, could_be};
use bylaws_output::document::people::{ByHand, KeyDocument, PeopleDocument};
use bylaws_output::render::approve::quoted;

use super::EditSession;

/// A member or an invited person, as the service reports them.
pub(in crate::commands) fn seen(live: &Live, email: &Email) -> Option<Seen> {
    let person = email.person();
    let people = live.people.as_ref()?;
    let members = people.users.values().map(|user| (&user.email, &user.role));
    let invites = people.invites.iter().filter(|invite| invite.status == InviteStatus::Pending);
    let invited = invites.map(|invite| (&invite.email, &invite.role));
    let (found, role) = members.chain(invited).find(|(email, _)| email.person() == person)?;
    // The service may have addresses that files cannot list.
    let email = found.listable()?;
    Some(Seen { email, is_held: !matches!(role, OrganizationRole::Settable(_)) })
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
    let users = session.live().and_then(|live| live.people.as_ref()).map(|people| &people.users);
    let user = users.and_then(|users| users.values().find(|user| user.email.person() == person));
    if let Some(role) = held(session, email, user) {
        let who = document.people.join(", ");
        document.by_hand.push(ByHand {
            what: format!(
                "first, in the Console: lower `{who}` from `{role}` to a role that the API can remove; until then the \
                 plan shows `member/{who}` as blocked, and they keep all access of `{role}`, in every workspace"
            ),
            ..ByHand::default()
        });
        document.by_hand.push(ByHand {
            what: "in the Console, look for Admin API keys that they created: these belong to the organization, stay active, \
                and the API does not list them"
                .to_owned(),
            ..ByHand::default()
        });
    }
    if line == MemberLine::Unmanaged {
        let what = if session.desired.members.is_none() {
            "remove them in the Console: these files have no `members`, so no plan removes members"
        } else {
            "check in the Console that they are not a member: these files do not list them"
        };
        document.by_hand.push(ByHand { what: what.to_owned(), ..ByHand::default() });
    }
    if let Some(live) = session.live().filter(|live| is_nobody(live, email)) {
        say_nobody(document, session, live, email);
    }
    for approval in &session.desired.guards.approvals {
        let about = approval
            .changes
            .iter()
            .filter(|pair| pair.address.email().is_some_and(|email| email.person() == person));
        for pair in about {
            document
                .notes
                .push(format!("the approval of `{pair}` is kept; delete it after the change is applied"));
        }
    }
    let (Some(live), Some(user), Some(plan)) = (session.live(), user, plan) else { return };
    let mut keys: Vec<&LiveApiKey> =
        live.api_keys.iter().flatten().filter(|key| is_theirs(key, &user.id)).collect();
    keys.sort_by(|a, b| (&a.scope, &a.name, &a.id).cmp(&(&b.scope, &b.name, &b.id)));
    for key in keys {
        let listed = listed(session, plan, shown, key);
        say_key(document, session, (live, plan), key, listed);
    }
}

/// Returns whether no member and no pending invite has the address; `false` if that was not read.
fn is_nobody(live: &Live, email: &Email) -> bool {
    let person = email.person();
    live.people.as_ref().is_some_and(|people| {
        let pending = people.invites.iter().filter(|invite| invite.status == InviteStatus::Pending);
        let mut known =
            people.users.values().map(|user| &user.email).chain(pending.map(|invite| &invite.email));
        !known.any(|known| known.person() == person)
    })
}

/// Adds that the address is not live, and who the person may be.
fn say_nobody(document: &mut PeopleDocument, session: &EditSession, live: &Live, email: &Email) {
    let found = could_be(&session.desired, live, email);
    if let Some(first) = found.first() {
        let names: Vec<String> = found.iter().take(3).map(|email| format!("`{email}`")).collect();
        let more = if found.len() > 3 { format!(" or {} more", found.len() - 3) } else { String::new() };
        let what = format!(
            "this address is not live, so nobody loses access: they may now be a member as {}{more}; if so, run \
             `bylaws offboard {first}`",
            names.join(" or "),
        );
        document.by_hand.push(ByHand { what, ..ByHand::default() });
        return;
    }
    let accepted = |invite: &&LiveInvite| {
        invite.status == InviteStatus::Accepted && invite.email.person() == email.person()
    };
    let has_left = live.people.iter().flat_map(|people| &people.invites).any(|invite| accepted(&invite));
    let why = if has_left {
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
    let person = email.person();
    let member = session.desired.members.iter().flatten().find(|(listed, _)| listed.person() == person)?.1;
    match member.role {
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

fn say_key(
    document: &mut PeopleDocument,
    session: &EditSession,
    (live, plan): (&Live, &Plan),
    key: &LiveApiKey,
    listed: Option<(String, WantedStatus)>,
) {
    let scope = scope(live, plan, key);
    let (id, status) = (&key.id, key.status.as_str());
    let name = format!("the key `{}` ({id}, {scope}, {status})", key.name);
    // A plan that removes a person lists the keys that stop with them among its side effects.
    let stops_with_them = matches!(key.principal, Principal::User(_)) || is_of_claude_code(live, &key.scope);
    let is_removed = document
        .plan
        .iter()
        .flat_map(|plan| &plan.changes)
        .any(|change| *change.action == Action::Remove && matches!(*change.address, Address::Member(_)));
    if stops_with_them && is_removed {
        return;
    }
    if matches!(key.principal, Principal::User(_)) {
        document.notes.push(format!("{name} is their personal key; removing them archives it permanently"));
        return;
    }
    if is_of_claude_code(live, &key.scope) {
        document
            .notes
            .push(format!("{name} belongs to Claude Code, and stops working when they are removed"));
        return;
    }
    let whose = match key.principal {
        Principal::Other => "created by this person for a service account",
        Principal::None | Principal::User(_) => "created by this person",
    };
    let (what, yaml) = match (&key.status, listed) {
        (_, Some((position, WantedStatus::Inactive | WantedStatus::Archived))) => (
            format!("{name}, {whose}, is not removed with them; the files set it to inactive ({position})"),
            Vec::new(),
        ),
        (LiveKeyStatus::Inactive, _) => (
            format!(
                "{name}, {whose}, is inactive; it works again for anyone who has it once it is set to active"
            ),
            Vec::new(),
        ),
        (_, Some((position, WantedStatus::Active))) => (
            format!(
                "{name}, {whose}, is still active and may be known to them: issue a replacement, then set it to `inactive` \
                 at {position}"
            ),
            Vec::new(),
        ),
        (_, None) => {
            let careful = if session.desired.unlisted.of("api_keys") == Policy::Remove
                && !manages(session, plan, &key.scope)
            {
                "; list the other keys there too: `unlisted.api_keys: remove` sets keys that are not listed to inactive"
            } else {
                ""
            };
            (
                format!(
                    "{name}, {whose}, is still active and may be known to them: issue a replacement, then set it to inactive \
                     with these lines, or in the Console{careful}"
                ),
                lines(live, plan, key),
            )
        }
    };
    let api_key =
        KeyDocument { id: id.to_string(), name: key.name.to_string(), scope, status: status.to_owned() };
    document.by_hand.push(ByHand { what, api_key: Some(api_key), yaml });
}

/// Returns the scope of a key for people.
fn scope(live: &Live, plan: &Plan, key: &LiveApiKey) -> String {
    match &key.scope {
        KeyScope::Organization => "organization".to_owned(),
        KeyScope::Unknown(scope) => format!("scope `{scope}`"),
        KeyScope::Workspace(id) => format!("workspace `{}`", workspace(live, plan, id)),
    }
}

/// Returns the label of a workspace in the files, or else its name, or else its id.
fn workspace(live: &Live, plan: &Plan, id: &WorkspaceId) -> String {
    let label = label(plan, id).map(ToString::to_string);
    let found = live.workspaces.as_ref().and_then(|workspaces| workspaces.all.get(id));
    label.or_else(|| found.map(|workspace| workspace.name.clone())).unwrap_or_else(|| id.to_string())
}

fn label<'p>(plan: &'p Plan, id: &WorkspaceId) -> Option<&'p WorkspaceLabel> {
    plan.workspaces.iter().find(|(_, found)| *found == id).map(|(label, _)| label)
}

fn is_of_claude_code(live: &Live, scope: &KeyScope) -> bool {
    let KeyScope::Workspace(id) = scope else { return false };
    let found = live.workspaces.as_ref().and_then(|workspaces| workspaces.all.get(id));
    found.is_some_and(bylaws_kinds::live::LiveWorkspace::is_claude_code)
}

/// Returns the keys that the files list in a scope; `None` if they do not manage it.
fn keys_of<'d>(
    session: &'d EditSession,
    plan: &Plan,
    scope: &KeyScope,
) -> Option<(Option<WorkspaceLabel>, &'d std::collections::BTreeMap<ObjectName, ApiKey>)> {
    match scope {
        KeyScope::Organization => session.desired.api_keys.as_ref().map(|keys| (None, keys)),
        KeyScope::Unknown(_) => None,
        KeyScope::Workspace(id) => {
            let label = label(plan, id)?;
            match &session.desired.workspaces.as_ref()?.get(label)?.state {
                WorkspaceState::Open(open) => open.api_keys.as_ref().map(|keys| (Some(label.clone()), keys)),
                WorkspaceState::Archived => None,
            }
        }
    }
}

fn manages(session: &EditSession, plan: &Plan, scope: &KeyScope) -> bool {
    keys_of(session, plan, scope).is_some()
}

/// Returns the position of a key's line in the files, and the status it asks for.
fn listed(
    session: &EditSession,
    plan: &Plan,
    shown: &Loaded,
    key: &LiveApiKey,
) -> Option<(String, WantedStatus)> {
    let (label, keys) = keys_of(session, plan, &key.scope)?;
    let pinned = keys.iter().find(|(_, line)| line.id.as_ref() == Some(&key.id));
    let (name, line) =
        pinned.or_else(|| keys.iter().find(|(name, line)| **name == key.name && line.id.is_none()))?;
    let at = Line::of_object(label.as_ref(), API_KEY.object(), name.clone());
    Some((session.position(shown, &at).unwrap_or_default(), line.status))
}

/// Returns lines for the files that set a key to inactive. They merge with existing lines under the same names.
fn lines(live: &Live, plan: &Plan, key: &LiveApiKey) -> Vec<String> {
    let line = format!("{}: {{status: inactive, id: {}}}", word(key.name.as_str()), word(key.id.as_str()));
    match &key.scope {
        KeyScope::Organization => vec!["api_keys:".to_owned(), format!("  {line}")],
        KeyScope::Unknown(_) => Vec::new(),
        KeyScope::Workspace(id) => {
            let name = workspace(live, plan, id);
            // Files reject names with invisible characters; with an id they accept any other name.
            let name =
                if name.chars().any(bylaws_engine::spelling::is_hidden) { id.to_string() } else { name };
            let mut lines = vec!["workspaces:".to_owned(), format!("  {}:", word(&name))];
            let default = live.workspaces.as_ref().and_then(|workspaces| workspaces.default.as_ref());
            if label(plan, id).is_none() && default != Some(id) {
                lines.push(format!("    id: {}", word(id.as_str())));
            }
            lines.extend(["    api_keys:".to_owned(), format!("      {line}")]);
            lines
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
