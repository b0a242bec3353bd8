//! From trees to [`Desired`]: every section in turn, all problems of a run, none of them the last.
//! Each section has a file of its own; the order here is that in which one needs another.

mod api_keys;
mod audit;
mod guards;
mod members;
mod names;
mod organization;
mod overlap;
mod protected;
mod seats;
mod settings;
mod standing;
mod teams;
mod unlisted;
mod whole;
mod workspaces;

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{Desired, GuardKind, Guards, HeldRole, Line, OrganizationKind, TeamName, WantedRole};
use foldhash::HashMap;

use crate::fields::{FILE, map, unknown_key};
use crate::node::{Entry, Node, Value};
use crate::people::People;
use crate::place::At;
use crate::problem::Problems;
use crate::rules;
use crate::shown::shown;
use teams::Teams;

/// The keys a file may have.
const SECTIONS: &[&str] =
    &["bylaws", "organization", "members", "teams", "workspaces", "api_keys", "unlisted", "guards", "audit"];
/// The keys a guards file may have.
const GUARD_SECTIONS: &[&str] = &["bylaws", "guards"];

/// What a run writes down while it reads.
#[derive(Default)]
pub(crate) struct Context {
    pub(crate) problems: Problems,
    pub(crate) origins: HashMap<Line, At>,
    pins: BTreeMap<String, At>,
    /// Teams that some workspace names.
    used_teams: BTreeSet<TeamName>,
    /// Memberships compared so far, see `overlap.rs`.
    compared: usize,
}

impl Context {
    /// Notes a pinned id; reports one that is pinned already.
    fn pin(&mut self, id: &str, at: At) {
        match self.pins.get(id).copied() {
            None => drop(self.pins.insert(id.to_owned(), at)),
            Some(other) => {
                // Sections are not read in the order in which they stand.
                let (first, again) = (other.min(at), other.max(at));
                self.problems
                    .report(&rules::DUPLICATE_ID, again, format!("{} is pinned twice", shown(id)))
                    .label("again here")
                    .also(first, "first here")
                    .help("an id stands for one thing: keep it where it belongs");
            }
        }
    }

    /// Notes where a thing of the top level stands; reports one that has a place already.
    fn once(&mut self, line: Line, at: At, what: &str, name: &str) -> bool {
        if let Some(&first) = self.origins.get(&line) {
            self.problems
                .report(&rules::DUPLICATE_KEY, at, format!("the {what} {} stands here twice", shown(name)))
                .label("again here")
                .also(first, "first here")
                .help("one of them stands whole in one file: keep one of the two");
            return false;
        }
        self.origins.insert(line, at);
        true
    }
}

/// The trees of all files that could be read.
pub(crate) struct Trees {
    /// One for each file.
    pub(crate) roots: Vec<Node>,
    /// Whether no file is missing: only then "nowhere in the files" can be said.
    pub(crate) complete: bool,
    /// Where a missing section shows.
    pub(crate) top: At,
}

/// All sections. `None` when a part that must be there is not; with any error the result means nothing.
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
            api_keys::lower(cx, &entry.value, Line::OrganizationApiKey, &mut all);
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
    // What a whole does not give any effect shows only when its parts are right.
    if sections.complete && cx.problems.is_clean() {
        whole::report(cx, &desired, &guards.approved, &audit.limits);
        protected::report(cx, &desired, &guards.protected);
    }
    Some(desired)
}

/// A file that holds only guards.
pub(crate) fn guards_only(cx: &mut Context, trees: &Trees) -> Option<Guards> {
    let sections = Sections::gather(cx, trees, GUARD_SECTIONS);
    version(cx, &sections, trees);
    let entry = sections.single(cx, "guards");
    if entry.is_none() && sections.complete {
        cx.problems
            .report(&rules::MISSING_KEY, trees.top, "`guards` is missing")
            .label("no `guards` here")
            .help("a guards file holds `bylaws: 1` and `guards:`");
    }
    Some(guards::lower(cx, entry?).guards)
}

/// The top-level keys of all files.
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
                // A file cut to nothing must not read as "nobody".
                sections.complete = false;
                cx.problems
                    .report(&rules::EMPTY_FILE, root.at, "this file asks for nothing")
                    .label("empty")
                    .help("delete it, or restore what stood here");
                continue;
            }
            let Some(entries) = map(&mut cx.problems, root, FILE) else {
                sections.complete = false;
                continue;
            };
            for entry in entries {
                if known.contains(&entry.key.as_str()) {
                    // What is no map lists nobody, which says nothing of who is meant to be listed.
                    let is_list =
                        ["members", "teams", "workspaces", "api_keys"].contains(&entry.key.as_str());
                    sections.complete &= !is_list || matches!(entry.value.value, Value::Map(_));
                    sections.entries.entry(&entry.key).or_default().push(entry);
                } else if known.len() == GUARD_SECTIONS.len() && SECTIONS.contains(&entry.key.as_str()) {
                    cx.problems
                        .report(
                            &rules::UNKNOWN_KEY,
                            entry.at,
                            format!("`{}` has no place in a guards file", entry.key),
                        )
                        .label("not here")
                        .help("a guards file holds `bylaws: 1` and `guards:`");
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

    /// A section that stands in one file only.
    fn single(&self, cx: &mut Context, name: &str) -> Option<&'n Entry> {
        let [first, again @ ..] = self.all(name) else { return None };
        for entry in again {
            cx.problems
                .report(&rules::DUPLICATE_KEY, entry.at, format!("`{name}` stands in two files"))
                .label("again here")
                .also(first.at, "first here")
                .help("it stands in one file only");
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
    let found = match &entry.value.value {
        Value::Number(source) | Value::Bool(source) | Value::Text(source) => shown(source),
        Value::Null | Value::List(_) | Value::Map(_) => entry.value.value.kind().to_owned(),
    };
    let reader = env!("CARGO_PKG_VERSION");
    let is_number = matches!(entry.value.value, Value::Number(_));
    let message = if is_number {
        format!("Bylaws {reader} does not know version {found} of the format")
    } else {
        format!("`bylaws` must be the number 1, and this is {found}")
    };
    cx.problems
        .report(&rules::FORMAT_VERSION, entry.value.at, message)
        .label("not 1")
        .help(format!("Bylaws {reader} reads `bylaws: 1`"));
}

/// An enterprise organization is known by its members alone.
fn refuse_console_sections(cx: &mut Context, sections: &Sections<'_>) {
    for name in ["teams", "workspaces", "api_keys"] {
        for entry in sections.all(name) {
            cx.problems
                .report(
                    &rules::NOT_FOR_ENTERPRISE,
                    entry.at,
                    format!("`{name}` has no meaning with `kind: enterprise`"),
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
    let roles = crate::shown::listed(HeldRole::ALL.map(HeldRole::as_str));
    for (email, at) in admins {
        let message = match people.role(email) {
            Some(WantedRole::Held(_)) => continue,
            // Its own problem is reported already.
            None if people.has(email) => continue,
            None => format!("{} must be an administrator, and is not listed", shown(email.as_str())),
            Some(_) => {
                format!("{} must be an administrator, and is listed with another role", shown(email.as_str()))
            }
        };
        cx.problems
            .report(&rules::REQUIRED_ADMIN, *at, message)
            .label("required here")
            .help(format!("list them under `members` with one of {roles}"));
    }
}
