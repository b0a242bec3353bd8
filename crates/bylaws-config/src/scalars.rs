//! Values with a form of their own: addresses, dates, ids, names.
//! Each is parsed once, here, and reported at its place when it is not what it should be.

use bylaws_engine::Email;
use jiff::civil::Date;

use crate::fields::text;
use crate::node::Node;
use crate::place::At;
use crate::problem::Problems;
use crate::rules;
use crate::shown::shown;

/// An e-mail address that stands in `text`.
pub(crate) fn email(problems: &mut Problems, text: &str, at: At) -> Option<Email> {
    let email = Email::parse(text).filter(|_| !text.chars().any(bylaws_engine::is_hidden));
    if email.is_none() {
        problems
            .report(&rules::BAD_EMAIL, at, format!("{} is no e-mail address", shown(text)))
            .label("no address")
            .help("write it as name@example.com, without spaces or hidden characters");
    }
    email
}

/// A day, `2027-01-31`, plain or quoted.
pub(crate) fn date(problems: &mut Problems, node: &Node, name: &str) -> Option<Date> {
    let text = text(problems, node, name)?;
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date = if shape { text.parse::<Date>().ok() } else { None };
    if date.is_none() {
        problems
            .report(&rules::BAD_DATE, node.at, format!("{} is no day", shown(text)))
            .label("no day")
            .help("write year, month and day, as in 2027-01-31");
    }
    date
}

/// An id with a prefix, such as `user_…`.
pub(crate) fn id<'n>(problems: &mut Problems, node: &'n Node, prefix: &str) -> Option<&'n str> {
    let id = text(problems, node, "id")?;
    let rest = id.strip_prefix(prefix);
    if rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return Some(id);
    }
    let other =
        ["user_", "wrkspc_", "apikey_", "invite_", "org_"].into_iter().find(|other| id.starts_with(other));
    let help = match other {
        Some(other) if other != prefix => {
            format!(
                "this begins with `{other}`: it is the id of something else; here it begins with `{prefix}`"
            )
        }
        _ => format!("an id here is `{prefix}` and letters and digits"),
    };
    problems
        .report(&rules::BAD_ID, node.at, format!("{} is no id for this", shown(id)))
        .label("no such id")
        .help(help);
    None
}

/// A bare UUID, in lower case.
pub(crate) fn uuid(problems: &mut Problems, node: &Node) -> Option<String> {
    let id = text(problems, node, "id")?;
    if is_uuid(id) {
        return Some(id.to_lowercase());
    }
    problems
        .report(&rules::BAD_ID, node.at, format!("{} is no organization id", shown(id)))
        .label("no UUID")
        .help("it is a bare UUID, as in 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10; `bylaws whoami` shows yours");
    None
}

pub(crate) fn is_uuid(text: &str) -> bool {
    let mut lengths = text.split('-').map(|part| (part.len(), part.bytes().all(|b| b.is_ascii_hexdigit())));
    [8, 4, 4, 4, 12].into_iter().all(|length| lengths.next() == Some((length, true)))
        && lengths.next().is_none()
}

/// Whether a name can be read by people: not blank, nothing hidden in it. Reports it otherwise.
pub(crate) fn visible_name(problems: &mut Problems, name: &str, at: At, what: &str) -> bool {
    if name.trim().is_empty() {
        problems
            .report(&rules::NO_VALUE, at, format!("the name of {what} is empty"))
            .label("empty")
            .help("write a name");
        return false;
    }
    if let Some(c) = name.chars().find(|&c| bylaws_engine::is_hidden(c)) {
        let message =
            format!("the name {} of {what} holds a hidden character, U+{:04X}", shown(name), u32::from(c));
        problems
            .report(&rules::HIDDEN_CHARACTER, at, message)
            .label("not all of this can be seen")
            .help("write it without");
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_uuid;

    #[test]
    fn a_uuid_is_bare_and_complete() {
        assert!(is_uuid("6a1f0c7e-0b1d-4e8e-9a55-0D5C3C1A9F10"));
        for text in
            ["", "6a1f0c7e", "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10-", "6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f1g"]
        {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
