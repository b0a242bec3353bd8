//! E2, D9: a plan is bound to what it was made with and made from, and files to the tip of their branch.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::card::{Profile, Tally};
use crate::organization::ID;
use crate::stage::Stage;
use crate::staleness::scene;

/// How the saved plan, the files or the world differ from when it was made.
type Differs = Box<dyn Fn(&Stage)>;

/// The stage of [`scene`], with its plan saved.
fn saved() -> Stage {
    let (state, files) = scene();
    let stage = Stage::live(state);
    stage.write("bylaws.yaml", &files);
    let ran = stage.run("plan --out saved.json");
    assert_eq!(ran.code, 0, "{}", ran.all());
    stage.emulator.clear_ledger();
    stage
}

fn plan_says(from: &str, to: &str) -> Differs {
    let (from, to) = (from.to_owned(), to.to_owned());
    Box::new(move |stage| {
        let text = stage.read("saved.json");
        assert!(text.contains(&from), "{from}");
        stage.write("saved.json", &text.replacen(&from, &to, 1));
    })
}

fn files_say(from: &str, to: &str) -> Differs {
    let (from, to) = (from.to_owned(), to.to_owned());
    Box::new(move |stage| {
        let text = stage.read("bylaws.yaml");
        assert!(text.contains(&from), "{from}");
        stage.write("bylaws.yaml", &text.replacen(&from, &to, 1));
    })
}

fn later(seconds: u64) -> Differs {
    Box::new(move |stage| {
        stage.emulator.advance(Duration::from_secs(seconds)).unwrap();
    })
}

/// Another organization, of which the files know too.
fn elsewhere() -> Differs {
    const OTHER: &str = "11111111-2222-4333-8444-555555555555";
    Box::new(|stage| {
        let (mut state, files) = scene();
        state["organization"]["id"] = json!(OTHER);
        stage.reset(&state);
        stage.write("bylaws.yaml", &files.replace(ID, OTHER));
    })
}

/// Each is refused for its own reason, with nothing written; what does not bear on the plan is not.
pub(crate) fn refused(tally: &mut Tally, _: Profile) {
    const DAY: u64 = 24 * 60 * 60;
    let version = format!("\"bylaws_version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let mut cases: Vec<(String, Differs, u8, &str)> = Vec::new();
    for other in ["0.0.1", "99.0.0", "", "0.1.0-dev"] {
        let differs = plan_says(&version, &format!("\"bylaws_version\": \"{other}\""));
        cases.push((format!("version {other}"), differs, 6, "created by Bylaws"));
    }
    for other in ["0", "2", "99"] {
        let differs = plan_says("\"format_version\": 1", &format!("\"format_version\": {other}"));
        cases.push((format!("format {other}"), differs, 6, "(format "));
    }
    cases.push(("another organization".to_owned(), elsewhere(), 6, "is for organization"));
    for (age, code) in [(0, 0), (DAY / 2, 0), (DAY - 60, 0), (DAY + 1, 6), (2 * DAY, 6), (20 * DAY, 6)] {
        let reason = if code == 6 { "older than 24 hours" } else { "" };
        cases.push((format!("{age} s old"), later(age), code, reason));
    }
    // What the plan would send and the files ask for no longer; each is named.
    for (from, to, named) in [
        ("ada@acme.com: developer", "ada@acme.com: user", "update member/ada@acme.com"),
        ("ada@acme.com: developer", "ada@acme.com: claude_code_user", "update member/ada@acme.com"),
        ("dee@acme.com: none", "dee@acme.com: user", "remove member/dee@acme.com"),
        ("  dee@acme.com: none\n", "", "remove member/dee@acme.com"),
        ("eva@acme.com: none", "eva@acme.com: user", "revoke invite/eva@acme.com"),
        ("fox@acme.com: user", "fox@acme.com: developer", "invite invite/fox@acme.com"),
        ("  fox@acme.com: user\n", "", "invite invite/fox@acme.com"),
        ("#222222", "#333333", "update workspace/lab"),
        ("env: prod", "env: stage", "update workspace/lab"),
        (
            "bob@acme.com: workspace_developer",
            "bob@acme.com: workspace_admin",
            "update workspace/lab/member/bob@acme.com",
        ),
        ("cai@acme.com: none", "cai@acme.com: workspace_user", "remove workspace/lab/member/cai@acme.com"),
        ("ci: inactive", "ci: active", "update workspace/lab/api_key/ci"),
        ("  new: {}\n", "", "create workspace/new"),
    ] {
        cases.push((format!("{from} → {to:?}"), files_say(from, to), 6, named));
    }
    // A guard of today holds for a plan of yesterday; and what is new since is listed, not sent.
    let guard = files_say("max: 50, share: 90%", "max: 1, share: 1%");
    cases.push(("a stricter guard".to_owned(), guard, 3, "refused"));
    let more = files_say("fox@acme.com: user\n", "fox@acme.com: user\n  gus@acme.com: user\n");
    cases.push(("one line more".to_owned(), more, 0, "invite invite/gus@acme.com"));
    cases.push(("a comment".to_owned(), files_say("members:\n", "# why\nmembers:\n"), 0, ""));
    for (what, differs, code, reason) in cases {
        let stage = saved();
        differs(&stage);
        let ran = stage.run("apply --plan saved.json");
        let writes = stage.writes();
        let told = format!("{}{}", ran.out, ran.err).contains(reason);
        let unsent = writes.iter().all(|entry| entry.body["email"] != "gus@acme.com");
        let holds = if code == 0 { !writes.is_empty() && unsent } else { writes.is_empty() };
        tally.case(ran.code == code && told && holds, || format!("{what}: {}", ran.all()));
    }
}

/// Runs git in the stage's folder with nobody's configuration; false where it failed.
fn git(stage: &Stage, line: &str) -> bool {
    let mut git = Command::new("git");
    git.args(line.split(' ')).current_dir(stage.path(".")).env("GIT_CONFIG_NOSYSTEM", "1");
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@acme.com");
    }
    git.output().is_ok_and(|output| output.status.success())
}

/// A checkout with two commits behind it, all of them at its upstream; then what is done to it.
fn checkout(then: &[&str]) -> Option<Stage> {
    let (state, files) = scene();
    let stage = Stage::live(state);
    stage.write("bylaws.yaml", &files);
    let begin = [
        "init --quiet --initial-branch main .",
        "init --quiet --bare upstream",
        "remote add origin upstream",
        "add bylaws.yaml",
        "commit --quiet --message one",
        "commit --quiet --allow-empty --message two",
        "push --quiet --set-upstream origin main",
    ];
    begin.iter().chain(then).all(|line| git(&stage, line)).then_some(stage)
}

/// What is checked out, and whether it is the tip.
pub(crate) fn stale(tally: &mut Tally, _: Profile) {
    let table: [(&str, &[&str], bool); 10] = [
        ("the tip", &[], true),
        ("one commit behind", &["reset --quiet --hard HEAD~1"], false),
        ("a commit of its own", &["commit --quiet --allow-empty --message own"], false),
        (
            "apart from its upstream",
            &["reset --quiet --hard HEAD~1", "commit --quiet --allow-empty --message own"],
            false,
        ),
        (
            "an old commit by its hash",
            &["remote set-head origin main", "checkout --quiet --detach HEAD~1"],
            false,
        ),
        ("the tip by its hash", &["remote set-head origin main", "checkout --quiet --detach"], true),
        (
            "a branch that was never merged",
            &[
                "remote set-head origin main",
                "checkout --quiet -b feature",
                "commit --quiet --allow-empty --message feature",
            ],
            false,
        ),
        (
            "a branch that is its own upstream's tip",
            &["checkout --quiet -b feature", "push --quiet --set-upstream origin feature"],
            true,
        ),
        (
            "behind an upstream that has moved since, and was fetched",
            &[
                "commit --quiet --allow-empty --message three",
                "push --quiet",
                "reset --quiet --hard HEAD~1",
                "fetch --quiet",
            ],
            false,
        ),
        // Nothing is known of an upstream: it is for whoever runs it to name the commit.
        ("no upstream", &["branch --quiet --unset-upstream", "remote remove origin"], true),
    ];
    for (what, then, is_tip) in table {
        let Some(stage) = checkout(then) else {
            tally.case(false, || format!("{what}: git could not set the scene"));
            continue;
        };
        let plan = stage.run("plan");
        tally.case(plan.code == 0, || format!("{what}: {}", plan.all()));
        stage.emulator.clear_ledger();
        let ran = stage.run("apply --auto-approve");
        let asked = stage.emulator.ledger().len();
        let says = |words: &str| ran.err.contains(words);
        let refused =
            ran.code == 1 && asked == 0 && (says("not the tip of the upstream") || says("is not pushed"));
        let applied = ran.code == 0 && !stage.writes().is_empty();
        tally.case(if is_tip { applied } else { refused }, || {
            format!("{what}, {asked} requests: {}", ran.all())
        });
        if !is_tip {
            let meant = stage.run("apply --auto-approve --allow-stale");
            let sent = stage.writes().len();
            tally.case(meant.code == 0 && sent > 0, || format!("{what}, --allow-stale: {}", meant.all()));
        }
    }
}

/// The rows of H7: the same thing said in two files, or twice under two names.
pub(crate) fn claimed_twice(tally: &mut Tally, _: Profile) {
    let head = format!("bylaws: 1\norganization: {{id: {ID}}}\n");
    let root = "members: {root@acme.com: admin}\n";
    for (what, one, other) in [
        ("a person", "members: {ada@acme.com: user}", "members: {ada@acme.com: user}"),
        ("a person, in other letters", "members: {ada@acme.com: user}", "members: {ADA@acme.com: developer}"),
        ("a person, with a tag", "members: {ada@acme.com: user}", "members: {ada+x@acme.com: user}"),
        (
            "a person, by their id",
            "members: {ada@acme.com: {role: user, id: user_a}}",
            "members: {bob@acme.com: {role: user, id: user_a}}",
        ),
        ("a workspace", "workspaces: {lab: {tags: {a: b}}}", "workspaces: {lab: {members: {}}}"),
        (
            "a workspace, by its id",
            "workspaces: {lab: {id: wrkspc_lab}}",
            "workspaces: {labor: {id: wrkspc_lab}}",
        ),
        ("a team", "teams: {core: [root@acme.com]}", "teams: {core: []}"),
        ("a key", "api_keys: {ci: active}", "api_keys: {ci: inactive}"),
        (
            "a key, by its id",
            "api_keys: {ci: {status: active, id: apikey_ci}}",
            "api_keys: {cd: {status: inactive, id: apikey_ci}}",
        ),
        ("the guards", "guards: {keys_off: {max: 1}}", "guards: {invites: {max: 1}}"),
        ("the policies", "unlisted: {members: remove}", "unlisted: {api_keys: remove}"),
        ("the organization", "teams: {}", &head),
    ] {
        let stage = Stage::live(json!({
            "organization": { "id": ID, "name": "Acme" },
            "users": [
                { "id": "user_root", "email": "root@acme.com", "role": "admin" },
                { "id": "user_a", "email": "ada@acme.com", "role": "user" },
            ],
            "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
            "api_keys": [{ "id": "apikey_ci", "name": "ci", "scope": { "type": "organization" } }],
        }));
        std::fs::create_dir(stage.path("bylaws")).unwrap();
        stage.write("bylaws/a.yaml", &format!("{head}{root}"));
        stage.write("bylaws/b.yaml", &format!("{one}\n"));
        stage.write("bylaws/c.yaml", &format!("{other}\n"));
        let places = if what == "the organization" { ["a.yaml:", "c.yaml:"] } else { ["b.yaml:", "c.yaml:"] };
        for line in ["validate", "plan", "apply --auto-approve"] {
            let ran = stage.run(line);
            let said = format!("{}{}", ran.out, ran.err);
            let named = places.iter().all(|place| said.contains(place));
            tally.case(ran.code == 4 && named && stage.writes().is_empty(), || {
                format!("{what}: {line}: {}", ran.all())
            });
        }
    }
    // Two entries of which only the service knows that they mean one workspace.
    let stage = Stage::live(json!({
        "organization": { "id": ID, "name": "Acme" },
        "workspaces": [{ "id": "wrkspc_lab", "name": "lab" }],
    }));
    stage.write("bylaws.yaml", &format!("{head}workspaces:\n  lab: {{display_color: \"#111111\"}}\n  labor: {{id: wrkspc_lab, display_color: \"#222222\"}}\n"));
    let ran = stage.run("apply --auto-approve --format json");
    let blocked: Vec<Value> = ran.json()["blocked"].as_array().cloned().unwrap_or_default();
    tally.case(blocked.len() == 2 && stage.writes().is_empty(), || ran.all());
}
