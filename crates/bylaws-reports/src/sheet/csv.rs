//! A sheet as CSV (RFC 4180): a row for every bucket and group, with every raw figure. A name cannot become a formula
//! in a spreadsheet; numbers are never changed.

use super::Sheet;
use super::columns::{Shown, raw};
use bylaws_output::render::csv::{safe, written};

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
