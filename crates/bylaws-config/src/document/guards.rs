//! `guards:` — limits, names that must stay, reviewed exceptions.

use schemars::JsonSchema;

use super::members::Email;
use super::text::{Day, SomeText, texts};

/// One part of an address: no `/`, and `%` only as an escape.
macro_rules! address {
    () => {
        concat!(
            "(organization(/api_key/([^/%]|%[0-9A-Fa-f]{2})+)?",
            "|(member|invite)/(?=[^/]*(@|%40))([^/%]|%[0-9A-Fa-f]{2})+",
            "|workspace/([^/%]|%[0-9A-Fa-f]{2})+(/(member|api_key)/([^/%]|%[0-9A-Fa-f]{2})+)?)$",
        )
    };
}

pub(super) use address;

texts! {
    Address {
        "title": "address",
        "description": "A live thing by its live name or its id: `member/…`, `workspace/…`, `workspace/…/api_key/…`. A space is written `%20`.",
        "pattern": concat!("^", address!()),
        "patternErrorMessage": "This is no address, as in member/ada@acme.com, workspace/production, workspace/production/member/ada@acme.com, workspace/production/api_key/ci-deploy or organization/api_key/ops.",
        "examples": ["workspace/production", "member/ada@acme.com"]
    }
    Change {
        "title": "change",
        "description": "An action and an address, by a live name or an id, as the lines to paste of a plan have it.",
        "pattern": concat!("^(create|update|remove|invite|revoke|archive) ", address!()),
        "patternErrorMessage": "This is no change: an action (create, update, remove, invite, revoke, archive), one space and an address, as in `archive workspace/old`.",
        "examples": ["archive workspace/research-2024"]
    }
    Domain {
        "title": "domain",
        "description": "What stands behind the `@` of an address. Sub-domains are listed one by one.",
        "pattern": r"^[^\s@*/:,.]([^\s@*/:,]*[^\s@*/:,.])?$",
        "patternErrorMessage": "This is no domain: write what stands behind the `@`, as in acme.com.",
        "examples": ["acme.com"]
    }
    Share {
        "title": "share",
        "description": "Percent, 0 to 100, with two decimals at most.",
        "pattern": r"^(0?[0-9]{1,2}(\.[0-9]{1,2})?|100(\.0{1,2})?)%$",
        "patternErrorMessage": "This is no share: write percent, 0 to 100, as in 10% or 2.5%.",
        "examples": ["10%", "2.5%"]
    }
}

/// Rules that refuse a whole plan. What is left out has its built-in value.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Guards")]
pub(super) struct Guards {
    /// How many people one plan may take access from: a number, a share, or the smaller of both.
    /// Built in: 5 and 10%.
    ///
    /// ```yaml
    /// access_loss: { max: 5, share: 10% }
    /// ```
    access_loss: Option<AccessLoss>,
    /// How many API keys one plan may switch off. Built in: 3.
    ///
    /// ```yaml
    /// keys_off: { max: 3 }
    /// ```
    keys_off: Option<Limit>,
    /// How many people one plan may invite. Built in: 25.
    ///
    /// ```yaml
    /// invites: { max: 25 }
    /// ```
    invites: Option<Limit>,
    /// How many people one plan may make `workspace_admin` of workspaces that are live. Built in: 5.
    ///
    /// ```yaml
    /// workspace_admins: { max: 5 }
    /// ```
    workspace_admins: Option<Limit>,
    /// People who must be listed with a role that the API cannot give, such as `admin`. A plan says where one
    /// is not so live.
    #[schemars(extend("uniqueItems" = true, "examples" = [["grace@acme.com"]]))]
    required_admins: Option<Vec<Email>>,
    /// Domains that listed people may have; any other is an error. Left out: any.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true, "examples" = [["acme.com", "contractor.example"]]))]
    allowed_domains: Option<Vec<Domain>>,
    /// Live names or ids of what is never removed, archived, lowered or switched off, and of workspaces that keep
    /// their name.
    #[schemars(extend("uniqueItems" = true, "examples" = [["workspace/production", "member/ada@acme.com"]]))]
    protect: Option<Vec<Address>>,
    /// Reviewed exceptions: exactly these changes, for a month at most.
    ///
    /// ```yaml
    /// approve:
    ///   - changes: [archive workspace/research-2024]
    ///     until: 2027-02-10
    ///     reason: retire research (OPS-120)
    /// ```
    approve: Option<Vec<Approval>>,
}

/// A limit on people who lose access: a number, a share, or both.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Limit on lost access", extend("minProperties" = 1))]
struct AccessLoss {
    /// At most so many people.
    #[schemars(extend("type" = "integer", "minimum" = 0, "maximum" = 1_000_000, "examples" = [5]))]
    max: Option<Count>,
    /// At most this share of the people whom the API could remove.
    share: Option<Share>,
}

/// A limit.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Limit")]
struct Limit {
    /// At most so many.
    #[schemars(extend("type" = "integer", "minimum" = 0, "maximum" = 1_000_000, "examples" = [3]))]
    max: Count,
}

/// A whole number.
#[derive(JsonSchema)]
#[schemars(inline)]
struct Count(serde_json::Value);

/// A reviewed exception: exactly these changes, up to a day, for a reason.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, title = "Approval")]
struct Approval {
    /// The changes it covers, by live names or ids, as the lines to paste of a plan have them.
    #[schemars(extend("minItems" = 1, "uniqueItems" = true, "examples" = [["archive workspace/research-2024"]]))]
    changes: Vec<Change>,
    /// Its last day, in UTC. More than 31 days ahead does not count.
    #[schemars(extend("examples" = ["2027-02-10"]))]
    until: Day,
    /// Why, for the people who review it.
    #[schemars(extend("examples" = ["retire research (OPS-120)"]))]
    reason: SomeText,
}
