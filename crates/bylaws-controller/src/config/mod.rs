//! The configuration of the controller: which organizations, from which source, with which limits.

mod organization;
mod read;
mod values;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bylaws_config::{Problem, SourceFile};
use bylaws_engine::Class;

use crate::reason::Event;

pub(crate) use organization::TOKEN_FILE;
pub use read::load;
pub use values::CheckUrl;

/// A configuration as it was read, with its problems.
pub struct Loaded {
    /// The configuration; `None` if there is an error.
    pub config: Option<Config>,
    /// The state folder, also if there is an error elsewhere: a suspension must not wait until that is repaired.
    pub state: Option<PathBuf>,
    /// The names of the organizations, also if there is an error elsewhere.
    pub names: Vec<String>,
    /// All problems, sorted by position.
    pub problems: Vec<Problem>,
    /// The file as it was read.
    pub files: Vec<SourceFile>,
}

/// The configuration of a controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The SHA-256 of the file, in lower-case hexadecimal.
    pub digest: String,
    /// The folder of mirrors, journals and decisions.
    pub state: PathBuf,
    /// The time between two rounds of an organization that is in sync.
    pub every: Duration,
    /// The organizations by name.
    pub organizations: BTreeMap<String, Organization>,
    /// Where changes of state are posted.
    pub notify: Vec<Notify>,
    /// The file with the bearer token of `POST /hook`.
    pub hook_token_file: Option<PathBuf>,
}

/// One organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Where its files come from.
    pub source: Source,
    /// The file of allowed signers, one of whom must have signed the tip.
    pub allowed_signers: Option<PathBuf>,
    /// The guards file of this host.
    pub guards: Option<PathBuf>,
    /// How children get a credential.
    pub credential: Credential,
    /// The URL of the service, if it is not the default.
    pub api_url: Option<String>,
    /// Whether changes are sent.
    pub mode: Mode,
    /// Whether changes that undo what somebody did outside git are held.
    pub drift: Drift,
    /// The classes of changes that are held.
    pub hold: Vec<Class>,
}

/// Where the files of an organization come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A branch of a repository.
    Git {
        /// The URL that git fetches from.
        url: String,
        /// The branch.
        branch: String,
        /// The path of the files in the repository, separated by `/`; empty for the top.
        path: String,
        /// The file with an access token for the repository.
        token_file: Option<PathBuf>,
    },
    /// A folder of this host.
    Folder(PathBuf),
}

/// How a child gets its credential. The controller itself reads none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A file with an Admin API key or a token.
    File(PathBuf),
    /// Federation: an identity token is exchanged for an access token. These are the variables of the child.
    Federation(BTreeMap<&'static str, String>),
}

/// Whether changes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Plan only.
    Plan,
    /// Plan and apply.
    Apply,
}

/// What happens to changes that undo what somebody did outside git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drift {
    /// They wait for a person.
    Hold,
    /// They are sent.
    Apply,
}

/// Where changes of state are posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// The file with the URL.
    pub url_file: PathBuf,
    /// The events that are posted.
    pub on: Vec<Event>,
    /// Whether the document names people and workspaces.
    pub names: bool,
}
