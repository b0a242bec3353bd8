//! A service that answers by a script, in words, and writes down what it was asked.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use crate::apply::{Watch, apply};
use crate::change::{Change, WorkspaceRef, Write};
use crate::facts::{Fact, Facts};
use crate::plan::tests::world::{World, same};
use crate::report::{Outcome, Report};
use crate::writer::{Answer, Failure, FailureKind, LiveWriter, Standing};
use crate::{OrganizationRole, WorkspaceId};

/// Answers by request; what is not in it is answered well.
#[derive(Default)]
pub(super) struct Script {
    answers: BTreeMap<String, Vec<&'static str>>,
    look_ups: BTreeMap<String, Vec<&'static str>>,
    stands: BTreeMap<String, &'static str>,
    /// How things stand once a request was refused for the moment.
    after_refusal: BTreeMap<String, &'static str>,
}

impl Script {
    /// Words: `ok`, `empty` (no field shown), `without_id`, or a kind of failure.
    pub(super) fn answer(mut self, request: &str, words: &str) -> Self {
        self.answers.insert(request.to_owned(), queue(words));
        self
    }

    /// Words: `found`, `absent`, or a kind of failure.
    pub(super) fn found(mut self, request: &str, words: &str) -> Self {
        self.look_ups.insert(request.to_owned(), queue(words));
        self
    }
}

impl Script {
    /// What a request is about stands otherwise than the plan saw: `gone`, a kind of failure, or a
    /// word that is its role, status, state and colour.
    pub(super) fn stands(mut self, request: &str, word: &'static str) -> Self {
        self.stands.insert(request.to_owned(), word);
        self
    }
}

impl Script {
    /// The same, from the moment at which the request is refused for the moment.
    pub(super) fn stands_after_refusal(mut self, request: &str, word: &'static str) -> Self {
        self.after_refusal.insert(request.to_owned(), word);
        self
    }
}

fn queue(words: &str) -> Vec<&'static str> {
    const WORDS: [&str; 14] = [
        "throttled",
        "ok",
        "empty",
        "without_id",
        "found",
        "absent",
        "refused",
        "capacity",
        "conflict",
        "already",
        "accepted",
        "lost",
        "stop",
        "unused",
    ];
    let known = |word: &str| *WORDS.iter().find(|known| **known == word).expect("a word");
    words.split_whitespace().rev().map(known).collect()
}

struct Service {
    script: Mutex<Script>,
    calls: Mutex<Vec<String>>,
    /// What the plan saw, by request.
    before: BTreeMap<String, Facts>,
}

impl LiveWriter for Service {
    async fn standing(&self, write: &Write) -> Result<Option<Standing>, Failure> {
        if write.creates() {
            return Ok(None);
        }
        let request = name(write);
        let before = self.before.get(&request).cloned().unwrap_or_default();
        match self.script.lock().unwrap().stands.get(&request) {
            None => Ok(Some(Standing::There(before))),
            Some(&"gone") => Ok(Some(Standing::Gone)),
            Some(&word) if ["stop", "refused", "accepted"].contains(&word) => Err(failure(word)),
            Some(&word) => {
                let fields = before.0.keys().map(|field| (*field, Fact::Text(word.to_owned())));
                Ok(Some(Standing::There(Facts(fields.collect()))))
            }
        }
    }

    async fn write(&self, write: &Write) -> Result<Answer, Failure> {
        let request = name(write);
        self.calls.lock().unwrap().push(format!("send {request}"));
        let mut script = self.script.lock().unwrap();
        let word = script.answers.get_mut(&request).and_then(Vec::pop).unwrap_or("ok");
        match word {
            "ok" => Ok(answer(write)),
            "empty" => Ok(Answer { shown: Facts::default(), ..answer(write) }),
            "without_id" => Ok(Answer { created: None, ..answer(write) }),
            other => {
                if let Some(word) = script
                    .after_refusal
                    .remove(&request)
                    .filter(|_| matches!(other, "conflict" | "throttled"))
                {
                    script.stands.insert(request, word);
                }
                Err(failure(other))
            }
        }
    }

    async fn pause(&self, tries: u32) {
        self.calls.lock().unwrap().push(format!("wait {tries}"));
    }

    async fn look_up(&self, write: &Write) -> Result<Option<Answer>, Failure> {
        let request = name(write);
        self.calls.lock().unwrap().push(format!("look up {request}"));
        let mut script = self.script.lock().unwrap();
        match script.look_ups.get_mut(&request).and_then(Vec::pop).expect("a look-up in the script") {
            "found" => Ok(Some(answer(write))),
            "absent" => Ok(None),
            other => Err(failure(other)),
        }
    }
}

fn failure(word: &str) -> Failure {
    let kind = match word {
        "capacity" => FailureKind::Capacity,
        "conflict" => FailureKind::Conflict,
        "throttled" => FailureKind::Throttled,
        "already" => FailureKind::AlreadyThere,
        "accepted" => FailureKind::AcceptedMeanwhile,
        "lost" => FailureKind::OutcomeUnknown,
        "stop" => FailureKind::Stop,
        _ => FailureKind::Refused,
    };
    Failure { kind, message: word.to_owned(), request_id: None }
}

/// The request in two or three words.
fn name(write: &Write) -> String {
    match write {
        Write::CreateWorkspace { label, .. } => format!("CreateWorkspace {label}"),
        Write::UpdateWorkspace { workspace, .. } => format!("UpdateWorkspace {workspace}"),
        Write::ArchiveWorkspace { workspace } => format!("ArchiveWorkspace {workspace}"),
        Write::Invite { email, .. } => format!("Invite {email}"),
        Write::Revoke { invite } => format!("Revoke {invite}"),
        Write::SetRole { user, .. } => format!("SetRole {user}"),
        Write::RemoveMember { user } => format!("RemoveMember {user}"),
        Write::AddWorkspaceMember { workspace: WorkspaceRef::Live(id), user, .. } => {
            format!("AddWorkspaceMember {user} in {id}")
        }
        Write::AddWorkspaceMember { workspace: WorkspaceRef::Created(label), .. } => {
            panic!("the id of {label} was not filled in")
        }
        Write::SetWorkspaceRole { workspace, user, .. } => format!("SetWorkspaceRole {user} in {workspace}"),
        Write::RemoveWorkspaceMember { workspace, user } => {
            format!("RemoveWorkspaceMember {user} in {workspace}")
        }
        Write::SetKeyStatus { key, .. } => format!("SetKeyStatus {key}"),
    }
}

/// Shows what was asked for.
fn answer(write: &Write) -> Answer {
    let mut created = None;
    let shown = match write {
        Write::CreateWorkspace { label, settings } => {
            created = Some(WorkspaceId::new(format!("ws_{label}")));
            Facts::one("name", settings.name.clone())
        }
        Write::UpdateWorkspace { patch, .. } => {
            let mut facts = Facts::default();
            if let Some(color) = &patch.display_color {
                facts.set("display_color", Fact::color(&color.to_lowercase()));
            }
            facts
        }
        Write::ArchiveWorkspace { .. } => Facts::one("state", "archived"),
        Write::Invite { role, .. } | Write::SetRole { role, .. } => {
            Facts::one("role", OrganizationRole::Settable(*role).as_str())
        }
        Write::AddWorkspaceMember { role, .. } | Write::SetWorkspaceRole { role, .. } => {
            Facts::one("workspace_role", role.as_str())
        }
        Write::SetKeyStatus { status, .. } => Facts::one("status", status.as_str()),
        Write::Revoke { .. } | Write::RemoveMember { .. } | Write::RemoveWorkspaceMember { .. } => {
            Facts::default()
        }
    };
    Answer { shown, created, request_id: None, note: None }
}

/// Fails at its n-th note, counted from 1.
struct Journal {
    notes: usize,
    full_at: usize,
}

impl Journal {
    fn note(&mut self) -> Result<(), String> {
        self.notes += 1;
        if self.notes == self.full_at { Err("the journal is full".to_owned()) } else { Ok(()) }
    }
}

impl Watch for Journal {
    fn before(&mut self, _: &Change) -> Result<(), String> {
        self.note()
    }

    fn after(&mut self, _: &Change, _: &Outcome) -> Result<(), String> {
        if self.full_at == 3 { Ok(()) } else { self.note() }
    }
}

/// Applies the plan of these files, and compares calls and report with the lines expected.
#[track_caller]
pub(super) fn run(files: &str, live: &str, script: Script, expected: &str) {
    run_watched(files, live, script, 0, expected);
}

/// The same with a journal that is full at its n-th note (of those before a change only, for 3).
#[track_caller]
pub(super) fn run_watched(files: &str, live: &str, script: Script, full_at: usize, expected: &str) {
    let loose = format!("unlisted members ignore\nunlisted api_keys ignore\naccess_loss 99 100%\n{files}");
    let plan = World::new(&loose, live).plan();
    let approved = plan.approve().expect("no guard refuses");
    let seen = approved.plan().changes.iter().filter(|change| !change.write.creates());
    let before = seen.filter_map(|change| Some((name(&change.write), change.before.clone()?))).collect();
    let service = Service { script: Mutex::new(script), calls: Mutex::default(), before };
    let mut journal = Journal { notes: 0, full_at };
    let report = block_on(apply(approved, &service, &mut journal));
    let calls = service.calls.lock().unwrap().join("\n");
    same(&format!("{calls}\n{}", lines(&report)), expected);
}

fn lines(report: &Report) -> String {
    let entries = report.entries.iter().map(|(change, outcome)| {
        let said = match outcome {
            Outcome::Done { note, .. } => note.clone().unwrap_or_default(),
            Outcome::Failed { message, .. } | Outcome::Unknown { message, .. } => message.clone(),
            Outcome::Skipped { reason } => reason.clone(),
        };
        let said = if said.is_empty() { said } else { format!(": {said}") };
        format!("{} {}{said}", outcome.as_str(), change.id)
    });
    entries
        .chain(report.stopped.iter().map(|reason| format!("stopped: {reason}")))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The fake service never waits, so one look is enough.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the service never waits"),
    }
}
