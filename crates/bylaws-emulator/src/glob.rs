//! Path patterns of fault rules: `*` matches anything within a segment, `**` anything.

use std::collections::BTreeSet;

/// Returns whether the whole path matches the pattern. The time is proportional to the product of both
/// lengths, whatever the pattern.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    // How many characters of the path the pattern so far can match.
    let mut reached = BTreeSet::from([0]);
    let mut pattern = pattern.chars().peekable();
    while let Some(token) = pattern.next() {
        if token == '*' {
            let mut across = false;
            while pattern.next_if_eq(&'*').is_some() {
                across = true;
            }
            let mut open = false;
            let mut before = None;
            reached = (0..=path.len())
                .filter(|n| {
                    open = reached.contains(n) || (open && (across || before != Some(&'/')));
                    before = path.get(*n);
                    open
                })
                .collect();
        } else {
            reached = reached.into_iter().filter(|n| path.get(*n) == Some(&token)).map(|n| n + 1).collect();
        }
    }
    reached.contains(&path.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stays_in_its_segment_and_two_do_not() {
        for (pattern, path, fits) in [
            ("/v1/organizations/users", "/v1/organizations/users", true),
            ("/v1/organizations/users", "/v1/organizations/users/", false),
            ("/v1/*/users", "/v1/organizations/users", true),
            ("/v1/*", "/v1/organizations/users", false),
            ("/v1/**", "/v1/organizations/users", true),
            ("**", "/anything/at/all", true),
            ("/v1/organizations/workspaces/*/members/**", "/v1/organizations/workspaces/w/members/u", true),
            ("/v1/organizations/workspaces/*/members/*", "/v1/organizations/workspaces/w/x/members/u", false),
            ("/v1/organizations/*_report", "/v1/organizations/cost_report", true),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn a_hostile_pattern_is_matched_in_bounded_time() {
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
    }
}
