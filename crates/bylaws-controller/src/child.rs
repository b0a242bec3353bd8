//! Runs a child process with a time limit and bounded output.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// The limits of one child.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The time after which it is asked to stop, as by Ctrl-C.
    pub time: Duration,
    /// The time after which it is asked again, and after which it is killed.
    pub grace: Duration,
    /// The most bytes of standard output.
    pub output: u64,
}

impl Default for Limits {
    /// Returns the limits of a child of a round: an apply of 500 changes takes about as long.
    fn default() -> Self {
        Self { time: Duration::from_mins(10), grace: Duration::from_secs(30), output: 64 * 1024 * 1024 }
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
    let mut child = command.spawn()?;
    let (full, mut is_full) = oneshot::channel();
    let out = child.stdout.take();
    let out = tokio::spawn(async move { beginning(out, limits.output, full).await });
    let err = child.stderr.take();
    let err = tokio::spawn(async move { end(err).await });
    let (mut deadline, mut asked, mut cut) = (Instant::now() + limits.time, 0, None);
    let mut told = *stop.borrow_and_update();
    for _ in 0..told {
        ask(&mut child);
    }
    let mut may_be_stopped = true;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            () = sleep_until(deadline) => {
                cut.get_or_insert(Cut::TimedOut);
                if asked < 2 { ask(&mut child) } else { child.start_kill()? }
                asked += 1;
                deadline = Instant::now() + limits.grace;
            }
            Ok(()) = &mut is_full, if cut != Some(Cut::TooMuchOutput) => {
                cut = Some(Cut::TooMuchOutput);
                child.start_kill()?;
            }
            changed = stop.changed(), if may_be_stopped => {
                may_be_stopped = changed.is_ok();
                let now = *stop.borrow_and_update();
                if now > told {
                    cut.get_or_insert(Cut::Stopped);
                    ask(&mut child);
                }
                told = now;
            }
        }
    };
    let (out, err) = (out.await.unwrap_or_default(), err.await.unwrap_or_default());
    let err = String::from_utf8_lossy(&err).into_owned();
    Ok(Ended { code: status.code(), out, err, cut })
}

/// Asks a child to stop, as Ctrl-C does.
fn ask(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process};
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        // A child that has ended is waited for next.
        let _ = id.map(|id| kill_process(id, Signal::INT));
    }
    #[cfg(not(unix))]
    let _ = child.start_kill();
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

    const SHORT: Limits =
        Limits { time: Duration::from_millis(300), grace: Duration::from_millis(200), output: 1000 };

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

    #[tokio::test]
    async fn only_the_end_of_standard_error_is_kept() {
        let ended = ended("head -c 1000000 /dev/zero >&2; echo last >&2").await;
        assert!(ended.err.len() <= 2 * KEPT && ended.err.ends_with("last\n"), "{}", ended.err.len());
    }
}
