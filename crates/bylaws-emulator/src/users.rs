//! Members of the organization: list, get, change role, remove (`docs/service-behaviour.md#members`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::api_keys::ApiKey;
use crate::email::person;
use crate::envelope::{Answer, Refusal};
use crate::feed::Actor;
use crate::feed::event::{Change, Event, Recorded, objects};
use crate::kinds::Kind;
use crate::object::{Object, Problem};
use crate::page::Paging;
use crate::request::{Query, Target};
use crate::role;
use crate::routes::Run::{Delete, Get, List, Post};
use crate::seeding::{Seeding, own_id, unique};
use crate::state::State;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| Seeding::list(&mut seed.users, document, "users", now, User::from_seed),
    check: |seed| unique("users", &seed.users, |user| &user.id),
    in_every_organization: true,
    recorded: &[Recorded {
        find: |state, path, _| match path {
            ["users", id] => Some(json!(state.users.get(id))),
            _ => None,
        },
        all: |seed| objects(&seed.users),
        says,
    }],
    ..Kind::new(&[
        ("/v1/organizations/users", &[List(list)]),
        ("/v1/organizations/users/{user_id}", &[Get(get), Post(update), Delete(remove)]),
    ])
};

/// A member as the service returns it. A seed needs `email` and `role`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["email", "role"]))]
pub struct User {
    /// The id, `user_…`.
    pub id: String,
    /// Always `user`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The address as stored; filters match any spelling of the same person.
    pub email: String,
    /// The name shown in the Console.
    pub name: String,
    /// The organization role; unknown values are kept.
    pub role: String,
    /// When they became a member (RFC 3339).
    #[schemars(with = "String")]
    pub added_at: Timestamp,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl User {
    pub(crate) fn new(id: String, email: &str, role: &str, added_at: Timestamp) -> Self {
        Self {
            id,
            kind: "user",
            email: email.to_owned(),
            name: name_of(email),
            role: role.to_owned(),
            added_at,
            extra: BTreeMap::new(),
        }
    }

    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("user")?;
        let id = own_id(&mut object, "user_")?;
        let email = object.text("email")?;
        let role = object.text("role")?;
        let id = seeding.id(id, "user_", &["user", &person(&email)]);
        let added_at = object.nullable_time("added_at")?.unwrap_or_else(|| seeding.days_ago(30));
        let user = Self::new(id, &email, &role, added_at);
        let name = object.nullable_text("name")?.unwrap_or(user.name);
        Ok(Self { name, extra: object.rest(), ..user })
    }
}

/// Returns the default name: "ada.lovelace@acme.com" is "Ada Lovelace".
fn name_of(email: &str) -> String {
    let local = email.split(['@', '+']).next().unwrap_or_default();
    let words = local.split(['.', '-', '_']).filter(|part| !part.is_empty());
    words.map(capitalized).collect::<Vec<_>>().join(" ")
}

/// Returns a word with a capital.
pub(crate) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = Paging::read(&mut query)?;
    let email = query.one("email")?.map(|email| person(&email));
    let roles = query.many("roles", |role| role::listable(state.rest.kind).contains(&role))?;
    query.finish()?;
    paging.page(&state.users, |user| {
        email.as_ref().is_none_or(|email| *email == person(&user.email))
            && (roles.is_empty() || roles.contains(&user.role))
    })
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(json!(state.users.find(target.id("user_id"))?))
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let role = role::read(&mut body, "role", role::settable(state.rest.kind))?;
    body.finish()?;
    let user = state.users.find_mut(target.id("user_id"))?;
    if role::is_console_only(&user.role) {
        let role = &user.role;
        let message = format!("The role of a member with the role {role} cannot be changed here.");
        return Err(Refusal::invalid(message));
    }
    user.role = role;
    Ok(json!(user))
}

fn remove(state: &mut State, target: &Target<'_>) -> Answer {
    let id = target.id("user_id");
    let user = state.users.find(id)?;
    if state.users.len() == 1 {
        return Err(Refusal::coded("cannot_remove_last_member", "The last member cannot be removed."));
    }
    if role::is_console_only(&user.role) {
        let message = format!("A member with the role {} cannot be removed here.", user.role);
        return Err(Refusal::invalid(message));
    }
    state.users.remove(id);
    for memberships in state.members.values_mut() {
        memberships.remove(id);
    }
    // Personal keys are archived permanently, even if the person comes back; workspace keys that they
    // created keep working.
    let claude_code = state.claude_code_workspaces();
    let theirs = |key: &ApiKey| key.belongs_to(id) || (key.lives_in(&claude_code) && key.was_created_by(id));
    for key in state.api_keys.iter_mut().filter(|key| theirs(key)) {
        "archived".clone_into(&mut key.status);
    }
    Ok(json!({"id": id, "type": "user_deleted"}))
}

fn says(change: &Change<'_>) -> Vec<Event> {
    let (before, after, user) = (change.before, change.after, change.object());
    match (before.is_null(), after.is_null()) {
        (is_new, is_gone) if change.actor.is(&["scim_directory_sync_actor"]) => {
            let kind = match (is_new, is_gone) {
                (true, _) => "scim_user_created",
                (_, true) => "scim_user_deleted",
                (false, false) => "scim_user_updated",
            };
            vec![Event::new(kind, json!({"user_id": user["id"]}))]
        }
        // Nobody can be added without an invite that they accept.
        (true, _) => {
            let sent = json!({"invited_email": user["email"], "invited_role": user["role"]});
            let text = |name: &str| user[name].as_str().unwrap_or_default();
            let accepted = Event::new("org_user_invite_accepted", json!({"invite_id": null}));
            let accepted = accepted.by(Actor::user(text("email"), Some(text("id"))));
            vec![Event::new("org_user_invite_sent", sent), accepted]
        }
        (_, true) => {
            let fields = json!({"deleted_user_email": user["email"], "deleted_user_id": user["id"]});
            vec![Event::new("org_user_deleted", fields)]
        }
        _ if before["role"] != after["role"] && change.actor.is(&["user_actor", "anthropic_actor"]) => {
            let role = |user: &Value| {
                json!({"role": user["role"], "target_id": user["id"], "target_type": "user",
                       "resource_type": "organization"})
            };
            vec![
                Event::new("role_assignment_revoked", role(before)),
                Event::new("role_assignment_granted", role(after)),
            ]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_derived_from_the_address() {
        assert_eq!(name_of("ada.lovelace+x@acme.com"), "Ada Lovelace");
        assert_eq!(name_of("sam@acme.com"), "Sam");
    }
}
