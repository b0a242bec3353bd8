//! Federation issuers: create, list, get, update, archive (`docs/service-behaviour.md#federation`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::envelope::{Answer, Refusal};
use crate::feed::actor_id;
use crate::feed::event::{Pattern, Recorded, id_of, objects};
use crate::feed::federation::with_digests;
use crate::https_url;
use crate::ids;
use crate::jwks::Jwks;
use crate::kinds::{Accepts, Kind};
use crate::lifecycle::Lifecycle;
use crate::oauth_scope;
use crate::object::{Object, Problem};
use crate::page::TokenPaging;
use crate::request::{Query, Target};
use crate::routes::Run::{Act, Get, List, Post};
use crate::seeding::{Seeding, own_id, unique};
use crate::slug;
use crate::state::State;
use crate::tenant;

pub(crate) const KIND: Kind = Kind {
    read: |seed, document, now| {
        Seeding::list(&mut seed.federation_issuers, document, LIST, now, FederationIssuer::from_seed)
    },
    check: |seed| {
        unique(LIST, &seed.federation_issuers, |issuer| &issuer.id)?;
        slug::unique(LIST, &seed.federation_issuers, |issuer| &issuer.name)
    },
    accepts: Accepts::Tokens,
    recorded: &[Recorded {
        find: |state, path, told| match path {
            ["federation_issuers", rest @ ..] => {
                let id = id_of(rest, told, "id");
                let issuer = id.and_then(|id| state.rest.federation_issuers.iter().find(|own| own.id == id));
                Some(issuer.map_or(Value::Null, |issuer| with_digests(json!(issuer))))
            }
            _ => None,
        },
        all: |seed| objects(&seed.federation_issuers).into_iter().map(with_digests).collect(),
        says: |change| change.of(&ACTIVITIES),
    }],
    ..Kind::new(&[
        ("/v1/organizations/federation_issuers", &[List(list), Post(create)]),
        ("/v1/organizations/federation_issuers/{federation_issuer_id}", &[Get(get), Post(update)]),
        ("/v1/organizations/federation_issuers/{federation_issuer_id}/archive", &[Act(archive)]),
    ])
};

const ACTIVITIES: Pattern = Pattern {
    added: "platform_federation_issuer_created",
    updated: "platform_federation_issuer_updated",
    removed: "platform_federation_issuer_archived",
    ids: &[("id", "federation_issuer_id")],
    updates: &[
        ("/ca_cert_pem_sha256", "ca_cert_pem_sha256"),
        ("/check_jti", "check_jti"),
        ("/jwks/discovery_base", "discovery_base"),
        ("/issuer_url", "issuer_url"),
        ("/jwks_keys_sha256", "jwks_keys_sha256"),
        ("/jwks_polling_disabled_at", "jwks_polling_disabled_at"),
        ("/jwks/type", "jwks_source"),
        ("/jwks/url", "jwks_url"),
        ("/max_jwt_lifetime_seconds", "max_jwt_lifetime_seconds"),
        ("/name", "name"),
    ],
    hidden: &[],
};

/// The list of the seed.
const LIST: &str = "federation_issuers";
/// The default of `max_jwt_lifetime_seconds`, and the greatest value.
const LIFETIME: u32 = 3600;
const LONGEST_LIFETIME: u32 = 176_400;

/// A federation issuer as the service returns it. A seed needs `name` and `issuer_url`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend("x-required" = ["name", "issuer_url"]))]
pub struct FederationIssuer {
    /// The id, `fdis_…`.
    pub id: String,
    /// Always `federation_issuer`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The name: lower-case letters, digits and hyphens; unique.
    pub name: String,
    /// The issuer of the tokens (`iss`).
    pub issuer_url: String,
    /// Where its keys come from; discovery by default.
    pub jwks: Jwks,
    /// Whether a token that has an id (`jti`) can be used only once.
    pub check_jti: bool,
    /// The longest lifetime of a token in seconds, 1 to 176,400.
    pub max_jwt_lifetime_seconds: u32,
    /// When the service stopped fetching the keys, because it failed for too long (RFC 3339), or null.
    #[schemars(with = "Option<String>")]
    pub jwks_polling_disabled_at: Option<Timestamp>,
    /// How the service last fetched the keys; null if it does not fetch them.
    pub poll_status: Option<PollStatus>,
    /// When it was created, updated and archived, and who did it.
    #[serde(flatten)]
    pub lifecycle: Lifecycle,
    /// Fields that the emulator does not know, kept and returned.
    #[serde(flatten)]
    pub extra: BTreeMap<String, Value>,
}

/// How the service last fetched the keys of an issuer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PollStatus {
    /// How many times it failed in a row.
    pub consecutive_failures: u64,
    /// When it last succeeded (RFC 3339), or null.
    #[schemars(with = "Option<String>")]
    pub last_fetched_at: Option<Timestamp>,
    /// When it tries again (RFC 3339), or null.
    #[schemars(with = "Option<String>")]
    pub next_poll_at: Option<Timestamp>,
}

impl PollStatus {
    fn from_seed(mut object: Object) -> Result<Self, Problem> {
        let status = Self {
            consecutive_failures: object.count("consecutive_failures")?,
            last_fetched_at: object.nullable_time("last_fetched_at")?,
            next_poll_at: object.nullable_time("next_poll_at")?,
        };
        object.finish().map(|()| status)
    }
}

impl FederationIssuer {
    fn from_seed(mut object: Object, seeding: &mut Seeding) -> Result<Self, Problem> {
        object.kind("federation_issuer")?;
        let id = own_id(&mut object, "fdis_")?;
        let name = slug::read(&mut object)?;
        let issuer_url = object.text("issuer_url")?;
        https_url::check("issuer_url", &issuer_url)?;
        let jwks = object.nested("jwks", Jwks::from_seed)?.unwrap_or_default();
        let poll_status = object.nested("poll_status", PollStatus::from_seed)?;
        Ok(Self {
            id: seeding.id(id, "fdis_", &["federation issuer", &name]),
            kind: "federation_issuer",
            name,
            issuer_url,
            poll_status: poll_status.or_else(|| jwks.is_polled().then(PollStatus::default)),
            jwks,
            check_jti: object.nullable_flag("check_jti")?.unwrap_or(true),
            max_jwt_lifetime_seconds: lifetime(&mut object)?.unwrap_or(LIFETIME),
            jwks_polling_disabled_at: object.nullable_time("jwks_polling_disabled_at")?,
            lifecycle: Lifecycle::from_seed(&mut object, seeding)?,
            extra: object.rest(),
        })
    }
}

fn list(state: &State, _: &Target<'_>, mut query: Query) -> Answer {
    let paging = TokenPaging::read(LIST, &mut query, 20, 100)?;
    let archived = query.flag("include_archived")?;
    query.finish()?;
    let issuers = state.rest.federation_issuers.iter();
    let kept = issuers.filter(|issuer| archived || issuer.lifecycle.is_live());
    let (data, next_page) = paging.page(kept.map(|issuer| json!(issuer)).collect());
    Ok(json!({"data": data, "next_page": next_page}))
}

fn get(state: &State, target: &Target<'_>) -> Answer {
    Ok(json!(find(state, target)?.0))
}

fn create(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    let name = slug::read(&mut body)?;
    let issuer_url = body.text("issuer_url")?;
    body.not_null(&["jwks"])?;
    let jwks = read_jwks(&mut body)?;
    let check_jti = body.nullable_flag("check_jti")?;
    let lifetime = lifetime(&mut body)?;
    body.finish()?;
    let jwks = jwks.unwrap_or_default();
    jwks.check(&issuer_url)?;
    let issuers = &state.rest.federation_issuers;
    slug::check_free(&name, issuers.iter().map(|issuer| &issuer.name))?;
    let mut taken = issuers.iter().map(|issuer| issuer.id.clone()).collect();
    let issuer = FederationIssuer {
        id: ids::fresh("fdis_", &["federation issuer", &name], &mut taken),
        kind: "federation_issuer",
        name,
        issuer_url,
        poll_status: jwks.is_polled().then(PollStatus::default),
        jwks,
        check_jti: check_jti.unwrap_or(true),
        max_jwt_lifetime_seconds: lifetime.unwrap_or(LIFETIME),
        jwks_polling_disabled_at: None,
        lifecycle: Lifecycle::new(state.now, actor_id(state, target.call)),
        extra: BTreeMap::new(),
    };
    let answer = json!(issuer);
    state.rest.federation_issuers.insert(0, issuer);
    Ok(answer)
}

fn update(state: &mut State, target: &Target<'_>, mut body: Object) -> Answer {
    // Null changes nothing, in any field.
    let name = slug::read_nullable(&mut body)?;
    let issuer_url = body.nullable_text("issuer_url")?;
    let jwks = read_jwks(&mut body)?;
    let check_jti = body.nullable_flag("check_jti")?;
    let lifetime = lifetime(&mut body)?;
    let stays_off = body.nullable_flag("jwks_polling_disabled")?;
    body.finish()?;
    if stays_off == Some(true) {
        return Err(Refusal::invalid("jwks_polling_disabled: only false can be set."));
    }
    let (issuer, at) = find(state, target)?;
    if !issuer.lifecycle.is_live() {
        return Err(Refusal::invalid("The federation issuer is archived."));
    }
    let rules = || state.rest.federation_rules.iter().filter(|rule| rule.is_live_below(&issuer.id));
    rules().try_for_each(|rule| oauth_scope::check_changeable(&rule.oauth_scope))?;
    let mut next = issuer.clone();
    if let Some(name) = name.filter(|name| *name != issuer.name) {
        slug::check_free(&name, state.rest.federation_issuers.iter().map(|issuer| &issuer.name))?;
        next.name = name;
    }
    next.issuer_url = issuer_url.unwrap_or(next.issuer_url);
    if let Some(jwks) = jwks.filter(|jwks| *jwks != issuer.jwks) {
        next.poll_status = jwks.is_polled().then(PollStatus::default);
        next.jwks = jwks;
    }
    next.jwks.check(&next.issuer_url)?;
    if next.issuer_url != issuer.issuer_url
        && let Some(rule) = rules().find(|rule| !tenant::is_pinned(&next.issuer_url, &rule.matching))
    {
        let message = format!("issuer_url: is shared, and the rule {} does not name the tenant.", rule.name);
        return Err(Refusal::invalid(message));
    }
    next.check_jti = check_jti.unwrap_or(next.check_jti);
    next.max_jwt_lifetime_seconds = lifetime.unwrap_or(next.max_jwt_lifetime_seconds);
    if stays_off.is_some() {
        next.jwks_polling_disabled_at = None;
    }
    if next != *issuer {
        next.lifecycle.update(state.now, actor_id(state, target.call));
    }
    Ok(store(state, at, next))
}

/// Archives an issuer permanently. Idempotent.
fn archive(state: &mut State, target: &Target<'_>) -> Answer {
    let (issuer, at) = find(state, target)?;
    let mut next = issuer.clone();
    if issuer.lifecycle.is_live() {
        if let Some(rule) = state.rest.federation_rules.iter().find(|rule| rule.is_live_below(&issuer.id)) {
            return Err(Refusal::invalid(format!("The rule {} uses this federation issuer.", rule.name)));
        }
        next.lifecycle.archive(state.now, actor_id(state, target.call));
    }
    Ok(store(state, at, next))
}

/// Returns the issuer that a path names, and its position.
fn find<'a>(state: &'a State, target: &Target<'_>) -> Result<(&'a FederationIssuer, usize), Refusal> {
    let id = target.id("federation_issuer_id");
    let mut issuers = state.rest.federation_issuers.iter().enumerate();
    let found = issuers.find(|(_, issuer)| issuer.id == id).map(|(at, issuer)| (issuer, at));
    found.ok_or_else(|| Refusal::not_found("Federation issuer"))
}

/// Replaces the issuer at a position, and returns it.
fn store(state: &mut State, at: usize, issuer: FederationIssuer) -> Value {
    let answer = json!(issuer);
    if let Some(stored) = state.rest.federation_issuers.get_mut(at) {
        *stored = issuer;
    }
    answer
}

/// Takes the source of the keys; `None` if it is missing or null.
fn read_jwks(body: &mut Object) -> Result<Option<Jwks>, Problem> {
    body.nested("jwks", Jwks::read)
}

fn lifetime(object: &mut Object) -> Result<Option<u32>, Problem> {
    object.nullable_number("max_jwt_lifetime_seconds", 1, LONGEST_LIFETIME)
}
