//! The list of spend limits as it was read, and as a snapshot contains it; and which limits the files ask for.

use std::collections::BTreeMap;

use bylaws_api as api;
use bylaws_engine::{Amount, WorkspaceId};
use serde_json::{Map, Value, json};

use super::{LiveAmount, LiveLimit, LiveSpendLimits, Money, NO_LIMIT, Refused, Wanted};
use crate::desired::Desired;
use crate::index::WorkspaceIndex;
use crate::live::Live;
use crate::remote::{Lists, list, time};
use crate::workspace::matching::match_workspaces;

/// Returns the limits, if the service listed them.
pub(crate) fn read(live: &Live) -> Option<&LiveSpendLimits> {
    live.spend_limits.as_ref().filter(|limits| limits.refused.is_none())
}

/// Returns whether the files have anything to do with spend limits.
pub(crate) fn are_listed(desired: &Desired) -> bool {
    desired.spend_limits.is_some() || desired.open().any(|(_, open)| open.spend_limit.is_some())
}

/// Returns what the files ask for of the organization and of live workspaces.
fn wanted<'d>(desired: &'d Desired, live: &Live) -> Vec<(Option<WorkspaceId>, &'d Wanted)> {
    let index = WorkspaceIndex::of(live);
    let matched = match_workspaces(desired, &index);
    let of_workspace = |(label, open): (_, &'d crate::desired::OpenWorkspace)| {
        let id = matched.get(label)?.live()?.id.clone();
        Some((Some(id), open.spend_limit.as_ref()?))
    };
    let of_organization = desired.spend_limits.iter().filter_map(|limits| limits.organization.as_ref());
    of_organization.map(|wanted| (None, wanted)).chain(desired.open().filter_map(of_workspace)).collect()
}

/// Returns whether a limit is to be lowered or set for the first time, which may stop what is running.
pub(super) fn lowers(desired: &Desired, live: &Live, limits: &LiveSpendLimits) -> bool {
    wanted(desired, live).into_iter().any(|(workspace, wanted)| {
        let has = limits.amount(workspace.as_ref());
        matches!(wanted, Wanted::Amount(wanted) if has.is_none_or(|has| wanted.cents < has.cents))
    })
}

/// The limits of every scope, and what this month has cost if it was read.
#[derive(Default)]
pub(super) struct SpendLimitLists {
    pub(super) limits: Vec<api::SpendLimit>,
    pub(super) spent: Option<BTreeMap<Option<WorkspaceId>, Amount>>,
    pub(super) cost_reads: usize,
    /// Why the list was not read.
    pub(super) refused: Option<Refused>,
}

impl SpendLimitLists {
    pub(super) fn refused(reason: Refused) -> Self {
        Self { refused: Some(reason), ..Self::default() }
    }

    pub(super) fn parse(snapshot: &Map<String, Value>) -> serde_json::Result<Self> {
        match snapshot.get("spend_limits") {
            // As in a seed.
            None => Ok(Self::refused(Refused::NotEnrolled)),
            Some(Value::Null) => {
                Ok(Self::refused(Refused::Because("the snapshot does not contain them".into())))
            }
            Some(_) => Ok(Self { limits: list(snapshot, "spend_limits")?, ..Self::default() }),
        }
    }

    pub(super) fn live(&self) -> LiveSpendLimits {
        let mut limits: BTreeMap<_, Vec<LiveLimit>> = BTreeMap::new();
        for (scope, limit) in managed(&self.limits) {
            limits.entry(scope).or_default().push(live(limit));
        }
        LiveSpendLimits {
            limits,
            listed: self.limits.len(),
            currency: self.limits.first().map(|limit| limit.currency.clone()),
            spent: self.spent.clone(),
            cost_reads: self.cost_reads,
            refused: self.refused.clone(),
        }
    }
}

impl Lists for SpendLimitLists {
    fn add_to(&self, live: &mut Live, _: Option<&api::Credential>) {
        live.spend_limits = Some(self.live());
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        let mut limits: Vec<&api::SpendLimit> = self.limits.iter().collect();
        limits.sort_by(|a, b| a.id.cmp(&b.id));
        let list = match self.refused {
            // An organization without access has the same snapshot as before they existed.
            Some(Refused::NotEnrolled) => return,
            // Not an empty list: a plan with this snapshot says that the limits are not known.
            Some(Refused::Because(_)) => Value::Null,
            None => json!(limits),
        };
        snapshot.insert("spend_limits".to_owned(), list);
    }
}

/// Returns the monthly limits of workspaces, and of the organization (`None`). Bylaws does not manage others.
pub(super) fn managed(
    limits: &[api::SpendLimit],
) -> impl Iterator<Item = (Option<WorkspaceId>, &api::SpendLimit)> {
    let monthly = limits.iter().filter(|limit| limit.period == api::SpendLimitPeriod::Monthly);
    monthly.filter_map(|limit| match &limit.scope {
        api::SpendLimitScope::Organization => Some((None, limit)),
        api::SpendLimitScope::Workspace { workspace_id } => {
            Some((Some(WorkspaceId::new(workspace_id.as_str())), limit))
        }
        api::SpendLimitScope::User { .. } | api::SpendLimitScope::Unknown(_) => None,
    })
}

/// Returns a limit of the service.
pub(super) fn live(limit: &api::SpendLimit) -> LiveLimit {
    let (amount, shown) = match limit.amount.as_deref() {
        None => (LiveAmount::NoLimit, NO_LIMIT.to_owned()),
        Some(cents) => match Money::of_cents(cents, &limit.currency) {
            Some(money) => (LiveAmount::Money(money.clone()), money.to_string()),
            None => (LiveAmount::Unknown, format!("{cents} (in hundredths of {})", limit.currency)),
        },
    };
    LiveLimit {
        id: limit.id.as_str().to_owned(),
        amount,
        shown,
        is_enabled: limit.is_enabled,
        created_at: time(&limit.created_at),
    }
}
