//! `bylaws explain`: what a rule of the files or of an audit requires, why, and how to comply.

use std::fs;
use std::path::Path;

use bylaws_config::Rule;
use bylaws_engine::audit::{AUDIT_RULES, AuditRule};
use bylaws_output::document::pretty;
use bylaws_output::render::rule;
use serde_json::json;

use crate::args::{Explain, Format};
use crate::exit::{ExitStatus, Failure};
use crate::output_file;
use crate::world::World;

pub(crate) fn run(args: &Explain, world: &mut World) -> Result<ExitStatus, Failure> {
    let of_files: Vec<&'static Rule> =
        bylaws_kinds::rules().filter(|rule| is_meant(args, rule.code, rule.name)).collect();
    let of_audits: Vec<&'static AuditRule> =
        AUDIT_RULES.iter().copied().filter(|rule| is_meant(args, rule.code, rule.name)).collect();
    if let (Some(wanted), true, true) = (&args.code, of_files.is_empty(), of_audits.is_empty()) {
        return Err(Failure::other(
            format!("there is no problem or finding {}", bylaws_output::render::escape::escape(wanted)),
            "`bylaws explain` lists all of them",
        ));
    }
    match (&args.dir, args.format) {
        (Some(dir), _) => write(&world.path(dir), &of_files)?,
        (None, Format::Json) => world.print(&pretty(&json!({
            "format_version": 1,
            "rules": of_files.iter().map(|rule| json!({
                "code": rule.code,
                "name": rule.name,
                "severity": rule::severity(rule.severity),
                "summary": rule.summary,
                "why": rule.why,
                "wrong": rule.wrong,
                "right": rule.right,
                "in_schema": rule.in_schema,
            })).collect::<Vec<_>>(),
            "audit_rules": of_audits.iter().map(|rule| json!({
                "code": rule.code,
                "name": rule.name,
                "severity": rule.severity.as_str(),
                "summary": rule.summary,
                "why": rule.why,
                "fix": rule.fix,
                "setting": rule.setting,
            })).collect::<Vec<_>>(),
        }))),
        (None, Format::Text) => match (&args.code, of_files.as_slice(), of_audits.as_slice()) {
            (Some(_), [rule], []) => world.show(rule::page(rule)),
            (Some(_), [], [rule]) => world.show(rule::audit_page(rule)),
            _ => {
                world.show(rule::list(&of_files));
                world.show(rule::audit_list(&of_audits));
            }
        },
    }
    Ok(ExitStatus::Done)
}

/// Returns whether a rule has the requested code or name; without a request, every rule matches.
fn is_meant(args: &Explain, code: &str, name: &str) -> bool {
    args.code
        .as_ref()
        .is_none_or(|wanted| code.eq_ignore_ascii_case(wanted) || name.eq_ignore_ascii_case(wanted))
}

/// Writes a page for each rule, and one that lists them.
fn write(dir: &Path, rules: &[&Rule]) -> Result<(), Failure> {
    let what = "write pages to";
    fs::create_dir_all(dir).map_err(Failure::io(dir, what))?;
    for rule in rules {
        let path = dir.join(format!("{}.md", rule.code));
        output_file::write_public(&path, rule::page(rule).to_string().as_bytes(), what)?;
    }
    output_file::write_public(&dir.join("README.md"), rule::index(rules).as_bytes(), what)
}
