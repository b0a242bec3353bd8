//! Progress for people on standard error: one moving line on a terminal, and a line for every finished step.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bylaws_api::Notice;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::world::World;

/// The interval at which the line is redrawn while nothing else happens.
const TICK: Duration = Duration::from_millis(120);

/// Shorter waits end before a person could read the reason.
const WORTH_SAYING: Duration = Duration::from_secs(1);

/// Returns an estimate of the remaining time, or nothing while it would be unreliable.
pub(crate) fn time_left(elapsed: Duration, done: usize, total: usize) -> Option<String> {
    let done = u32::try_from(done).ok().filter(|done| *done >= 3)?;
    let left = u32::try_from(total).ok()?.checked_sub(done)?;
    let seconds = (elapsed / done).saturating_mul(left).as_secs();
    match (seconds / 60, seconds % 60) {
        (0, 0..=1) => None,
        (0, seconds) => Some(format!("{seconds} s left")),
        (minutes, seconds) => Some(format!("{minutes} min {seconds:02} s left")),
    }
}

/// Progress of one run; clones show the same line.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    errors: Arc<Mutex<dyn Write + Send>>,
    /// Whether there is a moving line: a person is watching.
    pub(crate) drawn: bool,
    style: Style,
    width: Option<usize>,
    pause: Arc<Mutex<Option<Pause>>>,
}

/// A wait that the service or a failed request requires.
struct Pause {
    until: Instant,
    reason: String,
}

impl Progress {
    pub(crate) fn new(world: &World) -> Self {
        let drawn = world.shows_progress();
        let (bar, pause) = (world.bar.clone(), Arc::new(Mutex::new(None)));
        if drawn {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pause}{wide_msg}") {
                let pause = pause.clone();
                let show = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                    let _ = out.write_str(&countdown(&pause));
                };
                bar.set_style(style.with_key("pause", show));
            }
        }
        Self {
            bar,
            errors: world.streams.errors.clone(),
            drawn,
            style: world.style,
            width: world.errors_width,
            pause,
        }
    }

    /// Returns colors if a person is watching.
    pub(crate) fn style(&self) -> Style {
        if self.drawn { self.style } else { Style::plain() }
    }

    /// Sets the current step.
    pub(crate) fn say(&self, text: impl Into<String>) {
        if self.drawn {
            if self.bar.is_finished() {
                self.bar.reset();
                self.bar.enable_steady_tick(TICK);
            }
            self.bar.set_message(text.into());
        }
    }

    /// Prints a line that stays, with or without a terminal: a log must show how far a run got, even if the run is
    /// killed.
    pub(crate) fn keep(&self, text: &str) {
        let lines = Lines::from(text);
        let text = self.width.map_or_else(|| lines.to_string(), |width| lines.fitted(width));
        if let Ok(mut errors) = self.errors.lock() {
            let _ = errors.write_all(text.as_bytes()).and_then(|()| errors.flush());
        }
    }

    /// Hides the line so that other output can follow. The next step shows it again.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Shows why a request waits: on the moving line while it does, or as a line of the log.
    pub(crate) fn notice(&self, notice: &Notice) {
        let Notice { duration, reason, attempt } = notice;
        let paused_milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(paused_milliseconds, "paused");
        if *duration < WORTH_SAYING {
            return;
        }
        let reason = format!("{reason}, try {attempt}");
        if !self.drawn {
            let seconds = duration.as_secs_f64().ceil();
            self.keep(&format!("waiting {seconds} s before trying again ({reason})"));
        } else if let Ok(mut pause) = self.pause.lock() {
            *pause = Some(Pause { until: Instant::now() + *duration, reason });
        }
    }
}

/// Returns `waiting 12 s (too many requests, try 2); `, or nothing after the wait.
fn countdown(pause: &Mutex<Option<Pause>>) -> String {
    let Ok(pause) = pause.lock() else { return String::new() };
    let left =
        pause.as_ref().map(|pause| (pause.until.saturating_duration_since(Instant::now()), &pause.reason));
    match left {
        Some((left, reason)) if !left.is_zero() => {
            format!("waiting {} s ({reason}); ", left.as_secs_f64().ceil())
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_counts_down_and_then_disappears() {
        let wait = |until| countdown(&Mutex::new(Some(Pause { until, reason: "busy, try 2".to_owned() })));
        let now = Instant::now();
        assert_eq!(wait(now + Duration::from_millis(11_500)), "waiting 12 s (busy, try 2); ");
        assert_eq!(wait(now), "");
        assert_eq!(countdown(&Mutex::new(None)), "");
    }

    #[test]
    fn the_remaining_time_is_extrapolated_from_the_finished_steps() {
        let after = |seconds, done, total| time_left(Duration::from_secs(seconds), done, total);
        for (seconds, done, total, expected) in [
            (10, 0, 10, None),
            (10, 2, 10, None),
            (10, 5, 10, Some("10 s left")),
            (100, 5, 10, Some("1 min 40 s left")),
            (1, 5, 10, None),
            (600, 10, 10, None),
            (600, 11, 10, None),
        ] {
            assert_eq!(after(seconds, done, total).as_deref(), expected, "{done} of {total} in {seconds} s");
        }
    }
}
