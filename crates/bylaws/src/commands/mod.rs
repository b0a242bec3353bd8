//! The commands, one file each.

mod access;
mod adopt;
mod apply;
mod audit;
mod base;
mod committed;
mod controller;
mod demo;
mod drift;
mod emulator;
mod explain;
mod files;
mod holds;
mod import;
mod journal;
mod man;
mod offboard;
mod onboard;
mod people;
mod plan;
mod post;
mod printed;
mod report;
mod schema;
mod show;
mod snapshot;
mod validate;
mod whoami;

use crate::args::{self, Command};
use crate::exit::{ExitStatus, Failure};
use crate::world::World;

pub(crate) async fn run(command: Command, world: &mut World) -> Result<ExitStatus, Failure> {
    match command {
        Command::Validate(args) => validate::run(&args, world),
        Command::Explain(args) => explain::run(&args, world),
        Command::Plan(args) => plan::run(&args, world).await,
        Command::Apply(args) => apply::run(&args, world).await,
        Command::Drift(args) => drift::run(&args, world).await,
        Command::Show(args) => show::run(&args, world),
        Command::Comment(command) => post::run(&command, world).await,
        Command::Audit(args) => audit::run(&args, world).await,
        Command::Access(args) => access::run(&args, world).await,
        Command::Report(args) => report::run(&args, world).await,
        Command::Onboard(args) => onboard::run(&args, world).await,
        Command::Offboard(args) => offboard::run(&args, world).await,
        Command::Adopt(args) => adopt::run(&args, world).await,
        Command::Controller(args) => controller::run(&args, world).await,
        Command::Journal(command) => journal::run(&command, world),
        Command::Import(args) => import::run(&args, world).await,
        Command::Snapshot(args) => snapshot::run(&args, world).await,
        Command::Whoami(args) => whoami::run(&args, world).await,
        Command::Schema(args) => Ok(schema::run(args.kind, world)),
        Command::Emulator(args) => emulator::run(&args, world).await,
        Command::Demo => demo::run(world).await,
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut args::command(), "bylaws", &mut text);
            world.print(&String::from_utf8_lossy(&text));
            Ok(ExitStatus::Done)
        }
        Command::Man { dir } => man::run(&dir, world),
    }
}
