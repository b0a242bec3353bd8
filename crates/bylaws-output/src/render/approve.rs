//! The lines of an approval, ready to paste into the files.

use std::fmt::Write;

use bylaws_engine::guards::ApprovalState;
use bylaws_engine::spelling::is_hidden;
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::Value;

use super::lines::Lines;

/// Returns what the state of an approval means for its lines in the files; `end` is the name of its end date.
pub(super) fn state(state: ApprovalState, end: &str) -> String {
    let words = match state {
        ApprovalState::InUse => "in use",
        ApprovalState::Pending => "waits for a blocked entry",
        ApprovalState::UsedUp => "used up: delete these lines",
        ApprovalState::Expired => "expired: delete these lines",
        ApprovalState::NamesNothing => {
            "no live object has this address: it is likely a typo, or a label of the files; correct or delete it"
        }
        ApprovalState::TooFarAhead => return format!("does not count: {end} is more than 31 days ahead"),
    };
    words.to_owned()
}

/// Writes the lines to paste if the changes are intended.
pub(super) fn paste(out: &mut Lines, approve: &[String], today: &str, indent: usize) {
    if approve.is_empty() {
        return;
    }
    let gap = " ".repeat(indent);
    let _ = writeln!(out, "{gap}if intended, add to `approve:` under `guards:`");
    for line in lines(approve, today) {
        out.exact(format!("{gap}  {line}"));
    }
}

/// Returns an item of `approve:` under `guards:` that covers these changes, valid for two weeks.
pub(crate) fn lines<'a>(approve: impl IntoIterator<Item = &'a String>, today: &str) -> Vec<String> {
    let day = today.parse::<Date>().ok().and_then(|day| day.checked_add(14.days()).ok());
    let day = day.map_or_else(|| "YYYY-MM-DD".to_owned(), |day| day.to_string());
    let pairs = approve.into_iter().map(|pair| format!("    - {}", quoted(pair)));
    std::iter::once("- changes:".to_owned())
        .chain(pairs)
        .chain([format!("  until: {day}"), "  reason: say why".to_owned()])
        .collect()
}

/// Returns YAML for exactly this string, without characters that a terminal or a log would interpret.
pub fn quoted(pair: &str) -> String {
    let pair = bylaws_config::without_live_keys(pair);
    let json = Value::String(pair.into_owned()).to_string();
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        // Every command mark contains two of these in a row.
        if is_hidden(c) || c == '#' && out.ends_with('#') {
            let _ = match u32::from(c) {
                point @ ..=0xFFFF => write!(out, "\\u{point:04x}"),
                point => write!(out, "\\U{point:08x}"),
            };
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn pasted_lines_parse_to_the_approved_changes() {
        for text in [
            "remove member/ada@acme.com",
            "archive workspace/##[error]a",
            "archive workspace/\"\\\u{1b}[31m\u{202e}\u{e0041}\u{7f}####[",
            "```",
        ] {
            let line = quoted(text);
            assert!(!line.chars().any(bylaws_engine::spelling::is_hidden) && !line.contains("##"), "{line}");
            assert_eq!(serde_saphyr::from_str::<String>(&line).unwrap(), text);
        }
    }
}
