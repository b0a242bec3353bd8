//! `bylaws explain`: what a rule of the files asks for, why, and how to get along with it.

use std::fs;
use std::path::Path;

use bylaws_config::Rule;
use serde_json::json;

use crate::args::{Explain, Format};
use crate::document::pretty;
use crate::exit::{ExitStatus, Failure};
use crate::render::rule;
use crate::world::World;

pub(crate) fn run(args: &Explain, world: &mut World) -> Result<ExitStatus, Failure> {
    let rules: Vec<&'static Rule> = match &args.code {
        Some(code) => vec![find(code)?],
        None => bylaws_config::rules().collect(),
    };
    match (&args.dir, args.format) {
        (Some(dir), _) => write(&world.path(dir), &rules)?,
        (None, Format::Json) => world.print(&pretty(&json!({
            "format_version": 1,
            "rules": rules.iter().map(|rule| json!({
                "code": rule.code,
                "name": rule.name,
                "severity": rule::severity(rule.severity),
                "summary": rule.summary,
                "why": rule.why,
                "wrong": rule.wrong,
                "right": rule.right,
                "in_schema": rule.in_schema,
            })).collect::<Vec<_>>(),
        }))),
        (None, Format::Text) => match (&args.code, rules.as_slice()) {
            (Some(_), [rule]) => world.print(&rule::page(rule)),
            _ => world.print(&rule::list(&rules)),
        },
    }
    Ok(ExitStatus::Done)
}

fn find(wanted: &str) -> Result<&'static Rule, Failure> {
    let same =
        |rule: &&Rule| rule.code.eq_ignore_ascii_case(wanted) || rule.name.eq_ignore_ascii_case(wanted);
    bylaws_config::rules().find(same).ok_or_else(|| Failure::Usage {
        message: format!("there is no problem {}", crate::render::inert::inert(wanted)),
        help: "`bylaws explain` lists all of them".to_owned(),
    })
}

/// A page for each rule, and one that lists them.
fn write(dir: &Path, rules: &[&Rule]) -> Result<(), Failure> {
    let failed = |error| Failure::Io { path: dir.to_owned(), what: "write pages to", error };
    fs::create_dir_all(dir).map_err(failed)?;
    for rule in rules {
        fs::write(dir.join(format!("{}.md", rule.code)), rule::page(rule)).map_err(failed)?;
    }
    fs::write(dir.join("README.md"), rule::index(rules)).map_err(failed)
}
