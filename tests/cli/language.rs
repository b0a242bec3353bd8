//! The pages, the help, the schemas and the messages keep to the words of the field.

use std::path::Path;

use crate::architecture;
use crate::documentation::{pages, root};
use crate::world::World;

/// Words and phrases that no page and no help text contains, in lower case.
const AVOIDED: [&str; 37] = [
    "whom",
    "anew",
    "for good",
    "mend",
    "mends",
    "in vain",
    "of theirs",
    "tell apart",
    "told apart",
    "seat",
    "seats",
    "held-only",
    "held role",
    "more power",
    "way out",
    "take out",
    "takes out",
    "take away",
    "takes away",
    "its line has ended",
    "event outside",
    "somebody has to act",
    "look at these first",
    "ending within",
    "and unlisted, staying",
    "worth a look",
    "nobody can be asked",
    "does not tell",
    "what was asked for",
    "stands twice",
    "is no day",
    "is no text",
    "is no file",
    "roster",
    "verdict",
    "hush",
    "inert",
];

/// Returns the avoided phrases of a text, with the number of the line. Line breaks do not hide a phrase.
fn avoided(text: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        // The service calls paid licences so.
        if line.contains("Paid seats") {
            continue;
        }
        let next = lines.get(at + 1).copied().unwrap_or_default();
        let words = |text: &str| -> Vec<String> {
            let is_part = |c: char| c.is_alphanumeric() || "-_".contains(c);
            text.to_lowercase()
                .split(|c| !is_part(c))
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (own, both) = (words(line), words(&format!("{line} {next}")));
        for phrase in AVOIDED {
            let phrase_words: Vec<String> = words(phrase);
            let begins = |at: &usize| both[*at..].starts_with(&phrase_words);
            // A phrase that begins on the next line is found there.
            if (0..own.len()).any(|at| begins(&at)) {
                found.push((at + 1, phrase));
            }
        }
    }
    found
}

#[test]
fn the_check_sees_phrases_across_lines_and_only_whole_words() {
    assert_eq!(avoided("removed for\ngood; a seat"), [(1, "for good"), (2, "seat")]);
    assert_eq!(avoided("amends recommend, forgood; it is not seated"), []);
}

#[test]
fn no_page_uses_words_that_nobody_else_uses() {
    let mut wrong = Vec::new();
    let schemas = ["bylaws", "plan", "report", "seed", "audit", "access", "drift"];
    let schemas = schemas.map(|name| format!("schemas/{name}.schema.json"));
    let others = ["ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md", "tests/README.md"];
    let others = others.map(str::to_owned).into_iter().chain(schemas);
    for name in pages().into_iter().chain(others) {
        let text = std::fs::read_to_string(root().join(Path::new(&name))).unwrap();
        wrong.extend(avoided(&text).into_iter().map(|(line, phrase)| format!("{name}:{line}: {phrase}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns the texts in code: what is between quotes, without what is inserted.
fn texts(code: &str) -> String {
    let mut continues = false;
    let mut lines = Vec::new();
    for line in code.lines() {
        let parts: Vec<&str> = line.split('"').skip(usize::from(!continues)).step_by(2).collect();
        continues = line.ends_with('\\') && line.split('"').count() % 2 == usize::from(continues);
        let inserted = |part: &str| part.split_once('}').map_or(String::new(), |(_, rest)| rest.to_owned());
        let mut between = parts.join(" ").split('{').map(str::to_owned).collect::<Vec<_>>();
        between.iter_mut().skip(1).for_each(|part| *part = inserted(part));
        lines.push(between.join(" "));
    }
    lines.join("\n")
}

#[test]
fn the_texts_in_code_are_between_quotes() {
    assert_eq!(texts(r#"let whom = format!("a {whom} b", "c");"#), "a   b c");
    let two_lines = "f(\"its line \\\n    has ended\", whom);";
    assert_eq!(avoided(&texts(two_lines)), [(1, "its line has ended")]);
}

#[test]
fn no_message_uses_words_that_nobody_else_uses() {
    let mut wrong = Vec::new();
    for krate in architecture::crates() {
        for (file, code) in architecture::code(&krate) {
            let phrases = avoided(&texts(&code)).into_iter();
            wrong.extend(phrases.map(|(_, phrase)| format!("{krate}/{file}: {phrase}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_help_text_uses_words_that_nobody_else_uses() {
    fn visit(command: &clap::Command, path: &str, wrong: &mut Vec<String>) {
        let world = World::acme();
        let help = world.run(&format!("{path} --help")).ended(0).out;
        wrong.extend(
            avoided(&help).into_iter().map(|(line, phrase)| format!("{path} --help:{line}: {phrase}")),
        );
        for command in command.get_subcommands().filter(|command| command.get_name() != "help") {
            visit(command, format!("{path} {}", command.get_name()).trim_start(), wrong);
        }
    }
    let mut wrong = Vec::new();
    visit(&bylaws::command_line(), "", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
