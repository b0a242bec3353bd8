//! Another user of the same machine, or the author of the folder in which the program runs: links at output paths,
//! readable files, programs with the names of tools, web pages that find the emulator.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::world::{FILES, World, acme};

fn mode(path: &Path) -> u32 {
    path.symlink_metadata().unwrap().permissions().mode() & 0o777
}

fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

const OUTPUTS: [&str; 3] = ["plan --out out", "snapshot --out out", "report --html out"];

#[test]
fn whatever_is_written_is_private() {
    for line in OUTPUTS {
        let world = World::acme();
        world.run(line).ended(0);
        assert_eq!(mode(&world.path("out")), 0o600, "{line}");
        chmod(&world.path("out"), 0o666);
        world.run(line).ended(0);
        assert_eq!(mode(&world.path("out")), 0o600, "again: {line}");
    }
}

#[test]
fn whatever_is_written_replaces_a_link_and_leaves_its_target_alone() {
    for line in OUTPUTS {
        for target in ["victim", "nowhere", "/dev/null", "pipe", "out"] {
            let world = World::acme().file("victim", "precious");
            pipe(&world.path("pipe"));
            symlink(target, world.path("out")).unwrap();
            world.run(line).ended(0);
            assert!(world.path("out").symlink_metadata().unwrap().is_file(), "{line} {target}");
            assert_eq!(world.read("victim"), "precious");
            assert!(!world.has("nowhere"));
        }
    }
}

#[test]
fn pages_written_to_a_folder_replace_its_links() {
    for (line, page) in
        [("man out", "bylaws-plan.1"), ("explain --dir out", "BL0111.md"), ("explain --dir out", "README.md")]
    {
        for target in ["../victim", "../nowhere", "/dev/null"] {
            let world = World::acme().file("victim", "precious");
            let page = &format!("out/{page}");
            std::fs::create_dir(world.path("out")).unwrap();
            symlink(target, world.path(page)).unwrap();
            world.run(line).ended(0);
            assert!(world.path(page).symlink_metadata().unwrap().is_file(), "{line} {target}");
            // Not secret: as readable as any new file.
            assert_eq!(mode(&world.path(page)) & 0o400, 0o400);
            assert_eq!(world.read("victim"), "precious");
            assert!(!world.has("nowhere"));
        }
    }
}

#[test]
fn nothing_is_written_to_pipes_and_devices() {
    for line in OUTPUTS {
        let world = World::acme();
        pipe(&world.path("out"));
        let ran = world.run(line).ended(1);
        assert!(ran.err.contains("not a regular file"), "{ran}");
        let ran = world.run(&line.replace(" out", " /dev/null")).ended(1);
        assert!(ran.err.contains("not a regular file"), "{ran}");
    }
}

#[test]
fn a_journal_is_private_and_no_link_is_followed_to_it() {
    let world = World::acme();
    world.run("apply --auto-approve --journal new.jsonl").ended(0);
    assert_eq!(mode(&world.path("new.jsonl")), 0o600);
    for target in ["victim", "nowhere", "/dev/null", "new.jsonl"] {
        let world = World::but("uma@acme.com: user", "uma@acme.com: developer").file("victim", "precious");
        symlink(target, world.path("journal")).unwrap();
        world.run("apply --auto-approve --journal journal").ended(1);
        assert_eq!(world.read("victim"), "precious");
        assert!(!world.has("nowhere"));
        world.untouched();
    }
}

#[test]
fn a_journal_is_continued_only_if_it_is_a_private_file_that_verifies() {
    let world = World::acme();
    world.run("apply --auto-approve --journal good").ended(0);
    world.run("apply --auto-approve --journal good").ended(0);
    let good = world.read("good");
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    let edited = good.replacen("\"seq\":1", "\"seq\":7", 1);
    let dropped: String = good.lines().skip(1).map(|line| format!("{line}\n")).collect();
    for (text, access) in [
        (good.as_str(), 0o644),
        (good.as_str(), 0o620),
        (edited.as_str(), 0o600),
        (dropped.as_str(), 0o600),
        (good.trim_end(), 0o600),
        ("not a journal\n", 0o600),
    ] {
        world.write("journal", text);
        chmod(&world.path("journal"), access);
        world.run("apply --auto-approve --journal journal").ended(1);
        assert_eq!(world.read("journal"), text);
        std::fs::remove_file(world.path("journal")).unwrap();
    }
    pipe(&world.path("journal"));
    world.run("apply --auto-approve --journal journal").ended(1);
    world.untouched();
    world.run("apply --auto-approve --journal good").ended(0);
}

#[test]
fn a_credential_file_that_others_can_read_is_told_and_refused_under_strict() {
    let world = World::acme().without("ANTHROPIC_ADMIN_KEY").file("key", crate::world::KEY);
    symlink("key", world.path("link")).unwrap();
    for (access, open) in
        [(0o600, false), (0o400, false), (0o644, true), (0o640, true), (0o604, true), (0o622, true)]
    {
        chmod(&world.path("key"), access);
        for file in ["key", "link"] {
            let ran = world.run(&format!("plan --credential-file {file}")).ended(0);
            assert_eq!(ran.err.contains("can be read or written by other users"), open, "{access:o}: {ran}");
            let strict = i32::from(open);
            for line in ["plan --strict", "apply --auto-approve --strict"] {
                world.run(&format!("{line} --credential-file {file}")).ended(strict);
            }
        }
    }
}

/// Returns an environment in sync, with everything committed.
fn committed() -> World {
    let world = World::acme();
    world.commit("one");
    world
}

/// Writes a program that leaves a file when it is run.
fn trap(world: &World, name: &str) {
    std::fs::create_dir_all(world.path(name).parent().unwrap()).unwrap();
    let mark = world.path("ran");
    world.write(name, &format!("#!/bin/sh\nenv > {}\n", mark.display()));
    chmod(&world.path(name), 0o755);
}

#[test]
fn no_setting_of_a_repository_runs_a_program() {
    let world = committed();
    trap(&world, "trap");
    let trap = world.path("trap").display().to_string();
    for setting in [
        "core.fsmonitor",
        "core.pager",
        "pager.show",
        "diff.external",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "gpg.program",
        "credential.helper",
        "core.askPass",
        "core.editor",
        "alias.rev-parse",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
    ] {
        world.git(&format!("config {setting} {trap}"));
    }
    world.git("config log.showSignature true");
    world.git("config core.hooksPath .");
    world.write(".gitattributes", "* filter=x diff=x\n");
    std::fs::copy(world.path("trap"), world.path("post-index-change")).unwrap();
    for line in ["plan", "plan --base HEAD", "access bylaws.yaml --diff HEAD..", "apply --auto-approve"] {
        world.run(line).ended(0);
        assert!(!world.has("ran"), "{line} ran {}", world.read("ran"));
    }
}

#[test]
fn git_is_not_found_in_the_checkout() {
    for path in ["{top}/bin", ".", "bin", "", "{top}/bin/../bin", "{link}"] {
        let world = committed();
        trap(&world, "bin/git");
        trap(&world, "git");
        let elsewhere = tempfile::tempdir().unwrap();
        let link = elsewhere.path().join("link");
        symlink(world.path("bin"), &link).unwrap();
        let top = world.path(".").canonicalize().unwrap().display().to_string();
        let path = path.replace("{top}", &top).replace("{link}", &link.display().to_string());
        let world = world.env("PATH", &format!("{path}:/usr/bin:/bin"));
        let plan = world.run("plan --format json").ended(0).json();
        assert!(!world.has("ran"), "{path}");
        assert!(plan["config"]["commit"].is_string(), "the real one was asked: {path}");
    }
}

#[test]
fn git_gets_no_credential_and_no_variable_that_leads_elsewhere() {
    let world = committed();
    let elsewhere = tempfile::tempdir().unwrap();
    trap(&world, "real");
    std::fs::copy(world.path("real"), elsewhere.path().join("git")).unwrap();
    let path = format!("{}:/usr/bin:/bin", elsewhere.path().display());
    let mut world = world.env("PATH", &path).env("HOME", "/nowhere");
    for name in [
        "GITHUB_TOKEN",
        "GITLAB_TOKEN",
        "CI_JOB_TOKEN",
        "ANTHROPIC_AUTH_TOKEN_X",
        "BYLAWS_SECRET",
        "AWS_SECRET_ACCESS_KEY",
    ] {
        world = world.env(name, "CANARY");
    }
    for name in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_EXTERNAL_DIFF",
        "GIT_SSH_COMMAND",
        "GIT_CONFIG_COUNT",
        "GIT_TRACE",
        "LD_PRELOAD_X",
    ] {
        world = world.env(name, "/evil");
    }
    world.run("plan").ended(0);
    let seen = world.read("ran");
    assert!(seen.contains("HOME=/nowhere"), "{seen}");
    for word in ["CANARY", "ANTHROPIC", "/evil"] {
        assert!(!seen.contains(word), "{word}: {seen}");
    }
}

#[test]
fn a_repository_shape_inside_the_folder_is_not_asked() {
    let world = committed();
    std::fs::create_dir_all(world.path("sub/objects")).unwrap();
    std::fs::create_dir_all(world.path("sub/refs")).unwrap();
    world.write("sub/HEAD", "ref: refs/heads/main\n");
    world.write("sub/config", "[core]\n\tbare = true\n\tfsmonitor = touch ran\n\tpager = touch ran\n");
    world.write("sub/bylaws.yaml", FILES);
    world.run("plan sub").ended(0);
    assert!(!world.has("ran"));
}

/// Returns a plan that was saved at this time.
fn saved_at(now: &str) -> String {
    let mut seed = acme();
    seed["now"] = json!(now);
    let world = World::live(seed).file("bylaws.yaml", FILES);
    world.edit("uma@acme.com: user", "uma@acme.com: developer");
    world.run("plan --out saved.json").ended(0);
    world.read("saved.json")
}

#[test]
fn a_saved_plan_from_the_future_is_refused() {
    for (now, code) in [
        ("2026-11-21T08:59:00Z", 0),
        ("2026-11-21T09:04:00Z", 0),
        ("2026-11-21T09:06:00Z", 6),
        ("2026-11-22T09:00:00Z", 6),
        ("2036-11-21T09:00:00Z", 6),
        ("2026-11-20T08:00:00Z", 6),
    ] {
        let world =
            World::but("uma@acme.com: user", "uma@acme.com: developer").file("saved.json", &saved_at(now));
        world.run("apply --plan saved.json").ended(code);
        assert_eq!(world.writes().is_empty(), code != 0, "{now}");
    }
}

/// Returns the status of a request to the emulator with these additional headers.
fn asked(world: &World, method: &str, path: &str, headers: &str) -> u16 {
    let address = world.emulator.url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let host = if headers.starts_with("host:") { String::new() } else { format!("host: {address}\r\n") };
    let key = "x-api-key: sk-ant-admin01-x\r\nanthropic-version: 2023-06-01\r\n";
    let body = "{\"advance\":\"1d\"}";
    let length = if method == "GET" { 0 } else { body.len() };
    let body = if method == "GET" { "" } else { body };
    let head = format!(
        "{method} {path} HTTP/1.1\r\n{host}{headers}{key}connection: close\r\ncontent-length: {length}\r\n"
    );
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_emulator_answers_no_web_page() {
    let world = World::acme();
    let control = ("POST", "/_emulator/clock");
    for (method, path) in [
        ("GET", "/v1/organizations/users"),
        ("GET", "/_emulator/state"),
        control,
        ("DELETE", "/_emulator/ledger"),
    ] {
        for headers in [
            "origin: https://evil.example\r\n",
            "origin: null\r\n",
            "host: evil.example\r\n",
            "host: localhost.evil.example:8080\r\n",
            "sec-fetch-site: cross-site\r\n",
            "origin: http://127.0.0.1:1\r\n",
        ] {
            assert_eq!(asked(&world, method, path, headers), 403, "{method} {path} {headers}");
        }
    }
    assert!(world.ledger().is_empty(), "nothing reached the API");
    for headers in ["", "host: localhost:1\r\n", "host: [::1]\r\n", "sec-fetch-site: none\r\n"] {
        assert_eq!(asked(&world, "GET", "/v1/organizations/users", headers), 200, "{headers}");
    }
    assert_eq!(asked(&world, "POST", "/_emulator/clock", ""), 200);
}

#[test]
fn a_cell_is_no_formula_whatever_the_separator() {
    let mut seed = acme();
    for (n, name) in ["=1+1", "a;=1", "a,@x", "a|+1", "\t=1", "; \"-1\"", "\u{ff1d}1"].iter().enumerate() {
        let id = format!("wrkspc_{n}");
        seed["workspaces"].as_array_mut().unwrap().push(json!({"id": id, "name": name}));
        let member = json!({"workspace_id": id, "user_id": "user_uma", "workspace_role": "workspace_user"});
        seed["workspace_members"].as_array_mut().unwrap().push(member);
    }
    let world = World::live(seed).file("bylaws.yaml", FILES);
    let text = world.run("access --format csv").ended(0).out;
    assert!(text.contains("'=1+1") && text.contains("a;'=1"), "{text}");
    for separator in [',', ';', '|', '\t', '\n'] {
        for cell in text.split(separator) {
            let cell = cell.trim_matches(|c| c == '"' || c == ' ');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\u{ff1d}']), "{cell:?} in {text}");
        }
    }
}

#[test]
fn a_key_is_taken_from_no_argument_and_from_no_file_of_the_checkout() {
    let world =
        World::acme().without("ANTHROPIC_ADMIN_KEY").file(".env", "ANTHROPIC_ADMIN_KEY=sk-ant-admin01-x\n");
    world.write("credentials.json", "{\"key\": \"sk-ant-admin01-x\"}");
    assert!(world.run("plan").ended(1).err.contains("no credential"));
    world.run("plan --admin-key x").ended(1);
    assert!(world.ledger().is_empty());
}

#[test]
fn a_service_elsewhere_is_never_asked_in_the_clear() {
    for url in [
        "http://evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "ftp://127.0.0.1",
        "http://0.0.0.0",
    ] {
        let world = World::acme().env("BYLAWS_API_URL", url);
        let ran = world.run("plan").ended(1);
        assert!(!ran.err.contains("could not be reached"), "{ran}");
    }
}
