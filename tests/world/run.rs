//! Runs of the command: as a program, and in this process.

use std::ffi::OsString;
use std::future::Future;
use std::io::{Cursor, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{Ran, World};

/// Runs the same suites with another parallelism.
fn wanted_parallelism() -> Option<String> {
    std::env::var("BYLAWS_TEST_PARALLELISM").ok()
}

/// Returns how many writes an apply may have in flight.
pub(crate) fn parallelism() -> usize {
    wanted_parallelism().map_or(8, |text| text.parse().unwrap())
}

/// Splits a line at white space.
fn arguments(line: &str) -> Vec<String> {
    let mut arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    if line.starts_with("apply") && !line.contains("--parallelism") {
        arguments.extend(wanted_parallelism().map(|most| format!("--parallelism={most}")));
    }
    arguments
}

impl World {
    /// Runs one command line, which is split at white space.
    pub(crate) fn run(&self, line: &str) -> Ran {
        if self.is_here {
            return self.beside(line, std::future::ready(()));
        }
        let start = Instant::now();
        let output = self.command(line).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("all output is UTF-8");
        let code = output.status.code().expect("ended by itself");
        checked(line, code, text(output.stdout), text(output.stderr), start.elapsed())
    }

    /// Returns the program ready to start, in this folder and environment, without a terminal.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bylaws"));
        command.args(arguments(line)).current_dir(self.folder.path());
        command.env_clear().envs(&self.env).stdin(Stdio::null());
        command
    }

    /// Starts the program, with its output kept.
    pub(crate) fn start(&self, line: &str) -> Child {
        self.command(line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs one command line in this process while something else runs.
    pub(crate) fn beside(&self, line: &str, other: impl Future<Output = ()>) -> Ran {
        self.within(&arguments(line), Kept::new(), other)
    }

    /// Runs arguments, which may contain white space, in this process.
    pub(crate) fn run_args(&self, args: &[&str]) -> Ran {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        self.within(&args, Kept::new(), std::future::ready(()))
    }

    /// Runs one command line in this process, with a person at the terminal who types `typed`.
    pub(crate) fn at_terminal(&self, line: &str, typed: &str) -> Ran {
        let mut streams = Kept::new();
        streams.streams.input = Box::new(Cursor::new(typed.to_owned()));
        streams.streams.input_is_terminal = true;
        self.within(&arguments(line), streams, std::future::ready(()))
    }

    /// Runs one command line in this process, for a terminal of this width.
    pub(crate) fn on_terminal(&self, line: &str, columns: usize, env: &[(&str, &str)]) -> Ran {
        let mut streams = Kept::new();
        streams.streams.output_is_terminal = true;
        streams.columns = Some(columns);
        streams.env = [("NO_COLOR", "1")].into_iter().chain(env.iter().copied()).map(owned).collect();
        self.within(&arguments(line), streams, std::future::ready(()))
    }

    fn within(&self, args: &[String], kept: Kept, other: impl Future<Output = ()>) -> Ran {
        let mut env = self.env.clone();
        env.extend(kept.env);
        let mut outside = bylaws::World::new(env, self.folder.path().to_owned(), kept.streams);
        if let Some(columns) = kept.columns {
            outside = outside.with_width(columns);
        }
        let words = std::iter::once("bylaws").chain(args.iter().map(String::as_str)).map(OsString::from);
        let (code, took) = self.runtime.block_on(async {
            let start = tokio::time::Instant::now();
            let run = async { (bylaws::run(words, &mut outside).await.code(), start.elapsed()) };
            tokio::pin!(run, other);
            tokio::select! {
                biased;
                ended = &mut run => ended,
                () = &mut other => run.await,
            }
        });
        checked(&args.join(" "), code.into(), kept.out.text(), kept.err.text(), took)
    }

    /// Lets time pass.
    pub(crate) fn sleep(&self, time: Duration) {
        self.runtime.block_on(async { tokio::time::sleep(time).await });
    }
}

/// Whatever a run does, it neither panics nor prints a secret.
fn checked(line: &str, code: i32, out: String, err: String, took: Duration) -> Ran {
    let ran = Ran { line: line.to_owned(), code, out, err, took, memory: None };
    assert!(!ran.err.contains("panicked"), "{ran}");
    assert!(!ran.all().contains("CANARY"), "a secret was printed by `bylaws {line}`");
    ran
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// The streams of a command in this process, and what else its environment has.
struct Kept {
    streams: bylaws::Streams,
    out: Paper,
    err: Paper,
    columns: Option<usize>,
    env: Vec<(String, String)>,
}

impl Kept {
    /// Without input and without a terminal.
    fn new() -> Self {
        let (out, err) = (Paper::default(), Paper::default());
        let streams = bylaws::Streams {
            input: Box::new(std::io::empty()),
            output: Box::new(out.clone()),
            errors: Arc::new(Mutex::new(err.clone())),
            input_is_terminal: false,
            output_is_terminal: false,
            errors_is_terminal: false,
        };
        Self { streams, out, err, columns: None, env: Vec::new() }
    }
}

/// A stream that keeps what is written to it.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Starts the program and waits as [`ended`] does.
pub(crate) fn measured(command: &mut Command, within: Duration) -> Ran {
    let line = command.get_args().map(|arg| arg.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let ran = ended(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(), within);
    Ran { line, ..ran }
}

/// Waits for the end, and kills what has not ended by then.
pub(crate) fn ended(mut child: Child, within: Duration) -> Ran {
    let start = Instant::now();
    let read = |mut stream: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let out = read(Box::new(child.stdout.take().unwrap()));
    let err = read(Box::new(child.stderr.take().unwrap()));
    let mut memory = None;
    let status = loop {
        memory = most_memory(&child).or(memory);
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if start.elapsed() > within {
            let _ = child.kill();
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let took = start.elapsed();
    let code = status.and_then(|status| status.code()).unwrap_or(-1);
    Ran { line: String::new(), code, out: out.join().unwrap(), err: err.join().unwrap(), took, memory }
}

/// Returns the most memory so far in MiB; only Linux tells it.
fn most_memory(child: &Child) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? / 1_024)
}

/// Waits until something holds; returns false if it does not within ten seconds.
pub(crate) fn wait(until: impl Fn() -> bool) -> bool {
    let start = Instant::now();
    while !until() {
        if start.elapsed() > Duration::from_secs(10) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    true
}
