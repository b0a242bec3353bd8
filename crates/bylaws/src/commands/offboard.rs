//! `bylaws offboard`: the edits that remove a person from the files, and the manual steps.

use bylaws_engine::Email;
use bylaws_kinds::desired::{Policy, WantedRole};
use bylaws_kinds::{EditError, MemberLine, leave};
use bylaws_output::document::people::PeopleDocument;

use super::people::{self, EditSession, leaver};
use crate::args::Offboard;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(args: &Offboard, world: &mut World) -> Result<ExitStatus, Failure> {
    let email = people::address(&args.email)?;
    let session = EditSession::open(args.path.as_ref(), &args.edit, world).await?;
    let live = session.live().and_then(|live| leaver::seen(live, &email));
    let (edited, line) = match leave(&session.loaded, &email, live.as_ref()) {
        Ok(edited) => edited,
        Err(EditError::NotListed { near: None }) => {
            let near = session.live().and_then(|live| leaver::near(live, &email));
            return Err(session.failure(EditError::NotListed { near }, Some(&email)));
        }
        Err(error) => return Err(session.failure(error, Some(&email))),
    };
    let listed = spelled(&session, &email).or(live.map(|live| live.email)).unwrap_or_else(|| email.clone());
    let mut document = PeopleDocument::new("offboard", vec![listed.to_string()]);
    if args.email != listed.as_str() {
        document.notes.push(format!(
            "`{}` is listed as `{listed}`: the service treats both as the same person",
            args.email
        ));
    }
    document.notes.push(why(&session, &listed, line));
    let (difference, plan) = session.difference(&edited)?.unzip();
    document.plan = difference;
    let shown = if args.edit.write { &edited.loaded } else { &session.loaded };
    leaver::say(&mut document, &session, &email, line, plan.as_ref(), shown);
    session.finish(&edited, document, &args.edit, world)
}

fn spelled(session: &EditSession, email: &Email) -> Option<Email> {
    let person = email.person();
    let desired = session.desired();
    let members = desired.members.iter().flatten().map(|(email, _)| email);
    let named = members.chain(desired.teams.values().flatten());
    named.into_iter().find(|email| email.person() == person).cloned()
}

/// Returns why the line under `members` is edited in this way.
fn why(session: &EditSession, email: &Email, line: MemberLine) -> String {
    let member = session.desired().members.iter().flatten().find(|(listed, _)| *listed == email);
    let role = member.map(|(_, member)| member.role);
    match (line, role) {
        (MemberLine::Deleted, _) => {
            "their line is deleted: `unlisted.members: remove` removes members who are not listed".to_owned()
        }
        (MemberLine::None, Some(WantedRole::Held(role))) => format!(
            "their line becomes `none`: the API cannot remove `{}`, and until it is removed in the Console every plan \
             shows them as blocked",
            role.as_str()
        ),
        (MemberLine::None, _) if session.desired().unlisted.of("members") == Policy::Remove => {
            "their line becomes `none`: their live role cannot be removed by the API, or theirs is the last line under \
             `members`, which must not be empty"
                .to_owned()
        }
        (MemberLine::None, _) => {
            "their line becomes `none`: without a line they would be kept, because `unlisted.members` is not `remove`".to_owned()
        }
        (MemberLine::Kept, _) => "their line says `none` already".to_owned(),
        (MemberLine::Added, _) => {
            "the files do not list them, but they are live: a line with `none` removes them".to_owned()
        }
        (MemberLine::Unmanaged, _) => "they have no line under `members`".to_owned(),
    }
}
