//! Path patterns of fault rules: `*` matches anything within a segment, `**` anything.

/// Returns whether the whole path matches the pattern. The time is proportional to the product of both
/// lengths, whatever the pattern.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = tokens(pattern);
    let path: Vec<char> = path.chars().collect();
    // reached[n]: the tokens so far match the first n characters.
    let mut reached = vec![false; path.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for token in pattern {
        let mut next = vec![false; path.len() + 1];
        let mut open = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let here = reached.get(at).copied().unwrap_or(false);
            let before = at.checked_sub(1);
            let character = before.and_then(|before| path.get(before));
            *slot = match token {
                Token::Is(wanted) => {
                    character == Some(&wanted) && before.and_then(|before| reached.get(before)) == Some(&true)
                }
                Token::Segment => {
                    open = here || (open && character != Some(&'/'));
                    open
                }
                Token::Anything => {
                    open = open || here;
                    open
                }
            };
        }
        reached = next;
    }
    reached.last() == Some(&true)
}

#[derive(Clone, Copy)]
enum Token {
    Is(char),
    Segment,
    Anything,
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for character in pattern.chars() {
        match (character, tokens.last()) {
            ('*', Some(Token::Segment)) => {
                tokens.pop();
                tokens.push(Token::Anything);
            }
            ('*', Some(Token::Anything)) => {}
            ('*', _) => tokens.push(Token::Segment),
            (other, _) => tokens.push(Token::Is(other)),
        }
    }
    tokens
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
