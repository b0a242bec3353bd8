//! Runs git: fetches branches, and reads commits as data. Nothing of a commit is checked out or run.

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use crate::child::{self, Limits, Stop};
use crate::host::Host;

/// Overrides for settings with which git would run programs of a repository, follow redirects with a token, or use
/// other transports.
const SETTINGS: [&str; 14] = [
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=",
    "fetch.recurseSubmodules=false",
    "fetch.fsckObjects=true",
    "submodule.recurse=false",
    "gc.autoDetach=false",
    "maintenance.auto=false",
    "http.followRedirects=false",
    "protocol.allow=never",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    "protocol.file.allow=always",
];

/// More variables than the command gets: those with which ssh finds its agent.
const KEPT: [&str; 3] = ["SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "SUDO_UID"];

/// Prints the token of a file when git asks for it. The token is in no argument and in no variable, and this process
/// never reads it.
const HELPER: &str = "credential.helper=!f() { if test \"$1\" = get; then echo username=x-access-token; \
    printf 'password=%s\\n' \"$(cat \"$BYLAWS_GIT_TOKEN_FILE\")\"; fi; }; f";

/// A fetch of a large repository over a slow line. One repository must not fill the disk of all.
const LIMITS: Limits = Limits {
    time: Duration::from_mins(5),
    grace: Duration::from_secs(10),
    output: 64 * 1024 * 1024,
    file: 512 * 1024 * 1024,
};

/// What git said, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// The exit code, if git ended by itself.
    pub(crate) code: Option<i32>,
    pub(crate) message: String,
    /// Whether it ended without a message.
    pub(crate) is_silent: bool,
}

/// git, for one repository.
pub(crate) struct Git<'a> {
    pub(crate) host: &'a Host,
    pub(crate) top: &'a Path,
    pub(crate) stop: Stop,
}

impl Git<'_> {
    /// Runs git with these arguments, and returns its output without the final line break.
    pub(crate) async fn run(&self, args: &[&str]) -> Result<String, Trouble> {
        self.with(args, &[], None).await
    }

    /// Runs git with more settings, and with a file that contains a token.
    pub(crate) async fn with(
        &self,
        args: &[&str],
        settings: &[String],
        token: Option<&Path>,
    ) -> Result<String, Trouble> {
        let mut command = Command::new("git");
        command.env_clear().envs(self.host.kept(&KEPT));
        command.arg("--no-pager").args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        if let Some(token) = token {
            // An empty helper first: those of the user are not asked.
            command.args(["-c", "credential.helper=", "-c", HELPER]).env("BYLAWS_GIT_TOKEN_FILE", token);
        }
        command.arg("-C").arg(self.top).args(args);
        // English messages, no prompts, no replaced objects, literal paths.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_NO_REPLACE_OBJECTS", "1");
        command.env("GIT_LITERAL_PATHSPECS", "1").env("GIT_NO_LAZY_FETCH", "1").env("GIT_ASKPASS", "");
        let trouble = |message: String| Trouble { code: None, message, is_silent: false };
        let ended = child::run(command, LIMITS, self.stop.clone()).await;
        let ended = ended.map_err(|error| trouble(format!("cannot start git: {error}")))?;
        if ended.cut.is_some() {
            return Err(trouble("git did not end in time".to_owned()));
        }
        if ended.code != Some(0) {
            let is_silent = ended.err.trim().is_empty();
            return Err(Trouble { code: ended.code, message: said(&ended.err), is_silent });
        }
        Ok(String::from_utf8_lossy(&ended.out).trim_end_matches('\n').to_owned())
    }
}

fn said(stderr: &str) -> String {
    let lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let text = lines.collect::<Vec<_>>().join(" ");
    let text = text.strip_prefix("fatal: ").unwrap_or(&text);
    let text: String = bylaws_output::render::escape::escape(text).chars().take(500).collect();
    if text.is_empty() { "git failed without a message".to_owned() } else { text }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn git_gets_the_token_of_a_file_and_asks_no_other_helper() {
        let folder = tempfile::tempdir().unwrap();
        let (token, other) = (folder.path().join("to'ken $(x)"), folder.path().join("asked"));
        std::fs::write(&token, "secret\n").unwrap();
        let others = format!("credential.helper=!touch '{}'; false", other.display());
        let mut command = Command::new("git");
        command.args(["-c", &others, "-c", "credential.helper=", "-c", HELPER, "credential", "fill"]);
        command.env("BYLAWS_GIT_TOKEN_FILE", &token).env("GIT_TERMINAL_PROMPT", "0");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"protocol=https\nhost=git.example\n\n").unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("username=x-access-token\npassword=secret\n"), "{text}");
        assert!(!other.exists());
    }
}
