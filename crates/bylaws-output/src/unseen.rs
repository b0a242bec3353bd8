//! What was not read, in words.

use bylaws_engine::Unseen;

/// A noun, for "… could not be read".
pub fn words(unseen: Unseen) -> &'static str {
    match unseen {
        Unseen::People => "members and invites",
        Unseen::Workspaces => "workspaces",
        Unseen::WorkspaceMembers => "members of workspaces",
        Unseen::ApiKeys => "API keys",
        Unseen::Usage => "usage",
        Unseen::ClaudeCode => "Claude Code activity",
        Unseen::Cost => "cost",
        Unseen::Plan => "something that a plan needs",
    }
}
