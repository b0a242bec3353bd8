//! Invites: create, list, get, delete, and how they end (`docs/service-behaviour.md#invites`). The person
//! accepts an invite by e-mail; here it is a control call.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::email::{is_address, person};
use crate::envelope::{Answer, Refusal};
use crate::feed::event::{Change, Event, Recorded, id_of, objects};
use crate::ids::is_id;
use crate::kinds::Kind;
use crate::object::{Object, Problem};
use crate::organization::{OrganizationKind, below};
use crate::page::Paging;
use crate::request::{Query, Target};
use crate::role;
use crate::routes::Run::{Delete, Get, List, Post};
use crate::seeding::{Seeding, check_id, own_id, unique};
use crate::state::State;
use crate::users::User;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| Seeding::list(&mut seed.invites, document, "invites", now, Invite::from_seed),
    check: |seed| unique("invites", &seed.invites, |invite| &invite.id),
    settle: |state| {
        let due = |invite: &&mut Invite| invite.status == "pending" && invite.expires_at <= state.now;
        state.invites.iter_mut().filter(due).for_each(|invite| "expired".clone_into(&mut invite.status));
    },
    in_every_organization: true,
    recorded: &[Recorded {
        find: |state, path, told| match path {
            ["invites", rest @ ..] => {
                Some(json!(id_of(rest, told, "id").and_then(|id| state.invites.get(&id))))
            }
            _ => None,
        },
        all: |seed| objects(&seed.invites),
        says,
    }],
    ..Kind::new(&[
        ("/v1/organizations/invites", &[List(list), Post(create)]),
        ("/v1/organizations/invites/{invite_id}", &[Get(get), Delete(delete)]),
    ])
};

/// How long an invite can be accepted: 21 days, not configurable.
const LIFETIME: SignedDuration = SignedDuration::from_hours(21 * 24);

/// An invite as the service returns it. A seed needs `email` and `role`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["email", "role"]))]
pub struct Invite {
    /// The id, `invite_…`.
    pub id: String,
    /// Always `invite`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The invited address.
    pub email: String,
    /// The role that it gives in the organization.
    pub role: String,
    /// `pending`, `accepted`, `expired` or `deleted`; unknown values are kept.
    pub status: String,
    /// When it was sent (RFC 3339).
    #[schemars(with = "String")]
    pub invited_at: Timestamp,
    /// When it expires (RFC 3339): 21 days after it was sent.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// When it was accepted (RFC 3339), or null.
    #[schemars(with = "Option<String>")]
    pub accepted_at: Option<Timestamp>,
    /// Always present; empty in Console organizations.
    pub rbac_group_ids: Vec<String>,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

impl Invite {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("invite")?;
        let id = own_id(&mut object, "invite_")?;
        let email = object.text("email")?;
        let role = object.text("role")?;
        let status = object.nullable_text("status")?.unwrap_or_else(|| "pending".to_owned());
        // An expired invite must be older than its lifetime.
        let days = if status == "expired" { 22 } else { 1 };
        let invited_at = object.nullable_time("invited_at")?.unwrap_or_else(|| seeding.days_ago(days));
        let accepted_at = object.nullable_time("accepted_at")?;
        let accepted_at = accepted_at.or_else(|| (status == "accepted").then_some(invited_at));
        let groups = object.nullable_texts("rbac_group_ids")?.unwrap_or_default();
        for (nth, group) in groups.iter().enumerate() {
            check_id(&format!("rbac_group_ids[{nth}]"), group, &["rbac_group_"])?;
        }
        Ok(Self {
            id: seeding.id(id, "invite_", &["invite", &person(&email)]),
            kind: "invite",
            email,
            role,
            status,
            invited_at,
            expires_at: object.nullable_time("expires_at")?.unwrap_or_else(|| end_of(invited_at)),
            accepted_at,
            rbac_group_ids: groups,
            extra: object.rest(),
        })
    }
}

fn end_of(invited_at: Timestamp) -> Timestamp {
    invited_at.checked_add(LIFETIME).unwrap_or(Timestamp::MAX)
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = Paging::read(&mut query)?;
    let email = query.one("email")?.map(|email| person(&email));
    let roles = query.many("roles", |role| role::listable(state.rest.kind).contains(&role))?;
    let statuses = query.many("statuses", |status| matches!(status, "accepted" | "expired" | "pending"))?;
    query.finish()?;
    paging.page(&state.invites, |invite| {
        email.as_ref().is_none_or(|email| *email == person(&invite.email))
            && (roles.is_empty() || roles.contains(&invite.role))
            && invite.status != "deleted"
            && (statuses.is_empty() || statuses.contains(&invite.status))
    })
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(json!(state.invites.find(target.id("invite_id"))?))
}

fn create(state: &mut State, _: &Target<'_>, mut body: Object) -> Answer {
    let email = body.text("email")?;
    if !is_address(&email) {
        return Err(Refusal::invalid("email: must be an e-mail address."));
    }
    let role = role::read(&mut body, "role", role::settable(state.rest.kind))?;
    let groups = read_groups(state, &mut body)?;
    body.finish()?;
    check_free(state, &email)?;
    // Invites are never removed, so their number gives a new id.
    let id = state.invites.new_id("invite_", "invite", &state.invites.len().to_string());
    let invite = Invite {
        id: id.clone(),
        kind: "invite",
        email,
        role,
        status: "pending".to_owned(),
        invited_at: state.now,
        expires_at: end_of(state.now),
        accepted_at: None,
        rbac_group_ids: groups,
        extra: BTreeMap::new(),
    };
    Ok(json!(state.invites.add(&id, invite)))
}

fn delete(state: &mut State, target: &Target<'_>) -> Answer {
    let id = target.id("invite_id");
    check_pending(state.invites.find(id)?, "deleted")?;
    "deleted".clone_into(&mut state.invites.find_mut(id)?.status);
    Ok(json!({"id": id, "type": "invite_deleted"}))
}

/// Accepts an invite: the person becomes a member with a new id.
pub(crate) fn accept(state: &mut State, id: &str) -> Result<User, Refusal> {
    let invite = state.invites.find(id)?;
    check_pending(invite, "accepted")?;
    if member(state, &invite.email).is_some() {
        return Err(Refusal::coded("already_member", format!("{} is a member already.", invite.email)));
    }
    // An invite is accepted once, so its id gives a new member id.
    let user_id = state.users.new_id("user_", "accepted", id);
    let user = User::new(user_id, &invite.email, &invite.role, state.now);
    let now = state.now;
    let invite = state.invites.find_mut(id)?;
    "accepted".clone_into(&mut invite.status);
    invite.accepted_at = Some(now);
    Ok(state.users.add(&user.id.clone(), user).clone())
}

fn check_pending(invite: &Invite, what: &str) -> Result<(), Refusal> {
    if invite.status == "pending" {
        return Ok(());
    }
    let status = &invite.status;
    Err(Refusal::invalid(format!("Only a pending invite can be {what}; this one is {status}.")))
}

/// Returns the member whose address means the same person.
fn member<'a>(state: &'a State, email: &str) -> Option<&'a User> {
    let whose = person(email);
    state.users.iter().find(|user| person(&user.email) == whose)
}

fn read_groups(state: &State, body: &mut Object) -> Result<Vec<String>, Refusal> {
    if !body.has("rbac_group_ids") {
        return Ok(Vec::new());
    }
    let Some(groups) = body.nullable_texts("rbac_group_ids")? else {
        return Err(Refusal::invalid("rbac_group_ids: expected a list, found null."));
    };
    if groups.len() > 100 || groups.iter().any(|group| !is_id(group, "rbac_group_")) {
        return Err(Refusal::invalid("rbac_group_ids: must be at most 100 ids beginning with rbac_group_."));
    }
    match state.rest.kind {
        OrganizationKind::Console if !groups.is_empty() => {
            Err(Refusal::invalid("rbac_group_ids: only for Claude Enterprise organizations."))
        }
        _ => Ok(groups),
    }
}

fn check_free(state: &State, email: &str) -> Result<(), Refusal> {
    if let Some(user) = member(state, email) {
        return Err(Refusal::coded(
            "already_member",
            format!("{} is a member already ({}).", user.email, user.id),
        ));
    }
    let whose = person(email);
    let pending = |invite: &&Invite| invite.status == "pending";
    if let Some(invite) = state.invites.iter().filter(pending).find(|invite| person(&invite.email) == whose) {
        let message = format!("{} has a pending invite ({}).", invite.email, invite.id);
        return Err(Refusal::coded("invite_already_exists", message));
    }
    let members_and_invites = || state.users.len() + state.invites.iter().filter(pending).count();
    below(state.rest.limits.members, members_and_invites)
        .map_err(|most| Refusal::coded("org_member_limit_exceeded", format!("All {most} places are taken.")))
}

fn says(change: &Change<'_>) -> Vec<Event> {
    let invite = change.object();
    match (change.before["status"].as_str(), change.after["status"].as_str()) {
        (None, Some("pending")) => {
            let fields = json!({"invited_email": invite["email"], "invited_role": invite["role"]});
            vec![Event::new("org_user_invite_sent", fields)]
        }
        (Some("pending"), None | Some("deleted")) => {
            vec![Event::new("org_user_invite_deleted", json!({"invite_id": invite["id"]}))]
        }
        _ => Vec::new(),
    }
}
