//! Names of the data that was not read.

use bylaws_engine::audit::Unseen;

/// Returns a noun for "… could not be read".
pub fn words(unseen: Unseen) -> &'static str {
    match unseen {
        Unseen::People => "members and invites",
        Unseen::Workspaces => "workspaces",
        Unseen::WorkspaceMembers => "members of workspaces",
        Unseen::ApiKeys => "API keys",
        Unseen::ServiceAccounts => "service accounts",
        Unseen::Federation => "federation issuers and rules",
        Unseen::RateLimits => "rate limits",
        Unseen::SpendLimits => "spend limits",
        Unseen::ExternalKeys => "external keys",
        Unseen::Usage => "usage",
        Unseen::ClaudeCode => "Claude Code activity",
        Unseen::Cost => "cost",
        Unseen::Plan => "data that a plan needs",
    }
}
