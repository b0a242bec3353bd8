//! The command: arguments, wiring, rendering, exit codes.
//!
//! Only this crate prints, reads the environment, knows the time of day or exits. [`run`] is the
//! whole program as a function of arguments and a [`World`].

mod advice;
mod args;
mod commands;
mod exit;
mod exit_status;
mod live;
mod world;

mod bounded;
mod connect;
mod federation;
mod git;
mod interrupt;
mod journal;
mod log;
mod output_file;
mod progress;
mod recognize;
mod replace_file;
mod repository_path;
mod saved;
mod settings;
mod tally;
mod workload;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

pub use args::command as command_line;
pub use exit::ExitStatus;
pub use world::{Streams, World};

/// Runs the program with the arguments, environment and streams of this process.
pub fn main() -> ExitCode {
    let builder = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let Ok(runtime) = builder else { return ExitCode::FAILURE };
    let mut world = World::real();
    let status = runtime.block_on(run(std::env::args_os(), &mut world));
    // A finished run has no background work worth waiting for.
    runtime.shutdown_background();
    ExitCode::from(status.code())
}

/// Runs one command. `args` begins with the program's name, as the operating system gives them.
pub async fn run(args: impl IntoIterator<Item = OsString>, world: &mut World) -> ExitStatus {
    let args: Vec<OsString> = args.into_iter().collect();
    let matches = match args::command().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) => return exit::usage(&args::suggest::improve(error, &args), world),
    };
    let args = match args::Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => return exit::usage(&error, world),
    };
    let is_json = args.json_error;
    world.is_child = is_json;
    world.set_color(args.color);
    let tally = is_json.then(tally::Tally::default);
    let _log = log::start(args.verbose, tally.clone(), world);
    let ended = Box::pin(commands::run(args.command, world)).await;
    world.clear_bar();
    if let Some(tally) = tally {
        world.error(tally.json());
    }
    match ended {
        Ok(_) if world.is_output_lost => ExitStatus::Failed,
        Ok(status) => status,
        Err(failure) => {
            if is_json {
                world.error(failure.json(world));
            } else {
                world.error(failure.render(world));
            }
            failure.status()
        }
    }
}
