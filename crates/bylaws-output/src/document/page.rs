//! What the page holds: one organization at one moment, as `bylaws report --html` embeds it. Only its shape; the
//! page itself is made in `render/html/`, the values in `commands/report/html.rs`.
//!
//! People, workspaces, roles and reasons are written once and named by their place in these lists: an organization
//! may have a hundred thousand pairs of person and workspace.

use serde::{Deserialize, Serialize};

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageDocument {
    /// The organization.
    pub organization: Organization,
    /// The service's day (UTC), YYYY-MM-DD.
    pub today: String,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// PATH of the files; `None` where the live side stands alone.
    pub files: Option<String>,
    /// The git commit checked out, where there is one.
    pub commit: Option<String>,
    /// The snapshot that the live side came from; `None` where the service was asked.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// Read requests.
    pub reads: usize,
    /// Members and people with a pending invite.
    pub people: Vec<Person>,
    /// Workspaces in use.
    pub workspaces: Vec<Workspace>,
    /// Roles in a workspace, in the service's words.
    pub roles: Vec<String>,
    /// Why somebody has access.
    pub reasons: Vec<Reason>,
    /// Who may enter what, with which role; one a pair.
    pub grants: Vec<Grant>,
    /// What the audit found.
    pub findings: Section<Findings>,
    /// Tokens by day and workspace; each value a whole number.
    pub usage: Section<Figures>,
    /// Cost by day and workspace; each value a decimal number of US cents.
    pub cost: Section<Figures>,
    /// How the files and the live side differ.
    pub drift: Section<Drift>,
}

/// A part of the page, or why it could not be had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Section<T> {
    /// Nothing to show, because of this.
    NotRead {
        /// Why, as the end of "not read: …".
        not_read: String,
    },
    /// What there is to show.
    Read(T),
}

impl<T> Section<T> {
    /// A part that was not read, and why.
    pub fn not_read(why: impl Into<String>) -> Self {
        Self::NotRead { not_read: why.into() }
    }
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    pub id: String,
    pub name: String,
}

/// A member, somebody with a pending invite, or an id that a workspace lists and the members do not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Their address, or their id where no address is known.
    pub who: String,
    /// The role in the organization, in the service's word; `None` where they are no member.
    pub role: Option<String>,
    /// Whether they are a member yet.
    pub state: State,
    /// Teams of the files.
    pub teams: Vec<String>,
    /// The last day on which something of theirs was used, YYYY-MM-DD; `None` where nobody knows.
    pub last_active: Option<String>,
}

/// Whether somebody is a member yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Member,
    Invited,
    Stranger,
}

/// A workspace in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    pub name: String,
    pub id: String,
    /// The default workspace: access follows the organization role.
    pub is_default: bool,
    /// The workspace that appears by itself on the first Claude Code sign-in.
    pub is_claude_code: bool,
}

/// Why somebody has access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    pub kind: ReasonKind,
    /// In words: `team platform`, `organization role admin`.
    pub text: String,
}

/// What kind of reason it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// A line of the files names the person.
    Line,
    /// A team of the files.
    Team,
    /// It follows from the role in the organization.
    Implied,
    /// A seat of their own; there are no files to ask for it.
    Seat,
    /// A seat of their own that the files ask for otherwise, or do not want.
    Drift,
    /// A seat of their own that the files do not name.
    Unlisted,
}

/// One person's access to one workspace: places in the lists of the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(usize, usize, usize, Vec<usize>)", into = "(usize, usize, usize, Vec<usize>)")]
pub struct Grant {
    pub person: usize,
    pub workspace: usize,
    pub role: usize,
    pub reasons: Vec<usize>,
}

impl From<(usize, usize, usize, Vec<usize>)> for Grant {
    fn from((person, workspace, role, reasons): (usize, usize, usize, Vec<usize>)) -> Self {
        Self { person, workspace, role, reasons }
    }
}

impl From<Grant> for (usize, usize, usize, Vec<usize>) {
    fn from(grant: Grant) -> Self {
        (grant.person, grant.workspace, grant.role, grant.reasons)
    }
}

/// What the audit found, and what it could not judge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub items: Vec<Finding>,
    /// What is accepted in the files.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
    pub not_judged: Vec<NotJudged>,
}

/// One thing that a review should look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub code: String,
    pub name: String,
    pub severity: Severity,
    /// What it is about.
    pub address: String,
    /// Whom it is about, as a place in `people`.
    #[serde(default)]
    pub person: Option<usize>,
    pub message: String,
    /// What it was judged by: a label and a value each.
    pub evidence: Vec<(String, String)>,
    /// What to do, in words.
    #[serde(default)]
    pub advice: Option<String>,
    /// The change of the files that would mend it; may be several lines.
    pub fix: Option<String>,
    /// `file:line`, where the files say it.
    pub place: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A finding that somebody has accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    pub name: String,
    pub address: String,
    /// YYYY-MM-DD.
    pub until: String,
    pub reason: String,
}

/// A rule that could not be judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotJudged {
    pub what: String,
    pub why: String,
}

/// Figures by day, one series a workspace. Numbers are texts: none is ever rounded on the way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// `tokens`; `None` for money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// YYYY-MM-DD, oldest first.
    pub days: Vec<String>,
    pub series: Vec<Series>,
}

/// One line of figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub name: String,
    /// One a day.
    pub values: Vec<String>,
}

/// How the files and the live side differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    pub changes: Vec<Change>,
    pub blocked: Vec<Item>,
    pub waiting: Vec<Item>,
    pub unlisted: Vec<Item>,
    /// What guards refuse, in words.
    pub refused: Vec<String>,
}

/// One request that apply would send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub action: String,
    pub address: String,
    pub summary: String,
    /// `file:line`, if the files say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// Something said about an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub address: String,
    pub reason: String,
    /// `file:line`, if the files say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}
