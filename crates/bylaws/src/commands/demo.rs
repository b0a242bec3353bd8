//! `bylaws demo`: the whole story against a built-in emulator. Ends well only if every step did what
//! the story says.

mod acme;
mod stage;

use bylaws_emulator::{Emulator, Options, Seed};

use crate::exit::{ExitStatus, Failure};
use crate::world::World;
use acme::{FILES, LIVE, MOVED, MOVED_FROM, MOVED_TO};
use stage::Stage;

pub(crate) async fn run(world: &mut World) -> Result<ExitStatus, Failure> {
    let state = Seed::from_json(LIVE).map_err(|error| other(&error.to_string()))?;
    let options = Options { state, ..Options::default() };
    let emulator = Emulator::start(options).await.map_err(|error| other(&error.to_string()))?;
    let stage = Stage::set(FILES, &emulator.url(), world.style()).map_err(|error| Failure::Io {
        path: std::env::temp_dir(),
        what: "write the example to",
        error,
    })?;
    let told = tell(&stage, &emulator, world).await;
    emulator.stop().await;
    told.map(|()| ExitStatus::Done)
}

async fn tell(stage: &Stage, emulator: &Emulator, world: &mut World) -> Result<(), Failure> {
    say(world, "Acme keeps its Claude organization in git: one folder, a file for each team.");
    stage.play(world, &["validate", "acme"], ExitStatus::Done).await?;

    say(world, "A pull request shows what a merge would do. Nothing has been written yet.");
    stage.play(world, &["plan", "acme", "--detailed-exitcode"], ExitStatus::Pending).await?;
    expect(writes(emulator) == 0, "planning wrote something")?;

    say(world, "The merge does exactly that.");
    stage.play(world, &["apply", "acme", "--auto-approve"], ExitStatus::Done).await?;
    expect(writes(emulator) > 0, "applying wrote nothing")?;

    say(world, "Planning again finds nothing to do.");
    stage.play(world, &["plan", "acme", "--detailed-exitcode"], ExitStatus::Done).await?;

    say(world, &format!("Now somebody makes {MOVED} `{MOVED_TO}` in the Console, behind git's back ..."));
    stage.move_in_console(MOVED, MOVED_TO).await?;

    say(world, "... and the next plan finds it.");
    let before = writes(emulator);
    let drift = stage.play(world, &["plan", "acme", "--detailed-exitcode"], ExitStatus::Pending).await?;
    expect(drift.contains(&format!("role: {MOVED_TO} → {MOVED_FROM}")), "the drift was not found")?;
    expect(drift.contains("Plan: 1 to update"), "more than the drift was found")?;
    expect(writes(emulator) == before, "planning wrote something")?;

    say(world, "That is all. `bylaws import` begins with your own organization; the README says how.");
    Ok(())
}

fn writes(emulator: &Emulator) -> usize {
    emulator.ledger().iter().filter(|entry| entry.method != "GET").count()
}

fn say(world: &mut World, text: &str) {
    let style = world.style();
    world.print(&format!("\n{}\n", style.head(text)));
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(other(otherwise)) }
}

fn other(message: &str) -> Failure {
    Failure::Other {
        message: format!("the demo went wrong: {message}"),
        help: "please report it; nothing outside this computer was touched".to_owned(),
    }
}
