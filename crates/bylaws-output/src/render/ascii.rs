//! The few symbols of our own for terminals that can show nothing but ASCII. Names stay as they are.

/// Symbol and what stands for it.
const SYMBOLS: [(char, &str); 16] = [
    ('→', "->"),
    ('✓', "ok"),
    ('✗', "x"),
    ('·', "."),
    ('–', "-"),
    ('—', "-"),
    ('…', "..."),
    ('×', "x"),
    // Bars, from the lowest up.
    ('▁', "_"),
    ('▂', "."),
    ('▃', ":"),
    ('▄', "-"),
    ('▅', "="),
    ('▆', "+"),
    ('▇', "*"),
    ('█', "#"),
];

/// The text with each of our symbols spelled in ASCII.
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

/// Whether the locale says that the terminal knows no Unicode. Where none is set, as in many
/// containers, terminals of today do.
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
    fn symbols_are_spelled_and_names_are_not() {
        assert_eq!(ascii("✓ Zoë: user → developer…"), "ok Zoë: user -> developer...");
        assert_eq!(ascii("▁▂▃▄▅▆▇█"), "_.:-=+*#");
    }

    #[test]
    fn the_locale_decides_where_it_is_set() {
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
