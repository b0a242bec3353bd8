//! Access as text: by person, by workspace, by role.

use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_engine::access::Presence;
use bylaws_engine::sentence::plural;
use unicode_width::UnicodeWidthStr;

use super::reasons;
use crate::document::access::{
    AccessDocument, BecauseKind, GrantDocument, PersonDocument, StateDocument, StateKind,
};
use crate::document::canonical::short;
use crate::render::escape::escape;
use crate::render::style::Style;

/// The maximum width of the first column, up to which the next ones are aligned.
const WIDEST: usize = 44;

/// How the rows are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Each person with their workspaces.
    Person,
    /// Each workspace with its people.
    Workspace,
    /// Each role with who has it where.
    Role,
}

/// Returns access, grouped as `by` selects, and a line of counts.
pub fn text(access: &AccessDocument, by: By, style: Style) -> String {
    let mut out = String::new();
    let name = &access.organization.name;
    let id = escape(&access.organization.id);
    let title = if name.is_empty() { id } else { format!("{} ({id})", escape(name)) };
    let _ = writeln!(out, "{}", style.head(&title));
    let reads = match access.reads {
        0 => String::new(),
        n => format!("; {}", plural(n, "read request")),
    };
    let _ = writeln!(out, "{}\n", style.dim(&format!("{}{reads}", state(&access.state))));
    for missing in &access.not_seen {
        let _ = writeln!(out, "{} {}: {}", style.change("not read:"), missing.what, escape(&missing.why));
    }
    if !access.not_seen.is_empty() {
        out.push('\n');
    }
    match by {
        By::Person => people(&mut out, access, style),
        By::Workspace => workspaces(&mut out, access, style),
        By::Role => roles(&mut out, access, style),
    }
    let grants: usize = access.people.iter().map(|person| person.access.len()).sum();
    let invited = access.people.iter().filter(|person| *person.standing == Presence::Invited).count();
    let invited = if invited > 0 { format!(" ({invited} invited)") } else { String::new() };
    let workspaces = plural(access.workspaces.len(), "workspace");
    let who = format!("{}{invited}{}", plural(access.persons(), "person"), accounts(access));
    let _ = writeln!(out, "{who}, {workspaces}, {} in workspaces", plural(grants, "role"));
    out
}

/// `, 2 service accounts, 1 federation rule`, or nothing.
pub fn accounts(access: &AccessDocument) -> String {
    let of = |standing, noun| match access.count(standing) {
        0 => String::new(),
        n => format!(", {}", plural(n, noun)),
    };
    of(Presence::Account, "service account") + &of(Presence::Workload, "federation rule")
}

/// `live as of 2026-11-22`, `the files bylaws.yaml as of 2026-11-22`.
pub fn state(state: &StateDocument) -> String {
    let name = state.name.as_deref().map(escape).unwrap_or_default();
    let commit = state.commit.as_deref().map(|commit| format!(" at {}", escape(short(commit))));
    let commit = commit.unwrap_or_default();
    let what = match state.kind {
        StateKind::Files => format!("what the files {name}{commit} ask for"),
        StateKind::Commit => format!("what the files ask for at {name}"),
        StateKind::Snapshot => format!("the snapshot {name}"),
        StateKind::Live => "live".to_owned(),
    };
    format!("{what}, as of {}", escape(&state.day))
}

fn people(out: &mut String, access: &AccessDocument, style: Style) {
    for person in &access.people {
        let _ = write!(out, "{}  {}", style.head(&escape(&person.who)), role_of(person));
        if !person.teams.is_empty() {
            let teams: Vec<String> = person.teams.iter().map(|team| escape(team)).collect();
            let _ = write!(out, "  {}", style.dim(&format!("in {}", teams.join(", "))));
        }
        if let Some(identity) = &person.identity {
            let _ = write!(out, "  {}", style.dim(&escape(identity)));
        }
        out.push('\n');
        columns(out, &collapsed(person, access), style);
        out.push('\n');
    }
}

/// Returns the role in the organization, and whether the invite is still pending.
fn role_of(person: &PersonDocument) -> String {
    let role = person.role.as_deref().map_or("role unknown".to_owned(), escape);
    match *person.standing {
        Presence::Invited => format!("{role}, invited, not accepted yet"),
        Presence::Stranger => "not a member of the organization".to_owned(),
        Presence::Member | Presence::Account => role,
        Presence::Workload => person.role.as_deref().map_or("workload".to_owned(), escape),
    }
}

/// Writes a row for each workspace, or one for all of them if a person has them for the same reason.
fn collapsed(person: &PersonDocument, access: &AccessDocument) -> Vec<[String; 3]> {
    let row =
        |grant: &GrantDocument| [escape(&grant.workspace), escape(&grant.role), reasons(&grant.because)];
    let is_implied = |grant: &GrantDocument| matches!(grant.because.as_slice(), [only] if only.source == BecauseKind::OrganizationRole);
    let implied: Vec<&GrantDocument> = person.access.iter().filter(|grant| is_implied(grant)).collect();
    let same = implied.first().is_some_and(|first| implied.iter().all(|other| other.role == first.role));
    if access.workspaces.len() < 3 || implied.len() < 3 || !same {
        return person.access.iter().map(row).collect();
    }
    let others: Vec<_> = person.access.iter().filter(|grant| !is_implied(grant)).map(row).collect();
    let how_many = match (implied.len(), others.len()) {
        (n, 0) if n == access.workspaces.len() => format!("every workspace ({n})"),
        (n, _) if n + others.len() == access.workspaces.len() => format!("every other workspace ({n})"),
        (n, _) => format!("{n} workspaces"),
    };
    let first = implied.first().map(|first| [how_many, escape(&first.role), reasons(&first.because)]);
    others.into_iter().chain(first).collect()
}

fn workspaces(out: &mut String, access: &AccessDocument, style: Style) {
    for place in &access.workspaces {
        let id = place.id.as_deref().map(|id| format!("  {}", style.dim(&escape(id)))).unwrap_or_default();
        let label = place.label.as_ref().filter(|label| **label != place.name);
        let label = label.map(|label| format!("  {}", style.dim(&format!("`{}`", escape(label)))));
        let _ = writeln!(out, "{}{}{id}", style.head(&escape(&place.name)), label.unwrap_or_default());
        let here = |grant: &&GrantDocument| grant.workspace == place.name && grant.workspace_id == place.id;
        let rows = access.people.iter().flat_map(|person| {
            let grants = person.access.iter().filter(here);
            let identity = person.identity.as_ref().map(|identity| format!(": {}", escape(identity)));
            let why = move |grant: &GrantDocument| {
                reasons(&grant.because) + identity.as_deref().unwrap_or_default()
            };
            grants.map(move |grant| [escape(&person.who), escape(&grant.role), why(grant)])
        });
        let mut rows: Vec<[String; 3]> = rows.collect();
        rows.sort_by(|a, b| rank(&a[1]).cmp(&rank(&b[1])).then_with(|| a[0].cmp(&b[0])));
        if rows.is_empty() {
            let _ = writeln!(out, "  {}", style.dim("nobody"));
        }
        columns(out, &rows, style);
        out.push('\n');
    }
}

fn roles(out: &mut String, access: &AccessDocument, style: Style) {
    let mut by_role: BTreeMap<(usize, String), Vec<[String; 3]>> = BTreeMap::new();
    for person in &access.people {
        if let Some(role) = &person.role {
            let role = escape(role);
            let standing = if *person.standing == Presence::Invited { "invited" } else { "" };
            let row = [escape(&person.who), "organization".to_owned(), standing.to_owned()];
            by_role.entry((rank(&role), role)).or_default().push(row);
        }
        for [place, role, why] in collapsed(person, access) {
            by_role.entry((rank(&role), role)).or_default().push([escape(&person.who), place, why]);
        }
    }
    for ((_, role), rows) in by_role {
        let _ = writeln!(out, "{}", style.head(&role));
        columns(out, &rows, style);
        out.push('\n');
    }
}

/// Returns the sort key of a role: unknown roles first, so that they are noticed, then the stronger ones.
fn rank(role: &str) -> usize {
    let order = [
        "primary_owner",
        "owner",
        "admin",
        "membership_admin",
        "developer",
        "user",
        "claude_code_user",
        "managed",
        "billing",
        "workspace_admin",
        "workspace_developer",
        "workspace_restricted_developer",
        "workspace_user",
        "workspace_billing",
    ];
    order.iter().position(|known| *known == role).map_or(0, |at| at + 1)
}

/// Writes rows of three cells and aligns the first two.
pub(super) fn columns(out: &mut String, rows: &[[String; 3]], style: Style) {
    let widest = |at: usize| {
        let widths = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
        widths.filter(|width| *width <= WIDEST).max().unwrap_or(0)
    };
    let (first, second) = (widest(0), widest(1));
    for [a, b, c] in rows {
        let gap = |cell: &str, width: usize| " ".repeat(width.saturating_sub(cell.width()));
        let line = format!("  {a}{}  {b}{}  {}", gap(a, first), gap(b, second), style.dim(c));
        let _ = writeln!(out, "{}", line.trim_end());
    }
}
