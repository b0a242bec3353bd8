//! Suggestions for command lines that clap rejects: options with one dash, and the words of other tools.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Options of other tools, and the equivalent here.
const OPTIONS: &[(&[&str], &str)] = &[
    (&["yes", "y", "approve", "confirm", "force"], "auto-approve"),
    (&["target"], "only"),
    (&["json"], "format json"),
    (&["output"], "format"),
    (&["no-color"], "color never"),
    (&["token", "api-key"], "credential-file"),
    (&["url"], "api-url"),
    (&["file"], "path"),
];

/// Commands of other tools, and what to use here.
const COMMANDS: &[(&[&str], &str)] = &[
    (
        &["destroy"],
        "no command removes everything: delete lines from the files, then `bylaws plan` shows what goes",
    ),
    (&["init"], "`bylaws import` writes the live organization as files"),
    (&["refresh", "state"], "Bylaws keeps no state: `bylaws plan` reads what is live"),
    (&["diff"], "`bylaws plan` shows what an apply would change"),
    (&["status"], "`bylaws plan` shows what differs from the files"),
    (&["check", "lint"], "`bylaws validate` checks the files"),
    (&["login", "auth"], "set ANTHROPIC_ADMIN_KEY, then `bylaws whoami` shows what it may read"),
    (&["add", "invite"], "`bylaws onboard` adds people to the files"),
    (&["remove", "delete"], "`bylaws offboard` removes a person from the files"),
    (&["version"], "`bylaws --version` prints the version"),
];

/// Returns what a table has for a word.
fn looked_up(table: &[(&[&str], &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(words, _)| words.contains(&word)).map(|(_, here)| *here)
}

/// Replaces the suggestions of an error if there is a better one.
pub(crate) fn improve(mut error: clap::Error, args: &[OsString]) -> clap::Error {
    let tip = match error.kind() {
        ErrorKind::UnknownArgument => option(&error, args),
        ErrorKind::InvalidSubcommand => command(&error),
        _ => None,
    };
    if let Some(tip) = tip {
        for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
            error.remove(kind);
        }
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

fn command(error: &clap::Error) -> Option<String> {
    let ContextValue::String(word) = error.get(ContextKind::InvalidSubcommand)? else { return None };
    looked_up(COMMANDS, word).map(str::to_owned)
}

fn option(error: &clap::Error, args: &[OsString]) -> Option<String> {
    let ContextValue::String(invalid) = error.get(ContextKind::InvalidArg)? else { return None };
    let words: Vec<&str> = args.iter().skip(1).filter_map(|arg| arg.to_str()).collect();
    let written = match invalid.strip_prefix("--") {
        Some(_) => invalid.as_str(),
        // One dash begins several short options: the error names the first that does not exist.
        None => {
            let letter = invalid.trim_start_matches('-');
            let is_it = |word: &&str| {
                word.strip_prefix('-').is_some_and(|rest| !rest.starts_with('-') && rest.contains(letter))
            };
            words.iter().copied().find(is_it)?
        }
    };
    let bare = written.trim_start_matches('-');
    let (name, value) = bare.split_once('=').map_or((bare, None), |(name, value)| (name, Some(value)));
    let root = super::command();
    let command = named(&root, &words);
    let has = |long: &str| {
        command.get_arguments().chain(root.get_arguments()).any(|arg| arg.get_long() == Some(long))
    };
    let with_value = |long: &str| match value {
        Some(value) => format!("--{long}={value}"),
        None => format!("--{long}"),
    };
    if has(name) {
        return Some(format!("options have two dashes: write `{}`", with_value(name)));
    }
    if name == "dry-run" {
        return Some("`bylaws plan` shows what an apply would do, and changes nothing".to_owned());
    }
    let here = looked_up(OPTIONS, name)?;
    let long = here.split(' ').next().unwrap_or_default();
    has(long).then(|| format!("write `{}`", with_value(here)))
}

/// Returns the innermost command that the words name.
fn named<'c>(root: &'c Command, words: &[&str]) -> &'c Command {
    let names = words.iter().filter(|word| !word.starts_with('-'));
    names
        .fold((root, true), |(command, is_open), name| match command.find_subcommand(name) {
            Some(found) if is_open => (found, true),
            _ => (command, is_open && command.has_subcommands()),
        })
        .0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tips of a command line that is not understood.
    fn tip(line: &str) -> String {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = super::super::command().try_get_matches_from(&args).expect_err(line);
        let text = improve(error, &args).render().to_string();
        text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn options_and_commands_of_other_tools_are_translated() {
        for (line, expected) in [
            ("bylaws apply -auto-approve", "options have two dashes: write `--auto-approve`"),
            ("bylaws plan -out=p.json", "options have two dashes: write `--out=p.json`"),
            ("bylaws plan -detailed-exitcode", "options have two dashes: write `--detailed-exitcode`"),
            ("bylaws report cost -last=3mo", "options have two dashes: write `--last=3mo`"),
            ("bylaws plan -color=never", "options have two dashes: write `--color=never`"),
            ("bylaws apply --yes", "write `--auto-approve`"),
            ("bylaws apply -y", "write `--auto-approve`"),
            ("bylaws apply --force", "write `--auto-approve`"),
            ("bylaws plan --json", "write `--format json`"),
            ("bylaws apply --dry-run", "`bylaws plan` shows what an apply would do, and changes nothing"),
            ("bylaws apply --autoapprove", "a similar argument exists: '--auto-approve'"),
            ("bylaws init", "`bylaws import` writes the live organization as files"),
            ("bylaws aply", "a similar subcommand exists: 'apply'"),
            (
                "bylaws destroy",
                "no command removes everything: delete lines from the files, then `bylaws plan` shows what goes",
            ),
        ] {
            assert_eq!(tip(line), expected, "{line}");
        }
    }

    #[test]
    fn an_option_that_this_command_does_not_have_is_not_suggested() {
        for line in ["bylaws validate --yes", "bylaws show -out=x p.json", "bylaws validate -unknown"] {
            assert!(!tip(line).contains("write"), "{line}: {}", tip(line));
        }
    }

    #[test]
    fn no_tip_names_a_command_that_exists() {
        let root = super::super::command();
        for name in COMMANDS.iter().flat_map(|(names, _)| *names) {
            assert!(root.find_subcommand(name).is_none(), "{name}");
        }
    }
}
