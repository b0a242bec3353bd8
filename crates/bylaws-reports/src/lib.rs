//! Usage, cost and Claude Code activity, added up exactly; API keys with their use; and one HTML page about an
//! organization. Each is a value, rendered as text, Markdown, CSV, JSON or HTML.
//!
//! Nothing here sends a request, or reads files, the environment or a clock.

pub mod figures;
pub mod page;
pub mod sheet;
