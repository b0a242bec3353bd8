//! What the service reports, bucket by bucket, in the engine's names.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Activity, Dimension, Tokens};
use crate::{Amount, ApiKeyId, UserId, WorkspaceId};

/// The usage of one interval. Empty intervals have no lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageBucket {
    /// Where it begins.
    pub from: Timestamp,
    /// One for each combination of the dimensions asked for.
    pub lines: Vec<UsageLine>,
}

/// Tokens of one combination of dimensions; one that was not asked for is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageLine {
    /// `None` for the default workspace too.
    pub workspace: Option<WorkspaceId>,
    /// `None` for keys that belong to nobody too.
    pub person: Option<UserId>,
    /// `None` in the playground too.
    pub key: Option<ApiKeyId>,
    /// The model.
    pub model: Option<String>,
    /// The service account's id.
    pub service_account: Option<String>,
    /// The service tier.
    pub tier: Option<String>,
    /// The context window.
    pub context_window: Option<String>,
    /// Where it was answered.
    pub geo: Option<String>,
    /// `standard` or `fast`.
    pub speed: Option<String>,
    /// How much.
    pub tokens: Tokens,
}

/// The cost of one day. Days without cost have no lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostBucket {
    /// Where it begins.
    pub from: Timestamp,
    /// One for each combination of the dimensions asked for.
    pub lines: Vec<CostLine>,
}

/// An amount for one combination of dimensions; one that was not asked for is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostLine {
    /// `None` for the default workspace too.
    pub workspace: Option<WorkspaceId>,
    /// The line of the bill. What follows comes with it.
    pub description: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// What was paid for.
    pub cost_type: Option<String>,
    /// Which tokens.
    pub token_type: Option<String>,
    /// The service tier.
    pub tier: Option<String>,
    /// The context window.
    pub context_window: Option<String>,
    /// Where it was answered.
    pub geo: Option<String>,
    /// How much, exactly.
    pub amount: Amount,
}

/// What Claude Code did on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaudeCodeDay {
    /// The day, UTC.
    pub day: Date,
    /// One for each actor, terminal and kind of customer.
    pub records: Vec<ClaudeCodeRecord>,
}

/// What one actor did in one terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaudeCodeRecord {
    /// The person's address as the service writes it; `None` for a key.
    pub person: Option<String>,
    /// The key's name; `None` for a person.
    pub key: Option<String>,
    /// The terminal.
    pub terminal: String,
    /// Everything, all models together.
    pub activity: Activity,
    /// Tokens and cost of each model; nothing else is told apart by model.
    pub models: Vec<ModelFigures>,
}

/// Tokens and cost of one model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFigures {
    /// The model.
    pub model: String,
    /// Only tokens and cost of it are filled.
    pub activity: Activity,
}

impl UsageLine {
    /// What this line is told apart by in that dimension.
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
    /// What this line is told apart by in that dimension.
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
    /// What this record is told apart by in that dimension, beyond day and model.
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
