//! The outside as one value: streams, environment, terminals.
//! A test makes its own; nothing else in the crate touches the real one.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use indicatif::ProgressBar;

use crate::args::{ColorChoice, DocumentFormat};
use crate::exit::ExitStatus;
use bylaws_output::render::ascii;
use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::Style;

/// Where a run reads and writes.
pub struct World {
    /// The environment; only what was asked for is ever read.
    pub env: BTreeMap<String, String>,
    /// Relative paths begin here.
    pub folder: PathBuf,
    /// Standard streams.
    pub streams: Streams,
    style: Style,
    /// Columns of the terminal that shows the results; `None` if there is no terminal, or it does not say.
    width: Option<usize>,
    /// Columns of the terminal that shows everything else.
    errors_width: Option<usize>,
    /// The moving line of [`crate::progress::Progress`]. It is here because nothing may be printed beside it.
    bar: ProgressBar,
    closed: Option<ExitStatus>,
}

/// The three standard streams and whether they are terminals.
pub struct Streams {
    /// Answers to questions.
    pub input: Box<dyn Read + Send>,
    /// Results.
    pub output: Box<dyn Write + Send>,
    /// Everything else; shared with logs.
    pub errors: Arc<Mutex<dyn Write + Send>>,
    /// Whether a person can be asked.
    pub input_is_terminal: bool,
    /// Whether a person sees the results.
    pub output_is_terminal: bool,
    /// Whether a person sees progress.
    pub errors_is_terminal: bool,
}

impl World {
    /// The real one.
    pub fn real() -> Self {
        let bar = idle_bar();
        let streams = Streams {
            input: Box::new(io::stdin()),
            output: Box::new(io::stdout()),
            errors: Arc::new(Mutex::new(BesideBar { bar: bar.clone() })),
            input_is_terminal: io::stdin().is_terminal(),
            output_is_terminal: io::stdout().is_terminal(),
            errors_is_terminal: io::stderr().is_terminal(),
        };
        // Variables that are not text are none of ours.
        let env = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let mut world = Self { bar, ..Self::new(env, PathBuf::new(), streams) };
        if world.streams.output_is_terminal {
            world.width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
        }
        if world.streams.errors_is_terminal {
            world.errors_width =
                terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0.into());
        }
        world
    }

    /// With terminals of this many columns to show results and everything else on.
    #[must_use]
    pub fn with_width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self.errors_width = Some(columns);
        self
    }

    /// A world of one's own.
    pub fn new(env: BTreeMap<String, String>, folder: PathBuf, streams: Streams) -> Self {
        let bar = idle_bar();
        Self {
            env,
            folder,
            streams,
            style: Style::plain(),
            width: None,
            errors_width: None,
            bar,
            closed: None,
        }
    }

    /// A variable of the environment; empty counts as not set.
    pub(crate) fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The time of this machine's clock. Only what nobody else's clock can tell may ask for it.
    #[expect(clippy::unused_self, reason = "the clock is part of the outside")]
    pub(crate) fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    /// A path as given, from this world's folder.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    pub(crate) fn set_color(&mut self, choice: ColorChoice) {
        let wanted = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let forced = self.var("CLICOLOR_FORCE").is_some_and(|value| value != "0");
                let refused = self.var("NO_COLOR").is_some() || self.var("TERM") == Some("dumb");
                !refused && (forced || self.streams.output_is_terminal)
            }
        };
        self.style = Style::new(wanted);
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Whether to draw progress: somebody watches, and no CI log would keep it.
    pub(crate) fn shows_progress(&self) -> bool {
        self.streams.errors_is_terminal && self.var("CI").is_none()
    }

    /// Whether our symbols must do with ASCII. What no terminal shows is the same everywhere.
    pub(crate) fn is_ascii(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| self.var(name));
        let is_seen = self.streams.output_is_terminal || self.streams.errors_is_terminal;
        is_seen && ascii::is_wanted(locale, self.var("TERM"))
    }

    /// Columns of the terminal that shows the results, where somebody knows.
    pub(crate) fn width(&self) -> Option<usize> {
        self.width
    }

    /// Columns of the terminal that shows everything but results, if it says so.
    pub(crate) fn errors_width(&self) -> Option<usize> {
        self.errors_width
    }

    /// The moving line.
    pub(crate) fn bar(&self) -> ProgressBar {
        self.bar.clone()
    }

    /// Writes a result for people: in lines that fit their terminal, with symbols that it can show.
    pub(crate) fn show(&mut self, text: impl Into<Lines>) {
        let text = self.fitted(text.into(), self.width);
        self.print(&text);
    }

    /// Writes a result in the format that was asked for.
    pub(crate) fn answer(&mut self, format: impl Into<DocumentFormat>, text: impl Into<Lines>) {
        match format.into() {
            DocumentFormat::Text => self.show(text),
            _ => self.print(&text.into().to_string()),
        }
    }

    fn fitted(&self, lines: Lines, width: Option<usize>) -> String {
        let lines = if self.is_ascii() { lines.map(ascii::ascii) } else { lines };
        width.map_or_else(|| lines.to_string(), |width| lines.fitted(width))
    }

    /// Writes a result, byte by byte as it is. A closed pipe is no error: nobody wants more.
    pub(crate) fn print(&mut self, text: &str) {
        self.clear_bar();
        let written =
            self.streams.output.write_all(text.as_bytes()).and_then(|()| self.streams.output.flush());
        if let Err(error) = written {
            let quiet = error.kind() == io::ErrorKind::BrokenPipe;
            if !quiet {
                self.error(format!("error: cannot write to standard output: {error}"));
            }
            self.closed = Some(if quiet { ExitStatus::Done } else { ExitStatus::Failed });
        }
    }

    /// Writes lines for people. If that fails there is nobody left to tell.
    pub(crate) fn error(&self, text: impl Into<Lines>) {
        let text = self.fitted(text.into(), self.errors_width);
        if let Ok(mut errors) = self.streams.errors.lock() {
            let _ = writeln!(errors, "{}", text.trim_end_matches('\n'));
            let _ = errors.flush();
        }
    }

    /// Takes the moving line away, if there is one: whatever was printed last is the end of the output.
    pub(crate) fn clear_bar(&self) {
        if !self.bar.is_finished() {
            self.bar.finish_and_clear();
        }
    }

    /// Asks a question on a terminal and reads one line.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<String> {
        self.clear_bar();
        let question = self.fitted(Lines::from(question), self.errors_width);
        if let Ok(mut errors) = self.streams.errors.lock() {
            write!(errors, "{}", question.trim_end_matches('\n'))?;
            errors.flush()?;
        }
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 1000 && self.streams.input.read(&mut byte)? == 1 && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&line).trim().to_owned())
    }

    /// Where output failed, the status to end with instead of success.
    pub(crate) fn closed(&self) -> Option<ExitStatus> {
        self.closed.filter(|status| *status == ExitStatus::Failed)
    }
}

/// A bar that draws nothing until it is reset.
fn idle_bar() -> ProgressBar {
    let bar = ProgressBar::hidden();
    bar.finish_and_clear();
    bar
}

/// Standard error beside a moving line: the line makes room for what is written, and comes back below it.
struct BesideBar {
    bar: ProgressBar,
}

impl Write for BesideBar {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bar.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
