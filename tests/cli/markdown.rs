//! Plans and reports as the comment on a pull request. `tests/markdown/run` checks how it renders; size limit and
//! order are tested next to the code.

use serde_json::json;

use crate::ran::{Ran, shown};
use crate::world::{FILES, World, acme, examples};

/// Three of four people would be removed.
fn refused() -> World {
    let world = World::but("  dev@acme.com: developer\n  eve@acme.com: developer\n", "");
    world.edit(
        "      dev@acme.com: workspace_developer\n      eve@acme.com: workspace_user\n",
        "      uma@acme.com: workspace_admin\n",
    );
    world.edit("unlisted:", "guards:\n  invites: {max: 500}\nunlisted:");
    world
}

#[test]
fn the_comments_of_the_examples() {
    let organizations = std::fs::read_dir(examples()).unwrap().map(|folder| folder.unwrap());
    let organizations = organizations.filter(|folder| folder.path().join("live.json").exists());
    let mut names: Vec<String> =
        organizations.map(|folder| folder.file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        shown(
            &format!("examples/{name}/plan-markdown"),
            World::example(&name).run("plan --format markdown").ended(0),
        );
    }
}

#[test]
fn a_refused_plan_says_why_and_what_to_paste() {
    let ran = refused().run("plan --format markdown").ended(3);
    shown("markdown-refused", &ran);
    let apply = refused().run("apply --auto-approve --format markdown").ended(3);
    assert_eq!(
        apply.out.replacen("bylaws:apply", "bylaws:plan", 1),
        ran.out,
        "apply says the same under its own name"
    );
}

#[test]
fn no_changes_are_a_short_comment() {
    shown("markdown-empty", World::acme().run("plan --format markdown").ended(0));
}

#[test]
fn hostile_names_stay_in_code_spans() {
    let odd =
        ["a`b @team #1 <b>", "</details>\n# heading", "::error::x ##[error]y", "\u{202e}desrever |", "```"];
    let mut seed = acme();
    seed["organization"]["name"] = json!("::warning::Acme");
    seed["workspaces"][0]["name"] = json!(odd[1]);
    seed["workspaces"][0]["tags"] = json!({odd[0]: odd[2], "env": odd[3]});
    for (n, name) in odd.iter().enumerate() {
        let key = json!({"id": format!("apikey_{n}"), "name": name, "workspace_id": "wrkspc_lab", "created_by": {"id": "user_dev", "type": "user"}});
        seed["api_keys"].as_array_mut().unwrap().push(key);
    }
    let world = World::live(seed).file("bylaws.yaml", FILES);
    world.edit("  lab:\n", "  lab:\n    id: wrkspc_lab\n    name: lab\n");
    world.edit("  dev@acme.com: developer\n", "");
    world.edit("      dev@acme.com: workspace_developer\n", "");
    let markdown = world.run("plan --format markdown").ended(0);
    let text = world.run("plan").ended(0);
    for line in markdown.out.lines().chain(text.out.lines()) {
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line}");
    }
    shown("markdown-hostile", markdown);
}

#[test]
fn a_long_value_never_starts_a_log_line_with_a_command() {
    let long = format!("::error::{}", "x".repeat(80));
    let mut seed = acme();
    seed["workspaces"][0]["name"] = json!(long);
    let world = World::live(seed).file("bylaws.yaml", FILES);
    world.edit("  lab:\n", "  lab:\n    id: wrkspc_lab\n    name: lab\n    display_color: \"#6C5BB9\"\n");
    let ran = world.run("plan").ended(0);
    assert!(ran.out.contains("\\u{3a}:error::xxx"), "{ran}");
    assert!(!ran.out.lines().any(|line| line.trim_start().starts_with("::")), "{ran}");
}

#[test]
fn a_saved_plan_and_a_report_make_the_same_comments() {
    let world = World::example("acme");
    let plan = world.run("plan --out saved.json --format markdown").ended(0);
    assert_eq!(world.run("show saved.json --format markdown").ended(0).out, plan.out);
    let report = world.run("apply --auto-approve --format json").ended(0);
    world.write("report.json", &report.out);
    shown("markdown-report", world.run("show report.json --format markdown").ended(0));
    let again = world.run("apply --auto-approve --format markdown").ended(0);
    assert!(
        again.out.starts_with("<!-- bylaws:apply bylaws -->\n## Bylaws apply: nothing to do\n"),
        "{again}"
    );
    assert!(again.err.contains("Plan: no changes"), "{again}");
}

#[test]
fn a_comment_has_a_name_and_may_have_a_link() {
    let world = World::acme();
    let first = |ran: &Ran| ran.out.lines().next().unwrap().to_owned();
    let named =
        world.run("plan --format markdown --comment-name orgs/eu-->x --link https://ci.example/1").ended(0);
    assert_eq!(first(&named), "<!-- bylaws:plan orgs/eu-%2D%3Ex -->");
    assert!(named.out.contains("[The full plan](<https://ci.example/1>)"), "{named}");
    assert_eq!(first(&world.run("plan ./bylaws.yaml --format markdown")), "<!-- bylaws:plan bylaws.yaml -->");
    world.run("plan --format markdown --link javascript:x").ended(1);
    world.run("plan --link https://ci.example/1").ended(1);
}
