//! Rows as CSV (RFC 4180). A name cannot become a formula in a spreadsheet, whichever separator the spreadsheet uses.

use super::escape::escape;

/// Characters that start a formula, including full-width forms.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
/// Characters after which a spreadsheet may start another cell.
const SEPARATORS: [char; 6] = [',', ';', '|', '\t', '\n', '\r'];

/// Returns rows as text with the line endings of RFC 4180.
pub fn written(rows: &[Vec<String>]) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    // Writing to memory cannot fail, and all rows have the same length.
    let kept = rows.iter().try_for_each(|row| writer.write_record(row.iter().map(|cell| checked(cell))));
    let bytes = kept.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Escapes user-supplied text, so that it is neither a formula in a spreadsheet nor a command in a terminal.
pub fn safe(text: &str) -> String {
    let is_formula = text.starts_with(FORMULA);
    let shown = neutral(&escape(text));
    if is_formula && !shown.starts_with('\'') { format!("'{shown}") } else { shown }
}

/// Returns a cell as it is written: numbers are unchanged, everything else is neutralized, including joined texts.
fn checked(cell: &str) -> String {
    let is_figure = cell.starts_with(['-', '+']) && cell.parse::<f64>().is_ok_and(f64::is_finite);
    if is_figure { cell.to_owned() } else { neutral(cell) }
}

/// Adds an apostrophe wherever a cell with a formula could start. A reader may strip quotes and spaces before a
/// formula.
fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let seen = rest.trim_start_matches(['"', ' ']);
        if seen.starts_with(FORMULA) {
            out.push('\'');
        }
        let Some(at) = rest.find(SEPARATORS) else { break };
        let end = at + rest.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        let (cell, next) = rest.split_at(end);
        out.push_str(cell);
        rest = next;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_formula() {
        for (name, cell) in [
            ("lab", "lab"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\t=1", "'\\u{9}=1"),
            ("\r=1", "'\\u{d}=1"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a=1", "a=1"),
            ("＝1", "'＝1"),
            (" =1", "' =1"),
            ("a - b, c", "a - b, c"),
        ] {
            assert_eq!(safe(name), cell, "{name:?}");
        }
        let rows = [vec!["a,b".to_owned(), "say \"hi\"\nthere".to_owned(), String::new()]];
        assert_eq!(written(&rows), "\"a,b\",\"say \"\"hi\"\"\nthere\",\r\n");
    }

    #[test]
    fn a_formula_cannot_start_after_a_separator() {
        for (name, cell) in [
            ("a;=1", "a;'=1"),
            ("a,@x", "a,'@x"),
            ("a|+1", "a|'+1"),
            ("a; \"=1\"", "a;' \"=1\""),
            ("a;;-1", "a;;'-1"),
            ("a\t=1", "a\\u{9}=1"),
            ("a\n=1", "a\\u{a}=1"),
        ] {
            assert_eq!(safe(name), cell, "{name:?}");
        }
        let rows = [vec!["lab; =1".to_owned(), "-12.5".to_owned(), "-x".to_owned(), "a\n=1".to_owned()]];
        assert_eq!(written(&rows), "lab;' =1,-12.5,'-x,\"a\n'=1\"\r\n");
    }
}
