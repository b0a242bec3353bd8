//! Identity tokens signed by keys of an inline issuer: an EC key made here, and the RSA key `rsa.der`, which exists only
//! for these tests (`ring` makes none).

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

/// The time of the seed, in seconds since 1970.
pub(crate) const NOW: i64 = 1_795_251_600;

struct Keys {
    p256: EcdsaKeyPair,
    p384: EcdsaKeyPair,
    rsa: RsaKeyPair,
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys {
    p256: ec(&ECDSA_P256_SHA256_FIXED_SIGNING),
    p384: ec(&ECDSA_P384_SHA384_FIXED_SIGNING),
    rsa: RsaKeyPair::from_der(include_bytes!("rsa.der")).unwrap(),
});

fn ec(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
}

pub(crate) fn encoded(part: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

/// The public keys, as a JWKS has them. The last two are not for signatures, and for another algorithm.
pub(crate) fn jwks() -> Value {
    let ec = |kid: &str, curve: &str, key: &EcdsaKeyPair| {
        let point = &key.public_key().as_ref()[1..];
        let (x, y) = point.split_at(point.len() / 2);
        json!({"kty": "EC", "kid": kid, "crv": curve, "x": encoded(x), "y": encoded(y)})
    };
    let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(KEYS.rsa.public());
    let rsa = json!({"kty": "RSA", "kid": "rsa", "n": encoded([vec![0], n].concat()), "e": encoded(e)});
    let with = |kid: &str, field: &str, value: &str| {
        let mut key = rsa.clone();
        key["kid"] = json!(kid);
        key[field] = json!(value);
        key
    };
    json!([
        ec("p256", "P-256", &KEYS.p256),
        ec("p384", "P-384", &KEYS.p384),
        rsa,
        with("encryption", "use", "enc"),
        with("rs512", "alg", "RS512"),
    ])
}

/// Returns valid claims with one replaced, or left out if it is null.
pub(crate) fn claims(name: &str, value: Value) -> Value {
    let mut claims = json!({
        "iss": "https://idp.acme.com", "sub": "project:acme:main", "aud": "https://api.anthropic.com",
        "iat": NOW - 10, "exp": NOW + 300, "project_id": "812",
    });
    claims[name] = value;
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// Returns a valid token, or one with another claim.
pub(crate) fn token(name: &str, value: Value) -> String {
    signed(&json!({"alg": "ES256", "kid": "p256"}), &claims(name, value))
}

pub(crate) fn signed(header: &Value, claims: &Value) -> String {
    signed_bytes(&header.to_string(), &claims.to_string())
}

/// Signs texts as they are, with the algorithm of the header; with ES256 if it is not one of these.
pub(crate) fn signed_bytes(header: &str, claims: &str) -> String {
    let algorithm = serde_json::from_str::<Value>(header).unwrap_or_default()["alg"].clone();
    let signed = format!("{}.{}", encoded(header), encoded(claims));
    let (message, random) = (signed.as_bytes(), SystemRandom::new());
    let rsa = |encoding: &'static dyn RsaEncoding| {
        let mut signature = vec![0; KEYS.rsa.public().modulus_len()];
        KEYS.rsa.sign(encoding, &random, message, &mut signature).unwrap();
        signature
    };
    let signature = match algorithm.as_str() {
        Some("RS256") => rsa(&RSA_PKCS1_SHA256),
        Some("RS384") => rsa(&RSA_PKCS1_SHA384),
        Some("RS512") => rsa(&RSA_PKCS1_SHA512),
        Some("PS256") => rsa(&RSA_PSS_SHA256),
        Some("PS384") => rsa(&RSA_PSS_SHA384),
        Some("PS512") => rsa(&RSA_PSS_SHA512),
        Some("ES384") => KEYS.p384.sign(&random, message).unwrap().as_ref().to_vec(),
        Some("none") => Vec::new(),
        _ => KEYS.p256.sign(&random, message).unwrap().as_ref().to_vec(),
    };
    format!("{signed}.{}", encoded(signature))
}
