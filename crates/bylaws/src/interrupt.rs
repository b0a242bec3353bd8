//! Ctrl-C and the signals by which CI systems and terminals end a run. The first finishes the requests in flight, the
//! second stops immediately.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits for the next signal that asks to end; returns false if signals cannot be received.
pub(crate) async fn signalled() -> bool {
    Signals::new().next().await
}

/// The signals that ask to end. They are received from construction on, so none is lost between two waits.
struct Signals {
    #[cfg(unix)]
    unix: Option<Vec<tokio::signal::unix::Signal>>,
}

impl Signals {
    fn new() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
            Self { unix: kinds.into_iter().map(|kind| signal(kind).ok()).collect() }
        }
        #[cfg(not(unix))]
        Self {}
    }

    async fn next(&mut self) -> bool {
        #[cfg(unix)]
        if let Some(signals) = &mut self.unix {
            let caught = signals.iter_mut().map(|signal| Box::pin(signal.recv()));
            return futures::future::select_all(caught).await.0.is_some();
        }
        tokio::signal::ctrl_c().await.is_ok()
    }
}

/// Whether a signal asked to stop.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens until the task is aborted. Calls `first` on the first Ctrl-C and `second` on the second.
    pub(crate) fn listen(
        first: impl FnOnce() + Send + 'static,
        second: impl FnOnce() + Send + 'static,
    ) -> (Self, tokio::task::JoinHandle<()>) {
        let interrupt = Self::default();
        let flag = interrupt.clone();
        let mut signals = Signals::new();
        let task = tokio::spawn(async move {
            if signals.next().await {
                flag.0.store(true, Ordering::SeqCst);
                first();
            }
            if signals.next().await {
                second();
            }
        });
        (interrupt, task)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
