//! An issuer of identity tokens for tests. The emulator fetches no keys: for issuers whose keys the service would fetch,
//! the key of this issuer is the only one. It is made when it is first needed, and is the same for all emulators of a
//! process.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};

use crate::envelope::{Answer, Refusal};
use crate::federation_issuers::FederationIssuer;
use crate::ids;
use crate::jwks::Jwks;
use crate::object::{Object, required};
use crate::request::Query;
use crate::state::State;

const KEY_ID: &str = "emulator";
/// The default of `aud`, and of the lifetime in seconds, which is about that of GitHub's tokens.
const AUDIENCE: &str = "https://api.anthropic.com";
const LIFETIME: u32 = 300;

/// What the next tokens say.
#[derive(Clone)]
pub(super) struct Claims {
    claims: Map<String, Value>,
    lifetime: u32,
}

impl Default for Claims {
    fn default() -> Self {
        Self { claims: Map::new(), lifetime: LIFETIME }
    }
}

/// Returns the keys of an issuer, as a JWKS has them.
pub(super) fn keys_of(issuer: &FederationIssuer) -> Vec<Map<String, Value>> {
    match &issuer.jwks {
        Jwks::Inline { keys } => keys.clone(),
        Jwks::Discovery { .. } | Jwks::ExplicitUrl { .. } => own_key().into_iter().collect(),
        Jwks::Other(_) => Vec::new(),
    }
}

/// Sets what the next tokens of an issuer say: `{"issuer_id": …, "claims": …, "lifetime_seconds": …}`. A claim that is
/// null is left out.
pub(crate) fn set_claims(state: &mut State, mut body: Object) -> Answer {
    let issuer_id = body.text("issuer_id")?;
    let claims = body.nullable_object("claims")?.map(Object::into_fields).unwrap_or_default();
    let lifetime = body.nullable_number("lifetime_seconds", 1, u32::MAX)?.unwrap_or(LIFETIME);
    body.finish()?;
    find(state, &issuer_id)?;
    state.workloads.claims.insert(issuer_id, Claims { claims, lifetime });
    Ok(json!({}))
}

/// Returns a new identity token, in the form of a GitHub runner. Other parameters of the query are ignored, because the
/// address of a runner has some.
pub(crate) fn token(state: &mut State, mut query: Query) -> Answer {
    let issuer_id = query.one("issuer_id")?.ok_or_else(|| required("issuer_id"))?;
    let audience = query.one("audience")?;
    let issuer = find(state, &issuer_id)?.issuer_url.clone();
    let Claims { claims, lifetime } = state.workloads.claims.get(&issuer_id).cloned().unwrap_or_default();
    state.workloads.issued += 1;
    let now = state.now.as_second();
    let mut says = json!({
        "iss": issuer,
        "sub": "test",
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + i64::from(lifetime),
        "jti": ids::uuid(&["identity token", &issuer_id, &state.workloads.issued.to_string()]),
    });
    if let Some(says) = says.as_object_mut() {
        says.extend(claims);
        says.extend(audience.map(|audience| ("aud".to_owned(), json!(audience))));
        says.retain(|_, value| !value.is_null());
    }
    let value = signed(&says).ok_or_else(Refusal::internal)?;
    Ok(json!({"value": value}))
}

/// Returns an issuer whose tokens this one can sign.
fn find<'a>(state: &'a State, id: &str) -> Result<&'a FederationIssuer, Refusal> {
    let issuer = state.rest.federation_issuers.iter().find(|issuer| issuer.id == id);
    match issuer {
        None => Err(Refusal::not_found("Federation issuer")),
        Some(issuer) if !issuer.jwks.is_polled() => Err(Refusal::invalid(
            "issuer_id: the issuer has keys of its own, so the emulator cannot sign for it.",
        )),
        Some(issuer) => Ok(issuer),
    }
}

/// Signs claims; `None` if the machine has no randomness.
fn signed(claims: &Value) -> Option<String> {
    let header = json!({"alg": "ES256", "kid": KEY_ID, "typ": "JWT"});
    let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encoded(&header), encoded(claims));
    let signature = KEY.as_ref()?.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Returns the public key as a JWKS has it.
fn own_key() -> Option<Map<String, Value>> {
    let (_, point) = KEY.as_ref()?.public_key().as_ref().split_first()?;
    let (x, y) = point.split_at_checked(32)?;
    let key = json!({
        "kty": "EC", "crv": "P-256", "kid": KEY_ID, "alg": "ES256", "use": "sig",
        "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    });
    key.as_object().cloned()
}

static KEY: LazyLock<Option<EcdsaKeyPair>> = LazyLock::new(|| {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).ok()
});
