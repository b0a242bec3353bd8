//! The lists that the service refused to the credential, for a review. A refused list is not an empty one.

use bylaws_engine::audit::Unseen;
use bylaws_engine::text::Text;

use crate::desired::Desired;
use crate::live::Live;
use crate::spend_limit::Refused;
use crate::{external_key, federation, rate_limit, service_account, spend_limit};

/// A list that the service refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The list.
    pub what: Unseen,
    /// The reason.
    pub why: Text,
    /// Whether the files have anything to do with it. The list of what they do not use may be refused.
    pub is_needed: bool,
}

/// Returns the refused lists.
pub fn refusals(live: &Live, desired: Option<&Desired>) -> Vec<Refusal> {
    let accounts = live.service_accounts.as_ref().and_then(|accounts| accounts.refused.clone());
    let federated = live.federation.as_ref().and_then(|federation| federation.refused.clone());
    let rates = live.rate_limits.as_ref().and_then(|limits| limits.refused.clone());
    let spend = live.spend_limits.as_ref().and_then(|limits| limits.refused.as_ref()).map(Refused::reason);
    let keys = live.external_keys.as_ref().and_then(|keys| keys.refused.clone());
    let all: [(Unseen, Option<Text>, Needs); 5] = [
        (Unseen::ServiceAccounts, accounts, service_account::lists::are_needed),
        (Unseen::Federation, federated, federation::lists::need_rules),
        (Unseen::RateLimits, rates, rate_limit::lists::are_listed),
        (Unseen::SpendLimits, spend, spend_limit::lists::are_listed),
        (Unseen::ExternalKeys, keys, external_key::lists::are_listed),
    ];
    let refusal = |(what, why, needs): (_, Option<Text>, Needs)| {
        Some(Refusal { what, why: why?, is_needed: desired.is_some_and(needs) })
    };
    all.into_iter().filter_map(refusal).collect()
}

/// Returns whether files have anything to do with a list.
type Needs = fn(&Desired) -> bool;
