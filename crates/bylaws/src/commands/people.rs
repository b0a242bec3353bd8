//! Shared by `onboard`, `offboard` and `adopt`: loads the files and live state, shows or writes the edit, and plans with it.

pub(super) mod leaver;

use std::path::PathBuf;

use bylaws_config::Problem;
use bylaws_config::edit::Step;
use bylaws_engine::{Email, Guards, Plan as EnginePlan};
use bylaws_kinds::{Base, Basis, Desired, EditError, Edited, Live, Loaded};
use bylaws_output::document::origin::{Origin, Positions};
use bylaws_output::document::people::{Difference, EditDocument, PeopleDocument, StepDocument};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::problems::Root;
use bylaws_output::render::style::Style;
use bylaws_output::render::{people, unified};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::files::{self, Files};
use super::plan;
use crate::args::Edit;
use crate::connect;
use crate::exit::{ExitStatus, Failure};
use crate::live::read::{self, Asked, Reading};
use crate::live::snapshot::Snapshot;
use crate::live::trim::trimmed;
use crate::progress::Progress;
use crate::replace_file::{Replacement, replace};
use crate::world::World;

/// The files, and live state if it was read.
pub(super) struct EditSession {
    root: Root,
    path: PathBuf,
    pub(super) loaded: Loaded,
    pub(super) desired: Desired,
    guards: Option<Guards>,
    looked: Option<Looked>,
}

/// Live state, and where it came from.
struct Looked {
    snapshot: Snapshot,
    live: Live,
    /// `service`, or the path of the snapshot.
    name: String,
    path: PathBuf,
}

impl EditSession {
    /// Loads the files, and reads live state if there is a snapshot or a credential.
    pub(super) async fn open(path: Option<&PathBuf>, edit: &Edit, world: &World) -> Result<Self, Failure> {
        let root = files::find(path, world)?;
        let path = world.path(&root.path);
        let loaded = bylaws_kinds::load(&path).map_err(Failure::NoFiles)?;
        let files = files::accept(loaded.clone(), root.clone(), path.clone(), world)?;
        let desired = files.desired;
        let guards = files::load_guards(edit.guards.as_ref(), false, world)?;
        let looked = Looked::at(edit, &desired, world).await?;
        Ok(Self { root, path, loaded, desired, guards, looked })
    }

    /// Returns live state; `None` if it was not read.
    pub(super) fn live(&self) -> Option<&Live> {
        self.looked.as_ref().map(|looked| &looked.live)
    }

    /// Returns the date of the service or of the snapshot; `None` if live state was not read.
    pub(super) fn today(&self) -> Option<Date> {
        let looked = self.looked.as_ref()?;
        let now = looked.snapshot.time(&looked.path).ok()?;
        Some(now.to_zoned(TimeZone::UTC).date())
    }

    /// Returns the input of a plan of the files; `None` if live state was not read.
    pub(super) fn basis<'a>(&'a self, base: Option<Base<'a>>) -> Option<Basis<'a>> {
        let guards_file = self.guards.as_ref();
        Some(Basis { guards_file, base, ..Basis::new(&self.desired, self.today()?) })
    }

    /// Returns the position of a line for the user to open, in the original or the edited files.
    fn position(&self, loaded: &Loaded, line: &bylaws_engine::Line) -> Option<String> {
        let origin = Positions { origins: &loaded.origins, root: &self.root }.of(Some(line))?;
        Some(format!("{}:{}", origin.file, origin.line))
    }

    fn origin(&self, step: &Step) -> Origin {
        let position = &step.position;
        Origin { file: self.root.shown(&position.file), line: position.line, column: position.column }
    }

    /// Returns how the plan of the edited files differs from the plan of the original files.
    pub(super) fn difference(&self, edited: &Edited) -> Result<Option<(Difference, EnginePlan)>, Failure> {
        let Some(looked) = &self.looked else { return Ok(None) };
        let plan_of = |loaded: &Loaded| {
            let Loaded { desired, origins, digest, suppressions, files: read, .. } = loaded.clone();
            let (root, path) = (self.root.clone(), self.path.clone());
            let desired = desired.ok_or(Failure::Problems)?;
            let files = Files::of(root, path, desired, origins, digest, suppressions, read);
            let live = trimmed(&files.desired, looked.live.clone());
            let reading = Reading::new(live, looked.snapshot.time(&looked.path)?);
            let today = reading.today();
            let guards_file = self.guards.as_ref();
            let plan = plan::of(&Basis { guards_file, ..Basis::new(&files.desired, today) }, &reading);
            let document = plan::document(&plan, &files, None, &[], today);
            Ok::<_, Failure>((plan, document))
        };
        let (_, before) = plan_of(&self.loaded)?;
        let (plan, after) = plan_of(&edited.loaded)?;
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
        let step = |step: &Step| StepDocument { what: step.what.clone(), origin: self.origin(step) };
        document.steps = edited.steps.iter().map(step).collect();
        document.comments = edited.comments.iter().map(step).collect();
        document.notes.splice(0..0, edited.notes.iter().cloned());
        document.notes.extend(edited.warnings.iter().map(|warning| self.warning(warning)));
        if self.looked.is_none() {
            let why = if args.offline { "because of --offline" } else { "because there is no credential" };
            document.notes.push(format!(
                "live state was not read, {why}: keys, invites and workspace memberships there and the result of the guards are \
                 not known; pass `--live SNAPSHOT` or a credential to include them"
            ));
        }
        let named = |file: &bylaws_config::edit::FileEdit| (self.root.shown(&file.name), file.clone());
        let files: Vec<_> = edited.files.iter().map(named).collect();
        if args.write {
            let replacement = |file: &bylaws_config::edit::FileEdit| Replacement {
                path: if self.root.is_folder { self.path.join(&file.name) } else { self.path.clone() },
                before: file.before.clone(),
                after: file.after.clone(),
            };
            replace(&self.path, &edited.files.iter().map(replacement).collect::<Vec<_>>())?;
            document.written = true;
        }
        let edit = |(file, edit): &(String, bylaws_config::edit::FileEdit)| EditDocument {
            file: file.clone(),
            before: edit.before.clone(),
            after: edit.after.clone(),
            diff: unified::render(file, Some(&edit.before), &edit.after, Style::plain()),
        };
        document.edits = files.iter().map(edit).collect();
        let text = match args.format {
            crate::args::Format::Json => Lines::exactly(pretty(&document)),
            crate::args::Format::Text => people::render(&document, world.style()),
        };
        world.answer(args.format, text);
        Ok(ExitStatus::Done)
    }

    fn warning(&self, problem: &Problem) -> String {
        let file = self.root.shown(&problem.position.file);
        let code = problem.rule.code;
        format!(
            "the edited files have a warning at {file}:{}: {} ({code})",
            problem.position.line, problem.message
        )
    }

    /// Returns the error if there is no edit, and the next step.
    pub(super) fn failure(&self, error: EditError, who: &Email) -> Failure {
        let who = escape(who.as_str());
        let steps = |steps: &[Step]| {
            let line = |step: &Step| {
                let Origin { file, line, .. } = self.origin(step);
                format!("\n    {}:{line}: {}", escape(&file), escape(&step.what))
            };
            steps.iter().map(line).collect::<Vec<_>>().concat()
        };
        let usage = |message: String, help: String| Failure::Usage { message, help };
        match error {
            EditError::NotListed { near } => usage(
                format!("`{who}` is not in these files"),
                near.map_or_else(
                    || "name a person whom the files list; `bylaws plan` shows live members who are not listed".to_owned(),
                    |near| format!("did you mean `{}`?", escape(&near)),
                ),
            ),
            EditError::NoMembers => usage(
                "these files do not manage members: they have no `members`".to_owned(),
                "invite them in the Console, or add `members` with `bylaws import`".to_owned(),
            ),
            EditError::Listed { position, email } => usage(
                format!(
                    "`{who}` is already listed: `{}` at {}:{}",
                    escape(email.as_str()),
                    escape(&self.root.shown(&position.file)),
                    position.line
                ),
                "change that line; letter case and a `+tag` do not make a new person".to_owned(),
            ),
            EditError::NoRole { why } => {
                usage(
                escape(&why),
                "pass --role ROLE with a role that the API can assign; assign another one, such as `admin`, in the Console \
                 once they are a member"
                    .to_owned(),
            )
            }
            EditError::Domain { position, allowed } => {
                let at = position.map_or_else(String::new, |position| {
                    format!(" ({}:{})", escape(&self.root.shown(&position.file)), position.line)
                });
                usage(
                    format!("the domain of `{who}` is not allowed: `guards.allowed_domains`{at}"),
                    format!("use one of the allowed domains ({}), or change that line", escape(&allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))),
                )
            }
            EditError::NoTeam { name, near } => usage(
                format!("there is no team `{}` in these files", escape(&name)),
                did_you_mean(near, "name a team that `teams` lists"),
            ),
            EditError::NoWorkspace { name, near } => usage(
                format!("there is no workspace `{}` in these files", escape(&name)),
                did_you_mean(near, "name a workspace that `workspaces` lists"),
            ),
            EditError::NotManaged { name } => usage(
                format!("these files do not manage the members of the workspace `{}`", escape(&name)),
                "add `members` with all its people, or grant access in the Console".to_owned(),
            ),
            EditError::Problems { problems, .. } => {
                let said = problems.iter().map(|problem| {
                    let file = escape(&self.root.shown(&problem.position.file));
                    let code = problem.rule.code;
                    format!("\n    {file}:{}: {} ({code})", problem.position.line, escape(&problem.message))
                });
                Failure::Other {
                    message: format!("the edited files would have errors:{}", said.collect::<Vec<_>>().concat()),
                    help: "change the options, or fix the files first; nothing was written".to_owned(),
                }
            }
            EditError::ByHand { file, why, steps: left } => Failure::Other {
                message: format!(
                    "{} cannot be edited safely: {}",
                    file.map_or_else(|| "the files".to_owned(), |file| escape(&self.root.shown(&file))),
                    escape(&why)
                ),
                help: format!("edit the files by hand, then run `bylaws validate`; nothing was written:{}", steps(&left)),
            },
        }
    }
}

impl Looked {
    /// Returns `None` if there is neither a snapshot nor a credential, or with `--offline`.
    async fn at(edit: &Edit, desired: &Desired, world: &World) -> Result<Option<Self>, Failure> {
        if let Some(path) = &edit.live {
            let name = path.display().to_string();
            let path = world.path(path);
            let snapshot = Snapshot::load(&path)?;
            let organization = &snapshot.organization;
            read::check_organization(desired, organization.id.as_str(), &organization.name)?;
            let live = snapshot.live(None);
            return Ok(Some(Self { snapshot, live, name, path }));
        }
        let has_credential = edit.connection.credential_file.is_some()
            || world.var("ANTHROPIC_ADMIN_KEY").is_some()
            || world.var("ANTHROPIC_AUTH_TOKEN").is_some();
        if edit.offline || !has_credential {
            return Ok(None);
        }
        let progress = Progress::new(world);
        let (reader, credential) = connect::reader(&edit.connection, &progress, world)?;
        let snapshot = read::everything(&reader, Asked::now(&reader), Some(desired), &progress).await;
        progress.finish();
        let snapshot = snapshot?;
        let live = snapshot.live(Some(&credential));
        let path = PathBuf::from("service");
        Ok(Some(Self { snapshot, live, name: "service".to_owned(), path }))
    }
}

fn did_you_mean(near: Option<String>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{}`?", escape(&near)))
}

/// Returns an e-mail address of the command line.
pub(super) fn address(text: &str) -> Result<Email, Failure> {
    Email::parse(text).ok_or_else(|| Failure::Usage {
        message: format!("`{}` is not an e-mail address", escape(text)),
        help: "write it as name@example.com".to_owned(),
    })
}
