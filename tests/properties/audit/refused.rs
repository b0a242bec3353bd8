//! The rules that cannot be checked if the credential may not read a list, derived from the data that each rule needs.

use std::collections::BTreeSet;

use super::scene::Scene;

/// A list that may not be read: its path, and the codes of the rules that need it.
pub(crate) struct Refused {
    pub(crate) path: &'static str,
    needed_by: &'static [&'static str],
}

pub(crate) const ALL: [Refused; 14] = [
    Refused { path: "/v1/organizations/users", needed_by: PEOPLE },
    Refused { path: "/v1/organizations/invites", needed_by: PEOPLE },
    Refused {
        path: "/v1/organizations/workspaces",
        // Without it the addresses of keys and of spending are unknown.
        needed_by: &[
            "BA0102", "BA0201", "BA0203", "BA0301", "BA0302", "BA0303", "BA0304", "BA0305", "BA0306",
            "BA0501", "BA0601", "BA0602", "BA0603",
        ],
    },
    Refused { path: "/v1/organizations/workspaces/*/members", needed_by: &["BA0102", "BA0501"] },
    Refused {
        path: "/v1/organizations/api_keys",
        needed_by: &[
            "BA0103", "BA0105", "BA0301", "BA0302", "BA0303", "BA0304", "BA0305", "BA0306", "BA0501",
        ],
    },
    Refused {
        path: "/v1/organizations/service_accounts",
        needed_by: &["BA0104", "BA0105", "BA0801", "BA0806", "BA0807"],
    },
    Refused { path: "/v1/organizations/federation_issuers", needed_by: FEDERATION },
    Refused { path: "/v1/organizations/federation_rules", needed_by: FEDERATION },
    Refused { path: "/v1/organizations/rate_limits", needed_by: &["BA0203"] },
    Refused { path: "/v1/organizations/spend_limits", needed_by: &["BA0603"] },
    Refused { path: "/v1/organizations/external_keys", needed_by: &["BA0901"] },
    Refused { path: "/v1/organizations/usage_report/messages", needed_by: &["BA0103", "BA0201", "BA0301"] },
    Refused { path: "/v1/organizations/cost_report", needed_by: &["BA0601", "BA0602"] },
    Refused { path: "/v1/organizations/usage_report/claude_code", needed_by: &["BA0103"] },
];

/// Members and invites are read together.
const PEOPLE: &[&str] = &["BA0101", "BA0102", "BA0103", "BA0304", "BA0401", "BA0402", "BA0501"];

/// Issuers and rules are read together.
const FEDERATION: &[&str] = &[
    "BA0105", "BA0801", "BA0802", "BA0803", "BA0804", "BA0805", "BA0806", "BA0807", "BA0808", "BA0809",
    "BA0810",
];

impl Refused {
    /// Returns the enabled rules that cannot be checked.
    pub(crate) fn not_judged(&self, scene: &Scene) -> BTreeSet<String> {
        let settings = &scene.settings;
        // Claude Code is not read if everyone has other activity.
        let is_asked = settings.people.is_some_and(|limit| !scene.quiet_elsewhere(limit).is_empty());
        let is_on = |code: &str| match code {
            "BA0101" => settings.admins.is_some(),
            "BA0103" if self.path.ends_with("claude_code") => is_asked,
            "BA0103" => settings.people.is_some(),
            "BA0201" => settings.workspaces.is_some(),
            "BA0301" => settings.api_keys.is_some(),
            "BA0302" => settings.key_age.is_some(),
            "BA0402" => settings.pending.is_some(),
            "BA0501" => settings.unlisted.is_some(),
            "BA0601" => !settings.monthly.is_empty(),
            "BA0602" => settings.unusual.is_some(),
            _ => true,
        };
        self.needed_by.iter().filter(|code| is_on(code)).map(|code| (*code).to_owned()).collect()
    }
}
