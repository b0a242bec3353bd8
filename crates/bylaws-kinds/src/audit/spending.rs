//! Audit rules about spending above a limit, or unusual spending.

use std::collections::BTreeMap;

use bylaws_engine::audit::rule::{SPENDING_ABOVE_LIMIT, SPENDING_OUT_OF_PATTERN};
use bylaws_engine::audit::{Unseen, Unusual};
use bylaws_engine::text;
use bylaws_engine::{Address, Amount, Line, WorkspaceLabel, days};
use jiff::ToSpan;
use jiff::civil::Date;

use super::observed::{Costs, PATTERN};
use super::{Auditor, Found};

/// The maximum and minimum number of weeks that a week is compared with.
const MOST_WEEKS: usize = 8;
const FEWEST_WEEKS: usize = 3;

impl Auditor<'_> {
    pub(super) fn spending(&self, found: &mut Found) {
        let settings = &self.desired.audit.spending;
        if self.live.workspaces.is_none() {
            if !settings.monthly.is_empty() {
                found.not_seen(&[&SPENDING_ABOVE_LIMIT], Unseen::Workspaces);
            }
            if settings.unusual.is_some() {
                found.not_seen(&[&SPENDING_OUT_OF_PATTERN], Unseen::Workspaces);
            }
            return;
        }
        let reaches = |costs: &&Costs, from: Date| costs.since <= from;
        if !settings.monthly.is_empty() {
            let first = self.today.first_of_month();
            match self.observed.cost.as_ref().filter(|costs| reaches(costs, first)) {
                Some(costs) => self.above_limit(costs, first, found),
                None => found.not_seen(&[&SPENDING_ABOVE_LIMIT], Unseen::Cost),
            }
        }
        if let Some(unusual) = &settings.unusual {
            let first = self.today - PATTERN.days();
            match self.observed.cost.as_ref().filter(|costs| reaches(costs, first)) {
                Some(costs) => self.out_of_pattern(costs, unusual, found),
                None => found.not_seen(&[&SPENDING_OUT_OF_PATTERN], Unseen::Cost),
            }
        }
    }

    fn above_limit(&self, costs: &Costs, first: Date, found: &mut Found) {
        for (label, limit) in &self.desired.audit.spending.monthly {
            let Some(by_day) = self.costs_of(label, costs) else { continue };
            let spent: Amount = by_day.range(first..=self.today).map(|(_, amount)| amount).sum();
            if spent <= *limit {
                continue;
            }
            let message = text!("{} this month; the limit is {}", spent, limit);
            let finding = found.add(&SPENDING_ABOVE_LIMIT, Address::Workspace(label.clone()), message);
            finding.evidence = vec![
                ("since", first.to_string()),
                ("spent (USD)", spent.dollars()),
                ("limit (USD)", limit.dollars()),
            ];
            finding.line = Some(Line::SpendingLimit(label.clone()));
        }
    }

    /// Returns the costs of the workspace that the files list under this label, or that has this name.
    fn costs_of<'c>(&self, label: &WorkspaceLabel, costs: &'c Costs) -> Option<&'c BTreeMap<Date, Amount>> {
        if label.is_default() {
            return costs.by_workspace.get(&None);
        }
        let id = match self.labels.iter().find(|(_, other)| **other == label) {
            Some((id, _)) => *id,
            None => match self.workspaces.open_named(label.as_str()).as_slice() {
                [one] => &one.id,
                _ => return None,
            },
        };
        costs.by_workspace.get(&Some(id.clone()))
    }

    fn out_of_pattern(&self, costs: &Costs, unusual: &Unusual, found: &mut Found) {
        for (id, by_day) in &costs.by_workspace {
            let label = match id {
                None => WorkspaceLabel::new("Default"),
                Some(id) => match self.workspaces.get(id) {
                    Some(workspace) => self.label(workspace),
                    None => WorkspaceLabel::new(id.as_str()),
                },
            };
            let Some((week, usual)) = week_and_usual(by_day, self.today) else { continue };
            if week <= usual.times(unusual.times) || week <= usual.clone() + unusual.least.clone() {
                continue;
            }
            let message = text!("{} in the last seven days; a usual week costs {}", week, usual);
            let finding = found.add(&SPENDING_OUT_OF_PATTERN, Address::Workspace(label), message);
            finding.evidence =
                vec![("last seven days (USD)", week.dollars()), ("median week (USD)", usual.dollars())];
        }
    }
}

/// Returns the cost of the last seven whole days, and the median of the weeks before; `None` if there are
/// too few weeks since the first cost. Of an even number of weeks, the higher of the two middle ones counts.
fn week_and_usual(by_day: &BTreeMap<Date, Amount>, today: Date) -> Option<(Amount, Amount)> {
    let (first, _) = by_day.iter().find(|(_, amount)| !amount.is_zero())?;
    let week = |ago: i32| -> Amount {
        let end = today - (7 * ago).days();
        by_day.range(end - 7.days()..end).map(|(_, amount)| amount).sum()
    };
    // Whole weeks since the first cost, without the last one.
    let weeks =
        usize::try_from(days(*first, today) / 7).unwrap_or_default().saturating_sub(1).min(MOST_WEEKS);
    if weeks < FEWEST_WEEKS {
        return None;
    }
    let mut before: Vec<Amount> = (1..).take(weeks).map(week).collect();
    before.sort();
    let median = before.get(before.len() / 2)?.clone();
    Some((week(0), median))
}
