//! Audit rules about federation: who can get a token, as which account, and for how long.

use bylaws_engine::audit::rule::{
    ADMIN_THROUGH_FEDERATION, BROAD_SUBJECT, KEY_POLLING_OFF, LONG_LIFETIME, RULE_FOR_ALL_WORKSPACES,
    RULE_WITHOUT_AUDIENCE, RULE_WITHOUT_MEMBERSHIP, SCOPE_BEYOND_MEMBERSHIP, TENANT_NOT_PINNED,
    TOKENS_CAN_BE_REUSED,
};
use bylaws_engine::audit::{AuditRule, Edit, Finding, Severity, Unseen, Value};
use bylaws_engine::text::{Text, text};
use bylaws_engine::{Address, Line, ObjectName};

use super::{Auditor, Found, path};
use crate::federation::lists::read;
use crate::federation::matching::Broad;
use crate::federation::pinned::{Pinned, entry_of};
use crate::federation::reach::exceeds;
use crate::federation::tenant::platform;
use crate::federation::{
    Issuer, Lifetime, LiveFederation, LiveIssuer, LiveRule, Rule, RuleMatch, RuleWorkspaces, Scope, issuer,
    rule,
};
use crate::live::LiveWorkspace;
use crate::service_account::OrganizationAccountRole::Admin;
use crate::service_account::lists::read as read_accounts;
use crate::service_account::{LiveAccount, LiveServiceAccounts};
use crate::workspace_service_account::AccountRole;

/// The rules that need only issuers and rules.
const RULES: [&AuditRule; 7] = [
    &TENANT_NOT_PINNED,
    &BROAD_SUBJECT,
    &RULE_WITHOUT_AUDIENCE,
    &RULE_FOR_ALL_WORKSPACES,
    &LONG_LIFETIME,
    &TOKENS_CAN_BE_REUSED,
    &KEY_POLLING_OFF,
];

/// The rules that need the accounts too.
const OF_ACCOUNTS: [&AuditRule; 3] =
    [&ADMIN_THROUGH_FEDERATION, &SCOPE_BEYOND_MEMBERSHIP, &RULE_WITHOUT_MEMBERSHIP];

/// A live object with its entry in the files.
struct Known<'a, L, W> {
    live: &'a L,
    address: Address,
    /// The name in the files.
    label: Option<&'a ObjectName>,
    /// What the entry asks for.
    wanted: Option<&'a W>,
}

impl<'a, L, W> Known<'a, L, W> {
    fn of(
        live: &'a L,
        entry: Option<(&'a ObjectName, &'a Pinned<W>)>,
        name: &str,
        address: fn(&ObjectName) -> Address,
    ) -> Self {
        let label = entry.map(|(label, _)| label);
        let wanted = entry.and_then(|(_, entry)| entry.settings.as_ref());
        let address = label.map_or_else(|| address(&ObjectName::new(name)), address);
        Self { live, address, label, wanted }
    }

    /// Reports a finding: only a note if the files say the same, because it was reviewed there.
    fn add<'f>(
        &self,
        found: &'f mut Found,
        rule: &'static AuditRule,
        message: impl Into<Text>,
        is_listed: impl FnOnce(&W) -> bool,
    ) -> &'f mut Finding {
        let finding = found.add(rule, self.address.clone(), message);
        if self.wanted.is_some_and(is_listed) {
            finding.severity = Severity::Note;
        }
        finding.line = self.label.and_then(|_| Line::of(&finding.address));
        finding
    }

    /// Returns the edit that sets a field of the entry.
    fn edit(&self, section: &str, field: &str, word: &str) -> Option<Edit> {
        let label = self.label.filter(|_| self.wanted.is_some())?;
        let keys = path(["federation", section, label.as_str(), field]);
        Some(Edit::Write(keys, Value::Word(word.to_owned())))
    }
}

impl Auditor<'_> {
    /// Checks every issuer and every rule that is not archived.
    pub(super) fn federation(&self, found: &mut Found) {
        let Some(live) = read(self.live) else {
            found.not_seen(&RULES, Unseen::Federation);
            return found.not_seen(&OF_ACCOUNTS, Unseen::Federation);
        };
        let listed = self.desired.federation.as_ref();
        for one in live.issuers.iter().flatten().filter(|issuer| !issuer.archived) {
            let entry = entry_of(listed.and_then(|listed| listed.issuers.as_ref()), one);
            check_issuer(&Known::of(one, entry, &one.name, issuer::address), found);
        }
        let accounts = read_accounts(self.live);
        if accounts.is_none() {
            found.not_seen(&OF_ACCOUNTS, Unseen::ServiceAccounts);
        }
        for one in live.rules.iter().flatten().filter(|rule| !rule.archived) {
            let entry = entry_of(listed.and_then(|listed| listed.rules.as_ref()), one);
            let known = Known::of(one, entry, &one.name, rule::address);
            check_rule(&known, live, found);
            if let Some(accounts) = accounts {
                self.rule_with_account(&known, accounts, found);
            }
        }
    }

    fn rule_with_account(
        &self,
        known: &Known<'_, LiveRule, Rule>,
        accounts: &LiveServiceAccounts,
        found: &mut Found,
    ) {
        let Some(id) = known.live.service_account_id.as_deref() else { return };
        let Some(account) = accounts.accounts.get(id) else { return };
        if account.role == Admin.as_str() {
            self.admin_through(known, id, account, found);
        }
        if self.live.workspaces.is_none() {
            return found.not_seen(&[&SCOPE_BEYOND_MEMBERSHIP, &RULE_WITHOUT_MEMBERSHIP], Unseen::Workspaces);
        }
        let mut roles = Vec::new();
        for workspace in self.workspaces_of(known.live) {
            let Some(members) = accounts.memberships.get(&workspace.id) else { continue };
            match members.get(id) {
                Some(role) => roles.push(AccountRole::of(role)),
                None if known.live.for_all => {}
                None => {
                    let label = self.label(workspace);
                    let message = text!("{} is not a member of {}", &account.name, label.as_str());
                    known.add(found, &RULE_WITHOUT_MEMBERSHIP, message, |_| false);
                }
            }
        }
        if exceeds(scopes(known.live), &roles) {
            let message = text!("{} is only {} there", &account.name, AccountRole::User.as_str());
            let finding = known.add(found, &SCOPE_BEYOND_MEMBERSHIP, message, |_| false);
            finding.edit = known.edit("rules", "scope", Scope::Inference.as_str());
        }
    }

    fn admin_through(
        &self,
        known: &Known<'_, LiveRule, Rule>,
        id: &str,
        account: &LiveAccount,
        found: &mut Found,
    ) {
        let gives_all = scopes(known.live).any(|scope| scope == Scope::Admin);
        let message = if gives_all {
            text!("acts as {}, an admin, with the scope {}", &account.name, Scope::Admin.as_str())
        } else {
            text!("acts as {}, an admin; only its scope limits it", &account.name)
        };
        let is_admin = self.account_entry(id, account).is_some_and(|(_, entry)| entry.role == Some(Admin));
        let finding = known.add(found, &ADMIN_THROUGH_FEDERATION, message, |_| is_admin);
        if !gives_all {
            finding.severity = finding.severity.max(Severity::Warning);
        }
        finding.evidence = vec![("accepts", accepted(&known.live.matching))];
    }

    /// Returns the workspaces in use for which a rule is enabled, without the default one: every account is a member there.
    fn workspaces_of<'s>(&'s self, rule: &'s LiveRule) -> impl Iterator<Item = &'s LiveWorkspace> {
        let is_enabled = move |workspace: &&LiveWorkspace| {
            (rule.for_all || rule.explicit.contains(&workspace.id))
                && !workspace.archived
                && !self.workspaces.is_default(&workspace.id)
        };
        self.workspaces.all().filter(is_enabled)
    }
}

fn check_issuer(known: &Known<'_, LiveIssuer, Issuer>, found: &mut Found) {
    let live = known.live;
    if live.max_jwt_lifetime.is_long() {
        let message = text!("identity tokens may live for {}", live.max_jwt_lifetime.to_string());
        let is_listed = |wanted: &Issuer| wanted.max_jwt_lifetime.is_some_and(Lifetime::is_long);
        let finding = known.add(found, &LONG_LIFETIME, message, is_listed);
        finding.edit = known.edit("issuers", "max_jwt_lifetime", HOUR);
    }
    if !live.check_jti {
        let message = "an identity token can be exchanged more than once";
        let finding =
            known.add(found, &TOKENS_CAN_BE_REUSED, message, |wanted| wanted.check_jti == Some(false));
        finding.edit = known.edit("issuers", "check_jti", "true");
    }
    if let Some(at) = live.polling_disabled_at {
        let message = text!("the service stopped reading its keys at {}", at.to_string());
        let finding = known.add(found, &KEY_POLLING_OFF, message, |_| false);
        finding.evidence = vec![("issuer", live.issuer_url.clone()), ("keys", live.shown_jwks.clone())];
    }
}

fn check_rule(known: &Known<'_, LiveRule, Rule>, live: &LiveFederation, found: &mut Found) {
    let rule = known.live;
    let of_rule = |issuer: &&LiveIssuer| issuer.id == rule.issuer_id;
    let issuer = live.issuers.iter().flatten().find(of_rule);
    let platform = issuer.and_then(|issuer| platform(&issuer.issuer_url));
    if let Some(platform) = platform.filter(|platform| !platform.is_pinned_by(&rule.matching)) {
        let message = text!("every customer of {} could use it", Text::from(platform.name));
        let finding = known.add(found, &TENANT_NOT_PINNED, message, |_| false);
        finding.evidence = vec![
            ("accepts", accepted(&rule.matching)),
            ("claims that name a customer", platform.claims.join(", ")),
        ];
    }
    subject(known, found);
    if rule.matching.audience.is_none() {
        let message = "accepts tokens for any audience";
        known.add(found, &RULE_WITHOUT_AUDIENCE, message, |wanted| wanted.matching.audience.is_none());
    }
    if rule.for_all && scopes(rule).any(|scope| scope != Scope::Admin) {
        let is_listed = |wanted: &Rule| wanted.workspaces == Some(RuleWorkspaces::All);
        known.add(
            found,
            &RULE_FOR_ALL_WORKSPACES,
            "enabled for every workspace, later ones included",
            is_listed,
        );
    }
    if rule.token_lifetime.is_long() {
        let message = text!("its tokens live for {}", rule.token_lifetime.to_string());
        let is_listed = |wanted: &Rule| wanted.token_lifetime.is_some_and(Lifetime::is_long);
        let finding = known.add(found, &LONG_LIFETIME, message, is_listed);
        finding.edit = known.edit("rules", "token_lifetime", HOUR);
    }
}

/// Reports a subject that is not exact.
fn subject(known: &Known<'_, LiveRule, Rule>, found: &mut Found) {
    let matching = &known.live.matching;
    let is_listed = |wanted: &Rule| wanted.matching.subject == matching.subject;
    if matching.subject.is_none() {
        let message = "names no subject: only its claims and its condition decide";
        let finding = known.add(found, &BROAD_SUBJECT, message, is_listed);
        finding.severity = Severity::Note;
        finding.evidence = vec![("accepts", accepted(matching))];
    }
    for broad in matching.broad() {
        let message = match broad {
            Broad::Prefix(subject) => text!("accepts every subject that begins like {}", subject),
            Broad::PullRequests(subject) => {
                text!("{} is the subject of pull requests, whose jobs run what anybody proposes", subject)
            }
            Broad::InnerStar(subject) => {
                text!(
                    "the `*` within {} is an ordinary character: only one at the end has a meaning",
                    subject
                )
            }
        };
        known.add(found, &BROAD_SUBJECT, message, is_listed);
    }
}

/// The longest lifetime that is not long.
const HOUR: &str = "1h";

fn scopes(rule: &LiveRule) -> impl Iterator<Item = Scope> {
    rule.scopes.iter().filter_map(|scope| Scope::parse(scope))
}

/// Returns what a rule accepts, as evidence.
fn accepted(matching: &RuleMatch) -> String {
    let RuleMatch { subject, audience, claims, condition } = matching;
    let named = [("subject", subject), ("audience", audience), ("condition", condition)];
    let named = named.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?)));
    let claims = claims.iter().map(|(claim, value)| format!("{claim} {value}"));
    named.chain(claims).collect::<Vec<_>>().join(", ")
}
