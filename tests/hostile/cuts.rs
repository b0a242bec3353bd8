//! A contributor makes a change so large that the important part does not fit the comment on the pull request.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::world::{ACME, World};

const LIMIT: usize = 65_536;

/// Returns files with this many developers in a workspace `production`.
fn live(people: usize) -> World {
    let user =
        |n: usize| json!({"id": format!("user_{n}"), "email": format!("p{n:04}@acme.com"), "role": "user"});
    let users: Vec<Value> = (0..people).map(user).collect();
    World::live(json!({
        "organization": {"id": ACME, "name": "Acme"},
        "users": users,
        "workspaces": [{"id": "wrkspc_production", "name": "production"}],
    }))
}

fn asking(people: usize, lines: &str) -> World {
    live(people).file("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ACME}}}\n{lines}"))
}

fn many(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut all, i| {
        let _ = writeln!(all, "{}", line(i));
        all
    })
}

fn comment(world: &World, code: i32) -> String {
    let out = world.run("plan --format markdown").ended(code).out;
    assert!(out.len() < LIMIT, "{} bytes", out.len());
    out
}

/// Returns the part before people and workspaces.
fn first(comment: &str) -> &str {
    comment.split("\n### People").next().unwrap().split("\n### Workspaces").next().unwrap()
}

#[test]
fn new_workspaces_hide_no_grant_in_one_that_is_live() {
    for role in ["workspace_admin", "workspace_developer"] {
        let new = many(1_500, |i| {
            format!(
                "  a{i:04}: {{members: {{p0000@acme.com: workspace_admin, p0005@acme.com: workspace_admin}}}}"
            )
        });
        let world =
            asking(9, &format!("workspaces:\n{new}  production: {{members: {{p0005@acme.com: {role}}}}}\n"));
        let comment = comment(&world, 0);
        let line =
            comment.lines().find(|line| line.contains("p0005@acme.com") && line.contains("production"));
        assert!(line.is_some_and(|line| line.contains(role)), "{role}: {:?}", comment.get(..2_000));
    }
}

#[test]
fn invites_hide_no_archive_and_no_removal() {
    let invites = many(2_000, |i| format!("  a{i:04}@acme.com: developer"));
    let world = asking(
        50,
        &format!(
            "members:\n{invites}  p0001@acme.com: none\nworkspaces:\n  production: {{state: archived}}\nunlisted: {{members: ignore}}\nguards:\n  invites: {{max: 9999}}\n  approve:\n    - {{changes: [archive workspace/production], until: 2026-12-01, reason: over}}\n"
        ),
    );
    let comment = comment(&world, 0);
    assert!(first(&comment).contains("`production` is archived permanently"), "{}", first(&comment));
    assert!(first(&comment).contains("`p0001@acme.com` is removed"), "{}", first(&comment));
}

#[test]
fn many_people_unlisted_or_waiting_cut_no_change() {
    let world = asking(
        4_000,
        "members:\n  p0007@acme.com: developer\n  p0001@acme.com: user\n  new@acme.com: developer\nworkspaces:\n  production: {members: {p0001@acme.com: workspace_user}}\n",
    );
    // Everyone else is listed as not in the files.
    let comment = comment(&world, 0);
    for change in ["`p0007@acme.com`", "`new@acme.com`", "`p0001@acme.com`"] {
        assert!(comment.contains(change), "{change}");
    }
    assert!(
        comment.contains("**Cut to fit:**") && comment.contains("unlisted"),
        "{}",
        &comment[comment.len() - 600..]
    );
}

#[test]
fn what_cannot_be_reviewed_is_refused_in_every_format_and_when_it_is_shown_again() {
    let raised = many(3_500, |i| format!("  p{i:04}@acme.com: developer"));
    let world = asking(3_500, &format!("members:\n{raised}"));
    for (format, said) in [
        ("text", "too large to review"),
        ("markdown", "too large to review"),
        ("json", "\"too_large\": true"),
        ("github", "::error title=too large to review::"),
        ("junit", "Too large to review"),
    ] {
        let out = world.run(&format!("plan --format {format}")).ended(3).out;
        assert!(out.contains(said), "{format}: {:?}", out.get(..1_000));
        assert!(format != "markdown" || out.len() < LIMIT);
    }
    world.run("plan --out saved.json").ended(3);
    assert!(!world.has("saved.json"));
    let plan = world.run("plan --format json").out;
    world.write("plan.json", &plan);
    for format in ["text", "markdown", "json", "github", "junit"] {
        world.run(&format!("show plan.json --format {format}")).ended(3);
    }
    // Half of the change, and half again, can be reviewed.
    let raised = many(500, |i| format!("  p{i:04}@acme.com: developer"));
    world.write("bylaws.yaml", &format!("bylaws: 1\norganization: {{id: {ACME}}}\nmembers:\n{raised}"));
    let comment = comment(&world, 0);
    for i in 0..500 {
        assert!(first(&comment).contains(&format!("p{i:04}@acme.com")), "{i}");
    }
}

#[test]
fn whatever_must_be_reviewed_is_named_or_the_plan_is_refused() {
    for n in [10, 1_500, 3_500] {
        let new = many(n, |i| format!("  new{i:04}: {{tags: {{padding: \"{}\"}}}}", "x".repeat(40)));
        let raised = many(n, |i| format!("  p{i:04}@acme.com: developer"));
        let world = asking(n, &format!("members:\n{raised}workspaces:\n{new}"));
        let ran = world.run("plan --format markdown");
        if ran.code == 3 {
            assert!(n > 2_000, "{n} can be reviewed");
            continue;
        }
        for i in 0..n {
            assert!(first(&ran.out).contains(&format!("p{i:04}@acme.com")), "{i} of {n}");
        }
    }
}

#[test]
fn people_outside_the_domains_never_make_a_plan_too_large() {
    let user = |n: usize| json!({"email": format!("p{n:04}@elsewhere.example"), "role": "developer"});
    let mut users: Vec<Value> = (0..3_000).map(user).collect();
    users.push(json!({"email": "ada@acme.com", "role": "user"}));
    let world = World::live(json!({"organization": {"id": ACME, "name": "Acme"}, "users": users})).file(
        "bylaws.yaml",
        &format!("bylaws: 1\norganization: {{id: {ACME}}}\nmembers: {{ada@acme.com: developer}}\nguards: {{allowed_domains: [acme.com]}}\n"),
    );
    let comment = comment(&world, 0);
    assert!(
        first(&comment).contains("`ada@acme.com` changes from user to developer"),
        "{:?}",
        comment.get(..3_000)
    );
    assert!(comment.contains("outside the allowed domains (3,000)"), "{:?}", comment.get(..3_000));
}

#[test]
fn rule_changes_that_do_not_fit_are_refused_even_without_a_change() {
    for (n, code) in [(100, 0), (3_000, 3)] {
        let world = asking(9, "members: {p0000@acme.com: user}\nunlisted: {members: ignore}\n");
        world.commit("base");
        let approved = many(n, |i| {
            format!("    - {{changes: [remove member/p{i:04}@acme.com], until: 2026-12-01, reason: tidy up}}")
        });
        let files = world.read("bylaws.yaml");
        world.write("bylaws.yaml", &format!("{files}guards:\n  approve:\n{approved}"));
        let ran = world.run("plan --base main --format markdown").ended(code);
        assert!(ran.out.len() < LIMIT);
        for i in (0..n).filter(|_| code == 0) {
            assert!(first(&ran.out).contains(&format!("p{i:04}@acme.com")), "{i} of {n}");
        }
        world.run("plan --base main").ended(code);
    }
}

#[test]
fn an_approval_in_use_is_shown_before_any_idle_one() {
    let idle = many(400, |i| {
        format!(
            "    - {{changes: [remove member/a{i:04}@acme.com], until: 2026-12-01, reason: {}}}",
            "x".repeat(200)
        )
    });
    let world = asking(
        50,
        &format!(
            "workspaces:\n  production: {{state: archived}}\nguards:\n  approve:\n{idle}    - {{changes: [archive workspace/production], until: 2026-12-01, reason: over}}\n"
        ),
    );
    for format in ["text", "markdown"] {
        let out = world.run(&format!("plan --format {format}")).ended(0).out;
        let approvals = out.split("Approvals (401)").nth(1).unwrap();
        let named = approvals.lines().find(|line| line.contains("member/") || line.contains("workspace/"));
        assert!(
            named.is_some_and(|line| line.contains("archive workspace/production")),
            "{format}: {named:?}"
        );
    }
}

#[test]
fn many_admins_of_live_workspaces_are_refused() {
    let memberships = |n: usize| {
        (0..n).map(|i| format!("p{i:04}@acme.com: workspace_admin")).collect::<Vec<_>>().join(", ")
    };
    for (n, code) in [(5, 0), (6, 3), (200, 3)] {
        let world = asking(200, &format!("workspaces:\n  production: {{members: {{{}}}}}\n", memberships(n)));
        world.run("apply --auto-approve").ended(code);
        assert_eq!(world.writes().is_empty(), code == 3, "{n}");
    }
}
