//! The command line of a round: `bylaws plan` and `bylaws apply` as children.

use std::path::Path;

use tokio::process::Command;

use crate::config::{Credential, Drift, Organization};
use crate::host::Host;
use crate::source::Tip;

/// The files and the limits of a round.
pub(crate) struct Asked<'a> {
    pub(crate) host: &'a Host,
    pub(crate) organization: &'a Organization,
    pub(crate) tip: &'a Tip,
    pub(crate) baseline: Option<&'a str>,
    pub(crate) journal: &'a Path,
}

/// What an apply may send.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sending<'a> {
    /// What is not held.
    Rest,
    /// Exactly the plan with this fingerprint.
    Approved(&'a str),
}

impl Asked<'_> {
    /// Returns the command that plans.
    pub(crate) fn plan(&self) -> Command {
        let mut command = self.command("plan");
        self.hold(&mut command);
        self.files(&mut command);
        command
    }

    /// Returns the command that applies, unless the file exists before a write.
    pub(crate) fn apply(&self, sending: Sending<'_>, stop_file: &Path) -> Command {
        let mut command = self.command("apply");
        command.arg("--stop-file").arg(stop_file);
        match sending {
            Sending::Rest => {
                command.arg("--auto-approve");
                self.hold(&mut command);
            }
            Sending::Approved(fingerprint) => {
                command.args(["--expect", fingerprint]);
            }
        }
        self.files(&mut command);
        command
    }

    fn command(&self, name: &str) -> Command {
        let organization = self.organization;
        let mut command = Command::new(&self.host.program);
        command.env_clear().envs(self.host.kept(&[])).current_dir(&self.tip.top);
        command.arg(name).args(["--revision", &self.tip.commit]);
        command.args(["--format", "json", "--json-error"]).arg("--journal").arg(self.journal);
        command.args(self.baseline.iter().flat_map(|baseline| ["--base", baseline]));
        if let Some(guards) = &organization.guards {
            command.arg("--guards").arg(guards);
        }
        if let Some(url) = &organization.api_url {
            command.args(["--api-url", url]);
        }
        match &organization.credential {
            Credential::File(file) => command.arg("--credential-file").arg(file),
            Credential::Federation(variables) => command.envs(variables),
        };
        command
    }

    /// Names the files, last: their path must not become an option.
    fn files(&self, command: &mut Command) {
        command.arg("--").arg(&self.tip.place);
    }

    /// Without a baseline nothing has a cause, and nothing is sent anyway.
    fn hold(&self, command: &mut Command) {
        if self.baseline.is_none() {
            return;
        }
        if self.organization.drift == Drift::Hold {
            command.args(["--hold", "drift"]);
        }
        command.args(self.organization.hold.iter().flat_map(|class| ["--hold", class.as_str()]));
    }
}
