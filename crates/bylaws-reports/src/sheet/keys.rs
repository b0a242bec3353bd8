//! Every API key, one per row: owner, scope, age and last use.

use std::fmt::Write;

use crate::figures::{Dimension, Tokens};
use bylaws_engine::sentence::plural;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::columns::{Raw, Shown, raw};
use super::document::{Organization, Range};
use super::grid::{Grid, Head, Kind};
use super::label::{Label, Labels};
use super::markdown::cell;
use super::number::short;
use super::{About, Report, markdown, text};
use bylaws_output::document::pretty;
use bylaws_output::render::csv::{safe, written};
use bylaws_output::render::escape::escape;
use bylaws_output::render::markdown::{commas, in_cell};
use bylaws_output::render::style::Style;

/// One API key.
pub struct KeyRow {
    /// The id of the key.
    pub id: String,
    /// The name of the key; not unique.
    pub name: String,
    /// The status of the key, as the API names it.
    pub status: String,
    /// The scope of the key.
    pub scope: Scope,
    /// The owner of the key, if it has one.
    pub owner: Option<Actor>,
    /// The creator of the key, if it is known.
    pub created_by: Option<Actor>,
    /// The time at which the key was created, if it is known.
    pub created_at: Option<Timestamp>,
    /// The time at which the key expires; `None` if it never does.
    pub expires_at: Option<Timestamp>,
    /// The last day of the range with usage of the key.
    pub last_used: Option<Date>,
    /// The tokens used in the range.
    pub tokens: Tokens,
}

/// The scope of a key.
pub enum Scope {
    /// The whole organization.
    Organization,
    /// One workspace, by id.
    Workspace(String),
    /// A scope that this version does not know.
    Unknown,
}

/// The owner or creator of a key.
pub enum Actor {
    /// A person, by user id.
    Person(String),
    /// A service account, shown by its id: an Admin API key cannot list service accounts.
    ServiceAccount(String),
    /// A kind of owner or creator that this version does not know.
    Unknown,
}

/// All keys in display order.
pub struct KeySheet {
    /// The organization and the range of the report.
    pub about: About,
    /// The keys, in the order in which they are shown.
    pub rows: Vec<KeyRow>,
    /// The names of the workspaces and people in the rows.
    pub labels: Labels,
    /// The range in short form: `30d`.
    pub within: String,
    /// The status that the keys are filtered by.
    pub status: Option<String>,
}

impl KeyRow {
    fn age(&self, now: Timestamp) -> Option<i64> {
        let seconds = now.as_second().saturating_sub(self.created_at?.as_second());
        Some(seconds.max(0) / 86_400)
    }
}

impl Report for KeySheet {
    fn text(&self, style: Style, width: Option<usize>) -> String {
        let mut out = text::head("API keys", &self.about, style);
        let line = format!("tokens and last use within {}{}", self.within, self.filter());
        let _ = writeln!(out, "{}\n", style.dim(&line));
        if self.rows.is_empty() {
            let _ = writeln!(out, "No keys.\n");
        } else {
            let head = |title: &str, kind, drop| Head { title: title.to_owned(), kind, drop };
            let heads = vec![
                head("key", Kind::Name, 0),
                head("scope", Kind::Name, 0),
                head("status", Kind::Name, 0),
                head("owner", Kind::Name, 1),
                head("created by", Kind::Name, 4),
                head("age", Kind::Number, 0),
                head("expires", Kind::Number, 2),
                head("last used", Kind::Number, 0),
                head("tokens", Kind::Number, 3),
            ];
            let row = |key: &KeyRow| {
                vec![
                    escape(&key.name),
                    self.scope(key, plain),
                    escape(&key.status),
                    self.actor(key.owner.as_ref(), plain),
                    self.actor(key.created_by.as_ref(), plain),
                    key.age(self.about.now).map_or("-".to_owned(), |days| format!("{days}d")),
                    day(key.expires_at).unwrap_or_else(|| "never".to_owned()),
                    key.last_used.map_or("never".to_owned(), |day| day.to_string()),
                    short(key.tokens.total()),
                ]
            };
            let grid =
                Grid { heads, rows: self.rows.iter().map(row).collect(), has_sum: false, short_name: 12 };
            let laid = grid.lay_out(width, 0, &|_, _| String::new(), style);
            out.push_str(&laid.text);
            out.push('\n');
            if self.unused().1 > 0 {
                let _ = writeln!(out, "{}", self.verdict());
            }
            text::left_out(&mut out, &grid.titles(&laid.left_out), style);
        }
        text::tail(&mut out, &self.about, style);
        out
    }

    fn json(&self) -> String {
        pretty(&Document {
            format_version: 1,
            report: "keys",
            organization: Organization::of(&self.about),
            range: Range::of(&self.about, None),
            status: self.status.clone(),
            keys: self.rows.iter().map(|key| self.document(key)).collect(),
            notes: self.about.notes.clone(),
            reads: self.about.reads,
        })
    }

    fn markdown(&self) -> String {
        let mut out = markdown::head("API keys", &self.about);
        let _ = write!(out, "Tokens and last use within {}{}.\n\n", self.within, self.filter());
        let titles = "| key | scope | status | owner | created by | age | expires | last used | tokens |\n\
                      | --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: |\n";
        out.push_str(if self.rows.is_empty() { "No keys.\n" } else { titles });
        let mut left = 0;
        for key in &self.rows {
            let cells = [
                in_cell(&key.name),
                self.scope(key, cell),
                in_cell(&key.status),
                self.actor(key.owner.as_ref(), cell),
                self.actor(key.created_by.as_ref(), cell),
                key.age(self.about.now).map_or("-".to_owned(), |days| format!("{days}d")),
                day(key.expires_at).unwrap_or_else(|| "never".to_owned()),
                key.last_used.map_or_else(|| "never".to_owned(), |day| day.to_string()),
                commas(&key.tokens.total().to_string()),
            ];
            let line = format!("| {} |\n", cells.join(" | "));
            if left > 0 || out.len() + line.len() > markdown::LIMIT {
                left += 1;
            } else {
                out.push_str(&line);
            }
        }
        out.push('\n');
        if self.unused().1 > 0 {
            let _ = writeln!(out, "{}.\n", self.verdict());
        }
        if left > 0 {
            let _ = writeln!(out, "{left} more keys do not fit here; `--format csv` lists all.\n");
        }
        markdown::tail(&mut out, &self.about);
        out
    }

    fn csv(&self) -> String {
        let head = [
            "id",
            "name",
            "scope",
            "workspace_id",
            "workspace",
            "status",
            "owner_type",
            "owner_id",
            "owner",
            "created_by_type",
            "created_by_id",
            "created_by",
            "created_at",
            "age_days",
            "expires_at",
            "last_used",
        ];
        let mut rows: Vec<Vec<String>> = vec![
            head.iter()
                .chain(Tokens::RAW.iter().map(|(name, _)| name))
                .map(|name| (*name).to_owned())
                .collect(),
        ];
        for key in &self.rows {
            let document = self.document(key);
            let optional = |text: &Option<String>| text.as_deref().map(safe).unwrap_or_default();
            let moment = |text: &Option<String>| text.clone().unwrap_or_default();
            let actor = |actor: &Option<ActorDocument>| match actor {
                None => [const { String::new() }; 3],
                Some(actor) => [actor.kind.to_owned(), optional(&actor.id), optional(&actor.email)],
            };
            let mut cells = vec![safe(&key.id), safe(&key.name), document.scope.kind.to_owned()];
            cells.extend([optional(&document.scope.workspace_id), optional(&document.scope.workspace)]);
            cells.push(safe(&key.status));
            cells.extend(actor(&document.owner));
            cells.extend(actor(&document.created_by));
            cells.push(moment(&document.created_at));
            cells.push(document.age_days.map(|days| days.to_string()).unwrap_or_default());
            cells.extend([moment(&document.expires_at), moment(&document.last_used)]);
            cells.extend(raw(&key.tokens, &[]).map(|(_, figure)| figure.plain()));
            rows.push(cells);
        }
        written(&rows)
    }

    fn about(&self) -> &About {
        &self.about
    }
}

impl KeySheet {
    fn scope(&self, key: &KeyRow, shown: fn(&Label<'_>) -> String) -> String {
        match &key.scope {
            Scope::Organization => "organization".to_owned(),
            Scope::Workspace(id) => shown(&self.labels.label(Dimension::Workspace, Some(id))),
            Scope::Unknown => "unknown".to_owned(),
        }
    }

    fn actor(&self, actor: Option<&Actor>, shown: fn(&Label<'_>) -> String) -> String {
        match actor {
            None => "-".to_owned(),
            Some(Actor::Person(id)) => shown(&self.labels.label(Dimension::Person, Some(id))),
            Some(Actor::ServiceAccount(id)) => shown(&self.labels.label(Dimension::ServiceAccount, Some(id))),
            Some(Actor::Unknown) => "unknown".to_owned(),
        }
    }

    /// Returns the number of active keys, and how many of them are unused.
    fn unused(&self) -> (usize, usize) {
        let active = || self.rows.iter().filter(|key| key.status == "active");
        (active().filter(|key| key.last_used.is_none()).count(), active().count())
    }

    fn verdict(&self) -> String {
        let (unused, active) = self.unused();
        format!("never used within {}: {unused} of {}", self.within, plural(active, "active key"))
    }

    fn filter(&self) -> String {
        self.status.as_ref().map_or_else(String::new, |status| format!("; only {status} keys"))
    }

    fn document(&self, key: &KeyRow) -> KeyDocument {
        let name = |dimension, id: &str| {
            let name = self.labels.label(dimension, Some(id)).name;
            name.map(|name| bylaws_config::without_live_keys(name).into_owned())
        };
        let scope = match &key.scope {
            Scope::Organization => {
                ScopeDocument { kind: "organization", workspace_id: None, workspace: None }
            }
            Scope::Workspace(id) => ScopeDocument {
                kind: "workspace",
                workspace_id: Some(id.clone()),
                workspace: name(Dimension::Workspace, id),
            },
            Scope::Unknown => ScopeDocument { kind: "unknown", workspace_id: None, workspace: None },
        };
        let actor = |actor: &Actor| match actor {
            Actor::Person(id) => {
                ActorDocument { kind: "user", id: Some(id.clone()), email: name(Dimension::Person, id) }
            }
            Actor::ServiceAccount(id) => {
                ActorDocument { kind: "service_account", id: Some(id.clone()), email: None }
            }
            Actor::Unknown => ActorDocument { kind: "unknown", id: None, email: None },
        };
        KeyDocument {
            id: key.id.clone(),
            name: bylaws_config::without_live_keys(&key.name).into_owned(),
            status: key.status.clone(),
            scope,
            owner: key.owner.as_ref().map(actor),
            created_by: key.created_by.as_ref().map(actor),
            created_at: key.created_at.map(|at| at.to_string()),
            age_days: key.age(self.about.now),
            expires_at: key.expires_at.map(|at| at.to_string()),
            last_used: key.last_used.map(|day| day.to_string()),
            tokens: super::document::Fields(raw(&key.tokens, &[]).collect()),
        }
    }
}

#[derive(Serialize)]
struct Document {
    format_version: u32,
    report: &'static str,
    organization: Organization,
    range: Range,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    keys: Vec<KeyDocument>,
    notes: Vec<String>,
    reads: u64,
}

#[derive(Serialize)]
struct KeyDocument {
    id: String,
    name: String,
    status: String,
    scope: ScopeDocument,
    owner: Option<ActorDocument>,
    created_by: Option<ActorDocument>,
    created_at: Option<String>,
    age_days: Option<i64>,
    expires_at: Option<String>,
    /// The last day of the range with usage of the key; `null` if there is none.
    last_used: Option<String>,
    tokens: super::document::Fields<Raw>,
}

#[derive(Serialize)]
struct ScopeDocument {
    #[serde(rename = "type")]
    kind: &'static str,
    workspace_id: Option<String>,
    workspace: Option<String>,
}

#[derive(Serialize)]
struct ActorDocument {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
    email: Option<String>,
}

/// Returns a label for a terminal.
fn plain(label: &Label<'_>) -> String {
    label.text()
}

fn day(moment: Option<Timestamp>) -> Option<String> {
    moment.map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}
