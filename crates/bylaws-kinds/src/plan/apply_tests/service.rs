//! An in-memory service that fails by a script of words, and records its requests.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use bylaws_engine::text::Text;
use bylaws_engine::writer::{Answer, Entry, Failure, FailureKind, List, LiveWriter};
use bylaws_engine::{Action, Change, Fact, Facts, WorkspaceId, WorkspaceRef, Write};

use crate::live::Live;

/// What fails, and when; everything else succeeds.
#[derive(Default)]
pub(crate) struct Script {
    answers: BTreeMap<String, Vec<&'static str>>,
    edits: Vec<(Option<String>, String, &'static str)>,
    reads: Vec<&'static str>,
    age: Duration,
    takes: Duration,
    lag: Duration,
    pub(super) at_once: Option<usize>,
    pub(super) shows_reads: bool,
}

impl Script {
    /// Sets the answers to a request, one word per attempt: `ok`, `slow` (done long before the answer arrives), `empty` (no field shown), `without_id`,
    /// `other` (about another object: its id differs), `email`, `name`, `workspace_id` (that field differs),
    /// `listed` (a create is answered with an existing object), `lost` (not done), `lost_done`, or a kind of
    /// failure.
    pub(crate) fn answer(mut self, request: &str, words: &str) -> Self {
        self.answers.insert(request.to_owned(), queue(words));
        self
    }

    /// Edits the object of a request after the plan was made: `gone`, or a word that becomes its role,
    /// status, state and color.
    pub(crate) fn edited(mut self, request: &str, word: &'static str) -> Self {
        self.edits.push((None, request.to_owned(), word));
        self
    }

    /// Does the same right after the first request has been sent.
    pub(crate) fn edited_after(mut self, first: &str, request: &str, word: &'static str) -> Self {
        self.edits.push((Some(first.to_owned()), request.to_owned(), word));
        self
    }

    /// Sets the results of list readings: `ok`, or a kind of failure.
    pub(crate) fn reads(mut self, words: &str) -> Self {
        self.reads = queue(words);
        self
    }

    /// Sets the age of the plan's reading when apply begins.
    pub(crate) fn aged(mut self, seconds: u64) -> Self {
        self.age = Duration::from_secs(seconds);
        self
    }

    /// Sets the duration of a write.
    pub(crate) fn takes(mut self, milliseconds: u64) -> Self {
        self.takes = Duration::from_millis(milliseconds);
        self
    }

    /// Makes lists show the state of this long ago.
    pub(crate) fn lag(mut self, seconds: u64) -> Self {
        self.lag = Duration::from_secs(seconds);
        self
    }

    pub(crate) fn at_once(mut self, most: usize) -> Self {
        self.at_once = Some(most);
        self
    }

    /// Expects reads and waits too.
    pub(crate) fn shows_reads(mut self) -> Self {
        self.shows_reads = true;
        self
    }
}

fn queue(words: &str) -> Vec<&'static str> {
    const WORDS: [&str; 26] = [
        "email",
        "name",
        "workspace_id",
        "listed",
        "ok",
        "slow",
        "empty",
        "without_id",
        "other",
        "lost",
        "lost_done",
        "refused",
        "missing",
        "conflict",
        "throttled",
        "not_done",
        "unreachable",
        "send_again",
        "incomplete",
        "capacity",
        "already",
        "gave_up",
        "stop",
        "aged",
        "throttled_long",
        "unused",
    ];
    let known = |word: &str| *WORDS.iter().find(|known| **known == word).expect("a word");
    words.split_whitespace().rev().map(known).collect()
}

type Lists = BTreeMap<List, BTreeMap<String, Entry>>;

pub(crate) struct Service {
    script: Mutex<Script>,
    pub(crate) calls: Mutex<Vec<String>>,
    /// Every state, and since when.
    states: Mutex<Vec<(Duration, Lists)>>,
    /// The request of every change, to find the object of an edit.
    writes: BTreeMap<String, Write>,
    clock: Mutex<Duration>,
    under_way: Mutex<Vec<String>>,
    /// The maximum number of writes in flight: of all, and of those about members and invites.
    pub(crate) most: Mutex<(usize, usize)>,
}

impl Service {
    pub(super) fn new(script: Script, live: &Live, changes: &[Change]) -> Self {
        let readings = crate::readings(live, |_| Duration::ZERO);
        let by_id = |entry: &Entry| (entry.id.clone(), entry.clone());
        let lists =
            readings.lists().map(|(list, entries)| (list.clone(), entries.map(by_id).collect())).collect();
        let service = Self {
            clock: Mutex::new(script.age),
            script: Mutex::new(script),
            calls: Mutex::default(),
            states: Mutex::new(vec![(Duration::ZERO, lists)]),
            writes: changes.iter().map(|change| (name(&change.write), change.write.clone())).collect(),
            under_way: Mutex::default(),
            most: Mutex::default(),
        };
        service.edit(None);
        service
    }

    /// Returns the id of an existing object.
    fn listed(&self, write: &Write) -> String {
        let states = self.states.lock().unwrap();
        let ids = states[0].1[&write.list().unwrap()].keys();
        ids.last().cloned().unwrap_or_default()
    }

    fn call(&self, text: String) {
        self.calls.lock().unwrap().push(text);
    }

    fn change(&self, change: impl FnOnce(&mut Lists)) {
        let mut states = self.states.lock().unwrap();
        let mut lists = states.last().unwrap().1.clone();
        change(&mut lists);
        states.push((self.now(), lists));
    }

    /// Makes the edits that are due.
    fn edit(&self, after: Option<&str>) {
        let mut script = self.script.lock().unwrap();
        let is_due = |edit: &(Option<String>, String, &str)| edit.0.as_deref() == after;
        let (due, later) = std::mem::take(&mut script.edits).into_iter().partition(is_due);
        script.edits = later;
        let due: Vec<(Option<String>, String, &'static str)> = due;
        drop(script);
        for (_, request, word) in due {
            let write = &self.writes[&request];
            self.change(|lists| {
                let objects = lists.entry(write.list().unwrap()).or_default();
                let Some(id) = write.target() else {
                    // Another client creates what a create is about to create.
                    let mut entry = Entry::made(write, "made_by_others");
                    entry.facts.0.extend(answer(write).shown.0);
                    if write.kind.id_field == "user_id" {
                        entry.id.clone_from(&write.natural);
                    }
                    if word != "same" {
                        entry.facts.0.values_mut().for_each(|fact| *fact = Fact::Text(word.to_owned()));
                        entry.facts.0.extend(Entry::made(write, "").facts.0);
                    }
                    objects.insert(entry.id.clone(), entry);
                    return;
                };
                if word == "gone" {
                    objects.remove(id);
                } else if let Some(entry) = objects.get_mut(id) {
                    let name = write.body.text("name").map(|_| "name");
                    let fields = ["role", "status", "state", "display_color", "workspace_role"];
                    for field in fields.into_iter().chain(name) {
                        if let Some(fact) = entry.facts.0.get_mut(field) {
                            *fact = Fact::Text(word.to_owned());
                        }
                    }
                }
            });
        }
    }

    /// Carries out a write.
    fn carry_out(&self, write: &Write, answer: &Answer) {
        self.change(|lists| {
            if let (true, Some(id)) = (write.creates(), &answer.id) {
                let made = WorkspaceId::new(id.as_str());
                lists.extend(
                    write.kind.contents.iter().map(|name| (List::within(name, &made), BTreeMap::new())),
                );
            }
            let objects = lists.entry(write.list().unwrap()).or_default();
            let removes = matches!(write.action, Action::Revoke | Action::Remove);
            let id = write.target().or(answer.id.as_deref()).unwrap_or("unnamed").to_owned();
            if removes {
                objects.remove(&id);
            } else {
                let entry = objects.entry(id.clone()).or_insert_with(|| Entry::made(write, &id));
                entry.facts.0.extend(answer.shown.0.clone());
            }
        });
    }
}

impl LiveWriter for Service {
    async fn write(&self, write: &Write, may_be_sent: &(dyn Fn() -> bool + Sync)) -> Result<Answer, Failure> {
        let request = name(write);
        let word = self.script.lock().unwrap().answers.get_mut(&request).and_then(Vec::pop).unwrap_or("ok");
        if word == "aged" {
            *self.clock.lock().unwrap() += Duration::from_mins(1);
        }
        if !may_be_sent() {
            self.call(format!("hold {request}"));
            return Err(failure("aged", None));
        }
        self.call(format!("send {request}"));
        {
            let mut under_way = self.under_way.lock().unwrap();
            under_way.push(request.clone());
            let people = under_way.iter().filter(|name| {
                ["Invite ", "Revoke ", "SetRole ", "RemoveMember "].iter().any(|kind| name.starts_with(kind))
            });
            let people = people.count();
            let mut most = self.most.lock().unwrap();
            *most = (most.0.max(under_way.len()), most.1.max(people));
        }
        pause().await;
        self.under_way.lock().unwrap().retain(|other| *other != request);
        *self.clock.lock().unwrap() += self.script.lock().unwrap().takes;
        let mut answer = answer(write);
        if word == "incomplete" {
            // Its settings were not saved.
            answer.shown.0.retain(|field, _| *field == "name");
        }
        if ["ok", "slow", "empty", "without_id", "other", "lost_done", "incomplete", "aged"].contains(&word) {
            self.carry_out(write, &answer);
        }
        let is_update = write.kind.name == "workspace" && write.action == Action::Update;
        if let (true, "ok", Some(id)) = (is_update, word, write.target()) {
            // The answer has the whole object.
            let states = self.states.lock().unwrap();
            let entry = states.last().and_then(|(_, lists)| lists.get(&List::of("workspaces"))?.get(id));
            answer.shown = entry.map(|entry| entry.facts.clone()).unwrap_or_default();
        }
        self.edit(Some(&request));
        match word {
            "slow" => {
                for _ in 0..20 {
                    pause().await;
                }
                Ok(answer)
            }
            "ok" | "aged" => Ok(answer),
            "empty" => Ok(Answer { shown: Facts::default(), ..answer }),
            "without_id" => Ok(Answer { id: None, ..answer }),
            "other" => Ok(Answer { id: Some("another".to_owned()), ..answer }),
            "email" | "name" | "workspace_id" => {
                answer.shown.set(word, Fact::Text("another@x.org".to_owned()));
                Ok(answer)
            }
            "listed" => Ok(Answer { id: Some(self.listed(write)), ..answer }),
            other => {
                let mut rest = write.body.clone();
                rest.0.remove("name");
                let rest = Write::to(write.kind, Action::Update, answer.id.unwrap_or_default(), rest);
                Err(failure(other, Some(rest)))
            }
        }
    }

    async fn read(&self, list: &List) -> Result<Vec<Entry>, Failure> {
        self.call(format!("read {}", list_name(list)));
        pause().await;
        let word = self.script.lock().unwrap().reads.pop().unwrap_or("ok");
        if word != "ok" {
            return Err(failure(word, None));
        }
        let then = self.now().checked_sub(self.script.lock().unwrap().lag);
        let states = self.states.lock().unwrap();
        let seen = |since: &Duration| then.is_some_and(|then| *since <= then);
        let (_, lists) = states.iter().rev().find(|(since, _)| seen(since)).unwrap_or(&states[0]);
        Ok(lists.get(list).map(|objects| objects.values().cloned().collect()).unwrap_or_default())
    }

    fn now(&self) -> Duration {
        *self.clock.lock().unwrap()
    }

    fn longest_age(&self) -> Duration {
        Duration::from_secs(10)
    }

    async fn sleep(&self, time: Duration) {
        self.call(format!("wait {} ms", time.as_millis()));
        *self.clock.lock().unwrap() += time;
        pause().await;
    }
}

/// Lets all other tasks continue.
async fn pause() {
    for _ in 0..3 {
        let mut first = true;
        std::future::poll_fn(|context| {
            if std::mem::take(&mut first) {
                context.waker().wake_by_ref();
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
    }
}

fn failure(word: &str, rest: Option<Write>) -> Failure {
    let kind = match word {
        "capacity" => FailureKind::Capacity,
        "conflict" => FailureKind::Conflict,
        "throttled" => FailureKind::Throttled,
        "not_done" => FailureKind::NotDone,
        "unreachable" => FailureKind::Unreachable,
        "send_again" => FailureKind::SendAgain,
        "incomplete" => FailureKind::Incomplete(Box::new(rest.expect("a request"))),
        "already" => FailureKind::AlreadyThere,
        "missing" => FailureKind::NotThere,
        "lost" | "lost_done" => FailureKind::OutcomeUnknown,
        "gave_up" => FailureKind::GaveUp,
        "stop" => FailureKind::Stop,
        "aged" => FailureKind::Aged,
        _ => FailureKind::Refused,
    };
    Failure { kind, message: Text::parse(word), request_id: None }
}

fn list_name(list: &List) -> String {
    match (list.name, &list.workspace) {
        ("users", _) => "members".to_owned(),
        ("api_keys", _) => "keys".to_owned(),
        (_, Some(workspace)) => format!("members of {workspace}"),
        (name, None) => name.to_owned(),
    }
}

/// Returns the request in two or three words.
fn name(write: &Write) -> String {
    let verb = match (write.kind.name, write.action) {
        ("workspace", Action::Create) => "CreateWorkspace",
        ("workspace", Action::Update) => "UpdateWorkspace",
        ("workspace", _) => "ArchiveWorkspace",
        ("invite", Action::Invite) => "Invite",
        ("invite", _) => "Revoke",
        ("member", Action::Update) => "SetRole",
        ("member", _) => "RemoveMember",
        ("workspace_member", Action::Create) => "AddWorkspaceMember",
        ("workspace_member", Action::Update) => "SetWorkspaceRole",
        ("workspace_member", _) => "RemoveWorkspaceMember",
        _ if write.body.text("status").is_none() => "RenameKey",
        _ => "SetKeyStatus",
    };
    let object = write.body.text("email").or(write.target()).unwrap_or(&write.natural);
    match &write.within {
        None => format!("{verb} {object}"),
        Some(WorkspaceRef::Live(id)) => format!("{verb} {object} in {id}"),
        Some(WorkspaceRef::Created(label)) => format!("{verb} {object} in ws_{label}"),
    }
}

/// Returns an answer that shows what was requested.
fn answer(write: &Write) -> Answer {
    let id = match (write.kind.name, write.target()) {
        (_, Some(id)) => id.to_owned(),
        ("workspace", None) => format!("ws_{}", write.natural),
        ("invite", None) => format!("invite_{}", write.body.text("email").unwrap_or_default()),
        (_, None) => write.natural.clone(),
    };
    let mut shown = write.body.clone();
    for unshown in ["email", "tags", "data_residency"] {
        shown.0.remove(unshown);
    }
    if write.action == Action::Archive {
        shown = Facts::one("state", "archived");
    }
    Answer { id: Some(id), shown, request_id: None, warning: None }
}
