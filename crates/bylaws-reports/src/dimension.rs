//! The dimensions by which figures can be grouped.

use bylaws_engine::words;

words!(
    /// A dimension to group figures by. Not every report supports every dimension.
    Dimension {
        /// The workspace, by id.
        Workspace = "workspace",
        /// The person: the owner of a personal key, or the Claude Code user.
        Person = "person",
        /// The API key, by id or name.
        Key = "key",
        /// The service account, by id.
        ServiceAccount = "service-account",
        /// The model, by name.
        Model = "model",
        /// The service tier: `standard`, `batch`, `priority` …
        Tier = "tier",
        /// The context window: `0-200k`, `200k-1M`.
        ContextWindow = "context-window",
        /// The geo in which inference ran.
        Geo = "geo",
        /// The speed: `standard` or `fast`.
        Speed = "speed",
        /// The description on the bill.
        Description = "description",
        /// The cost type: `tokens`, `web_search` …
        CostType = "cost-type",
        /// The token type: `output_tokens` …
        TokenType = "token-type",
        /// The terminal that Claude Code ran in.
        Terminal = "terminal",
        /// The day in UTC.
        Day = "day",
    }
);

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
}
