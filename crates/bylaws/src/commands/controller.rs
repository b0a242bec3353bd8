//! `bylaws controller`: starts the controller, and records decisions about its organizations.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bylaws_controller::config::{Config, Mode, load};
use bylaws_controller::reason::Ending;
use bylaws_controller::{
    Approval, Clock, Controller, Decisions, Host, Limits, Log, StateError, StatusDocument, Suspension, table,
};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use bylaws_output::render::problems::{self, Root};
use jiff::Timestamp;

use crate::args::{self, ControllerCommand, Format, Until};
use crate::exit::{ExitStatus, Failure};
use crate::interrupt::Interrupt;
use crate::world::{self, World};

const DEFAULT: &str = "controller.yaml";

pub(crate) async fn run(args: &args::Controller, world: &mut World) -> Result<ExitStatus, Failure> {
    match &args.command {
        Some(command) => decide(command, world),
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
    let text = table(&controller.status(), world::now(), world.style);
    world.print(&text);
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
    let path = path.map_or(Path::new(DEFAULT), PathBuf::as_path);
    if world.path(path).is_dir() {
        let shown = escape(&path.display().to_string());
        return Err(Failure::files(format!("{shown} is a folder"), "name the configuration file"));
    }
    let loaded = load(&world.path(path)).map_err(|error| match error {
        bylaws_config::LoadError::NotFound { .. } => Failure::files(
            format!("the configuration {} does not exist", escape(&path.display().to_string())),
            "create it, or name another file, as in `bylaws controller FILE`",
        ),
        other => other.into(),
    })?;
    let root = Root { path: path.to_owned(), is_folder: false };
    if !loaded.problems.is_empty() {
        let width = world.errors_width;
        world.error(problems::render(&loaded.problems, &loaded.files, &root, world.style, width));
    }
    loaded.config.ok_or(Failure::Problems)
}

/// Records a decision in the state folder, or shows the status.
fn decide(command: &ControllerCommand, world: &mut World) -> Result<ExitStatus, Failure> {
    let now = world::now();
    let (name, config) = match command {
        ControllerCommand::Status(args) => {
            let config = configured(args.config.config.as_ref(), world)?;
            let status = StatusDocument::read(&config, now)?;
            let text = match args.format {
                Format::Text => table(&status, now, world.style),
                Format::Json => pretty(&status),
            };
            world.print(&text);
            return Ok(ExitStatus::Done);
        }
        ControllerCommand::Suspend(args) => (&args.name, &args.config),
        ControllerCommand::Resume(args) | ControllerCommand::Run(args) => (&args.name, &args.config),
        ControllerCommand::Approve(args) => (&args.name, &args.config),
    };
    let config = configured(config.config.as_ref(), world)?;
    let Some(organization) = config.organizations.get(name) else {
        let known: Vec<&str> = config.organizations.keys().map(String::as_str).collect();
        return Err(Failure::other(
            format!("the configuration has no organization `{}`", escape(name)),
            format!("name one of {}", known.join(", ")),
        ));
    };
    let decisions = Decisions::open(&config.state, name)?;
    let by = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| world.var(name));
    let by = by.unwrap_or("unknown").to_owned();
    let failed = Failure::io(&config.state, "write the decision into");
    let told = match command {
        ControllerCommand::Status(_) => return Ok(ExitStatus::Done),
        ControllerCommand::Suspend(args) => {
            if args.reason.trim().is_empty() {
                return Err(Failure::other(
                    "the reason is empty",
                    "say why, for everybody who sees the status",
                ));
            }
            let until = args.until.map(|until| match until {
                Until::At(at) => at,
                Until::In(time) => now.checked_add(time).unwrap_or(Timestamp::MAX),
            });
            if until.is_some_and(|until| until <= now) {
                return Err(Failure::other("the suspension would have ended already", "name a later time"));
            }
            let suspension = Suspension { reason: args.reason.clone(), by, since: now, until };
            decisions.suspend(&suspension).map_err(failed)?;
            "suspended: no write begins from now on"
        }
        ControllerCommand::Resume(_) => {
            if decisions.resume().map_err(failed)? {
                decisions.run().map_err(Failure::io(&config.state, "write the decision into"))?;
                "resumed: the next round may write; a running controller starts it now"
            } else {
                "was not suspended"
            }
        }
        ControllerCommand::Approve(args) => {
            if organization.mode == Mode::Plan {
                return Err(Failure::other(
                    format!("`{name}` has `mode: plan`, which sends nothing"),
                    "set `mode: apply` in the configuration and restart the controller",
                ));
            }
            let fingerprint = args.fingerprint.trim().to_ascii_lowercase();
            if fingerprint.len() != 64 || !fingerprint.chars().all(|c| c.is_ascii_hexdigit()) {
                return Err(Failure::other(
                    "not a fingerprint of 64 hexadecimal digits",
                    "copy it from `bylaws controller status`",
                ));
            }
            let status = StatusDocument::read(&config, now)?;
            let waiting = status.organizations.iter().find(|one| one.name == *name);
            match waiting.and_then(|status| status.approvable()) {
                Some(plan) if plan == fingerprint => {}
                Some(plan) => {
                    return Err(Failure::other(
                        format!("no plan with this fingerprint is waiting; the one that waits has {plan}"),
                        "read `bylaws controller status`, and approve what it shows",
                    ));
                }
                None => {
                    return Err(Failure::other(
                        "no plan is waiting for an approval here",
                        "read `bylaws controller status`; what only the files can approve needs a line under `approve:`",
                    ));
                }
            }
            decisions.approve(&Approval { fingerprint, by, at: now }).map_err(failed)?;
            decisions.run().map_err(Failure::io(&config.state, "write the decision into"))?;
            "approved: the next round applies this plan, if it is still the same"
        }
        ControllerCommand::Run(_) => {
            decisions.run().map_err(failed)?;
            "asked for a round: a running controller starts it now"
        }
    };
    world.error(format!("{name}: {told}"));
    Ok(ExitStatus::Done)
}
