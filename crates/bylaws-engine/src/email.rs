//! E-mail addresses, which identify people, and the form in which they are compared. The files decide which
//! addresses are allowed (domains, look-alikes).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::hidden::composed;
use crate::hidden::is_hidden;
use crate::text::quoted;

/// An address in lower case, in the spelling in which it was written or reported. Two addresses are equal if
/// their keys are: the service ignores case, and a domain has two spellings (`bücher.example` is
/// `xn--bcher-kva.example`); without this, a plan would invite and remove the same person
/// (`docs/service-behaviour.md#members`).
///
/// The text is shared, because one address appears in many lines.
#[derive(Clone, Debug)]
pub struct Email {
    text: Arc<str>,
    /// The local part, and the domain in its ASCII form.
    key: Arc<str>,
}

/// What the service treats as one person: the key of an address without a `+tag` in the local part, and with
/// composed letters.
///
/// Two different addresses of the same `Person` cannot both be invited.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(Arc<str>);

/// The part of an address after the `@`. Two domains are equal if their ASCII forms are.
#[derive(Clone, Debug)]
pub struct Domain {
    text: Arc<str>,
    key: Arc<str>,
}

impl Email {
    /// Converts `text` to lower case. Returns `None` if the text is not an address that can be listed: words
    /// of letters, digits and the usual signs, joined by single dots, at a host name in its usual spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = text.to_lowercase();
        let (local, domain) = folded.split_once('@')?;
        let is_sign = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
        let is_letter = |c: char| if c.is_ascii() { is_sign(c) } else { !c.is_whitespace() && !is_hidden(c) };
        let is_word = |part: &str| !part.is_empty() && part.chars().all(is_letter);
        let fits = text.len() <= 320 && local.len() <= 64 && local.split('.').all(is_word);
        let ascii = host_name(domain).filter(|_| fits)?;
        Some(Self::new(&folded, local, &ascii))
    }

    /// Returns an address that the service reports, valid or not: live data is never refused.
    pub fn live(text: &str) -> Self {
        Self::reported(&text.to_lowercase())
    }

    fn reported(folded: &str) -> Self {
        match folded.rsplit_once('@') {
            Some((local, domain)) => Self::new(folded, local, &ascii_form(domain)),
            None => Self { text: folded.into(), key: folded.into() },
        }
    }

    fn new(text: &str, local: &str, domain: &str) -> Self {
        let shared: Arc<str> = text.into();
        let is_key = text.len() == local.len() + 1 + domain.len() && text.ends_with(domain);
        let key = if is_key { Arc::clone(&shared) } else { format!("{local}@{domain}").into() };
        Self { text: shared, key }
    }

    /// Returns the spelling in which files can list this address; `None` if they cannot. The files refuse
    /// text that looks like a live key.
    pub fn listable(&self) -> Option<Self> {
        let usual = || {
            let (local, domain) = self.key.rsplit_once('@')?;
            let (domain, outcome) = idna::domain_to_unicode(domain);
            outcome.ok().and_then(|()| Self::parse(&format!("{local}@{domain}")))
        };
        Self::parse(&self.text).or_else(usual).filter(|email| !email.key.contains("sk-ant-"))
    }

    /// Returns the address in lower case, as it was written or reported.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the part after the `@`; empty for a live address without one.
    pub fn domain(&self) -> Domain {
        let behind = |text: &str| text.rsplit_once('@').map_or("", |(_, domain)| domain).into();
        Domain { text: behind(&self.text), key: behind(&self.key) }
    }

    /// Returns the person behind the address.
    pub fn person(&self) -> Person {
        let parts = self.key.rsplit_once('@').and_then(|(local, domain)| {
            let (bare, _) = local.split_once('+')?;
            // `+tag@…` has nothing before the tag, so such an address is kept whole.
            (!bare.is_empty()).then_some((bare, domain))
        });
        match parts {
            Some((bare, domain)) => Person(composed(&format!("{bare}@{domain}")).into()),
            None if self.key.is_ascii() => Person(Arc::clone(&self.key)),
            None => Person(composed(&self.key).into()),
        }
    }
}

impl Person {
    /// Returns the address that identifies the person.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Domain {
    /// Converts `text` to lower case. Returns `None` if it is not a domain in its usual spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = text.to_lowercase();
        let key = if folded.is_ascii() { folded.clone() } else { host_name(&folded)? };
        (!folded.is_empty()).then(|| Self { text: folded.into(), key: key.into() })
    }

    /// Returns the domain in lower case, as it was written or reported.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Returns the ASCII form of a host name in its usual spelling: lower case, composed, no full-width letters
/// or dots.
fn host_name(domain: &str) -> Option<String> {
    let is_label = |part: &str| {
        let edges = part.starts_with('-') || part.ends_with('-');
        let letters = part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=63).contains(&part.len()) && !edges && letters
    };
    let ascii = if domain.is_ascii() { domain.to_owned() } else { idna::domain_to_ascii(domain).ok()? };
    // A spelling that decodes to another one would look like a different domain.
    let is_usual = domain.is_ascii() || idna::domain_to_unicode(&ascii).0 == domain;
    (is_usual && ascii.split('.').all(is_label)).then_some(ascii)
}

/// Returns the ASCII form of any domain, or the domain itself if it has none.
fn ascii_form(domain: &str) -> String {
    if domain.is_ascii() {
        return domain.to_owned();
    }
    idna::domain_to_ascii(domain).ok().filter(|ascii| !ascii.is_empty()).unwrap_or_else(|| domain.to_owned())
}

macro_rules! compared_by_key {
    ($($name:ident)*) => {$(
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.key == other.key
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.key.cmp(&other.key)
            }
        }

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.key.hash(state);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text)
            }
        }
    )*};
}

compared_by_key! { Email Domain }
quoted!(Email, Domain);

#[cfg(test)]
mod tests {
    use super::{Domain, Email};

    #[test]
    fn case_and_tags_do_not_make_a_new_person() {
        let one = Email::parse("Ada+ops@Acme.com").unwrap();
        let other = Email::parse("ada@acme.com").unwrap();
        assert_ne!(one, other);
        assert_eq!(one.person(), other.person());
        assert_eq!(one.as_str(), "ada+ops@acme.com");
    }

    #[test]
    fn two_spellings_of_a_domain_are_one_address() {
        for (one, other) in [
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("Ada@BÜCHER.example", "ada@bücher.example"),
            ("ada@bu\u{308}cher.example", "ada@bücher.example"),
            ("ada@ａcme.com", "ada@acme.com"),
            ("ada@例え.jp", "ada@xn--r8jz45g.jp"),
        ] {
            let (one, other) = (Email::live(one), Email::live(other));
            assert_eq!((&one, one.person()), (&other, other.person()));
            assert_eq!(one.domain(), other.domain());
        }
        let near = ["ada@bucher.example", "ada@bücher.example.com", "bücher@xn--bcher-kva.example"];
        for other in near {
            assert_ne!(Email::live("ada@bücher.example"), Email::live(other));
        }
    }

    #[test]
    fn an_address_is_shown_as_it_was_reported() {
        for text in ["ada@bücher.example", "ada@xn--bcher-kva.example", "jose\u{301}@acme.com", "a b@x"] {
            assert_eq!(Email::live(text).as_str(), text);
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_person_with_two_spellings() {
        let (one, other) = (Email::live("josé@acme.com"), Email::live("jose\u{301}@acme.com"));
        assert_ne!(one, other);
        assert_eq!(one.person(), other.person());
        assert_ne!(one.person(), Email::live("jose@acme.com").person());
    }

    #[test]
    fn an_address_of_any_script_can_be_listed() {
        for text in [
            "josé@acme.com",
            "jose\u{301}@acme.com",
            "lena@münchen.example",
            "田中@例え.jp",
            "почта@acme.com",
            "o'neil+x@acme.com",
            "a@xn--bcher-kva.example",
        ] {
            let email = Email::live(text);
            assert_eq!(Email::parse(text).as_ref(), Some(&email), "{text}");
            assert_eq!(email.listable().unwrap().as_str(), text);
        }
    }

    #[test]
    fn an_unusual_spelling_of_a_domain_is_listed_in_the_usual_one() {
        for (live, listed) in [
            ("lena@mu\u{308}nchen.example", "lena@münchen.example"),
            ("ada@ａcme.com", "ada@acme.com"),
            ("ada@acme。com", "ada@acme.com"),
        ] {
            assert_eq!(Email::parse(live), None, "{live}");
            let found = Email::live(live).listable().unwrap();
            assert_eq!((found.as_str(), &found), (listed, &Email::live(live)));
        }
    }

    #[test]
    fn invalid_addresses_are_refused() {
        let odd =
            ["", "ada", "@acme.com", "ada@", "a@b@c", "a da@acme.com", "ada@acme.com\n", "a\u{a0}b@x.org"];
        let refused = ["a..b@acme.com", ".a@acme.com", "a@-acme.com", "a@acme..com", "<a@acme.com>"];
        let unseen = ["a\u{200b}da@acme.com", "ada@ac\u{ad}me.com", "\u{202e}ada@acme.com"];
        for text in odd.into_iter().chain(refused).chain(unseen) {
            assert_eq!(Email::parse(text), None, "{text:?}");
        }
        for text in ["a\u{200b}da@acme.com", "\"a b\"@acme.com", "ada", "a@b_c.com", "sk-ant-a@b.com"] {
            assert_eq!(Email::live(text).listable(), None, "{text:?}");
        }
    }

    #[test]
    fn a_domain_has_one_ascii_form() {
        let domain = |text| Domain::parse(text).unwrap();
        assert_eq!(domain("BÜCHER.example"), domain("xn--bcher-kva.example"));
        assert_eq!(domain("Acme.com").as_str(), "acme.com");
        assert_ne!(domain("bücher.example"), domain("bucher.example"));
        assert_eq!((Domain::parse(""), Domain::parse("ａcme.com")), (None, None));
    }
}
