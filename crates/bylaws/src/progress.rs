//! What a person sees while a run works: one line that moves, and a line for every wait.
//! Goes to standard error; drawn only where somebody watches.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bylaws_api::Notice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::world::World;

/// How often the line moves while nothing else happens.
const TICK: Duration = Duration::from_millis(120);

/// How long the rest will take, judged by what is done; nothing where that says little yet.
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
    drawn: bool,
}

impl Progress {
    pub(crate) fn new(world: &World) -> Self {
        let drawn = world.shows_progress();
        let target = if drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            let style = if world.is_ascii() { style.tick_chars("|/-\\ ") } else { style };
            bar.set_style(style);
        }
        if drawn {
            bar.enable_steady_tick(TICK);
        }
        Self { bar, errors: world.streams.errors.clone(), drawn }
    }

    /// What is being done now.
    pub(crate) fn say(&self, text: impl Into<String>) {
        if self.drawn {
            if self.bar.is_finished() {
                self.bar.reset();
                self.bar.enable_steady_tick(TICK);
            }
            self.bar.set_message(text.into());
        }
    }

    /// Leaves a line behind where nothing is drawn: whoever reads a log must see how far a run got,
    /// even one that is killed.
    pub(crate) fn keep(&self, text: &str) {
        if !self.drawn
            && let Ok(mut errors) = self.errors.lock()
        {
            let _ = writeln!(errors, "{text}");
        }
    }

    /// Leaves a line behind, terminal or not.
    pub(crate) fn aloud(&self, text: &str) {
        if self.drawn {
            self.bar.println(text);
        } else {
            self.keep(text);
        }
    }

    /// Takes the line away; what follows is printed as usual. Saying something brings it back.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Waits longer than this are said aloud, terminal or not: a silent pause looks like a hang.
    const WORTH_SAYING: Duration = Duration::from_secs(1);

    /// Shorter ones are over before anybody would look for them in what was printed.
    const WORTH_KEEPING: Duration = Duration::from_secs(5);

    pub(crate) fn notice(&self, notice: &Notice) {
        if let Notice::Waiting { duration, reason, attempt } = notice {
            if *duration < Self::WORTH_SAYING {
                return;
            }
            let text = format!(
                "waiting {} s before trying again ({reason}, try {attempt})",
                duration.as_secs_f64().ceil()
            );
            if self.drawn && *duration < Self::WORTH_KEEPING {
                self.bar.set_message(text);
            } else {
                self.aloud(&text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_is_done() {
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
