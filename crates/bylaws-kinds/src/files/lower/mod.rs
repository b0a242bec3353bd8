//! Converts trees to [`Desired`] and reports all problems in one run.
//! Each section has a module; they are read in the order in which they depend on each other.

mod api_keys;
mod audit;
mod guards;
mod members;
mod memberships;
mod names;
mod organization;
mod overlap;
mod protected;
mod settings;
mod standing;
mod teams;
mod unlisted;
mod whole;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use bylaws_config::fields::{FILE, map, unknown_key};
use bylaws_config::files::{Lines, Trees};
use bylaws_config::node::{Entry, Value};
use bylaws_config::position::At;
use bylaws_config::problem::Problems;
use bylaws_config::shown::shown;
use bylaws_engine::desired::{GuardKind, Line, WantedRole};
use bylaws_engine::{Desired, Guards, HeldRole, OrganizationKind, TeamName};

use crate::files::people::People;
use crate::files::rules;
use teams::Teams;

/// The top-level keys of a file.
const SECTIONS: &[&str] =
    &["bylaws", "organization", "members", "teams", "workspaces", "api_keys", "unlisted", "guards", "audit"];
/// The top-level keys of a guards file.
const GUARD_SECTIONS: &[&str] = &["bylaws", "guards"];

/// Problems, locations and other state collected while the files are read.
pub(crate) struct Context {
    pub(crate) problems: Problems,
    pub(crate) origins: Lines,
    pins: BTreeMap<String, At>,
    /// Teams that a workspace names.
    used_teams: BTreeSet<TeamName>,
    /// Number of memberships compared so far, see `overlap.rs`.
    compared: usize,
}

impl Context {
    pub(crate) fn new(problems: Problems) -> Self {
        Self {
            problems,
            origins: Lines::default(),
            pins: BTreeMap::new(),
            used_teams: BTreeSet::new(),
            compared: 0,
        }
    }

    /// Records a pinned id; reports a duplicate.
    fn pin(&mut self, id: &str, at: At) {
        match self.pins.get(id).copied() {
            None => drop(self.pins.insert(id.to_owned(), at)),
            Some(other) => {
                // Sections are not read in the order of the file.
                let (first, again) = (other.min(at), other.max(at));
                self.problems
                    .report(&rules::DUPLICATE_ID, again, format!("duplicate id {}", shown(id)))
                    .label("again here")
                    .also(first, "first here")
                    .help("keep the id in the entry it belongs to");
            }
        }
    }

    /// Records the location of a top-level entry; reports a duplicate and returns `false`.
    fn once(&mut self, line: Line, at: At, what: &str, name: &str) -> bool {
        if let Some(&first) = self.origins.get(&line) {
            self.problems
                .report(&rules::DUPLICATE_KEY, at, format!("duplicate {what} {}", shown(name)))
                .label("again here")
                .also(first, "first here")
                .help(format!("define each {what} in one place: keep one of the two"));
            return false;
        }
        self.origins.insert(line, at);
        true
    }
}

/// Reads all sections. Returns `None` if a required part is missing; with any error the result is meaningless.
pub(crate) fn desired(cx: &mut Context, trees: &Trees) -> Option<Desired> {
    let sections = Sections::gather(cx, trees, SECTIONS);
    version(cx, &sections, trees);
    let pin = sections.single(cx, "organization");
    if pin.is_none() && sections.complete {
        cx.problems
            .report(&rules::MISSING_KEY, trees.top, "`organization` is missing")
            .label("nowhere in these files")
            .help("write `organization: {id: …}`; `bylaws whoami` shows the id");
    }
    let (organization, kind) = organization::lower(cx, pin);
    let guards = sections.single(cx, "guards").map(|entry| guards::lower(cx, entry)).unwrap_or_default();

    let domains = guards.guards.allowed_domains.clone();
    let mut people = People::new(sections.has("members"), sections.complete, domains);
    let members =
        sections.has("members").then(|| members::lower(cx, sections.all("members"), kind, &mut people));
    if kind == Some(OrganizationKind::Enterprise) {
        refuse_console_sections(cx, &sections);
    }
    let mut teams = Teams::new(sections.complete);
    for entry in sections.all("teams") {
        teams.lower(cx, entry, &mut people);
    }
    let workspaces = sections.has("workspaces").then(|| {
        let mut all = BTreeMap::new();
        for entry in sections.all("workspaces") {
            workspaces::lower(cx, entry, &mut people, &teams, &mut all);
        }
        names::report(cx, &all);
        all
    });
    let api_keys = sections.has("api_keys").then(|| {
        let mut all = BTreeMap::new();
        for entry in sections.all("api_keys") {
            api_keys::lower(cx, &entry.value, None, &mut all);
        }
        all
    });
    let unlisted =
        sections.single(cx, "unlisted").map(|entry| unlisted::lower(cx, entry)).unwrap_or_default();
    required_admins(cx, &guards.required_admins, &people);
    let audit = sections.single(cx, "audit").map(|entry| audit::lower(cx, entry)).unwrap_or_default();

    if let Some(entry) = sections.all("members").first() {
        cx.origins.insert(Line::Guard(GuardKind::Members), entry.at);
    }
    let desired = Desired {
        organization: organization?,
        members,
        teams: teams.into_people(),
        workspaces,
        api_keys,
        unlisted,
        guards: guards.guards,
        audit: audit.settings,
    };
    // Only files without errors show which lines have no effect.
    if sections.complete && cx.problems.is_clean() {
        whole::report(cx, &desired, &guards.approved, &audit.limits);
        protected::report(cx, &desired, &guards.protected);
    }
    Some(desired)
}

/// Reads a file that contains only guards.
pub(crate) fn guards_only(cx: &mut Context, trees: &Trees) -> Option<Guards> {
    let sections = Sections::gather(cx, trees, GUARD_SECTIONS);
    version(cx, &sections, trees);
    let entry = sections.single(cx, "guards");
    if entry.is_none() && sections.complete {
        cx.problems
            .report(&rules::MISSING_KEY, trees.top, "`guards` is missing")
            .label("no `guards` here")
            .help("write only `bylaws: 1` and `guards:` in a guards file");
    }
    Some(guards::lower(cx, entry?).guards)
}

/// The top-level entries of all files.
struct Sections<'n> {
    entries: BTreeMap<&'n str, Vec<&'n Entry>>,
    complete: bool,
}

impl<'n> Sections<'n> {
    fn gather(cx: &mut Context, trees: &'n Trees, known: &[&str]) -> Self {
        let mut sections = Self { entries: BTreeMap::new(), complete: trees.complete };
        for root in &trees.roots {
            let empty = match &root.value {
                Value::Null => true,
                Value::Map(entries) => entries.is_empty(),
                Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => false,
            };
            if empty {
                // A truncated file must not mean "no members".
                sections.complete = false;
                cx.problems
                    .report(&rules::EMPTY_FILE, root.at, "this file is empty")
                    .label("empty")
                    .help("delete it, or restore its content");
                continue;
            }
            let Some(entries) = map(&mut cx.problems, root, FILE) else {
                sections.complete = false;
                continue;
            };
            for entry in entries {
                if known.contains(&entry.key.as_str()) {
                    // A section that is not a map does not show which entries are intended.
                    let is_list =
                        ["members", "teams", "workspaces", "api_keys"].contains(&entry.key.as_str());
                    sections.complete &= !is_list || matches!(entry.value.value, Value::Map(_));
                    sections.entries.entry(&entry.key).or_default().push(entry);
                } else if known.len() == GUARD_SECTIONS.len() && SECTIONS.contains(&entry.key.as_str()) {
                    cx.problems
                        .report(
                            &rules::UNKNOWN_KEY,
                            entry.at,
                            format!("`{}` is not valid in a guards file", entry.key),
                        )
                        .label("not valid here")
                        .help("write only `bylaws: 1` and `guards:` in a guards file");
                } else {
                    unknown_key(&mut cx.problems, entry, FILE, known);
                }
            }
        }
        sections
    }

    fn all(&self, name: &str) -> &[&'n Entry] {
        self.entries.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Returns a section that may be in one file only; reports duplicates.
    fn single(&self, cx: &mut Context, name: &str) -> Option<&'n Entry> {
        let [first, again @ ..] = self.all(name) else { return None };
        for entry in again {
            cx.problems
                .report(&rules::DUPLICATE_KEY, entry.at, format!("`{name}` is in two files"))
                .label("again here")
                .also(first.at, "first here")
                .help("keep it in one file only");
        }
        Some(first)
    }
}

fn version(cx: &mut Context, sections: &Sections<'_>, trees: &Trees) {
    let Some(entry) = sections.single(cx, "bylaws") else {
        if sections.complete {
            cx.problems
                .report(&rules::MISSING_KEY, trees.top, "`bylaws` is missing")
                .label("nowhere in these files")
                .help("write `bylaws: 1`, the version of the format");
        }
        return;
    };
    if matches!(&entry.value.value, Value::Number(source) if source == "1") {
        return;
    }
    let found = entry.value.value.described();
    let reader = env!("CARGO_PKG_VERSION");
    let is_number = matches!(entry.value.value, Value::Number(_));
    let message = if is_number {
        format!("Bylaws {reader} does not support format version {found}")
    } else {
        format!("`bylaws` must be the number 1, not {found}")
    };
    cx.problems
        .report(&rules::FORMAT_VERSION, entry.value.at, message)
        .label("not 1")
        .help(format!("write `bylaws: 1`, the version that Bylaws {reader} supports"));
}

/// Reports sections that do not apply to an enterprise organization.
fn refuse_console_sections(cx: &mut Context, sections: &Sections<'_>) {
    for name in ["teams", "workspaces", "api_keys"] {
        for entry in sections.all(name) {
            cx.problems
                .report(
                    &rules::NOT_FOR_ENTERPRISE,
                    entry.at,
                    format!("`{name}` is not valid with `kind: enterprise`"),
                )
                .label("not for enterprise")
                .help("delete it, or correct `organization.kind`");
        }
    }
}

fn required_admins(cx: &mut Context, admins: &[(bylaws_engine::Email, At)], people: &People) {
    if !people.is_known() {
        return;
    }
    let roles = bylaws_config::shown::listed(HeldRole::ALL.map(HeldRole::as_str));
    for (email, at) in admins {
        let message = match people.role(email) {
            Some(WantedRole::Held(_)) => continue,
            // The problem with the entry is reported already.
            None if people.has(email) => continue,
            None => format!("{} must be an administrator, but is not listed", shown(email.as_str())),
            Some(_) => {
                format!("{} must be an administrator, but is listed with another role", shown(email.as_str()))
            }
        };
        cx.problems
            .report(&rules::REQUIRED_ADMIN, *at, message)
            .label("required here")
            .help(format!("list them under `members` with one of {roles}"));
    }
}
