//! Federation: which identity tokens of other issuers can be exchanged for a token of a service account, and where.
//! Issuers and rules share the section `federation`.

mod account;
mod activities;
mod address;
mod adopt;
mod enablement;
mod entry;
mod import;
pub(crate) mod issuer;
mod jwks;
pub(crate) mod lifetime;
mod lint;
pub(crate) mod lists;
mod live;
pub(crate) mod matching;
pub(crate) mod objects;
pub(crate) mod pinned;
pub(crate) mod reach;
pub(crate) mod remote;
pub(crate) mod rule;
mod rules;
mod schema;
mod syntax;
pub(crate) mod tenant;
#[cfg(test)]
pub(crate) mod tests;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use bylaws_engine::{AddressForm, Fact, Facts, Kind, ObjectName, WorkspaceId, WorkspaceLabel, words};

pub(crate) use jwks::{Jwks, KEYS_FILE};
pub(crate) use lifetime::Lifetime;
pub use live::{LiveFederation, LiveIssuer, LiveRule};
pub(crate) use matching::RuleMatch;
pub(crate) use pinned::Pinned;

/// The name of an archived object stays taken, so lists contain it.
const IN_USE: Option<(&str, &str)> = Some(("state", "active"));

/// Issuers of identity tokens.
pub(crate) static ISSUER: Kind = Kind {
    form: AddressForm::Alone,
    in_use: IN_USE,
    identified_by: &["name"],
    ..Kind::new("federation_issuer", &["federation_issuers"])
};

/// Rules: which tokens of an issuer are exchanged, and for what.
pub(crate) static RULE: Kind = Kind {
    form: AddressForm::Alone,
    in_use: IN_USE,
    identified_by: &["name"],
    ..Kind::new("federation_rule", &["federation_rules"])
};

/// The workspaces of a rule.
pub(crate) static RULE_WORKSPACE: Kind = Kind {
    word: "federation_rule",
    form: AddressForm::ThenWorkspace,
    id_field: "federation_rule_id",
    ..Kind::new("federation_rule_workspace", &["federation_rule_workspaces"])
};

/// The section of the files.
const SECTION: &str = "federation";

/// The section `federation`. A missing part (`None`) is not managed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Federation {
    /// The issuers.
    pub issuers: Option<BTreeMap<ObjectName, Pinned<Issuer>>>,
    /// The rules.
    pub rules: Option<BTreeMap<ObjectName, Pinned<Rule>>>,
}

impl Federation {
    /// Returns whether a rule names workspaces.
    pub(crate) fn names_workspaces(&self) -> bool {
        let rules = self.rules.iter().flatten().filter_map(|(_, rule)| rule.settings.as_ref());
        rules.into_iter().any(|rule| matches!(rule.workspaces, Some(RuleWorkspaces::Only(_))))
    }
}

/// The settings of an issuer. A missing field is not managed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// The issuer that the tokens name (`issuer_url`).
    pub url: String,
    /// Where the keys come from.
    pub jwks: Option<Jwks>,
    /// Whether a token that has an id can be used only once.
    pub check_jti: Option<bool>,
    /// The longest lifetime of a token.
    pub max_jwt_lifetime: Option<Lifetime>,
}

/// The settings of a rule. A missing field is not managed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The issuer, by its name in the files.
    pub issuer: ObjectName,
    /// Which tokens the rule accepts.
    pub matching: RuleMatch,
    /// The service account, by its name in the files.
    pub service_account: ObjectName,
    /// The scopes of the tokens that are given out.
    pub scopes: BTreeSet<Scope>,
    /// The workspaces for which the rule is enabled.
    pub workspaces: Option<RuleWorkspaces<WorkspaceLabel>>,
    /// The lifetime of the tokens that are given out.
    pub token_lifetime: Option<Lifetime>,
    /// What the rule is for; empty means none.
    pub description: Option<String>,
}

/// The workspaces for which a rule is enabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleWorkspaces<W> {
    /// Every workspace, later ones included.
    All,
    /// These.
    Only(BTreeSet<W>),
}

words!(
    /// A scope of the tokens that a rule gives out.
    Scope {
        /// Use models in the workspace.
        Inference = "workspace:inference",
        /// Everything that a developer may do in the workspace.
        Developer = "workspace:developer",
        /// Manage MCP tunnels. Only the Console gives it.
        Tunnels = "workspace:manage_tunnels",
        /// The Admin API. Only the Console gives it.
        Admin = "org:admin",
    }
);

impl Scope {
    /// Returns whether only the Console gives it.
    fn is_console_only(self) -> bool {
        matches!(self, Self::Tunnels | Self::Admin)
    }
}

impl Issuer {
    /// Returns the managed fields as plans compare them.
    fn facts(&self) -> Facts {
        let mut facts = Facts::one("issuer_url", self.url.as_str());
        if let Some(jwks) = &self.jwks {
            facts.set("jwks", Fact::Text(jwks.to_string()));
        }
        if let Some(check) = self.check_jti {
            facts.set("check_jti", Fact::Text(check.to_string()));
        }
        if let Some(lifetime) = self.max_jwt_lifetime {
            facts.set("max_jwt_lifetime_seconds", Fact::Number(lifetime.seconds().into()));
        }
        facts
    }
}

impl Rule {
    /// Returns the managed fields as plans compare them, except what the rule refers to.
    fn facts(&self) -> Facts {
        let mut facts = self.matching.facts();
        let scopes = self.scopes.iter().map(|scope| scope.as_str().to_owned());
        facts.set("oauth_scope", Fact::Set(scopes.collect()));
        if let Some(lifetime) = self.token_lifetime {
            facts.set("token_lifetime_seconds", Fact::Number(lifetime.seconds().into()));
        }
        if let Some(description) = &self.description {
            facts.set("description", Fact::Text(description.clone()));
        }
        facts
    }
}

/// The workspaces of a live rule.
type LiveWorkspaces = RuleWorkspaces<WorkspaceId>;
