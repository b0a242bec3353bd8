//! The first line of a comment, by which it is found and edited in place, and which separates several configurations
//! of one repository. It does not contain the organization's id: a configuration names one organization, and if that
//! line changes, the comment is edited instead of left behind.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::document::canonical::sha256;

bylaws_engine::words!(
    /// The subject of a comment.
    About {
        /// A plan.
        Plan = "plan",
        /// The report of an apply.
        Apply = "apply",
        /// An audit.
        Audit = "audit",
        /// Drift.
        Drift = "drift",
    }
);

/// The maximum length of a name. Longer names are cut and get a hash, so that they stay unique.
const LONGEST: usize = 200;

/// Returns the marker: `<!-- bylaws:plan NAME -->`.
pub fn marker(about: About, name: &str) -> String {
    format!("<!-- bylaws:{about} {} -->\n", inside_comment(name))
}

/// Returns the name as one word that cannot end an HTML comment: characters other than letters, digits and `._/-` are
/// percent-encoded, and so is a `-` after another.
fn inside_comment(name: &str) -> String {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'/').remove(b'-');
    let name = bylaws_config::without_live_keys(name);
    let mut out = utf8_percent_encode(&name, PLAIN).to_string().replace("--", "-%2D");
    if out.len() > LONGEST {
        let hash = sha256(&out);
        out.truncate(LONGEST);
        out = out + "." + &hash;
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
