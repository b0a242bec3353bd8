//! The lists of issuers and rules as they were read, and as a snapshot contains them.

use std::collections::BTreeSet;

use bylaws_api as api;
use bylaws_engine::text::Text;
use bylaws_engine::{Fact, Facts, WorkspaceId};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::jwks::Keys;
use super::pinned::Archivable;
use super::{Jwks, Lifetime, LiveWorkspaces, RuleMatch, RuleWorkspaces};
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, list, time};

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
    /// The time at which the service stopped to read the keys, after it had failed for long.
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

    /// Returns the issuer of an answer.
    pub(super) fn of(issuer: &api::FederationIssuer) -> Self {
        let jwks = jwks(&issuer.jwks);
        let shown_jwks = match (&jwks, &issuer.jwks) {
            (Some(jwks), _) => jwks.to_string(),
            (None, api::Jwks::Unknown(value)) => value.to_string(),
            (None, _) => String::new(),
        };
        Self {
            id: issuer.id.as_str().to_owned(),
            name: issuer.name.clone(),
            issuer_url: issuer.issuer_url.clone(),
            jwks,
            shown_jwks,
            check_jti: issuer.check_jti,
            max_jwt_lifetime: Lifetime::of_seconds(issuer.max_jwt_lifetime_seconds),
            polling_disabled_at: issuer.jwks_polling_disabled_at.as_ref().and_then(time),
            archived: issuer.archived_at.is_some(),
            created_at: time(&issuer.created_at),
        }
    }
}

/// Returns the state as plans compare it.
pub(super) fn state(is_archived: bool) -> Fact {
    Fact::Text(if is_archived { "archived" } else { "active" }.to_owned())
}

fn jwks(jwks: &api::Jwks) -> Option<Jwks> {
    Some(match jwks.clone() {
        api::Jwks::Discovery { discovery_base, ca_cert_pem } => {
            Jwks::Discovery { base: discovery_base, ca_cert: ca_cert_pem }
        }
        api::Jwks::ExplicitUrl { url, ca_cert_pem } => Jwks::Url { url, ca_cert: ca_cert_pem },
        api::Jwks::Inline { keys } => Jwks::Inline(Keys::new(keys)),
        api::Jwks::Unknown(_) => return None,
    })
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
        let of_workspace = ["workspace:developer", "workspace:inference"];
        self.scopes.iter().any(|scope| !of_workspace.contains(&scope.as_str()))
    }

    /// Returns the rule of an answer.
    pub(super) fn of(rule: &api::FederationRule) -> Self {
        let api::RuleMatch { subject_prefix, audience, claims, condition } = rule.matching.clone();
        Self {
            id: rule.id.as_str().to_owned(),
            name: rule.name.clone(),
            issuer_id: rule.issuer_id.as_str().to_owned(),
            matching: RuleMatch {
                subject: subject_prefix,
                audience,
                claims: claims.unwrap_or_default(),
                condition,
            },
            service_account_id: rule.target.service_account_id().map(|id| id.as_str().to_owned()),
            scopes: rule.scopes().into_iter().map(str::to_owned).collect(),
            for_all: rule.applies_to_all_workspaces,
            explicit: rule.workspaces().into_iter().map(|id| WorkspaceId::new(id.as_str())).collect(),
            token_lifetime: Lifetime::of_seconds(rule.token_lifetime_seconds),
            description: rule.description.clone().unwrap_or_default(),
            archived: rule.archived_at.is_some(),
            created_at: time(&rule.created_at),
        }
    }
}

/// A list as it was read, or why it was refused.
pub(super) enum List<T> {
    Read(Vec<T>),
    Refused(Text),
}

impl<T: DeserializeOwned> List<T> {
    /// Returns a list of a snapshot.
    pub(super) fn parse(snapshot: &Map<String, Value>, name: &str) -> serde_json::Result<Self> {
        if snapshot.contains_key(name) {
            return Ok(Self::Read(list(snapshot, name)?));
        }
        Ok(Self::Refused("the snapshot does not contain them".into()))
    }
}

impl<T> List<T> {
    fn read<L>(&self, each: fn(&T) -> L, refused: &mut Option<Text>) -> Option<Vec<L>> {
        match self {
            Self::Read(items) => Some(items.iter().map(each).collect()),
            Self::Refused(reason) => {
                *refused = Some(reason.clone());
                None
            }
        }
    }

    fn write(&self, snapshot: &mut Map<String, Value>, name: &str, id: fn(&T) -> &str)
    where
        T: Serialize,
    {
        // Without the list, a plan with this snapshot says that it is not known.
        if let Self::Read(items) = self {
            let mut items: Vec<&T> = items.iter().collect();
            items.sort_by_key(|item| id(item));
            snapshot.insert(name.to_owned(), json!(items));
        }
    }
}

/// The list of issuers.
pub(super) struct Issuers(pub(super) List<api::FederationIssuer>);

/// The list of rules.
pub(super) struct Rules(pub(super) List<api::FederationRule>);

impl Lists for Issuers {
    fn add_to(&self, live: &mut Live, _: Option<&api::Credential>) {
        let federation = live.federation.get_or_insert_default();
        federation.issuers = self.0.read(LiveIssuer::of, &mut federation.refused);
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        self.0.write(snapshot, "federation_issuers", |issuer| issuer.id.as_str());
    }
}

impl Lists for Rules {
    fn add_to(&self, live: &mut Live, _: Option<&api::Credential>) {
        let federation = live.federation.get_or_insert_default();
        federation.rules = self.0.read(LiveRule::of, &mut federation.refused);
    }

    fn write_to(&self, snapshot: &mut Map<String, Value>) {
        self.0.write(snapshot, "federation_rules", |rule| rule.id.as_str());
    }
}

/// Returns whether the files need the issuers.
pub(super) fn need_issuers(desired: &Desired) -> bool {
    desired.federation.is_some()
}

/// Returns whether the files need the rules: an account is not archived while a rule names it.
pub(super) fn need_rules(desired: &Desired) -> bool {
    let mut accounts = desired.service_accounts.iter().flatten();
    need_issuers(desired) || accounts.any(|(_, account)| account.is_archived())
}
