//! `bylaws comment`: posts the Markdown of a plan or report on GitHub or GitLab. Does not use the Admin API or its
//! credential.

use std::path::Path;

use bylaws_forge::{self as forge, Destination, Error, Forge, Marker, Posted, Token};
use bylaws_output::document::label::Label;
use bylaws_output::render::markdown;
use serde_json::Value;

use crate::args::{Post, PostCommand, PostGithub, PostGitlab};
use crate::bounded;
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

/// The maximum size of a text in bytes: four for each character that GitLab accepts.
const LONGEST: u64 = 4_000_000;

pub(crate) async fn run(command: &PostCommand, world: &mut World) -> Result<ExitStatus, Failure> {
    match command {
        PostCommand::Github(args) => github(args, world).await,
        PostCommand::Gitlab(args) => gitlab(args, world).await,
        PostCommand::Marker(args) => {
            world.print(&markdown::marker(args.about, &args.name));
            Ok(ExitStatus::Done)
        }
    }
}

async fn github(args: &PostGithub, world: &mut World) -> Result<ExitStatus, Failure> {
    let text = Text::read(&args.post.file, world)?;
    text.fits(forge::LONGEST_ON_GITHUB, "GitHub")?;
    let repository = args.repo.as_deref().or(world.var("GITHUB_REPOSITORY")).ok_or_else(|| {
        usage("the repository is not known", "pass --repo OWNER/NAME, or set GITHUB_REPOSITORY")
    })?;
    let address = args.api_url.as_deref().or(world.var("GITHUB_API_URL")).unwrap_or("https://api.github.com");
    let token = token(
        world,
        "GITHUB_TOKEN",
        "set GITHUB_TOKEN; in GitHub Actions `env: {GITHUB_TOKEN: ${{ github.token }}}`",
    )?;
    let forge = Forge::github(address, "--api-url or GITHUB_API_URL", repository, token)?;
    // Read before anything is posted.
    let labels = args.labels.as_ref().map(|path| labels(path, world)).transpose()?;
    let destination = post(&forge, &args.post, &text, number_on_github, world).await?;
    if let (Some(labels), Some(Destination::Comment(number))) = (labels, destination) {
        forge.label(number, &labels, &Label::ALL.map(Label::as_str)).await?;
    }
    Ok(ExitStatus::Done)
}

async fn gitlab(args: &PostGitlab, world: &mut World) -> Result<ExitStatus, Failure> {
    let mut text = Text::read(&args.post.file, world)?;
    text.body = forge::without_commands(&text.body);
    text.fits(forge::LONGEST_ON_GITLAB, "GitLab")?;
    // The pipeline of a fork runs in the fork, but the merge request is in the target project.
    let project = args.project.as_deref().or(world.var("CI_MERGE_REQUEST_PROJECT_ID"));
    let project = project.or(world.var("CI_PROJECT_ID")).ok_or_else(|| {
        usage("the project is not known", "pass --project NUMBER-OR-PATH, or set CI_PROJECT_ID")
    })?;
    let address =
        args.api_url.as_deref().or(world.var("CI_API_V4_URL")).unwrap_or("https://gitlab.com/api/v4");
    let token = token(
        world,
        "GITLAB_TOKEN",
        "set GITLAB_TOKEN to a project access token with the scope `api`; CI_JOB_TOKEN cannot write notes",
    )?;
    let page = world.var("CI_MERGE_REQUEST_PROJECT_URL").or(world.var("CI_PROJECT_URL")).map(str::to_owned);
    let forge = Forge::gitlab(address, "--api-url or CI_API_V4_URL", project, page, token)?;
    post(&forge, &args.post, &text, number_on_gitlab, world).await?;
    Ok(ExitStatus::Done)
}

/// Returns the labels for the plan in a file.
fn labels(path: &Path, world: &World) -> Result<Vec<&'static str>, Failure> {
    let text = bounded::read_to_string(&world.path(path), bounded::DOCUMENT)
        .map_err(Failure::io(path, "read the plan"))?;
    let plan = serde_json::from_str(&text).map_err(|error| {
        Failure::document(
            path,
            format!("not a plan: {error}"),
            "pass what `bylaws plan --format json` printed",
        )
    })?;
    Ok(Label::of(&plan).into_iter().map(Label::as_str).collect())
}

async fn post(
    forge: &Forge,
    args: &Post,
    text: &Text,
    number: fn(&World) -> Result<Option<u64>, Failure>,
    world: &mut World,
) -> Result<Option<Destination>, Failure> {
    let destination = match (&args.issue, &args.commit, args.number) {
        (Some(title), _, _) => Destination::Issue(title.clone()),
        (None, Some(commit), _) => match forge.request_of(commit).await? {
            Some(number) => Destination::Comment(number),
            None => {
                world.error(format!("nothing posted: commit {commit} was not brought by a merged request"));
                return Ok(None);
            }
        },
        (None, None, Some(number)) => Destination::Comment(number),
        (None, None, None) => Destination::Comment(number(world)?.ok_or_else(|| {
            usage("the pull or merge request is not known", "pass --number N, --commit HASH or --issue TITLE")
        })?),
    };
    let posted = forge.post(&destination, &text.marker, &text.body, args.close).await?;
    let (what, page) = match posted {
        Posted::Created(page) => ("created", page),
        Posted::Edited(page) => ("edited in place", page),
        Posted::Unchanged(page) => ("already up to date", page),
        Posted::Closed(page) => ("closed", page),
        Posted::NothingToClose => ("no open issue to close", None),
    };
    world.error(what);
    if let Some(page) = page {
        world.print(&format!("{page}\n"));
    }
    Ok(Some(destination))
}

/// The text to post, and the marker it begins with.
struct Text {
    body: String,
    marker: Marker,
}

impl Text {
    fn read(file: &Path, world: &World) -> Result<Self, Failure> {
        let path = world.path(file);
        let body = bounded::read_to_string(&path, LONGEST).map_err(Failure::io(file, "read"))?;
        let marker = Marker::of(&body).ok_or_else(|| {
            Failure::document(
                file,
                "its first line is not a marker such as <!-- bylaws:plan NAME -->",
                "post what `bylaws plan --format markdown` or `bylaws show FILE --format markdown` printed",
            )
        })?;
        Ok(Self { body, marker })
    }

    /// Checks the length before anything is sent, so that the error is clear. Uses the longer of the two ways in which
    /// hosts count.
    fn fits(&self, most: usize, forge: &str) -> Result<(), Failure> {
        let length = self.body.encode_utf16().count();
        if length <= most {
            return Ok(());
        }
        Err(usage(
            &format!("the text has {length} characters; the limit of {forge} is {most}"),
            "post what `bylaws plan --format markdown` printed, which is always short enough",
        ))
    }
}

fn token(world: &World, name: &str, help: &str) -> Result<Token, Failure> {
    let text = world.var(name).ok_or_else(|| usage(&format!("{name} is not set"), help))?;
    Token::new(text).ok_or_else(|| {
        usage(&format!("{name} contains white space, or a character that is not valid in a token"), help)
    })
}

/// Returns the number of the pull request in the event that started a workflow.
fn number_on_github(world: &World) -> Result<Option<u64>, Failure> {
    let Some(path) = world.var("GITHUB_EVENT_PATH") else { return Ok(None) };
    let path = world.path(Path::new(path));
    let text = bounded::read_to_string(&path, bounded::DOCUMENT)
        .map_err(Failure::io(&path, "read the event (GITHUB_EVENT_PATH)"))?;
    let event: Value = serde_json::from_str(&text).unwrap_or_default();
    let places = ["/pull_request/number", "/issue/number"];
    Ok(places.into_iter().find_map(|destination| event.pointer(destination).and_then(Value::as_u64)))
}

/// Returns the number of the merge request that started a pipeline.
fn number_on_gitlab(world: &World) -> Result<Option<u64>, Failure> {
    let Some(text) = world.var("CI_MERGE_REQUEST_IID") else { return Ok(None) };
    text.parse().map(Some).map_err(|_| usage("CI_MERGE_REQUEST_IID is not a number", "pass --number N"))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::other(format!("not posted: {}", error.message), error.help)
    }
}

fn usage(message: &str, help: &str) -> Failure {
    Error::new(message, help).into()
}
