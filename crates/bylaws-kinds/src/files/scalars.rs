//! Reads e-mail addresses, ids and numbers.
//! An invalid value is reported at its location.

use bylaws_config::node::{Node, Value};
use bylaws_config::position::At;
use bylaws_config::problem::Problems;
use bylaws_config::scalars::{is_uuid, source};
use bylaws_config::shown::shown;
use bylaws_config::slip;
use bylaws_engine::Email;
use bylaws_engine::spelling::twin;

use super::rules;

pub(crate) use bylaws_config::scalars::{date, visible_name};

/// The service's limit on names that are plain, in characters.
pub(crate) const MAX_PLAIN_NAME: usize = 255;

/// The largest number: more days than a century and more people than any organization has.
const MOST: u32 = 1_000_000;

/// Returns whether a name has only lower-case letters, digits and hyphens, as the names of service accounts, issuers and
/// rules must.
pub(crate) fn is_plain_name(name: &str) -> bool {
    let is_valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=MAX_PLAIN_NAME).contains(&name.len()) && name.bytes().all(is_valid)
}

/// Parses an e-mail address.
pub(crate) fn email(problems: &mut Problems, text: &str, at: At) -> Option<Email> {
    let email = Email::parse(text);
    if email.is_none() {
        problems
            .report(&rules::BAD_EMAIL, at, format!("{} is not a valid e-mail address", shown(text)))
            .label("invalid address")
            .help(bad_email_help(text));
    }
    email
}

/// Reports a second entry for a person, by the addresses and locations of both.
pub(crate) fn duplicate_person(
    problems: &mut Problems,
    (email, at): (&Email, At),
    (first, first_at): (&Email, At),
) {
    let (email, first) = (shown(email.as_str()), shown(first.as_str()));
    let message = if email == first {
        format!("{email} is listed twice")
    } else {
        format!("{email} and {first} are the same person to the service")
    };
    problems
        .report(&rules::DUPLICATE_PERSON, at, message)
        .label("again here")
        .also(first_at, "first here")
        .help("keep one of the two: letter case, a `+tag` and the spelling of the domain do not make a different person");
}

/// Returns the help for an invalid address, with the intended address if it is recognizable.
fn bad_email_help(text: &str) -> String {
    let is_entry = text.split_once(':').is_some_and(|(key, _)| key.contains('@'));
    if let Some(spaced) = slip::spaced(text).filter(|_| is_entry) {
        return format!("put a space after the `:`: write {}", shown(&spaced));
    }
    // The form of mail programs: `Ada <ada@acme.com>`.
    let bare = text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')).map(|(_, bare)| bare);
    let bare = bare.unwrap_or(text.trim()).trim_start_matches("mailto:");
    let visible = bare.chars().filter(|&c| !bylaws_engine::spelling::is_hidden(c));
    let repaired: String = visible.map(|c| twin(c).unwrap_or(c)).collect();
    let meant = Email::live(bare).listable().or_else(|| Email::parse(&repaired));
    let meant = meant.map(|email| format!(": write {}", shown(email.as_str()))).unwrap_or_default();
    let unseen = |&c: &char| bylaws_engine::spelling::is_hidden(c) || c != ' ' && c.is_whitespace();
    if let Some(c) = text.chars().find(unseen) {
        let code = u32::from(c);
        let what = if c.is_whitespace() { "unusual space" } else { "invisible character" };
        return format!("remove the {what}, U+{code:04X}{meant}");
    }
    let twins = text.chars().filter(|c| !c.is_ascii()).find_map(|c| Some((c, twin(c)?)));
    if let Some((c, twin)) = twins.filter(|_| !meant.is_empty()) {
        let (sign, code) = (shown(c.encode_utf8(&mut [0; 4])), u32::from(c));
        return format!("the {sign} is U+{code:04X}, which only looks like the ASCII `{twin}`{meant}");
    }
    if !meant.is_empty() && !text.is_ascii() {
        return format!("the domain is not in its canonical spelling{meant}");
    }
    if !meant.is_empty() {
        let odd =
            if text.trim() == text { "it contains more than the address" } else { "it has spaces around it" };
        return format!("{odd}{meant}");
    }
    match text.matches('@').count() {
        0 => "it contains no `@`: write it as name@example.com".to_owned(),
        1 => "write it as name@example.com, without spaces or brackets".to_owned(),
        _ => "it contains more than one `@`: write it as name@example.com".to_owned(),
    }
}

/// Reads a whole number.
pub(crate) fn number(problems: &mut Problems, node: &Node, name: &str, help: &str) -> Option<u32> {
    let number = match &node.value {
        Value::Number(source) => whole(source).and_then(|number| u32::try_from(number).ok()),
        _ => None,
    };
    let number = number.filter(|&number| number <= MOST);
    if number.is_none() {
        let found = node.value.described();
        let message = format!("`{name}` must be a whole number up to {MOST}, not {found}");
        problems.report(&rules::BAD_NUMBER, node.at, message).label("invalid number").help(help);
    }
    number
}

/// Returns whether a number has digits only, and no zero before others: `007` and `+5` are easily misread.
pub(crate) fn is_whole(source: &str) -> bool {
    source.bytes().all(|byte| byte.is_ascii_digit()) && (source == "0" || !source.starts_with('0'))
}

/// Returns such a number.
pub(crate) fn whole(source: &str) -> Option<u64> {
    source.parse().ok().filter(|_| is_whole(source))
}

/// Reads a bare UUID; returns it in lower case.
pub(crate) fn uuid(problems: &mut Problems, node: &Node) -> Option<String> {
    let id = source(problems, node, "id")?;
    if is_uuid(id) {
        return Some(id.to_lowercase());
    }
    problems
        .report(&rules::BAD_ID, node.at, format!("{} is not a valid organization id", shown(id)))
        .label("not a UUID")
        .help("write a bare UUID, as in 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10; `bylaws whoami` shows yours");
    None
}
