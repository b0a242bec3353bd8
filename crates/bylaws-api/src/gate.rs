//! Concurrency limit and shared back-off of a client. Independent of what is sent.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::pace::Pace;

/// Lets requests through one after another, in order of arrival.
///
/// After a pause the limit grows slowly: one request, then twice as many with every success. Otherwise a
/// rate limit would refuse all waiting requests again and again.
pub(crate) struct Gate {
    /// Only the first waiting request checks the state; the lock is fair, so the order is kept.
    line: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    changed: Notify,
    most: usize,
}

struct State {
    paused_until: Option<Instant>,
    window: usize,
    in_flight: usize,
    /// The number of pauses; successes of requests from before a pause do not raise the limit.
    pauses: u64,
    successes: u64,
    pace: Pace,
}

/// A permit for one request in flight; returned when dropped.
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    pauses: u64,
}

impl Gate {
    pub(crate) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            line: tokio::sync::Mutex::new(()),
            state: Mutex::new(State {
                paused_until: None,
                window: most,
                in_flight: 0,
                pauses: 0,
                successes: 0,
                pace: Pace::default(),
            }),
            changed: Notify::new(),
            most,
        }
    }

    /// Waits until there is no pause and a permit is free, and takes it if `is_wanted` is still true then.
    pub(crate) async fn enter_if(&self, is_wanted: &(dyn Fn() -> bool + Sync)) -> Option<Permit<'_>> {
        let _head_of_the_line = self.line.lock().await;
        loop {
            let pause = {
                let mut state = self.state();
                match state.paused_until.max(state.pace.next()) {
                    Some(until) if until > Instant::now() => Some(until),
                    _ if state.in_flight < state.window => {
                        state.in_flight += 1;
                        let permit = Permit { gate: self, pauses: state.pauses };
                        drop(state);
                        // Called outside the lock, because it may call this limiter.
                        if !is_wanted() {
                            return None;
                        }
                        self.state().pace.sent(Instant::now());
                        return Some(permit);
                    }
                    _ => None,
                }
            };
            match pause {
                Some(until) => sleep_until(until).await,
                None => self.changed.notified().await,
            }
        }
    }

    /// Returns the time between two requests, as learnt from refusals.
    pub(crate) fn gap(&self) -> Duration {
        self.state().pace.gap()
    }

    /// Returns how many requests have succeeded so far.
    pub(crate) fn successes(&self) -> u64 {
        self.state().successes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding the lock, and each update is complete in itself, so a poisoned lock
        // is safe to use.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// Records that a request was throttled: the gap between requests grows.
    pub(crate) fn too_many(&self, wait: Duration) {
        let mut state = self.gate.state();
        // Requests that were sent together are refused together, which counts once.
        if self.pauses == state.pauses {
            state.pace.too_many(Instant::now(), wait);
        }
    }

    /// Starts a pause that the service asked for: nothing is sent before it is over.
    pub(crate) fn pause(&self, wait: Duration) {
        let mut state = self.gate.state();
        let until = Instant::now().checked_add(wait);
        state.paused_until = state.paused_until.max(until);
        if self.pauses == state.pauses {
            state.pauses += 1;
            state.window = 1;
        }
    }

    /// Records that a request succeeded.
    pub(crate) fn succeeded(&self) {
        let mut state = self.gate.state();
        state.successes += 1;
        state.pace.succeeded();
        if self.pauses == state.pauses {
            state.window = state.window.saturating_mul(2).min(self.gate.most);
            drop(state);
            self.gate.changed.notify_one();
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.gate.state().in_flight -= 1;
        self.gate.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const SOON: Duration = Duration::from_millis(50);

    impl Gate {
        async fn enter(&self) -> Permit<'_> {
            self.enter_if(&|| true).await.expect("the condition holds")
        }
    }

    async fn is_open(gate: &Gate) -> bool {
        tokio::time::timeout(SOON, gate.enter()).await.is_ok()
    }

    #[tokio::test]
    async fn at_most_the_limit_is_in_flight() {
        let gate = Gate::new(2);
        let first = gate.enter().await;
        let _second = gate.enter().await;
        assert!(!is_open(&gate).await);
        drop(first);
        assert!(is_open(&gate).await);
    }

    #[tokio::test]
    async fn a_pause_holds_all_requests_until_it_is_over() {
        let gate = Gate::new(10);
        let start = Instant::now();
        gate.enter().await.pause(Duration::from_millis(200));
        gate.enter().await.pause(Duration::ZERO);
        assert!(start.elapsed() >= Duration::from_millis(200));
    }

    #[tokio::test]
    async fn a_shorter_pause_does_not_shorten_a_longer_one() {
        let gate = Gate::new(10);
        let (one, two) = (gate.enter().await, gate.enter().await);
        one.pause(Duration::from_millis(200));
        two.pause(Duration::from_millis(10));
        drop((one, two));
        assert!(!is_open(&gate).await);
    }

    #[tokio::test]
    async fn after_a_pause_the_limit_grows_with_each_success() {
        let gate = Gate::new(8);
        gate.enter().await.pause(Duration::ZERO);
        let probe = gate.enter().await;
        assert!(!is_open(&gate).await, "one request is sent first");
        probe.succeeded();
        drop(probe);
        let both = (gate.enter().await, gate.enter().await);
        assert!(!is_open(&gate).await, "then two");
        both.0.succeeded();
        both.1.succeeded();
        assert!(is_open(&gate).await, "then more");
    }

    #[tokio::test]
    async fn successes_from_before_a_pause_do_not_raise_the_limit() {
        let gate = Gate::new(8);
        let (early, refused) = (gate.enter().await, gate.enter().await);
        refused.pause(Duration::ZERO);
        early.succeeded();
        assert_eq!(gate.successes(), 1);
        drop((early, refused));
        let _probe = gate.enter().await;
        assert!(!is_open(&gate).await);
    }

    #[tokio::test]
    async fn an_unwanted_request_takes_no_permit_and_may_call_the_limiter() {
        let gate = Gate::new(1);
        assert!(gate.enter_if(&|| gate.gap() > Duration::ZERO).await.is_none());
        assert!(gate.enter_if(&|| gate.gap().is_zero()).await.is_some());
        assert!(is_open(&gate).await);
    }

    #[tokio::test]
    async fn all_requests_get_through_eventually() {
        let gate = Arc::new(Gate::new(3));
        let done = Arc::new(AtomicUsize::new(0));
        let tasks: Vec<_> = (0..50)
            .map(|n| {
                let (gate, done) = (Arc::clone(&gate), Arc::clone(&done));
                tokio::spawn(async move {
                    let permit = gate.enter().await;
                    tokio::task::yield_now().await;
                    if n % 10 == 0 {
                        permit.pause(Duration::from_millis(5));
                    } else {
                        permit.succeeded();
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("finishes");
        }
        assert_eq!(done.load(Ordering::Relaxed), 50);
    }
}
