//! Random settings of an audit, some left at their defaults, and the effective values.

use std::collections::BTreeMap;

use crate::dice::Dice;

/// `None`: the rule is off.
pub(crate) struct Settings {
    pub(crate) admins: Option<i32>,
    pub(crate) people: Option<i32>,
    pub(crate) workspaces: Option<i32>,
    pub(crate) api_keys: Option<i32>,
    pub(crate) key_age: Option<i32>,
    pub(crate) expiry_required: bool,
    pub(crate) pending: Option<i32>,
    pub(crate) unlisted: Option<i32>,
    /// A factor, and cents.
    pub(crate) unusual: Option<(u128, u128)>,
    /// Cents by label.
    pub(crate) monthly: BTreeMap<String, u128>,
    /// The settings that the generator left out of the files.
    built_in: Vec<&'static str>,
}

impl Settings {
    pub(crate) fn random(dice: &mut Dice) -> Self {
        let mut built_in = Vec::new();
        let mut days = |dice: &mut Dice, name: &'static str, default: i32, others: &[i32]| match dice.below(6)
        {
            0 | 1 => {
                built_in.push(name);
                Some(default)
            }
            2 if dice.chance(50) => None,
            _ => Some(others[dice.below(others.len())]),
        };
        let long = [1, 2, 7, 30, 100];
        let admins = days(dice, "max_admins", 5, &[1, 2, 3, 8]);
        let people = days(dice, "people", 90, &[1, 2, 5, 14, 30]);
        let workspaces = days(dice, "workspaces", 90, &long);
        let api_keys = days(dice, "api_keys", 90, &long);
        let key_age = days(dice, "key_max_age_days", 180, &[30, 90, 365]);
        let pending = days(dice, "pending_days", 7, &[1, 3, 14, 19]);
        let unlisted = days(dice, "unlisted_days", 30, &[0, 1, 10, 60]);
        let expiry_required = dice.chance(40);
        let unusual = match dice.below(5) {
            0 => {
                built_in.push("unusual");
                Some((3, 5_000))
            }
            1 if dice.chance(40) => None,
            _ => Some((2 + u128::from(dice.roll()) % 4, [1, 100, 1_250, 5_000][dice.below(4)])),
        };
        Self {
            admins,
            people,
            workspaces,
            api_keys,
            key_age,
            expiry_required,
            pending,
            unlisted,
            unusual,
            monthly: BTreeMap::new(),
            built_in,
        }
    }

    pub(crate) fn yaml(&self) -> String {
        let value = |days: Option<i32>| days.map_or_else(|| "none".to_owned(), |days| days.to_string());
        let mut text = "audit:\n".to_owned();
        for (name, days) in [
            ("max_admins", self.admins),
            ("key_max_age_days", self.key_age),
            ("pending_days", self.pending),
            ("unlisted_days", self.unlisted),
        ] {
            if !self.built_in.contains(&name) {
                text += &format!("  {name}: {}\n", value(days));
            }
        }
        let mut dormant = Vec::new();
        for (name, days) in
            [("people", self.people), ("workspaces", self.workspaces), ("api_keys", self.api_keys)]
        {
            if !self.built_in.contains(&name) {
                dormant.push(format!("{name}: {}", value(days)));
            }
        }
        if !dormant.is_empty() {
            text += &format!("  dormant_days: {{{}}}\n", dormant.join(", "));
        }
        text += if self.expiry_required { "  key_expiry: required\n" } else { "  key_expiry: optional\n" };
        let mut spending = String::new();
        if !self.monthly.is_empty() {
            spending += "    monthly:\n";
            for (label, cents) in &self.monthly {
                spending += &format!("      \"{label}\": {}\n", dollars(*cents));
            }
        }
        match self.unusual {
            _ if self.built_in.contains(&"unusual") => {}
            None => spending += "    unusual: none\n",
            Some((times, least)) => {
                spending += &format!("    unusual: {{times: {times}, least: {}}}\n", dollars(least));
            }
        }
        if !spending.is_empty() {
            text += &format!("  spending:\n{spending}");
        }
        text
    }
}

fn dollars(cents: u128) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
