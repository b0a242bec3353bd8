//! Reasons as Markdown. A reason is a sentence of ours with names of others in it. Words of the list below
//! stand as they are; whatever else there is, names above all, goes into code spans. So no one who chooses a
//! name can put anything but our own words outside of one.

use super::span::code;

/// A longer sentence ends with `…`, unless a reviewer must see all of it.
const LONGEST: usize = 1_500;

/// The reason with everything that is not a word of ours in code spans; a very long one is cut.
pub(super) fn prose(reason: &str) -> String {
    limited(reason, LONGEST)
}

/// The same without a limit, for rule changes and what to review first: nothing of them is ever cut.
pub(super) fn whole(reason: &str) -> String {
    limited(reason, usize::MAX)
}

fn limited(reason: &str, longest: usize) -> String {
    let parts: Vec<&str> = reason.split('`').collect();
    if !are_quotes(&parts) {
        // Somebody's name has back-ticks of its own: nobody can tell which are ours.
        return code(reason);
    }
    let mut out = String::new();
    for (n, part) in parts.into_iter().enumerate() {
        if out.len() > longest {
            out.push_str(" …");
            break;
        }
        if n % 2 == 1 { push_code(&mut out, part) } else { sentence(&mut out, part, longest) }
    }
    out
}

/// Whether the back-ticks that parted these come in pairs around something, as quotes stand in a sentence.
fn are_quotes(parts: &[&str]) -> bool {
    let last = parts.len() - 1;
    let fits = |(n, part): (usize, &&str)| match n % 2 {
        1 => n < last && !part.is_empty(),
        _ => {
            let opens = n == last || part.is_empty() && n == 0 || part.ends_with([' ', '(']);
            opens
                && (n == 0
                    || part.is_empty() && n == last
                    || part.starts_with([' ', ',', ';', ':', '.', ')', '?']))
        }
    };
    parts.iter().enumerate().all(fits)
}

/// Leaves words as they are, and puts what is between them into one span each.
fn sentence(out: &mut String, text: &str, longest: usize) {
    let mut odd = String::new();
    for piece in text.split_inclusive(' ') {
        let word = piece.trim_end_matches(' ');
        let opening = word.len() - word.trim_start_matches('(').len();
        let (open, word) = word.split_at(opening);
        let bare = word.trim_end_matches([',', ';', ':', '.', '?', ')']);
        let close = piece.get(opening + bare.len()..).unwrap_or_default();
        // At the beginning of a line this would number a list.
        let is_marker = out.is_empty()
            && odd.is_empty()
            && close.starts_with(['.', ')'])
            && bare.bytes().all(|b| b.is_ascii_digit());
        if is_marker {
            odd.push_str(piece);
        } else if bare.is_empty() || is_ours(bare) {
            flush(out, &mut odd);
            if out.len() > longest {
                return;
            }
            out.push_str(piece);
        } else if open.is_empty() && close.trim_end_matches(' ').is_empty() {
            odd.push_str(piece);
        } else {
            flush(out, &mut odd);
            out.push_str(open);
            odd.push_str(bare);
            flush(out, &mut odd);
            out.push_str(close);
        }
    }
    flush(out, &mut odd);
}

fn flush(out: &mut String, odd: &mut String) {
    let text = odd.trim_end_matches(' ');
    if !text.is_empty() {
        push_code(out, text);
    }
    if text.len() < odd.len() {
        out.push(' ');
    }
    odd.clear();
}

/// Two spans side by side would be one to a renderer, and end in the wrong place.
fn push_code(out: &mut String, text: &str) {
    if out.ends_with('`') {
        out.push(' ');
    }
    out.push_str(&code(text));
}

/// A word of the list, a small number, a share or a day.
fn is_ours(word: &str) -> bool {
    let is_number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    let is_day = || {
        let parts: Vec<&str> = word.split('-').collect();
        matches!(parts[..], [y, m, d] if is_number(y, 4..=4) && is_number(m, 2..=2) && is_number(d, 2..=2))
    };
    matches!(word, "→" | "=")
        || WORDS.binary_search(&word).is_ok()
        || is_number(word.strip_suffix('%').unwrap_or(word), 1..=6)
        || is_day()
}

/// Every word of our reasons, sorted. A word that is missing here is put into a code span, which is safe.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "API", "Claude", "Code", "Console", "a", "about", "accepted", "access", "account", "active", "add",
    "added", "addition", "additional", "address", "admin", "admins", "affect", "after", "again", "age",
    "ago", "ahead", "all", "allow", "allowed", "already", "among", "an", "and", "anew", "another", "answer",
    "any", "anybody", "anything", "appears", "apply", "approval", "archive", "archived", "archives",
    "archiving", "are", "as", "ask", "assigned", "at", "away", "back", "be", "bear", "bears", "became",
    "because", "become", "becomes", "been", "before", "being", "belongs", "beside", "billing", "blocked",
    "both", "bound", "built-in", "but", "by", "called", "can", "cannot", "change", "changed", "changes",
    "character", "check", "choose", "clock", "clocks", "complete", "contains", "correct", "costs", "could",
    "count", "covers", "create", "created", "creates", "day", "days", "default", "delete", "depends",
    "developer", "did", "differ", "difference", "differs", "do", "does", "domain", "domains", "done",
    "dormant", "drops", "due", "easily", "effect", "end", "ends", "entry", "every", "everybody",
    "everywhere", "exist", "expired", "expires", "expiry", "explicit", "file", "files", "first", "fits",
    "fixed", "follows", "for", "force", "found", "from", "geos", "get", "give", "given", "gives", "giving",
    "gone", "good", "grant", "guard", "guards", "had", "has", "have", "held", "here", "hides", "hint",
    "hold", "holds", "how", "id", "if", "ignore", "in", "inactive", "incompletely", "increases",
    "inference", "instead", "invite", "invited", "invites", "inviting", "is", "it", "its", "itself", "keep",
    "keeps", "key", "keys", "know", "known", "knows", "label", "labels", "last", "left", "like", "limit",
    "limits", "line", "list", "listed", "lists", "live", "long", "longer", "look", "looks", "loosened",
    "looser", "lose", "loses", "lost", "lower", "machine", "made", "make", "makes", "manage", "managed",
    "match", "matches", "may", "mean", "meantime", "meanwhile", "member", "members", "membership",
    "mistaken", "month", "more", "most", "move", "much", "name", "named", "names", "needs", "neither",
    "never", "new", "newest", "next", "no", "nobody", "none", "nor", "not", "nothing", "now", "object",
    "objects", "of", "off", "old", "older", "on", "once", "one", "only", "optional", "or", "organization",
    "other", "out", "outside", "over", "own", "owner", "passed", "pending", "people", "permanent",
    "permanently", "person", "person's", "personal", "pin", "pins", "plan", "protected", "protects", "ran", "rate",
    "reached", "read", "removal", "remove", "removed", "removes", "rename", "renamed", "replaced",
    "replacement", "report", "reported", "reports", "requested", "required", "revoked", "rewrites", "right",
    "role", "roles", "rotation", "run", "runs", "same", "saw", "say", "scope", "section", "seen", "sees",
    "sent", "service", "service's", "set", "settings", "seven", "several", "show", "shown", "shows",
    "sign-in", "signs", "since", "so", "somebody", "spelling", "spent", "status", "stay", "stays", "still",
    "stop", "stops", "such", "switched", "switches", "switching", "tag", "take", "taken", "takes", "team",
    "teams", "than", "that", "the", "their", "them", "then", "there", "they", "this", "through", "time",
    "to", "today", "tomorrow", "too", "took", "touch", "touched", "treat", "treats", "two", "under", "undo",
    "undone", "unknown", "unless", "unlisted", "until", "up", "use", "used", "user", "usual", "version",
    "very", "wanted", "wants", "was", "week", "were", "what", "when", "where", "whether", "which", "while",
    "who", "whom", "whose", "will", "with", "withdraw", "withdrawn", "withdraws", "without", "work",
    "working", "works", "workspace", "workspaces", "would", "write", "wrong", "yet", "you",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_ours_means_nothing_to_a_renderer() {
        assert!(WORDS.is_sorted());
        for word in WORDS {
            assert!(word.bytes().all(|b| b.is_ascii_alphabetic() || b"-'".contains(&b)), "{word}");
            let looks_like_a_commit = word.len() >= 7 && word.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(!looks_like_a_commit && !word.starts_with("GH"), "{word}");
        }
    }

    #[test]
    fn names_stand_in_code_and_words_do_not() {
        for (reason, shown) in [
            ("drops out of `analytics`", "drops out of `analytics`"),
            (
                "keys they created stay active: `a b` in `c` (apikey_01)",
                "keys they created stay active: `a b` in `c` (`apikey_01`)",
            ),
            (
                "invited as developer on 2026-11-12, not accepted yet",
                "invited as developer on 2026-11-12, not accepted yet",
            ),
            (
                "live as ada@acme.com, which is the same person to the service; write that",
                "live as `ada@acme.com`, which is the same person to the service; write that",
            ),
            ("1234567 of 12 people", "`1234567` of 12 people"),
            ("@team please hear #1", "`@team please hear #1`"),
            ("a @b c#1 of it", "a `@b c#1` of it"),
            ("@a`b``c`@d", "```@a`b``c`@d```"),
            ("`a` (@x) `b`", "`a` (`@x`) `b`"),
            ("`x` `y`: @z `w`", "`x` `y`: `@z` `w`"),
            ("drops out of `a`b c`", "`` drops out of `a`b c` ``"),
            ("drops out of `a`, ``` and `b`", "```` drops out of `a`, ``` and `b` ````"),
            ("odd ` tick", "``odd ` tick``"),
            ("<b> www.x.com", "`<b> www.x.com`"),
            ("", ""),
        ] {
            assert_eq!(prose(reason), shown, "{reason:?}");
        }
        let long = format!("drops out of {}", "`x y`, ".repeat(10_000));
        assert!(prose(&long).len() < LONGEST + 1_500);
        assert_eq!(whole(&long).matches("`x y`").count(), 10_000);
        let long = "a @ ".repeat(10_000);
        assert!(prose(&long).len() < LONGEST + 1_500);
    }
}
