//! The single place that sends requests: sends, decides, waits and retries until an answer is final.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde::de::DeserializeOwned;

use crate::failure::{self, Course};
use crate::gate::Gate;
use crate::redact::Redactor;
use crate::retry::{NOTHING_WAS_DONE, Seen, Verdict, backoff, judge};
use crate::service_clock::ServiceClock;
use crate::transport::{Call, Head, Silence, Transport, Tried};
use crate::{BaseUrl, Cause, Config, Counts, Error, KeyPrefix, Method, Notice, Request};

/// The number of attempts if the service has never answered.
const FIRST_CONTACT: u32 = 3;
const NOT_SENT: &str = "the request was not sent";

/// The maximum number of attempts that do not count per counted one.
const UNCOUNTED_PER_COUNTED: u32 = 20;

/// The value of an answer and its metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The requested value, as deserialized from the answer.
    pub value: T,
    /// The service's request id.
    pub request_id: Option<String>,
    /// The service's clock when it answered.
    pub date: Option<SystemTime>,
}

/// The state shared by readers and writers. Clones share one limiter and one set of counts.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    redactor: Redactor,
    base_url: BaseUrl,
    prefix: KeyPrefix,
    gate: Gate,
    max_attempts: u32,
    max_wait: Duration,
    retry_writes: bool,
    notices: Option<Arc<dyn Fn(Notice) + Send + Sync>>,
    reads: AtomicU64,
    retries: AtomicU64,
    writes: AtomicU64,
    /// Whether the service has answered anything yet.
    answered: AtomicBool,
    clock: ServiceClock,
}

impl Client {
    pub(crate) fn new(config: Config) -> Result<Self, Error> {
        let redactor = Redactor::new(&config.credential);
        let prefix = config.credential.prefix();
        let transport = Transport::new(&config, redactor.clone())
            .map_err(|silence| failure::of_setup(silence).at(&config.base_url, prefix, true))?;
        Ok(Self(Arc::new(Inner {
            transport,
            redactor,
            base_url: config.base_url,
            prefix,
            gate: Gate::new(config.max_in_flight),
            max_attempts: config.max_attempts.max(1),
            max_wait: config.max_wait,
            retry_writes: config.retry_writes,
            notices: config.notices,
            reads: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            answered: AtomicBool::new(false),
            clock: ServiceClock::default(),
        })))
    }

    /// Like [`send`](Self::send), and also returns the length of the answer in bytes.
    pub(crate) async fn send_measured<T: DeserializeOwned>(
        &self,
        request: &Request<T>,
    ) -> Result<(Answer<T>, usize), Error> {
        let sent = async {
            let (call, mut course) = self.begin(request)?;
            let exchanged = self.exchange(&call, &mut course, &|| true).await?;
            let (head, body) = exchanged.ok_or_else(|| failure::of_call(&call, None, NOT_SENT.to_owned()))?;
            Ok((self.read(&call, course, head, &body)?, body.len()))
        };
        sent.await.map_err(|error: Error| self.placed(error))
    }

    /// Sends a request until an answer is final.
    pub(crate) async fn send<T: DeserializeOwned>(&self, request: &Request<T>) -> Result<Answer<T>, Error> {
        self.send_if(request, &|| true).await.and_then(|answer| {
            // The condition always holds, so the request is always sent.
            answer.ok_or_else(|| self.protocol_error(request, None, NOT_SENT))
        })
    }

    /// Sends a request when its turn comes, if `may_be_sent` is still true then; `None` if not.
    pub(crate) async fn send_if<T: DeserializeOwned>(
        &self,
        request: &Request<T>,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Answer<T>>, Error> {
        self.answer(request, may_be_sent).await.map_err(|error| self.placed(error))
    }

    fn placed(&self, error: Error) -> Error {
        let is_first_contact = self.0.gate.successes() == 0;
        error.at(&self.0.base_url, self.0.prefix, is_first_contact)
    }

    /// Returns the present time between two requests; zero if the service never refused one.
    pub(crate) fn gap(&self) -> Duration {
        self.0.gate.gap()
    }

    async fn answer<T: DeserializeOwned>(
        &self,
        request: &Request<T>,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Answer<T>>, Error> {
        let (call, mut course) = self.begin(request)?;
        match self.exchange(&call, &mut course, may_be_sent).await? {
            Some((head, body)) => self.read(&call, course, head, &body).map(Some),
            None => Ok(None),
        }
    }

    fn begin<T>(&self, request: &Request<T>) -> Result<(Call, Course), Error> {
        let call = Call::of(request, &self.0.redactor);
        request.check().map_err(|why| failure::of_call(&call, None, format!("{NOT_SENT}: {why}")))?;
        if let Some(what) = self.0.clock.contradiction() {
            return Err(failure::of_days(&call, None, what));
        }
        Ok((call, Course { progress: self.0.gate.successes(), ..Course::default() }))
    }

    fn read<T: DeserializeOwned>(
        &self,
        call: &Call,
        course: Course,
        head: Head,
        body: &[u8],
    ) -> Result<Answer<T>, Error> {
        if let Some((wanted, told)) =
            call.answered_with.zip(kind_of(body)).filter(|(wanted, told)| wanted != told)
        {
            let told = self.0.redactor.clean(&told);
            let what = format!("the answer has the wrong type: its `type` is `{told}`, not `{wanted}`");
            return Err(failure::of_odd_success(call, course, &head, (what, None)));
        }
        match serde_json::from_slice(body) {
            Ok(value) => {
                self.keep_date(&head);
                // A write has taken effect whatever its answer says about the day: the next request ends the
                // run.
                match self.0.clock.contradiction().filter(|_| call.method == Method::Get) {
                    Some(what) => Err(failure::of_days(call, head.request_id, what)),
                    None => Ok(Answer { value, request_id: head.request_id, date: head.date }),
                }
            }
            Err(error) => {
                let what = if head.is_web_page(body) {
                    (failure::WEB_PAGE.to_owned(), Some(Cause::WebPage))
                } else if error.is_data() {
                    let why = self.0.redactor.clean(&error.to_string());
                    (format!("the answer does not have the documented shape: {why}"), None)
                } else {
                    ("the answer is not JSON".to_owned(), None)
                };
                Err(failure::of_odd_success(call, course, &head, what))
            }
        }
    }

    /// Returns an error about answers that were each complete but contradict each other.
    pub(crate) fn protocol_error<T>(
        &self,
        request: &Request<T>,
        request_id: Option<String>,
        what: &str,
    ) -> Error {
        let redactor = &self.0.redactor;
        let error = failure::of_call(&Call::of(request, redactor), request_id, redactor.clean(what));
        error.at(&self.0.base_url, self.0.prefix, false)
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            reads: self.0.reads.load(Ordering::Relaxed),
            retries: self.0.retries.load(Ordering::Relaxed),
            writes: self.0.writes.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn service_date(&self) -> Option<SystemTime> {
        self.0.clock.first()
    }

    /// Returns whether a service on this machine says that its clock is fixed. Other hosts are not trusted
    /// with this.
    pub(crate) fn clock_is_fixed(&self) -> bool {
        self.0.clock.is_fixed()
    }

    /// Retries until there is a success with a complete body, or a final failure.
    /// Returns `None` if the request may no longer be sent when its turn comes.
    async fn exchange(
        &self,
        call: &Call,
        course: &mut Course,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<(Head, Vec<u8>)>, Error> {
        let inner = &*self.0;
        let counter = if call.method == Method::Get { &inner.reads } else { &inner.writes };
        counter.fetch_add(1, Ordering::Relaxed);
        loop {
            let Some(pass) = inner.gate.enter_if(may_be_sent).await else { return Ok(None) };
            self.announce(call, course);
            let tried = match inner.transport.attempt(call).await {
                Tried::Success(head, body) => {
                    pass.succeeded();
                    self.0.answered.store(true, Ordering::Relaxed);
                    return Ok(Some((head, body)));
                }
                other => other,
            };
            let head = tried.head();
            if head.is_some() {
                self.0.answered.store(true, Ordering::Relaxed);
            }
            let throttled = head.is_some_and(|head| head.status == 429);
            let asked = head.and_then(|head| head.retry_after);
            course.counted += u32::from(!throttled || !self.is_getting_on(course));
            let wait = asked
                .unwrap_or_else(|| backoff(course.counted.max(1), inner.retries.load(Ordering::Relaxed)));
            let too_long = wait > inner.max_wait;

            let seen = tried.seen();
            let verdict = judge(seen, call.replay);
            let is_handed_back = call.method != Method::Get && !inner.retry_writes;
            // A wait that the service asks for applies to all requests of the client.
            let shared = asked.is_some() || (throttled && verdict == Verdict::Again);
            if throttled {
                pass.too_many(wait);
            }
            if shared && !too_long {
                pass.pause(wait);
            }
            drop(pass);
            course.lost |= may_have_acted(seen);
            if verdict != Verdict::Again || too_long || course.counted >= self.patience(&tried) {
                let too_long = (too_long && verdict == Verdict::Again).then_some(wait);
                return Err(failure::of_try(call, *course, tried, verdict, too_long));
            }
            if shared || !is_handed_back {
                self.tell(|| Notice::Waiting {
                    duration: wait,
                    reason: reason(&tried),
                    attempt: course.sent,
                });
            }
            if is_handed_back {
                return Err(failure::of_try(call, *course, tried, verdict, None));
            }
            if !shared {
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Returns the number of attempts. If the service never answered this client, the address is probably
    /// wrong, and the user should not have to wait.
    fn patience(&self, tried: &Tried) -> u32 {
        if let Tried::NotSent(Silence { cause: Some(cause), .. }) = tried
            && cause.is_lasting()
        {
            return 1;
        }
        let stranger = matches!(tried, Tried::NotSent(_)) && !self.0.answered.load(Ordering::Relaxed);
        if stranger { self.0.max_attempts.min(FIRST_CONTACT) } else { self.0.max_attempts }
    }

    /// Counts an attempt and announces it.
    fn announce(&self, call: &Call, course: &mut Course) {
        course.sent += 1;
        if course.sent > 1 {
            self.0.retries.fetch_add(1, Ordering::Relaxed);
        }
        self.tell(|| Notice::Sent {
            method: call.method,
            path: call.shown_path.clone(),
            attempt: course.sent,
        });
    }

    fn keep_date(&self, head: &Head) {
        if let Some(date) = head.date {
            let is_fixed = head.has_fixed_clock && self.0.base_url.is_loopback();
            self.0.clock.take(date, Instant::now(), is_fixed);
        }
    }

    /// Returns whether other requests got through since this one was last throttled: then the service is
    /// busy with this client, not closed to it, and the attempt does not count, up to a limit.
    fn is_getting_on(&self, course: &mut Course) -> bool {
        let successes = self.0.gate.successes();
        let others_got_through = successes > std::mem::replace(&mut course.progress, successes);
        others_got_through && course.sent < self.0.max_attempts.saturating_mul(UNCOUNTED_PER_COUNTED)
    }

    fn tell(&self, notice: impl FnOnce() -> Notice) {
        if let Some(listener) = &self.0.notices {
            listener(notice());
        }
    }
}

/// Returns the `type` of an object, if it has one.
fn kind_of(body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    serde_json::from_slice(body).ok().map(|typed: Typed| typed.kind)
}

fn may_have_acted(seen: Seen<'_>) -> bool {
    match seen {
        Seen::Lost | Seen::BrokenOff | Seen::OddSuccess => true,
        Seen::Answered { status: 408 | 500.., error_code, .. } => error_code != Some(NOTHING_WAS_DONE),
        Seen::NotSent | Seen::Answered { .. } => false,
    }
}

fn reason(tried: &Tried) -> String {
    match tried {
        Tried::NotSent(_) => "no connection".to_owned(),
        Tried::Lost(_) => "no answer".to_owned(),
        Tried::BrokenOff(..) => "the answer was incomplete".to_owned(),
        Tried::Success(head, _) | Tried::TooLarge(head) | Tried::Refused(head, _) => {
            format!("status {}", head.status)
        }
    }
}
