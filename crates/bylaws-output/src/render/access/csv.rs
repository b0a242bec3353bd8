//! Access as CSV: a row for each person and workspace, and one for a person without access.

use super::why;
use crate::document::access::{AccessDocument, GrantDocument};
use crate::render::csv::{safe, written};

/// Returns access as CSV with a header row.
pub fn csv(access: &AccessDocument) -> String {
    let head = "who user_id standing organization_role teams workspace workspace_id workspace_role because";
    let mut rows = vec![head.split(' ').map(str::to_owned).collect()];
    let or_empty = |text: &Option<String>| text.as_deref().map(safe).unwrap_or_default();
    for person in &access.people {
        let teams: Vec<String> = person.teams.iter().map(|team| safe(team)).collect();
        let of_person = [
            safe(&person.who),
            or_empty(&person.user_id),
            person.standing.to_string(),
            or_empty(&person.role),
            teams.join(" "),
        ];
        let of_grant = |grant: &GrantDocument| {
            let because: Vec<String> = grant.because.iter().map(why).collect();
            vec![safe(&grant.workspace), or_empty(&grant.workspace_id), safe(&grant.role), because.join("; ")]
        };
        let grants: Vec<Vec<String>> = person.access.iter().map(of_grant).collect();
        let none = vec![String::new(); 4];
        let grants = if grants.is_empty() { vec![none] } else { grants };
        rows.extend(grants.into_iter().map(|grant| of_person.iter().cloned().chain(grant).collect()));
    }
    written(&rows)
}
