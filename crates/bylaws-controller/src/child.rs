//! Runs a child process with a time limit and bounded output.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};

/// The limits of one child.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time after which it is asked to stop, as by Ctrl-C.
    pub time: Duration,
    /// The time after which it is asked again, and after which it is killed.
    pub grace: Duration,
    /// The most bytes of standard output.
    pub output: u64,
    /// The largest file that it may write, in bytes. Only Linux can limit that.
    pub file: u64,
}

impl Default for Limits {
    /// Returns the limits of a child of a round: an apply of 500 changes takes about as long.
    fn default() -> Self {
        Self {
            time: Duration::from_mins(10),
            grace: Duration::from_secs(30),
            output: 64 * 1024 * 1024,
            file: u64::MAX,
        }
    }
}

/// How much of standard error is kept: the end of it.
const KEPT: usize = 64 * 1024;

/// A child that ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    /// The end of standard error.
    pub(crate) err: String,
    /// Why it was ended, if it did not end by itself.
    pub(crate) cut: Option<Cut>,
}

/// Why a child was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    TimedOut,
    TooMuchOutput,
    Stopped,
}

/// How often this process was asked to stop.
pub(crate) type Stop = watch::Receiver<u8>;

/// Runs a command until it ends or reaches a limit. If this process is asked to stop, the child is asked as well.
pub(crate) async fn run(mut command: Command, limits: Limits, mut stop: Stop) -> io::Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // What a child starts, such as the ssh of git, ends with it: otherwise it would keep the output open.
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    let group = Group::of(&child);
    #[cfg(target_os = "linux")]
    if limits.file < u64::MAX {
        use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
        // Only a privileged process may have more than this one.
        let most = getrlimit(Resource::Fsize).maximum.map_or(limits.file, |most| most.min(limits.file));
        let file = Rlimit { current: Some(most), maximum: Some(most) };
        // It has just begun; what it starts inherits the limit.
        prlimit(group.0, Resource::Fsize, file)?;
    }
    let (full, mut is_full) = oneshot::channel();
    let out = child.stdout.take();
    let out = tokio::spawn(async move { beginning(out, limits.output, full).await });
    let err = child.stderr.take();
    let err = tokio::spawn(async move { end(err).await });
    let (mut deadline, mut asked, mut cut) = (Instant::now() + limits.time, 0, None);
    let mut told = *stop.borrow_and_update();
    for _ in 0..told {
        group.ask(&mut child);
    }
    let mut may_be_stopped = true;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            () = sleep_until(deadline) => {
                cut.get_or_insert(Cut::TimedOut);
                if asked < 2 { group.ask(&mut child) } else { group.kill(&mut child) }
                asked += 1;
                deadline = Instant::now() + limits.grace;
            }
            Ok(()) = &mut is_full, if cut != Some(Cut::TooMuchOutput) => {
                cut = Some(Cut::TooMuchOutput);
                group.kill(&mut child);
            }
            changed = stop.changed(), if may_be_stopped => {
                may_be_stopped = changed.is_ok();
                let now = *stop.borrow_and_update();
                if now > told {
                    cut.get_or_insert(Cut::Stopped);
                    group.ask(&mut child);
                }
                told = now;
            }
        }
    };
    group.kill(&mut child);
    // A process that left the group may still hold them open.
    let (out, err) = (timeout(limits.grace, out), timeout(limits.grace, err));
    let (out, err) = tokio::join!(out, err);
    let (out, err) = (out.map(Result::unwrap_or_default), err.map(Result::unwrap_or_default));
    let (out, err) = (out.unwrap_or_default(), err.unwrap_or_default());
    let err = String::from_utf8_lossy(&err).into_owned();
    Ok(Ended { code: status.code(), out, err, cut })
}

/// A child and the processes that it started.
#[cfg(unix)]
struct Group(Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw))
    }

    /// Asks them to stop, as Ctrl-C does.
    fn ask(&self, _: &mut Child) {
        self.signal(rustix::process::Signal::INT);
    }

    fn kill(&self, _: &mut Child) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(&self, signal: rustix::process::Signal) {
        // If all have ended, there is nobody to tell.
        let _ = self.0.map(|id| rustix::process::kill_process_group(id, signal));
    }
}

/// A child; other systems have no groups.
#[cfg(not(unix))]
struct Group;

#[cfg(not(unix))]
impl Group {
    fn of(_: &Child) -> Self {
        Self
    }

    fn ask(&self, child: &mut Child) {
        self.kill(child);
    }

    fn kill(&self, child: &mut Child) {
        // One that has ended is waited for next.
        let _ = child.start_kill();
    }
}

/// Reads at most so many bytes; says if there are more.
async fn beginning(stream: Option<impl AsyncRead + Unpin>, most: u64, full: oneshot::Sender<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        let _ = stream.take(most + 1).read_to_end(&mut bytes).await;
    }
    if bytes.len() as u64 > most {
        let _ = full.send(());
    }
    bytes
}

/// Reads everything, and keeps the end.
async fn end(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let (mut kept, mut buffer) = (Vec::new(), vec![0; 8192]);
    let Some(mut stream) = stream else { return kept };
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    kept
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    const SHORT: Limits = Limits {
        time: Duration::from_millis(300),
        grace: Duration::from_millis(200),
        output: 1000,
        file: 4096,
    };

    #[expect(clippy::unwrap_used, reason = "a test that cannot continue fails at that point")]
    async fn ended(script: &str) -> Ended {
        let (_told, stop) = watch::channel(0);
        run(shell(script), SHORT, stop).await.unwrap()
    }

    #[tokio::test]
    async fn a_child_that_ignores_the_signal_is_killed() {
        let ended = ended("trap '' INT; while :; do sleep 0.05; done").await;
        assert_eq!((ended.code, ended.cut), (None, Some(Cut::TimedOut)));
    }

    #[tokio::test]
    async fn a_child_that_obeys_ends_by_itself() {
        let ended = ended("trap 'exit 5' INT; while :; do sleep 0.05; done").await;
        assert_eq!((ended.code, ended.cut), (Some(5), Some(Cut::TimedOut)));
    }

    #[tokio::test]
    async fn endless_output_ends_the_child() {
        let ended = ended("while :; do echo 0123456789; done").await;
        assert_eq!((ended.code, ended.cut), (None, Some(Cut::TooMuchOutput)));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_child_writes_no_file_that_is_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pack");
        let ended = ended(&format!("sleep 0.1; head -c 100000 /dev/zero > '{}'", file.display())).await;
        assert_ne!(ended.code, Some(0));
        assert_eq!(file.metadata().unwrap().len(), 4096);
    }

    #[tokio::test]
    async fn what_a_child_started_ends_with_it() {
        let start = Instant::now();
        for script in ["trap '' INT; sleep 60 & exit 3", "trap '' INT; (sleep 60; echo x) & sleep 60"] {
            let ended = ended(script).await;
            assert!(ended.code == Some(3) || ended.cut == Some(Cut::TimedOut), "{ended:?}");
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "nobody waits for a process that holds the output"
        );
    }

    #[tokio::test]
    async fn only_the_end_of_standard_error_is_kept() {
        let ended = ended("head -c 1000000 /dev/zero >&2; echo last >&2").await;
        assert!(ended.err.len() <= 2 * KEPT && ended.err.ends_with("last\n"), "{}", ended.err.len());
    }
}
