//! The first line of a comment: by it a comment is found again and edited in place, and comments on several
//! configurations of one repository are kept apart. The organization's id is no part of it: a configuration
//! names one organization, and when that line changes, the comment should change with it, not stay behind.

use std::fmt::Write;

use crate::document::canonical::sha256;

/// What a comment is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// A plan.
    Plan,
    /// The report of an apply.
    Apply,
    /// An audit.
    Audit,
}

/// Longer names are cut and get a hash, so that two of them never become one.
const LONGEST: usize = 200;

/// `<!-- bylaws:plan NAME -->`
pub fn marker(about: About, name: &str) -> String {
    let about = match about {
        About::Plan => "plan",
        About::Apply => "apply",
        About::Audit => "audit",
    };
    format!("<!-- bylaws:{about} {} -->\n", inside_comment(name))
}

/// The name as one word that cannot end an HTML comment: what is not a letter, a digit or one of `._/-` is
/// percent-encoded, and so is a `-` after another.
fn inside_comment(name: &str) -> String {
    let mut out = String::new();
    for byte in bylaws_config::without_live_keys(name).bytes() {
        match byte {
            b'-' if !out.ends_with('-') => out.push('-'),
            b'.' | b'_' | b'/' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    if out.len() > LONGEST {
        let hash = sha256(&out);
        out.truncate(LONGEST);
        out.push('.');
        out.push_str(&hash);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_the_comment() {
        for (name, shown) in [
            ("bylaws", "bylaws"),
            ("orgs/acme-eu.yaml", "orgs/acme-eu.yaml"),
            ("a --> b", "a%20-%2D%3E%20b"),
            ("---", "-%2D-"),
            ("a\n##[x]", "a%0A%23%23%5Bx%5D"),
            ("é%", "%C3%A9%25"),
        ] {
            assert_eq!(marker(About::Plan, name), format!("<!-- bylaws:plan {shown} -->\n"));
        }
        let (one, two) = ("x".repeat(10_000), "x".repeat(10_001));
        assert!(marker(About::Apply, &one).len() < 300);
        assert_ne!(marker(About::Apply, &one), marker(About::Apply, &two));
    }
}
