//! Earlier states of the organization, for stale reads. The fault rules decide which reads are stale, after
//! which writes, and for how long.

use std::time::Duration;

use tokio::time::Instant;

use crate::state::State;

/// The states that writes replaced, oldest first. Empty unless a rule makes reads stale.
#[derive(Debug, Default)]
pub(crate) struct History {
    replaced: Vec<Replaced>,
}

#[derive(Debug)]
struct Replaced {
    state: State,
    at: Instant,
    /// Until then every read sees this state.
    shown_until: Instant,
    kept_until: Instant,
}

impl History {
    /// Stores the state that a write replaces. All reads see it for `shown_for`; stale reads may see it for
    /// `kept_for`.
    pub(crate) fn record(&mut self, state: State, now: Instant, shown_for: Duration, kept_for: Duration) {
        // States that no read can see any more are not kept.
        self.replaced.retain(|replaced| replaced.kept_until > now);
        let after = |time| now.checked_add(time).unwrap_or(now);
        let kept_until = after(shown_for.max(kept_for));
        self.replaced.push(Replaced { state, at: now, shown_until: after(shown_for), kept_until });
    }

    /// Returns the earlier state that a read with this lag sees; `None` for the present one.
    pub(crate) fn seen(&self, now: Instant, lag: Duration) -> Option<&State> {
        let seen = |replaced: &&Replaced| {
            replaced.shown_until > now || now.saturating_duration_since(replaced.at) < lag
        };
        self.replaced.iter().find(seen).map(|replaced| &replaced.state)
    }

    pub(crate) fn clear(&mut self) {
        self.replaced.clear();
    }
}
