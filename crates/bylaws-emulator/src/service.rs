//! One request from arrival to answer: faults, rate limit, credential, operation, request log. Holds the
//! only lock.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::clock::http_date;
use crate::credential::Credential;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::{Fault, FaultRule, Refused};
use crate::faults::{Faults, Verdict};
use crate::history::History;
use crate::ids;
use crate::ledger::Ledger;
use crate::request::Call;
use crate::routes;
use crate::state::State;
use crate::throttle::Throttle;

/// Everything that requests and control calls share.
pub(crate) struct Service {
    shared: Mutex<Shared>,
    latency: Duration,
    credential: Credential,
    /// Held during the removal of a member: the service refuses a concurrent one.
    removal: AsyncMutex<()>,
}

/// The minimum duration of a removal, so that two sent at once do overlap.
const SHORTEST_REMOVAL: Duration = Duration::from_millis(5);

/// The data behind the lock.
pub(crate) struct Shared {
    pub(crate) state: State,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    throttle: Option<Throttle>,
    history: History,
    requests: u64,
}

/// An answer ready to be sent.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) sending: Sending,
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Completely.
    Whole,
    /// Half of it, then the connection closes.
    Truncated,
    /// Not at all: the connection closes.
    Dropped,
}

impl Service {
    pub(crate) fn new(
        state: State,
        faults: Vec<FaultRule>,
        latency: Duration,
        rate_limit: Option<u32>,
        credential: Option<String>,
    ) -> Self {
        let shared = Shared {
            state,
            ledger: Ledger::default(),
            faults: Faults::new(faults),
            throttle: rate_limit.map(|per_minute| Throttle::new(per_minute, Instant::now())),
            history: History::default(),
            requests: 0,
        };
        Self {
            shared: Mutex::new(shared),
            latency,
            credential: Credential::new(credential),
            removal: AsyncMutex::new(()),
        }
    }

    /// Locks the shared data and updates its time. A panic elsewhere does not poison it permanently.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.state.tick();
        shared
    }

    /// Answers one request to the API.
    pub(crate) async fn answer(&self, call: &Call) -> Reply {
        let verdict = self.lock().faults.judge(&call.method, &call.path);
        // Half of the latency applies to the request and half to the answer.
        let way = self.latency / 2;
        let before = way.saturating_add(verdict.latency);
        let reply = if routes::removes_member(call) {
            let removal = self.removal.try_lock();
            pause(before.max(SHORTEST_REMOVAL)).await;
            self.carry_out(call, verdict, removal.is_err())
        } else {
            pause(before).await;
            self.carry_out(call, verdict, false)
        };
        pause(way).await;
        reply
    }

    /// Carries out a request; `contested` says that another change of members is in progress.
    fn carry_out(&self, call: &Call, verdict: Verdict, contested: bool) -> Reply {
        let mut shared = self.lock();
        let stale_for = verdict.stale_for;
        let act = |shared: &mut Shared| {
            if contested { Err(concurrent_membership_change()) } else { self.act(shared, call, stale_for) }
        };
        let (answer, headers, sending) = match verdict.fault {
            Some(Fault::DropBefore) => {
                shared.ledger.record(call, None, false);
                return Reply::nothing();
            }
            Some(Fault::Status(refused)) if refused.comes_after(&call.method, &call.path) => {
                // A write that is refused by itself was not made, so the rule adds nothing.
                match act(&mut shared) {
                    Ok(done) => by_fault(refused, Some(&done)),
                    refusal => (refusal, Vec::new(), Sending::Whole),
                }
            }
            Some(Fault::Status(refused)) => by_fault(refused, None),
            Some(Fault::DropAfter) => (act(&mut shared), Vec::new(), Sending::Dropped),
            Some(Fault::Truncate) => (act(&mut shared), Vec::new(), Sending::Truncated),
            // These two were handled above.
            Some(Fault::Latency(_) | Fault::StaleFor(_)) | None => {
                (act(&mut shared), Vec::new(), Sending::Whole)
            }
        };
        let mut reply = shared.reply(answer, sending);
        reply.headers.extend(headers);
        shared.ledger.record(call, Some(reply.status), sending == Sending::Whole);
        reply
    }

    /// Refuses a request whose body could not be read; it is logged like any other.
    pub(crate) fn refuse(&self, call: &Call, refusal: Refusal) -> Reply {
        let mut shared = self.lock();
        let reply = shared.reply(Err(refusal), Sending::Whole);
        shared.ledger.record(call, Some(reply.status), true);
        reply
    }

    fn act(&self, shared: &mut Shared, call: &Call, stale_for: Duration) -> Answer {
        let now = Instant::now();
        if let Some(throttle) = &mut shared.throttle {
            throttle.take(now).map_err(Refusal::too_many)?;
        }
        self.credential.check(call, shared.state.rest.kind)?;
        if call.method == "GET" {
            let state = shared.history.seen(now, stale_for).unwrap_or(&shared.state);
            let answer = routes::read(state, call)?;
            let request_id = shared.next_request_id();
            shared.state.saw(call, &request_id);
            return Ok(answer);
        }
        shared.write(stale_for, |state| state.traced(call, |state| routes::write(state, call)))
    }
}

fn by_fault(refused: Refused, done: Option<&Value>) -> (Answer, Vec<(String, String)>, Sending) {
    let headers = refused.headers.clone().into_iter().collect();
    (Err(Refusal::by_fault(refused, done)), headers, Sending::Whole)
}

fn concurrent_membership_change() -> Refusal {
    Refusal::conflict(
        "concurrent_membership_change",
        "Another change of the organization's members is under way; wait and retry.",
    )
}

impl Shared {
    /// Replaces the organization; no earlier state remains readable.
    pub(crate) fn replace(&mut self, state: State) {
        self.state = state;
        self.history.clear();
    }

    /// Changes the organization. Stale reads, and for `hidden_for` all reads, still see the state before.
    pub(crate) fn write<T>(
        &mut self,
        hidden_for: Duration,
        change: impl FnOnce(&mut State) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let now = Instant::now();
        self.history.forget_expired(now);
        let kept_for = self.faults.longest_read_lag();
        let before = (hidden_for.max(kept_for) > Duration::ZERO).then(|| self.state.clone());
        let done = change(&mut self.state)?;
        if let Some(before) = before {
            self.history.record(before, now, hidden_for, kept_for);
        }
        Ok(done)
    }

    fn next_request_id(&self) -> String {
        ids::id("req_", &["request", &(self.requests + 1).to_string()])
    }

    /// Returns an answer in the service's form, with the headers that every answer has.
    pub(crate) fn reply(&mut self, answer: Answer, sending: Sending) -> Reply {
        let request_id = self.next_request_id();
        self.requests += 1;
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("date".to_owned(), http_date(self.state.now)),
            ("request-id".to_owned(), request_id.clone()),
            ("anthropic-organization-id".to_owned(), self.state.rest.organization.id.clone()),
        ];
        if self.state.clock_is_fixed() {
            headers.push(("bylaws-clock".to_owned(), "fixed".to_owned()));
        }
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(refusal) => {
                let wait = refusal.retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_string()));
                headers.extend(wait);
                (refusal.status, refusal.body(&request_id))
            }
        };
        Reply { status, headers, body: serde_json::to_vec(&body).unwrap_or_default(), sending }
    }
}

impl Reply {
    fn nothing() -> Self {
        Self { status: 200, headers: Vec::new(), body: Vec::new(), sending: Sending::Dropped }
    }
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
