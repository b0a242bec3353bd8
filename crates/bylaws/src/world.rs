//! The environment of a run as one value: streams, variables, terminals. Tests build their own; no other module
//! touches the real environment.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bylaws_output::render::lines::Lines;
use bylaws_output::render::style::Style;
use clap::ColorChoice;
use indicatif::ProgressBar;
use terminal_size::terminal_size_of;

use crate::exit_status::ExitStatus;
use crate::settings;

/// The environment that a run reads from and writes to.
pub struct World {
    /// The environment variables; only the known names are ever looked up.
    pub env: BTreeMap<String, String>,
    /// The folder that relative paths start from.
    pub folder: PathBuf,
    /// The standard streams.
    pub streams: Streams,
    pub(crate) style: Style,
    /// Columns of the terminal that shows the results; `None` if there is no terminal or its width is unknown.
    pub(crate) width: Option<usize>,
    /// Columns of the terminal that shows everything else.
    pub(crate) errors_width: Option<usize>,
    /// The line of [`crate::progress::Progress`]. It is here because no other output may interrupt it.
    pub(crate) bar: ProgressBar,
    /// Whether standard output could not be written to, other than because its reader ended.
    pub(crate) is_output_lost: bool,
    /// Whether the controller started this run, so that its configuration has the settings.
    pub(crate) is_child: bool,
}

/// The three standard streams and whether they are terminals.
pub struct Streams {
    /// Standard input: answers to questions.
    pub input: Box<dyn Read + Send>,
    /// Standard output: results.
    pub output: Box<dyn Write + Send>,
    /// Standard error: everything else; shared with logs.
    pub errors: Arc<Mutex<dyn Write + Send>>,
    /// Whether a person can answer questions.
    pub input_is_terminal: bool,
    /// Whether a person reads the results.
    pub output_is_terminal: bool,
    /// Whether a person reads the progress.
    pub errors_is_terminal: bool,
}

impl World {
    /// Returns the environment of this process.
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
        // Skips variables that are not valid UTF-8.
        let env = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        // A stream that is not a terminal has no size.
        let width = terminal_size_of(io::stdout()).map(|(width, _)| width.0.into());
        let errors_width = terminal_size_of(io::stderr()).map(|(width, _)| width.0.into());
        Self { width, errors_width, bar, ..Self::new(env, PathBuf::new(), streams) }
    }

    /// Sets the width of both terminals, in columns.
    #[must_use]
    pub fn with_width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self.errors_width = Some(columns);
        self
    }

    /// Returns an isolated environment, for tests.
    pub fn new(env: BTreeMap<String, String>, folder: PathBuf, streams: Streams) -> Self {
        let (style, bar) = (Style::plain(), idle_bar());
        Self {
            env,
            folder,
            streams,
            style,
            width: None,
            errors_width: None,
            bar,
            is_output_lost: false,
            is_child: false,
        }
    }

    /// Returns an environment variable; an empty one counts as not set.
    pub(crate) fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns the name of a setting, an option or a variable, where its user can change it.
    pub(crate) fn setting(&self, name: &'static str) -> &'static str {
        if self.is_child { settings::key(name) } else { name }
    }

    /// Returns a path relative to the folder of this environment.
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

    /// Returns whether to draw progress: a person is watching, and no CI log would keep it.
    pub(crate) fn shows_progress(&self) -> bool {
        self.streams.errors_is_terminal && self.var("CI").is_none()
    }

    /// Writes a result for people, wrapped to the terminal.
    pub(crate) fn show(&mut self, text: impl Into<Lines>) {
        let text = fitted(&text.into(), self.width);
        self.print(&text);
    }

    /// Writes a result unchanged. A closed pipe is not an error: the reader needs no more.
    pub(crate) fn print(&mut self, text: &str) {
        self.clear_bar();
        let written =
            self.streams.output.write_all(text.as_bytes()).and_then(|()| self.streams.output.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.error(format!("error: cannot write to standard output: {error}"));
                self.is_output_lost = true;
            }
            _ => {}
        }
    }

    /// Writes lines for people to standard error. Errors are ignored: there is nowhere left to report them.
    pub(crate) fn error(&self, text: impl Into<Lines>) {
        let text = fitted(&text.into(), self.errors_width);
        if let Ok(mut errors) = self.streams.errors.lock() {
            let _ = writeln!(errors, "{}", text.trim_end_matches('\n'));
            let _ = errors.flush();
        }
    }

    /// Removes the progress line, if there is one, so that the last message ends the output.
    pub(crate) fn clear_bar(&self) {
        if !self.bar.is_finished() {
            self.bar.finish_and_clear();
        }
    }

    /// Asks a question on a terminal and reads one line.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<String> {
        self.clear_bar();
        let question = fitted(&Lines::from(question), self.errors_width);
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
}

/// Returns the time of this machine's clock. Use the service's time instead if the service was asked.
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// Returns a variable of the process, for programs that Bylaws starts; settings of Bylaws are in [`World`].
pub(crate) fn inherited(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}

/// Returns the path of this program, to start it again.
pub(crate) fn program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

pub(crate) fn temporary_folder() -> PathBuf {
    std::env::temp_dir()
}

/// Ends the process at once, on a signal that waits for nothing.
pub(crate) fn end(status: ExitStatus) -> ! {
    std::process::exit(i32::from(status.code()))
}

fn fitted(lines: &Lines, width: Option<usize>) -> String {
    width.map_or_else(|| lines.to_string(), |width| lines.fitted(width))
}

/// Returns a bar that draws nothing until it is reset.
fn idle_bar() -> ProgressBar {
    let bar = ProgressBar::hidden();
    bar.finish_and_clear();
    bar
}

/// Standard error next to a progress line, which moves down for each message.
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
