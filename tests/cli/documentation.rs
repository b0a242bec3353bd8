//! Tests the documentation: the examples of the reference can be planned, and every command of every page is run in
//! the order of the page and prints what the page shows.
//!
//! `BYLAWS_UPDATE=1` writes the actual output into the pages.

mod links;
mod page;
mod session;

use std::path::{Path, PathBuf};

use page::{Piece, Shown, What, fits, pieces, shortened};
use session::Session;

use crate::world::{ACME, World};

/// Blocks that no test can run, by page and first line: they install software or use other machines. A comment before
/// each says why.
const NOT_RUN: &[(&str, &str)] = &[
    ("CONTRIBUTING.md", "cargo test --workspace     # everything"),
    (
        "README.md",
        "cargo run --release -- demo      # the whole story, against a built-in emulator of the service",
    ),
    ("README.md", "cargo install --locked --path crates/bylaws"),
    ("docs/ci.md", "bylaws controller --once /etc/bylaws/controller.yaml"),
    ("docs/controller.md", "$ bylaws controller status"),
    ("docs/controller.md", "bylaws controller suspend acme --reason \"incident 42\" --until 4h"),
    (
        "docs/controller.md",
        "sudo useradd --system --home-dir /var/lib/bylaws --shell /usr/sbin/nologin bylaws",
    ),
    (
        "docs/controller.md",
        "podman build -f packaging/Containerfile --format docker --target controller -t bylaws-controller .",
    ),
    ("docs/emulator.md", "$ pip install anthropic"),
    ("docs/install.md", "$ cargo install --locked --path crates/bylaws"),
    ("docs/install.md", "$ rustup target add x86_64-unknown-linux-musl"),
    ("docs/install.md", "$ packaging/deb target/release/bylaws"),
    ("docs/install.md", "$ podman build -f packaging/Containerfile -t bylaws ."),
    ("docs/install.md", "$ sha256sum --check --ignore-missing SHA256SUMS"),
    ("docs/start.md", "$ cargo install --locked --path crates/bylaws"),
];

/// Returns the valid examples of the page, completed if they are fragments.
fn examples() -> Vec<String> {
    let page = include_str!("../../docs/configuration.md");
    let mut found = Vec::new();
    for (before, block) in page.split("```yaml\n").zip(page.split("```yaml\n").skip(1)) {
        let text = block.split("```").next().unwrap();
        let mark = before.lines().last().unwrap();
        if mark == "<!-- section -->" {
            found.push(format!("bylaws: 1\norganization: {{id: {ACME}}}\n{text}"));
        } else if !mark.starts_with("<!-- problem") && text.contains(ACME) {
            found.push(text.to_owned());
        }
    }
    found
}

#[test]
fn every_example_of_the_reference_can_be_planned() {
    let world = World::example("acme").without("ANTHROPIC_ADMIN_KEY");
    let examples = examples();
    assert!(examples.len() >= 10, "{}", examples.len());
    for text in examples {
        world.write("shown.yaml", &text);
        let ran = world.run("plan shown.yaml --live bylaws/live.json --strict");
        // In a plan of 40 people, the changes of a page's three people would exceed the guards.
        assert!([0, 2, 3].contains(&ran.code), "{text}\n{ran}");
        assert!(!ran.err.contains("warning"), "{text}\n{ran}");
    }
    assert!(world.ledger().is_empty());
}

#[test]
fn every_command_of_the_pages_prints_what_the_page_shows() {
    let pages = pages();
    let (mut wrong, mut typed, mut not_run) = (Vec::new(), 0, Vec::new());
    std::thread::scope(|scope| {
        let runs: Vec<_> = pages.iter().map(|name| scope.spawn(|| played(name))).collect();
        for run in runs {
            let played = run.join().unwrap();
            wrong.extend(played.wrong);
            typed += played.typed;
            not_run.extend(played.not_run);
        }
    });
    assert!(wrong.is_empty(), "{}\nBYLAWS_UPDATE=1 writes the pages anew\n", wrong.join("\n"));
    let expected: Vec<(String, String)> =
        NOT_RUN.iter().map(|(page, first)| ((*page).to_owned(), (*first).to_owned())).collect();
    assert_eq!(not_run, expected, "blocks that are not run");
    assert!(typed >= 60, "{typed}");
}

/// The result of a page.
#[derive(Default)]
struct Played {
    wrong: Vec<String>,
    typed: usize,
    not_run: Vec<(String, String)>,
}

fn played(name: &str) -> Played {
    let path = root().join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut played = Played::default();
    let mut session = None;
    let mut rewritten: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for Piece { line, what } in pieces(&text) {
        let place = format!("{name}:{}", line + 1);
        let at = || desk_of(session.as_ref(), &place);
        match what {
            What::World(world) => session = Some(Session::new(&world)),
            What::Event(event) => at().event(&event),
            What::File { name, text } => at().write(&name, &text),
            What::Shows { name, text } => {
                if at().read(&name) != text {
                    played.wrong.push(format!("{place}: {name} reads\n{}", at().read(&name)));
                }
            }
            What::Edit { name, old, new } => {
                if let Err(why) = at().edit(&name, &old, &new) {
                    played.wrong.push(format!("{place}: {why}"));
                }
            }
            What::NotRun { first } => played.not_run.push((name.to_owned(), first)),
            What::Unmarked => played.wrong.push(format!(
                "{place}: write what is typed as ```console, with `$ ` before it; or say why it cannot be run, \
                 `<!-- not run: … -->`, and add it to NOT_RUN"
            )),
            What::Script { commands } => {
                at();
                played.typed += commands.len();
                for command in commands {
                    let asks = command.starts_with("bylaws apply") && !command.contains("--auto-approve");
                    let (printed, code) =
                        session.as_mut().unwrap().run(&command, asks.then_some("yes"));
                    if code != 0 {
                        played.wrong.push(format!("{place}: `{command}` ends with {code}:\n{}", printed.join("\n")));
                    }
                }
            }
            What::Console { shown, end } => {
                at();
                played.typed += shown.len();
                let (body, wrong) = typed(session.as_mut().unwrap(), &shown, &place);
                played.wrong.extend(wrong);
                rewritten.push((line, end, body));
            }
        }
    }
    if std::env::var_os("BYLAWS_UPDATE").is_some() {
        for (line, end, body) in rewritten.into_iter().rev() {
            lines.splice(line + 1..end, body);
        }
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    played
}

fn desk_of<'a>(session: Option<&'a Session>, place: &str) -> &'a Session {
    session.unwrap_or_else(|| panic!("{place}: a page begins with `<!-- world: NAME -->`"))
}

/// Runs the commands of a block; returns the block as it should read, and the differences.
fn typed(session: &mut Session, shown: &[Shown], place: &str) -> (Vec<String>, Vec<String>) {
    let (mut body, mut wrong) = (Vec::new(), Vec::new());
    for (index, Shown { command, typed, answer, prints }) in shown.iter().enumerate() {
        let (printed, code) = session.run(command, answer.as_deref());
        if printed.iter().any(|line| line.contains("panicked")) {
            wrong.push(format!("{place}: a panic:\n{}", printed.join("\n")));
        }
        if code != 0 && shown.get(index + 1).is_none_or(|next| next.command != "echo $?") {
            wrong.push(format!("{place}: `{command}` ends with {code}: show that with `$ echo $?`"));
        }
        body.extend(typed.iter().cloned());
        if fits(prints, &printed) {
            body.extend(prints.iter().cloned());
        } else {
            wrong.push(format!("{place}: `{command}` prints\n{}\n", printed.join("\n")));
            body.extend(shortened(prints, &printed));
        }
    }
    (body, wrong)
}

/// Returns `README.md` and every page in `docs/`, as paths from the root.
pub(crate) fn pages() -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut found = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned()];
    walk(&root().join("docs"), &mut found);
    found.sort();
    found
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
