//! By what figures can be told apart.

/// One way to tell figures apart. Not every report knows every one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The workspace.
    Workspace,
    /// The person: the owner of a personal key, or who used Claude Code.
    Person,
    /// The API key.
    Key,
    /// The service account.
    ServiceAccount,
    /// The model.
    Model,
    /// The service tier: `standard`, `batch`, `priority` …
    Tier,
    /// The context window: `0-200k`, `200k-1M`.
    ContextWindow,
    /// Where requests were answered.
    Geo,
    /// `standard` or `fast`.
    Speed,
    /// The line of the bill.
    Description,
    /// What kind of thing was paid for: `tokens`, `web_search` …
    CostType,
    /// Which tokens: `output_tokens` …
    TokenType,
    /// The terminal that Claude Code ran in.
    Terminal,
    /// The day, UTC.
    Day,
}

impl Dimension {
    /// What usage can be told apart by.
    pub const USAGE: &'static [Self] = &[
        Self::Workspace,
        Self::Person,
        Self::Key,
        Self::Model,
        Self::ServiceAccount,
        Self::Tier,
        Self::ContextWindow,
        Self::Geo,
        Self::Speed,
    ];

    /// What cost can be told apart by.
    pub const COST: &'static [Self] = &[
        Self::Workspace,
        Self::Description,
        Self::Model,
        Self::CostType,
        Self::TokenType,
        Self::Tier,
        Self::ContextWindow,
        Self::Geo,
    ];

    /// What the work of Claude Code can be told apart by.
    pub const CLAUDE_CODE: &'static [Self] =
        &[Self::Person, Self::Key, Self::Terminal, Self::Model, Self::Day];

    /// The word for it, on the command line and in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Person => "person",
            Self::Key => "key",
            Self::ServiceAccount => "service-account",
            Self::Model => "model",
            Self::Tier => "tier",
            Self::ContextWindow => "context-window",
            Self::Geo => "geo",
            Self::Speed => "speed",
            Self::Description => "description",
            Self::CostType => "cost-type",
            Self::TokenType => "token-type",
            Self::Terminal => "terminal",
            Self::Day => "day",
        }
    }

    /// The dimension that this is the word for, of those given.
    pub fn from_text(text: &str, of: &[Self]) -> Option<Self> {
        of.iter().copied().find(|dimension| dimension.as_str() == text)
    }
}
