//! Ctrl-C, and the signals by which CI systems and terminals end a run: the first finishes what is
//! in flight, the second stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits for the next signal that asks to end; false where none can be waited for.
pub(crate) async fn signalled() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut hang_up)) =
            (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
        {
            return tokio::select! {
                caught = tokio::signal::ctrl_c() => caught.is_ok(),
                caught = terminate.recv() => caught.is_some(),
                caught = hang_up.recv() => caught.is_some(),
            };
        }
    }
    tokio::signal::ctrl_c().await.is_ok()
}

/// Set once somebody asked to stop.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens until the returned value is dropped with its task. `second` runs on the second Ctrl-C.
    pub(crate) fn listen(second: impl FnOnce() + Send + 'static) -> (Self, tokio::task::JoinHandle<()>) {
        let interrupt = Self::default();
        let flag = interrupt.clone();
        let task = tokio::spawn(async move {
            if signalled().await {
                flag.0.store(true, Ordering::SeqCst);
            }
            if signalled().await {
                second();
            }
        });
        (interrupt, task)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
