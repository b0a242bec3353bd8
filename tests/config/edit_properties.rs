//! Properties of edits for random files: the edited files give the desired state with one person removed or added, which
//! is computed here separately; all lines and comments about other people are unchanged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bylaws_config::SourceFile;
use bylaws_engine::*;
use bylaws_kinds::desired::*;
use bylaws_kinds::{EditError, Edited, Loaded, MemberLine, arrive, leave, parse};

use crate::edit::{email, like};

/// A random number generator that gives the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn some<'a>(&mut self, words: &[&'a str]) -> Vec<&'a str> {
        words.iter().copied().filter(|_| self.chance(60)).collect()
    }
}

const PEOPLE: [&str; 6] = ["ada", "bob", "cai", "dee", "eva", "fox"];

/// Writes files in every style: lines and brackets, quotes, gaps, and unique comments.
struct Writer {
    dice: Dice,
    comments: usize,
    end: &'static str,
}

impl Writer {
    /// Returns an optional comment and the line break.
    fn eol(&mut self) -> String {
        let comment = if self.dice.chance(25) { self.comment(" ") } else { String::new() };
        format!("{}{comment}{}", self.dice.pick(&["", "", "", " "]), self.end)
    }

    fn comment(&mut self, gap: &str) -> String {
        self.comments += 1;
        format!("{gap}# c{}: [a, b] {{x: y}}", self.comments)
    }

    /// Returns an optional comment line or empty line.
    fn between(&mut self, indent: usize) -> String {
        match self.dice.below(6) {
            0 => format!("{:indent$}{}{}", "", self.comment(""), self.end),
            1 => self.end.to_owned(),
            _ => String::new(),
        }
    }

    fn address(&mut self, name: &str) -> String {
        let text = format!("{name}@acme.com");
        match self.dice.below(8) {
            0 => format!("\"{text}\""),
            1 => format!("'{text}'"),
            2 => text.replace("acme", "ACME"),
            _ => text,
        }
    }

    /// Returns a map with these entries under a key, in brackets or in lines.
    fn map(&mut self, indent: usize, key: &str, entries: &[(String, String, Vec<String>)]) -> String {
        let pad = " ".repeat(indent);
        if entries.is_empty() {
            return format!("{pad}{key}: {{}}{}", self.eol());
        }
        let inner = indent + 2 + self.dice.below(2) * 2;
        if self.dice.chance(30) {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, short, long)| match long.as_slice() {
                    [] => format!("{name}: {short}"),
                    long => format!("{name}: {{{}}}", long.join(", ")),
                })
                .collect();
            return self.brackets(&format!("{pad}{key}: "), ('{', '}'), &entries, inner);
        }
        let mut out = format!("{pad}{key}:{}", self.eol());
        for (name, short, long) in entries {
            out += &self.between(inner);
            let deep = inner + 2;
            match (long.as_slice(), self.dice.below(3)) {
                ([], 0) => out += &format!("{:inner$}{name}:   {short}{}", "", self.eol()),
                ([], _) => out += &format!("{:inner$}{name}: {short}{}", "", self.eol()),
                (long, 0) => out += &format!("{:inner$}{name}: {{{}}}{}", "", long.join(", "), self.eol()),
                (long, 1) => out += &self.brackets(&format!("{:inner$}{name}: ", ""), ('{', '}'), long, deep),
                (long, _) => {
                    out += &format!("{:inner$}{name}:{}", "", self.eol());
                    for field in long {
                        out += &format!("{:deep$}{field}{}", "", self.eol());
                    }
                }
            }
        }
        out + &self.between(inner)
    }

    fn list(&mut self, indent: usize, key: &str, items: &[String]) -> String {
        let pad = " ".repeat(indent);
        if items.is_empty() || self.dice.chance(50) {
            return self.brackets(&format!("{pad}{key}: "), ('[', ']'), items, indent + 2);
        }
        let inner = indent + self.dice.below(2) * 2;
        let mut out = format!("{pad}{key}:{}", self.eol());
        for item in items {
            out += &self.between(inner);
            out += &format!("{:inner$}-{}{item}{}", "", self.dice.pick(&[" ", "   "]), self.eol());
        }
        out
    }

    fn brackets(
        &mut self,
        head: &str,
        (open, close): (char, char),
        items: &[String],
        inner: usize,
    ) -> String {
        match self.dice.below(4) {
            0 if !items.is_empty() => {
                let mut out = format!("{head}{open}{}", self.eol());
                for (n, item) in items.iter().enumerate() {
                    let comma = if n + 1 < items.len() || self.dice.chance(50) { "," } else { "" };
                    out += &self.between(inner);
                    out += &format!("{:inner$}{item}{comma}{}", "", self.eol());
                }
                format!("{out}{:indent$}{close}{}", "", self.eol(), indent = inner - 1)
            }
            1 if items.len() > 1 => {
                let half = items.len() / 2;
                let (first, second) = (items[..half].join(", "), items[half..].join(" , "));
                let first = format!("{head}{open}{first},{}", self.eol());
                format!("{first}{:inner$}{second}{close}{}", "", self.eol())
            }
            2 => format!("{head}{open} {} {close}{}", items.join(", "), self.eol()),
            _ => format!("{head}{open}{}{close}{}", items.join(","), self.eol()),
        }
        .replace(",{", ", {")
    }
}

/// Returns guards that name some of these people, sometimes with required administrators.
fn guards(w: &mut Writer, people: &[&str], admins: &[&str]) -> String {
    let mut guards = String::new();
    if w.dice.chance(60) && !admins.is_empty() {
        let items: Vec<String> = admins.iter().map(|name| w.address(name)).collect();
        guards += &w.list(2, "required_admins", &items);
    }
    if w.dice.chance(60) {
        let mut items = vec!["workspace/lab".to_owned()];
        for name in w.dice.some(people) {
            items.push(format!("member/{name}@acme.com"));
            if w.dice.chance(40) {
                items.push(format!("workspace/lab/member/{name}@acme.com"));
            }
        }
        items.remove(w.dice.below(2).min(items.len() - 1));
        guards += &w.between(2);
        guards += &w.list(2, "protect", &items);
    }
    if w.dice.chance(40) {
        guards += &format!("  invites: {{max: 9}}{}", w.eol());
    }
    guards
}

/// Returns random valid files.
fn files(seed: u64) -> Vec<SourceFile> {
    let mut dice = Dice(seed);
    dice.below(2);
    let end = if dice.chance(20) { "\r\n" } else { "\n" };
    let mut w = Writer { dice, comments: 0, end };
    let mut sections = Vec::new();
    let people = w.dice.some(&PEOPLE);
    let people = if people.is_empty() { vec!["ada"] } else { people };
    let mut members = Vec::new();
    let mut admins = Vec::new();
    for name in &people {
        let role = w.dice.pick(&["user", "developer", "admin", "none", "claude_code_user", "user"]);
        if role == "admin" {
            admins.push(*name);
        }
        let mut long = Vec::new();
        if w.dice.chance(40) {
            long.push(format!("role: {role}"));
            if role != "admin" && role != "none" && w.dice.chance(50) {
                long.push("until: 2027-01-31".to_owned());
            }
            if w.dice.chance(40) {
                long.insert(w.dice.below(2), format!("id: user_01{name}"));
            }
            if w.dice.chance(40) {
                long.push(format!("note: \"of {name} # not a comment\""));
            }
        }
        members.push((w.address(name), role.to_owned(), long));
    }
    let managed = w.dice.chance(90);
    if managed {
        // Sometimes in two files; each person is in one of them.
        let cut = if w.dice.chance(20) { w.dice.below(members.len()) } else { 0 };
        for part in [&members[..cut], &members[cut..]].into_iter().filter(|part| !part.is_empty()) {
            sections.push(w.map(0, "members", part));
        }
    }
    let mut teams = "teams:".to_owned() + &w.eol();
    for team in ["red", "blue team"] {
        let items: Vec<String> = w.dice.some(&people).into_iter().map(|name| w.address(name)).collect();
        teams += &w.between(2);
        teams += &w.list(2, team, &items);
    }
    sections.push(teams);
    let mut workspaces = "workspaces:".to_owned() + &w.eol();
    for name in ["lab", "prod"] {
        workspaces += &format!("  {name}:{}    tags: {{env: {name}}}{}", w.eol(), w.eol());
        let memberships: Vec<_> = w
            .dice
            .some(&people)
            .into_iter()
            .map(|name| {
                let role = w.dice.pick(&["workspace_user", "workspace_admin", "workspace_developer"]);
                let until = format!("until: 2027-01-1{}", w.dice.below(9));
                let long = if w.dice.chance(30) { vec![format!("role: {role}"), until] } else { Vec::new() };
                (w.address(name), role.to_owned(), long)
            })
            .collect();
        workspaces += &w.map(4, "members", &memberships);
        let teams: Vec<_> = vec![("red".to_owned(), "workspace_user".to_owned(), Vec::new())];
        workspaces += &w.map(4, "teams", &teams);
    }
    sections.push(workspaces);
    let guards = guards(&mut w, &people, if managed { &admins } else { &[] });
    if guards.contains(':') {
        sections.push(format!("guards:{}{guards}", w.eol()));
    }
    let policy = w.dice.pick(&["ignore", "report", "remove", "remove"]);
    sections.push(format!("unlisted: {{members: {policy}}}{}", w.eol()));
    let head = "bylaws: 1\norganization: {id: 6a1f0c7e-0b1d-4e8e-9a55-0d5c3c1a9f10}\n";
    let mut texts: Vec<String> = vec![head.replace('\n', end)];
    for section in sections {
        // A file cannot contain a section twice.
        let name = section.split(':').next().unwrap().to_owned();
        let has = texts.last().unwrap().lines().any(|line| line.starts_with(&format!("{name}:")));
        if has || w.dice.chance(30) {
            texts.push(section);
        } else {
            *texts.last_mut().unwrap() += &section;
        }
    }
    if w.dice.chance(25) {
        let last = texts.last_mut().unwrap();
        last.truncate(last.trim_end().len());
    }
    let named = |(n, text): (usize, String)| SourceFile { name: format!("{n}.yaml"), text };
    texts.into_iter().enumerate().map(named).collect()
}

/// Returns the desired state without a person.
fn without(before: &Desired, who: &Email, line: MemberLine) -> Desired {
    let mut wanted = before.clone();
    let is = |email: &Email| email.person() == who.person();
    if let Some(members) = &mut wanted.members {
        let found = members
            .iter()
            .find(|(email, _)| is(email))
            .map(|(email, member)| (email.clone(), member.clone()));
        if let Some((email, member)) = found {
            let settable = matches!(member.role, WantedRole::Settable(_));
            if line == MemberLine::Deleted {
                assert!(settable && before.unlisted.of("members") == Policy::Remove);
                members.remove(&email);
            } else if line == MemberLine::None {
                members.insert(email, Member { role: WantedRole::None, until: None, ..member });
            } else {
                assert_eq!(member.role, WantedRole::None);
            }
        }
    }
    wanted.teams.values_mut().for_each(|team| team.retain(|email| !is(email)));
    for workspace in wanted.workspaces.iter_mut().flat_map(BTreeMap::values_mut) {
        if let WorkspaceState::Open(open) = &mut workspace.state {
            open.members.iter_mut().for_each(|members| members.retain(|email, _| !is(email)));
        }
    }
    wanted.guards.required_admins.retain(|email| !is(email));
    wanted.guards.protect.retain(|address| match address {
        Address::Member(email) | Address::Invite(email) | Address::WorkspaceMember(_, email) => !is(email),
        _ => true,
    });
    wanted
}

/// Returns the desired state with a person who has all teams and workspaces of another.
fn with(before: &Desired, new: &Email, other: &Email) -> Desired {
    let mut wanted = before.clone();
    let members = wanted.members.as_mut().unwrap();
    let role = members.iter().find(|(email, _)| email.person() == other.person()).unwrap().1.role;
    members.insert(new.clone(), Member { role, until: None, id: None });
    for team in wanted.teams.values_mut().filter(|team| team.contains(other)) {
        team.insert(new.clone());
    }
    for workspace in wanted.workspaces.iter_mut().flat_map(BTreeMap::values_mut) {
        if let WorkspaceState::Open(open) = &mut workspace.state
            && let Some(members) = &mut open.members
            && let Some(membership) = members.get(other).copied()
        {
            members.insert(new.clone(), MembershipLine { until: None, ..membership });
        }
    }
    wanted
}

/// Returns the lines that are not about a person, including the lines of their long form.
///
/// A guard that is not in `after` was deleted.
fn lines_of_others<'t>(text: &'t str, after: &str, name: &str) -> Vec<&'t str> {
    let mut within: Option<usize> = None;
    let mut out = Vec::new();
    for line in text.split_inclusive('\n') {
        let depth = line.len() - line.trim_start().len();
        let is_said = !line.trim().is_empty();
        if within.is_some_and(|from| {
            depth <= from && is_said && !line.trim_start().starts_with(['#', '}', ']', '-'])
        }) {
            within = None;
        }
        let goes = |guard: &str| line.trim_start().starts_with(guard) && !after.contains(guard);
        if goes("protect:") || goes("required_admins:") {
            within = Some(depth);
        }
        if within.is_none() && line.to_lowercase().contains(name) {
            within = line.trim_start().split(['#']).next().unwrap().contains(':').then_some(depth);
            continue;
        }
        if within.is_none() {
            out.push(line);
        }
    }
    out
}

/// Checks that every line of `before` is in `after`, in the same order; the list of a key may have become empty.
fn check_lines(before: &str, after: &str, name: &str) {
    let bare = |line: &str| {
        let line = line.replace(": []", ":").replace(": {}", ":");
        // Multi-line brackets that became empty are on one line.
        line.trim_end().trim_end_matches([' ', '[', ']', '{', '}']).to_owned()
    };
    let mut lines = after.split_inclusive('\n').map(bare);
    for line in lines_of_others(before, after, name) {
        if line.trim().is_empty()
            || !line.contains([':', '@'])
            || line.trim().starts_with(['[', ']', '{', '}'])
        {
            continue;
        }
        assert!(
            lines.any(|other| other == bare(line)),
            "{line:?} is lost or changed:\n{before}\n=====\n{after}"
        );
    }
}

/// Returns the comments of the generated files.
fn comments(text: &str) -> BTreeSet<String> {
    let found = text.lines().filter_map(|line| line.split_once("# c")).map(|(_, comment)| comment);
    found.map(|comment| format!("# c{}", comment.trim_end())).collect()
}

fn check(loaded: &Loaded, edited: &Edited, wanted: &Desired, name: &str) {
    assert_eq!(edited.loaded.desired.as_ref(), Some(wanted));
    assert_eq!(parse(edited.loaded.files.clone()).desired.as_ref(), Some(wanted), "read again");
    let gone: BTreeSet<String> = edited.comments.iter().map(|step| step.what.clone()).collect();
    for (before, after) in loaded.files.iter().zip(&edited.loaded.files) {
        assert_eq!(before.name, after.name);
        if before.text == after.text {
            continue;
        }
        check_lines(&before.text, &after.text, name);
        let (old, new) = (comments(&before.text), comments(&after.text));
        assert!(new.is_subset(&old));
        for comment in old.difference(&new) {
            assert!(gone.contains(comment), "{comment} was removed but is not reported");
        }
        let others: String = lines_of_others(&before.text, &after.text, name).concat();
        for comment in comments(&others) {
            assert!(new.contains(&comment), "{comment}\n{}\n=====\n{}", before.text, after.text);
        }
        assert_eq!(before.text.contains("\r\n"), after.text.contains("\r\n"));
        assert!(!before.text.contains("\r\n") || !after.text.replace("\r\n", "").contains('\n'));
    }
}

fn everybody(desired: &Desired) -> BTreeSet<Email> {
    let members = desired.members.iter().flatten().map(|(email, _)| email.clone());
    members.chain(desired.teams.values().flatten().cloned()).collect()
}

fn check_all(loaded: &Loaded, context: &str) -> usize {
    let desired = loaded.desired.as_ref().unwrap_or_else(|| panic!("{context}: {:?}", loaded.problems));
    let mut edits = 0;
    for who in everybody(desired) {
        let name = &format!("{}@", who.as_str().split('@').next().unwrap());
        match leave(loaded, &who, None) {
            Ok((edited, line)) => {
                check(loaded, &edited, &without(desired, &who, line), name);
                edits += 1;
            }
            Err(error) => panic!("{context}: {who} leaves: {error:?}"),
        }
        let arrival = like("newcomer@acme.com", who.as_str());
        match arrive(loaded, &arrival) {
            Ok(edited) => {
                check(loaded, &edited, &with(desired, &email("newcomer@acme.com"), &who), name);
                edits += 1;
            }
            Err(EditError::NoRole { .. } | EditError::NoMembers | EditError::Domain { .. }) => {}
            Err(EditError::NotListed { .. }) if desired.members.is_none() => {}
            Err(error) => panic!("{context}: somebody like {who} arrives: {error:?}"),
        }
    }
    edits
}

#[test]
fn edits_of_random_files_change_only_the_person() {
    let mut edits = 0;
    for seed in 0..200 {
        let files = files(seed);
        let text: String = files.iter().map(|file| format!("== {}\n{}", file.name, file.text)).collect();
        edits += check_all(&parse(files), &format!("seed {seed}\n{text}"));
    }
    assert!(edits > 800, "{edits}");
}

#[test]
fn edits_of_the_examples_change_only_the_person() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut edits = 0;
    for path in
        ["examples/acme", "examples/minimal", "examples/enterprise", "docs/acme", "tests/config/full.yaml"]
    {
        edits += check_all(&bylaws_kinds::load(&root.join(path)).unwrap(), path);
    }
    assert!(edits > 50, "{edits}");
}
