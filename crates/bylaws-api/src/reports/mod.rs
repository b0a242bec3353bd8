//! The three reports: token usage, cost and Claude Code activity. Read-only.

pub mod claude_code;
pub mod cost;
pub mod messages_usage;
