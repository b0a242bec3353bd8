//! Shows the status, and records decisions in the state folder, where a running controller finds them.

use std::path::PathBuf;

use bylaws_config::without_live_keys;
use bylaws_controller::config::{Config, Mode};
use bylaws_controller::reason::Reason;
use bylaws_controller::{
    Approval, Decisions, OrganizationStatus, Running, StatusDocument, Suspension, become_owner, detail,
    known, table, user,
};
use bylaws_output::document::pretty;
use bylaws_output::render::escape::escape;
use jiff::Timestamp;

use super::{read, view};
use crate::args::{
    ControllerApprove, ControllerCommand, ControllerConfig, ControllerName, ControllerStatus,
    ControllerSuspend, Format, Until,
};
use crate::exit::{ExitStatus, Failure};
use crate::world::{self, World};

pub(super) fn decide(command: &ControllerCommand, world: &mut World) -> Result<ExitStatus, Failure> {
    let (name, told) = match command {
        ControllerCommand::Status(args) => return status(args, world),
        ControllerCommand::Suspend(args) => (&args.name, suspend(args, world)?),
        ControllerCommand::Approve(args) if args.withdraw => {
            let opened = Opened::of(&args.name, &args.config, world)?;
            let was = opened.record(|decisions| decisions.withdraw(by(world), world::now()))?;
            let told = if was { "the approval is withdrawn" } else { "there is no unused approval" };
            (&args.name, told.to_owned())
        }
        ControllerCommand::Approve(args) => (&args.name, approve(args, world)?),
        ControllerCommand::Resume(args) => (&args.name, resume(args, world)?),
        ControllerCommand::Run(args) => {
            let opened = Opened::of(&args.name, &args.config, world)?;
            opened.record(Decisions::run)?;
            (&args.name, format!("asked for a round: {}", opened.when()))
        }
    };
    world.error(format!("{name}: {told}"));
    Ok(ExitStatus::Done)
}

/// A state folder, and the organizations in it that commands can name.
struct State {
    folder: PathBuf,
    names: Vec<String>,
    running: Option<Running>,
    /// `None` if the configuration has an error.
    config: Option<Config>,
}

impl State {
    /// Opens the state folder of a configuration, which may have errors elsewhere: they are printed.
    fn of(config: &ControllerConfig, world: &World) -> Result<Self, Failure> {
        let loaded = read(config.config.as_ref(), world)?;
        let folder = loaded.state.ok_or(Failure::Problems)?;
        become_owner(&folder).map_err(Failure::io(&folder, "become the owner of"))?;
        let running = Running::read(&folder)?;
        // What runs decides, and after it what was meant to run.
        let names = match (&running, &loaded.config) {
            (Some(running), _) => running.organizations.clone(),
            (None, Some(config)) => config.organizations.keys().cloned().collect(),
            (None, None) => known(&folder)?.into_iter().chain(loaded.names).collect(),
        };
        Ok(Self { folder, names, running, config: loaded.config })
    }

    fn check(&self, name: &str) -> Result<(), Failure> {
        if self.names.iter().any(|known| known == name) {
            return Ok(());
        }
        let is_new = self.config.as_ref().is_some_and(|config| config.organizations.contains_key(name));
        let known = self.names.join(", ");
        Err(if is_new {
            Failure::other(
                format!(
                    "the running controller does not know `{}`: it began with another configuration",
                    escape(name)
                ),
                format!("restart it, or name one of {known}"),
            )
        } else {
            let message = format!("the configuration has no organization `{}`", escape(name));
            Failure::other(message, format!("name one of {known}"))
        })
    }
}

/// The decisions about an organization.
struct Opened {
    state: State,
    decisions: Decisions,
}

impl Opened {
    fn of(name: &str, config: &ControllerConfig, world: &World) -> Result<Self, Failure> {
        let state = State::of(config, world)?;
        state.check(name)?;
        let decisions = Decisions::open(&state.folder, name)?;
        Ok(Self { state, decisions })
    }

    fn record<T>(&self, decision: impl FnOnce(&Decisions) -> std::io::Result<T>) -> Result<T, Failure> {
        decision(&self.decisions).map_err(Failure::io(&self.state.folder, "write the decision into"))
    }

    fn status(&self, name: &str) -> Result<OrganizationStatus, Failure> {
        let document = StatusDocument::read(&self.state.folder, &[name.to_owned()], world::now())?;
        Ok(document.organizations.into_iter().next().unwrap_or_default())
    }

    /// Returns when the next round starts.
    fn when(&self) -> &'static str {
        match &self.state.running {
            Some(_) => "the running controller starts it now",
            None => "no controller is running now, so it starts with the next one",
        }
    }
}

/// Returns who decides, as the system knows them.
fn by(world: &World) -> String {
    let name = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| world.var(name));
    name.map_or_else(user, str::to_owned)
}

fn status(args: &ControllerStatus, world: &mut World) -> Result<ExitStatus, Failure> {
    let state = State::of(&args.config, world)?;
    if let Some(name) = &args.name {
        state.check(name)?;
    }
    let view = view(args.config.config.as_ref(), world);
    let names: Vec<String> = state
        .names
        .iter()
        .filter(|name| args.name.as_ref().is_none_or(|one| one == *name))
        .cloned()
        .collect();
    let document = StatusDocument::read(&state.folder, &names, view.now)?;
    match (args.format, &args.name, document.organizations.as_slice()) {
        (Format::Json, ..) => world.print(&pretty(&document)),
        (Format::Text, Some(_), [status]) => world.show(detail(status, &view)),
        (Format::Text, ..) => world.show(table(&document, &view)),
    }
    match (&state.running, &state.config) {
        (None, _) => world.error("note: no controller is running now"),
        (Some(running), Some(config)) if running.is_of(config) => {}
        (Some(_), _) => {
            world.error(
                "note: the configuration changed since the controller started; restart it to use the new one",
            );
        }
    }
    Ok(ExitStatus::Done)
}

fn suspend(args: &ControllerSuspend, world: &World) -> Result<String, Failure> {
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
    let reason = without_live_keys(&args.reason).into_owned();
    let suspension = Suspension { reason, by: by(world), since: now, until };
    let old = opened.record(|decisions| decisions.suspend(&suspension))?;
    let replaced = old.map_or(String::new(), |old| {
        let until =
            old.until.map_or(String::new(), |until| format!(" until {}", until.strftime("%F %T UTC")));
        format!("\n  this replaces the suspension by {}{until}: {}", escape(&old.by), escape(&old.reason))
    });
    let folder = escape(&opened.state.folder.display().to_string());
    let alone = match opened.state.running {
        Some(_) => String::new(),
        None => format!("\n  no controller is running now that uses {folder}"),
    };
    Ok(format!("suspended: no write begins from now on{replaced}{alone}"))
}

fn resume(args: &ControllerName, world: &World) -> Result<String, Failure> {
    let opened = Opened::of(&args.name, &args.config, world)?;
    let now = world::now();
    if !opened.record(|decisions| decisions.resume(by(world), now))? {
        return Ok("was not suspended".to_owned());
    }
    opened.record(Decisions::run)?;
    let (when, status) = (opened.when(), opened.status(&args.name)?);
    let approval = status.approved.filter(|one| status.fingerprint.as_ref() == Some(&one.fingerprint));
    let approved = approval.map_or(String::new(), |approval| {
        format!("\n  it applies the plan that {} approved, if it is still the same", escape(&approval.by))
    });
    Ok(format!("resumed: the next round may write; {when}{approved}"))
}

fn approve(args: &ControllerApprove, world: &World) -> Result<String, Failure> {
    let name = &args.name;
    let opened = Opened::of(name, &args.config, world)?;
    let fingerprint = args.fingerprint.as_deref().unwrap_or_default().trim().to_ascii_lowercase();
    if fingerprint.len() != 64 || !fingerprint.chars().all(|c| c.is_ascii_hexdigit()) {
        return Err(Failure::other(
            "not a fingerprint of 64 hexadecimal digits",
            "copy it from `bylaws controller status`",
        ));
    }
    let status = opened.status(name)?;
    let configured = opened.state.config.as_ref().and_then(|config| config.organizations.get(name));
    if configured.is_some_and(|organization| organization.mode == Mode::Plan) {
        return Err(nothing_to_approve(name, Reason::Pending));
    }
    match status.approvable() {
        Some(plan) if plan == fingerprint => {}
        Some(plan) => {
            return Err(Failure::other(
                format!("no plan with this fingerprint is waiting; the one that waits has {plan}"),
                "read `bylaws controller status`, and approve what it shows",
            ));
        }
        None => return Err(nothing_to_approve(name, status.reason)),
    }
    opened
        .record(|decisions| decisions.approve(&Approval { fingerprint, by: by(world), at: world::now() }))?;
    opened.record(Decisions::run)?;
    Ok(if status.reason == Reason::GuardRefused {
        "approved: this plan is applied when no guard refuses it any more, if it is still the same".to_owned()
    } else if status.suspended.is_some() {
        "approved: this plan is applied when the suspension ends, if it is still the same".to_owned()
    } else {
        format!("approved: the next round applies this plan, if it is still the same; {}", opened.when())
    })
}

fn nothing_to_approve(name: &str, reason: Reason) -> Failure {
    let help = match reason {
        Reason::Pending => {
            "its `mode: plan` sends nothing: set `mode: apply` in the configuration, and restart the controller"
        }
        Reason::Held => "what is held needs a line under `approve:` in the files",
        _ => "read `bylaws controller status`",
    };
    Failure::other(format!("no plan of `{name}` is waiting for an approval"), help)
}
