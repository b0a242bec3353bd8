//! The lists of issuers and rules as they were read, and as a snapshot contains them.

use bylaws_api as api;
use bylaws_engine::WorkspaceId;
use bylaws_engine::text::Text;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::jwks::Keys;
use super::{Jwks, Lifetime, LiveFederation, LiveIssuer, LiveRule, RuleMatch};
use crate::desired::Desired;
use crate::live::Live;
use crate::remote::{Lists, list, time};

impl LiveIssuer {
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
    /// Returns the rule of an answer.
    pub(super) fn of(rule: &api::FederationRule) -> Self {
        let api::RuleMatch { subject_prefix, audience, claims, condition, other } = rule.matching.clone();
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
            not_understood: other.into_keys().collect(),
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

/// Returns issuers and rules, if the service listed both.
pub(crate) fn read(live: &Live) -> Option<&LiveFederation> {
    live.federation.as_ref().filter(|federation| federation.refused.is_none())
}

/// Returns whether the files need the issuers.
pub(super) fn need_issuers(desired: &Desired) -> bool {
    desired.federation.is_some()
}

/// Returns whether the files need the rules: an account is not archived while a rule names it.
pub(crate) fn need_rules(desired: &Desired) -> bool {
    let mut accounts = desired.service_accounts.iter().flatten();
    need_issuers(desired) || accounts.any(|(_, account)| account.is_archived())
}
