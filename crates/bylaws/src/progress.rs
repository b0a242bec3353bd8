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
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
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

    /// Takes the line away; what follows is printed as usual. Saying something brings it back.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Waits longer than this are said aloud, terminal or not: a silent pause looks like a hang.
    const WORTH_SAYING: Duration = Duration::from_secs(1);

    pub(crate) fn notice(&self, notice: &Notice) {
        if let Notice::Waiting { duration, reason, attempt } = notice {
            if *duration < Self::WORTH_SAYING {
                return;
            }
            let text = format!(
                "waiting {} s before trying again ({reason}, try {attempt})",
                duration.as_secs_f64().ceil()
            );
            if self.drawn {
                self.bar.println(&text);
            } else if let Ok(mut errors) = self.errors.lock() {
                let _ = writeln!(errors, "{text}");
            }
        }
    }
}
