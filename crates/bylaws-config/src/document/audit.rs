//! `audit:` — thresholds, limits on spending, reviewed exceptions.

use std::borrow::Cow;

use bylaws_engine::AUDIT_RULES;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::guards::address;
use super::map::Map;
use super::text::{Day, SomeText, VisibleName, texts};

texts! {
    AcceptedFinding {
        "title": "finding",
        "description": "A finding as the audit prints it: the name of its rule and an address.",
        "pattern": finding(),
        "patternErrorMessage": "This is no finding: the name of a rule, one space and an address, as in `old-key workspace/production/api_key/ci`.",
        "examples": ["old-key workspace/production/api_key/ci"]
    }
}

/// The name of a rule, one space and an address.
fn finding() -> String {
    let names: Vec<&str> = AUDIT_RULES.iter().map(|rule| rule.name).collect();
    format!("^({}) {}", names.join("|"), address!())
}

/// Thresholds of `bylaws audit`. What is left out has its built-in value; no plan depends on any of it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Audit")]
pub(super) struct Audit {
    /// How many people may hold a role that gives every workspace, or `none` for any number. Built in: 5.
    max_admins: Option<Threshold>,
    /// Days without use after which something counts as dormant. Built in: 90 each.
    ///
    /// ```yaml
    /// dormant_days: { people: 60, workspaces: 90, api_keys: 30 }
    /// ```
    dormant_days: Option<DormantDays>,
    /// Days after which a key should have been replaced, or `none` for never. Built in: 180.
    key_max_age_days: Option<Threshold>,
    /// Whether every active key must have an end. Built in: optional.
    #[schemars(extend("default" = "optional", "examples" = ["required"]))]
    key_expiry: Option<KeyExpiry>,
    /// Days after which a pending invite counts as forgotten, or `none` for never. Built in: 7.
    pending_days: Option<Threshold>,
    /// Days after which something unlisted is a warning and not only a note; `none` for not at all. Built in: 30.
    unlisted_days: Option<Threshold>,
    /// Limits on what workspaces cost.
    ///
    /// ```yaml
    /// spending:
    ///   monthly: { production: 5000, research: 249.50 }
    /// ```
    spending: Option<Spending>,
    /// Reviewed exceptions: findings that are meant to be so, for a year at most.
    ///
    /// ```yaml
    /// accept:
    ///   - finding: old-key workspace/production/api_key/ci
    ///     until: 2027-02-10
    ///     reason: replaced with the next release (OPS-131)
    /// ```
    accept: Option<Vec<Acceptance>>,
}

/// Days without use, by kind.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Dormant days")]
struct DormantDays {
    /// People: no usage under their name and no Claude Code.
    people: Option<Threshold>,
    /// Workspaces.
    workspaces: Option<Threshold>,
    /// API keys.
    api_keys: Option<Threshold>,
}

/// Whether every active key must have an end.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "Expiry of keys")]
enum KeyExpiry {
    /// A key without an end is worth a note.
    Optional,
    /// A key without an end is a warning.
    Required,
}

/// A whole number, or `none` for no limit.
struct Threshold;

impl JsonSchema for Threshold {
    fn schema_name() -> Cow<'static, str> {
        "Threshold".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "threshold",
            "description": "A whole number, or `none` for no limit.",
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 1_000_000},
                {"const": "none", "description": "No limit: the rule is off."}
            ],
            "examples": [90]
        })
    }
}

/// US dollars.
struct Dollars;

impl JsonSchema for Dollars {
    fn schema_name() -> Cow<'static, str> {
        "Dollars".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "title": "dollars",
            "description": "US dollars, with two decimals at most.",
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 999_999_999_999.99},
                {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"}
            ],
            "examples": [5000]
        })
    }
}

/// Limits on spending.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Spending")]
struct Spending {
    /// The most each workspace may cost in a calendar month (UTC), in US dollars, by what the files call it.
    #[schemars(extend("examples" = [{"production": 5000}]))]
    monthly: Option<Map<VisibleName, Dollars>>,
    /// What counts as out of pattern, or `none`. Built in: 3 times the usual week, and 50 dollars more than it.
    #[schemars(extend("examples" = [{"times": 3, "least": 50}]))]
    unusual: Option<UnusualEntry>,
}

/// A week out of pattern, or `none`.
#[derive(JsonSchema)]
#[schemars(untagged, title = "Out of pattern")]
enum UnusualEntry {
    /// Nothing is out of pattern.
    None(NoneWord),
    /// So many times the usual week, and so much more than it.
    Unusual(Unusual),
}

/// The word `none`.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", title = "none")]
enum NoneWord {
    /// Nothing.
    None,
}

/// A week out of pattern.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Out of pattern")]
struct Unusual {
    /// So many times the median of the weeks before.
    #[schemars(extend("type" = "integer", "minimum" = 0, "maximum" = 1_000_000, "examples" = [3]))]
    times: Option<Times>,
    /// And more than this above it, in US dollars.
    least: Option<Dollars>,
}

/// A whole number.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Times(serde_json::Value);

/// A reviewed exception: this finding, up to a day, for a reason.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Acceptance")]
struct Acceptance {
    /// The finding.
    #[schemars(extend("examples" = ["old-key workspace/production/api_key/ci"]))]
    finding: AcceptedFinding,
    /// Its last day, in UTC. More than 366 days ahead does not count.
    #[schemars(extend("examples" = ["2027-02-10"]))]
    until: Day,
    /// Why, for the people who review it.
    #[schemars(extend("examples" = ["replaced with the next release (OPS-131)"]))]
    reason: SomeText,
}
