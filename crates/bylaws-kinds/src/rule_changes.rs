//! Rules that a commit removes, postpones or loosens. They send nothing now, so no change shows them.

use std::collections::BTreeMap;

use bylaws_engine::audit::{AuditSettings, KeyExpiry};
use bylaws_engine::guards::{Guards, Looser, looser};
use bylaws_engine::rule_changes::{RuleChange, RuleChangeKind};
use bylaws_engine::sentence::plural;
use bylaws_engine::text::{Say, Text, text};
use bylaws_engine::{Address, Email, GuardKind, Line, WorkspaceLabel};
use jiff::civil::Date;

use crate::desired::{Desired, OpenWorkspace, Unlisted, Workspace, WorkspaceSettings};
use crate::objects::OBJECTS;
use crate::syntax::Scope;
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

    fn guard(&mut self, guard: GuardKind, kind: RuleChangeKind, text: impl Into<Text>) {
        self.say(kind, Address::Organization, text, Some(Line::Guard(guard)));
    }

    fn guards(&mut self, base: &Guards, head: &Guards) {
        for Looser { guard, limit, was, now } in looser(base, head) {
            self.guard(guard, RuleChangeKind::GuardLoosened, text!("`{}` {} → {}", limit, was, now));
        }
        for address in base.protect.difference(&head.protect) {
            self.guard(
                GuardKind::Protect,
                RuleChangeKind::Protect,
                text!("`{}` is no longer protected", address),
            );
        }
        for address in head.protect.difference(&base.protect) {
            self.guard(GuardKind::Protect, RuleChangeKind::Protect, text!("`{}` is now protected", address));
        }
        self.allowed_domains(base, head);
        for email in base.required_admins.difference(&head.required_admins) {
            let text = text!("`{}` is no longer required to be an admin", email);
            self.guard(GuardKind::RequiredAdmins, RuleChangeKind::RequiredAdmins, text);
        }
        for email in head.required_admins.difference(&base.required_admins) {
            let text = text!("`{}` is now required to be an admin", email);
            self.guard(GuardKind::RequiredAdmins, RuleChangeKind::RequiredAdmins, text);
        }
        for (index, approval) in
            head.approvals.iter().enumerate().filter(|(_, new)| !base.approvals.contains(new))
        {
            let text = text!(
                "{} until {}: `{}`",
                Text::joined(&approval.changes, ", "),
                approval.until,
                approval.reason
            );
            let line = Some(Line::Approval(index));
            self.say(RuleChangeKind::ApprovalAdded, Address::Organization, text, line);
        }
    }

    fn allowed_domains(&mut self, base: &Guards, head: &Guards) {
        let mut say =
            |text: Text| self.guard(GuardKind::AllowedDomains, RuleChangeKind::AllowedDomains, text);
        match (&base.allowed_domains, &head.allowed_domains) {
            (Some(_), None) => say("any domain is now allowed".into()),
            (None, Some(now)) => say(text!("only {} are now allowed", Text::joined(now, ", "))),
            (Some(was), Some(now)) => {
                for domain in now.difference(was) {
                    say(text!("`{}` is now allowed", domain));
                }
                for domain in was.difference(now) {
                    say(text!("`{}` is no longer allowed", domain));
                }
            }
            (None, None) => {}
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
            let text = text!("the section `{}` is removed: {} are no longer managed", name, counted(n));
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
            removed(objects.section(), entries(base), entries(head).is_some(), &|n| match n {
                1 => text!("1 {}", noun),
                n => text!("{} {}s", n, noun),
            });
        }
    }

    fn people(&mut self, base: &Desired, head: &Desired) {
        let (Some(was), now) = (&base.members, &head.members) else {
            for (email, member) in head.members.iter().flatten() {
                self.new_end(Address::Member(email.clone()), Line::Member(email.clone()), member.until);
            }
            return;
        };
        for (email, member) in was {
            let entry = now.as_ref().and_then(|now| now.get(email));
            if entry.is_some_and(|entry| entry.until == member.until && entry.id == member.id) {
                continue;
            }
            let address = Address::Member(email.clone());
            let line = Line::Member(email.clone());
            match entry {
                Some(entry) => {
                    self.end(address.clone(), line.clone(), member.until, entry.until);
                    self.pin(address, line, member.id.as_ref(), entry.id.as_ref());
                }
                None => self.gone(address, member.until, now.is_some()),
            }
        }
        for (email, member) in now.iter().flatten().filter(|(email, _)| !was.contains_key(*email)) {
            self.new_end(Address::Member(email.clone()), Line::Member(email.clone()), member.until);
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

    fn end(&mut self, address: Address, line: Line, was: Option<Date>, now: Option<Date>) {
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
        self.say(kind, address, text, Some(line));
    }

    /// Reports the end date of a new line if it has passed; a future one is part of what is added.
    fn new_end(&mut self, address: Address, line: Line, until: Option<Date>) {
        if until.is_some_and(|until| until < self.today) {
            self.end(address, line, None, until);
        }
    }

    fn pin<T: Say + PartialEq>(&mut self, address: Address, line: Line, was: Option<&T>, now: Option<&T>) {
        let text = match (was, now) {
            (Some(was), Some(now)) if was != now => text!("`id` `{}` → `{}`", was, now),
            (Some(was), None) => text!("`id` `{}` is removed", was),
            (None, Some(now)) => text!("`id` `{}` is added", now),
            _ => return,
        };
        self.say(RuleChangeKind::Identity, address, text, Some(line));
    }

    fn workspaces(&mut self, base: &Desired, head: &Desired) {
        let none = BTreeMap::new();
        let (was, now) =
            (base.workspaces.as_ref().unwrap_or(&none), head.workspaces.as_ref().unwrap_or(&none));
        let labels: BTreeMap<_, &WorkspaceLabel> =
            now.iter().filter_map(|(label, entry)| Some((entry.id.as_ref()?, label))).collect();
        for (label, entry) in was {
            let address = Address::Workspace(label.clone());
            if let Some(other) =
                entry.id.as_ref().and_then(|id| labels.get(id)).filter(|other| **other != label)
            {
                let text = text!("its label is now `{}`", other);
                self.say(RuleChangeKind::Identity, address, text, Some(Line::Workspace((*other).clone())));
                if let Some(moved) = now.get(*other) {
                    self.workspace(other, entry, moved);
                }
                continue;
            }
            match now.get(label) {
                Some(entry_now) => {
                    let line = Line::Workspace(label.clone());
                    self.pin(address, line, entry.id.as_ref(), entry_now.id.as_ref());
                    self.workspace(label, entry, entry_now);
                }
                None if head.workspaces.is_some() => {
                    self.say(RuleChangeKind::NotManaged, address, "no longer in the files", None);
                }
                None => {}
            }
        }
        for (label, entry) in now.iter().filter(|(label, _)| !was.contains_key(*label)) {
            let Some(open) = entry.open() else { continue };
            for (email, membership) in open.members.iter().flatten() {
                let line = Line::WorkspaceMember(label.clone(), email.clone());
                self.new_end(Address::WorkspaceMember(label.clone(), email.clone()), line, membership.until);
            }
        }
    }

    /// Compares a workspace that both have.
    fn workspace(&mut self, label: &WorkspaceLabel, was: &Workspace, now: &Workspace) {
        let names = (was.name.is_some(), now.name.is_some());
        let (Some(was), Some(now)) = (was.open(), now.open()) else { return };
        let managed = |open: &OpenWorkspace| {
            let WorkspaceSettings { display_color, tags, data_residency } = &open.settings;
            [display_color.is_some(), tags.is_some(), data_residency.is_some(), open.manages_members()]
        };
        let fields = ["display_color", "tags", "data_residency", "members"].into_iter();
        let fields = fields.zip(managed(was)).zip(managed(now)).map(|((field, was), now)| (field, was, now));
        let fields = std::iter::once(("name", names.0, names.1)).chain(fields);
        let objects = OBJECTS.iter().map(|objects| {
            let is_managed = |open| objects.entries(Scope::Workspace(label, open)).is_some();
            (objects.section(), is_managed(was), is_managed(now))
        });
        for (field, _, _) in fields.chain(objects).filter(|(_, was, now)| *was && !now) {
            let (address, line) = (Address::Workspace(label.clone()), Some(Line::Workspace(label.clone())));
            self.say(RuleChangeKind::NotManaged, address, text!("`{}` is no longer managed", field), line);
        }
        self.memberships(label, was, now);
        self.objects(Scope::Workspace(label, was), Scope::Workspace(label, now));
    }

    fn memberships(&mut self, label: &WorkspaceLabel, was: &OpenWorkspace, now: &OpenWorkspace) {
        let none = BTreeMap::new();
        let lines = now.members.as_ref().unwrap_or(&none);
        let address = |email: &Email| Address::WorkspaceMember(label.clone(), email.clone());
        let line = |email: &Email| Line::WorkspaceMember(label.clone(), email.clone());
        for (email, membership) in was.members.iter().flatten() {
            match lines.get(email) {
                Some(entry) if entry.until == membership.until => {}
                Some(entry) => self.end(address(email), line(email), membership.until, entry.until),
                None => self.gone(address(email), membership.until, now.manages_members()),
            }
        }
        let known = was.members.as_ref().unwrap_or(&none);
        for (email, membership) in lines.iter().filter(|(email, _)| !known.contains_key(*email)) {
            self.new_end(address(email), line(email), membership.until);
        }
        for team in was.teams.iter().flat_map(BTreeMap::keys) {
            if now.manages_members() && !now.teams.as_ref().is_some_and(|teams| teams.contains_key(team)) {
                let (address, line) =
                    (Address::Workspace(label.clone()), Some(Line::Workspace(label.clone())));
                let text = text!("the team `{}` is no longer listed", team);
                self.say(RuleChangeKind::NotManaged, address, text, line);
            }
        }
    }

    /// Compares the objects of a workspace, or of the organization.
    fn objects(&mut self, base: Scope<'_>, head: Scope<'_>) {
        let workspace = base.workspace();
        for objects in OBJECTS {
            let (Some(was), Some(now)) = (objects.entries(base), objects.entries(head)) else { continue };
            for (name, entry) in was {
                let kind = objects.kind().object();
                let address = Address::of_object(workspace, kind.clone(), name.clone());
                match now.get(&name) {
                    Some(entry_now) => {
                        let line = Line::of_object(workspace, kind, name);
                        for field in
                            entry.fields.keys().filter(|field| !entry_now.fields.contains_key(*field))
                        {
                            let reason = text!("`{}` is no longer managed", field);
                            let line = Some(line.clone());
                            self.say(RuleChangeKind::NotManaged, address.clone(), reason, line);
                        }
                        self.pin(address, line, entry.id.as_ref(), entry_now.id.as_ref());
                    }
                    None => self.gone(address, None, true),
                }
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
