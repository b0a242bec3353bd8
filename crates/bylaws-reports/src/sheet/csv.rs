//! A sheet as CSV (RFC 4180): a row for every bucket and group, with every exact figure. A name cannot become a formula
//! in a spreadsheet; numbers are never changed.

use bylaws_output::render::csv::{safe, written};

use super::Sheet;

pub(super) fn render(sheet: &Sheet) -> String {
    let Sheet { table, by, labels, kind, .. } = sheet;
    let mut head: Vec<String> = vec!["from".to_owned(), "to".to_owned()];
    for by in by {
        let name = by.as_str().replace('-', "_");
        head.push(name.clone());
        head.extend(labels.has_ids(*by).then(|| format!("{name}_id")));
    }
    head.extend(kind.exact().iter().map(|(name, _)| (*name).to_owned()));
    let mut rows = vec![head];
    for (place, from) in table.buckets.iter().enumerate() {
        let to = table.buckets.get(place + 1).unwrap_or(&sheet.about.range.to);
        let named = table.rows.iter().map(|row| (row, None));
        let others = table.others.iter().map(|(count, row)| (row, Some(count)));
        for (row, others) in named.chain(others) {
            let mut cells = vec![from.to_string(), to.to_string()];
            for (at, by) in by.iter().enumerate() {
                let label = labels.label(*by, row.key.get(at).and_then(Option::as_deref));
                cells.push(match others {
                    Some(count) if at == 0 => format!("others ({count})"),
                    Some(_) => String::new(),
                    None => safe(label.known().unwrap_or_default()),
                });
                cells.extend(labels.has_ids(*by).then(|| label.id.map(safe).unwrap_or_default()));
            }
            let figures = kind.exact().iter();
            cells.extend(figures.map(|column| kind.figure(column, row.at(place), by).to_string()));
            rows.push(cells);
        }
    }
    written(&rows)
}
