//! Rules that a commit removes, postpones or loosens. They send nothing now, so no change shows them.

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::audit::{AuditSettings, KeyExpiry};
use bylaws_engine::guards::{Guards, Looser, looser};
use bylaws_engine::rule_changes::{RuleChange, RuleChangeKind};
use bylaws_engine::sentence::plural;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{Address, Email, GuardKind, Line, WorkspaceLabel};
use jiff::civil::Date;

use crate::desired::{Desired, OpenWorkspace, Unlisted, Workspace, WorkspaceSettings};
use crate::objects::{OBJECTS, Objects};
use crate::syntax::{Place, Scope};
use crate::unlisted_sections::{UnlistedSection, unlisted_sections};

/// Compares the files with those of the base; sorted by kind, then by address.
pub(crate) fn rule_changes(base: &Desired, head: &Desired, today: Date) -> Vec<RuleChange> {
    let mut found = Found { changes: Vec::new(), today };
    found.guards(&base.guards, &head.guards);
    found.unlisted(&base.unlisted, &head.unlisted);
    found.sections(base, head);
    found.people(base, head);
    found.workspaces(base, head);
    found.objects(Scope::Organization(base), Scope::Organization(head));
    found.audit(&base.audit, &head.audit);
    found.changes.sort();
    found.changes
}

struct Found {
    changes: Vec<RuleChange>,
    today: Date,
}

impl Found {
    fn say(&mut self, kind: RuleChangeKind, address: Address, text: impl Into<Text>, line: Option<Line>) {
        self.changes.push(RuleChange { kind, address, text: text.into(), line });
    }

    /// Reports a change of an entry that is still in the files.
    fn entry(&mut self, kind: RuleChangeKind, address: Address, text: impl Into<Text>) {
        let line = Line::of(&address);
        self.say(kind, address, text, line);
    }

    fn guard(&mut self, guard: GuardKind, kind: RuleChangeKind, text: impl Into<Text>) {
        self.say(kind, Address::Organization, text, Some(Line::Guard(guard)));
    }

    fn guards(&mut self, base: &Guards, head: &Guards) {
        for Looser { guard, limit, was, now } in looser(base, head) {
            self.guard(guard, RuleChangeKind::GuardLoosened, text!("`{}` {} → {}", limit, was, now));
        }
        let protect = (GuardKind::Protect, RuleChangeKind::Protect);
        self.set(protect, (&base.protect, &head.protect), "is no longer protected", "is now protected");
        let admins = (GuardKind::RequiredAdmins, RuleChangeKind::RequiredAdmins);
        let (gone, new) = ("is no longer required to be an admin", "is now required to be an admin");
        self.set(admins, (&base.required_admins, &head.required_admins), gone, new);
        let (guard, kind) = (GuardKind::AllowedDomains, RuleChangeKind::AllowedDomains);
        match (&base.allowed_domains, &head.allowed_domains) {
            (Some(_), None) => self.guard(guard, kind, "any domain is now allowed"),
            (None, Some(now)) => {
                self.guard(guard, kind, text!("only {} are now allowed", Text::joined(now, ", ")));
            }
            (Some(was), Some(now)) => {
                self.set((guard, kind), (was, now), "is no longer allowed", "is now allowed");
            }
            (None, None) => {}
        }
        for (index, approval) in
            head.approvals.iter().enumerate().filter(|(_, new)| !base.approvals.contains(new))
        {
            let changes = Text::joined(&approval.changes, ", ");
            let text = text!("{} until {}: `{}`", changes, approval.until, approval.reason);
            let line = Some(Line::Approval(index));
            self.say(RuleChangeKind::ApprovalAdded, Address::Organization, text, line);
        }
    }

    /// Compares the items of a guard.
    fn set<T: Ord + Say>(
        &mut self,
        (guard, kind): (GuardKind, RuleChangeKind),
        (was, now): (&BTreeSet<T>, &BTreeSet<T>),
        gone: &'static str,
        new: &'static str,
    ) {
        let differing = was.difference(now).map(|item| (item, gone));
        for (item, what) in differing.chain(now.difference(was).map(|item| (item, new))) {
            self.guard(guard, kind, text!("`{}` {}", item, Text::from(what)));
        }
    }

    fn unlisted(&mut self, base: &Unlisted, head: &Unlisted) {
        for UnlistedSection { key, .. } in unlisted_sections() {
            let (was, now) = (base.of(key), head.of(key));
            if was != now {
                let text = text!("`unlisted.{}` {} → {}", key, was, now);
                let line = Some(Line::Unlisted(key));
                self.say(RuleChangeKind::Unlisted, Address::Organization, text, line);
            }
        }
    }

    /// Reports whole sections that are removed.
    fn sections(&mut self, base: &Desired, head: &Desired) {
        let mut removed = |name: &str, was: Option<usize>, stays: bool, counted: &dyn Fn(usize) -> Text| {
            let Some(n) = was.filter(|_| !stays) else { return };
            let are = Text::from(if n == 1 { "is" } else { "are" });
            let text = text!("the section `{}` is removed: {} {} no longer managed", name, counted(n), are);
            self.say(RuleChangeKind::NotManaged, Address::Organization, text, None);
        };
        let members = base.members.as_ref().map(BTreeMap::len);
        removed("members", members, head.members.is_some(), &|n| plural(n, "person"));
        let workspaces = base.workspaces.as_ref().map(BTreeMap::len);
        removed("workspaces", workspaces, head.workspaces.is_some(), &|n| plural(n, "workspace"));
        for objects in OBJECTS {
            let entries =
                |desired| objects.entries(Scope::Organization(desired)).map(|entries| entries.len());
            let noun = objects.kind().object().noun();
            removed(objects.key(Place::Organization), entries(base), entries(head).is_some(), &|n| match n {
                1 => text!("1 {}", noun),
                n => text!("{} {}s", n, noun),
            });
        }
    }

    fn people(&mut self, base: &Desired, head: &Desired) {
        let (was, now) = (base.members.as_ref(), head.members.as_ref());
        let address = |email: &Email| Address::Member(email.clone());
        self.ends([was, now], now.is_some(), &address, |member| member.until);
        for (email, member) in was.into_iter().flatten() {
            if let Some(entry) = now.and_then(|now| now.get(email)) {
                self.pin(address(email), member.id.as_ref(), entry.id.as_ref());
            }
        }
    }

    /// Compares the last days of people, and reports entries that are removed while their section remains.
    fn ends<T>(
        &mut self,
        [was, now]: [Option<&BTreeMap<Email, T>>; 2],
        section_stays: bool,
        address: &dyn Fn(&Email) -> Address,
        until: fn(&T) -> Option<Date>,
    ) {
        for (email, line) in was.into_iter().flatten() {
            match now.and_then(|now| now.get(email)) {
                Some(entry) => self.end(address(email), until(line), until(entry)),
                None => self.gone(address(email), until(line), section_stays),
            }
        }
        for (email, line) in now.into_iter().flatten() {
            let is_new = was.is_none_or(|was| !was.contains_key(email));
            // A future end of a new line is part of what is added.
            if is_new && until(line).is_some_and(|until| until < self.today) {
                self.end(address(email), None, until(line));
            }
        }
    }

    /// Reports an entry that is removed from the files while its section remains.
    fn gone(&mut self, address: Address, until: Option<Date>, section_stays: bool) {
        if let Some(until) = until {
            let text = text!("the line with the last day {} is removed", until);
            self.say(RuleChangeKind::EndRemoved, address, text, None);
        } else if section_stays {
            self.say(RuleChangeKind::NotManaged, address, "no longer in the files", None);
        }
    }

    fn end(&mut self, address: Address, was: Option<Date>, now: Option<Date>) {
        let (kind, text) = match (was, now) {
            (was, now) if was == now => return,
            (Some(was), None) => (RuleChangeKind::EndRemoved, text!("the last day {} is removed", was)),
            (None | Some(_), Some(now)) if now < self.today => {
                (RuleChangeKind::EndPast, text!("the last day {} has already passed", now))
            }
            (Some(was), Some(now)) if now > was => {
                (RuleChangeKind::EndPostponed, text!("last day {} → {}", was, now))
            }
            (Some(was), Some(now)) => (RuleChangeKind::EndAdded, text!("last day {} → {}", was, now)),
            (_, now) => (RuleChangeKind::EndAdded, text!("last day {}", now.unwrap_or_default())),
        };
        self.entry(kind, address, text);
    }

    fn pin<T: Say + PartialEq>(&mut self, address: Address, was: Option<&T>, now: Option<&T>) {
        let text = match (was, now) {
            (Some(was), Some(now)) if was != now => text!("`id` `{}` → `{}`", was, now),
            (Some(was), None) => text!("`id` `{}` is removed", was),
            (None, Some(now)) => text!("`id` `{}` is added", now),
            _ => return,
        };
        self.entry(RuleChangeKind::Identity, address, text);
    }

    fn workspaces(&mut self, base: &Desired, head: &Desired) {
        let none = BTreeMap::new();
        let (was, now) =
            (base.workspaces.as_ref().unwrap_or(&none), head.workspaces.as_ref().unwrap_or(&none));
        let labels: BTreeMap<_, &WorkspaceLabel> =
            now.iter().filter_map(|(label, entry)| Some((entry.id.as_ref()?, label))).collect();
        for (label, entry) in was {
            let address = Address::Workspace(label.clone());
            let renamed = entry.id.as_ref().and_then(|id| labels.get(id)).filter(|other| **other != label);
            if let Some(other) = renamed {
                let text = text!("its label is now `{}`", other);
                self.say(RuleChangeKind::Identity, address, text, Some(Line::Workspace((*other).clone())));
                if let Some(moved) = now.get(*other) {
                    self.workspace(other, entry, moved);
                }
            } else if let Some(entry_now) = now.get(label) {
                self.pin(address, entry.id.as_ref(), entry_now.id.as_ref());
                self.workspace(label, entry, entry_now);
            } else {
                self.gone(address, None, head.workspaces.is_some());
            }
        }
        for (label, entry) in now.iter().filter(|(label, _)| !was.contains_key(*label)) {
            if let Some(open) = entry.open() {
                self.memberships(label, &OpenWorkspace::default(), open);
            }
        }
    }

    /// Compares a workspace that both have.
    fn workspace(&mut self, label: &WorkspaceLabel, was: &Workspace, now: &Workspace) {
        let names = (was.name.is_some(), now.name.is_some());
        let (Some(was), Some(now)) = (was.open(), now.open()) else { return };
        let managed = |name: bool, open: &OpenWorkspace| {
            let WorkspaceSettings { display_color, tags, data_residency, external_key } = &open.settings;
            let fields = [
                ("name", name),
                ("display_color", display_color.is_some()),
                ("tags", tags.is_some()),
                ("data_residency", data_residency.is_some()),
                ("external_key", external_key.is_some()),
                ("members", open.manages_members()),
            ];
            let is_managed =
                |objects: &&dyn Objects| objects.entries(Scope::Workspace(label, open)).is_some();
            let objects = OBJECTS.iter();
            let objects = objects.map(|objects| (objects.key(Place::of(label)), is_managed(objects)));
            fields.into_iter().chain(objects).collect::<Vec<_>>()
        };
        let fields = managed(names.0, was).into_iter().zip(managed(names.1, now));
        for ((field, _), _) in fields.filter(|((_, was), (_, now))| *was && !now) {
            let text = text!("`{}` is no longer managed", field);
            self.entry(RuleChangeKind::NotManaged, Address::Workspace(label.clone()), text);
        }
        self.memberships(label, was, now);
        self.objects(Scope::Workspace(label, was), Scope::Workspace(label, now));
    }

    fn memberships(&mut self, label: &WorkspaceLabel, was: &OpenWorkspace, now: &OpenWorkspace) {
        let address = |email: &Email| Address::WorkspaceMember(label.clone(), email.clone());
        let lines = [was.members.as_ref(), now.members.as_ref()];
        self.ends(lines, now.manages_members(), &address, |line| line.until);
        for team in was.teams.iter().flat_map(BTreeMap::keys) {
            if now.manages_members() && !now.teams.as_ref().is_some_and(|teams| teams.contains_key(team)) {
                let text = text!("the team `{}` is no longer listed", team);
                self.entry(RuleChangeKind::NotManaged, Address::Workspace(label.clone()), text);
            }
        }
    }

    /// Compares the objects of a workspace, or of the organization.
    fn objects(&mut self, base: Scope<'_>, head: Scope<'_>) {
        for objects in OBJECTS {
            let (Some(was), Some(now)) = (objects.entries(base), objects.entries(head)) else { continue };
            let labels: BTreeMap<_, _> =
                now.iter().filter_map(|(label, entry)| Some((entry.id.as_ref()?, label))).collect();
            for (name, entry) in was {
                let of = |name| Address::of_object(base.workspace(), objects.kind().object(), name);
                let mut address = of(name.clone());
                let moved = entry.id.as_ref().and_then(|id| labels.get(id)).filter(|other| ***other != name);
                if let Some(other) = moved {
                    let now = of((*other).clone());
                    let text = text!("its label is now `{}`", other);
                    self.say(RuleChangeKind::Identity, address, text, Line::of(&now));
                    address = now;
                }
                let Some(entry_now) = now.get(moved.map_or(&name, |other| *other)) else {
                    self.gone(address, None, true);
                    continue;
                };
                for field in entry.fields.keys().filter(|field| !entry_now.fields.contains_key(*field)) {
                    let text = text!("`{}` is no longer managed", field);
                    self.entry(RuleChangeKind::NotManaged, address.clone(), text);
                }
                self.pin(address, entry.id.as_ref(), entry_now.id.as_ref());
            }
        }
    }

    fn audit(&mut self, base: &AuditSettings, head: &AuditSettings) {
        let mut say = |text: Text| {
            self.say(RuleChangeKind::AuditLoosened, Address::Organization, text, None);
        };
        for ((name, was), (_, now)) in base.thresholds().into_iter().zip(head.thresholds()) {
            match (was, now) {
                (Some(was), Some(now)) if now > was => say(text!("`audit.{}` {} → {}", name, was, now)),
                (Some(was), None) => say(text!("`audit.{}` {} → off", name, was)),
                _ => {}
            }
        }
        if (base.key_expiry, head.key_expiry) == (KeyExpiry::Required, KeyExpiry::Optional) {
            say("`audit.key_expiry` required → optional".into());
        }
        for (label, was) in &base.spending.monthly {
            match head.spending.monthly.get(label) {
                None => say(text!("`audit.spending.monthly` no longer limits `{}`", label)),
                Some(now) if now > was => {
                    say(text!("`audit.spending.monthly` of `{}` {} → {}", label, was, now));
                }
                Some(_) => {}
            }
        }
        match (&base.spending.unusual, &head.spending.unusual) {
            (Some(_), None) => say("`audit.spending.unusual` is now off".into()),
            (Some(was), Some(now)) if now.times > was.times || now.least > was.least => {
                say("`audit.spending.unusual` is looser".into());
            }
            _ => {}
        }
        for (index, new) in head.accept.iter().enumerate().filter(|(_, new)| !base.accept.contains(new)) {
            let text =
                text!("accepted: `{}` of `{}` until {}: `{}`", new.rule, new.address, new.until, new.reason);
            let line = Some(Line::Acceptance(index));
            self.say(RuleChangeKind::AuditLoosened, Address::Organization, text, line);
        }
    }
}
