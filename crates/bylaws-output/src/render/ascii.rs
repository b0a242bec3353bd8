//! ASCII replacements of our own symbols, for terminals without Unicode. Names are not changed.

/// The symbols and their replacements.
const SYMBOLS: [(char, &str); 16] = [
    ('→', "->"),
    ('✓', "ok"),
    ('✗', "x"),
    ('·', "."),
    ('–', "-"),
    ('—', "-"),
    ('…', "..."),
    ('×', "x"),
    // Bars, lowest first.
    ('▁', "_"),
    ('▂', "."),
    ('▃', ":"),
    ('▄', "-"),
    ('▅', "="),
    ('▆', "+"),
    ('▇', "*"),
    ('█', "#"),
];

/// Returns the text with our symbols in ASCII.
pub fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match SYMBOLS.iter().find(|(symbol, _)| *symbol == c) {
            Some((_, spelled)) => out.push_str(spelled),
            None => out.push(c),
        }
    }
    out
}

/// Returns whether the locale says that the terminal has no Unicode. Without a locale, as in many containers, the
/// terminal is assumed to have it.
pub fn is_wanted(locale: Option<&str>, term: Option<&str>) -> bool {
    let is_utf8 = |locale: &str| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    };
    term == Some("linux") || locale.is_some_and(|locale| !is_utf8(locale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_replaced_and_names_are_not() {
        assert_eq!(ascii("✓ Zoë: user → developer…"), "ok Zoë: user -> developer...");
        assert_eq!(ascii("▁▂▃▄▅▆▇█"), "_.:-=+*#");
    }

    #[test]
    fn the_locale_decides_if_it_is_set() {
        for (locale, term, wanted) in [
            (None, None, false),
            (Some("en_US.UTF-8"), None, false),
            (Some("C.utf8"), Some("xterm-256color"), false),
            (Some("C"), None, true),
            (Some("POSIX"), None, true),
            (Some("de_DE.ISO-8859-1"), None, true),
            (None, Some("linux"), true),
        ] {
            assert_eq!(is_wanted(locale, term), wanted, "{locale:?} {term:?}");
        }
    }
}
