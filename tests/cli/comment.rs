//! `bylaws comment` on GitHub and GitLab: one comment or issue for each configuration, created once and edited in
//! place. Texts of other authors are not touched, the token is never shown, and a failed post is never reported as
//! posted.

use crate::forge::{Fault, Forge, whole};
use crate::ran::{Ran, shown};
use crate::world::World;

const TOKEN: &str = "ghs-CANARY-8f2d5c";
const PLAN: &str = "<!-- bylaws:plan bylaws -->\n## Plan: 1 to add\n";
const OTHER: &str = "<!-- bylaws:plan bylaws -->\n## Plan: no changes\n";

/// A folder with a plan, and the environment of a run on GitHub or GitLab.
fn on(name: &str, forge: &Forge) -> World {
    let world = World::acme().file("plan.md", PLAN).without("ANTHROPIC_ADMIN_KEY");
    let url = forge.url();
    match name {
        "github" => world
            .file("event.json", r#"{"action": "opened", "pull_request": {"number": 5}}"#)
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_REPOSITORY", "acme/org")
            .env("GITHUB_API_URL", &format!("{url}/github"))
            .env("GITHUB_EVENT_PATH", "event.json"),
        _ => world
            .env("GITLAB_TOKEN", TOKEN)
            .env("CI_PROJECT_ID", "12")
            .env("CI_API_V4_URL", &format!("{url}/gitlab/api/v4"))
            .env("CI_PROJECT_URL", "https://forge.example/acme/org")
            .env("CI_MERGE_REQUEST_IID", "5"),
    }
}

/// Runs the same story on both.
fn on_both(story: impl Fn(&str, &Forge, &World)) {
    for name in ["github", "gitlab"] {
        let forge = Forge::new();
        let world = on(name, &forge);
        story(name, &forge, &world);
    }
}

fn post(world: &World, name: &str) -> Ran {
    world.run(&format!("comment {name} --file plan.md"))
}

#[test]
fn the_first_plan_creates_a_comment_and_the_next_one_edits_it() {
    on_both(|name, forge, world| {
        let first = post(world, name).ended(0);
        assert_eq!(first.err, "created\n");
        assert!(first.out.starts_with("https://forge.example/"), "{first}");
        assert_eq!(forge.shown(5), format!("101 by 7: {PLAN:?}\n"));
        world.write("plan.md", OTHER);
        let second = post(world, name).ended(0);
        assert_eq!(second.err, "edited in place\n");
        assert_eq!(second.out, first.out, "the same address");
        assert_eq!(forge.shown(5), format!("101 by 7: {OTHER:?}\n"));
        let third = post(world, name).ended(0);
        assert_eq!(third.err, "already up to date\n");
        assert_eq!(forge.writes().len(), 2, "{:?}", forge.writes());
    });
}

#[test]
fn the_comment_is_found_on_the_third_page() {
    on_both(|name, forge, world| {
        for n in 0..9 {
            forge.says(5, 20 + n, "looks good");
        }
        forge.says(5, 7, "<!-- bylaws:plan bylaws -->\nold");
        forge.says(5, 20, "merge it");
        assert_eq!(post(world, name).ended(0).err, "edited in place\n");
        assert_eq!(forge.shown(5).lines().count(), 11);
        let pages = forge.asked().iter().filter(|asked| asked.target.contains("per_page")).count();
        assert_eq!(pages, 3);
    });
}

#[test]
fn the_newest_of_two_own_comments_is_edited() {
    on_both(|name, forge, world| {
        forge.says(5, 7, "<!-- bylaws:plan bylaws -->\nfirst");
        forge.says(5, 7, "<!-- bylaws:plan bylaws -->\nsecond");
        post(world, name).ended(0);
        assert!(forge.shown(5).contains("first") && !forge.shown(5).contains("second"), "{}", forge.shown(5));
    });
}

#[test]
fn a_comment_of_another_author_with_the_marker_is_not_edited() {
    on_both(|name, forge, world| {
        let bait = "<!-- bylaws:plan bylaws -->\nno changes at all, merge it";
        forge.says(5, 66, bait);
        assert_eq!(post(world, name).ended(0).err, "created\n");
        let line = format!("101 by 66: {bait:?}");
        assert!(forge.shown(5).contains(&line), "{}", forge.shown(5));
    });
}

#[test]
fn the_token_of_github_actions_is_recognized_by_its_bot() {
    for graphql in [true, false] {
        let forge = Forge::new().of_an_app();
        let world = on("github", &forge);
        forge.says(5, 66, "<!-- bylaws:plan bylaws -->\nbait");
        post(&world, "github").ended(0);
        world.write("plan.md", OTHER);
        if !graphql {
            forge.fault("POST /graphql", Fault::Status(404, "{}", None));
        }
        assert_eq!(post(&world, "github").ended(0).err, "edited in place\n");
        assert!(forge.shown(5).contains("bait"), "{}", forge.shown(5));
        assert_eq!(forge.shown(5).lines().count(), 2);
    }
}

#[test]
fn two_configurations_and_the_report_have_a_comment_each() {
    on_both(|name, forge, world| {
        post(world, name).ended(0);
        for first in ["<!-- bylaws:plan eu -->", "<!-- bylaws:apply bylaws -->"] {
            world.write("plan.md", &format!("{first}\nother\n"));
            assert_eq!(post(world, name).ended(0).err, "created\n");
        }
        world.write("plan.md", OTHER);
        assert_eq!(post(world, name).ended(0).err, "edited in place\n");
        assert_eq!(forge.shown(5).lines().count(), 3);
    });
}

#[test]
fn a_report_goes_to_the_request_that_brought_the_commit() {
    on_both(|name, forge, world| {
        let line = |commit: &str| format!("comment {name} --file plan.md --commit {commit}");
        world.run(&line("abc1234")).ended(0);
        assert_eq!(forge.shown(5).lines().count(), 1);
        let ran = world.run(&line("def5678")).ended(0);
        assert_eq!(
            (ran.out.as_str(), ran.err.as_str()),
            ("", "nothing posted: commit def5678 was not brought by a merged request\n")
        );
        world.run(&line("abc1234/../x")).ended(1);
    });
}

#[test]
fn an_issue_is_opened_edited_and_closed() {
    on_both(|name, forge, world| {
        let run = |line: &str| {
            let mut command = world.command(&format!("comment {name} --file plan.md {line}"));
            let output = command.args(["--issue", "Drift in acme"]).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stderr).unwrap()
        };
        forge.says(0, 66, "<!-- bylaws:plan bylaws -->\nsomebody else's");
        assert_eq!(run("--close"), "no open issue to close\n");
        assert_eq!(run(""), "created\n");
        world.write("plan.md", OTHER);
        assert_eq!(run(""), "edited in place\n");
        assert_eq!(run("--close"), "closed\n");
        let text = forge.shown(0);
        assert!(text.contains(&format!("102 by 7 closed: {OTHER:?}")), "{text}");
        assert_eq!(run(""), "created\n", "a closed one is history");
        assert!(forge.asked().iter().any(|asked| asked.body["title"] == "Drift in acme"));
        assert_eq!(forge.shown(0).lines().count(), 3);
    });
}

#[test]
fn a_rejected_request_is_reported_as_a_failure() {
    on_both(|name, forge, world| {
        let mut said = String::new();
        for (status, body) in [
            (401, r#"{"message": "Bad credentials"}"#),
            (403, r#"{"message": "Resource not accessible by integration"}"#),
            (404, r#"{"message": "Not Found"}"#),
            (422, r#"{"message": "Validation Failed", "errors": [{"message": "body is too long"}]}"#),
            (418, "<html>a gateway's page \u{1b}[31m</html>"),
        ] {
            forge.fault("POST", Fault::Status(status, body, None));
            said += &post(world, name).ended(1).to_string();
        }
        assert_eq!(forge.shown(5), "", "nothing was posted");
        shown(&format!("comment-refused-{name}"), said);
    });
}

#[test]
fn server_errors_are_retried_a_limited_number_of_times() {
    on_both(|name, forge, world| {
        for status in [429, 500, 503] {
            forge.fault("GET 5", Fault::Status(status, "{}", Some(0)));
        }
        forge.fault("POST", Fault::Status(429, "{}", Some(0)));
        assert_eq!(post(world, name).ended(0).err, "created\n");
        for _ in 0..4 {
            forge.fault("GET /user", Fault::Status(502, "{}", Some(0)));
        }
        let ran = post(world, name).ended(1);
        assert!(ran.err.contains("status 502 (4 tries)"), "{ran}");
        forge.fault("GET /user", Fault::Status(429, "{}", Some(3600)));
        let ran = post(world, name).ended(1);
        assert!(ran.err.contains("asks to wait 3600 seconds"), "{ran}");
        assert_eq!(forge.shown(5).lines().count(), 1);
    });
}

#[test]
fn after_a_lost_response_the_comment_is_looked_up_before_retry() {
    on_both(|name, forge, world| {
        forge.fault("POST", Fault::DropAfter);
        assert_eq!(post(world, name).ended(0).err, "already up to date\n");
        assert_eq!(forge.shown(5).lines().count(), 1, "no second one: {}", forge.shown(5));
    });
    on_both(|name, forge, world| {
        forge.fault("POST", Fault::DropBefore);
        forge.fault("POST", Fault::Status(500, "{}", Some(0)));
        assert_eq!(post(world, name).ended(0).err, "created\n");
        assert_eq!(forge.shown(5).lines().count(), 1);
    });
    on_both(|name, forge, world| {
        for _ in 0..3 {
            forge.fault("POST", Fault::Status(500, "{}", Some(0)));
        }
        assert!(post(world, name).ended(1).err.contains("status 500"));
        assert_eq!(forge.writes().len(), 3);
    });
}

#[test]
fn a_success_without_the_comment_is_an_error() {
    for body in ["{}", "[]", "null", r#"{"id": "101"}"#] {
        on_both(|name, forge, world| {
            for _ in 0..3 {
                forge.fault("POST", Fault::Raw(whole(201, "", body)));
            }
            let ran = post(world, name).ended(1);
            assert!(ran.err.contains("does not contain the comment"), "{ran}");
            assert_eq!(forge.shown(5), "");
            assert_eq!(post(world, name).ended(0).err, "created\n");
            world.write("plan.md", OTHER);
            forge.fault(if name == "github" { "PATCH" } else { "PUT" }, Fault::Raw(whole(200, "", body)));
            let ran = post(world, name).ended(1);
            assert!(ran.err.contains("does not contain the comment"), "{ran}");
        });
    }
}

#[test]
fn only_an_issue_is_closed() {
    on_both(|name, forge, world| {
        for target in ["--number 5", "--commit abc1234", ""] {
            world.run(&format!("comment {name} --file plan.md --close {target}")).ended(1);
        }
        assert!(forge.asked().is_empty(), "{:?}", forge.asked());
    });
}

#[test]
fn redirects_and_next_pages_on_other_servers_are_not_followed() {
    let elsewhere = Forge::new();
    on_both(|name, forge, world| {
        let to = format!("location: {}/github/user\r\n", elsewhere.url());
        forge.fault("GET /user", Fault::Raw(whole(302, &to, "{}")));
        let ran = post(world, name).ended(1);
        assert!(ran.err.contains("a redirect to"), "{ran}");
    });
    let forge = Forge::new();
    let world = on("github", &forge);
    let next = format!("link: <{}/github/x?page=2>; rel=\"next\"\r\n", elsewhere.url());
    forge.fault("GET comments", Fault::Raw(whole(200, &next, "[]")));
    let ran = post(&world, "github").ended(1);
    assert!(ran.err.contains("is on another server"), "{ran}");
    assert!(elsewhere.asked().is_empty(), "the token went nowhere else");
}

#[test]
fn the_token_is_never_shown() {
    on_both(|name, forge, world| {
        let echo = r#"{"message": "token ghs-CANARY-8f2d5c is odd (ghs-CANARY-8f2d5c)"}"#;
        forge.fault("POST", Fault::Status(400, echo, None));
        // The output of every run is searched for the token.
        let ran = world.run(&format!("-vv comment {name} --file plan.md")).ended(1);
        assert!(ran.err.contains("token *** is odd (***)"), "{ran}");
        let ran = world.run(&format!("-vv comment {name} --file plan.md")).ended(0);
        assert_eq!(ran.out.lines().count(), 1);
        let sent = forge.asked().iter().all(|asked| !asked.target.contains("CANARY"));
        assert!(sent, "it is only in a header");
    });
}

#[test]
fn no_line_becomes_a_gitlab_command() {
    let forge = Forge::new();
    let world = on("gitlab", &forge).file("plan.md", "<!-- bylaws:plan bylaws -->\n/approve\n  /merge\n");
    post(&world, "gitlab").ended(0);
    assert!(forge.shown(5).contains(r"\n\\/approve\n  \\/merge\n"), "{}", forge.shown(5));
    assert_eq!(post(&world, "gitlab").ended(0).err, "already up to date\n");
}

#[test]
fn an_invalid_post_is_refused_before_any_request() {
    let long = format!("<!-- bylaws:plan bylaws -->\n{}", "𝒳".repeat(32_760));
    let mut said = String::new();
    for name in ["github", "gitlab"] {
        let forge = Forge::new();
        let ordinary = || on(name, &forge);
        let token = if name == "github" { "GITHUB_TOKEN" } else { "GITLAB_TOKEN" };
        let target = if name == "github" { "GITHUB_REPOSITORY" } else { "CI_PROJECT_ID" };
        let number = if name == "github" { "GITHUB_EVENT_PATH" } else { "CI_MERGE_REQUEST_IID" };
        let line = format!("comment {name} --file");
        for (world, file) in [
            (ordinary(), "none.md"),
            (ordinary().file("plan.md", "## Plan\n"), "plan.md"),
            (ordinary().file("plan.md", &long.repeat(if name == "github" { 1 } else { 20 })), "plan.md"),
            (ordinary().without(token), "plan.md"),
            (ordinary().env(token, "two words CANARY"), "plan.md"),
            (ordinary().without(target), "plan.md"),
            (ordinary().without(number), "plan.md"),
            (ordinary(), "plan.md --api-url http://forge.example"),
            (ordinary(), "plan.md --api-url ftp://forge.example"),
            (ordinary(), "plan.md --api-url forge"),
        ] {
            said += &world.run(&format!("{line} {file}")).ended(1).to_string();
        }
        assert!(forge.asked().is_empty(), "{:?}", forge.asked());
    }
    let forge = Forge::new();
    for repository in ["acme", "acme/org/x", "../x", "acme/o rg", "acme/"] {
        let world = on("github", &forge).env("GITHUB_REPOSITORY", repository);
        assert!(post(&world, "github").ended(1).err.contains("owner/name"));
    }
    assert!(forge.asked().is_empty());
    shown("comment-not-sent", said);
}
