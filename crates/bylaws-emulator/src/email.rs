//! Which addresses are one person to the service: case and a `+tag` in the local part do not count.
//! Leaves stored addresses alone; they are returned as they were written.

/// The form in which two spellings of one person are equal (behaviour notes, section 3).
pub(crate) fn person(address: &str) -> String {
    let lower = address.to_lowercase();
    match lower.rsplit_once('@') {
        Some((local, domain)) => {
            let local = local.split_once('+').map_or(local, |(before, _)| before);
            format!("{local}@{domain}")
        }
        None => lower,
    }
}

/// Whether the text can be an address at all: one `@`, something before it, a domain after it.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let clean = |part: &str| {
        !part.is_empty()
            && !part.contains('@')
            && !part.contains(|c: char| c.is_whitespace() || c.is_control())
    };
    let labels = domain.split('.').all(|label| !label.is_empty());
    text.len() <= 320 && clean(local) && clean(domain) && labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_tag_do_not_count() {
        assert_eq!(person("Jane+Hiring@Example.com"), person("jane@example.com"));
        assert_ne!(person("jane@example.com"), person("jan@example.com"));
    }

    #[test]
    fn an_address_has_two_sides() {
        assert!(is_address("ada@acme.com"));
        for bad in ["", "ada", "@acme.com", "ada@", "a@b@c", "a b@c.d", "a@b..c"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
