//! A sheet as CSV (RFC 4180): a row for every bucket and group, with every raw figure. A name cannot become a
//! formula in a spreadsheet; numbers are never touched.

use super::Sheet;
use super::columns::{Shown, raw};
use crate::render::inert::inert;

pub(super) fn render<M: Shown>(sheet: &Sheet<M>) -> String {
    let mut head: Vec<String> = vec!["from".to_owned(), "to".to_owned()];
    for by in &sheet.by {
        let name = by.as_str().replace('-', "_");
        head.push(name.clone());
        if sheet.labels.has_ids(*by) {
            head.push(format!("{name}_id"));
        }
    }
    head.extend(M::RAW.iter().map(|(name, _)| (*name).to_owned()));
    let table = &sheet.table;
    let mut rows = vec![head];
    let nothing = M::default();
    for (place, from) in table.buckets.iter().enumerate() {
        let to = table.buckets.get(place + 1).unwrap_or(&sheet.about.range.to);
        let named = table.rows.iter().map(|row| (row, None));
        let others = table.others.iter().map(|others| (&others.row, Some(others.count)));
        for (row, others) in named.chain(others) {
            let mut cells = vec![from.to_string(), to.to_string()];
            for (at, by) in sheet.by.iter().enumerate() {
                let label = sheet.labels.label(*by, row.key.get(at).and_then(Option::as_deref));
                let called = match others {
                    Some(count) if at == 0 => format!("others ({count})"),
                    Some(_) => String::new(),
                    None => safe(label.called()),
                };
                cells.push(called);
                if sheet.labels.has_ids(*by) {
                    cells.push(label.id.map(safe).unwrap_or_default());
                }
            }
            let measure = row.at(place).unwrap_or(&nothing);
            cells.extend(raw(measure, &sheet.by).map(|(_, figure)| figure.plain()));
            rows.push(cells);
        }
    }
    written(&rows)
}

/// Rows as text; lines end as RFC 4180 has them.
pub(super) fn written(rows: &[Vec<String>]) -> String {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    // Memory takes everything, and all rows are equally long.
    let kept = rows.iter().try_for_each(|row| writer.write_record(row));
    let bytes = kept.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Text that others chose: no spreadsheet takes it for a formula, and no terminal for a command.
pub(super) fn safe(text: &str) -> String {
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
