//! The dimensions by which figures can be grouped.

/// A dimension to group figures by. Not every report supports every dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// The workspace, by id.
    Workspace,
    /// The person: the owner of a personal key, or the Claude Code user.
    Person,
    /// The API key, by id or name.
    Key,
    /// The service account, by id.
    ServiceAccount,
    /// The model, by name.
    Model,
    /// The service tier: `standard`, `batch`, `priority` …
    Tier,
    /// The context window: `0-200k`, `200k-1M`.
    ContextWindow,
    /// The geo in which inference ran.
    Geo,
    /// The speed: `standard` or `fast`.
    Speed,
    /// The description on the bill.
    Description,
    /// The cost type: `tokens`, `web_search` …
    CostType,
    /// The token type: `output_tokens` …
    TokenType,
    /// The terminal that Claude Code ran in.
    Terminal,
    /// The day in UTC.
    Day,
}

impl Dimension {
    /// The dimensions by which usage can be grouped.
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

    /// The dimensions by which cost can be grouped.
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

    /// The dimensions by which Claude Code activity can be grouped.
    pub const CLAUDE_CODE: &'static [Self] =
        &[Self::Person, Self::Key, Self::Terminal, Self::Model, Self::Day];

    /// Returns its name on the command line and in documents.
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

    /// Returns the dimension with this name among `of`.
    pub fn from_text(text: &str, of: &[Self]) -> Option<Self> {
        of.iter().copied().find(|dimension| dimension.as_str() == text)
    }
}
