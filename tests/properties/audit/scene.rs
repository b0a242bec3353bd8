//! An organization without findings: files, live state and usage, and the problems planted in it with their expected
//! findings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::settings::Settings;
use crate::dice::Dice;
use crate::organization::ID;

/// The code, address and severity of a finding.
pub(crate) type Finding = (String, String, String);

/// A workspace of the files.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) members: BTreeMap<String, String>,
    pub(crate) teams: BTreeMap<String, String>,
    pub(crate) keys: BTreeMap<String, String>,
}

pub(crate) struct Scene {
    pub(crate) dice: Dice,
    pub(crate) today: Date,
    now: String,
    pub(crate) settings: Settings,
    n: usize,
    pub(crate) live: BTreeMap<&'static str, Vec<Value>>,
    pub(crate) members: BTreeMap<String, String>,
    pub(crate) teams: BTreeMap<String, BTreeSet<String>>,
    pub(crate) spaces: BTreeMap<String, Lines>,
    pub(crate) keys: BTreeMap<String, String>,
    pub(crate) unlisted: BTreeMap<&'static str, &'static str>,
    pub(crate) guards: BTreeMap<&'static str, String>,
    pub(crate) accept: String,
    pub(crate) expected: Vec<Finding>,
    /// Ordinary workspaces without findings: label and id.
    pub(crate) good: Vec<(String, String)>,
    /// A member without findings, whose keys are not suspicious.
    pub(crate) maker: String,
    pub(crate) held: usize,
}

/// Times of day: midnight, the last second, and between.
const HOURS: [&str; 4] = ["00:00:00", "23:59:59", "12:30:00", "00:59:59"];

impl Scene {
    /// Returns a scene without findings.
    pub(crate) fn clean(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let days = [
            date(2026, 11, 21),
            date(2026, 12, 1),
            date(2027, 1, 1),
            date(2028, 2, 29),
            date(2028, 3, 1),
            date(2026, 10, 31),
        ];
        let today = days[dice.below(days.len())];
        let now = format!("{today}T{:02}:15:00Z", 1 + dice.below(23));
        let settings = Settings::random(&mut dice);
        let mut scene = Self {
            dice,
            today,
            now,
            settings,
            n: 0,
            live: BTreeMap::new(),
            members: BTreeMap::new(),
            teams: BTreeMap::new(),
            spaces: BTreeMap::new(),
            keys: BTreeMap::new(),
            unlisted: BTreeMap::new(),
            guards: BTreeMap::new(),
            accept: String::new(),
            expected: Vec::new(),
            good: Vec::new(),
            maker: String::new(),
            held: 0,
        };
        scene.add("workspaces", json!({ "id": "wrkspc_0default", "name": "Default" }));
        scene.add("workspaces", json!({ "id": "wrkspc_0code", "name": "Claude Code" }));
        for label in ["Default", "Claude Code"] {
            scene.spaces.insert(label.to_owned(), Lines::default());
        }
        scene.unlisted =
            ["members", "workspaces", "workspace_members", "api_keys"].map(|kind| (kind, "report")).into();
        let admin = scene.working("admin").1;
        scene.held = 1;
        scene.guards = BTreeMap::from([
            ("required_admins", format!("[{admin}]")),
            ("allowed_domains", "[acme.com]".to_owned()),
            ("protect", format!("[member/{admin}]")),
        ]);
        scene.maker = scene.working("developer").0;
        for _ in 0..2 {
            scene.workspace();
        }
        for role in ["user", "developer", "claude_code_user"] {
            let (id, email) = scene.working(role);
            let at = scene.dice.below(scene.good.len());
            let (label, space) = scene.good[at].clone();
            scene.membership(&space, &id, "workspace_developer");
            scene.line(&label, &email, "workspace_developer");
        }
        // The billing role uses nothing.
        scene.person("billing", Some(500));
        scene
    }

    pub(crate) fn add(&mut self, list: &'static str, item: Value) {
        self.live.entry(list).or_default().push(item);
    }

    pub(crate) fn number(&mut self) -> usize {
        self.n += 1;
        self.n
    }

    /// Returns the date this many days ago.
    pub(crate) fn ago(&self, days: i32) -> Date {
        self.today - days.days()
    }

    /// Returns a time on that date, not after now.
    pub(crate) fn moment(&mut self, days_ago: i32) -> String {
        let hour = if days_ago == 0 { "00:00:00" } else { HOURS[self.dice.below(HOURS.len())] };
        format!("{}T{hour}Z", self.ago(days_ago))
    }

    pub(crate) fn expect(&mut self, code: &str, address: &str, severity: &str) {
        self.expected.push((code.to_owned(), address.to_owned(), severity.to_owned()));
    }

    /// Returns a date at most this many days ago; any recent one without a limit.
    pub(crate) fn within(&mut self, days: Option<i32>) -> i32 {
        let most = usize::try_from(days.unwrap_or(400)).unwrap();
        let day = match self.dice.below(4) {
            0 => most,
            1 => 0,
            _ => self.dice.below(most + 1),
        };
        i32::try_from(day).unwrap()
    }

    /// Adds usage that costs next to nothing.
    pub(crate) fn used(&mut self, days_ago: i32, mut by: Value) {
        by["starting_at"] = self.moment(days_ago).into();
        by["model"] = "claude-haiku-4-5".into();
        by["cache_read_input_tokens"] = 1.into();
        self.add("usage", by);
    }

    /// Adds Claude Code activity on that date.
    pub(crate) fn coded(&mut self, days_ago: i32, email: &str) {
        let day = self.ago(days_ago);
        self.add(
            "claude_code",
            json!({
                "date": format!("{day}T00:00:00Z"),
                "actor": { "type": "user_actor", "email_address": email },
                "organization_id": ID, "customer_type": "api", "subscription_type": null,
                "terminal_type": "tmux", "is_remote": false,
                "core_metrics": {
                    "num_sessions": 1, "lines_of_code": { "added": 1, "removed": 0 },
                    "commits_by_claude_code": 0, "pull_requests_by_claude_code": 0,
                },
                "tool_actions": {},
                "model_breakdown": [],
            }),
        );
    }

    /// Adds a listed member without known activity; returns id and address.
    pub(crate) fn person(&mut self, role: &str, added_ago: Option<i32>) -> (String, String) {
        let n = self.number();
        let (id, email) = (format!("user_0{n}"), format!("p{n}@acme.com"));
        let added = self.moment(added_ago.unwrap_or(500));
        self.add("users", json!({ "id": id, "email": email, "role": role, "added_at": added }));
        self.members.insert(email.clone(), role.to_owned());
        (id, email)
    }

    /// Adds an active listed member.
    pub(crate) fn working(&mut self, role: &str) -> (String, String) {
        let (id, email) = self.person(role, None);
        self.at_work(&id, &email);
        (id, email)
    }

    pub(crate) fn at_work(&mut self, id: &str, email: &str) {
        let day = self.within(self.settings.people);
        if self.dice.chance(20) {
            self.coded(day, email);
        } else {
            self.used(day, json!({ "account_id": id }));
        }
    }

    /// Adds a listed workspace in use, whose members and keys the files manage; returns label and id.
    pub(crate) fn workspace(&mut self) -> (String, String) {
        let (label, id) = self.unused_workspace(500);
        let day = self.within(self.settings.workspaces);
        self.used(day, json!({ "workspace_id": id }));
        self.spaces.insert(label.clone(), Lines::default());
        self.good.push((label.clone(), id.clone()));
        (label, id)
    }

    /// Adds an unlisted live workspace without known usage.
    pub(crate) fn unused_workspace(&mut self, made_ago: i32) -> (String, String) {
        let n = self.number();
        let (id, name) = (format!("wrkspc_0{n}"), format!("team {n}"));
        let created = self.moment(made_ago);
        self.add("workspaces", json!({ "id": id, "name": name, "created_at": created }));
        (name, id)
    }

    pub(crate) fn any_workspace(&mut self) -> (String, String) {
        let at = self.dice.below(self.good.len());
        self.good[at].clone()
    }

    pub(crate) fn membership(&mut self, workspace: &str, user: &str, role: &str) {
        let membership = json!({ "workspace_id": workspace, "user_id": user, "workspace_role": role });
        self.add("workspace_members", membership);
    }

    pub(crate) fn line(&mut self, label: &str, email: &str, value: &str) {
        let lines = self.spaces.get_mut(label).unwrap();
        lines.members.insert(email.to_owned(), value.to_owned());
    }

    pub(crate) fn seed(&self) -> Value {
        let mut seed = json!({
            "now": self.now,
            "organization": { "id": ID, "name": "Audited" },
            "usage": [], "claude_code": [], "spend_limits": [],
        });
        for (list, items) in &self.live {
            seed[*list] = json!(items);
        }
        seed
    }

    pub(crate) fn yaml(&self) -> String {
        let entries = |indent: &str, lines: &BTreeMap<String, String>| -> String {
            lines.iter().map(|(key, value)| format!("{indent}\"{key}\": {value}\n")).collect()
        };
        let mut text = format!("bylaws: 1\norganization:\n  id: {ID}\n");
        text += &format!("members:\n{}", entries("  ", &self.members));
        text += "teams:\n";
        for (team, people) in &self.teams {
            let people: Vec<&str> = people.iter().map(String::as_str).collect();
            text += &format!("  {team}: [{}]\n", people.join(", "));
        }
        if self.teams.is_empty() {
            text += "  {}\n";
        }
        text += "workspaces:\n";
        for (label, lines) in &self.spaces {
            text += &format!("  \"{label}\":\n");
            // Neither its members nor its keys can be listed.
            if label == "Claude Code" {
                continue;
            }
            for (name, lines) in [("members", &lines.members), ("teams", &lines.teams)] {
                if label == "Default" {
                    continue;
                }
                if lines.is_empty() {
                    text += &format!("    {name}: {{}}\n");
                } else {
                    text += &format!("    {name}:\n{}", entries("      ", lines));
                }
            }
            if lines.keys.is_empty() {
                text += "    api_keys: {}\n";
            } else {
                text += &format!("    api_keys:\n{}", entries("      ", &lines.keys));
            }
        }
        if self.keys.is_empty() {
            text += "api_keys: {}\n";
        } else {
            text += &format!("api_keys:\n{}", entries("  ", &self.keys));
        }
        text += "unlisted:\n";
        for (kind, policy) in &self.unlisted {
            text += &format!("  {kind}: {policy}\n");
        }
        if !self.guards.is_empty() {
            text += "guards:\n";
        }
        for (guard, value) in &self.guards {
            text += &format!("  {guard}: {value}\n");
        }
        text += &self.settings.yaml();
        if !self.accept.is_empty() {
            text += &format!("  accept:\n{}", self.accept);
        }
        text
    }

    /// Returns how many days ago this date was.
    pub(crate) fn since(&self, value: &Value) -> i32 {
        let day: Date = value.as_str().unwrap().get(..10).unwrap().parse().unwrap();
        (self.today - day).get_days()
    }

    /// Returns people without activity in the usage report: how many days ago they used Claude Code, if ever.
    pub(crate) fn quiet_elsewhere(&self, limit: i32) -> Vec<Option<i32>> {
        let list = |name: &str| self.live.get(name).map(Vec::as_slice).unwrap_or_default();
        let mut quiet = Vec::new();
        for user in list("users").iter().filter(|user| user["role"] != "billing") {
            let own = |record: &&Value| {
                let by_key = list("api_keys").iter().any(|key| {
                    key["id"] == record["api_key_id"] && key["principal"]["user_id"] == user["id"]
                });
                (by_key || record["account_id"] == user["id"]) && !record["cache_read_input_tokens"].is_null()
            };
            let used = list("usage").iter().filter(own).map(|record| self.since(&record["starting_at"]));
            let added = user.get("added_at").map_or(30, |added| self.since(added));
            if used.chain([added]).min().unwrap() > limit {
                let email = user["email"].as_str().unwrap();
                let mine = list("claude_code").iter().filter(|record| {
                    record["actor"]["email_address"].as_str().unwrap().eq_ignore_ascii_case(email)
                });
                quiet
                    .push(mine.map(|record| self.since(&record["date"])).filter(|days| *days <= limit).min());
            }
        }
        quiet
    }
}
