//! Logs, on standard error: `-v` and `RUST_LOG`.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn};

use crate::tally::Tally;
use crate::world::World;

/// Logs until it is dropped.
///
/// Only messages of our own crates are logged, whatever `RUST_LOG` asks for: HTTP libraries log headers at their
/// finest level, and a credential is sent in one.
pub(crate) fn start(
    verbose: u8,
    tally: Option<Tally>,
    world: &World,
) -> Option<tracing::subscriber::DefaultGuard> {
    let level = match verbose {
        0 => None,
        1 => Some("debug"),
        _ => Some("trace"),
    };
    let directives = world.var("RUST_LOG").or(level);
    if let Some(tally) = tally {
        // A program reads the output: it gets no log.
        return Some(tracing::subscriber::set_default(tracing_subscriber::registry().with(tally)));
    }
    let directives = directives?;
    let wanted = EnvFilter::builder().parse_lossy(directives);
    let ours = filter_fn(|metadata| metadata.target().starts_with("bylaws"));
    let errors = world.streams.errors.clone();
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(world.style.is_on())
        .with_writer(move || Shared(errors.clone()))
        .with_filter(wanted)
        .with_filter(ours);
    Some(tracing::subscriber::set_default(tracing_subscriber::registry().with(lines)))
}

/// Runs a function and logs its duration, for `-v`.
pub(crate) fn timed<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    tracing::debug!(milliseconds = start.elapsed().as_millis(), "{what}");
    result
}

/// A stream that several writers share.
pub(crate) struct Shared<W: ?Sized>(pub(crate) Arc<Mutex<W>>);

impl<W: Write + ?Sized> Write for Shared<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().map_or(Ok(bytes.len()), |mut stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().map_or(Ok(()), |mut stream| stream.flush())
    }
}
