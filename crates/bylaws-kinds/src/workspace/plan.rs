//! Workspaces: created, changed in place, archived.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::draft::Phase;
use bylaws_engine::spelling::alike_tags;
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Action, Address, Change, Class, Fact, Facts, Kind, Line, Waiting, WorkspaceLabel, Write,
};

use crate::desired::{
    AllowedGeos, DataResidency, OpenWorkspace, Workspace, WorkspaceSettings, WorkspaceState,
};
use crate::external_key::{self, WORKSPACE_FIELD};
use crate::live::LiveWorkspace;
use crate::plan::Planner;
use crate::workspace::facts;
use crate::workspace::matching::Matched;

/// Workspaces; the service accepts several with the same name.
pub static WORKSPACE: Kind = Kind {
    names_repeat: true,
    in_use: Some(("state", "open")),
    identified_by: &["name"],
    contents: &["workspace_members"],
    ..Kind::new("workspace", &["workspaces"])
};

/// The geos that this version knows; others are shown and never rewritten.
const KNOWN_GEOS: [&str; 2] = ["us", "global"];

impl Planner<'_> {
    pub(crate) fn plan_workspaces(&mut self) {
        let desired = self.desired;
        for (label, entry) in desired.workspaces.iter().flatten() {
            let address = Address::Workspace(label.clone());
            match (self.matched.get(label), &entry.state) {
                (Some(Matched::Blocked(reason)), _) => {
                    let reason = reason.clone();
                    self.draft.block(address, reason);
                }
                (Some(Matched::Waiting(reason)), WorkspaceState::Open(open)) => {
                    self.draft.plan.waiting.push(Waiting {
                        action: Action::Update,
                        after: open.settings.facts(),
                        classes: BTreeSet::from([Class::Other]),
                        reason: reason.clone(),
                        line: Line::of(&address),
                        address,
                        cause: None,
                    });
                }
                (Some(Matched::Absent), WorkspaceState::Open(open)) => self.create_workspace(label, open),
                (Some(Matched::Live(live)), WorkspaceState::Open(open)) => {
                    let live = *live;
                    self.note_label(label, entry, live);
                    self.update_workspace(label, entry.name.as_deref(), open, live);
                }
                (Some(Matched::Live(live)), WorkspaceState::Archived) => {
                    let live = *live;
                    self.archive_workspace(label, live);
                }
                (
                    Some(Matched::InPlace | Matched::Absent | Matched::Held | Matched::Waiting(_)) | None,
                    _,
                ) => {}
            }
        }
    }

    fn create_workspace(&mut self, label: &WorkspaceLabel, open: &OpenWorkspace) {
        let mut after = open.settings.facts();
        after.set("name", Fact::Text(label.as_str().to_owned()));
        if let Some(key) = &open.settings.external_key {
            after.0.extend(self.attachment(key, None).ok().map(|key| (WORKSPACE_FIELD, key)));
        }
        let mut body = after.clone();
        // No tags are the service's default.
        if body.record("tags").is_some_and(BTreeMap::is_empty) {
            body.0.remove("tags");
        }
        self.draft.add(Change {
            classes: BTreeSet::from([external_key::class(&after)]),
            after: Some(after),
            ..Change::new(
                Phase::Workspaces,
                Address::Workspace(label.clone()),
                Write::creating(&WORKSPACE, Action::Create, label.as_str(), body),
            )
        });
        self.note_look_alikes(label);
    }

    /// A new workspace next to unlisted ones may be a renamed one, whose keys and members would not move.
    fn note_look_alikes(&mut self, label: &WorkspaceLabel) {
        let unlisted: Vec<Text> = self
            .unlisted_workspaces()
            .into_iter()
            .map(|workspace| text!("`{}` ({})", workspace.name, workspace.id))
            .collect();
        let mut reasons = Vec::new();
        if !unlisted.is_empty() {
            const SHOWN: usize = 5;
            let more = unlisted.len().saturating_sub(SHOWN);
            let named = Text::joined(unlisted.into_iter().take(SHOWN), ", ");
            let more = if more > 0 { text!(" or one of {} more", more) } else { Text::default() };
            reasons.push(text!("creates a new workspace; to manage {}{} instead, set its `id`", named, more));
        }
        let archived = self.workspaces.archived_named(label.as_str());
        if let Some(old) = archived.first() {
            reasons.push(text!("creates a new workspace; an archived one has the same name ({})", old.id));
        }
        for reason in reasons {
            self.draft.note(Address::Workspace(label.clone()), reason);
        }
    }

    /// Notes that changing the key of a pinned workspace does not rename it. An id as the label is not a
    /// wanted name.
    fn note_label(&mut self, label: &WorkspaceLabel, entry: &Workspace, live: &LiveWorkspace) {
        let is_id = label.as_str() == live.id.as_str();
        let is_pinned = entry.id.is_some() && !label.is_default() && !label.is_claude_code();
        if entry.name.is_some() || !is_pinned || is_id || live.name == label.as_str() {
            return;
        }
        let name = &live.name;
        let reason =
            text!("`{}` is a label; the live name is `{}`; to rename, add `name: {}`", label, name, label);
        self.draft.note(Address::Workspace(label.clone()), reason);
    }

    fn update_workspace(
        &mut self,
        label: &WorkspaceLabel,
        name: Option<&str>,
        open: &OpenWorkspace,
        live: &LiveWorkspace,
    ) {
        let mut wanted = open.settings.facts();
        let renamed = name.filter(|name| **name != *live.name);
        let is_named = |address: &Address| address.workspace().map(WorkspaceLabel::as_str) == renamed;
        let named = renamed.and_then(|_| self.approved_by_name(is_named));
        let name = name.filter(|_| named.is_none());
        if let Some(reason) = named {
            self.draft.block(Address::Workspace(label.clone()), reason);
        }
        wanted.0.extend(name.map(|name| ("name", Fact::Text(name.to_owned()))));
        let tags = open.settings.tags.as_ref();
        if let Some(reason) = tags.and_then(|tags| alike_tags(tags, &live.tags)) {
            self.draft.block(Address::Workspace(label.clone()), reason);
            wanted.0.remove("tags");
        }
        if let Some(residency) = &open.settings.data_residency {
            let (residency, problems) = residency_patch(residency, live);
            for problem in problems {
                self.draft.block(Address::Workspace(label.clone()), problem);
            }
            wanted.set("data_residency", residency.facts());
        }
        if let Some(key) = &open.settings.external_key {
            let key = self.approved_attachment(label, key, live);
            wanted.0.extend(key.map(|key| (WORKSPACE_FIELD, key)));
        }
        let mut now = facts::of_live(live);
        let (mut patch, mut before, mut after) = (Facts::default(), Facts::default(), Facts::default());
        for (field, wanted) in wanted.0 {
            let Some(mut has) = now.0.remove(field) else { continue };
            // Data residency is compared field by field.
            if let ("data_residency", Fact::Record(has), Fact::Record(wanted)) = (field, &mut has, &wanted) {
                has.retain(|key, _| wanted.contains_key(key));
            }
            if has == wanted {
                continue;
            }
            let sent = match (field, &wanted, &has) {
                ("tags", Fact::Record(wanted), Fact::Record(has)) => tag_patch(wanted, has),
                _ => wanted.clone(),
            };
            patch.set(field, sent);
            before.set(field, has);
            after.set(field, wanted);
        }
        if after.is_empty() {
            return;
        }
        self.draft.add(Change {
            before: Some(before),
            classes: BTreeSet::from([external_key::class(&after)]),
            after: Some(after),
            ..Change::new(
                Phase::Workspaces,
                Address::Workspace(label.clone()),
                Write::to(&WORKSPACE, Action::Update, live.id.as_str(), patch),
            )
        });
    }

    fn archive_workspace(&mut self, label: &WorkspaceLabel, live: &LiveWorkspace) {
        let address = Address::Workspace(label.clone());
        let pairs = self.names.pairs_for(Action::Archive, &address);
        let needs = text!("archives `{}` ({}), which is permanent and needs an approval", live.name, live.id);
        if let Some(reason) = self.unapproved(&pairs, needs) {
            self.draft.block_until_approved(address, reason, pairs);
            return;
        }
        self.draft.add(Change {
            before: Some(Facts::one("state", "open")),
            after: Some(Facts::one("state", "archived")),
            classes: BTreeSet::from([Class::Irreversible]),
            ..Change::new(
                Phase::Archive,
                address,
                Write::to(&WORKSPACE, Action::Archive, live.id.as_str(), Facts::default()),
            )
        });
    }
}

/// The service merges tags key by key: a removed tag is sent with no value.
fn tag_patch(wanted: &BTreeMap<String, Fact>, live: &BTreeMap<String, Fact>) -> Fact {
    let gone = live.keys().filter(|key| !wanted.contains_key(*key)).map(|key| (key.clone(), Fact::Null));
    let set = wanted.iter().filter(|(key, value)| live.get(*key) != Some(value));
    Fact::Record(gone.chain(set.map(|(key, value)| (key.clone(), value.clone()))).collect())
}

/// Returns the part of the wanted data residency that differs and can be set, and what cannot.
fn residency_patch(wanted: &DataResidency, live: &LiveWorkspace) -> (DataResidency, Vec<Text>) {
    let mut patch = DataResidency::default();
    let mut problems = Vec::new();
    let unknown = |geo: &str| !KNOWN_GEOS.contains(&geo);
    if let Some(geo) = wanted.workspace_geo.as_ref().filter(|geo| **geo != live.workspace_geo) {
        problems.push(text!(
            "`workspace_geo` is `{}` and fixed at creation; `{}` needs a new workspace",
            live.workspace_geo,
            geo
        ));
    }
    if let Some(geos) =
        wanted.allowed_inference_geos.as_ref().filter(|geos| **geos != live.allowed_inference_geos)
    {
        match &live.allowed_inference_geos {
            AllowedGeos::Only(live) if let Some(odd) = live.iter().find(|geo| unknown(geo)) => {
                problems.push(never_rewritten("allowed_inference_geos", odd));
            }
            _ => patch.allowed_inference_geos = Some(geos.clone()),
        }
    }
    if let Some(geo) = wanted.default_inference_geo.as_ref().filter(|geo| **geo != live.default_inference_geo)
    {
        if unknown(&live.default_inference_geo) {
            problems.push(never_rewritten("default_inference_geo", &live.default_inference_geo));
        } else {
            patch.default_inference_geo = Some(geo.clone());
        }
    }
    let default = patch.default_inference_geo.as_ref().unwrap_or(&live.default_inference_geo);
    let allowed = patch.allowed_inference_geos.as_ref().unwrap_or(&live.allowed_inference_geos);
    if !patch.is_empty()
        && let Some(problem) = misfit(default, allowed)
    {
        problems.push(problem);
        patch = DataResidency::default();
    }
    (patch, problems)
}

/// The default must be one of the allowed geos, or the service refuses both.
fn misfit(default: &str, allowed: &AllowedGeos) -> Option<Text> {
    (!allowed.allows(default)).then(|| {
        text!(
            "`default_inference_geo` would be `{}`, which is not in `allowed_inference_geos`; list both",
            default
        )
    })
}

fn never_rewritten(field: &str, value: &str) -> Text {
    text!("`{}` contains `{}`, which this version does not know and never rewrites", field, value)
}

impl WorkspaceSettings {
    /// Returns the fields that the files list.
    fn facts(&self) -> Facts {
        // Which key it is depends on the live state.
        let Self { display_color, tags, data_residency, external_key: _ } = self;
        let mut facts = Facts::default();
        if let Some(color) = display_color {
            facts.set("display_color", facts::color(color));
        }
        if let Some(tags) = tags {
            facts.set("tags", facts::tags(tags));
        }
        if let Some(residency) = data_residency.as_ref().filter(|residency| !residency.is_empty()) {
            facts.set("data_residency", residency.facts());
        }
        facts
    }
}

impl DataResidency {
    /// Returns why no workspace can be created with these settings; the service chooses missing ones.
    pub(crate) fn misfit_when_new(&self) -> Option<Text> {
        let default = self.default_inference_geo.as_deref().unwrap_or("global");
        misfit(default, self.allowed_inference_geos.as_ref()?)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn facts(&self) -> Fact {
        let text = |geo: &String| Fact::Text(geo.clone());
        let fields = [
            ("workspace_geo", self.workspace_geo.as_ref().map(text)),
            ("allowed_inference_geos", self.allowed_inference_geos.as_ref().map(facts::geos)),
            ("default_inference_geo", self.default_inference_geo.as_ref().map(text)),
        ];
        Fact::Record(fields.into_iter().filter_map(|(key, fact)| Some((key.to_owned(), fact?))).collect())
    }
}
