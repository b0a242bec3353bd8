//! The document that `bylaws report --html` embeds: one organization at one moment. The page is rendered by
//! [`page`](super::page).
//!
//! People, workspaces, roles and reasons are stored once and referenced by index: an organization may have a hundred
//! thousand pairs of person and workspace.

use bylaws_engine::access::Presence;
use bylaws_engine::audit::Severity;
use bylaws_output::document::plan::OrganizationRef;
use bylaws_output::document::word::Word;
use serde::{Deserialize, Serialize};

/// The data of the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageDocument {
    /// The organization.
    pub organization: OrganizationRef,
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
    /// Who has access to what.
    #[serde(flatten)]
    pub access: Access,
    /// The service accounts in use.
    pub service_accounts: Section<Vec<ServiceAccount>>,
    /// The federation issuers and rules in use.
    pub federation: Section<Federation>,
    /// The limits of workspaces.
    pub limits: Limits,
    /// The external keys.
    pub external_keys: Section<Vec<ExternalKey>>,
    /// The findings of the audit.
    pub findings: Section<Findings>,
    /// Tokens by day and workspace; each value is a whole number.
    pub usage: Section<Chart>,
    /// Cost by day and workspace; each value is a decimal number of US cents.
    pub cost: Section<Chart>,
    /// The differences between the files and live state.
    pub drift: Section<Drift>,
}

/// Who has access to what: people, workspaces, roles and reasons, each stored once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Access {
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

impl<T, E: Into<String>> From<Result<T, E>> for Section<T> {
    fn from(read: Result<T, E>) -> Self {
        read.map_or_else(Self::not_read, Self::Read)
    }
}

impl<T> Section<T> {
    /// Returns a part that was not read, with the reason.
    pub fn not_read(why: impl Into<String>) -> Self {
        Self::NotRead { not_read: why.into() }
    }
}

/// A member, a person with a pending invite, or an id that a workspace lists but the organization does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The e-mail address, or the id if no address is known.
    pub who: String,
    /// The role in the organization, as the API names it; `None` if the person is not a member.
    pub role: Option<String>,
    /// Whether the person is already a member.
    pub state: Word<Presence>,
    /// The teams of the files.
    pub teams: Vec<String>,
    /// The last day with activity, YYYY-MM-DD; `None` if it is unknown.
    pub last_active: Option<String>,
}

/// A workspace in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workspace {
    /// The name of the workspace; not unique.
    pub name: String,
    /// The id of the workspace; empty if it is unknown.
    pub id: String,
    /// The default workspace: access follows the organization role.
    pub is_default: bool,
    /// The workspace that the service creates on the first Claude Code sign-in.
    pub is_claude_code: bool,
}

/// A reason for access.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// The kind of the reason.
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

/// One person's access to one workspace, as indices into the lists of the document: the person, the workspace, the
/// effective role, and the reasons for it, of which the first one gives the role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant(pub usize, pub usize, pub usize, pub Vec<usize>);

/// A service account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceAccount {
    /// The name.
    pub name: String,
    /// The id, `svac_…`.
    pub id: String,
    /// What the account is for; empty if nothing is said.
    pub description: String,
    /// The role in the organization, as the API names it.
    pub role: String,
    /// The explicit memberships: workspace and role.
    pub memberships: Vec<(String, String)>,
    /// The names of the federation rules that act as the account.
    pub rules: Section<Vec<String>>,
}

/// Which identity tokens of other issuers can be exchanged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Federation {
    /// The rules.
    pub rules: Vec<FederationRule>,
    /// The issuers.
    pub issuers: Vec<FederationIssuer>,
}

/// A federation rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FederationRule {
    /// The name.
    pub name: String,
    /// What the rule is for; empty if nothing is said.
    pub description: String,
    /// The name of the issuer, or its id if it is unknown.
    pub issuer: String,
    /// What a token must fulfil: a field or claim, and its value.
    pub accepts: Vec<(String, String)>,
    /// The service account that its tokens act as: its name, or its id if the name is unknown.
    pub account: Option<String>,
    /// The scopes of its tokens.
    pub scopes: Vec<String>,
    /// The workspaces for which it is enabled; `None` for all, later ones included.
    pub workspaces: Option<Vec<String>>,
    /// The lifetime of its tokens, such as `15m`.
    pub token_lifetime: String,
}

/// A federation issuer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FederationIssuer {
    /// The name.
    pub name: String,
    /// The issuer that the tokens name.
    pub issuer_url: String,
    /// Where the keys come from.
    pub keys: String,
    /// Whether a token that has an id can be exchanged only once.
    pub check_jti: bool,
    /// The longest lifetime of a token, such as `15m`.
    pub max_jwt_lifetime: String,
    /// The time at which the service stopped reading the keys.
    pub polling_disabled_at: Option<String>,
}

/// The limits of workspaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Spend limits of the organization and of workspaces, for a calendar month.
    pub spend: Section<Vec<SpendLimit>>,
    /// Rate limits of workspaces that differ from those of the organization.
    pub rate: Section<Vec<RateLimit>>,
}

/// What a workspace, or the organization, may spend in a calendar month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpendLimit {
    /// The name of the workspace; `None` for the organization.
    pub workspace: Option<String>,
    /// The limit in words, such as `5000 USD`; `None` if there is none.
    pub limit: Option<String>,
    /// The limit in cents, as a whole number; `None` if it cannot be compared with the cost.
    pub cents: Option<String>,
    /// The cost of the month until now in US cents, as a decimal number; `None` if it is unknown.
    pub spent: Option<String>,
}

/// A rate limit of a workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateLimit {
    /// The name of the workspace.
    pub workspace: String,
    /// The models or the feature that it is for.
    pub group: Vec<String>,
    /// What is limited, as the API names it.
    pub limiter: String,
    /// The limit of the workspace.
    pub value: String,
    /// The limit of the organization; `None` if it has none.
    pub organization: Option<String>,
}

/// A key of a cloud provider with which workspaces encrypt their data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExternalKey {
    /// The name, or the id if it has none.
    pub name: String,
    /// The id.
    pub id: String,
    /// Where the key is.
    pub provider: String,
    /// The region of the data.
    pub geo: String,
    /// The workspaces that use it, archived ones included.
    pub workspaces: Vec<String>,
}

/// The findings of the audit, and the rules that could not be checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// The findings that the files do not accept, most severe first.
    pub items: Vec<Finding>,
    /// The findings that the files accept.
    #[serde(default)]
    pub accepted: Vec<Accepted>,
    /// The rules that could not be checked.
    pub not_judged: Vec<NotJudged>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The code of the rule, such as `BA0301`.
    pub code: String,
    /// The name of the rule, such as `unused-key`.
    pub name: String,
    /// How severe the finding is.
    pub severity: Word<Severity>,
    /// The address that the finding is about.
    pub address: String,
    /// The person that the finding is about, as an index into `people`.
    #[serde(default)]
    pub person: Option<usize>,
    /// The finding in one sentence.
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

/// A finding that the files accept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accepted {
    /// The name of the rule, such as `unused-key`.
    pub name: String,
    /// The address that the finding is about.
    pub address: String,
    /// The last day of the acceptance, YYYY-MM-DD.
    pub until: String,
    /// The reason given in the files.
    pub reason: String,
}

/// Rules that could not be checked for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotJudged {
    /// The code and the name of each rule.
    pub what: String,
    /// The data that was not read, and why.
    pub why: String,
}

/// Figures by day, one series per workspace. Numbers are strings, so that none is rounded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// `tokens`; `None` for money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The days, YYYY-MM-DD, oldest first.
    pub days: Vec<String>,
    /// One series per workspace.
    pub series: Vec<Series>,
}

/// One series of figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The name of the workspace; includes the id if another workspace has the same name.
    pub name: String,
    /// The values, one per day.
    pub values: Vec<String>,
}

/// The differences between the files and live state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The requests that apply would send, in order.
    pub changes: Vec<Change>,
    /// Changes that are wanted, but that the API cannot make, or that are ambiguous.
    pub blocked: Vec<Item>,
    /// Changes that are wanted, but need an external event first.
    pub waiting: Vec<Item>,
    /// Live objects that are not in the files and are kept.
    pub unlisted: Vec<Item>,
    /// The refusals of guards, in words.
    pub refused: Vec<String>,
}

/// One request that apply would send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The action of the change, such as `create`.
    pub action: String,
    /// The address of the changed object.
    pub address: String,
    /// The change in words.
    pub summary: String,
    /// The position `file:line`, if the files contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// A statement about an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The address that the statement is about.
    pub address: String,
    /// The statement in one sentence.
    pub reason: String,
    /// The position `file:line`, if the files contain it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}
