//! Ctrl-C: the first finishes what is in flight, the second stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set once somebody asked to stop.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens until the returned value is dropped with its task. `second` runs on the second Ctrl-C.
    pub(crate) fn listen(second: impl FnOnce() + Send + 'static) -> (Self, tokio::task::JoinHandle<()>) {
        let interrupt = Self::default();
        let flag = interrupt.clone();
        let task = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                flag.0.store(true, Ordering::SeqCst);
            }
            if tokio::signal::ctrl_c().await.is_ok() {
                second();
            }
        });
        (interrupt, task)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
