//! The environment in which the commands of a page run: a folder, variables, an emulator, and a shell. The program is
//! the real one. `export`, `cd` and `echo $?` carry over from one command to the next.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bylaws_emulator::{Emulator, Options, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The URL of the service on every page, whatever its port in this run.
const ADDRESS: &str = "127.0.0.1:8080";

pub(super) struct Session {
    folder: TempDir,
    here: PathBuf,
    env: BTreeMap<String, String>,
    emulator: Option<Emulator>,
    server: Option<(Child, String)>,
    code: i32,
    runtime: Runtime,
}

impl Session {
    /// `clone`: the examples and the organization of these pages, as in a clone, and nothing else. `acme`: the
    /// organization of these pages, its files, and the service. `live FOLDER`: only the service, with the `live.json`
    /// of that folder.
    pub(super) fn new(world: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_bylaws")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let home = folder.path().to_str().unwrap().to_owned();
        let env = [("PATH", path), ("HOME", home), ("LC_ALL", "C.UTF-8".to_owned())];
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut session = Self {
            here: folder.path().canonicalize().unwrap(),
            folder,
            env: env.map(|(name, value)| (name.to_owned(), value)).into(),
            emulator: None,
            server: None,
            code: 0,
            runtime,
        };
        match world.split_once(' ').unwrap_or((world, "")) {
            ("clone", "") => {
                session.copy("docs/acme", "docs/acme");
                for folder in std::fs::read_dir(super::root().join("examples")).unwrap() {
                    let folder = format!("examples/{}", folder.unwrap().file_name().to_str().unwrap());
                    session.copy(&folder, &folder);
                }
            }
            ("acme", "") => {
                session.copy("docs/acme", "");
                std::fs::remove_file(session.here.join("live.json")).unwrap();
                session.serve("docs/acme/live.json");
            }
            ("live", folder) => session.serve(&format!("{folder}/live.json")),
            _ => panic!("what world is `{world}`?"),
        }
        session
    }

    fn copy(&self, from: &str, to: &str) {
        let to = self.here.join(to);
        std::fs::create_dir_all(&to).unwrap();
        for file in std::fs::read_dir(super::root().join(from)).unwrap().map(|file| file.unwrap()) {
            let name = file.file_name();
            if file.file_type().unwrap().is_dir() {
                self.copy(&format!("{from}/{}", name.display()), to.join(&name).to_str().unwrap());
            } else {
                std::fs::copy(file.path(), to.join(name)).unwrap();
            }
        }
    }

    fn serve(&mut self, seed: &str) {
        let seed = std::fs::read_to_string(super::root().join(seed)).unwrap();
        let options = Options { state: Seed::from_json(&seed).unwrap(), ..Options::default() };
        let emulator = self.runtime.block_on(Emulator::start(options)).unwrap();
        self.env.insert("BYLAWS_API_URL".to_owned(), emulator.url());
        self.env.insert("ANTHROPIC_ADMIN_KEY".to_owned(), "sk-ant-admin01-of-the-documentation".to_owned());
        self.emulator = Some(emulator);
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        let path = self.here.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.here.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(super) fn edit(&self, name: &str, old: &str, new: &str) -> Result<(), String> {
        let text = self.read(name);
        if text.matches(old).count() != 1 {
            return Err(format!("these lines do not stand once in {name}:\n{old}in\n{text}"));
        }
        self.write(name, &text.replacen(old, new, 1));
        Ok(())
    }

    /// An event in the Console or in a mailbox.
    pub(super) fn event(&self, event: &str) {
        let emulator = self.emulator.as_ref().expect("events need a service of the runner's own");
        let mut state = serde_json::to_value(emulator.state()).unwrap();
        let words: Vec<&str> = event.split(' ').collect();
        match words[..] {
            ["accepts", email] => {
                let invites = emulator.state().invites;
                let pending =
                    invites.iter().find(|invite| invite.email == email && invite.status == "pending");
                emulator.accept_invite(&pending.expect("a pending invite").id).unwrap();
                return;
            }
            ["snapshot", name] => return self.write(name, &emulator.state().to_json()),
            ["days", days] => {
                let days: u64 = days.parse().unwrap();
                emulator.advance(Duration::from_secs(days * 24 * 3600)).unwrap();
                return;
            }
            ["role", email, role] => of(&mut state, "users", "email", email)["role"] = json!(role),
            ["invites", email, role] => {
                let invite = json!({ "email": email, "role": role });
                state["invites"].as_array_mut().unwrap().insert(0, invite);
            }
            ["key", name, workspace] => {
                let id = of(&mut state, "workspaces", "name", workspace)["id"].clone();
                let key = json!({ "name": name, "workspace_id": id });
                state["api_keys"].as_array_mut().unwrap().insert(0, key);
            }
            ["colour", workspace, colour] => {
                of(&mut state, "workspaces", "name", workspace)["display_color"] = json!(colour);
            }
            _ => panic!("what event is `{event}`?"),
        }
        emulator.set_state(Seed::from_value(state).unwrap()).unwrap();
    }

    /// Runs a command line; returns its output, both streams in order, and its exit status.
    pub(super) fn run(&mut self, command: &str, answer: Option<&str>) -> (Vec<String>, i32) {
        let (text, code) = if let Some(variables) = command.strip_prefix("export ") {
            for (name, value) in variables.split(' ').filter_map(|one| one.split_once('=')) {
                self.env.insert(name.to_owned(), value.replace(ADDRESS, &self.address()));
            }
            (String::new(), 0)
        } else if let Some(folder) = command.strip_prefix("cd ") {
            self.here = self.here.join(folder).canonicalize().unwrap();
            (String::new(), 0)
        } else if command.starts_with("bylaws emulator ") {
            (self.serve_in_another_terminal(command), 0)
        } else if let Some(answer) = answer {
            self.at_a_terminal(command, answer)
        } else {
            self.in_a_shell(command)
        };
        self.code = code;
        (self.tidied(&text), code)
    }

    fn in_a_shell(&self, command: &str) -> (String, i32) {
        let script = format!("(exit {}); {}", self.code, command.replace(ADDRESS, &self.address()));
        let mut both = Command::new("bash");
        both.args(["-c", &format!("exec 2>&1\n{script}")]).current_dir(&self.here);
        both.env_clear().envs(&self.env).stdin(Stdio::null());
        let output = both.output().expect("bash");
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    }

    /// Starts an emulator that serves until the end of the page.
    fn serve_in_another_terminal(&mut self, command: &str) -> String {
        let mut child = Command::new(env!("CARGO_BIN_EXE_bylaws"))
            .args(command.split(' ').skip(1).map(|word| if word == ADDRESS { "127.0.0.1:0" } else { word }))
            .current_dir(&self.here)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let mut text = url.clone();
        for line in errors {
            text += &format!("{line}\n");
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        self.server = Some((child, url.trim().trim_start_matches("http://").to_owned()));
        text
    }

    /// Runs a command in this process with a person at the keyboard; the input is shown as on a terminal.
    fn at_a_terminal(&self, command: &str, answer: &str) -> (String, i32) {
        let paper = Paper::default();
        let streams = bylaws::Streams {
            input: Box::new(Keyboard { typed: format!("{answer}\n").into_bytes(), echo: paper.clone() }),
            output: Box::new(paper.clone()),
            errors: Arc::new(Mutex::new(paper.clone())),
            input_is_terminal: true,
            output_is_terminal: false,
            errors_is_terminal: false,
        };
        let mut outside = bylaws::World::new(self.env.clone(), self.here.clone(), streams);
        let args: Vec<OsString> = command.split(' ').map(OsString::from).collect();
        let code = self.runtime.block_on(bylaws::run(args, &mut outside)).code();
        let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
        (text, code.into())
    }

    fn address(&self) -> String {
        let own =
            self.emulator.as_ref().map(|emulator| emulator.url().trim_start_matches("http://").to_owned());
        let served = self.server.as_ref().map(|(_, address)| address.clone());
        served.or(own).unwrap_or_else(|| ADDRESS.to_owned())
    }

    /// Removes what differs from run to run: the port, the folder, ids of requests, hashes of records.
    fn tidied(&self, text: &str) -> Vec<String> {
        let folder = self.folder.path().canonicalize().unwrap();
        let text = text.replace(&self.address(), ADDRESS).replace(folder.to_str().unwrap(), "~");
        text.trim_end().lines().map(|line| hidden_ids(line.trim_end())).collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.server {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Returns the item of a list whose `field` has this value.
fn of<'a>(state: &'a mut Value, list: &str, field: &str, value: &str) -> &'a mut Value {
    let items = state[list].as_array_mut().unwrap();
    items.iter_mut().find(|item| item[field] == value).unwrap_or_else(|| panic!("no {value} in {list}"))
}

fn hidden_ids(line: &str) -> String {
    let mut hidden = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("req_") {
        let (before, id) = rest.split_at(at);
        let end = id[4..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(id.len(), |end| end + 4);
        hidden += &format!("{before}req_…");
        rest = &id[end..];
    }
    hidden + rest
}

/// A writer for both streams of a run in this process.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A reader that types one answer and echoes it.
struct Keyboard {
    typed: Vec<u8>,
    echo: Paper,
}

impl Read for Keyboard {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = buffer.len().min(self.typed.len());
        buffer[..count].copy_from_slice(&self.typed[..count]);
        self.echo.write_all(&self.typed[..count])?;
        self.typed.drain(..count);
        Ok(count)
    }
}
