//! `guards:`: limits, protected objects, approvals.

use bylaws_engine::AddressForm;

use super::keys::keys;
use super::text::{Count, Day, SomeText, texts};
use crate::member::schema::Email;
use crate::objects;
use crate::syntax::{Place, Syntax, at};

/// Returns the pattern of an address, up to its end. A part has no `/`, and `%` only as an escape.
pub(super) fn address() -> String {
    const PART: &str = "([^/%]|%[0-9A-Fa-f]{2})+";
    let kinds = |place| {
        let of_place = at(place).map(Syntax::kind).filter(|kind| kind.form == AddressForm::Place);
        let parts = of_place
            .map(|kind| if kind.is_single { kind.word.to_owned() } else { format!("{}/{PART}", kind.word) });
        parts.collect::<Vec<_>>().join("|")
    };
    // The parts of a section have addresses of their own.
    let of_form = |form| {
        let words = objects::kinds().into_iter().filter(|kind| kind.form == form);
        words.map(|kind| format!("{}/{PART}", kind.word)).collect::<Vec<_>>().join("|")
    };
    let or = |kinds: String, then: &str| {
        if kinds.is_empty() { kinds } else { format!("|({kinds}){then}") }
    };
    format!(
        "(organization(/({}))?|(member|invite)/(?=[^/]*(@|%40)){PART}|workspace/{PART}(/(member/{PART}|{}))?{}{})$",
        kinds(Place::Organization),
        kinds(Place::Workspace),
        or(of_form(AddressForm::Alone), ""),
        or(of_form(AddressForm::ThenWorkspace), &format!("/workspace/{PART}")),
    )
}

texts! {
    Address {
        "title": "address",
        "description": "An object by its live name or id: `member/…`, `workspace/…`, `workspace/…/api_key/…`. Write a space as `%20`.",
        "pattern": format!("^{}", address()),
        "patternErrorMessage": "Not a valid address: write it as in member/ada@acme.com, workspace/production, workspace/production/member/ada@acme.com, workspace/production/api_key/ci-deploy or organization/api_key/ops.",
        "examples": ["workspace/production", "member/ada@acme.com"]
    }
    Change {
        "title": "change",
        "description": "An action and an address with a live name or an id, as in the lines that a plan prints to copy.",
        "pattern": format!("^(create|update|remove|invite|revoke|archive) {}", address()),
        "patternErrorMessage": "Not a valid change: write an action (create, update, remove, invite, revoke, archive), one space and an address, as in `archive workspace/old`.",
        "examples": ["archive workspace/research-2024"]
    }
    Domain {
        "title": "domain",
        "description": "The part of an address after the `@`. List each subdomain by itself.",
        "pattern": r"^[^\s@*/:,.]([^\s@*/:,]*[^\s@*/:,.])?$",
        "patternErrorMessage": "Not a valid domain: write the part after the `@`, as in acme.com.",
        "examples": ["acme.com"]
    }
    Share {
        "title": "share",
        "description": "A percentage from 0 to 100, with at most two decimals.",
        "pattern": r"^(0?[0-9]{1,2}(\.[0-9]{1,2})?|100(\.0{1,2})?)%$",
        "patternErrorMessage": "Not a valid share: write a percentage from 0 to 100, as in 10% or 2.5%.",
        "examples": ["10%", "2.5%"]
    }
}

keys! {
    /// Limits that refuse a whole plan. Keys that are left out have their default.
    #[schemars(title = "Guards")]
    pub(in crate::files) struct Guards {
        /// Number of people who may lose access in one plan: a number, a share, or the smaller of both.
        /// Default: 5 and 10%.
        ///
        /// ```yaml
        /// access_loss: { max: 5, share: 10% }
        /// ```
        access_loss: Option<AccessLoss>,
        /// Number of API keys that one plan may deactivate. Default: 3.
        ///
        /// ```yaml
        /// keys_off: { max: 3 }
        /// ```
        keys_off: Option<Limit>,
        /// Number of people that one plan may invite. Default: 25.
        ///
        /// ```yaml
        /// invites: { max: 25 }
        /// ```
        invites: Option<Limit>,
        /// Number of people that one plan may make `workspace_admin` of live workspaces. Default: 5.
        ///
        /// ```yaml
        /// workspace_admins: { max: 5 }
        /// ```
        workspace_admins: Option<Limit>,
        /// People who must be listed with a console-only role, such as `admin`. A plan reports a person who does not have
        /// such a role live.
        #[schemars(extend("uniqueItems" = true, "examples" = [["grace@acme.com"]]))]
        required_admins: Option<Vec<Email>>,
        /// Domains that listed people may have; any other is an error. Default: any domain.
        #[schemars(extend("minItems" = 1, "uniqueItems" = true, "examples" = [["acme.com", "contractor.example"]]))]
        allowed_domains: Option<Vec<Domain>>,
        /// Objects, by live name or id, that are never removed, archived, deactivated or given a lower role; workspaces
        /// among them are never renamed.
        #[schemars(extend("uniqueItems" = true, "examples" = [["workspace/production", "member/ada@acme.com"]]))]
        protect: Option<Vec<Address>>,
        /// Reviewed exceptions: exactly these changes, for at most 31 days.
        ///
        /// ```yaml
        /// approve:
        ///   - changes: [archive workspace/research-2024]
        ///     until: 2027-02-10
        ///     reason: retire research (OPS-120)
        /// ```
        approve: Option<Vec<Approval>>,
    }
}

keys! {
    /// A limit on people who lose access: a number, a share, or both.
    #[schemars(title = "Limit on lost access", extend("minProperties" = 1))]
    pub(in crate::files) struct AccessLoss {
        /// Maximum number of people.
        #[schemars(extend("examples" = [5]))]
        max: Option<Count>,
        /// Maximum share of the people that the API could remove.
        share: Option<Share>,
    }
}

keys! {
    /// A limit on a number of changes in one plan.
    #[schemars(title = "Limit")]
    pub(in crate::files) struct Limit {
        /// Maximum number.
        #[schemars(extend("examples" = [3]))]
        max: Count,
    }
}

keys! {
    /// A reviewed exception: exactly these changes, until a date, for a reason.
    #[schemars(title = "Approval")]
    pub(in crate::files) struct Approval {
        /// The changes it covers, with live names or ids, as in the lines that a plan prints to copy.
        #[schemars(extend("minItems" = 1, "uniqueItems" = true, "examples" = [["archive workspace/research-2024"]]))]
        changes: Vec<Change>,
        /// Last day, in UTC. The approval does not count if this is more than 31 days ahead.
        #[schemars(extend("examples" = ["2027-02-10"]))]
        until: Day,
        /// The reason, for reviewers.
        #[schemars(extend("examples" = ["retire research (OPS-120)"]))]
        reason: SomeText,
    }
}
