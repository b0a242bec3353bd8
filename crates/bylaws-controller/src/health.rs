//! Whether the controller itself works, for `/livez`.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long the scheduler may take for one turn, which takes a second.
const LONGEST_TURN: Duration = Duration::from_mins(2);

/// When the scheduler turned last.
pub(crate) struct Health(Mutex<Instant>);

impl Health {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    pub(crate) fn turned(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).elapsed() < LONGEST_TURN
    }
}
