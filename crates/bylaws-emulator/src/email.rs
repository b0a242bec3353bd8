//! Which addresses are the same person for the service: case, a `+tag` in the local part and the spelling of
//! an international domain are ignored. Addresses are stored and returned as written.

/// Returns the form in which addresses of one person are equal (`docs/service-behaviour.md#members`).
pub(crate) fn person(address: &str) -> String {
    let lower = address.to_lowercase();
    match lower.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split_once('+').map_or(local, |(before, _)| before);
            format!("{local}@{}", ascii(domain))
        }
        None => lower,
    }
}

/// Returns the ASCII form of a domain, or the text itself if it has none.
fn ascii(domain: &str) -> String {
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned())
}

/// Returns whether the text is a plain address: words joined by dots, `@`, and a domain of letters, digits
/// and inner hyphens, of any script. Quoted names and bare IP addresses are refused.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let letter = |c: char| {
        if c.is_ascii() {
            c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
        } else {
            !c.is_whitespace() && !c.is_control()
        }
    };
    let word = |part: &str| !part.is_empty() && part.chars().all(letter);
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 320
        && local.len() <= 64
        && local.split('.').all(word)
        && ascii(domain).split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_tag_are_ignored() {
        assert_eq!(person("Jane+Hiring@Example.com"), person("jane@example.com"));
        assert_ne!(person("jane@example.com"), person("jan@example.com"));
        assert_eq!(person("jane@Bücher.example"), person("jane@xn--bcher-kva.example"));
    }

    #[test]
    fn an_address_has_a_local_part_and_a_domain() {
        for good in
            ["ada@acme.com", "a.b-c+d@x-1.example", "a@localhost", "josé@acme.com", "lena@münchen.example"]
        {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["", "ada", "@acme.com", "ada@", "a@b@c", "a b@c.d", "a@b..c", "<a@b.c>", ".a@b.c", "a@-b.c"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
