//! Comments that suppress a reviewed warning: `# bylaws: allow BL0512 and the reason`.
//! At the end of a line it applies to that line; on a line of its own, to the next one. Errors cannot be suppressed.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::comments::{is_inside, texts_of};
use crate::position::{At, Position, Positions};
use crate::problem::Problems;
use crate::raw::Raw;
use crate::rule::{Rule, Severity};
use crate::rules;
use crate::shown::shown;
use crate::source::SourceFile;
use crate::suggest::{did_you_mean, nearest};

/// The marker that every such comment contains.
const WORD: &str = "bylaws:";
const FORM: &str =
    "write a code and the reason, as in `# bylaws: allow BL0512 the name is older than the limit`";

/// Reads the comments of one file. `raw` is its tree: text inside a scalar is not a comment.
/// `text` has the same byte offsets as `places`, but parts of it may be blanked.
pub(crate) fn read(positions: &Positions<'_>, text: &str, raw: &Raw, problems: &mut Problems) {
    if !text.contains(WORD) {
        return;
    }
    let mut texts: Option<Vec<Range<usize>>> = None;
    // Comments on lines of their own, until the line that they apply to is reached.
    let mut waiting: Vec<(&'static Rule, At)> = Vec::new();
    let mut start = 0;
    for (number, line) in (1_u32..).zip(text.split_inclusive('\n')) {
        let found = comment(line).filter(|(hash, _)| {
            let texts = texts.get_or_insert_with(|| texts_of(raw));
            !is_inside(texts, start + hash)
        });
        let content = line.trim_start();
        let stands_alone = content.starts_with('#');
        if !stands_alone {
            for (rule, at) in waiting.drain(..) {
                problems.allowed.add(rule, at, (!content.is_empty()).then_some(number));
            }
        }
        if let Some((hash, words)) = found {
            let at = positions.bytes(start + hash, start + line.trim_end().len());
            if let Some(rule) = allowed(problems, at, words) {
                if stands_alone {
                    waiting.push((rule, at));
                } else {
                    problems.allowed.add(rule, at, Some(number));
                }
            }
        }
        start += line.len();
    }
    for (rule, at) in waiting {
        problems.allowed.add(rule, at, None);
    }
}

/// A comment that suppresses a warning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suppression {
    /// The code of the warning.
    pub code: &'static str,
    /// The text of the line that it applies to, without comments and surrounding white space.
    pub line: String,
    /// The location of the comment.
    pub position: Position,
}

/// Returns the suppression comments, sorted, without those that apply to no line.
pub(crate) fn suppressions(problems: &Problems, files: &[SourceFile]) -> Vec<Suppression> {
    let mut all = Vec::new();
    for (&(file, number), codes) in &problems.allowed.lines {
        let Some(source) = files.get(file as usize) else { continue };
        let line = source.text.lines().nth(number.saturating_sub(1) as usize).unwrap_or_default();
        let line = comment(line).and_then(|(hash, _)| line.get(..hash)).unwrap_or(line).trim().to_owned();
        let of_line = codes.values().map(|comment| Suppression {
            code: comment.rule.code,
            line: line.clone(),
            position: comment.at.position(&source.name),
        });
        all.extend(of_line);
    }
    all.sort();
    all
}

/// Reports the comments that suppressed nothing.
pub(crate) fn unused(problems: &mut Problems) {
    let lines = std::mem::take(&mut problems.allowed.lines);
    let of_lines = lines.into_values().flat_map(BTreeMap::into_values).filter(|comment| !comment.used);
    let mut unused: Vec<_> = of_lines.map(|comment| (comment.rule, comment.at)).collect();
    unused.append(&mut problems.allowed.idle);
    unused.sort_by_key(|&(_, at)| at);
    for (rule, at) in unused {
        problems
            .report(&rules::ALLOW_UNUSED, at, format!("warning {} does not occur here", rule.code))
            .label("suppresses nothing")
            .help("delete the comment, or move it to the end of the line it applies to, or directly above");
    }
}

/// Returns where a Bylaws comment begins in a line, and the text after [`WORD`].
fn comment(line: &str) -> Option<(usize, &str)> {
    line.match_indices(WORD).find_map(|(at, _)| {
        let hash = line.get(..at)?.trim_end_matches([' ', '\t']).strip_suffix('#')?.len();
        let before = line.get(..hash)?;
        let is_comment = before.is_empty() || before.ends_with([' ', '\t']);
        is_comment.then_some((hash, line.get(at + WORD.len()..)?.trim()))
    })
}

/// Returns the rule that a comment suppresses; reports a malformed comment.
fn allowed(problems: &mut Problems, at: At, words: &str) -> Option<&'static Rule> {
    let mut rest = words.split_whitespace();
    let verb = rest.next().unwrap_or_default();
    let code = rest.next();
    if verb != "allow" {
        // An unrelated comment may begin with the name of the program.
        if nearest(verb, ["allow"]).is_some() || code.is_some_and(is_code) {
            malformed(problems, at, format!("unknown word {} in a Bylaws comment", shown(verb)), FORM);
        }
        return None;
    }
    let Some(code) = code else {
        malformed(problems, at, "this comment does not name a warning", FORM);
        return None;
    };
    let Some(rule) = problems.rules.iter().find(|rule| rule.code == code) else {
        let help = other_code(code, problems.rules);
        malformed(problems, at, format!("unknown warning code {}", shown(code)), &help);
        return None;
    };
    if rule.severity == Severity::Error {
        problems
            .report(&rules::ALLOW_ERROR, at, format!("{code} is an error, and errors cannot be suppressed"))
            .label("cannot be suppressed")
            .help(format!("fix the error, and delete the comment; `bylaws explain {code}` explains it"));
        return None;
    }
    match rest.next() {
        Some(word) if is_code(word) => {
            malformed(problems, at, "this comment names two warnings", "write one comment for each");
            Some(rule)
        }
        Some(_) => Some(rule),
        None => {
            malformed(problems, at, "this comment gives no reason", FORM);
            // The intent is clear, so the warning itself is not reported as well.
            Some(rule)
        }
    }
}

fn malformed(problems: &mut Problems, at: At, message: impl Into<String>, help: &str) {
    problems.report(&rules::ALLOW_MALFORMED, at, message).label("suppresses nothing").help(help);
}

/// Returns the help for an unknown code: a rule name, other letter case or extra punctuation is recognized.
fn other_code(word: &str, rules: &[&Rule]) -> String {
    let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let near = rules
        .iter()
        .find(|rule| rule.code.eq_ignore_ascii_case(bare) || rule.name.eq_ignore_ascii_case(bare))
        .map(|rule| format!("did you mean `{}`? ", rule.code));
    let near = near.unwrap_or_else(|| did_you_mean(word, rules.iter().map(|rule| rule.name)));
    format!("{near}`bylaws explain` lists all codes")
}

fn is_code(word: &str) -> bool {
    word.strip_prefix("BL").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
