//! Audit rules about guards that are missing or too loose.

use std::collections::BTreeSet;

use bylaws_engine::audit::rule::{GUARD_TOO_WIDE, NO_ALLOWED_DOMAINS, NO_REQUIRED_ADMINS, NOTHING_PROTECTED};
use bylaws_engine::audit::{Edit, Value};
use bylaws_engine::guards::{Loosened, loosened};
use bylaws_engine::text;
use bylaws_engine::{Address, GuardKind, HeldRole, Line, OrganizationRole};

use super::{Auditor, Found, path};
use crate::desired::Policy;
use crate::unlisted_sections::{UnlistedSection, unlisted_sections};

/// Domains where anybody can get an address.
const PUBLIC: &str = "aol.com gmail.com gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com mail.com \
    outlook.com proton.me protonmail.com yahoo.com yandex.com";

impl Auditor<'_> {
    pub(super) fn guards(&self, found: &mut Found) {
        let guards = &self.desired.guards;
        let all = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>();
        if guards.required_admins.is_empty() {
            let admins =
                self.people.users().filter(|user| user.role == OrganizationRole::Held(HeldRole::Admin));
            let admins = all(admins.map(|user| user.email.to_string()).collect());
            let finding =
                found.add(&NO_REQUIRED_ADMINS, Address::Organization, "no member is required to be an admin");
            finding.edit = (!admins.is_empty())
                .then(|| Edit::Write(path(["guards", "required_admins"]), Value::List(admins)));
        }
        if guards.allowed_domains.is_none() {
            let listed = self.desired.members.iter().flatten().map(|(email, _)| email.domain().to_string());
            let domains = all(listed.filter(|domain| !is_public(domain)).collect());
            let finding = found.add(
                &NO_ALLOWED_DOMAINS,
                Address::Organization,
                "people may have an address in any domain",
            );
            finding.edit = (!domains.is_empty())
                .then(|| Edit::Write(path(["guards", "allowed_domains"]), Value::List(domains)));
        }
        if guards.protect.is_empty() {
            let message = "nothing is protected";
            // `protect` refers to the live name.
            let listed = self.desired.workspaces.iter().flatten().map(|(label, entry)| {
                let live = entry.id.as_ref().and_then(|id| self.workspaces.get(id));
                live.map_or_else(|| label.as_str(), |live| live.name.as_str())
            });
            let production = listed.filter(|name| name.to_lowercase().starts_with("prod"));
            let production: Vec<String> = production
                .map(|label| Address::Workspace(bylaws_engine::WorkspaceLabel::new(label)).to_string())
                .collect();
            let finding = found.add(&NOTHING_PROTECTED, Address::Organization, message);
            finding.edit = (!production.is_empty())
                .then(|| Edit::Write(path(["guards", "protect"]), Value::List(production)));
        }
        for Loosened { guard: kind, text } in loosened(guards) {
            let finding = found.add(
                &GUARD_TOO_WIDE,
                Address::Organization,
                text!("looser than the built-in guard: {}", text),
            );
            finding.edit = Some(Edit::Delete(path(["guards", kind.as_str()])));
            finding.line = Some(Line::Guard(kind));
        }
        for domain in guards.allowed_domains.iter().flatten().filter(|domain| is_public(domain.as_str())) {
            let message = text!("`allowed_domains` contains {}, where anybody can get an address", domain);
            let finding = found.add(&GUARD_TOO_WIDE, Address::Organization, message);
            finding.line = Some(Line::Guard(GuardKind::AllowedDomains));
        }
        let policies = &self.desired.unlisted;
        for UnlistedSection { key, .. } in
            unlisted_sections().filter(|one| policies.of(one.key) == Policy::Ignore)
        {
            let message = text!("`unlisted.{}: ignore` hides live objects that are not in the files", key);
            let finding = found.add(&GUARD_TOO_WIDE, Address::Organization, message);
            finding.edit = Some(Edit::Write(path(["unlisted", key]), Value::Word("report".to_owned())));
            finding.line = Some(Line::Unlisted(key));
        }
    }
}

fn is_public(domain: &str) -> bool {
    PUBLIC.split(' ').any(|public| public == domain)
}
