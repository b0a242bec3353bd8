//! The format of the cases in `catalogue/` and `fine/`: a title, files, and the expected problems.
//! `BYLAWS_UPDATE=1` rewrites the expected lines; review the difference before you commit it.

use std::fmt::Write as _;
use std::path::PathBuf;

/// One case. A line `== name` in `input` begins a file, see `world::files`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) title: String,
    /// Whether it is read without the file with the required lines.
    pub(crate) alone: bool,
    pub(crate) input: String,
    pub(crate) expected: String,
}

/// A file of cases.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    /// The text above the first case.
    pub(crate) head: String,
    pub(crate) cases: Vec<Case>,
}

/// Returns all pages of a folder next to this file, sorted by name.
pub(crate) fn pages(folder: &str) -> Vec<Page> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/config").join(folder);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths.into_iter().map(|path| Page::parse(path.clone(), &std::fs::read_to_string(path).unwrap())).collect()
}

impl Page {
    pub(crate) fn parse(path: PathBuf, text: &str) -> Self {
        let mut page = Self { path, head: String::new(), cases: Vec::new() };
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                page.cases.push(Case { title: title.to_owned(), ..Case::default() });
                continue;
            }
            let Some(case) = page.cases.last_mut() else {
                writeln!(page.head, "{line}").unwrap();
                continue;
            };
            if line == "    alone" {
                case.alone = true;
            } else if let Some(input) = line.strip_prefix("    |") {
                case.input.push_str(&unescaped(input.strip_prefix(' ').unwrap_or(input)));
                case.input.push('\n');
            } else if !line.is_empty() {
                writeln!(case.expected, "{line}").unwrap();
            }
        }
        page
    }

    pub(crate) fn text(&self) -> String {
        let mut out = self.head.clone();
        for case in &self.cases {
            write!(out, "## {}\n\n", case.title).unwrap();
            if case.alone {
                out.push_str("    alone\n");
            }
            for line in case.input.split_terminator('\n') {
                writeln!(out, "{}", format!("    | {}", escaped(line)).trim_end()).unwrap();
            }
            if case.alone || !case.input.is_empty() {
                out.push('\n');
            }
            if !case.expected.is_empty() {
                writeln!(out, "{}", case.expected).unwrap();
            }
        }
        out
    }

    /// Compares the expected lines with the result of `run`, or rewrites them if `BYLAWS_UPDATE` is set.
    pub(crate) fn settle(&mut self, run: impl Fn(&Case) -> String) {
        let before = std::fs::read_to_string(&self.path).unwrap();
        for case in &mut self.cases {
            case.expected = run(case);
        }
        if std::env::var_os("BYLAWS_UPDATE").is_some() {
            std::fs::write(&self.path, self.text()).unwrap();
            return;
        }
        let expected = Self::parse(self.path.clone(), &before);
        for (expected, found) in expected.cases.iter().zip(&self.cases) {
            assert_eq!(expected.expected, found.expected, "{}: {}", self.path.display(), found.title);
        }
        assert_eq!(before, self.text(), "{}: rewrite it with BYLAWS_UPDATE=1", self.path.display());
    }
}

/// Escapes invisible characters like Rust; a tab becomes an arrow.
fn escaped(line: &str) -> String {
    let visible = line.trim_end_matches(' ');
    let mut out: String = visible
        .chars()
        .map(|c| match c {
            '\t' => "→".to_owned(),
            '"' | '\'' => c.to_string(),
            c => c.escape_debug().to_string(),
        })
        .collect();
    // Trailing spaces are invisible, and many editors remove them.
    out.push_str(&"\\u{20}".repeat(line.len() - visible.len()));
    out
}

fn unescaped(line: &str) -> String {
    let mut out = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '→' => out.push('\t'),
            '\\' => match chars.next().unwrap() {
                'u' => {
                    let code: String = chars.by_ref().skip(1).take_while(|&c| c != '}').collect();
                    out.push(char::from_u32(u32::from_str_radix(&code, 16).unwrap()).unwrap());
                }
                '0' => out.push('\0'),
                'r' => out.push('\r'),
                other => out.push(other),
            },
            c => out.push(c),
        }
    }
    out
}
