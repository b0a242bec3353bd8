//! `bylaws onboard`: adds people to the files, and lists the manual steps.

use std::collections::BTreeMap;

use bylaws_config::nearest;
use bylaws_engine::{
    Email, HeldRole, OrganizationRole, SettableRole, TeamName, WorkspaceLabel, WorkspaceRole,
};
use bylaws_kinds::desired::{Member, WantedRole};
use bylaws_kinds::live::{LiveApiKey, LiveKeyStatus, Principal};
use bylaws_kinds::{Arrival, EditError, Live, arrive};
use bylaws_output::document::people::PeopleDocument;
use bylaws_output::render::escape::escape;

use super::people::{self, EditSession, by_hand};
use crate::args::Onboard;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(args: &Onboard, world: &mut World) -> Result<ExitStatus, Failure> {
    let people = people_of(args)?;
    let role = args.role.as_deref().map(role).transpose()?;
    let workspaces = memberships(&args.workspaces)?;
    let session = EditSession::open(args.path.as_ref(), &args.edit, world).await?;
    let like = args.like.as_deref().map(|like| listed(like, &session)).transpose()?;
    if let Some((until, today)) = args.until.zip(session.today()).filter(|(until, today)| until < today) {
        return Err(Failure::other(
            format!("--until {until} is in the past (today is {today})"),
            "write a future date, or remove --until",
        ));
    }
    let arrival = Arrival {
        people: people.clone(),
        like: like.clone(),
        role,
        until: args.until,
        note: args.note.clone(),
        teams: args.teams.iter().map(|team| TeamName::new(team.as_str())).collect(),
        workspaces,
    };
    let edited = arrive(&session.loaded, &arrival).map_err(|error| {
        let who = who_is_meant(&error, &people, like.as_ref());
        session.failure(error, who)
    })?;
    let mut document = PeopleDocument::new("onboard", people.iter().map(Email::to_string).collect());
    let respelled = args.emails.iter().zip(&people).filter(|(written, email)| *written != email.as_str());
    document.notes.extend(
        respelled.map(|(written, email)| {
            format!("`{written}` is written as `{email}`: letter case does not matter")
        }),
    );
    document.plan = session.difference(&edited)?.map(|(difference, _)| difference);
    if let Some(line) = like.as_ref().and_then(|like| session.member(like)) {
        say(&mut document, session.live(), &arrival, line);
    }
    if edited.steps.len() > 1 && document.plan.as_ref().is_none_or(|plan| plan.waiting.is_empty()) {
        document.notes.push(
            "people who are not members yet are invited first; the first apply after they accept adds them to \
             workspaces"
                .to_owned(),
        );
    }
    session.finish(&edited, document, &args.edit, world)
}

/// Returns the people of the command line, without duplicates.
fn people_of(args: &Onboard) -> Result<Vec<Email>, Failure> {
    let mut people: Vec<Email> = Vec::new();
    for text in &args.emails {
        let email = people::address(text).map_err(|failure| {
            if text.contains('@') {
                return failure;
            }
            Failure::other(
                format!("`{}` is not an e-mail address", escape(text)),
                format!("write it as name@example.com; pass a file or folder as `--path {}`", escape(text)),
            )
        })?;
        if let Some(other) = people.iter().find(|other| other.person() == email.person()) {
            return Err(Failure::other(
                format!("`{other}` and `{}` are the same person", escape(text)),
                "name each person once; letter case and a `+tag` do not matter",
            ));
        }
        people.push(email);
    }
    Ok(people)
}

/// Returns a person whom the files list, by e-mail address. For a name alone, the error suggests the address.
fn listed(text: &str, session: &EditSession) -> Result<Email, Failure> {
    people::address(text).map_err(|failure| {
        let members = session.desired().members.iter().flatten();
        let names: BTreeMap<&str, &Email> =
            members.filter_map(|(email, _)| Some((email.as_str().split_once('@')?.0, email))).collect();
        match nearest(text, names.keys().copied()).and_then(|near| names.get(near)) {
            Some(email) => Failure::other(
                format!("`{}` is not an e-mail address", escape(text)),
                format!("did you mean `{}`?", escape(email.as_str())),
            ),
            None => failure,
        }
    })
}

/// Returns the person that an error is about.
fn who_is_meant<'e>(error: &EditError, people: &'e [Email], like: Option<&'e Email>) -> Option<&'e Email> {
    let found = match error {
        EditError::NotListed { .. } => like,
        EditError::Listed { email, .. } => people.iter().find(|who| who.person() == email.person()),
        EditError::Domain { allowed, .. } => people.iter().find(|who| !allowed.contains(&who.domain())),
        _ => None,
    };
    found.or(people.first())
}

/// Returns the memberships of the command line; each workspace may occur once.
fn memberships(texts: &[String]) -> Result<BTreeMap<WorkspaceLabel, WorkspaceRole>, Failure> {
    let mut all = BTreeMap::new();
    for text in texts {
        let (name, role) = membership(text)?;
        let (shown, role_name) = (escape(name.as_str()), role.as_str());
        if let Some(other) = all.insert(name, role) {
            let message = format!("--workspace names `{shown}` twice: {} and {role_name}", other.as_str());
            return Err(Failure::other(message, "keep one of the two"));
        }
    }
    Ok(all)
}

/// `NAME=ROLE`; a name may contain `=`.
fn membership(text: &str) -> Result<(WorkspaceLabel, WorkspaceRole), Failure> {
    let known = WorkspaceRole::ALL.map(WorkspaceRole::as_str);
    let Some((name, word)) = text.rsplit_once('=').filter(|(name, _)| !name.is_empty()) else {
        return Err(Failure::other(
            format!("--workspace `{}` has no role", escape(text)),
            format!("write it as NAME=ROLE; roles: {}", known.join(", ")),
        ));
    };
    let Some(role) = WorkspaceRole::from_text(word) else {
        let prefixed = format!("workspace_{word}");
        let near = known.into_iter().find(|role| *role == prefixed).or_else(|| nearest(word, known));
        return Err(Failure::other(
            format!("`{}` is not a role in a workspace", escape(word)),
            format!("{}roles: {}", suggestion(near), known.join(", ")),
        ));
    };
    Ok((WorkspaceLabel::new(name), role))
}

fn role(word: &str) -> Result<SettableRole, Failure> {
    if let Some(role) = SettableRole::ALL.into_iter().find(|role| role.as_str() == word) {
        return Ok(role);
    }
    let known = SettableRole::ALL.map(SettableRole::as_str).join(", ");
    let message = if HeldRole::ALL.iter().any(|role| role.as_str() == word) {
        format!("the API cannot assign `{}`", escape(word))
    } else {
        format!("`{}` is not an assignable role", escape(word))
    };
    let near = suggestion(nearest(word, SettableRole::ALL.map(SettableRole::as_str)));
    let help =
        format!("{near}assignable roles: {known}; an admin assigns other roles in the Console afterwards");
    Err(Failure::other(message, help))
}

fn suggestion(near: Option<&str>) -> String {
    near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default()
}

/// Adds what the other person has that the copied lines do not give.
fn say(
    document: &mut PeopleDocument,
    live: Option<&Live>,
    arrival: &Arrival,
    (like, member): (&Email, &Member),
) {
    let whom: Vec<String> = arrival.people.iter().map(|email| format!("`{email}`")).collect();
    let (whom, is_one) = (whom.join(", "), whom.len() == 1);
    let user = live.and_then(|live| live.member(like));
    let held = match (user.map(|user| &user.role), member.role) {
        (Some(OrganizationRole::Held(role)), _) => Some(*role),
        (None, WantedRole::Held(role)) => Some(role),
        _ => None,
    };
    if let Some(role) = held {
        let role = role.as_str();
        document.by_hand.push(by_hand(format!(
            "`{like}` is `{role}`, which the API cannot assign: if {whom} should have it too, assign it in the Console \
             once they are members, and write `{role}` in their lines"
        )));
        document.notes.push(format!(
            "as `{role}`, `{like}` has more access than their workspace lines give; {whom} {} what the lines give",
            if is_one { "gets" } else { "get" }
        ));
    }
    if let (Some(live), Some(user)) = (live, user) {
        let bound = |key: &&LiveApiKey| {
            matches!(&key.principal, Principal::User(owner) if *owner == user.id)
                && key.status == LiveKeyStatus::Active
        };
        let keys = live.api_keys.iter().flatten().filter(bound);
        let mut keys: Vec<String> = keys.map(|key| format!("`{}` ({})", key.name, key.id)).collect();
        keys.sort_unstable();
        if !keys.is_empty() {
            document.by_hand.push(by_hand(format!(
                "`{like}` has personal keys ({}), which cannot be shared; {whom} can create their own in the Console",
                keys.join(", ")
            )));
        }
    }
}
