//! Audit rules about members.

use std::collections::BTreeMap;

use bylaws_engine::access::{Because, PlaceKind, Who};
use bylaws_engine::audit::rule::{DORMANT_PERSON, MORE_THAN_THE_TEAM, TEAM_GIVES_IT, TOO_MANY_ADMINS};
use bylaws_engine::audit::{Edit, Severity, Unseen, Value};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{
    Address, Email, Inherited, Line, LiveWorkspaceRole, OrganizationKind, OrganizationRole, Person,
    SettableRole, TeamName, UserId, WorkspaceRole, days,
};
use jiff::civil::Date;

use super::{Auditor, Found, Observed, day, in_days, last_used, path};
use crate::desired::{Desired, OpenWorkspace};
use crate::live::{Live, LiveUser, Principal};

impl Auditor<'_> {
    pub(super) fn people(&self, found: &mut Found) {
        self.team_gives_it(found);
        if self.live.people.is_none() {
            found.not_seen(&[&MORE_THAN_THE_TEAM], Unseen::People);
            if self.desired.audit.max_admins.is_some() {
                found.not_seen(&[&TOO_MANY_ADMINS], Unseen::People);
            }
            if self.desired.audit.dormant_days.people.is_some() {
                found.not_seen(&[&DORMANT_PERSON], Unseen::People);
            }
            return;
        }
        self.too_many_admins(found);
        self.more_than_the_team(found);
        self.dormant_people(found);
    }

    fn too_many_admins(&self, found: &mut Found) {
        let Some(most) = self.desired.audit.max_admins else { return };
        let mut admins: Vec<&LiveUser> =
            self.people.users().filter(|user| user.role.inherited() == Some(Inherited::Admin)).collect();
        admins.sort_by_key(|user| &user.email);
        if admins.len() <= usize::try_from(most).unwrap_or(usize::MAX) {
            return;
        }
        let names: Vec<String> =
            admins.iter().map(|user| format!("{} ({})", user.email, user.role)).collect();
        let message = text!("{} people are admins of every workspace; the limit is {}", admins.len(), most);
        let finding = found.add(&TOO_MANY_ADMINS, Address::Organization, message);
        finding.evidence = vec![("who", names.join(", ")), ("max_admins", most.to_string())];
    }

    fn more_than_the_team(&self, found: &mut Found) {
        let lists = crate::workspace::matching::member_lists(self.desired, self.live);
        if self.is_console() && self.live.workspaces.is_none() {
            return found.not_seen(&[&MORE_THAN_THE_TEAM], Unseen::Workspaces);
        }
        if lists.iter().any(|id| !self.live.workspace_members.contains_key(id)) {
            return found.not_seen(&[&MORE_THAN_THE_TEAM], Unseen::WorkspaceMembers);
        }
        for (who, holder) in self.access.people.iter().filter(|(_, holder)| !holder.teams.is_empty()) {
            let Who::Person(email) = who else { continue };
            for (at, grant) in &holder.grants {
                let place = self.access.places.get(*at).filter(|place| place.kind == PlaceKind::Ordinary);
                let Some(label) = place.and_then(|place| place.label.as_ref()) else { continue };
                let Some(open) = self.desired.open_workspace(label).filter(|open| open.manages_members())
                else {
                    continue;
                };
                // A team without a role here says nothing about this workspace.
                let Some(given) = self.given_by_teams(open, email) else { continue };
                let own = grant.sources.first().filter(|source| source.because != Because::OrganizationRole);
                let Some(role @ LiveWorkspaceRole::Known(has)) = own.map(|source| &source.role) else {
                    continue;
                };
                if has.strength() <= given.strength() {
                    continue;
                }
                let message = text!("has {} here; their teams have {}", role, given);
                let address = Address::WorkspaceMember(label.clone(), email.clone());
                let has_line = open.members.as_ref().is_some_and(|lines| lines.contains_key(email));
                let line = Line::of(&address).filter(|_| has_line);
                let finding = found.add(&MORE_THAN_THE_TEAM, address, message);
                let teams: Vec<&str> = holder.teams.iter().map(TeamName::as_str).collect();
                finding.evidence = vec![
                    ("role", role.to_string()),
                    ("teams", teams.join(", ")),
                    ("role from teams", given.to_string()),
                ];
                let keys = path(["workspaces", label.as_str(), "members", email.as_str()]);
                finding.edit = Some(Edit::Write(keys, Value::Word(given.to_string())));
                // A line for the person was reviewed, so a team added later is not a reason to warn.
                if line.is_some() {
                    finding.severity = Severity::Note;
                }
                finding.line = line;
            }
        }
    }

    /// Returns the strongest role that the person's teams have in a workspace in the files.
    fn given_by_teams(&self, open: &OpenWorkspace, email: &Email) -> Option<WorkspaceRole> {
        let has = |team| self.desired.teams.get(team).is_some_and(|people| people.contains(email));
        let theirs = open.teams.iter().flatten().filter(|(team, _)| has(team));
        theirs.map(|(_, role)| *role).max_by_key(|role| role.strength())
    }

    /// Finds lines without an end date that repeat the strongest role of the person's teams.
    fn team_gives_it(&self, found: &mut Found) {
        for (label, open) in self.desired.open() {
            for (email, line) in open.members.iter().flatten().filter(|(_, line)| line.until.is_none()) {
                let given = self.given_by_teams(open, email);
                let Some(role) = line.role.filter(|role| Some(*role) == given) else { continue };
                let word = Text::from(role.as_str());
                let message =
                    text!("this line gives {}, which one of the person's teams gives already", word);
                let address = Address::WorkspaceMember(label.clone(), email.clone());
                let line = Line::of(&address);
                let finding = found.add(&TEAM_GIVES_IT, address, message);
                finding.evidence = vec![("role", role.to_string())];
                let keys = path(["workspaces", label.as_str(), "members", email.as_str()]);
                finding.edit = Some(Edit::Delete(keys));
                finding.line = line;
            }
        }
    }

    /// Returns the names of the personal keys of a user that are neither archived nor expired.
    fn personal_keys(&self, user: &UserId) -> Vec<String> {
        let theirs = self.live.api_keys.iter().flatten().filter(|key| {
            matches!(&key.principal, Principal::User(owner) if owner == user) && !key.status.is_over()
        });
        let mut names: Vec<String> = theirs.map(|key| format!("{} ({})", key.name, key.id)).collect();
        names.sort_unstable();
        names
    }

    fn is_console(&self) -> bool {
        self.desired.organization.kind == OrganizationKind::Console
    }

    fn dormant_people(&self, found: &mut Found) {
        let Some(limit) = limit(self.desired.audit.dormant_days.people) else { return };
        let observed = self.observed;
        let quiet = match quiet(self.desired, self.live, observed, self.today) {
            Ok(quiet) => quiet,
            Err(unseen) => return found.not_seen(&[&DORMANT_PERSON], unseen),
        };
        if quiet.is_empty() {
            return;
        }
        let Some(code) = &observed.claude_code else {
            return found.not_seen(&[&DORMANT_PERSON], Unseen::ClaudeCode);
        };
        let mut seen: BTreeMap<Person, Date> = BTreeMap::new();
        for (email, day) in &code.last {
            let last = seen.entry(email.person()).or_insert(*day);
            *last = (*last).max(*day);
        }
        for Quiet { user, age, last } in quiet {
            let last = seen.get(&user.email.person()).copied().into_iter().chain(last).max();
            if last.is_some_and(|last| days(last, self.today) <= limit) {
                continue;
            }
            // The report may end early once everybody was seen.
            if days(code.since, self.today) < limit {
                return found.not_seen(&[&DORMANT_PERSON], Unseen::ClaudeCode);
            }
            let email = user.email.clone();
            let message = text!("no use for more than {}", in_days(limit));
            let listed = self.desired.members.as_ref().is_some_and(|members| members.contains_key(&email));
            let finding = found.add(&DORMANT_PERSON, Address::Member(email.clone()), message);
            finding.evidence = vec![
                ("role", user.role.to_string()),
                ("member for", in_days(age).to_string()),
                last_used(last),
            ];
            // Removal would archive their personal keys, which cannot be undone.
            let keys = self.personal_keys(&user.id);
            if keys.is_empty() {
                finding.edit =
                    Some(Edit::Write(path(["members", email.as_str()]), Value::Word("none".to_owned())));
            } else {
                finding.evidence.push(("personal keys, archived permanently on removal", keys.join(", ")));
            }
            finding.line = listed.then_some(Line::Member(email));
        }
    }
}

/// A member who has not used the Messages API for a long time.
struct Quiet<'a> {
    user: &'a LiveUser,
    /// Days since they became a member.
    age: i32,
    /// The last use before that.
    last: Option<Date>,
}

/// Returns the members who do not appear in the usage report for the dormancy threshold, by address; whether
/// they use Claude Code is checked afterwards. Empty if this cannot be determined.
pub fn quiet_people(desired: &Desired, live: &Live, observed: &Observed, today: Date) -> Vec<Email> {
    let quiet = quiet(desired, live, observed, today).unwrap_or_default();
    quiet.into_iter().map(|quiet| quiet.user.email.clone()).collect()
}

fn quiet<'a>(
    desired: &Desired,
    live: &'a Live,
    observed: &Observed,
    today: Date,
) -> Result<Vec<Quiet<'a>>, Unseen> {
    let Some(limit) = limit(desired.audit.dormant_days.people) else { return Ok(Vec::new()) };
    let usage = observed.usage.as_ref().filter(|usage| days(usage.since, today) >= limit);
    let usage = usage.ok_or(Unseen::Usage)?;
    // Use of a personal key counts as use by its owner. Enterprise organizations have no API keys.
    let keys = match (&live.api_keys, desired.organization.kind) {
        (Some(keys), _) => keys.as_slice(),
        (None, OrganizationKind::Enterprise) => &[],
        (None, OrganizationKind::Console) => return Err(Unseen::ApiKeys),
    };
    let mut last: BTreeMap<&UserId, Date> = usage.people.iter().map(|(user, day)| (user, *day)).collect();
    for key in keys {
        if let (Principal::User(owner), Some(day)) = (&key.principal, usage.api_keys.get(&key.id)) {
            let last = last.entry(owner).or_insert(*day);
            *last = (*last).max(*day);
        }
    }
    let people = live.people.as_ref().ok_or(Unseen::People)?;
    let quiet = people.users.values().filter_map(|user| {
        let age = days(day(user.added_at?), today);
        let last = last.get(&user.id).copied();
        let is_quiet = last.is_none_or(|last| days(last, today) > limit);
        let has_use = user.role != OrganizationRole::Settable(SettableRole::Billing);
        (has_use && age > limit && is_quiet).then_some(Quiet { user, age, last })
    });
    Ok(quiet.collect())
}

/// Returns a threshold in days; `None` if the rule is off.
pub(crate) fn limit(days: Option<u32>) -> Option<i32> {
    days.map(|days| i32::try_from(days).unwrap_or(i32::MAX))
}
