//! Rows as CSV (RFC 4180). A name cannot become a formula in a spreadsheet.

use super::inert::inert;

/// Rows as text; lines end as RFC 4180 has them.
pub(crate) fn written(rows: &[Vec<String>]) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    // Memory takes everything, and all rows are equally long.
    let kept = rows.iter().try_for_each(|row| writer.write_record(row));
    let bytes = kept.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Text that others chose: no spreadsheet takes it for a formula, and no terminal for a command.
pub(crate) fn safe(text: &str) -> String {
    let shown = inert(text);
    let is_formula = [text, &shown].iter().any(|text| text.starts_with(['=', '+', '-', '@', '\t', '\r']));
    if is_formula { format!("'{shown}") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_a_formula() {
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
        ] {
            assert_eq!(safe(name), cell, "{name:?}");
        }
        let rows = [vec!["a,b".to_owned(), "say \"hi\"\nthere".to_owned(), String::new()]];
        assert_eq!(written(&rows), "\"a,b\",\"say \"\"hi\"\"\nthere\",\r\n");
    }
}
