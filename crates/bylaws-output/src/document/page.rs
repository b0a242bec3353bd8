//! The document that `bylaws report --html` embeds: one organization at one moment. The page is rendered in
//! `render/html/`, the values come from `commands/report/html.rs`.
//!
//! People, workspaces, roles and reasons are stored once and referenced by index: an organization may have a hundred
//! thousand pairs of person and workspace.

use serde::{Deserialize, Serialize};

/// The data of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageDocument {
    /// The organization.
    pub organization: Organization,
    /// The date of the service (UTC), YYYY-MM-DD.
    pub today: String,
    /// The version of Bylaws that wrote it.
    pub bylaws_version: String,
    /// PATH of the files; `None` without files.
    pub files: Option<String>,
    /// The checked-out git commit, if there is one.
    pub commit: Option<String>,
    /// The snapshot that live state came from; `None` if it came from the service.
    #[serde(default)]
    pub snapshot: Option<String>,
    /// The number of read requests.
    pub reads: usize,
    /// Members and people with a pending invite.
    pub people: Vec<Person>,
    /// The workspaces in use.
    pub workspaces: Vec<Workspace>,
    /// The roles in a workspace, as the API names them.
    pub roles: Vec<String>,
    /// The reasons for access.
    pub reasons: Vec<Reason>,
    /// The access with its role, one entry per pair of person and workspace.
    pub grants: Vec<Grant>,
    /// The findings of the audit.
    pub findings: Section<Findings>,
    /// Tokens by day and workspace; each value is a whole number.
    pub usage: Section<Figures>,
    /// Cost by day and workspace; each value is a decimal number of US cents.
    pub cost: Section<Figures>,
    /// The differences between the files and live state.
    pub drift: Section<Drift>,
}

/// A part of the page, or why it is not available.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Section<T> {
    /// The part is not available.
    NotRead {
        /// The reason, as the end of "not read: …".
        not_read: String,
    },
    /// The part is available.
    Read(T),
}

impl<T> Section<T> {
    /// Returns a part that was not read, with the reason.
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

/// A member, a person with a pending invite, or an id that a workspace lists but the organization does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The e-mail address, or the id if no address is known.
    pub who: String,
    /// The role in the organization, as the API names it; `None` if the person is not a member.
    pub role: Option<String>,
    /// Whether the person is already a member.
    pub state: State,
    /// The teams of the files.
    pub teams: Vec<String>,
    /// The last day with activity, YYYY-MM-DD; `None` if it is unknown.
    pub last_active: Option<String>,
}

/// Whether a person is already a member.
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
    /// The workspace that the service creates on the first Claude Code sign-in.
    pub is_claude_code: bool,
}

/// A reason for access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    pub kind: ReasonKind,
    /// The reason in words: `team platform`, `organization role admin`.
    pub text: String,
}

/// The kind of reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// A line of the files names the person.
    Line,
    /// A team of the files.
    Team,
    /// It follows from the role in the organization.
    Implied,
    /// A workspace membership, without files to compare with.
    Membership,
    /// A workspace membership that the files want differently or not at all.
    Drift,
    /// A workspace membership that is not in the files.
    Unlisted,
}

/// One person's access to one workspace, as indices into the lists of the document.
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

/// The findings of the audit, and the rules that could not be checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    pub items: Vec<Finding>,
    /// The findings that the files accept.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
    pub not_judged: Vec<NotJudged>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub code: String,
    pub name: String,
    pub severity: Severity,
    /// The address that the finding is about.
    pub address: String,
    /// The person that the finding is about, as an index into `people`.
    #[serde(default)]
    pub person: Option<usize>,
    pub message: String,
    /// The facts that led to the finding: a label and a value each.
    pub evidence: Vec<(String, String)>,
    /// The next step in words.
    #[serde(default)]
    pub advice: Option<String>,
    /// The edit of the files that fixes it; may have several lines.
    pub fix: Option<String>,
    /// The position `file:line`, if the files contain it.
    pub place: Option<String>,
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

impl Severity {
    /// Returns the word for the severity.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A finding that the files accept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    pub name: String,
    pub address: String,
    /// The last day of the acceptance, YYYY-MM-DD.
    pub until: String,
    pub reason: String,
}

/// A rule that could not be checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotJudged {
    pub what: String,
    pub why: String,
}

/// Figures by day, one series per workspace. Numbers are strings, so that none is rounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// `tokens`; `None` for money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The days, YYYY-MM-DD, oldest first.
    pub days: Vec<String>,
    pub series: Vec<Series>,
}

/// One series of figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    pub name: String,
    /// The values, one per day.
    pub values: Vec<String>,
}

/// The differences between the files and live state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    pub changes: Vec<Change>,
    pub blocked: Vec<Item>,
    pub waiting: Vec<Item>,
    pub unlisted: Vec<Item>,
    /// The refusals of guards, in words.
    pub refused: Vec<String>,
}

/// One request that apply would send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub action: String,
    pub address: String,
    pub summary: String,
    /// The position `file:line`, if the files contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// A statement about an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub address: String,
    pub reason: String,
    /// The position `file:line`, if the files contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}
