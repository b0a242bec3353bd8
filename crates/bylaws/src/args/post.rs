//! The arguments of `bylaws comment`. The token is never an argument.

use std::path::PathBuf;

use bylaws_output::render::markdown::About;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PostCommand {
    /// Post to GitHub: a comment on a pull request, or an issue. The token is read from GITHUB_TOKEN.
    Github(PostGithub),
    /// Post to GitLab: a note on a merge request, or an issue. The token is read from GITLAB_TOKEN; CI_JOB_TOKEN
    /// cannot write notes.
    Gitlab(PostGitlab),
    /// Print the first line of a comment, by which it is found and edited in place.
    Marker(PostMarker),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PostMarker {
    /// Subject of the comment.
    #[arg(value_name = "ABOUT", value_parser = about())]
    pub(crate) about: About,
    /// Name of the configuration, such as its path; any text.
    #[arg(value_name = "NAME", allow_hyphen_values = true)]
    pub(crate) name: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PostGithub {
    /// Repository, `owner/name` [env: GITHUB_REPOSITORY].
    #[arg(long, value_name = "OWNER/NAME")]
    pub(crate) repo: Option<String>,
    /// URL of GitHub's API; plain http only to this machine [env: GITHUB_API_URL] [default: https://api.github.com].
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    /// Label the pull request according to this plan (JSON): `no changes`, `removes access`, `new admin`.
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["commit", "issue"])]
    pub(crate) labels: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) post: Post,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PostGitlab {
    /// Project number or path [env: CI_MERGE_REQUEST_PROJECT_ID, CI_PROJECT_ID].
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<String>,
    /// URL of GitLab's API; plain http only to this machine [env: CI_API_V4_URL] [default: https://gitlab.com/api/v4].
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<String>,
    #[command(flatten)]
    pub(crate) post: Post,
}

/// What to post, and where.
#[derive(Debug, ClapArgs)]
pub(crate) struct Post {
    /// File that `plan --format markdown` or a report wrote; its first line determines which comment is edited.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Number of the pull or merge request [env: GITHUB_EVENT_PATH, CI_MERGE_REQUEST_IID].
    #[arg(long, value_name = "N", conflicts_with_all = ["commit", "issue"])]
    pub(crate) number: Option<u64>,
    /// Post to the merged request that brought this commit; if there is none, post nothing and say so.
    #[arg(long, value_name = "HASH", value_parser = hash, conflicts_with = "issue")]
    pub(crate) commit: Option<String>,
    /// Post one issue instead of a comment: edit the open one, or open it with this title.
    #[arg(long, value_name = "TITLE", value_parser = title)]
    pub(crate) issue: Option<String>,
    /// Close that issue, because there is nothing left to report.
    // clap waives a requirement if a conflicting option is given, so both are declared.
    #[arg(long, requires = "issue", conflicts_with_all = ["number", "commit"])]
    pub(crate) close: bool,
}

fn about() -> impl TypedValueParser<Value = About> {
    PossibleValuesParser::new(About::ALL.map(About::as_str))
        .try_map(|given| About::parse(&given).ok_or("unknown subject"))
}

fn hash(text: &str) -> Result<String, String> {
    let fits = (7..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    fits.then(|| text.to_owned())
        .ok_or_else(|| "write the hash of a commit, 7 to 64 hexadecimal digits".to_owned())
}

fn title(text: &str) -> Result<String, String> {
    let fits = !text.trim().is_empty() && text.chars().count() <= 255 && !text.chars().any(char::is_control);
    fits.then(|| text.trim().to_owned())
        .ok_or_else(|| "write a title of one line, at most 255 characters".to_owned())
}
