//! `audit:`: thresholds, spending limits, accepted findings.

use bylaws_engine::audit::AUDIT_RULES;
use schemars::JsonSchema;

use super::guards::address;
use super::keys::keys;
use super::map::Map;
use super::text::{Count, Day, SomeText, VisibleName, forms, texts};

texts! {
    AcceptedFinding {
        "title": "finding",
        "description": "A finding as the audit prints it: the name of its rule and an address.",
        "pattern": finding(),
        "patternErrorMessage": "Not a valid finding: write the name of a rule, one space and an address, as in `old-key workspace/production/api_key/ci`.",
        "examples": ["old-key workspace/production/api_key/ci"]
    }
}

/// Returns the pattern of a finding: the name of a rule, one space and an address.
fn finding() -> String {
    let names: Vec<&str> = AUDIT_RULES.iter().map(|rule| rule.name).collect();
    format!("^({}) {}", names.join("|"), address())
}

keys! {
    /// Thresholds of `bylaws audit`. Keys that are left out have their default; none of them affects a plan.
    #[schemars(title = "Audit")]
    pub(in crate::files) struct Audit {
        /// Number of people who may have a role with access to every workspace, or `none` for no limit. Default: 5.
        max_admins: Option<Threshold>,
        /// Days without use after which a person, workspace or API key counts as dormant. Default: 90 each.
        ///
        /// ```yaml
        /// dormant_days: { people: 60, workspaces: 90, api_keys: 30 }
        /// ```
        dormant_days: Option<DormantDays>,
        /// Days after which an API key should be replaced, or `none` for never. Default: 180.
        key_max_age_days: Option<Threshold>,
        /// Whether every active API key must have an expiry date. Default: optional.
        #[schemars(extend("default" = "optional", "examples" = ["required"]))]
        key_expiry: Option<KeyExpiry>,
        /// Days after which a pending invite counts as stale, or `none` for never. Default: 7.
        pending_days: Option<Threshold>,
        /// Days after which an unlisted object is a warning instead of a note, or `none` for never. Default: 30.
        unlisted_days: Option<Threshold>,
        /// Limits on the cost of workspaces.
        ///
        /// ```yaml
        /// spending:
        ///   monthly: { production: 5000, research: 249.50 }
        /// ```
        spending: Option<Spending>,
        /// Reviewed exceptions: findings that are intended, for at most 366 days.
        ///
        /// ```yaml
        /// accept:
        ///   - finding: old-key workspace/production/api_key/ci
        ///     until: 2027-02-10
        ///     reason: replaced with the next release (OPS-131)
        /// ```
        accept: Option<Vec<Acceptance>>,
    }
}

keys! {
    /// Days without use after which an object counts as dormant, by kind.
    #[schemars(title = "Dormant days")]
    pub(in crate::files) struct DormantDays {
        /// Days for people: no usage under their name, and no use of Claude Code.
        people: Option<Threshold>,
        /// Days for workspaces.
        workspaces: Option<Threshold>,
        /// Days for API keys.
        api_keys: Option<Threshold>,
    }
}

/// Whether every active API key must have an expiry date.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Expiry of keys")]
enum KeyExpiry {
    /// An active key without an expiry date is a note.
    Optional,
    /// An active key without an expiry date is a warning.
    Required,
}

forms! {
    Threshold {
        "title": "threshold",
        "description": "A whole number, or `none` for no limit.",
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": 1_000_000},
            {"const": "none", "description": "No limit: the rule is off."}
        ],
        "examples": [90]
    }
    Dollars {
        "title": "dollars",
        "description": "US dollars, with at most two decimals.",
        "anyOf": [
            {"type": "number", "minimum": 0, "maximum": 999_999_999_999.99},
            {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"}
        ],
        "examples": [5000]
    }
}

keys! {
    /// Limits on spending.
    #[schemars(title = "Spending")]
    pub(in crate::files) struct Spending {
        /// Maximum cost of each workspace in a calendar month (UTC), in US dollars, by its name in the files.
        #[schemars(extend("examples" = [{"production": 5000}]))]
        monthly: Option<Map<VisibleName, Dollars>>,
        /// When the cost of a week is unusual, or `none`. Default: more than 3 times and 50 dollars above a usual week.
        #[schemars(extend("examples" = [{"times": 3, "least": 50}]))]
        unusual: Option<UnusualEntry>,
    }
}

/// When the cost of a week is unusual, or `none`.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Unusual spending")]
enum UnusualEntry {
    /// No week is unusual.
    None(NoneWord),
    /// A multiple of a usual week, and an amount above it.
    Unusual(Unusual),
}

/// The word `none`.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "none")]
enum NoneWord {
    /// The rule is off.
    None,
}

keys! {
    /// When the cost of a week is unusual.
    #[schemars(title = "Unusual spending")]
    pub(in crate::files) struct Unusual {
        /// Multiple of the median of the weeks before that the week must exceed.
        #[schemars(extend("examples" = [3]))]
        times: Option<Count>,
        /// Amount above that median that the week must also exceed, in US dollars.
        least: Option<Dollars>,
    }
}

keys! {
    /// A reviewed exception: one finding, until a date, for a reason.
    #[schemars(title = "Acceptance")]
    pub(in crate::files) struct Acceptance {
        /// The finding, as the audit prints it.
        #[schemars(extend("examples" = ["old-key workspace/production/api_key/ci"]))]
        finding: AcceptedFinding,
        /// Last day, in UTC. The entry does not count if this is more than 366 days ahead.
        #[schemars(extend("examples" = ["2027-02-10"]))]
        until: Day,
        /// The reason, for reviewers.
        #[schemars(extend("examples" = ["replaced with the next release (OPS-131)"]))]
        reason: SomeText,
    }
}
