//! The reverse of an apply: a desired side that asks for what is live, but for what the apply
//! changed, where it asks for what was before. The engine plans it like any other, guards included.
//! What cannot be put back, or was changed again since, is left alone and named.

use std::collections::BTreeMap;

use bylaws_engine::{
    Action, Address, AllowedGeos, ApiKey, DataResidency, Desired, Email, Item, KeyName, KeyScope, Live,
    Member, OpenWorkspace, Policy, SeatLine, SettableRole, Unlisted, Visibility, WantedRole, WantedStatus,
    Workspace, WorkspaceId, WorkspaceLabel, WorkspaceRole, WorkspaceState,
};
use serde_json::Value;

use super::imported;
use crate::document::already;
use crate::document::plan::ChangeDocument;
use crate::journal::Run;

/// What there is to plan, and what nobody can put back.
pub(crate) struct Reverse {
    /// Asks for the organization as it was before the run.
    pub(crate) desired: Desired,
    /// What stays as the run left it, and why.
    pub(crate) stays: Vec<Item>,
}

type Fields = BTreeMap<String, Value>;

/// The reverse of one run, judged by the guards of these files, and named as they name things.
pub(crate) fn reverse(run: &Run, live: &Live, files: &Desired) -> Reverse {
    let mut desired = imported::import(live).desired;
    desired.guards = files.guards.clone();
    relabel(&mut desired, files);
    // Nothing that the run did not touch is this plan's business.
    desired.unlisted = Unlisted {
        members: Policy::Ignore,
        workspaces: Visibility::Ignore,
        workspace_members: Policy::Ignore,
        api_keys: Policy::Ignore,
    };
    let ids = workspaces(run, live);
    let mut reverse = Reversal { desired, live, ids, stays: Vec::new() };
    for touched in touched(run) {
        reverse.put_back(&touched);
    }
    Reverse { desired: reverse.desired, stays: reverse.stays }
}

/// Calls every workspace as the files do: guards and approvals speak of it by that name.
fn relabel(desired: &mut Desired, files: &Desired) {
    let pins = files.workspaces.iter().flatten();
    let labels: BTreeMap<&WorkspaceId, &WorkspaceLabel> =
        pins.filter_map(|(label, workspace)| Some((workspace.id.as_ref()?, label))).collect();
    let Some(workspaces) = desired.workspaces.take() else { return };
    let taken: Vec<&WorkspaceLabel> = labels.values().copied().collect();
    let mut renamed = BTreeMap::new();
    for (label, workspace) in workspaces {
        let own = workspace.id.as_ref().and_then(|id| labels.get(id).copied().cloned());
        // Another workspace may bear live the name that the files gave to this one.
        let free = if taken.contains(&&label) {
            workspace.id.as_ref().map(|id| WorkspaceLabel::new(id.as_str()))
        } else {
            None
        };
        renamed.insert(own.or(free).unwrap_or(label), workspace);
    }
    desired.workspaces = Some(renamed);
}

/// One thing that the run changed: its first change says what was before, its last what came of it.
struct Touched<'a> {
    address: Address,
    first: &'a ChangeDocument,
    last: &'a ChangeDocument,
    is_certain: bool,
}

/// Everything the run changed or may have changed, in the order of its first change. A person's invite
/// and membership are one thing.
fn touched(run: &Run) -> Vec<Touched<'_>> {
    let mut all: Vec<Touched<'_>> = Vec::new();
    for step in &run.steps {
        let outcome = step.after.as_ref().map(|after| after.outcome.as_str());
        if matches!(outcome, Some("failed" | "skipped")) {
            continue;
        }
        let Some(address) = Address::parse(&step.change.address) else { continue };
        let address = match address {
            Address::Invite(email) => Address::Member(email),
            other => other,
        };
        let note = step.after.as_ref().and_then(|after| after.message.as_deref());
        // What was gone or there already, somebody else did.
        let is_ours = !note.is_some_and(|note| note.contains("already") || note.contains("meanwhile"));
        let is_certain = outcome == Some("done") && is_ours;
        match all.iter_mut().find(|touched| touched.address == address) {
            Some(touched) => {
                touched.last = &step.change;
                touched.is_certain &= is_certain;
            }
            None => all.push(Touched { address, first: &step.change, last: &step.change, is_certain }),
        }
    }
    all
}

/// Which workspace a label of the journal means: requests name the id, but for workspaces that the run made and
/// for keys.
fn workspaces(run: &Run, live: &Live) -> BTreeMap<WorkspaceLabel, WorkspaceId> {
    let mut ids = BTreeMap::new();
    let keys = || live.api_keys.iter().flatten();
    let open =
        || live.workspaces.iter().flat_map(|all| all.all.values()).filter(|workspace| !workspace.archived);
    for step in &run.steps {
        let Some(address) = Address::parse(&step.change.address) else { continue };
        let Some(label) = address.workspace() else { continue };
        let path = step.change.request.path.split('/').find(|part| part.starts_with("wrkspc_"));
        if let Some(id) = path {
            ids.insert(label.clone(), WorkspaceId::new(id));
        } else if let Address::WorkspaceApiKey(..) = address {
            // Requests for keys do not name the workspace: the key itself does.
            let id = step.change.request.path.rsplit('/').next().unwrap_or_default();
            let scope = keys().find(|key| key.id.as_str() == id).map(|key| &key.scope);
            if let Some(KeyScope::Workspace(id)) = scope {
                ids.insert(label.clone(), id.clone());
            }
        } else if step.change.action == Action::Create.to_string() && matches!(address, Address::Workspace(_))
        {
            let name = text(step.change.after.as_ref(), "name");
            let mut named = open().filter(|workspace| Some(workspace.name.as_str()) == name);
            if let (Some(workspace), None) = (named.next(), named.next()) {
                ids.insert(label.clone(), workspace.id.clone());
            }
        }
    }
    ids
}

struct Reversal<'a> {
    desired: Desired,
    live: &'a Live,
    ids: BTreeMap<WorkspaceLabel, WorkspaceId>,
    stays: Vec<Item>,
}

impl Reversal<'_> {
    fn put_back(&mut self, touched: &Touched<'_>) {
        if !touched.is_certain || !already::is_done(touched.last, self.live, &self.ids) {
            let reason = if touched.is_certain {
                "changed again since this run: left as it is"
            } else {
                "it is not known whether this run changed it: left as it is"
            };
            return self.stays(&touched.address, reason);
        }
        let before = touched.first.before.as_ref();
        let done = match &touched.address {
            Address::Member(email) | Address::Invite(email) => self.member(email, before),
            Address::WorkspaceMember(label, email) => self.seat(label, email, before),
            Address::Workspace(label) => self.workspace(label, touched),
            Address::WorkspaceApiKey(..) | Address::OrganizationApiKey(_) => self.key(touched),
            Address::Organization | Address::UnknownWorkspaceMember(..) => {
                Err("nothing that a plan can change")
            }
        };
        match done {
            Err(reason) => self.stays(&touched.address, reason),
            // One request took the seats with it, and no record says which.
            Ok(()) if matches!(touched.address, Address::Member(_)) && is_removal(touched) => self.stays(
                &touched.address,
                "their seats and personal keys went with them: give seats by lines of the files once they are back",
            ),
            Ok(()) => {}
        }
    }

    fn stays(&mut self, address: &Address, reason: &str) {
        let reason = format!("cannot be undone: {reason}");
        self.stays.push(Item { address: address.clone(), reason, line: None, approve: Vec::new() });
    }

    fn member(&mut self, email: &Email, before: Option<&Fields>) -> Result<(), &'static str> {
        let domains = self.desired.guards.allowed_domains.as_ref();
        if before.is_some() && domains.is_some_and(|domains| !domains.contains(email.domain())) {
            return Err("`guards.allowed_domains` does not allow the address");
        }
        let role = match text(before, "role") {
            None => WantedRole::None,
            Some(word) => {
                let role = SettableRole::ALL.into_iter().find(|role| role.as_str() == word);
                WantedRole::Settable(role.ok_or("the API cannot give the role that was held")?)
            }
        };
        let members = self.desired.members.get_or_insert_default();
        members.insert(email.clone(), Member { role, until: None, id: None });
        Ok(())
    }

    fn open(&mut self, label: &WorkspaceLabel) -> Option<&mut OpenWorkspace> {
        let id = self.ids.get(label)?;
        match &mut entry(&mut self.desired, label, id)?.state {
            WorkspaceState::Open(open) => Some(open),
            WorkspaceState::Archived => None,
        }
    }

    fn seat(
        &mut self,
        label: &WorkspaceLabel,
        email: &Email,
        before: Option<&Fields>,
    ) -> Result<(), &'static str> {
        let role = text(before, "workspace_role");
        let role = role
            .map(|role| WorkspaceRole::from_text(role).ok_or("the API cannot give this role"))
            .transpose()?;
        let made = matches!(entry_state(&self.desired, self.ids.get(label)), Some(WorkspaceState::Archived));
        if made {
            // The run made the workspace; its seats go with it.
            return Ok(());
        }
        let open = self.open(label).ok_or("the workspace is gone")?;
        let members = open.members.get_or_insert_default();
        members.insert(email.clone(), SeatLine { role, until: None });
        Ok(())
    }

    fn workspace(&mut self, label: &WorkspaceLabel, touched: &Touched<'_>) -> Result<(), &'static str> {
        if touched.last.action == Action::Archive.to_string() {
            return Err("archiving is for good");
        }
        let id = self.ids.get(label).ok_or("it is not found by its name any more")?.clone();
        let workspace = entry(&mut self.desired, label, &id).ok_or("it is not found any more")?;
        if touched.first.before.is_none() {
            // The service deletes no workspace; what undoes a create is for good, and asks for an approval.
            workspace.state = WorkspaceState::Archived;
            return Ok(());
        }
        let before = touched.first.before.as_ref();
        if let Some(name) = text(before, "name") {
            workspace.name = Some(name.to_owned());
        }
        let WorkspaceState::Open(open) = &mut workspace.state else { return Err("it is archived") };
        if let Some(color) = text(before, "display_color") {
            open.display_color = Some(color.to_owned());
        }
        if let Some(tags) = record(before, "tags") {
            let texts =
                tags.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
            open.tags = Some(texts.collect());
        }
        if let Some(residency) = record(before, "data_residency") {
            let wanted = open.data_residency.get_or_insert_default();
            put_back_residency(wanted, residency);
        }
        Ok(())
    }

    fn key(&mut self, touched: &Touched<'_>) -> Result<(), &'static str> {
        if text(touched.last.after.as_ref(), "status") == Some("archived") {
            return Err("archiving is for good");
        }
        let status = match text(touched.first.before.as_ref(), "status") {
            Some("active") => WantedStatus::Active,
            Some("inactive") => WantedStatus::Inactive,
            _ => return Err("the API cannot set the status it had"),
        };
        let id = touched.last.request.path.rsplit('/').next().unwrap_or_default();
        let live = self.live.api_keys.iter().flatten().find(|key| key.id.as_str() == id);
        let id = live.ok_or("it is not found any more")?.id.clone();
        let list = |keys: &mut BTreeMap<KeyName, ApiKey>, name: &KeyName| {
            // Beside the line that import wrote for it, whether pinned or found by name.
            keys.retain(|other, key| key.id.as_ref() != Some(&id) && other != name);
            keys.insert(name.clone(), ApiKey { status, id: Some(id.clone()) });
        };
        match &touched.address {
            Address::OrganizationApiKey(name) => list(self.desired.api_keys.get_or_insert_default(), name),
            Address::WorkspaceApiKey(label, name) => {
                let open = self.open(label).ok_or("its workspace is gone")?;
                list(open.api_keys.get_or_insert_default(), name);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether somebody who was in is out.
fn is_removal(touched: &Touched<'_>) -> bool {
    touched.last.action == Action::Remove.to_string() && touched.first.before.is_some()
}

/// The entry of a workspace: import pins all of them but the two that the service made.
fn entry<'d>(
    desired: &'d mut Desired,
    label: &WorkspaceLabel,
    id: &WorkspaceId,
) -> Option<&'d mut Workspace> {
    let pinned = |(listed, workspace): (&WorkspaceLabel, &mut Workspace)| match &workspace.id {
        Some(pin) => pin == id,
        None => listed == label,
    };
    let all = desired.workspaces.as_mut()?;
    all.iter_mut().find_map(|(listed, workspace)| pinned((listed, workspace)).then_some(workspace))
}

fn entry_state<'d>(desired: &'d Desired, id: Option<&WorkspaceId>) -> Option<&'d WorkspaceState> {
    let all = desired.workspaces.as_ref()?;
    all.values()
        .find(|workspace| id.is_some() && workspace.id.as_ref() == id)
        .map(|workspace| &workspace.state)
}

fn put_back_residency(wanted: &mut DataResidency, before: &serde_json::Map<String, Value>) {
    if let Some(geo) = before.get("default_inference_geo").and_then(Value::as_str) {
        wanted.default_inference_geo = Some(geo.to_owned());
    }
    match before.get("allowed_inference_geos") {
        Some(Value::String(_)) => wanted.allowed_inference_geos = Some(AllowedGeos::Unrestricted),
        Some(Value::Array(geos)) => {
            let geos = geos.iter().filter_map(|geo| Some(geo.as_str()?.to_owned()));
            wanted.allowed_inference_geos = Some(AllowedGeos::Only(geos.collect()));
        }
        _ => {}
    }
}

fn text<'f>(fields: Option<&'f Fields>, name: &str) -> Option<&'f str> {
    fields?.get(name)?.as_str()
}

fn record<'f>(fields: Option<&'f Fields>, name: &str) -> Option<&'f serde_json::Map<String, Value>> {
    fields?.get(name)?.as_object()
}
