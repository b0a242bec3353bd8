//! Starts rounds when they are due: at most four at once, the longest waiting first.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::child::Stop;
use crate::health::Health;
use crate::schedule::{self, Last};

/// How many rounds run at once.
pub(crate) const AT_ONCE: usize = 4;
/// How often decisions and due rounds are looked for.
const TURN: Duration = Duration::from_secs(1);
/// How often the hook can start rounds early.
const HOOK: Duration = Duration::from_mins(1);
/// A round plans and applies at most three times, each in a child that is killed after 11 minutes.
const LONGEST_ROUND: Duration = Duration::from_hours(2);

/// What the scheduler schedules.
pub(crate) trait Work: Send + Sync + 'static {
    /// Runs a round. `is_asked` is whether somebody asked for it, so that the source is fetched again.
    fn round(self: Arc<Self>, name: String, is_asked: bool) -> BoxFuture<'static, Last>;
    /// Returns whether somebody asked for a round, and forgets that.
    fn take_run(&self, name: &str) -> bool;
    /// Returns the time to the round that was planned before this process started.
    fn planned_before(&self, name: &str) -> Duration;
    /// Remembers when the next round is due.
    fn plan(&self, name: &str, wait: Duration);
}

struct Slot {
    due: Instant,
    /// The earliest time at which a hook starts a round: the pace that the service allows.
    earliest: Instant,
    started: Instant,
    is_running: bool,
    /// Somebody asked for the next round.
    is_asked: bool,
    /// A person did, who does not wait for the pace.
    is_urgent: bool,
    /// The number of requests of the last round.
    requests: u64,
}

impl Slot {
    fn new(start: Instant, due: Instant) -> Self {
        let (is_running, is_asked, is_urgent) = (false, false, false);
        Self { due, earliest: start, started: start, is_running, is_asked, is_urgent, requests: 0 }
    }

    /// A hook asks for the next round.
    fn hook(&mut self) {
        self.is_asked = true;
        self.due = self.due.min(self.earliest.max(Instant::now()));
    }

    /// A person asks for the next round.
    fn run(&mut self) {
        (self.due, self.is_asked, self.is_urgent) = (Instant::now(), true, true);
    }
}

/// A schedule of rounds.
pub(crate) struct Scheduler<W> {
    pub(crate) work: Arc<W>,
    pub(crate) names: Vec<String>,
    pub(crate) every: Duration,
    pub(crate) health: Arc<Health>,
    /// Told by the hook.
    pub(crate) hook: Arc<Notify>,
    pub(crate) stop: Stop,
}

impl<W: Work> Scheduler<W> {
    /// Runs rounds until this process is asked to stop; then waits for those that run.
    pub(crate) async fn run(mut self) {
        let start = Instant::now();
        let slot = |name: &String| {
            let due = start + self.work.planned_before(name).min(self.every * 2);
            (name.clone(), Slot::new(start, due))
        };
        let mut slots: BTreeMap<String, Slot> = self.names.iter().map(slot).collect();
        let mut running: JoinSet<(String, Last)> = JoinSet::new();
        let (mut may_hook, mut is_hooked) = (start, false);
        while *self.stop.borrow() == 0 {
            let is_overdue = |slot: &Slot| slot.is_running && slot.started.elapsed() > LONGEST_ROUND;
            if !slots.values().any(is_overdue) {
                self.health.turned();
            }
            if is_hooked && Instant::now() >= may_hook {
                (may_hook, is_hooked) = (Instant::now() + HOOK, false);
                slots.values_mut().for_each(Slot::hook);
            }
            for (name, slot) in &mut slots {
                if self.work.take_run(name) {
                    slot.run();
                }
            }
            self.start(&mut slots, &mut running);
            tokio::select! {
                Some(ended) = running.join_next() => {
                    if let Ok((name, last)) = ended { self.ended(&mut slots, &name, last); }
                }
                () = sleep(TURN) => {}
                () = self.hook.notified() => is_hooked = true,
                _ = self.stop.changed() => {}
            }
        }
        while let Ok(Some(_)) = tokio::time::timeout(LONGEST_ROUND, running.join_next()).await {
            self.health.turned();
        }
    }

    /// Starts the rounds that are due, the longest waiting first.
    fn start(&self, slots: &mut BTreeMap<String, Slot>, running: &mut JoinSet<(String, Last)>) {
        let now = Instant::now();
        let mut due: Vec<(&String, &mut Slot)> =
            slots.iter_mut().filter(|(_, slot)| !slot.is_running && slot.due <= now).collect();
        due.sort_by_key(|(_, slot)| slot.due);
        for (name, slot) in due.into_iter().take(AT_ONCE.saturating_sub(running.len())) {
            (slot.is_running, slot.started, slot.is_urgent) = (true, now, false);
            let (name, is_asked) = (name.clone(), std::mem::take(&mut slot.is_asked));
            let round = Arc::clone(&self.work).round(name.clone(), is_asked);
            running.spawn(async move { (name, round.await) });
        }
    }

    fn ended(&self, slots: &mut BTreeMap<String, Slot>, name: &str, mut last: Last) {
        let Some(slot) = slots.get_mut(name) else { return };
        if last.is_partial {
            // As many as before, if not more.
            last.requests = last.requests.max(slot.requests);
        }
        slot.requests = last.requests;
        slot.is_running = false;
        slot.earliest = Instant::now() + schedule::pace(last);
        let wait = match (slot.is_asked, slot.is_urgent) {
            // Asked for while it ran: the next one starts as soon as it may.
            (true, true) => Duration::ZERO,
            (true, false) => schedule::pace(last),
            (false, _) => schedule::wait(self.every, last, jitter(name)),
        };
        slot.due = Instant::now() + wait;
        self.work.plan(name, wait);
    }
}

/// Returns a random number from -1 to 1.
fn jitter(name: &str) -> f64 {
    let random = RandomState::new().hash_one(name);
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX) * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::watch;

    use super::*;
    use crate::reason::Reason;

    /// Rounds that take some time, and how they end.
    struct Fake {
        start: Instant,
        takes: Duration,
        ends: fn(&str) -> Reason,
        /// Each round: the second of its start, its name, whether somebody asked for it.
        rounds: Mutex<Vec<(u64, String, bool)>>,
        most: Mutex<(usize, usize)>,
        asked: Mutex<Vec<String>>,
    }

    impl Work for Fake {
        fn round(self: Arc<Self>, name: String, is_asked: bool) -> BoxFuture<'static, Last> {
            Box::pin(async move {
                let at = self.start.elapsed().as_secs();
                self.rounds.lock().unwrap().push((at, name.clone(), is_asked));
                let running = {
                    let mut most = self.most.lock().unwrap();
                    most.0 += 1;
                    most.1 = most.1.max(most.0);
                    most.0
                };
                assert!(running <= AT_ONCE);
                let takes = match name.get(..5) {
                    Some("hangs") => Duration::from_mins(11),
                    Some("never") => Duration::MAX,
                    _ => self.takes,
                };
                sleep(takes).await;
                self.most.lock().unwrap().0 -= 1;
                let reason = (self.ends)(&name);
                let requests = if name.starts_with("large") { 400 } else { 10 };
                let retry_after = (name == "throttled").then_some(Duration::from_mins(14));
                let is_partial = name == "large-killed" && self.start.elapsed() > Duration::from_secs(5);
                let requests = if is_partial { 0 } else { requests };
                Last { reason, requests, is_partial, failures: u32::from(reason.is_passing()), retry_after }
            })
        }

        fn take_run(&self, name: &str) -> bool {
            let mut asked = self.asked.lock().unwrap();
            let found = asked.iter().position(|asked| asked == name);
            found.map(|at| asked.remove(at)).is_some()
        }

        fn planned_before(&self, _: &str) -> Duration {
            Duration::ZERO
        }

        fn plan(&self, _: &str, _: Duration) {}
    }

    struct Running {
        work: Arc<Fake>,
        hook: Arc<Notify>,
        health: Arc<Health>,
        _stop: watch::Sender<u8>,
    }

    fn running(names: &[&str], takes: u64, ends: fn(&str) -> Reason) -> Running {
        let (start, takes) = (Instant::now(), Duration::from_secs(takes));
        let (rounds, most, asked) = (Mutex::default(), Mutex::default(), Mutex::default());
        let work = Arc::new(Fake { start, takes, ends, rounds, most, asked });
        let (stop_now, stop) = watch::channel(0);
        let (health, hook) = (Arc::new(Health::new()), Arc::new(Notify::new()));
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let every = Duration::from_mins(10);
        let scheduler = Scheduler {
            work: Arc::clone(&work),
            names,
            every,
            health: Arc::clone(&health),
            hook: Arc::clone(&hook),
            stop,
        };
        tokio::spawn(scheduler.run());
        Running { work, hook, health, _stop: stop_now }
    }

    impl Running {
        fn starts(&self, name: &str) -> Vec<u64> {
            let rounds = self.work.rounds.lock().unwrap();
            rounds.iter().filter(|(_, is, _)| is == name).map(|(at, ..)| *at).collect()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn rounds_repeat_with_a_tenth_of_jitter() {
        let running = running(&["acme"], 5, |_| Reason::InSync);
        sleep(Duration::from_hours(10)).await;
        let starts = running.starts("acme");
        assert!((54..=68).contains(&starts.len()), "{}", starts.len());
        let gaps: Vec<u64> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| (545..=667).contains(gap)), "{gaps:?}");
        assert!(gaps.iter().any(|gap| *gap != gaps[0]), "{gaps:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn organizations_that_hang_delay_others_by_their_slots_only() {
        let names = ["hangs1", "hangs2", "hangs3", "one", "three", "two"];
        let running = running(&names, 20, |_| Reason::InSync);
        sleep(Duration::from_secs(65)).await;
        assert_eq!(running.starts("one"), [0]);
        // One slot is left for these three.
        assert!(running.starts("three")[0] <= 21 && running.starts("two")[0] <= 42);
        sleep(Duration::from_hours(24)).await;
        for name in ["one", "two", "three"] {
            assert!(running.starts(name).len() > 100, "{name}: {}", running.starts(name).len());
        }
        assert_eq!(running.work.most.lock().unwrap().1, AT_ONCE);
    }

    #[tokio::test(start_paused = true)]
    async fn requests_stay_below_a_fifth_of_the_limit_whatever_the_service_answers() {
        let ends = |name: &str| {
            if name == "large" { Reason::InSync } else { Reason::ServiceUnavailable }
        };
        let names = ["failing", "large", "large-failing", "large-killed", "throttled"];
        let running = running(&names, 1, ends);
        sleep(Duration::from_hours(24)).await;
        let a_day = 24.0 * 60.0;
        for (name, requests) in
            [("failing", 10.0), ("large", 400.0), ("large-failing", 400.0), ("large-killed", 400.0)]
        {
            let rounds = u32::try_from(running.starts(name).len()).unwrap();
            // The first round is free.
            let a_minute = requests * f64::from(rounds - 1) / a_day;
            assert!(rounds > 10 && a_minute <= 20.0, "{name}: {a_minute}");
        }
        let throttled = running.starts("throttled");
        assert!(throttled.windows(2).all(|pair| pair[1] - pair[0] >= 14 * 60), "{throttled:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_hundred_hooks_start_one_round_a_minute() {
        let running = running(&["acme"], 1, |_| Reason::InSync);
        sleep(Duration::from_secs(5)).await;
        for _ in 0..100 {
            running.hook.notify_one();
            sleep(Duration::from_millis(100)).await;
        }
        sleep(Duration::from_secs(40)).await;
        assert_eq!(running.starts("acme").len(), 2, "{:?}", running.starts("acme"));
        sleep(Duration::from_secs(30)).await;
        assert_eq!(running.starts("acme").len(), 3, "those after the first start one more");
        assert!(running.work.rounds.lock().unwrap()[1].2, "the source is fetched again");
    }

    #[tokio::test(start_paused = true)]
    async fn hooks_keep_the_pace_of_the_service_and_a_person_does_not_wait_for_it() {
        let ends = |name: &str| if name == "throttled" { Reason::ServiceUnavailable } else { Reason::InSync };
        let running = running(&["acme", "large", "throttled"], 5, ends);
        for _ in 0..24 * 60 {
            running.hook.notify_one();
            sleep(Duration::from_mins(1)).await;
        }
        assert!(running.starts("acme").len() > 1000, "{}", running.starts("acme").len());
        for (name, least) in [("large", 20 * 60), ("throttled", 14 * 60)] {
            let starts = running.starts(name);
            assert!(starts.len() > 24, "{name}: {starts:?}");
            assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= least), "{name}: {starts:?}");
        }
        let before = running.starts("large").len();
        running.work.asked.lock().unwrap().push("large".to_owned());
        sleep(Duration::from_secs(3)).await;
        assert_eq!(running.starts("large").len(), before + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_round_that_somebody_asks_for_starts_within_a_turn() {
        let running = running(&["acme", "other"], 1, |_| Reason::InSync);
        sleep(Duration::from_secs(100)).await;
        running.work.asked.lock().unwrap().push("acme".to_owned());
        sleep(Duration::from_secs(3)).await;
        assert_eq!((running.starts("acme").len(), running.starts("other").len()), (2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_controller_is_alive_while_everything_hangs() {
        let running = running(&["hangs1", "hangs2", "hangs3", "hangs4", "hangs5"], 1, |_| Reason::InSync);
        for _ in 0..120 {
            sleep(Duration::from_secs(30)).await;
            assert!(running.health.is_alive());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_controller_is_not_alive_if_a_round_outlives_the_limits_of_its_children() {
        let running = running(&["never"], 1, |_| Reason::InSync);
        sleep(Duration::from_mins(100)).await;
        assert!(running.health.is_alive());
        sleep(Duration::from_mins(30)).await;
        assert!(!running.health.is_alive());
    }
}
