//! Keys that should be replaced: whether they are in use, and which key can replace them. An edit that
//! switches off a key in use is not suggested until its successor exists.

use std::collections::BTreeMap;

use bylaws_engine::days;
use bylaws_engine::text::{Text, text};
use jiff::civil::Date;

use super::observed::Usage;
use super::people::limit;
use crate::desired::Desired;
use crate::live::{KeyScope, LiveApiKey, LiveKeyStatus};

/// Days within which a key counts as in use if the files set no dormancy threshold for keys.
const IN_USE_DAYS: i32 = 90;

/// Whether a key can be switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Retirement {
    /// It is in use (last used on that day), and no key can replace it.
    InUse(Date),
    /// It may be in use: its last use is not known.
    MayBeInUse,
    /// The key with this name can replace it.
    Replaced(String),
    /// It has not been used for a long time.
    Unused,
}

impl Retirement {
    /// Returns whether an edit that switches the key off may be suggested.
    pub(crate) fn is_safe(&self) -> bool {
        matches!(self, Self::Replaced(_) | Self::Unused)
    }

    /// Returns the message of a finding: first what to do, then why.
    pub(crate) fn message(&self, why: Text) -> Text {
        match self {
            Self::InUse(last) => text!("in use: last used {}; create a replacement first ({})", last, why),
            Self::MayBeInUse => text!("may be in use; create a replacement first ({})", why),
            Self::Replaced(successor) => text!("{}; `{}` can replace it", why, successor),
            Self::Unused => why,
        }
    }
}

/// Active keys by scope and by name without version or year.
pub(crate) struct Series<'a>(BTreeMap<(&'a KeyScope, String), Vec<&'a LiveApiKey>>);

impl<'a> Series<'a> {
    pub(crate) fn of(keys: &'a [LiveApiKey]) -> Self {
        let mut by_stem: BTreeMap<(&KeyScope, String), Vec<&LiveApiKey>> = BTreeMap::new();
        for key in keys.iter().filter(|key| key.status == LiveKeyStatus::Active) {
            if let Some(stem) = stem(key.name.as_str()) {
                by_stem.entry((&key.scope, stem)).or_default().push(key);
            }
        }
        Self(by_stem)
    }

    /// Returns the newest active key of the same scope with a similar name (`ci`, `ci-2027`) that was
    /// created later.
    fn of_key(&self, key: &'a LiveApiKey) -> Option<&'a LiveApiKey> {
        let named_alike = self.0.get(&(&key.scope, stem(key.name.as_str())?))?;
        let later =
            named_alike.iter().filter(|other| other.id != key.id && other.created_at > key.created_at);
        let created = key.created_at.is_some();
        later.copied().filter(|_| created).max_by_key(|other| (other.created_at, &other.id))
    }
}

/// Returns whether an active key can be switched off on one day.
pub(crate) fn retirement<'a>(
    key: &'a LiveApiKey,
    series: &Series<'a>,
    usage: Option<&Usage>,
    desired: &Desired,
    today: Date,
) -> Retirement {
    let window = limit(desired.audit.dormant_days.keys).unwrap_or(IN_USE_DAYS);
    let last = usage.and_then(|usage| usage.api_keys.get(&key.id).copied());
    let is_seen = last.is_some() || usage.is_some_and(|usage| days(usage.since, today) >= window);
    if key.in_use {
        return Retirement::InUse(today);
    }
    if is_seen && last.is_none_or(|last| days(last, today) > window) {
        return Retirement::Unused;
    }
    match (series.of_key(key), last) {
        (Some(successor), _) => Retirement::Replaced(successor.name.to_string()),
        (None, Some(last)) => Retirement::InUse(last),
        (None, None) => Retirement::MayBeInUse,
    }
}

/// Returns a name without its version or year: `CI-2027`, `ci_v2` and `ci` all become `ci`.
fn stem(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let mut words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    while words
        .last()
        .is_some_and(|word| is_number(word.trim_start_matches('v')) || ["new", "next"].contains(word))
    {
        words.pop();
    }
    let last = words.pop()?.trim_end_matches(|c: char| c.is_ascii_digit());
    if !last.is_empty() {
        words.push(last);
    }
    (!words.is_empty()).then(|| words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn keys_of_a_series_have_the_same_stem() {
        for name in [
            "ci-deploy",
            "CI deploy 2",
            "ci_deploy-2027",
            "ci-deploy-v2",
            "ci-deploy-2027-01",
            "ci-deploy-new",
        ] {
            assert_eq!(stem(name).as_deref(), Some("ci-deploy"), "{name}");
        }
        for (name, expected) in
            [("ci", Some("ci")), ("ci-test", Some("ci-test")), ("2027", None), ("v", Some("v")), ("", None)]
        {
            assert_eq!(stem(name).as_deref(), expected, "{name:?}");
        }
    }
}
