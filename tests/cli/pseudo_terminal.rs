//! The program in a real terminal, at two widths and in color.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::world::World;

const WIDTHS: [u16; 2] = [80, 140];
/// More rows than any of these commands prints, so that nothing scrolls away.
const ROWS: u16 = 2_000;

/// The screen after a command has ended.
struct Screen {
    code: i32,
    parser: vt100::Parser,
    columns: u16,
    has_colour: bool,
}

/// Ctrl-C in place of an answer.
const CTRL_C: &str = "\u{3}";

/// Runs a command line in a terminal of this width; `typed` is entered at its first question.
fn in_terminal(world: &World, line: &str, columns: u16, typed: &str) -> Screen {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let size = Winsize { ws_row: ROWS, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal, size).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
    let open = || File::options().read(true).write(true).open(&name).unwrap();
    let stdio = || Stdio::from(open());
    let mut command = world.command(line);
    command.env("TERM", "xterm-256color").stdin(stdio()).stdout(stdio()).stderr(stdio());
    let child = command.spawn().unwrap();
    // The command has its own copies of the terminal's ends; without these, reading ends when the command does.
    drop(command);
    read(child, File::from(terminal), columns, typed)
}

fn read(mut child: Child, mut terminal: File, columns: u16, typed: &str) -> Screen {
    let mut parser = vt100::Parser::new(ROWS, columns, 0);
    let (mut all, mut buffer, mut is_asked) = (Vec::new(), [0; 4096], false);
    // Linux returns an error after the last process closes the other end.
    while let Ok(n @ 1..) = terminal.read(&mut buffer) {
        parser.process(&buffer[..n]);
        all.extend_from_slice(&buffer[..n]);
        if !is_asked && String::from_utf8_lossy(&all).contains("Type `yes`") {
            is_asked = true;
            if typed == CTRL_C {
                // No terminal controls these processes, so none of them turns the key into a signal.
                let id = child.id().to_string();
                assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
            } else {
                terminal.write_all(typed.as_bytes()).unwrap();
            }
        }
    }
    let code = child.wait().unwrap().code().expect("ended by itself");
    let has_colour = String::from_utf8_lossy(&all).contains("\u{1b}[1m");
    Screen { code, parser, columns, has_colour }
}

impl Screen {
    fn rows(&self) -> Vec<String> {
        let rows = self.parser.screen().rows(0, self.columns).map(|row| row.trim_end().to_owned());
        let mut rows: Vec<String> = rows.collect();
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        rows
    }

    /// Checks that no line is wider than the terminal, no spinner remains, and the command ended with this code.
    #[track_caller]
    fn tidy(self, what: &str, code: i32) -> Vec<String> {
        let rows = self.rows();
        let text = rows.join("\n");
        assert_eq!(self.code, code, "{what}\n{text}");
        assert!(self.has_colour, "{what} has no colour\n{text}");
        for (at, row) in (0..).zip(&rows) {
            assert!(!self.parser.screen().row_wrapped(at), "{what}: wider than the terminal: {row}");
            let is_spinner = |c: char| ('\u{2801}'..='\u{28ff}').contains(&c);
            assert!(!row.contains(is_spinner), "{what}: left behind: {row}");
        }
        assert!(
            rows.first().is_some_and(|row| !row.is_empty()) || what.starts_with("demo"),
            "{what}\n{text}"
        );
        rows
    }
}

/// Files with an entry in every section: changes, waiting, blocked, not in the files.
fn acme() -> World {
    World::example("acme")
}

#[test]
fn the_demo_ends_well_and_is_short() {
    for columns in WIDTHS {
        let rows = in_terminal(&acme(), "demo", columns, "").tidy("demo", 0);
        assert!(rows.len() <= 100, "{} rows at {columns} columns\n{}", rows.len(), rows.join("\n"));
    }
}

#[test]
fn a_plan_fits_the_terminal() {
    for columns in WIDTHS {
        let rows = in_terminal(&acme(), "plan", columns, "").tidy("plan", 0);
        assert!(rows.last().is_some_and(|row| row.contains("not in the files") || row.contains("Plan:")));
        in_terminal(&acme(), "plan --all", columns, "").tidy("plan --all", 0);
    }
}

#[test]
fn apply_asks_and_reports_each_change_once() {
    for columns in WIDTHS {
        let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
        let rows = in_terminal(&world, "apply", columns, "yes\n").tidy("apply", 0);
        let done: Vec<&String> = rows.iter().filter(|row| row.contains("1/1")).collect();
        assert_eq!(done.len(), 1, "{}", rows.join("\n"));
        let words: Vec<&str> = rows.iter().flat_map(|row| row.split_whitespace()).collect();
        assert!(words.join(" ").contains("Nobody loses access, 1 person changes role."), "{rows:#?}");
        world.run("plan --detailed-exitcode").ended(0);
    }
}

#[test]
fn the_confirmation_counts_stopped_keys_and_changed_roles() {
    for (from, to, asked) in [
        ("ci: active", "ci: inactive", "Nobody loses access, 1 key stops working."),
        (
            "uma@acme.com: user",
            "uma@acme.com: claude_code_user",
            "Nobody loses access, 1 person changes role.",
        ),
        ("      eve@acme.com: workspace_user\n", "", "1 person loses access."),
    ] {
        let world = World::but(from, to);
        // The last key of a workspace and its last member can be approved, so no guard refuses here.
        let approve = "[update workspace/lab/api_key/ci, remove workspace/lab/member/eve@acme.com]";
        let approve = format!("approve: [{{changes: {approve}, until: 2026-12-01, reason: test}}]");
        world.edit("unlisted:\n", &format!("guards: {{{approve}}}\nunlisted:\n"));
        let shown = in_terminal(&world, "apply", 140, "no\n").tidy("apply", 1).join("\n");
        assert!(shown.contains(asked), "{shown}");
        world.untouched();
    }
}

#[test]
fn an_import_leaves_no_progress_line() {
    for columns in WIDTHS {
        let world = World::live(crate::world::acme());
        let screen = in_terminal(&world, "import", columns, "");
        let text = screen.rows().join("\n");
        assert_eq!(screen.code, 0, "{text}");
        assert!(!text.contains(|c: char| ('\u{2801}'..='\u{28ff}').contains(&c)), "{text}");
        assert!(world.has("bylaws/members.yaml"));
    }
}

#[test]
fn ctrl_c_at_the_question_says_that_nothing_was_applied() {
    let world = acme();
    let screen = in_terminal(&world, "apply", 80, CTRL_C);
    let rows = screen.tidy("Ctrl-C", 1);
    assert_eq!(rows.last().map(String::as_str), Some("nothing was applied: interrupted"), "{rows:#?}");
    assert!(world.writes().is_empty());
}

#[test]
fn a_page_of_explain_breaks_between_words_and_its_yaml_nowhere() {
    let whole = acme().run("explain BL0406").ended(0).out;
    let in_yaml = |text: &str| text.split("```").skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    for columns in [60, 100] {
        let rows = in_terminal(&acme(), "explain BL0406", columns, "").rows();
        let text = rows.join("\n");
        assert!(rows.iter().all(|row| row.chars().count() <= usize::from(columns)), "{text}");
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&text), words(&whole), "{columns}");
        assert_eq!(in_yaml(&text), in_yaml(&whole), "{columns}");
    }
}
