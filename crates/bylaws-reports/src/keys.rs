//! Every API key, one per row: owner, scope, age and last use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

use bylaws_api::{ActorType, ApiKey, KeyScope, Principal};
use bylaws_config::without_live_keys;
use bylaws_engine::sentence::plural;
use bylaws_output::document::plan::OrganizationRef;
use bylaws_output::document::pretty;
use bylaws_output::render::csv::{safe, written};
use bylaws_output::render::style::Style;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::about::{About, RangeDocument, Report};
use crate::dimension::Dimension;
use crate::figures::Figures;
use crate::grid::{Grid, Head, Kind, markdown_table};
use crate::kind::{Exact, ReportKind};
use crate::label::{Form, Labels};
use crate::range::{Bucket, Range, day_of};
use crate::sheet::document::Fields;
use crate::table::{Fact, Row, Table};

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

/// One API key with its use.
pub struct KeyRow {
    key: ApiKey,
    scope: Actor,
    owner: Option<Actor>,
    created_by: Option<Actor>,
    created_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    /// The last day of the range with usage of the key.
    last_used: Option<Date>,
    tokens: Figures,
}

/// What a key belongs to, or who owns or created it: a type, and an id unless there is none or this version does not
/// know the type.
struct Actor {
    kind: &'static str,
    of: Option<(Dimension, String)>,
}

const UNKNOWN: Actor = Actor { kind: "unknown", of: None };

impl Actor {
    fn of(kind: &'static str, dimension: Dimension, id: &str) -> Self {
        Self { kind, of: Some((dimension, id.to_owned())) }
    }

    fn person(id: &str) -> Self {
        Self::of("user", Dimension::Person, id)
    }

    /// A service account is shown by its id: an Admin API key cannot list service accounts.
    fn service_account(id: &str) -> Self {
        Self::of("service_account", Dimension::ServiceAccount, id)
    }
}

impl KeyRow {
    /// Returns the rows of these keys, given their usage by key: active keys first; by status, then by the longest time
    /// without use, then by age.
    pub fn all(keys: Vec<ApiKey>, range: Range, usage: Vec<Fact>) -> Vec<Self> {
        let days = range.days();
        let used = Table::of(range.buckets(Bucket::Day), usage).rows;
        let used: BTreeMap<String, Row> =
            used.into_iter().filter_map(|row| Some((row.key.first()?.clone()?, row))).collect();
        let mut rows: Vec<Self> = keys.into_iter().map(|key| Self::of(key, &days, &used)).collect();
        rows.sort_by_cached_key(|row| {
            let statuses = ["active", "inactive", "expired", "archived"];
            let rank = statuses.iter().position(|status| *status == row.key.status.as_str());
            (rank.unwrap_or(statuses.len()), row.last_used, row.created_at, row.key.id.as_str().to_owned())
        });
        rows
    }

    fn of(key: ApiKey, days: &[Date], used: &BTreeMap<String, Row>) -> Self {
        let used = used.get(key.id.as_str());
        Self {
            last_used: used.and_then(Row::last_used).and_then(|place| days.get(place).copied()),
            tokens: used.map(|row| row.sum.clone()).unwrap_or_default(),
            scope: match &key.scope {
                KeyScope::Organization => Actor { kind: "organization", of: None },
                KeyScope::Workspace { workspace_id } => {
                    Actor::of("workspace", Dimension::Workspace, workspace_id.as_str())
                }
                KeyScope::Unknown(_) => UNKNOWN,
            },
            owner: key.principal.as_ref().map(|principal| match principal {
                Principal::User { user_id } => Actor::person(user_id.as_str()),
                Principal::ServiceAccount { service_account_id } => {
                    Actor::service_account(service_account_id.as_str())
                }
                Principal::Unknown(_) => UNKNOWN,
            }),
            created_by: key.created_by.as_ref().map(|creator| match creator.kind {
                ActorType::User => Actor::person(&creator.id),
                ActorType::ServiceAccount => Actor::service_account(&creator.id),
                ActorType::Unknown(_) => UNKNOWN,
            }),
            created_at: key.created_at.as_str().parse().ok(),
            expires_at: key.expires_at.as_ref().and_then(|moment| moment.as_str().parse().ok()),
            key,
        }
    }

    /// Returns whether the row shows the name of something in this dimension.
    pub fn names(&self, dimension: Dimension) -> bool {
        let actors = [Some(&self.scope), self.owner.as_ref(), self.created_by.as_ref()];
        actors.into_iter().flatten().any(|actor| actor.of.as_ref().is_some_and(|(of, _)| *of == dimension))
    }

    fn age(&self, now: Timestamp) -> Option<i64> {
        let seconds = now.as_second().saturating_sub(self.created_at?.as_second());
        Some(seconds.max(0) / 86_400)
    }
}

impl Report for KeySheet {
    fn text(&self, style: Style, width: Option<usize>) -> String {
        let mut out = self.about.head("API keys", &format!("tokens and last use {}", self.filter()), style);
        if self.rows.is_empty() {
            return out + "No keys.\n\n" + &self.about.tail(&[], style);
        }
        let rows = self.cells(&Form::TERMINAL);
        let grid = Grid { heads: heads(), rows, has_sum: false, short_name: 12 };
        let laid = grid.lay_out(width, 0, &|_, _| String::new(), style);
        out += &laid.text;
        out.push('\n');
        if let Some(unused) = self.unused() {
            out += &(unused + "\n");
        }
        out + &self.about.tail(&grid.titles(&laid.left_out), style)
    }

    fn json(&self) -> String {
        pretty(&Document {
            format_version: 1,
            report: "keys",
            organization: &self.about.organization,
            range: self.about.range(None),
            status: self.status.as_deref(),
            keys: self.rows.iter().map(|row| self.document(row)).collect(),
            notes: &self.about.notes,
            reads: self.about.reads,
        })
    }

    fn markdown(&self) -> String {
        let what = format!("Tokens and last use {}", self.filter());
        let mut out = self.about.markdown_head("API keys", &what);
        if self.rows.is_empty() {
            return out + "No keys.\n\n" + &self.about.markdown_tail();
        }
        let left = markdown_table(&mut out, &heads(), &self.cells(&Form::MARKDOWN), &[]);
        if let Some(unused) = self.unused() {
            out += &(unused + ".\n\n");
        }
        if left > 0 {
            let _ = writeln!(out, "{left} more keys do not fit here; `--format csv` lists all.\n");
        }
        out + &self.about.markdown_tail()
    }

    fn csv(&self) -> String {
        let head = "id name scope workspace_id workspace status owner_type owner_id owner created_by_type created_by_id \
                    created_by created_at age_days expires_at last_used";
        let figures = ReportKind::Usage.exact().iter().map(|(name, _)| *name);
        let mut rows = vec![head.split(' ').chain(figures).map(str::to_owned).collect()];
        for row in &self.rows {
            let mut cells = vec![safe(row.key.id.as_str()), safe(&row.key.name)];
            cells.extend(self.actor_cells(Some(&row.scope)));
            cells.push(safe(row.key.status.as_str()));
            cells.extend(self.actor_cells(row.owner.as_ref()));
            cells.extend(self.actor_cells(row.created_by.as_ref()));
            cells.extend([
                or_empty(row.created_at),
                or_empty(row.age(self.about.now)),
                or_empty(row.expires_at),
                or_empty(row.last_used),
            ]);
            cells.extend(ReportKind::Usage.exact().iter().map(|(_, figure)| figure(&row.tokens).to_string()));
            rows.push(cells);
        }
        written(&rows)
    }

    fn about(&self) -> &About {
        &self.about
    }
}

/// The columns for people.
fn heads() -> Vec<Head> {
    let head = |(title, kind, drop): (&str, Kind, u16)| Head { title: title.to_owned(), kind, drop };
    let columns = [
        ("key", Kind::Name, 0),
        ("scope", Kind::Name, 0),
        ("status", Kind::Name, 0),
        ("owner", Kind::Name, 1),
        ("created by", Kind::Name, 4),
        ("age", Kind::Number, 0),
        ("expires", Kind::Number, 2),
        ("last used", Kind::Number, 0),
        ("tokens", Kind::Number, 3),
    ];
    columns.map(head).into()
}

fn or_empty(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

impl KeySheet {
    fn cells(&self, form: &Form) -> Vec<Vec<String>> {
        let actor = |actor: &Actor| match &actor.of {
            None => actor.kind.to_owned(),
            Some((dimension, id)) => self.labels.label(*dimension, Some(id)).shown(form),
        };
        let maybe = |owner: &Option<Actor>| owner.as_ref().map_or_else(|| "-".to_owned(), actor);
        let day = |day: Option<Date>| day.map_or_else(|| "never".to_owned(), |day| day.to_string());
        let cells = |row: &KeyRow| {
            vec![
                (form.text)(&row.key.name),
                actor(&row.scope),
                (form.text)(row.key.status.as_str()),
                maybe(&row.owner),
                maybe(&row.created_by),
                row.age(self.about.now).map_or_else(|| "-".to_owned(), |days| format!("{days}d")),
                day(row.expires_at.map(day_of)),
                day(row.last_used),
                (form.number)(row.tokens.tokens()),
            ]
        };
        self.rows.iter().map(cells).collect()
    }

    /// Returns how many of the active keys are unused, if there are active keys.
    fn unused(&self) -> Option<String> {
        let active: Vec<&KeyRow> =
            self.rows.iter().filter(|row| row.key.status.as_str() == "active").collect();
        let unused = active.iter().filter(|row| row.last_used.is_none()).count();
        let of = plural(active.len(), "active key");
        (!active.is_empty()).then(|| format!("never used within {}: {unused} of {of}", self.within))
    }

    fn filter(&self) -> String {
        let status = self.status.as_ref().map(|status| format!("; only {status} keys"));
        format!("within {}{}", self.within, status.unwrap_or_default())
    }

    /// Returns the type, the id and the name of an owner or a scope.
    fn parts<'a>(&'a self, actor: &'a Actor) -> [Option<Cow<'a, str>>; 3] {
        let id = actor.of.as_ref().map(|(_, id)| id.as_str());
        let name = actor.of.as_ref().and_then(|(of, _)| self.labels.label(*of, id).name);
        [Some(actor.kind.into()), id.map(Cow::from), name.map(without_live_keys)]
    }

    fn actor_cells(&self, actor: Option<&Actor>) -> [String; 3] {
        let Some(actor) = actor else { return [const { String::new() }; 3] };
        self.parts(actor).map(|part| part.as_deref().map(safe).unwrap_or_default())
    }

    fn document<'a>(&'a self, row: &'a KeyRow) -> KeyDocument<'a> {
        let actor = |actor| Fields(["type", "id", "email"].into_iter().zip(self.parts(actor)).collect());
        let scope = ["type", "workspace_id", "workspace"].into_iter().zip(self.parts(&row.scope));
        let figures = ReportKind::Usage.exact().iter();
        KeyDocument {
            id: row.key.id.as_str(),
            name: without_live_keys(&row.key.name).into_owned(),
            status: row.key.status.as_str(),
            scope: Fields(scope.collect()),
            owner: row.owner.as_ref().map(actor),
            created_by: row.created_by.as_ref().map(actor),
            created_at: row.created_at,
            age_days: row.age(self.about.now),
            expires_at: row.expires_at,
            last_used: row.last_used,
            tokens: Fields(figures.map(|(name, figure)| (*name, figure(&row.tokens))).collect()),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    format_version: u32,
    report: &'static str,
    organization: &'a OrganizationRef,
    range: RangeDocument,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
    keys: Vec<KeyDocument<'a>>,
    notes: &'a [String],
    reads: u64,
}

#[derive(Serialize)]
struct KeyDocument<'a> {
    id: &'a str,
    name: String,
    status: &'a str,
    scope: Fields<Option<Cow<'a, str>>>,
    owner: Option<Fields<Option<Cow<'a, str>>>>,
    created_by: Option<Fields<Option<Cow<'a, str>>>>,
    created_at: Option<Timestamp>,
    age_days: Option<i64>,
    expires_at: Option<Timestamp>,
    last_used: Option<Date>,
    tokens: Fields<Exact>,
}
