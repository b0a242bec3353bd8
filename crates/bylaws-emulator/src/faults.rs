//! The fault rules in force: counts requests and decides what happens to each. The service and the server
//! carry it out.

use std::time::Duration;

use crate::fault_rule::{Fault, FaultRule, When};
use crate::glob;
use crate::ids;

/// The rules in force and how often each has matched.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(FaultRule, u64)>,
}

/// What the rules decide for one request.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct FaultEffect {
    pub(crate) latency: Duration,
    /// For a read: the age of the state that it sees. For a write: how long reads see the state before it.
    pub(crate) stale_for: Duration,
    /// The first other fault that applies.
    pub(crate) fault: Option<Fault>,
}

impl Faults {
    pub(crate) fn new(rules: Vec<FaultRule>) -> Self {
        Self { rules: rules.into_iter().map(|rule| (rule, 0)).collect() }
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &FaultRule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// Returns how long the state before a write must be kept for stale reads.
    pub(crate) fn longest_read_lag(&self) -> Duration {
        let lag = |rule: &FaultRule| match (&rule.then, rule.method.as_deref()) {
            (Fault::StaleForMs(time), None | Some("GET")) => Some(Duration::from_millis(*time)),
            _ => None,
        };
        self.rules().filter_map(lag).max().unwrap_or_default()
    }

    /// Counts the request for every rule that matches it and combines their effects.
    pub(crate) fn effect_on(&mut self, method: &str, path: &str) -> FaultEffect {
        let mut effect = FaultEffect::default();
        for (rule, count) in &mut self.rules {
            let method_fits = rule.method.as_deref().is_none_or(|wanted| wanted == method);
            if !method_fits || !glob::matches(&rule.path, path) {
                continue;
            }
            *count += 1;
            if !fires(rule.when, *count) {
                continue;
            }
            match &rule.then {
                Fault::LatencyMs(time) => {
                    effect.latency = effect.latency.saturating_add(Duration::from_millis(*time));
                }
                Fault::StaleForMs(time) => {
                    effect.stale_for = effect.stale_for.max(Duration::from_millis(*time));
                }
                other if effect.fault.is_none() => effect.fault = Some(other.clone()),
                _ => {}
            }
        }
        effect
    }
}

fn fires(when: Option<When>, count: u64) -> bool {
    match when {
        None => true,
        Some(When::Nth(n)) => count == n,
        Some(When::Every(n)) => n != 0 && count.is_multiple_of(n),
        Some(When::Chance { probability, seed }) => {
            // 32 bits fit a double exactly.
            let lot = ids::mix(seed ^ ids::mix(count)) >> 32;
            u32::try_from(lot).is_ok_and(|lot| f64::from(lot) < probability * 4_294_967_296.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nth_and_every_count_matching_requests_only() {
        let rules = r#"[{"method":"GET","path":"/a","nth":2,"then":"truncate"},{"path":"/b","every":2,"then":"drop_after"}]"#;
        let mut faults = Faults::new(FaultRule::list_from_json(rules).unwrap());
        let mut hit = |method, path| faults.effect_on(method, path).fault.is_some();
        assert_eq!(
            [hit("GET", "/a"), hit("POST", "/a"), hit("GET", "/a"), hit("GET", "/a")],
            [false, false, true, false]
        );
        assert_eq!(
            [hit("GET", "/b"), hit("GET", "/b"), hit("GET", "/b"), hit("GET", "/b")],
            [false, true, false, true]
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let draw =
            |seed| (1..=1000).filter(|n| fires(Some(When::Chance { probability: 0.3, seed }), *n)).count();
        assert_eq!(draw(1), draw(1));
        assert!((250..350).contains(&draw(1)), "{}", draw(1));
        assert!((1..=100).all(|n| fires(Some(When::Chance { probability: 1.0, seed: 9 }), n)));
        assert!(!(1..=100).any(|n| fires(Some(When::Chance { probability: 0.0, seed: 9 }), n)));
    }
}
