//! Shows the status, and records decisions in the state folder, where a running controller finds them.

use bylaws_controller::config::{Config, Mode, Organization};
use bylaws_controller::{Approval, Decisions, StatusDocument, Suspension, detail, table};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use jiff::Timestamp;

use super::{called, configured};
use crate::args::{
    ControllerApprove, ControllerCommand, ControllerConfig, ControllerStatus, ControllerSuspend, Format,
    Until,
};
use crate::exit::{ExitStatus, Failure};
use crate::world::{self, World};

pub(super) fn decide(command: &ControllerCommand, world: &mut World) -> Result<ExitStatus, Failure> {
    let (name, told) = match command {
        ControllerCommand::Status(args) => return status(args, world),
        ControllerCommand::Suspend(args) => (&args.name, suspend(args, world)?),
        ControllerCommand::Approve(args) if args.withdraw => {
            let is_withdrawn = Opened::of(&args.name, &args.config, world)?.record(Decisions::withdraw)?;
            let told = if is_withdrawn { "the approval is withdrawn" } else { "there is no unused approval" };
            (&args.name, told)
        }
        ControllerCommand::Approve(args) => (&args.name, approve(args, world)?),
        ControllerCommand::Resume(args) => {
            let opened = Opened::of(&args.name, &args.config, world)?;
            let told = if opened.record(Decisions::resume)? {
                opened.record(Decisions::run)?;
                "resumed: the next round may write; a running controller starts it now"
            } else {
                "was not suspended"
            };
            (&args.name, told)
        }
        ControllerCommand::Run(args) => {
            Opened::of(&args.name, &args.config, world)?.record(Decisions::run)?;
            (&args.name, "asked for a round: a running controller starts it now")
        }
    };
    world.error(format!("{name}: {told}"));
    Ok(ExitStatus::Done)
}

/// The decisions about an organization of a configuration.
struct Opened {
    config: Config,
    organization: Organization,
    decisions: Decisions,
}

impl Opened {
    fn of(name: &str, config: &ControllerConfig, world: &World) -> Result<Self, Failure> {
        let config = configured(config.config.as_ref(), world)?;
        let organization = organization(&config, name)?.clone();
        let decisions = Decisions::open(&config.state, name)?;
        Ok(Self { config, organization, decisions })
    }

    fn record<T>(&self, decision: impl FnOnce(&Decisions) -> std::io::Result<T>) -> Result<T, Failure> {
        decision(&self.decisions).map_err(Failure::io(&self.config.state, "write the decision into"))
    }
}

fn organization<'a>(config: &'a Config, name: &str) -> Result<&'a Organization, Failure> {
    config.organizations.get(name).ok_or_else(|| {
        let known: Vec<&str> = config.organizations.keys().map(String::as_str).collect();
        Failure::other(
            format!("the configuration has no organization `{}`", escape(name)),
            format!("name one of {}", known.join(", ")),
        )
    })
}

/// Returns who decides, as the system knows them.
fn by(world: &World) -> String {
    let by = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| world.var(name));
    by.unwrap_or("unknown").to_owned()
}

fn status(args: &ControllerStatus, world: &mut World) -> Result<ExitStatus, Failure> {
    let now = world::now();
    let config = configured(args.config.config.as_ref(), world)?;
    if let Some(name) = &args.name {
        organization(&config, name)?;
    }
    let mut document = StatusDocument::read(&config, now)?;
    document.organizations.retain(|status| args.name.as_ref().is_none_or(|name| status.name == *name));
    let called = called(args.config.config.as_ref());
    let text = match (args.format, &args.name, document.organizations.as_slice()) {
        (Format::Json, ..) => pretty(&document),
        (Format::Text, Some(_), [status]) => detail(status, now, world.style, &called),
        (Format::Text, ..) => table(&document, now, world.style, &called),
    };
    world.print(&text);
    Ok(ExitStatus::Done)
}

fn suspend(args: &ControllerSuspend, world: &World) -> Result<&'static str, Failure> {
    let now = world::now();
    let opened = Opened::of(&args.name, &args.config, world)?;
    if args.reason.trim().is_empty() {
        return Err(Failure::other("the reason is empty", "say why, for everybody who sees the status"));
    }
    let until = args.until.map(|until| match until {
        Until::At(at) => at,
        Until::In(time) => now.checked_add(time).unwrap_or(Timestamp::MAX),
    });
    if until.is_some_and(|until| until <= now) {
        return Err(Failure::other("the suspension would have ended already", "name a later time"));
    }
    let suspension = Suspension { reason: args.reason.clone(), by: by(world), since: now, until };
    opened.record(|decisions| decisions.suspend(&suspension))?;
    Ok("suspended: no write begins from now on")
}

fn approve(args: &ControllerApprove, world: &World) -> Result<&'static str, Failure> {
    let (now, name) = (world::now(), &args.name);
    let opened = Opened::of(name, &args.config, world)?;
    if opened.organization.mode == Mode::Plan {
        return Err(Failure::other(
            format!("`{name}` has `mode: plan`, which sends nothing"),
            "set `mode: apply` in the configuration and restart the controller",
        ));
    }
    let fingerprint = args.fingerprint.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    if fingerprint.len() != 64 || !fingerprint.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Failure::other(
            "not a fingerprint of 64 hexadecimal digits",
            "copy it from `bylaws controller status`",
        ));
    }
    let status = StatusDocument::read(&opened.config, now)?;
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
    opened.record(|decisions| decisions.approve(&Approval { fingerprint, by: by(world), at: now }))?;
    opened.record(Decisions::run)?;
    Ok("approved: the next round applies this plan, if it is still the same")
}
