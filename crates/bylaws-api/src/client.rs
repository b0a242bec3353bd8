//! The single place that sends requests: sends, decides, waits and retries until an answer is final.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use serde::de::DeserializeOwned;

use crate::access_token::Token;
use crate::authorization::Authorization;
use crate::exchange::Exchange;
use crate::failure::{self, Course};
use crate::gate::Gate;
use crate::request::Call;
use crate::retry::{Decision, backoff, decide, may_have_acted};
use crate::service_clock::ServiceClock;
use crate::transport::Transport;
use crate::tried::{Failed, Head, NoAnswer};
use crate::{Cause, Config, Counts, Credential, Error, Method, Notice, Request};

/// The number of attempts if the service has never answered.
const FIRST_CONTACT: u32 = 3;
const NOT_SENT: &str = "the request was not sent";
const NEEDS_TOKEN: &str = "the service accepts only an OAuth token with `org:admin` here, from ANTHROPIC_ORG_TOKEN; the \
                           credential is an admin key";

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
    /// The length of the answer in bytes.
    pub(crate) bytes: usize,
}

/// The state shared by readers and writers. Clones share one limiter and one set of counts.
pub(crate) struct Client {
    transport: Transport,
    /// Requests access tokens, if the credential is exchanged for them.
    exchange: Exchange,
    config: Config,
    pub(crate) gate: Gate,
    reads: AtomicU64,
    retries: AtomicU64,
    writes: AtomicU64,
    /// Whether the service has answered anything yet.
    answered: AtomicBool,
    pub(crate) clock: ServiceClock,
}

impl Client {
    pub(crate) fn new(config: Config) -> Result<Arc<Self>, Error> {
        let transport = Transport::new(&config).map_err(|no_answer| {
            failure::of_setup(no_answer).at(&config.base_url, config.credential.prefix(), false, true)
        })?;
        Ok(Arc::new(Self {
            exchange: Exchange::new(&transport, &config),
            transport,
            gate: Gate::new(config.max_in_flight),
            config,
            reads: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            answered: AtomicBool::new(false),
            clock: ServiceClock::default(),
        }))
    }

    /// Sends a request until an answer is final.
    pub(crate) async fn send<T: DeserializeOwned>(&self, request: &Request<T>) -> Result<Answer<T>, Error> {
        let sent = self.send_if(request, &|| true).await?;
        // The condition always holds, so the request is always sent.
        sent.ok_or_else(|| self.protocol_error(request, None, NOT_SENT))
    }

    /// Sends a request when its turn comes, if `may_be_sent` is still true then; `None` if not.
    pub(crate) async fn send_if<T: DeserializeOwned>(
        &self,
        request: &Request<T>,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Answer<T>>, Error> {
        let mut course = self.course(request);
        let answer = match self.exchange(&mut course, may_be_sent).await {
            Ok(Some((head, body))) => self.read(&course, head, &body).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        answer.map_err(|error| self.placed(request, error))
    }

    fn course<'a, T>(&self, request: &'a Request<T>) -> Course<'a> {
        let path = self.transport.secrets.clean(&request.display_path());
        let progress = self.gate.successes();
        Course { call: request, path, sent: 0, counted: 0, lost: false, progress }
    }

    /// Returns the second credential, if there is one.
    pub(crate) fn org_token(&self) -> Option<&Credential> {
        self.config.org_token.as_ref()
    }

    /// Returns the credential to send a request with; `None` if the request needs a token and there is none.
    fn credential(&self, call: &Call) -> Option<&Credential> {
        let main = &self.config.credential;
        let token = || self.org_token().or_else(|| Some(main).filter(|main| main.is_token()));
        if call.needs_token { token() } else { Some(main) }
    }

    /// Returns the header for a request, and its token if that ends.
    async fn authorization(
        &self,
        credential: &Credential,
        course: &Course<'_>,
    ) -> Result<(Authorization, Option<Arc<Token>>), Error> {
        let token = match credential.source() {
            Some(source) => Some(self.exchange.token(source, course.call.method != Method::Get).await?),
            None => None,
        };
        let header = token.as_ref().map_or_else(|| credential.authorization(), |token| token.authorization());
        let header = header.ok_or_else(|| {
            failure::of_call(course, None, format!("{NOT_SENT}: the credential is not a header"), None)
        })?;
        Ok((header, token))
    }

    fn placed(&self, call: &Call, error: Error) -> Error {
        let Config { base_url, credential, org_token, .. } = &self.config;
        let used = self.credential(call).unwrap_or(credential);
        error.at(base_url, used.prefix(), call.needs_token && org_token.is_some(), self.gate.successes() == 0)
    }

    fn read<T: DeserializeOwned>(
        &self,
        course: &Course<'_>,
        head: Head,
        body: &[u8],
    ) -> Result<Answer<T>, Error> {
        let clean = |text: &str| self.transport.secrets.clean(text);
        if let Some(wanted) = course.call.answered_with
            && let Some(actual) = kind_of(body).filter(|actual| actual != wanted)
        {
            let actual = clean(&actual);
            let why = format!("the answer has the wrong type: its `type` is `{actual}`, not `{wanted}`");
            return Err(failure::of_odd_success(course, &head, why));
        }
        let value = serde_json::from_slice(body).map_err(|error| {
            let why = if error.is_data() {
                format!("the answer does not have the documented shape: {}", clean(&error.to_string()))
            } else {
                "the answer is not JSON".to_owned()
            };
            failure::of_odd_success(course, &head, why)
        })?;
        self.keep_date(&head);
        let Head { request_id, date, .. } = head;
        // A write has taken effect whatever its answer says about the day: the next request ends the run.
        match self.clock.contradiction().filter(|_| course.call.method == Method::Get) {
            Some(what) => Err(failure::of_call(course, request_id, what, Some(Cause::DaysDisagree))),
            None => Ok(Answer { value, request_id, date, bytes: body.len() }),
        }
    }

    /// Returns an error about answers that were each complete but contradict each other.
    pub(crate) fn protocol_error<T>(
        &self,
        request: &Request<T>,
        request_id: Option<String>,
        what: &str,
    ) -> Error {
        let what = self.transport.secrets.clean(what);
        self.placed(request, failure::of_call(&self.course(request), request_id, what, None))
    }

    /// Returns the error for two credentials of different organizations.
    pub(crate) fn organizations_differ<T>(&self, request: &Request<T>, main: &str, second: &str) -> Error {
        let what = format!(
            "the two credentials belong to different organizations: {}, and that of ANTHROPIC_ORG_TOKEN {}",
            self.transport.secrets.clean(main),
            self.transport.secrets.clean(second)
        );
        let cause = Some(Cause::OrganizationsDiffer);
        self.placed(request, failure::of_call(&self.course(request), None, what, cause))
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts {
            reads: self.reads.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
        }
    }

    /// Retries until there is a success with a complete body, or a final failure.
    /// Returns `None` if the request may no longer be sent when its turn comes.
    async fn exchange(
        &self,
        course: &mut Course<'_>,
        may_be_sent: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<(Head, Vec<u8>)>, Error> {
        let Self { config, gate, .. } = self;
        let call = course.call;
        call.check().map_err(|why| failure::of_call(course, None, format!("{NOT_SENT}: {why}"), None))?;
        if let Some(what) = self.clock.contradiction() {
            return Err(failure::of_call(course, None, what, Some(Cause::DaysDisagree)));
        }
        let credential = self.credential(call).ok_or_else(|| failure::of_permission(course, NEEDS_TOKEN))?;
        let is_write = call.method != Method::Get;
        let (mut was_rejected, mut is_checked) = (false, false);
        let counter = if is_write { &self.writes } else { &self.reads };
        counter.fetch_add(1, Ordering::Relaxed);
        loop {
            let (authorization, token) = self.authorization(credential, course).await?;
            let Some(pass) = gate.enter_if(may_be_sent).await else { return Ok(None) };
            // The request may have waited for its turn for so long that the token has to be renewed, if that is possible.
            let is_late = |token: &Token| !token.is_usable(is_write) || (token.is_due() && !is_checked);
            if token.as_deref().is_some_and(is_late) {
                is_checked = true;
                continue;
            }
            is_checked = false;
            course.sent += 1;
            self.retries.fetch_add(u64::from(course.sent > 1), Ordering::Relaxed);
            let tried = self.transport.attempt(call, &course.path, Some(&authorization)).await;
            let head = tried.as_ref().map_or_else(Failed::head, |(head, _)| Some(head));
            self.answered.fetch_or(head.is_some(), Ordering::Relaxed);
            let throttled = head.is_some_and(|head| head.status == 429);
            let asked = head.and_then(|head| head.retry_after);
            let failed = match tried {
                Ok(success) => {
                    pass.succeeded();
                    return Ok(Some(success));
                }
                Err(failed) => failed,
            };
            // The service did nothing, so a request with a new token is the first one, even if it is a write.
            if let Some((token, source)) = token.as_ref().zip(credential.source())
                && !was_rejected
                && failed.head().is_some_and(|head| head.status == 401 && !head.is_web_page)
            {
                drop(pass);
                was_rejected = true;
                source.reject(token).await;
                continue;
            }
            course.counted += u32::from(!throttled || !self.is_getting_on(course));
            let wait =
                asked.unwrap_or_else(|| backoff(course.counted.max(1), self.retries.load(Ordering::Relaxed)));
            let too_long = wait > config.max_wait;

            let decision = decide(&failed, call.replay);
            let is_handed_back = is_write && !config.retry_writes;
            // A wait that the service asks for applies to all requests of the client.
            let shared = asked.is_some() || (throttled && decision == Decision::Again);
            if throttled {
                pass.too_many(wait);
            }
            if shared && !too_long {
                pass.pause(wait);
            }
            drop(pass);
            course.lost |= may_have_acted(&failed);
            if decision != Decision::Again || too_long || course.counted >= self.patience(&failed) {
                let too_long = (too_long && decision == Decision::Again).then_some(wait);
                return Err(failure::of_try(course, failed, decision, too_long));
            }
            if let Some(listener) = config.notices.as_ref().filter(|_| shared || !is_handed_back) {
                listener(Notice { duration: wait, reason: reason(&failed), attempt: course.sent });
            }
            if is_handed_back {
                return Err(failure::of_try(course, failed, decision, None));
            }
            if !shared {
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Returns the number of attempts. If the service never answered this client, the address is probably
    /// wrong, and the user should not have to wait.
    fn patience(&self, failed: &Failed) -> u32 {
        let most = self.config.max_attempts;
        match failed {
            Failed::NotSent(NoAnswer { cause: Some(cause), .. }) if cause.is_lasting() => 1,
            Failed::NotSent(_) if !self.answered.load(Ordering::Relaxed) => most.min(FIRST_CONTACT),
            _ => most,
        }
    }

    fn keep_date(&self, head: &Head) {
        if let Some(date) = head.date {
            let is_fixed = head.has_fixed_clock && self.config.base_url.is_loopback();
            self.clock.take(date, Instant::now(), is_fixed);
        }
    }

    /// Returns whether other requests got through since this one was last throttled: then the service is
    /// busy with this client, not closed to it, and the attempt does not count, up to a limit.
    fn is_getting_on(&self, course: &mut Course<'_>) -> bool {
        let successes = self.gate.successes();
        let others_got_through = successes > std::mem::replace(&mut course.progress, successes);
        others_got_through && course.sent < self.config.max_attempts.saturating_mul(UNCOUNTED_PER_COUNTED)
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

fn reason(failed: &Failed) -> String {
    match failed {
        Failed::NotSent(_) => "no connection".to_owned(),
        Failed::Lost(_) => "no answer".to_owned(),
        Failed::BrokenOff(..) => "the answer was incomplete".to_owned(),
        Failed::TooLarge(head) | Failed::Refused(head, _) => format!("status {}", head.status),
    }
}
