//! Combines the sources of one person's access in one workspace.

use bylaws_engine::OrganizationRole;
use bylaws_engine::access::{Grant, PlaceKind, Source, strength};

use super::implied::implied;

/// Returns what results from a role in the organization and the sources of one membership, which all give
/// the same role.
pub(crate) fn grant(
    role: Option<&OrganizationRole>,
    place: PlaceKind,
    mut membership: Vec<Source>,
) -> Option<Grant> {
    // Of several teams, the strongest role applies; it comes first.
    membership
        .sort_by(|a, b| strength(&b.role).cmp(&strength(&a.role)).then_with(|| a.because.cmp(&b.because)));
    let implied = role.and_then(|role| implied(role, place));
    let is_redundant = |membership: &Source| {
        let inherited = role.and_then(OrganizationRole::inherited);
        inherited.is_none_or(|inherited| inherited.makes_redundant(&membership.role))
    };
    let sources: Vec<Source> = match (implied, membership.first()) {
        (Some(implied), Some(first)) if !is_redundant(first) => {
            membership.into_iter().chain([implied]).collect()
        }
        (implied, _) => implied.into_iter().chain(membership).collect(),
    };
    let role = sources.first()?.role.clone();
    Some(Grant { role, sources })
}
