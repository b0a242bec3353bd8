//! Access as text and CSV.

mod csv;
mod difference;
mod text;

pub use csv::csv;
pub use difference::{difference, difference_csv};
pub use text::{By, accounts, state, text};

use super::escape::escape;
use super::section::place;
use crate::document::access::{BecauseDocument, BecauseKind};

/// Returns the reason: `line bylaws.yaml:12`, `team platform`, `organization role admin`.
fn why(because: &BecauseDocument) -> String {
    let name = because.name.as_deref().map(escape).unwrap_or_default();
    let words = match because.source {
        BecauseKind::OrganizationRole => format!("organization role {name}"),
        BecauseKind::Line => "line".to_owned(),
        BecauseKind::Team => format!("team {name}"),
        BecauseKind::ActsAs => format!("acts as {name}"),
        BecauseKind::Drift => "workspace membership that differs from the files".to_owned(),
        BecauseKind::Unlisted => "workspace membership that is not in the files".to_owned(),
        BecauseKind::Membership => "workspace membership".to_owned(),
    };
    match &because.origin {
        Some(origin) => format!("{} {}", words.trim_end(), place(origin)),
        None => words.trim_end().to_owned(),
    }
}

/// Returns all reasons; those after the first include the role that they would give.
pub fn reasons(because: &[BecauseDocument]) -> String {
    let first = because.first().map(|first| &first.role);
    let parts = because.iter().enumerate().map(|(nth, source)| match nth {
        0 => why(source),
        _ if first == Some(&source.role) => format!("also {}", why(source)),
        _ => format!("also {} by {}", escape(&source.role), why(source)),
    });
    parts.collect::<Vec<_>>().join("; ")
}
