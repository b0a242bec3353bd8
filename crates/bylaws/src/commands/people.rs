//! Shared by `onboard`, `offboard` and `adopt`: loads the files and live state, shows or writes the edit, and plans with it.

pub(super) mod leaver;

use std::path::PathBuf;

use bylaws_config::edit::{FileEdit, Step};
use bylaws_config::{Position, Problem};
use bylaws_engine::{Clocks, Email, Plan as EnginePlan};
use bylaws_kinds::desired::Member;
use bylaws_kinds::{Base, Basis, Desired, EditError, Edited, Live, Loaded};
use bylaws_output::document::origin::{Origin, Positions};
use bylaws_output::document::people::{ByHand, Difference, EditDocument, PeopleDocument, StepDocument};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::Style;
use bylaws_output::render::{people, unified};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::files::{self, Files};
use super::plan;
use crate::args::{Edit, Format};
use crate::exit::{ExitStatus, Failure};
use crate::live::read::{self, Reading};
use crate::live::trim::trimmed;
use crate::replace_file::replace;
use crate::world::World;

/// The files, and live state if it was read.
pub(super) struct EditSession {
    pub(super) loaded: Loaded,
    files: Files,
    looked: Option<Looked>,
}

/// Live state, and where it came from.
struct Looked {
    live: Live,
    /// The time of the service.
    now: Timestamp,
    /// `service`, or the path of the snapshot.
    name: String,
}

impl EditSession {
    /// Loads the files, and reads live state if there is a snapshot or a credential.
    pub(super) async fn open(path: Option<&PathBuf>, edit: &Edit, world: &World) -> Result<Self, Failure> {
        let (root, loaded) = files::read(path, false, world)?;
        let mut files = files::accept(loaded.clone(), root, world)?;
        files.load_guards(edit.guards.as_ref(), false, world)?;
        let looked = Looked::at(edit, &files.desired, world).await?;
        Ok(Self { loaded, files, looked })
    }

    pub(super) fn desired(&self) -> &Desired {
        &self.files.desired
    }

    /// Returns the line of a person under `members`.
    pub(super) fn member(&self, email: &Email) -> Option<(&Email, &Member)> {
        let person = email.person();
        self.desired().members.iter().flatten().find(|(listed, _)| listed.person() == person)
    }

    /// Returns live state; `None` if it was not read.
    pub(super) fn live(&self) -> Option<&Live> {
        self.looked.as_ref().map(|looked| &looked.live)
    }

    /// Returns the date of the service or of the snapshot; `None` if live state was not read.
    pub(super) fn today(&self) -> Option<Date> {
        self.looked.as_ref().map(|looked| looked.now.to_zoned(TimeZone::UTC).date())
    }

    /// Returns the input of a plan of the files; `None` if live state was not read.
    pub(super) fn basis<'a>(&'a self, base: Option<Base<'a>>) -> Option<Basis<'a>> {
        Some(self.files.basis(self.today()?, Clocks::Agree, base))
    }

    /// Returns the position of a line for the user to open, in the original or the edited files.
    fn position(&self, loaded: &Loaded, line: &bylaws_engine::Line) -> Option<String> {
        let origin = Positions { origins: &loaded.origins, root: &self.files.root }.of(Some(line))?;
        Some(format!("{}:{}", origin.file, origin.line))
    }

    fn origin(&self, position: &Position) -> Origin {
        let file = self.files.root.shown(&position.file);
        Origin { file, line: position.line, column: position.column }
    }

    /// Returns how the plan of the edited files differs from the plan of the original files.
    pub(super) fn difference(&self, edited: &Edited) -> Result<Option<(Difference, EnginePlan)>, Failure> {
        let Some(looked) = &self.looked else { return Ok(None) };
        let plan_of = |files: &Files| {
            let reading = Reading::new(trimmed(&files.desired, looked.live.clone()), looked.now);
            let today = reading.today();
            let basis = Basis { desired: &files.desired, ..self.files.basis(today, Clocks::Agree, None) };
            let plan = plan::of(&basis, &reading);
            let document = plan::document(&plan, files, None, &[], today);
            (plan, document)
        };
        let (root, path) = (self.files.root.clone(), self.files.path.clone());
        let files = Files::of(root, path, edited.loaded.clone()).ok_or(Failure::Problems)?;
        let (_, before) = plan_of(&self.files);
        let (plan, after) = plan_of(&files);
        Ok(Some((Difference::of(&before, after, looked.name.clone()), plan)))
    }

    /// Adds the edit to the document, writes the files if requested, and prints.
    pub(super) fn finish(
        &self,
        edited: &Edited,
        mut document: PeopleDocument,
        args: &Edit,
        world: &mut World,
    ) -> Result<ExitStatus, Failure> {
        let step =
            |step: &Step| StepDocument { what: step.what.clone(), origin: self.origin(&step.position) };
        document.steps = edited.steps.iter().map(step).collect();
        document.comments = edited.comments.iter().map(step).collect();
        document.notes.splice(0..0, edited.notes.iter().cloned());
        document.notes.extend(
            edited
                .warnings
                .iter()
                .map(|warning| format!("the edited files have a warning at {}", self.problem(warning))),
        );
        if self.looked.is_none() {
            let why = if args.offline { "because of --offline" } else { "because there is no credential" };
            document.notes.push(format!(
                "live state was not read, {why}: keys, invites and workspace memberships there and the result of the guards are \
                 not known; pass `--live SNAPSHOT` or a credential to include them"
            ));
        }
        if args.write {
            replace(&self.files.path, &edited.files)?;
            document.written = true;
        }
        let edit = |FileEdit { name, before, after }: &FileEdit| {
            let file = self.files.root.shown(name);
            let diff = unified::render(&file, Some(before), after, Style::plain());
            EditDocument { file, before: before.clone(), after: after.clone(), diff }
        };
        document.edits = edited.files.iter().map(edit).collect();
        let text = match args.format {
            Format::Json => Lines::exactly(pretty(&document)),
            Format::Text => people::render(&document, world.style),
        };
        world.show(text);
        Ok(ExitStatus::Done)
    }

    /// Returns the position, message and code of a problem.
    fn problem(&self, problem: &Problem) -> String {
        let Origin { file, line, .. } = self.origin(&problem.position);
        format!("{file}:{line}: {} ({})", problem.message, problem.rule.code)
    }

    /// Returns the error if there is no edit, and the next step.
    pub(super) fn failure(&self, error: EditError, who: Option<&Email>) -> Failure {
        let who = who.map_or_else(String::new, |who| escape(who.as_str()));
        let at = |position: &Position| {
            let Origin { file, line, .. } = self.origin(position);
            format!("{}:{line}", escape(&file))
        };
        let (message, help) = match error {
            EditError::NotListed { near } => (
                format!("`{who}` is not in these files"),
                did_you_mean(
                    near,
                    "name a person that the files list; `bylaws plan` shows live members who are not listed",
                ),
            ),
            EditError::NoMembers => (
                "these files do not manage members: they have no `members`".to_owned(),
                "invite them in the Console, or add `members` with `bylaws import`".to_owned(),
            ),
            EditError::Listed { position, email } => (
                format!("`{who}` is already listed: `{}` at {}", escape(email.as_str()), at(&position)),
                "change that line; letter case and a `+tag` do not make a new person".to_owned(),
            ),
            EditError::NoRole { why } => (
                escape(&why),
                "pass --role ROLE with a role that the API can assign; assign another one, such as `admin`, in the \
                 Console once they are a member"
                    .to_owned(),
            ),
            EditError::Domain { position, allowed } => {
                let at = position.map_or_else(String::new, |position| format!(" ({})", at(&position)));
                let allowed = allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                (
                    format!("the domain of `{who}` is not allowed: `guards.allowed_domains`{at}"),
                    format!("use one of the allowed domains ({}), or change that line", escape(&allowed)),
                )
            }
            EditError::NoTeam { name, near } => (
                format!("there is no team `{}` in these files", escape(&name)),
                did_you_mean(near, "name a team that `teams` lists"),
            ),
            EditError::NoWorkspace { name, near } => (
                format!("there is no workspace `{}` in these files", escape(&name)),
                did_you_mean(near, "name a workspace that `workspaces` lists"),
            ),
            EditError::NotManaged { name } => (
                format!("these files do not manage the members of the workspace `{}`", escape(&name)),
                "add `members` with all its people, or grant access in the Console".to_owned(),
            ),
            EditError::Problems { problems, .. } => {
                let lines = problems.iter().map(|problem| format!("\n    {}", escape(&self.problem(problem))));
                (
                    format!("the edited files would have errors:{}", lines.collect::<String>()),
                    "change the options, or fix the files first; nothing was written".to_owned(),
                )
            }
            EditError::ByHand { file, why, steps } => {
                let file = file
                    .map_or_else(|| "the files".to_owned(), |file| escape(&self.files.root.shown(&file)));
                let line = |step: &Step| format!("\n    {}: {}", at(&step.position), escape(&step.what));
                let steps = steps.iter().map(line).collect::<String>();
                (
                    format!("{file} cannot be edited safely: {}", escape(&why)),
                    format!(
                        "edit the files by hand, then run `bylaws validate`; nothing was written:{steps}"
                    ),
                )
            }
        };
        Failure::other(message, help)
    }
}

impl Looked {
    /// Returns `None` if there is neither a snapshot nor a credential, or with `--offline`.
    async fn at(edit: &Edit, desired: &Desired, world: &World) -> Result<Option<Self>, Failure> {
        if let Some(given) = &edit.live {
            let path = world.path(given);
            let snapshot = read::snapshot(&path, Some(desired))?;
            let (live, now) = (snapshot.live(None), snapshot.time(&path)?);
            return Ok(Some(Self { live, now, name: given.display().to_string() }));
        }
        let has_credential = edit.connection.credential_file.is_some()
            || world.var("ANTHROPIC_ADMIN_KEY").is_some()
            || world.var("ANTHROPIC_AUTH_TOKEN").is_some();
        if edit.offline || !has_credential {
            return Ok(None);
        }
        let (snapshot, credential, _) = read::everything(&edit.connection, Some(desired), world).await?;
        let name = "service".to_owned();
        let (live, now) = (snapshot.live(Some(&credential)), snapshot.time(name.as_ref())?);
        Ok(Some(Self { live, now, name }))
    }
}

fn did_you_mean(near: Option<String>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{}`?", escape(&near)))
}

pub(super) fn by_hand(what: impl Into<String>) -> ByHand {
    ByHand { what: what.into(), ..ByHand::default() }
}

/// Returns an e-mail address of the command line.
pub(super) fn address(text: &str) -> Result<Email, Failure> {
    Email::parse(text).ok_or_else(|| {
        Failure::other(format!("`{}` is not an e-mail address", escape(text)), "write it as name@example.com")
    })
}
