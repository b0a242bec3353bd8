//! What the controller gets from its process: the program to start, variables, the time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::child::Limits;
use crate::log::Log;

/// The time of day. Waiting is `tokio`'s.
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// The process around the controller.
#[derive(Clone)]
pub struct Host {
    /// The program that is started for each round.
    pub program: PathBuf,
    /// The variables of this process.
    pub env: BTreeMap<String, String>,
    /// The limits of each child of a round.
    pub limits: Limits,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Where events are logged.
    pub log: Log,
}

/// The variables that every program needs to find itself, its certificates and its proxy.
const KEPT: [&str; 23] = [
    "PATH",
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "XDG_CONFIG_HOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "BYLAWS_API_URL",
    "RUST_BACKTRACE",
];

/// Variables that contain a credential of the service. The process that listens must not have one.
const CREDENTIALS: [&str; 4] =
    ["ANTHROPIC_ADMIN_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_ORG_TOKEN", "ANTHROPIC_API_KEY"];

impl Host {
    /// Returns the variable of this process that contains a credential of the service, if there is one: by its name, or
    /// because its value has the form of one.
    pub fn credential(&self) -> Option<&str> {
        let is_credential = |(name, value): &(&String, &String)| {
            !value.is_empty() && CREDENTIALS.contains(&name.as_str())
                || bylaws_config::without_live_keys(value) != **value
        };
        self.env.iter().find(is_credential).map(|(name, _)| name.as_str())
    }

    /// Returns the variables of children.
    pub(crate) fn kept<'a>(&'a self, more: &'a [&'a str]) -> impl Iterator<Item = (&'a String, &'a String)> {
        self.env
            .iter()
            .filter(move |(name, _)| KEPT.contains(&name.as_str()) || more.contains(&name.as_str()))
    }
}
