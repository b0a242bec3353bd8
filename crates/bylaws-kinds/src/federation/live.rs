//! Live issuers and rules.

use std::collections::BTreeSet;

use bylaws_engine::text::{Text, text};
use bylaws_engine::{Fact, Facts, WorkspaceId};
use jiff::Timestamp;

use super::pinned::Archivable;
use super::{Jwks, Lifetime, LiveWorkspaces, RuleMatch, RuleWorkspaces, Scope};

/// Issuers and rules; `None` if they were not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveFederation {
    /// The issuers, archived ones included.
    pub issuers: Option<Vec<LiveIssuer>>,
    /// The rules, archived ones included.
    pub rules: Option<Vec<LiveRule>>,
    /// Why one of the lists was not read.
    pub refused: Option<Text>,
}

/// An issuer of identity tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveIssuer {
    /// The id, `fdis_…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The issuer that the tokens name.
    pub issuer_url: String,
    /// Where the keys come from; `None` if this version does not understand it.
    pub jwks: Option<Jwks>,
    /// The same for people.
    pub shown_jwks: String,
    /// Whether a token that has an id can be used only once.
    pub check_jti: bool,
    /// The longest lifetime of a token.
    pub max_jwt_lifetime: Lifetime,
    /// The time at which the service stopped reading the keys, after it had failed for a long time.
    pub polling_disabled_at: Option<Timestamp>,
    /// Whether it is archived.
    pub archived: bool,
    /// The time it was created.
    pub created_at: Option<Timestamp>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRule {
    /// The id, `fdrl_…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// The id of the issuer.
    pub issuer_id: String,
    /// Which tokens it accepts.
    pub matching: RuleMatch,
    /// The id of the service account; `None` if the target is something else.
    pub service_account_id: Option<String>,
    /// The scopes of the tokens that it gives out.
    pub scopes: BTreeSet<String>,
    /// Whether it is enabled for every workspace, later ones included.
    pub for_all: bool,
    /// The workspaces for which it is enabled by id.
    pub explicit: BTreeSet<WorkspaceId>,
    /// The lifetime of the tokens that it gives out.
    pub token_lifetime: Lifetime,
    /// What it is for.
    pub description: String,
    /// Fields of the match that this version does not know.
    pub not_understood: Vec<String>,
    /// Whether it is archived.
    pub archived: bool,
    /// The time it was created.
    pub created_at: Option<Timestamp>,
}

impl Archivable for LiveIssuer {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn is_archived(&self) -> bool {
        self.archived
    }
}

impl Archivable for LiveRule {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn is_archived(&self) -> bool {
        self.archived
    }
}

impl LiveIssuer {
    /// Returns the fields as plans compare them.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = Facts::one("name", self.name.as_str());
        facts.set("state", state(self.archived));
        facts.set("issuer_url", Fact::Text(self.issuer_url.clone()));
        facts.set("jwks", Fact::Text(self.shown_jwks.clone()));
        facts.set("check_jti", Fact::Text(self.check_jti.to_string()));
        facts.set("max_jwt_lifetime_seconds", Fact::Number(self.max_jwt_lifetime.seconds().into()));
        facts
    }
}

/// Returns the state as plans compare it.
pub(super) fn state(is_archived: bool) -> Fact {
    Fact::Text(if is_archived { "archived" } else { "active" }.to_owned())
}

impl LiveIssuer {
    /// Returns whose tokens it accepts, and where their keys come from.
    pub(super) fn says(&self) -> Text {
        let jti = if self.check_jti { "" } else { ", tokens can be used again" };
        text!(
            "tokens of {}, keys: {}, lifetime up to {}{}",
            &self.issuer_url,
            &self.shown_jwks,
            self.max_jwt_lifetime.to_string(),
            Text::from(jti)
        )
    }
}

impl LiveRule {
    /// Returns the fields as plans compare them.
    pub(super) fn facts(&self) -> Facts {
        let mut facts = self.matching.facts();
        let text = |text: &str| Fact::Text(text.to_owned());
        facts.set("name", text(&self.name));
        facts.set("state", state(self.archived));
        facts.set("issuer_id", text(&self.issuer_id));
        facts.set("service_account_id", self.service_account_id.as_deref().map_or(Fact::Null, text));
        facts.set("oauth_scope", Fact::Set(self.scopes.clone()));
        facts.set("token_lifetime_seconds", Fact::Number(self.token_lifetime.seconds().into()));
        facts.set("description", text(&self.description));
        facts.set("applies_to_all_workspaces", Fact::Text(self.for_all.to_string()));
        if let Some(only) = self.explicit.first().filter(|_| self.explicit.len() == 1) {
            facts.set("workspace_id", text(only.as_str()));
        }
        facts
    }

    /// Returns the workspaces for which the rule is enabled.
    pub(super) fn workspaces(&self) -> LiveWorkspaces {
        if self.for_all { RuleWorkspaces::All } else { RuleWorkspaces::Only(self.explicit.clone()) }
    }

    /// Returns whether it gives out a scope that only the Console gives. Such a rule and its issuer cannot be changed.
    pub(super) fn is_console_only(&self) -> bool {
        self.scopes.iter().any(|scope| Scope::parse(scope).is_none_or(Scope::is_console_only))
    }
}
