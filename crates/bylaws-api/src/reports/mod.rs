//! The three reports: token usage, cost, Claude Code activity. Numbers only, nothing to change.

pub mod claude_code;
pub mod cost;
pub mod messages_usage;
