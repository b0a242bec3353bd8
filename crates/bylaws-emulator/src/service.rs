//! One request from arrival to answer: faults, rate limit, credential, operation, ledger.
//! The one lock is here; leaves sockets to the server and each operation to its module.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::clock::http_date;
use crate::credential::Credential;
use crate::envelope::{Answer, Refusal};
use crate::fault_rule::{Fault, FaultRule};
use crate::faults::{Faults, Verdict};
use crate::ids;
use crate::ledger::Ledger;
use crate::rate_limit::RateLimit;
use crate::request::Call;
use crate::routes;
use crate::state::State;

/// Everything that requests and control calls share.
pub(crate) struct Service {
    shared: Mutex<Shared>,
    latency: Duration,
    credential: Credential,
}

/// What stands behind the lock.
pub(crate) struct Shared {
    pub(crate) state: State,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    rate_limit: Option<RateLimit>,
    past: Vec<Past>,
    requests: u64,
}

/// The state before a write that reads must not see yet.
struct Past {
    until: Instant,
    state: State,
}

/// An answer ready to be sent.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) sending: Sending,
}

/// How an answer leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// As it is.
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
            rate_limit: rate_limit.map(|per_minute| RateLimit::new(per_minute, Instant::now())),
            past: Vec::new(),
            requests: 0,
        };
        Self { shared: Mutex::new(shared), latency, credential: Credential::new(credential) }
    }

    /// The shared part. A panic elsewhere never locks it for good.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request to the API.
    pub(crate) async fn answer(&self, call: &Call) -> Reply {
        let verdict = self.lock().faults.judge(&call.method, &call.path);
        // A network takes half of its time on the way there and half on the way back.
        let way = self.latency / 2;
        pause(way.saturating_add(verdict.latency)).await;
        let reply = self.carry_out(call, verdict);
        pause(way).await;
        reply
    }

    fn carry_out(&self, call: &Call, verdict: Verdict) -> Reply {
        let mut shared = self.lock();
        let (answer, headers, sending) = match verdict.fault {
            Some(Fault::DropBefore) => {
                shared.ledger.record(call, None, false);
                return Reply::nothing();
            }
            Some(Fault::Status { status, headers, error_code }) => {
                (Err(Refusal::by_fault(status, error_code)), headers.into_iter().collect(), Sending::Whole)
            }
            Some(Fault::DropAfter) => {
                (self.act(&mut shared, call, verdict.stale_for), Vec::new(), Sending::Dropped)
            }
            Some(Fault::Truncate) => {
                (self.act(&mut shared, call, verdict.stale_for), Vec::new(), Sending::Truncated)
            }
            // The other two were taken care of above, whatever a rule of them comes with.
            Some(Fault::Latency(_) | Fault::StaleFor(_)) | None => {
                (self.act(&mut shared, call, verdict.stale_for), Vec::new(), Sending::Whole)
            }
        };
        let mut reply = shared.reply(answer, sending);
        reply.headers.extend(headers);
        shared.ledger.record(call, Some(reply.status), sending == Sending::Whole);
        reply
    }

    /// Refuses a request whose body could not be read; it is in the ledger like any other.
    pub(crate) fn refuse(&self, call: &Call, refusal: Refusal) -> Reply {
        let mut shared = self.lock();
        let reply = shared.reply(Err(refusal), Sending::Whole);
        shared.ledger.record(call, Some(reply.status), true);
        reply
    }

    fn act(&self, shared: &mut Shared, call: &Call, stale_for: Option<Duration>) -> Answer {
        let now = Instant::now();
        if let Some(limit) = &mut shared.rate_limit {
            limit.take(now).map_err(Refusal::too_many)?;
        }
        self.credential.check(call, shared.state.kind)?;
        shared.past.retain(|past| past.until > now);
        if call.method == "GET" {
            let state = shared.past.first().map_or(&shared.state, |past| &past.state);
            return routes::read(state, call);
        }
        let before =
            stale_for.and_then(|time| now.checked_add(time)).map(|until| (until, shared.state.clone()));
        let answer = routes::write(&mut shared.state, call);
        if let (Some((until, state)), Ok(_)) = (before, &answer) {
            shared.past.push(Past { until, state });
        }
        answer
    }
}

impl Shared {
    /// Puts another organization in place; nothing of the old one is left to be read.
    pub(crate) fn replace(&mut self, state: State) {
        self.state = state;
        self.past.clear();
    }

    /// An answer in the service's form, with the headers that every answer has.
    pub(crate) fn reply(&mut self, answer: Answer, sending: Sending) -> Reply {
        self.requests += 1;
        let request_id = ids::id("req_", &["request", &self.requests.to_string()]);
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("date".to_owned(), http_date(self.state.now)),
            ("request-id".to_owned(), request_id.clone()),
            ("anthropic-organization-id".to_owned(), self.state.organization.id.clone()),
        ];
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
