//! `bylaws emulator`: serves an organization in memory until Ctrl-C.

use std::time::Duration;

use bylaws_emulator::{Emulator as Server, FaultRule, Options, Seed};
use bylaws_output::render::lines::Lines;

use crate::args::Emulator;
use crate::bounded;
use crate::exit::{ExitStatus, Failure};
use crate::interrupt::signalled;
use crate::world::World;

pub(crate) async fn run(args: &Emulator, world: &mut World) -> Result<ExitStatus, Failure> {
    let mut options = Options {
        listen: args.listen,
        latency: Duration::from_millis(args.latency),
        rate_limit: args.rate_limit.map(std::num::NonZeroU32::get),
        ..Options::default()
    };
    let read = |path: &std::path::PathBuf| {
        let path = world.path(path);
        bounded::read_to_string(&path, bounded::DOCUMENT).map_err(Failure::io(&path, "read"))
    };
    if let Some(path) = &args.seed {
        let help = "see `bylaws schema seed` for the format, or create one with `bylaws snapshot`";
        let seed = Seed::from_json(&read(path)?);
        options.state = seed.map_err(|error| Failure::document(path, error, help))?;
    }
    if let Some(path) = &args.faults {
        let help = "write a list of rules: {method, path, nth | every | probability, then}";
        let faults = FaultRule::list_from_json(&read(path)?);
        options.faults = faults.map_err(|error| Failure::document(path, error, help))?;
    }
    if let Some(path) = &args.credential_file {
        let lines = read(path)?;
        let credentials = lines.lines().map(str::trim).filter(|line| !line.is_empty());
        options.credentials = credentials.map(str::to_owned).collect();
        if options.credentials.is_empty() {
            return Err(Failure::document(path, "there is no credential in it", "write one a line"));
        }
    }
    let server = Server::start(options)
        .await
        .map_err(|error| Failure::other(error.to_string(), "choose another --listen address"))?;
    world.print(&format!("{}\n", server.url()));
    // A client cannot connect to an unspecified address, which means all interfaces of this machine.
    let here = server.url().replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
    if !args.listen.ip().is_loopback() {
        world.error("warning: other machines can reach the emulator, and read and change all its data");
    }
    world.error("in another terminal:");
    // A line to copy is never broken.
    world.error(Lines::exactly(format!(
        "export BYLAWS_API_URL={here} ANTHROPIC_ADMIN_KEY=sk-ant-admin01-anything"
    )));
    world.error("Ctrl-C ends it");
    signalled().await;
    server.stop().await;
    Ok(ExitStatus::Done)
}
