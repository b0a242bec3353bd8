//! `bylaws controller`: starts the controller, and records decisions about its organizations.

mod decide;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bylaws_api::BaseUrl;
use bylaws_controller::config::{Config, Loaded, load};
use bylaws_controller::reason::Ending;
use bylaws_controller::{Clock, Controller, Host, Limits, Log, StateError, View, table, writable};
use bylaws_output::document::shell;
use bylaws_output::render::escape::escape;
use bylaws_output::render::problems::{self, Root};
use jiff::Timestamp;

use crate::args;
use crate::exit::{ExitStatus, Failure};
use crate::interrupt::Interrupt;
use crate::world::{self, World};

const DEFAULT: &str = "controller.yaml";

pub(crate) async fn run(args: &args::Controller, world: &mut World) -> Result<ExitStatus, Failure> {
    match &args.command {
        Some(command) => decide::decide(command, world),
        None => control(args, world).await,
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        Self::other(escape(&error.to_string()), error.help())
    }
}

/// The clock of this machine.
struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        world::now()
    }
}

async fn control(args: &args::Controller, world: &mut World) -> Result<ExitStatus, Failure> {
    let config = configured(args.config.as_ref(), world)?;
    let path = world.path(args.config.as_deref().unwrap_or(Path::new(DEFAULT)));
    if let Some(path) = writable(&path, &config) {
        return Err(Failure::other(
            format!("every user of this host can change {}", escape(&path.display().to_string())),
            "check what is in it, then run `chmod o-w` on it: it decides what the controller writes",
        ));
    }
    let host = Host {
        program: world::program().map_err(Failure::io(Path::new("bylaws"), "find the program"))?,
        env: world.env.clone(),
        limits: Limits::default(),
        clock: Arc::new(MachineClock),
        log: Log::new(world.streams.errors.clone()),
    };
    if let Some(name) = host.credential() {
        return Err(Failure::other(
            format!("{name} is set, but the controller must not have a credential"),
            "unset it, and name a `credential_file` for each organization",
        ));
    }
    let controller = Controller::open(config, host)?;
    let (first, second) = (controller.signal(), controller.signal());
    let (_, listener) = Interrupt::listen(move || first.stop(), move || second.stop());
    if !args.once {
        let ran = controller.run(args.listen).await;
        listener.abort();
        let help = "choose another --listen address";
        return ran.map(|()| ExitStatus::Done).map_err(|error| Failure::other(error.to_string(), help));
    }
    let ending = controller.once().await;
    listener.abort();
    let view = view(args.config.as_ref(), world);
    world.show(table(&controller.status(), &view));
    Ok(match ending {
        Ending::Done => ExitStatus::Done,
        Ending::Pending => ExitStatus::Pending,
        Ending::Partial => ExitStatus::Partial,
        Ending::Failed => ExitStatus::Failed,
        Ending::Refused => ExitStatus::Refused,
        Ending::Files => ExitStatus::Files,
    })
}

/// Reads the configuration; prints its problems and fails if there is one.
fn configured(path: Option<&PathBuf>, world: &World) -> Result<Config, Failure> {
    read(path, world)?.config.ok_or(Failure::Problems)
}

/// Reads the configuration and prints its problems.
fn read(path: Option<&PathBuf>, world: &World) -> Result<Loaded, Failure> {
    let path = path.map_or(Path::new(DEFAULT), PathBuf::as_path);
    if world.path(path).is_dir() {
        let shown = escape(&path.display().to_string());
        return Err(Failure::files(format!("{shown} is a folder"), "name the configuration file"));
    }
    let check_url = |url: &str| BaseUrl::parse(url).map(drop).map_err(|error| error.to_string());
    let loaded = load(&world.path(path), &check_url).map_err(|error| match error {
        bylaws_config::LoadError::NotFound { .. } => Failure::files(
            format!("the configuration {} does not exist", escape(&path.display().to_string())),
            "create it, or name another file: `bylaws controller FILE`, or `--config FILE` for the other commands",
        ),
        other => other.into(),
    })?;
    let root = Root { path: path.to_owned(), is_folder: false };
    if !loaded.problems.is_empty() {
        let width = world.errors_width;
        world.error(problems::render(&loaded.problems, &loaded.files, &root, world.style, width));
    }
    Ok(loaded)
}

/// Returns how to show the status to this user. Other commands have to name the same configuration.
fn view(config: Option<&PathBuf>, world: &World) -> View {
    let config = config.filter(|path| path.as_path() != Path::new(DEFAULT));
    let config = config.map(|path| escape(&shell::word(&path.display().to_string())));
    View { now: world::now(), style: world.style, width: world.width, config }
}
