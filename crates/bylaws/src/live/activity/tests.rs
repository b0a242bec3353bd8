//! The feed of an emulator and the differences that it explains: random edits by named actors, refusals, and a long feed.

use std::collections::BTreeMap;

use bylaws_api::{ApiKeyUpdate, BaseUrl, Config, Credential, KeyStatus, SecretString, UsersQuery, Writer};
use bylaws_api::{api_keys, collect_all};
use bylaws_emulator::{Emulator, FaultRule, FeedOptions, Options, Seed};
use bylaws_engine::Fact;
use bylaws_engine::text::Say;
use bylaws_kinds::{Basis, What, differences, plan};
use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::live::imported::import;
use crate::live::snapshot::Snapshot;

const KEY: &str = "sk-ant-admin01-attribution";

/// Returns an organization that records, with people, workspaces, keys and limits.
fn organization() -> Value {
    let user =
        |n: usize| json!({"id": format!("user_{n}"), "email": format!("p{n}@acme.com"), "role": "developer"});
    let member = |n: usize| json!({"workspace_id": format!("wrkspc_{}", n % 3), "user_id": format!("user_{n}"), "workspace_role": "workspace_user"});
    let workspace = |n: usize| json!({"id": format!("wrkspc_{n}"), "name": format!("w{n}"), "tags": {"env": "a"}, "display_color": "#111111"});
    let key = |n: usize| json!({"id": format!("apikey_{n}"), "name": format!("k{n}"), "workspace_id": format!("wrkspc_{n}")});
    let limit = |n: usize| json!({"workspace_id": format!("wrkspc_{n}"), "rate_limit_id": "rl_a", "limits": [{"type": "requests_per_minute", "value": 50}]});
    let ada = json!({"id": "user_ada", "email": "ada@acme.com", "role": "admin"});
    let users: Vec<Value> = std::iter::once(ada).chain((0..6).map(user)).collect();
    json!({
        "now": "2026-11-21T09:00:00Z",
        "compliance_settings": {"state": {"type": "enabled"}},
        "users": users,
        "workspaces": (0..3).map(workspace).collect::<Vec<_>>(),
        "workspace_members": (0..6).map(member).collect::<Vec<_>>(),
        "api_keys": (0..3).map(key).collect::<Vec<_>>(),
        "rate_limits": [{"id": "rl_a", "group": {"type": "model_group"}, "models": ["claude-a"],
            "limits": [{"type": "requests_per_minute", "value": 100}]}],
        "workspace_rate_limits": (0..3).map(limit).collect::<Vec<_>>(),
    })
}

struct Story {
    emulator: Emulator,
    desired: bylaws_kinds::Desired,
    writer: Writer,
}

fn live(emulator: &Emulator) -> bylaws_kinds::Live {
    serde_json::from_value::<Snapshot>(json!(emulator.state())).unwrap().live(None)
}

impl Story {
    /// Begins in sync: the files ask for the live state.
    async fn begin(seed: Value) -> Self {
        let state = Seed::from_value(seed).unwrap();
        let emulator = Emulator::start(Options { state, ..Options::default() }).await.unwrap();
        let desired = import(&live(&emulator)).desired;
        let credential = Credential::admin_key(SecretString::from(KEY)).unwrap();
        let mut config = Config::new(BaseUrl::parse(&emulator.url()).unwrap(), credential);
        config.max_attempts = 1;
        Self { emulator, desired, writer: Writer::new(config).unwrap() }
    }

    fn differences(&self) -> Vec<Difference> {
        let live = live(&self.emulator);
        differences(&plan(&Basis::new(&self.desired, date(2026, 11, 21)), &live), &live)
    }

    async fn explained(&self) -> Explained {
        explain(self.writer.reader(), &self.differences()).await
    }

    /// Edits the state in somebody's name.
    fn edit(&self, actor: &str, edit: impl FnOnce(&mut Value)) {
        let mut state = json!(self.emulator.state());
        edit(&mut state);
        self.emulator.set_state_as(Seed::from_value(state).unwrap(), actor).unwrap();
    }
}

/// A reproducible source of choices.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }
}

/// The actors of a story: as the emulator takes them, and as they are named.
const ACTORS: [(&str, &str); 6] = [
    ("ada@acme.com", "ada@acme.com"),
    ("eve@elsewhere.com", "eve@elsewhere.com"),
    ("directory_sync", "directory sync"),
    ("anthropic", "Anthropic"),
    ("adminkey_7", "admin key adminkey_7"),
    ("svac_7", "service account svac_7"),
];

/// One edit: what it was of, by whom, the new value if the feed tells it, and whether the feed has it.
struct Edit {
    by: &'static str,
    value: Option<String>,
    is_recorded: bool,
}

/// The edits of each thing, such as `role p3@acme.com`, oldest first.
type Edits = BTreeMap<String, Vec<Edit>>;

fn find<'v>(state: &'v mut Value, list: &str, field: &str, value: &str) -> Option<&'v mut Value> {
    state[list].as_array_mut()?.iter_mut().find(|item| item[field] == value)
}

/// Makes one random edit and records what was done.
fn random_edit(state: &mut Value, dice: &mut Dice, (actor, by): (&str, &'static str), edits: &mut Edits) {
    let mut note = |thing: String, value: Option<&str>, is_recorded: bool| {
        let value = value.map(str::to_owned);
        edits.entry(thing).or_default().push(Edit { by, value, is_recorded });
    };
    if dice.below(9) < 4 {
        edit_people(state, dice, actor, &mut note);
    } else {
        edit_workspaces(state, dice, &mut note);
    }
}

/// What is recorded about an edit: the thing, the value if the feed tells it, whether the feed has it.
type Note<'n> = &'n mut dyn FnMut(String, Option<&str>, bool);

fn edit_people(state: &mut Value, dice: &mut Dice, actor: &str, note: Note<'_>) {
    let n = dice.below(8);
    let (email, workspace) = (format!("p{n}@acme.com"), format!("wrkspc_{}", dice.below(3)));
    let is_sync = actor == "directory_sync";
    match dice.below(4) {
        0 => {
            let role = dice.pick(&["user", "developer", "billing", "claude_code_user"]);
            if let Some(user) = find(state, "users", "email", &email).filter(|user| user["role"] != role) {
                user["role"] = json!(role);
                let is_recorded = is_sync || actor == "anthropic" || actor.contains('@');
                note(format!("role {email}"), (!is_sync).then_some(role), is_recorded);
            }
        }
        1 => {
            let Some(user) = find(state, "users", "email", &email) else { return };
            let id = user["id"].clone();
            state["users"].as_array_mut().unwrap().retain(|user| user["id"] != id);
            // Nobody has the id any more, by which the directory and memberships name them.
            (0..3).for_each(|place| note(format!("in wrkspc_{place} {email}"), None, !is_sync));
            state["workspace_members"].as_array_mut().unwrap().retain(|member| member["user_id"] != id);
            note(format!("person {email}"), None, !is_sync);
            note(format!("role {email}"), None, false);
        }
        2 => {
            if find(state, "users", "email", &email).is_none() {
                let role = dice.pick(&["user", "developer"]);
                let id = format!("user_{n}x{}", dice.below(100_000));
                state["users"].as_array_mut().unwrap().push(json!({"id": id, "email": email, "role": role}));
                note(format!("person {email}"), None, true);
                note(format!("role {email}"), Some(role), !is_sync);
            }
        }
        _ => {
            let Some(user) = find(state, "users", "email", &email).map(|user| user["id"].clone()) else {
                return;
            };
            let role = dice.pick(&["workspace_user", "workspace_developer", "workspace_admin"]);
            let members = state["workspace_members"].as_array_mut().unwrap();
            let thing = format!("member {workspace} {email}");
            match members
                .iter()
                .position(|member| member["workspace_id"] == *workspace && member["user_id"] == user)
            {
                Some(at) if dice.below(2) == 0 => {
                    members.remove(at);
                    note(format!("in {workspace} {email}"), None, true);
                }
                Some(at) if members[at]["workspace_role"] != role => {
                    members[at]["workspace_role"] = json!(role);
                    note(thing, Some(role), true);
                }
                Some(_) => {}
                None => {
                    members.push(json!({"workspace_id": workspace, "user_id": user, "workspace_role": role}));
                    note(format!("in {workspace} {email}"), None, true);
                    note(thing, Some(role), true);
                }
            }
        }
    }
}

fn edit_workspaces(state: &mut Value, dice: &mut Dice, note: Note<'_>) {
    let workspace = format!("wrkspc_{}", dice.below(3));
    match dice.below(5) {
        0 => {
            let key = format!("apikey_{}", dice.below(3));
            let status = dice.pick(&["active", "inactive"]);
            if let Some(found) = find(state, "api_keys", "id", &key).filter(|key| key["status"] != status) {
                found["status"] = json!(status);
                note(format!("key {key}"), Some(status), true);
            }
        }
        1 => {
            let color = dice.pick(&["#111111", "#222222", "#333333"]);
            let found =
                find(state, "workspaces", "id", &workspace).filter(|one| one["display_color"] != color);
            if let Some(found) = found {
                found["display_color"] = json!(color);
                note(format!("color {workspace}"), Some(color), true);
            }
        }
        2 => {
            find(state, "workspaces", "id", &workspace).unwrap()["tags"] =
                json!({"env": dice.pick(&["a", "b"])});
            note(format!("tags {workspace}"), None, false);
        }
        3 => {
            let name = format!("new{}", dice.below(3));
            if find(state, "workspaces", "name", &name).is_none() {
                state["workspaces"].as_array_mut().unwrap().push(json!({"name": name}));
                note(format!("workspace {name}"), None, true);
            }
        }
        _ => {
            let limits = state["workspace_rate_limits"].as_array_mut().unwrap();
            let at = limits.iter().position(|entry| entry["workspace_id"] == *workspace);
            let value = [40, 60, 70][dice.below(3)];
            let thing = format!("limit {workspace}");
            match at {
                Some(at) if dice.below(3) == 0 => {
                    limits.remove(at);
                    note(thing, Some("inherit"), true);
                }
                Some(at) if limits[at]["limits"][0]["value"] != value => {
                    limits[at]["limits"][0]["value"] = json!(value);
                    note(thing, Some(&value.to_string()), true);
                }
                Some(_) => {}
                None => {
                    let limit = json!([{"type": "requests_per_minute", "value": value}]);
                    limits.push(json!({"workspace_id": workspace, "rate_limit_id": "rl_a", "limits": limit}));
                    note(thing, Some(&value.to_string()), true);
                }
            }
        }
    }
}

/// Returns the things that a difference may be of.
fn things(difference: &Difference) -> Vec<String> {
    let place = |label: &bylaws_engine::WorkspaceLabel| label.as_str().replace('w', "wrkspc_");
    let field = match &difference.what {
        What::Changed { field, .. } => Some(field.as_str()),
        What::Added | What::Removed | What::Unknown => None,
    };
    match (&difference.address, field) {
        (Address::Member(email) | Address::Invite(email), Some(_)) => vec![format!("role {email}")],
        (Address::Member(email) | Address::Invite(email), None) if difference.what == What::Unknown => {
            vec![format!("person {email}"), format!("role {email}")]
        }
        (Address::Member(email) | Address::Invite(email), None) => vec![format!("person {email}")],
        (Address::Workspace(label), Some("tags")) => vec![format!("tags {}", place(label))],
        (Address::Workspace(label), Some(_)) => vec![format!("color {}", place(label))],
        (Address::Workspace(label), None) => vec![format!("workspace {label}")],
        (Address::WorkspaceMember(label, email), Some(_)) => vec![format!("member {} {email}", place(label))],
        (Address::WorkspaceMember(label, email), None) => vec![format!("in {} {email}", place(label))],
        (Address::WorkspaceObject(label, kind, name), _) => match kind.as_str() {
            "api_key" => vec![format!("key {}", name.as_str().replace('k', "apikey_"))],
            _ => vec![format!("limit {}", place(label))],
        },
        (address, _) => panic!("{address}"),
    }
}

/// Returns what is wrong with the attribution of a difference.
fn problem(difference: &Difference, found: &Result<Entry, Unexplained>, edits: &Edits) -> Option<String> {
    let of_things: Vec<&Edit> =
        things(difference).iter().filter_map(|thing| edits.get(thing)).flatten().collect();
    let live = match &difference.what {
        What::Changed { live, .. } => live.as_ref().map(Fact::to_string),
        What::Added | What::Removed | What::Unknown => None,
    };
    match found {
        Ok(entry) => {
            // The last edit that the feed has, and it made the live value as far as the feed says.
            let who = entry.who.say().bare();
            let made = |edit: &&&Edit| live.is_none() || edit.value.is_none() || edit.value == live;
            let last = of_things.iter().rev().find(|edit| edit.is_recorded).filter(made);
            let may_be_any = difference.what == What::Unknown && of_things.iter().any(|edit| edit.by == who);
            let is_last = of_things.last().is_some_and(|edit| edit.by == who);
            (last.is_none_or(|edit| edit.by != who) && !may_be_any && !is_last)
                .then(|| format!("names {who}"))
        }
        Err(why) => {
            let is_last_recorded = of_things.last().is_some_and(|edit| edit.is_recorded);
            (is_last_recorded && difference.what != What::Unknown).then(|| format!("says {}", why.say()))
        }
    }
}

#[tokio::test]
async fn every_difference_of_500_stories_names_its_actor_or_says_why_not() {
    let (mut named, mut unnamed) = (0, 0);
    for seed in 0..500 {
        let mut dice = Dice(seed);
        let story = Story::begin(organization()).await;
        story.emulator.set_feed(FeedOptions { repeats: seed % 2 == 0, ..FeedOptions::default() });
        let mut edits = Edits::new();
        for _ in 0..=dice.below(6) {
            let actor = ACTORS[dice.below(ACTORS.len())];
            let minutes = u64::try_from(dice.below(90)).unwrap();
            story.emulator.advance(std::time::Duration::from_mins(minutes)).unwrap();
            story.edit(actor.0, |state| random_edit(state, &mut dice, actor, &mut edits));
        }
        let differences = story.differences();
        let explained = explain(story.writer.reader(), &differences).await;
        assert_eq!(explained.reason, None);
        assert!(explained.requests <= MOST_REQUESTS);
        let refused = story.emulator.ledger().into_iter().find(|entry| entry.status != Some(200));
        assert_eq!(refused, None, "the service knows every type");
        let mut attributions = explained.attributions;
        for difference in &differences {
            let found = attributions.get_mut(&difference.address).unwrap().remove(0).found;
            if let Some(problem) = problem(difference, &found, &edits) {
                let feed: Vec<String> = story.emulator.activities().iter().map(Value::to_string).collect();
                panic!(
                    "seed {seed}: {} {:?}: {problem}\n{}",
                    difference.address,
                    difference.what,
                    feed.join("\n")
                );
            }
            *(if found.is_ok() { &mut named } else { &mut unnamed }) += 1;
        }
    }
    assert!(named > 500 && unnamed > 50, "{named} named, {unnamed} not");
}

#[tokio::test]
async fn a_run_with_the_same_credential_is_ours() {
    let story = Story::begin(organization()).await;
    let off = ApiKeyUpdate { status: Some(KeyStatus::Inactive), name: None };
    story.writer.send(api_keys::update(&"apikey_0".into(), &off)).await.unwrap();
    let other = Credential::admin_key(SecretString::from("sk-ant-admin01-other")).unwrap();
    let other = Writer::new(Config::new(BaseUrl::parse(&story.emulator.url()).unwrap(), other)).unwrap();
    other.send(api_keys::update(&"apikey_1".into(), &off)).await.unwrap();
    // What every run does first.
    collect_all(story.writer.reader().users(UsersQuery::default())).await.unwrap();
    let explained = story.explained().await;
    let runs: Vec<Option<Run>> =
        explained.attributions.values().flatten().map(|one| one.found.as_ref().unwrap().run).collect();
    assert_eq!(runs, [Some(Run::Own), Some(Run::Other)]);
    assert_eq!(explained.requests, 3);
}

#[tokio::test]
async fn a_person_whom_the_directory_removed_is_found_by_what_they_did() {
    let story = Story::begin(organization()).await;
    story.edit("p1@acme.com", |state| state["workspaces"][0]["name"] = json!("renamed"));
    story.edit("directory_sync", |state| {
        state["users"]
            .as_array_mut()
            .unwrap()
            .retain(|user| user["id"] != "user_1" && user["id"] != "user_2");
        let members = state["workspace_members"].as_array_mut().unwrap();
        members.retain(|member| member["user_id"] != "user_1" && member["user_id"] != "user_2");
    });
    let mut explained = story.explained().await;
    let mut of = |address: &str| {
        let found =
            explained.attributions.remove(&Address::parse_written(address).unwrap()).unwrap().remove(0).found;
        found.map(|entry| entry.who)
    };
    assert_eq!(of("invite/p1@acme.com"), Ok(Who::DirectorySync));
    assert_eq!(of("invite/p2@acme.com"), Err(Unexplained::NoEntry), "they did nothing that is recorded");
    assert_eq!(explained.requests, 3);
}

#[tokio::test]
async fn without_the_feed_there_is_one_reason() {
    let story = Story::begin(organization()).await;
    story.edit("ada@acme.com", |state| {
        find(state, "api_keys", "id", "apikey_0").unwrap()["status"] = json!("inactive");
    });
    let fault = |status: u16, path: &str| {
        let rules =
            json!([{"path": path, "then": {"status": status, "headers": {"x-should-retry": "false"}}}]);
        story.emulator.set_faults(FaultRule::list_from_json(&rules.to_string()).unwrap());
    };
    let feed = "/v1/compliance/activities";
    let reason = async || {
        let explained = story.explained().await;
        let reasons: Vec<_> =
            explained.attributions.values().flatten().map(|one| one.found.clone().err()).collect();
        assert!(reasons.iter().all(|reason| *reason == explained.reason), "{reasons:?}");
        explained.reason
    };
    assert_eq!(reason().await, None);
    fault(500, feed);
    assert!(matches!(reason().await, Some(Unexplained::NotRead(_))));
    fault(403, "/v1/organizations/compliance_settings");
    assert_eq!(reason().await, None);
    fault(403, "/v1/**");
    assert_eq!(reason().await, Some(Unexplained::Forbidden));
    story.emulator.set_faults(Vec::new());
    story.emulator.set_feed(FeedOptions { has_scope: false, ..FeedOptions::default() });
    assert_eq!(reason().await, Some(Unexplained::NewKeyNeeded));
    story.edit("ada@acme.com", |state| state["compliance_settings"]["state"]["type"] = json!("disabled"));
    assert_eq!(reason().await, Some(Unexplained::Off));
    story.emulator.set_state(Seed::from_value(organization()).unwrap()).unwrap();
    assert_eq!((story.explained().await.requests, story.differences().len()), (0, 0));
}

#[tokio::test]
async fn a_type_that_the_service_does_not_know_is_no_obstacle() {
    let story = Story::begin(organization()).await;
    story.edit("ada@acme.com", |state| {
        find(state, "api_keys", "id", "apikey_0").unwrap()["status"] = json!("inactive");
    });
    let rule = json!([{"path": "/v1/compliance/activities", "nth": 1, "then": {"status": 400}}]);
    story.emulator.set_faults(FaultRule::list_from_json(&rule.to_string()).unwrap());
    let explained = story.explained().await;
    assert!(explained.attributions.values().flatten().all(|one| one.found.is_ok()));
    assert_eq!(explained.requests, 3);
}

#[tokio::test]
async fn a_feed_of_100_000_entries_costs_at_most_5_requests() {
    let mut seed = organization();
    let activity = |n: usize| {
        json!({"id": format!("activity_{n:06}"), "created_at": "2026-11-20T09:00:00Z", "type": "platform_api_key_updated",
               "actor": {"type": "anthropic_actor"}, "api_key_id": format!("apikey_of{n}")})
    };
    seed["activities"] = (0..100_000).map(activity).collect();
    let story = Story::begin(seed).await;
    story.edit("ada@acme.com", |state| {
        find(state, "api_keys", "id", "apikey_0").unwrap()["status"] = json!("inactive");
    });
    let newest = story.explained().await;
    assert_eq!(newest.requests, 2, "it stops once everything is explained");
    // An old difference that no entry explains.
    story.emulator.set_state(Seed::from_value(json!({
        "organization": {}, "compliance_settings": {"state": "enabled"}, "now": "2026-11-21T09:00:00Z",
        "activities": (0..100_000).map(activity).collect::<Vec<_>>(),
        "workspaces": organization()["workspaces"], "users": organization()["users"],
        "api_keys": [{"id": "apikey_0", "name": "k0", "workspace_id": "wrkspc_0", "status": "inactive"}],
    })).unwrap()).unwrap();
    let differences: Vec<Difference> = story
        .differences()
        .into_iter()
        .filter(|one| one.address.to_string() == "workspace/w0/api_key/k0")
        .collect();
    assert_eq!(differences.len(), 1);
    let explained = explain(story.writer.reader(), &differences).await;
    assert_eq!(explained.requests, MOST_REQUESTS);
    let found: Vec<_> = explained.attributions.into_values().flatten().map(|one| one.found).collect();
    assert!(matches!(found.as_slice(), [Err(Unexplained::OlderThan(Some(_)))]), "{found:?}");
}
