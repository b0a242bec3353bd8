//! Checks the signature of an identity token with a key of a JWKS.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::{Map, Value};

/// A signature algorithm of the service, except ES512, which `ring` does not have.
#[derive(Clone, Copy)]
pub(super) enum Algorithm {
    Rsa(&'static RsaParameters),
    /// The algorithm, its curve, and the length of a coordinate in bytes.
    Ec(&'static dyn VerificationAlgorithm, &'static str, usize),
}

impl Algorithm {
    /// Returns the algorithm that a header names.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            "RS384" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            "RS512" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            "PS256" => Self::Rsa(&RSA_PSS_2048_8192_SHA256),
            "PS384" => Self::Rsa(&RSA_PSS_2048_8192_SHA384),
            "PS512" => Self::Rsa(&RSA_PSS_2048_8192_SHA512),
            "ES256" => Self::Ec(&ECDSA_P256_SHA256_FIXED, "P-256", 32),
            "ES384" => Self::Ec(&ECDSA_P384_SHA384_FIXED, "P-384", 48),
            _ => return None,
        })
    }

    /// Returns the key in `jwk`, if it is one for this algorithm.
    pub(super) fn key(self, jwk: &Map<String, Value>) -> Option<Key> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        match self {
            Self::Rsa(parameters) if text("kty") == Some("RSA") => {
                // Some issuers write a leading zero, which `ring` refuses.
                let digits = |name: &str| {
                    bytes(name).map(|all| all.into_iter().skip_while(|byte| *byte == 0).collect())
                };
                Some(Key::Rsa(parameters, PublicKeyComponents { n: digits("n")?, e: digits("e")? }))
            }
            Self::Ec(algorithm, curve, length) if text("kty") == Some("EC") && text("crv") == Some(curve) => {
                let (x, y) = (bytes("x")?, bytes("y")?);
                let is_whole = x.len() == length && y.len() == length;
                is_whole.then(|| Key::Ec(UnparsedPublicKey::new(algorithm, [vec![4], x, y].concat())))
            }
            _ => None,
        }
    }
}

/// A public key for one algorithm.
pub(super) enum Key {
    Rsa(&'static RsaParameters, PublicKeyComponents<Vec<u8>>),
    Ec(UnparsedPublicKey<Vec<u8>>),
}

impl Key {
    pub(super) fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa(parameters, key) => key.verify(parameters, signed, signature).is_ok(),
            Self::Ec(key) => key.verify(signed, signature).is_ok(),
        }
    }
}

/// Returns whether a key may be used for signatures of the algorithm, as far as it says.
pub(super) fn is_for(jwk: &Map<String, Value>, algorithm: &str) -> bool {
    let is = |name: &str, wanted: &str| jwk.get(name).is_none_or(|value| value == wanted);
    is("alg", algorithm) && is("use", "sig")
}
