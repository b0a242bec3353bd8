//! The figures that the service reports, bucket by bucket, under the engine's names.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Activity, Dimension, Tokens};
use bylaws_engine::{Amount, ApiKeyId, UserId, WorkspaceId};

/// The usage of one interval. Empty intervals have no lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageBucket {
    /// The start of the interval.
    pub from: Timestamp,
    /// One line per combination of the requested dimensions.
    pub lines: Vec<UsageLine>,
}

/// Tokens of one combination of dimensions; a dimension that was not requested is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageLine {
    /// The workspace; also `None` for the default workspace.
    pub workspace: Option<WorkspaceId>,
    /// The person; also `None` for keys without an owner.
    pub person: Option<UserId>,
    /// The API key; also `None` for the playground.
    pub key: Option<ApiKeyId>,
    /// The name of the model.
    pub model: Option<String>,
    /// The service account's id.
    pub service_account: Option<String>,
    /// The service tier: `standard`, `batch`, `priority` …
    pub tier: Option<String>,
    /// The context window: `0-200k` or `200k-1M`.
    pub context_window: Option<String>,
    /// The geo in which inference ran.
    pub geo: Option<String>,
    /// The speed: `standard` or `fast`.
    pub speed: Option<String>,
    /// The token counts.
    pub tokens: Tokens,
}

/// The cost of one day. Days without cost have no lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostBucket {
    /// The start of the day.
    pub from: Timestamp,
    /// One line per combination of the requested dimensions.
    pub lines: Vec<CostLine>,
}

/// An amount for one combination of dimensions; a dimension that was not requested is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostLine {
    /// The workspace; also `None` for the default workspace.
    pub workspace: Option<WorkspaceId>,
    /// The description on the bill. The fields below are reported together with it.
    pub description: Option<String>,
    /// The name of the model.
    pub model: Option<String>,
    /// The cost type: `tokens`, `web_search` …
    pub cost_type: Option<String>,
    /// The token type: `output_tokens` …
    pub token_type: Option<String>,
    /// The service tier: `standard`, `batch`, `priority` …
    pub tier: Option<String>,
    /// The context window: `0-200k` or `200k-1M`.
    pub context_window: Option<String>,
    /// The geo in which inference ran.
    pub geo: Option<String>,
    /// The exact amount in US cents.
    pub amount: Amount,
}

/// The Claude Code activity of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaudeCodeDay {
    /// The day in UTC.
    pub day: Date,
    /// One record per actor, terminal and customer type.
    pub records: Vec<ClaudeCodeRecord>,
}

/// The activity of one actor in one terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaudeCodeRecord {
    /// The person's address as the service writes it; `None` for a key.
    pub person: Option<String>,
    /// The name of the key; `None` for a person.
    pub key: Option<String>,
    /// The terminal, such as `vscode`.
    pub terminal: String,
    /// The activity over all models.
    pub activity: Activity,
    /// Tokens and cost per model; nothing else is reported per model.
    pub models: Vec<ModelFigures>,
}

/// Tokens and cost of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFigures {
    /// The name of the model.
    pub model: String,
    /// The activity; only tokens and cost are filled.
    pub activity: Activity,
}

impl UsageLine {
    /// Returns the value of this line in a dimension.
    pub fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Workspace => self.workspace.as_ref().map(WorkspaceId::as_str),
            Dimension::Person => self.person.as_ref().map(UserId::as_str),
            Dimension::Key => self.key.as_ref().map(ApiKeyId::as_str),
            Dimension::Model => self.model.as_deref(),
            Dimension::ServiceAccount => self.service_account.as_deref(),
            Dimension::Tier => self.tier.as_deref(),
            Dimension::ContextWindow => self.context_window.as_deref(),
            Dimension::Geo => self.geo.as_deref(),
            Dimension::Speed => self.speed.as_deref(),
            Dimension::Description
            | Dimension::CostType
            | Dimension::TokenType
            | Dimension::Terminal
            | Dimension::Day => None,
        }
    }
}

impl CostLine {
    /// Returns the value of this line in a dimension.
    pub fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Workspace => self.workspace.as_ref().map(WorkspaceId::as_str),
            Dimension::Description => self.description.as_deref(),
            Dimension::Model => self.model.as_deref(),
            Dimension::CostType => self.cost_type.as_deref(),
            Dimension::TokenType => self.token_type.as_deref(),
            Dimension::Tier => self.tier.as_deref(),
            Dimension::ContextWindow => self.context_window.as_deref(),
            Dimension::Geo => self.geo.as_deref(),
            Dimension::Person
            | Dimension::Key
            | Dimension::ServiceAccount
            | Dimension::Speed
            | Dimension::Terminal
            | Dimension::Day => None,
        }
    }
}

impl ClaudeCodeRecord {
    /// Returns the value of this record in a dimension other than day and model.
    pub fn value(&self, dimension: Dimension) -> Option<&str> {
        match dimension {
            Dimension::Person => self.person.as_deref(),
            Dimension::Key => self.key.as_deref(),
            Dimension::Terminal => Some(&self.terminal),
            Dimension::Workspace
            | Dimension::ServiceAccount
            | Dimension::Model
            | Dimension::Tier
            | Dimension::ContextWindow
            | Dimension::Geo
            | Dimension::Speed
            | Dimension::Description
            | Dimension::CostType
            | Dimension::TokenType
            | Dimension::Day => None,
        }
    }
}
