//! One request from arrival to answer: faults, rate limit, credential, operation, request log. Holds the
//! only lock.

use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::Response;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use crate::clock::http_date;
use crate::credential;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::{Fault, FaultRule};
use crate::faults::{FaultEffect, Faults};
use crate::history::History;
use crate::ids;
use crate::ledger::LedgerEntry;
use crate::request::Call;
use crate::response::{Sending, response};
use crate::routes;
use crate::spend_limits;
use crate::state::State;
use crate::throttle::Throttle;
use crate::workload;

/// Everything that requests and control calls share.
pub(crate) struct Service {
    shared: Mutex<Shared>,
    latency: Duration,
    /// The only credentials to accept, if there are any.
    credentials: Vec<String>,
    /// Held during the removal of a member: the service refuses a concurrent one.
    removal: AsyncMutex<()>,
}

/// The minimum duration of a removal, so that two sent at once do overlap.
const SHORTEST_REMOVAL: Duration = Duration::from_millis(5);

/// The data behind the lock.
pub(crate) struct Shared {
    pub(crate) state: State,
    pub(crate) ledger: Vec<LedgerEntry>,
    pub(crate) faults: Faults,
    throttle: Option<Throttle>,
    /// Limits the requests about spend limits once more, if requests are limited at all.
    spend_throttle: Option<Throttle>,
    history: History,
    requests: u64,
}

impl Service {
    pub(crate) fn new(
        state: State,
        faults: Vec<FaultRule>,
        latency: Duration,
        rate_limit: Option<u32>,
        credentials: Vec<String>,
    ) -> Self {
        let throttle = |most: u32| rate_limit.map(|all| Throttle::new(all.min(most), Instant::now()));
        let shared = Shared {
            state,
            ledger: Vec::new(),
            faults: Faults::new(faults),
            throttle: throttle(u32::MAX),
            spend_throttle: throttle(spend_limits::PER_MINUTE),
            history: History::default(),
            requests: 0,
        };
        Self { shared: Mutex::new(shared), latency, credentials, removal: AsyncMutex::new(()) }
    }

    /// Locks the shared data and updates its time. A panic elsewhere does not poison it permanently.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.state.tick();
        shared
    }

    /// Answers one request to the API.
    pub(crate) async fn answer(&self, call: &Call) -> Response {
        let effect = self.lock().faults.effect_on(&call.method, &call.path);
        // Half of the latency applies to the request and half to the answer.
        let way = self.latency / 2;
        // A request that is late has not begun at the service.
        pause(effect.latency).await;
        let response = if routes::removes_member(call) {
            let removal = self.removal.try_lock();
            pause(way.max(SHORTEST_REMOVAL)).await;
            self.carry_out(call, effect, removal.is_err())
        } else {
            pause(way).await;
            self.carry_out(call, effect, false)
        };
        pause(way).await;
        response
    }

    /// Carries out a request; `contested` says that another change of members is in progress.
    fn carry_out(&self, call: &Call, effect: FaultEffect, contested: bool) -> Response {
        let mut shared = self.lock();
        let stale_for = effect.stale_for;
        let act = |shared: &mut Shared| {
            if contested { Err(concurrent_membership_change()) } else { self.act(shared, call, stale_for) }
        };
        let (answer, sending) = match effect.fault {
            Some(Fault::DropBefore) => {
                LedgerEntry::record(&mut shared.ledger, call, None, false);
                return response(200, Vec::new(), Vec::new(), Sending::Dropped);
            }
            Some(Fault::Status(refused)) => {
                let comes_after = refused.comes_after(&call.method, &call.path);
                // A write that is refused by itself was not made, so the rule adds nothing.
                let done = if comes_after { act(&mut shared).map(Some) } else { Ok(None) };
                (done.and_then(|done| Err(Refusal::by_fault(refused, done.as_ref()))), Sending::Whole)
            }
            Some(Fault::DropAfter) => (act(&mut shared), Sending::Dropped),
            Some(Fault::Truncate) => (act(&mut shared), Sending::Truncated),
            // These two were handled above.
            Some(Fault::LatencyMs(_) | Fault::StaleForMs(_)) | None => (act(&mut shared), Sending::Whole),
        };
        let response = shared.reply(answer, sending);
        let status = Some(response.status().as_u16());
        LedgerEntry::record(&mut shared.ledger, call, status, sending == Sending::Whole);
        response
    }

    /// Refuses a request whose body could not be read; it is logged like any other.
    pub(crate) fn refuse(&self, call: &Call, refusal: Refusal) -> Response {
        let mut shared = self.lock();
        LedgerEntry::record(&mut shared.ledger, call, Some(refusal.status), true);
        shared.reply(Err(refusal), Sending::Whole)
    }

    /// Answers a request that is not logged.
    pub(crate) fn reply(&self, answer: Answer) -> Response {
        self.lock().reply(answer, Sending::Whole)
    }

    fn act(&self, shared: &mut Shared, call: &Call, stale_for: Duration) -> Answer {
        if call.path == workload::PATH {
            // Limited, at the service, apart from the Admin API if at all.
            return workload::exchange(&mut shared.state, call);
        }
        let now = Instant::now();
        let own = shared.spend_throttle.as_mut().filter(|_| spend_limits::is_about(call));
        for throttle in own.into_iter().chain(&mut shared.throttle) {
            throttle.take(now).map_err(Refusal::too_many)?;
        }
        credential::check(&self.credentials, call, &shared.state)?;
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

fn concurrent_membership_change() -> Refusal {
    Refusal::conflict(
        "concurrent_membership_change",
        "Another change of the organization's members is under way; wait and retry.",
    )
}

impl Shared {
    /// Replaces the organization; no earlier state remains readable. Minted tokens stay valid.
    pub(crate) fn replace(&mut self, mut state: State) {
        state.workloads = take(&mut self.state.workloads);
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
    fn reply(&mut self, answer: Answer, sending: Sending) -> Response {
        let request_id = self.next_request_id();
        self.requests += 1;
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers = vec![
            header("content-type", "application/json"),
            header("date", &http_date(self.state.now)),
            header("request-id", &request_id),
            header("anthropic-organization-id", &self.state.rest.organization.id),
        ];
        if self.state.clock.is_fixed() {
            headers.push(header("bylaws-clock", "fixed"));
        }
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(refusal) => {
                let body = refusal.body(&request_id);
                headers.extend(refusal.headers);
                (refusal.status, body)
            }
        };
        response(status, headers, serde_json::to_vec(&body).unwrap_or_default(), sending)
    }
}

async fn pause(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}
