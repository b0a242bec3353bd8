//! `bylaws onboard`: the edits of the files for somebody who arrives, and what is left to people.

use bylaws_config::{Arrival, arrive};
use bylaws_engine::{
    Email, HeldRole, Live, LiveApiKey, LiveKeyStatus, Member, OrganizationRole, Principal, SettableRole,
    WantedRole,
};

use super::people::{self, Desk};
use crate::args::Onboard;
use crate::document::people::{ByHand, PeopleDocument};
use crate::exit::{ExitStatus, Failure};
use crate::render::inert::inert;
use crate::world::World;

pub(crate) async fn run(args: &Onboard, world: &mut World) -> Result<ExitStatus, Failure> {
    let email = people::address(&args.email)?;
    let like = args.like.as_deref().map(people::address).transpose()?;
    let role = args.role.as_deref().map(role).transpose()?;
    let desk = Desk::open(args.path.as_ref(), &args.edit, world).await?;
    if let Some((until, today)) = args.until.zip(desk.today()).filter(|(until, today)| until < today) {
        return Err(Failure::Usage {
            message: format!("the last day would be {until}, and today is {today}: nobody would arrive"),
            help: "write a day to come, or leave --until out".to_owned(),
        });
    }
    let arrival = Arrival {
        email: email.clone(),
        like: like.clone(),
        role,
        until: args.until,
        note: args.note.clone(),
    };
    let edited = arrive(&desk.loaded, &arrival).map_err(|error| {
        let about = match (&error, &like) {
            (bylaws_config::EditError::NotListed { .. }, Some(like)) => like,
            _ => &email,
        };
        desk.failure(error, about)
    })?;
    let mut document = PeopleDocument::new("onboard", email.to_string());
    if args.email != email.as_str() {
        document
            .notes
            .push(format!("`{}` is written as `{email}`: letter case makes no new person", args.email));
    }
    let difference = desk.difference(&edited)?;
    document.plan = difference.map(|(difference, _)| difference);
    let listed = like.as_ref().and_then(|like| {
        let person = like.person();
        desk.desired.members.iter().flatten().find(|(listed, _)| listed.person() == person)
    });
    if let Some((like, member)) = listed {
        say(&mut document, desk.live(), &email, (like, member));
    }
    let places = edited.steps.len() > 1;
    if places && document.plan.as_ref().is_none_or(|plan| plan.waiting.is_empty()) {
        document.notes.push(
            "whoever is no member yet is invited first; their seats follow with the first apply after they accept"
                .to_owned(),
        );
    }
    desk.finish(&edited, document, &args.edit, world)
}

/// A role of the command line.
fn role(word: &str) -> Result<SettableRole, Failure> {
    if let Some(role) = SettableRole::ALL.into_iter().find(|role| role.as_str() == word) {
        return Ok(role);
    }
    let known = SettableRole::ALL.map(SettableRole::as_str).join(", ");
    let message = if HeldRole::ALL.iter().any(|role| role.as_str() == word) {
        format!("the API cannot give `{}`", inert(word))
    } else {
        format!("`{}` is no role that can be given", inert(word))
    };
    let help = format!("roles that can be given: {known}; others are given in the Console afterwards");
    Err(Failure::Usage { message, help })
}

/// What the other person has that no line of a file gives.
fn say(document: &mut PeopleDocument, live: Option<&Live>, email: &Email, (like, member): (&Email, &Member)) {
    let person = like.person();
    let users = live.and_then(|live| live.people.as_ref()).map(|people| &people.users);
    let user = users.and_then(|users| users.values().find(|user| user.email.person() == person));
    let held = match (user.map(|user| &user.role), member.role) {
        (Some(OrganizationRole::Held(role)), _) => Some(*role),
        (None, WantedRole::Held(role)) => Some(role),
        _ => None,
    };
    if let Some(role) = held {
        let role = role.as_str();
        document.by_hand.push(ByHand {
            what: format!(
                "`{like}` is `{role}`, which the API cannot give: grant it to `{email}` in the Console once they are a \
                 member, if they need it, and write `{role}` in their line"
            ),
            ..ByHand::default()
        });
        document.notes.push(format!(
            "as `{role}`, `{like}` may do more than their lines in workspaces say; `{email}` gets what the lines say"
        ));
    }
    if let (Some(live), Some(user)) = (live, user) {
        let bound = |key: &&LiveApiKey| {
            matches!(&key.principal, Principal::User(owner) if *owner == user.id)
                && key.status == LiveKeyStatus::Active
        };
        let mut keys: Vec<String> = live
            .api_keys
            .iter()
            .flatten()
            .filter(bound)
            .map(|key| format!("`{}` ({})", key.name, key.id))
            .collect();
        keys.sort_unstable();
        if !keys.is_empty() {
            document.by_hand.push(ByHand {
                what: format!(
                    "`{like}` has keys of their own, {}: nobody else can use them; `{email}` makes theirs in the Console",
                    keys.join(", ")
                ),
                ..ByHand::default()
            });
        }
    }
}
