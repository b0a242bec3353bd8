//! `bylaws demo`: a guided demo against a built-in emulator. Succeeds only if every plan and report is as the demo
//! says.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use bylaws_emulator::{Emulator, Options, Seed};
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::document::report::ReportDocument;
use bylaws_output::render;
use bylaws_output::render::style::View;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::exit::{ExitStatus, Failure};
use crate::log::Shared;
use crate::world::{Streams, World};

/// The files and live state of `examples/minimal`, before the first apply.
const FILE: &str = include_str!("../../../../examples/minimal/bylaws.yaml");
const LIVE: &str = include_str!("../../../../examples/minimal/live.json");

/// The member whose role changes in the Console, and the new role; the file says `developer`.
const MOVED: &str = "yuki@acme.example";
const MOVED_TO: &str = "user";

/// A careless edit: the text before and after it.
const CARELESS: [(&str, &str); 2] = [
    ("  emil@acme.example: developer\n", "  emil@acme.example: none\n"),
    ("  yuki@acme.example: developer\n", "  yuki@acme.example: none\n"),
];

pub(crate) async fn run(world: &mut World) -> Result<ExitStatus, Failure> {
    let state = Seed::from_json(LIVE).map_err(other)?;
    let emulator = Emulator::start(Options { state, ..Options::default() }).await.map_err(other)?;
    let failed = Failure::io(&crate::world::temporary_folder(), "write the example to");
    let folder = TempDir::with_prefix("bylaws-demo-").map_err(&failed)?;
    std::fs::write(folder.path().join("bylaws.yaml"), FILE).map_err(&failed)?;
    let told = tell(&Stage { folder, emulator: &emulator }, world).await;
    emulator.stop().await;
    told.map(|()| ExitStatus::Done)
}

async fn tell(stage: &Stage<'_>, world: &mut World) -> Result<(), Failure> {
    let view = View { style: world.style, all: false, followed: false };

    say(world, "Acme declares in git who may use Claude. A pull request shows what a merge would do:");
    let reviewed = stage.plan(ExitStatus::Done, view, world).await?;
    expect(!reviewed.changes.is_empty() && stage.writes() == 0, "a plan sent writes")?;

    say(world, "After the merge, apply does exactly that:");
    let report: ReportDocument = stage.play(&["apply", "--auto-approve"], ExitStatus::Done).await?;
    world.show(format!("{}\n\n", view.style.dim("$ bylaws apply")));
    world.show(render::report::render(&report, view));
    let whole = report.summary.done == reviewed.changes.len() && stage.writes() == reviewed.changes.len();
    expect(whole, "apply did not do what the plan showed")?;

    say(
        world,
        &format!("An admin makes {MOVED} `{MOVED_TO}` in the Console. The next plan finds the drift:"),
    );
    stage.move_in_console()?;
    let drift = stage.plan(ExitStatus::Done, view, world).await?;
    let found = drift.changes.iter().map(|change| change.id.as_str()).eq([format!("update member/{MOVED}")]);
    expect(found, "the plan does not show exactly the drift")?;

    say(world, "A commit that removes two of five people by mistake is refused:");
    let careless = CARELESS.iter().fold(FILE.to_owned(), |text, (from, to)| text.replace(from, to));
    std::fs::write(stage.file(), careless).map_err(Failure::io(&stage.file(), "write"))?;
    let refused = stage.plan(ExitStatus::Refused, view, world).await?;
    expect(refused.summary.refused, "the guard did not refuse")?;

    say(world, "Next: `bylaws import` writes the files of your own organization.");
    Ok(())
}

/// A temporary folder with the files, and the service.
struct Stage<'e> {
    folder: TempDir,
    emulator: &'e Emulator,
}

impl Stage<'_> {
    fn file(&self) -> PathBuf {
        self.folder.path().join("bylaws.yaml")
    }

    fn writes(&self) -> usize {
        self.emulator.ledger().iter().filter(|entry| entry.method != "GET").count()
    }

    /// Plans, shows the plan without the sections that repeat in every plan (its last line counts them), and returns
    /// it.
    async fn plan(
        &self,
        expected: ExitStatus,
        view: View,
        world: &mut World,
    ) -> Result<PlanDocument, Failure> {
        let mut document: PlanDocument = self.play(&["plan"], expected).await?;
        document.waiting.clear();
        document.unlisted.clear();
        document.notes.clear();
        world.show(format!("{}\n\n", view.style.dim("$ bylaws plan")));
        world.show(render::plan::render(&document, view));
        Ok(document)
    }

    /// Runs one command as a user would, with variables that name only the emulator. Checks its exit status, and
    /// returns its document.
    async fn play<T: DeserializeOwned>(&self, args: &[&str], expected: ExitStatus) -> Result<T, Failure> {
        let output = Arc::new(Mutex::new(Vec::new()));
        let streams = Streams {
            input: Box::new(io::empty()),
            output: Box::new(Shared(output.clone())),
            errors: Arc::new(Mutex::new(io::sink())),
            input_is_terminal: false,
            output_is_terminal: false,
            errors_is_terminal: false,
        };
        // The emulator accepts any key with this prefix.
        let key = "sk-ant-admin01-demo-demo-demo-demo".to_owned();
        let env = [("BYLAWS_API_URL", self.emulator.url()), ("ANTHROPIC_ADMIN_KEY", key)];
        let env = BTreeMap::from(env.map(|(name, value)| (name.to_owned(), value)));
        let mut own = World::new(env, self.folder.path().to_owned(), streams);
        let words = ["bylaws"].iter().chain(args).chain(&["--format", "json"]).copied();
        let status = Box::pin(crate::run(words.map(Into::into), &mut own)).await;
        if status != expected {
            let (line, code, expected) = (args.join(" "), status.code(), expected.code());
            return Err(other(format!("`bylaws {line}` ended with {code}, not {expected}")));
        }
        let output = output.lock().map_err(other)?;
        serde_json::from_slice(&output).map_err(other)
    }

    fn move_in_console(&self) -> Result<(), Failure> {
        let mut state = serde_json::to_value(self.emulator.state()).map_err(other)?;
        let members = state.get_mut("users").and_then(Value::as_array_mut).into_iter().flatten();
        for member in members.filter_map(Value::as_object_mut) {
            if member.get("email").is_some_and(|email| email == MOVED) {
                member.insert("role".to_owned(), json!(MOVED_TO));
            }
        }
        self.emulator.set_state(Seed::from_value(state).map_err(other)?).map_err(other)
    }
}

fn say(world: &mut World, text: &str) {
    let style = world.style;
    world.show(format!("\n{}\n", style.head(text)));
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(other(otherwise)) }
}

fn other(message: impl std::fmt::Display) -> Failure {
    Failure::other(
        format!("the demo went wrong: {message}"),
        "please report it; nothing outside this computer was changed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_careless_edit_matches_the_example() {
        for (before, _) in CARELESS {
            assert!(FILE.contains(before), "{before}");
        }
        assert!(LIVE.contains(MOVED) && FILE.contains(&format!("{MOVED}: developer")));
    }
}
