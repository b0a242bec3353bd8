//! The names of settings in messages: options and variables, or, in a child of the controller, the keys of its
//! configuration, which set them there.

use crate::workload::{ORGANIZATION, RULE, SERVICE_ACCOUNT, TOKEN_FILE, WORKSPACE};

pub(crate) const CREDENTIAL_FILE: &str = "--credential-file";
pub(crate) const API_URL: &str = "--api-url";
pub(crate) const GUARDS: &str = "--guards";

/// Each setting of a child of the controller, and the key that sets it.
const KEYS: [(&str, &str); 8] = [
    (CREDENTIAL_FILE, "`credential_file`"),
    (API_URL, "`api_url`"),
    (GUARDS, "`guards`"),
    (RULE, "`federation.rule`"),
    (ORGANIZATION, "`federation.organization`"),
    (SERVICE_ACCOUNT, "`federation.service_account`"),
    (TOKEN_FILE, "`federation.token_file`"),
    (WORKSPACE, "`federation.workspace`"),
];

/// Returns the key of the controller's configuration that sets this.
pub(crate) fn key(setting: &'static str) -> &'static str {
    KEYS.into_iter().find(|(name, _)| *name == setting).map_or(setting, |(_, key)| key)
}
