//! The modules of a crate, and which of them use which others: read from the paths in their code that begin with
//! `crate`, `self` or `super`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The path of a module or an item below the root of its crate.
type Path = Vec<String>;

/// The modules of one crate, without tests.
pub(super) struct Modules {
    /// The path of every module, and whether it is the file of a folder.
    files: BTreeMap<Path, bool>,
    /// What the names mean that a module imports.
    imports: BTreeMap<Path, BTreeMap<String, Path>>,
    /// The modules that each module uses. A module and those inside it may know each other.
    uses: BTreeMap<Path, BTreeMap<Path, String>>,
}

impl Modules {
    /// Reads a crate: the names of its files below `src`, with their code.
    pub(super) fn of(sources: &[(String, String)]) -> Self {
        let mut modules = Self { files: BTreeMap::new(), imports: BTreeMap::new(), uses: BTreeMap::new() };
        let mut mentioned = BTreeMap::new();
        for (name, code) in sources.iter().filter(|(name, _)| name != "main.rs") {
            let (path, is_folder) = module(name);
            let (imports, others) = paths(code);
            mentioned
                .insert(path.clone(), imports.iter().map(|(_, path)| path.clone()).chain(others).collect());
            modules.imports.insert(path.clone(), imports.into_iter().collect());
            modules.files.insert(path, is_folder);
        }
        let mentioned: BTreeMap<Path, Vec<Path>> = mentioned;
        for (user, paths) in mentioned {
            for path in paths {
                let Some(used) = modules.definition(&user, &path, 0) else { continue };
                if !user.starts_with(&used) && !used.starts_with(&user) {
                    modules.uses.entry(user.clone()).or_default().insert(used, path.join("::"));
                }
            }
        }
        modules
    }

    /// Returns the module that defines the item of a path in the code of `user`; `None` if it is another crate's.
    fn definition(&self, user: &[String], path: &[String], depth: usize) -> Option<Path> {
        let mut at = user.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => (at, rest) = (Vec::new(), &path[1..]),
            "self" | "super" => {
                while let Some(word @ ("self" | "super")) = rest.first().map(String::as_str) {
                    if word == "super" {
                        at.pop();
                    }
                    rest = &rest[1..];
                }
            }
            first => {
                let is_module = self.files.contains_key(&[user, &path[..1]].concat());
                if !is_module && !self.imports.get(user).is_some_and(|names| names.contains_key(first)) {
                    return None;
                }
            }
        }
        while let Some(name) = rest.first() {
            let inner = [at.as_slice(), &rest[..1]].concat();
            if !self.files.contains_key(&inner) {
                let meaning = self.imports.get(&at).and_then(|names| names.get(name)).filter(|_| depth < 8);
                let elsewhere = meaning
                    .filter(|meaning| meaning.as_slice() != rest)
                    .and_then(|meaning| self.definition(&at, &[meaning, &rest[1..]].concat(), depth + 1));
                return Some(elsewhere.unwrap_or(at));
            }
            (at, rest) = (inner, &rest[1..]);
        }
        Some(at)
    }

    /// Returns the shortest circle of each module that is in one. The uses of the files in `tables` do not count.
    pub(super) fn circles(&self, tables: &[&str]) -> Vec<String> {
        let mut found = BTreeMap::new();
        for start in self.uses.keys() {
            let Some(circle) = self.circle(start, tables) else { continue };
            let members: BTreeSet<&Path> = circle.iter().copied().collect();
            found.entry(members).or_insert_with(|| self.shown(&circle));
        }
        found.into_values().collect()
    }

    fn circle<'a>(&'a self, start: &'a Path, tables: &[&str]) -> Option<Vec<&'a Path>> {
        let mut before: BTreeMap<&Path, &Path> = BTreeMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(user) = open.pop_front() {
            if tables.contains(&self.file(user).as_str()) {
                continue;
            }
            for used in self.uses.get(user).into_iter().flat_map(BTreeMap::keys) {
                if used == start {
                    let back = std::iter::successors(Some(user), |at| before.get(*at).copied());
                    let mut circle: Vec<&Path> = back.collect();
                    circle.reverse();
                    return Some(circle);
                }
                before.entry(used).or_insert_with(|| {
                    open.push_back(used);
                    user
                });
            }
        }
        None
    }

    fn shown(&self, circle: &[&Path]) -> String {
        let next = circle.iter().cycle().skip(1);
        let steps = circle.iter().zip(next).map(|(user, used)| {
            format!("{} uses {} of {}", self.file(user), self.uses[*user][*used], self.file(used))
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    fn file(&self, module: &Path) -> String {
        if module.is_empty() {
            return "lib.rs".to_owned();
        }
        format!(
            "{}{}",
            module.join("/"),
            if self.files.get(module) == Some(&true) { "/mod.rs" } else { ".rs" }
        )
    }
}

/// Returns the path of the module in a file, and whether it is the file of a folder.
fn module(name: &str) -> (Path, bool) {
    let mut path: Path = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let is_folder = path.pop_if(|last| last == "mod").is_some();
    path.pop_if(|last| last == "lib");
    (path, is_folder)
}

/// Returns the imports of a file, by the names that they introduce, and every other path to a module of its crate.
fn paths(code: &str) -> (Vec<(String, Path)>, Vec<Path>) {
    let (mut imports, mut others) = (Vec::new(), Vec::new());
    let mut statement = String::new();
    for line in code.lines() {
        let begins = line.trim_start();
        let begins = if begins.starts_with("pub") {
            begins.split_once(' ').map_or("", |(_, rest)| rest)
        } else {
            begins
        };
        if statement.is_empty() && !begins.starts_with("use ") {
            others.extend(["crate::", "self::", "super::"].into_iter().flat_map(|root| inline(line, root)));
            continue;
        }
        statement.push_str(if statement.is_empty() { &begins["use ".len()..] } else { line.trim() });
        if let Some(tree) = statement.trim_end().strip_suffix(';') {
            expand(tree, &[], &mut imports);
            statement.clear();
        }
    }
    (imports, others)
}

/// Returns the paths in a line of code that begin with `root`.
fn inline(line: &str, root: &str) -> Vec<Path> {
    let begins = |at: &usize| !line[..*at].ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c));
    let starts = line.match_indices(root).map(|(at, _)| at).filter(begins);
    let is_end = |c: char| !c.is_alphanumeric() && c != '_' && c != ':';
    let path = |at: usize| line[at..].split(is_end).next().unwrap_or_default();
    starts
        .map(|at| path(at).split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect())
        .collect()
}

/// Adds the paths of a `use` tree such as `crate::plan::{self, Item as Entry}`.
fn expand(tree: &str, before: &[String], imports: &mut Vec<(String, Path)>) {
    let tree = tree.trim();
    let Some((path, inner)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path = path.split("::").map(str::to_owned);
        let mut whole: Path = before.iter().cloned().chain(path).collect();
        if whole.len() > 1 && whole.last().is_some_and(|last| last == "self") {
            whole.pop();
        }
        let name = if name.is_empty() { whole.last().cloned().unwrap_or_default() } else { name.to_owned() };
        return imports.extend((!whole.concat().is_empty()).then_some((name, whole)));
    };
    let path = path.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    let before: Path = before.iter().cloned().chain(path).collect();
    let (mut depth, mut start) = (0, 0);
    let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                expand(&inner[start..at], &before, imports);
                start = at + 1;
            }
            _ => {}
        }
    }
}

#[test]
fn a_circle_of_two_files_is_found_through_a_re_export() {
    let files = [
        ("lib.rs", "mod a;\nmod b;\npub use b::inner::{Thing, Other as Another};\n"),
        ("a.rs", "use std::fmt;\nuse crate::{Another, fmt as f};\npub(crate) struct A;\n"),
        ("b/mod.rs", "pub(crate) mod inner;\nmod side;\nuse inner::Thing;\n"),
        ("b/inner.rs", "fn make() -> super::side::Side { crate::a::A.into() }\n"),
        ("b/side.rs", "use super::Thing;\n"),
    ];
    let modules = Modules::of(&files.map(|(name, code)| (name.to_owned(), code.to_owned())));
    let found = [
        "a.rs uses crate::Another of b/inner.rs, b/inner.rs uses crate::a::A of a.rs",
        "b/side.rs uses super::Thing of b/inner.rs, b/inner.rs uses super::side::Side of b/side.rs",
    ];
    assert_eq!(modules.circles(&[]), found);
    assert_eq!(modules.circles(&["b/inner.rs"]), [""; 0]);
}
