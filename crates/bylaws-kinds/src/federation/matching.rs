//! Which identity tokens a rule accepts, and whether a change accepts more of them or fewer.

use std::collections::BTreeMap;

use bylaws_engine::{Fact, Facts};

/// Which tokens a rule accepts: those that fulfil everything that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleMatch {
    /// The subject; if it ends in `*`, what the subject begins with.
    pub subject: Option<String>,
    /// The audience.
    pub audience: Option<String>,
    /// Claims and their exact values.
    pub claims: BTreeMap<String, String>,
    /// A condition over the claims, in CEL.
    pub condition: Option<String>,
}

/// Why a subject lets in more than it may seem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broad<'m> {
    /// It ends in `*`, so it accepts every subject that begins so.
    Prefix(&'m str),
    /// It is the subject of pull requests, whose jobs run what anybody proposes.
    PullRequests(&'m str),
    /// A `*` that is not at the end is an ordinary character.
    InnerStar(&'m str),
}

/// How a change affects who can use something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// Something is accepted that was not.
    pub(super) widens: bool,
    /// Something is not accepted any more.
    pub(super) narrows: bool,
}

impl Effect {
    pub(super) const NONE: Self = Self { widens: false, narrows: false };
    pub(super) const WIDENS: Self = Self { widens: true, narrows: false };
    pub(super) const NARROWS: Self = Self { widens: false, narrows: true };
    pub(super) const BOTH: Self = Self { widens: true, narrows: true };

    /// Returns the effect of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self { widens: self.widens || other.widens, narrows: self.narrows || other.narrows }
    }

    /// Returns the effect of a value that lets in more the greater it is.
    pub(super) fn of_greater<T: PartialOrd + Copy>(from: T, to: T) -> Self {
        Self { widens: from < to, narrows: to < from }
    }
}

impl RuleMatch {
    /// Returns what plans compare. The service replaces all of it.
    pub(super) fn facts(&self) -> Facts {
        let text = |text: &Option<String>| text.clone().map_or(Fact::Null, Fact::Text);
        let claims: BTreeMap<_, _> =
            self.claims.iter().map(|(claim, value)| (claim.clone(), Fact::Text(value.clone()))).collect();
        Facts(BTreeMap::from([
            ("subject_prefix", text(&self.subject)),
            ("audience", text(&self.audience)),
            ("claims", if claims.is_empty() { Fact::Null } else { Fact::Record(claims) }),
            ("condition", text(&self.condition)),
        ]))
    }

    /// Returns whether the match accepts every token of an issuer, which the service refuses.
    pub(super) fn accepts_all(&self) -> bool {
        self.subject.as_deref().is_none_or(|subject| subject == "*")
            && self.claims.is_empty()
            && self.condition.as_deref().is_none_or(is_constant)
    }

    /// Returns why the subject lets in more than it may seem.
    pub(crate) fn broad(&self) -> Vec<Broad<'_>> {
        let Some(subject) = self.subject.as_deref() else { return Vec::new() };
        let inner = subject.strip_suffix('*').unwrap_or(subject);
        let is_odd = subject.ends_with(":pull_request") || inner.contains('*');
        let odd = if subject.contains("pull_request") { Broad::PullRequests } else { Broad::InnerStar };
        let prefix = subject.ends_with('*').then_some(Broad::Prefix(subject));
        prefix.into_iter().chain(is_odd.then_some(odd(subject))).collect()
    }

    /// Returns the effect of a change to `wanted`.
    pub(super) fn effect(&self, wanted: &Self) -> Effect {
        subject(self.subject.as_deref(), wanted.subject.as_deref())
            .and(fixed(self.audience.as_ref(), wanted.audience.as_ref()))
            .and(claims(&self.claims, &wanted.claims))
            // Whether one condition accepts more than another one cannot be judged.
            .and(fixed(self.condition.as_ref(), wanted.condition.as_ref()))
    }
}

/// Returns whether a condition is the same for every token, as far as its text shows: it uses no claim, or has an
/// alternative that is always true.
fn is_constant(condition: &str) -> bool {
    let text: String = condition.chars().filter(|c| !c.is_whitespace() && !"()".contains(*c)).collect();
    let is_true =
        |part: &str| part == "true" || part.split_once("==").is_some_and(|(left, right)| left == right);
    !text.contains("claims") || text.split("||").any(is_true)
}

/// The effect of a change between values that only accept themselves; none accepts everything.
fn fixed<T: PartialEq>(from: Option<T>, to: Option<T>) -> Effect {
    match (from, to) {
        (Some(from), Some(to)) if from != to => Effect::BOTH,
        (Some(_), None) => Effect::WIDENS,
        (None, Some(_)) => Effect::NARROWS,
        _ => Effect::NONE,
    }
}

fn subject(from: Option<&str>, to: Option<&str>) -> Effect {
    // No subject accepts every one, as `*` does.
    let (from, to) = (from.unwrap_or("*"), to.unwrap_or("*"));
    let within = |one: &str, other: &str| match other.strip_suffix('*') {
        Some(prefix) => one.strip_suffix('*').unwrap_or(one).starts_with(prefix),
        None => one == other,
    };
    Effect { widens: !within(to, from), narrows: !within(from, to) }
}

fn claims(from: &BTreeMap<String, String>, to: &BTreeMap<String, String>) -> Effect {
    let lacks = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        other.iter().any(|(claim, value)| one.get(claim) != Some(value))
    };
    Effect { widens: lacks(to, from), narrows: lacks(from, to) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_that_is_always_true_does_not_count() {
        for (condition, accepts_all) in [
            ("true", true),
            ("(true)", true),
            ("'acme' == 'acme'", true),
            ("claims.a == 'b' || true", true),
            ("claims.a == claims.a", true),
            ("claims.a == 'b' || claims.a == 'c'", false),
            ("claims.a == 'b'", false),
        ] {
            let matching = RuleMatch { condition: Some(condition.to_owned()), ..RuleMatch::default() };
            assert_eq!(matching.accepts_all(), accepts_all, "{condition}");
        }
    }

    #[test]
    fn a_broad_subject_says_why() {
        for (subject, why) in [
            ("repo:a/b:ref:x", vec![]),
            ("repo:a/b:*", vec![Broad::Prefix("repo:a/b:*")]),
            ("repo:a/b:pull_request", vec![Broad::PullRequests("repo:a/b:pull_request")]),
            ("repo:*/b:ref:x", vec![Broad::InnerStar("repo:*/b:ref:x")]),
            ("repo:*/b:*", vec![Broad::Prefix("repo:*/b:*"), Broad::InnerStar("repo:*/b:*")]),
        ] {
            let matching = RuleMatch { subject: Some(subject.to_owned()), ..RuleMatch::default() };
            assert_eq!(matching.broad(), why, "{subject}");
        }
        assert_eq!(RuleMatch::default().broad(), []);
    }

    #[test]
    fn a_match_is_compared_field_by_field() {
        use Effect as E;
        let of = |text: &str| {
            let mut matching = RuleMatch::default();
            for part in text.split_whitespace() {
                let (field, value) = part.split_once('=').unwrap();
                match field {
                    "sub" => matching.subject = Some(value.to_owned()),
                    "aud" => matching.audience = Some(value.to_owned()),
                    "cel" => matching.condition = Some(value.to_owned()),
                    claim => drop(matching.claims.insert(claim.to_owned(), value.to_owned())),
                }
            }
            matching
        };
        for (from, to, effect) in [
            ("sub=repo:a/b:ref:x", "sub=repo:a/b:ref:x", E::NONE),
            ("sub=repo:a/b:ref:x", "sub=repo:a/b:*", E::WIDENS),
            ("sub=repo:a/b:ref:x", "sub=repo:a/b:ref:x*", E::WIDENS),
            ("sub=repo:a/b:*", "sub=repo:a/b:ref:x", E::NARROWS),
            ("sub=repo:a/b:*", "sub=repo:a/*", E::WIDENS),
            ("sub=repo:a/*", "sub=repo:a/b:*", E::NARROWS),
            ("sub=repo:a/b:*", "sub=repo:a/c:*", E::BOTH),
            ("sub=repo:a/b:ref:x", "sub=repo:a/b:ref:y", E::BOTH),
            ("sub=repo:a/b:ref:x", "sub=repo:a/b:ref:x:y", E::BOTH),
            ("sub=a* r=1", "r=1", E::WIDENS),
            ("r=1", "sub=* r=1", E::NONE),
            ("r=1", "sub=a r=1", E::NARROWS),
            ("sub=a aud=x", "sub=a", E::WIDENS),
            ("sub=a", "sub=a aud=x", E::NARROWS),
            ("sub=a aud=x", "sub=a aud=y", E::BOTH),
            ("sub=a r=1 o=2", "sub=a r=1", E::WIDENS),
            ("sub=a r=1", "sub=a r=1 o=2", E::NARROWS),
            ("sub=a r=1", "sub=a r=2", E::BOTH),
            ("sub=a r=1", "sub=a o=1", E::BOTH),
            ("sub=a cel=p", "sub=a", E::WIDENS),
            ("sub=a", "sub=a cel=p", E::NARROWS),
            ("sub=a cel=p", "sub=a cel=q", E::BOTH),
            ("sub=a aud=x", "sub=b* aud=x", E::BOTH),
            ("sub=a* r=1", "sub=ab* o=1", E::BOTH),
        ] {
            assert_eq!(of(from).effect(&of(to)), effect, "{from} -> {to}");
        }
    }
}
