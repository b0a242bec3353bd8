//! A person's e-mail address, the key of everything about a person.
//! Whether an address is allowed (domains, look-alikes) is a matter for the files.

use std::fmt;

/// An address, held in lower case: the service ignores case, and two spellings of one person
/// would otherwise plan an invite and a removal (the service's behaviour notes, section 3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// What the service takes for one person: lower case, without a `+tag` in the local part.
///
/// Two different addresses with one `Person` cannot both be invited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(String);

impl Email {
    /// Folds `text` to lower case. Returns `None` where the service would take it for no address:
    /// words of ASCII letters, digits and the usual signs, joined by single dots, at a host name.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let word = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        };
        let label = |part: &str| {
            let edges = part.starts_with('-') || part.ends_with('-');
            let letters = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            (1..=63).contains(&part.len()) && !edges && letters
        };
        let fits = text.len() <= 320 && local.len() <= 64;
        let sound = fits && local.split('.').all(word) && domain.split('.').all(label);
        sound.then(|| Self(text.to_ascii_lowercase()))
    }

    /// An address the service reports, whatever it looks like: what is live is never refused.
    pub fn live(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    /// The address in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part behind the `@`; empty for a live address that has none.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The person behind the address.
    pub fn person(&self) -> Person {
        match self.0.rsplit_once('@') {
            Some((local, domain)) => {
                let bare = local.split_once('+').map_or(local, |(before, _)| before);
                // `+tag@…` has nothing before the tag: such an address stands for itself.
                let bare = if bare.is_empty() { local } else { bare };
                Person(format!("{bare}@{domain}"))
            }
            None => Person(self.0.clone()),
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Email;

    #[test]
    fn case_and_tags_make_no_new_person() {
        let one = Email::parse("Ada+ops@Acme.com").unwrap();
        let other = Email::parse("ada@acme.com").unwrap();
        assert_ne!(one, other);
        assert_eq!(one.person(), other.person());
        assert_eq!(one.as_str(), "ada+ops@acme.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let odd = ["", "ada", "@acme.com", "ada@", "a@b@c", "a da@acme.com", "ada@acme.com\n"];
        let refused =
            ["ädä@acme.com", "a..b@acme.com", ".a@acme.com", "a@-acme.com", "a@acme..com", "<a@acme.com>"];
        for text in odd.into_iter().chain(refused) {
            assert_eq!(Email::parse(text), None, "{text:?}");
        }
    }
}
