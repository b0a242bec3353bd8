//! A person's e-mail address, the key of everything about a person.
//! Whether an address is allowed (domains, look-alikes) is a matter for the files.

use std::fmt;
use std::sync::Arc;

/// An address, held in lower case: the service ignores case, and two spellings of one person
/// would otherwise plan an invite and a removal (`docs/service-behaviour.md#members`).
/// Shared, as one address stands in many lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(Arc<str>);

/// What the service takes for one person: lower case, without a `+tag` in the local part.
///
/// Two different addresses with one `Person` cannot both be invited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(Arc<str>);

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
        let is_folded = !text.bytes().any(|b| b.is_ascii_uppercase());
        sound.then(|| Self(if is_folded { text.into() } else { text.to_ascii_lowercase().into() }))
    }

    /// An address the service reports, whatever it looks like: what is live is never refused.
    pub fn live(text: &str) -> Self {
        Self(text.to_lowercase().into())
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
        let parts = self.0.rsplit_once('@').and_then(|(local, domain)| {
            let (bare, _) = local.split_once('+')?;
            // `+tag@…` has nothing before the tag: such an address stands for itself.
            (!bare.is_empty()).then_some((bare, domain))
        });
        match parts {
            Some((bare, domain)) => Person(format!("{bare}@{domain}").into()),
            None => Person(Arc::clone(&self.0)),
        }
    }
}

impl Person {
    /// The address that stands for the person.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
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
