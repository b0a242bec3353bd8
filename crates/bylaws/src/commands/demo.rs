//! `bylaws demo`: a guided demo against a built-in emulator. Succeeds only if every plan and report is as the demo
//! says.

mod example;
mod stage;

use bylaws_emulator::{Emulator, Options, Seed};
use bylaws_output::document::plan::PlanDocument;
use bylaws_output::render;
use bylaws_output::render::style::View;
use example::{CARELESS, LIVE, MOVED, MOVED_TO};
use stage::Stage;

use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(world: &mut World) -> Result<ExitStatus, Failure> {
    let state = Seed::from_json(LIVE).map_err(|error| other(&error.to_string()))?;
    let options = Options { state, ..Options::default() };
    let emulator = Emulator::start(options).await.map_err(|error| other(&error.to_string()))?;
    let stage = Stage::set(&emulator.url())
        .map_err(Failure::io(&crate::world::temporary_folder(), "write the example to"))?;
    let told = tell(&stage, &emulator, world).await;
    emulator.stop().await;
    told.map(|()| ExitStatus::Done)
}

async fn tell(stage: &Stage, emulator: &Emulator, world: &mut World) -> Result<(), Failure> {
    let view = View { style: world.style(), all: false, followed: false };

    say(world, "Acme declares in git who may use Claude. A pull request shows what a merge would do:");
    let reviewed = plan(stage, ExitStatus::Done, view, world).await?;
    expect(!reviewed.changes.is_empty() && writes(emulator) == 0, "a plan sent writes")?;

    say(world, "After the merge, apply does exactly that:");
    let report = stage.apply().await?;
    world.show(format!("{}\n\n", view.style.dim("$ bylaws apply")));
    world.show(render::report::render(&report, view));
    let whole = report.summary.done == reviewed.changes.len() && writes(emulator) == reviewed.changes.len();
    expect(whole, "apply did not do what the plan showed")?;

    say(
        world,
        &format!("An admin makes {MOVED} `{MOVED_TO}` in the Console. The next plan finds the drift:"),
    );
    stage.move_in_console(MOVED, MOVED_TO).await?;
    let drift = plan(stage, ExitStatus::Done, view, world).await?;
    let found = drift.changes.iter().map(|change| change.id.as_str()).eq([format!("update member/{MOVED}")]);
    expect(found, "the plan does not show exactly the drift")?;

    say(world, "A commit that removes two of five people by mistake is refused:");
    stage.edit(CARELESS)?;
    let refused = plan(stage, ExitStatus::Refused, view, world).await?;
    expect(refused.summary.refused, "the guard did not refuse")?;

    say(world, "Next: `bylaws import` writes the files of your own organization.");
    Ok(())
}

/// Plans, shows the plan and returns it.
async fn plan(
    stage: &Stage,
    expected: ExitStatus,
    view: View,
    world: &mut World,
) -> Result<PlanDocument, Failure> {
    let document = stage.plan(expected).await?;
    world.show(format!("{}\n\n", view.style.dim("$ bylaws plan")));
    world.show(render::plan::render(&news(&document), view));
    Ok(document)
}

/// Returns the plan without the sections that repeat in every plan; its last line counts them.
fn news(plan: &PlanDocument) -> PlanDocument {
    PlanDocument { waiting: Vec::new(), unlisted: Vec::new(), notes: Vec::new(), ..plan.clone() }
}

fn writes(emulator: &Emulator) -> usize {
    emulator.ledger().iter().filter(|entry| entry.method != "GET").count()
}

fn say(world: &mut World, text: &str) {
    let style = world.style();
    world.show(format!("\n{}\n", style.head(text)));
}

fn expect(holds: bool, otherwise: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(other(otherwise)) }
}

fn other(message: &str) -> Failure {
    Failure::other(
        format!("the demo went wrong: {message}"),
        "please report it; nothing outside this computer was changed",
    )
}
