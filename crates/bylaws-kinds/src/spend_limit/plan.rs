//! Plans the limits that the files list: one request for each that differs.

use std::collections::BTreeSet;

use bylaws_engine::draft::Phase;
use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, Class, Facts, Item, Kind, Line, ObjectKind, ObjectName, WorkspaceLabel,
    WorkspaceRef, Write,
};

use super::lists::are_listed;
use super::{LiveAmount, LiveLimit, LiveSpendLimits, Money, NO_LIMIT, Refused, Wanted, facts};
use crate::desired::Policy;
use crate::plan::Planner;

/// Spend limits. The organization and each workspace have at most one a month.
pub(crate) static SPEND_LIMIT: Kind = Kind { is_single: true, ..Kind::new("spend_limit", &["spend_limits"]) };

/// The organization, or a workspace.
struct Scope<'a> {
    label: Option<&'a WorkspaceLabel>,
    workspace: Option<WorkspaceRef>,
}

impl Scope<'_> {
    fn address(&self) -> Address {
        Address::of_object(self.label, SPEND_LIMIT.object(), ObjectName::none())
    }

    /// Returns the live limits. A workspace that this plan creates has none.
    fn limits<'l>(&self, live: &'l LiveSpendLimits) -> &'l [LiveLimit] {
        match &self.workspace {
            None => live.of(None),
            Some(workspace) => workspace.live().map_or(&[], |id| live.of(Some(id))),
        }
    }
}

impl<'a> Planner<'a> {
    pub(crate) fn plan_spend_limits(&mut self) {
        let Some(live) = self.live.spend_limits.as_ref() else { return };
        let desired = self.desired;
        if let Some(refused) = &live.refused {
            if are_listed(desired) {
                self.say_refused(refused);
            }
            return;
        }
        let reports = desired.spend_limits.is_some() && desired.unlisted.of("spend_limits") != Policy::Ignore;
        if let Some(limits) = &desired.spend_limits {
            self.plan_spend_limit(
                &Scope { label: None, workspace: None },
                limits.organization.as_ref(),
                reports,
            );
        }
        let workspaces = desired.open().filter(|(label, _)| !label.is_default() && !label.is_claude_code());
        for (label, open) in workspaces {
            let Some(workspace) = self.workspace_of(label) else { continue };
            let scope = Scope { label: Some(label), workspace: Some(workspace) };
            self.plan_spend_limit(&scope, open.spend_limit.as_ref(), reports);
        }
    }

    /// Blocks every line; without a line, says once that nothing is known.
    fn say_refused(&mut self, refused: &Refused) {
        let reason = match refused {
            Refused::NotEnrolled => refused.reason(),
            Refused::Because(reason) => text!("not read, so nothing is changed: {}", reason),
        };
        let desired = self.desired;
        let of_workspace = desired.open().find(|(_, open)| open.spend_limit.is_some());
        let of_organization = desired.spend_limits.iter().any(|limits| limits.organization.is_some());
        let label = of_workspace.map(|(label, _)| label).filter(|_| !of_organization);
        let line = Line::of_object(label, SPEND_LIMIT.object(), ObjectName::none());
        let is_listed = of_organization || label.is_some();
        let section = Address::Section(ObjectKind::section("spend_limits"));
        let item = Item { line: is_listed.then_some(line), ..Item::new(section, reason) };
        if is_listed {
            self.draft.plan.blocked.push(item);
        } else if desired.unlisted.of("spend_limits") != Policy::Ignore {
            self.draft.plan.notes.push(item);
        }
    }

    fn plan_spend_limit(&mut self, scope: &Scope<'a>, wanted: Option<&Wanted>, reports: bool) {
        let Some(live) = self.live.spend_limits.as_ref() else { return };
        let (address, limits) = (scope.address(), scope.limits(live));
        let Some(wanted) = wanted else {
            for limit in limits.iter().filter(|limit| reports && limit.amount != LiveAmount::NoLimit) {
                let off = if limit.is_enabled { "" } else { ", switched off in the Console" };
                self.draft.stay(address.clone(), text!("`{}`{}", &limit.shown, Text::from(off)));
            }
            return;
        };
        let limit = match limits {
            [] => None,
            [limit] => Some(limit),
            several => {
                let ids = Text::joined(several.iter().map(|limit| &limit.id), ", ");
                let reason = text!("has several monthly limits: {}; keep one of them in the Console", ids);
                return self.draft.block(address, reason);
            }
        };
        if let Some(reason) = limit.and_then(|limit| cannot_be_compared(limit, wanted)) {
            let review = Some(ReviewKind::Blocked);
            return self.draft.plan.blocked.push(Item { review, ..Item::listed(address, reason) });
        }
        let has = limit.and_then(|limit| limit.amount.money());
        match (wanted, has, limit) {
            (Wanted::NoLimit, Some(has), Some(limit)) => self.remove_limit(scope, has, limit),
            (Wanted::NoLimit, ..) => {}
            (Wanted::Amount(wanted), ..) => {
                let currency = has.map(|has| &has.currency).or(live.currency.as_ref());
                // The service states cost in this currency.
                let currency = currency.map_or("USD", String::as_str);
                if currency != wanted.currency {
                    let reason =
                        text!("the currency of the organization is {}, not {}", currency, &wanted.currency);
                    self.draft.block(address, reason);
                } else if has != Some(wanted) {
                    self.set_limit(scope, wanted, has, limit);
                }
            }
        }
    }

    fn set_limit(
        &mut self,
        scope: &Scope<'a>,
        wanted: &Money,
        has: Option<&Money>,
        limit: Option<&LiveLimit>,
    ) {
        let address = scope.address();
        let raises = has.filter(|has| has.cents < wanted.cents);
        if raises.is_none() {
            self.compare_with_spent(scope, &address, wanted);
        }
        let why = match raises {
            Some(has) => Some(text!("raises the limit from {} to {} and needs an approval", has, wanted)),
            None if wanted.cents.is_zero() => {
                Some("a limit of 0 stops all paid use and needs an approval".into())
            }
            None => None,
        };
        if why.is_some_and(|why| self.is_unapproved(Action::Update, &address, why)) {
            return;
        }
        let body = Facts::one("amount", wanted.cents.cents());
        let write = match limit {
            Some(limit) => Write::to(&SPEND_LIMIT, Action::Update, limit.id.as_str(), body),
            None => Write::creating(&SPEND_LIMIT, Action::Update, SPEND_LIMIT.name, body),
        };
        let class = if raises.is_some() { Class::Money } else { Class::Throttle };
        let before = has.map_or_else(|| NO_LIMIT.to_owned(), Money::to_string);
        self.add_limit(scope, write, facts(&before), Some(facts(&wanted.to_string())), class);
    }

    fn remove_limit(&mut self, scope: &Scope<'a>, has: &Money, limit: &LiveLimit) {
        let why = text!("removes the limit of {} and needs an approval", has);
        if self.is_unapproved(Action::Remove, &scope.address(), why) {
            return;
        }
        let write = Write::to(&SPEND_LIMIT, Action::Remove, limit.id.as_str(), Facts::default());
        self.add_limit(scope, write, facts(&has.to_string()), None, Class::Money);
    }

    fn add_limit(
        &mut self,
        scope: &Scope<'a>,
        write: Write,
        before: Facts,
        after: Option<Facts>,
        class: Class,
    ) {
        let write = match &scope.workspace {
            Some(workspace) => write.within(workspace.clone()),
            None => write,
        };
        let change = Change::new(Phase::Workspaces, scope.address(), write);
        let classes = BTreeSet::from([class]);
        self.draft.add(Change { before: Some(before), after, classes, ..change });
    }

    /// Notes a limit that this month has reached already: it stops everything at once.
    fn compare_with_spent(&mut self, scope: &Scope<'a>, address: &Address, wanted: &Money) {
        let Some(live) = self.live.spend_limits.as_ref() else { return };
        let workspace = match &scope.workspace {
            None => None,
            Some(WorkspaceRef::Live(id)) => Some(id),
            // It has not spent anything.
            Some(WorkspaceRef::Created(_)) => return,
        };
        let Some(cents) = live.spent(workspace).filter(|_| wanted.currency == "USD") else {
            let reason = "not compared with the cost of this month, which is not known";
            return self.draft.note(address.clone(), reason);
        };
        if cents < wanted.cents || cents.is_zero() {
            return;
        }
        let spent = Money { cents, currency: wanted.currency.clone() };
        let reason = text!("would stop it now: {} of {} spent this month", spent, wanted);
        let review = Some(ReviewKind::Throttle);
        self.draft.plan.notes.push(Item { review, ..Item::listed(address.clone(), reason) });
    }
}

/// Returns why a live limit cannot be brought to what the files ask for; `None` if it can, or is.
fn cannot_be_compared(limit: &LiveLimit, wanted: &Wanted) -> Option<Text> {
    if limit.amount == LiveAmount::Unknown {
        return Some(text!("the live limit is `{}`, which this version does not understand", &limit.shown));
    }
    (!limit.is_enabled && *wanted != Wanted::NoLimit).then(|| {
        let shown = &limit.shown;
        text!(
            "the limit of `{}` is switched off in the Console, so it has no effect; switch it on there",
            shown
        )
    })
}

impl bylaws_engine::text::Say for Money {
    fn say(&self) -> Text {
        Text::quoted(self)
    }
}
