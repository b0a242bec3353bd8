//! Parses the parts of an identity token (a JWT) strictly. Its signature is checked in `checks.rs`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

/// The largest identity token in bytes.
const LARGEST: usize = 16 * 1024;

/// An identity token whose signature has not been checked.
pub(super) struct Assertion<'a> {
    header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// The part that is signed.
    pub(super) signed: &'a [u8],
    pub(super) signature: Vec<u8>,
}

impl<'a> Assertion<'a> {
    /// Returns the parts of a token; `None` if it is not a JWT, is too large, names a member twice, or has an extension
    /// that must be understood.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LARGEST {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header = members(header)?;
        if header.contains_key("crit") {
            return None;
        }
        let claims = members(claims)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        Some(Self { header, claims, signed: signed.as_bytes(), signature })
    }

    /// Returns a text of the header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// Returns a claim that is a text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// Returns a claim that is a time, in seconds since 1970.
    pub(super) fn seconds(&self, name: &str) -> Option<i64> {
        let value = self.claims.get(name)?;
        let fraction = || Some(SignedDuration::try_from_secs_f64(value.as_f64()?).ok()?.as_secs());
        value.as_i64().or_else(fraction)
    }

    /// Returns whether the token is for an audience: `aud` is that text, or a list with it.
    pub(super) fn is_for(&self, audience: &str) -> bool {
        match self.claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(|one| one == audience),
            Some(one) => one == audience,
            None => false,
        }
    }
}

/// Returns the members of a JSON object in Base64.
fn members(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let members: Members = serde_json::from_slice(&bytes).ok()?;
    Some(members.0)
}

/// A JSON object without duplicate members, of which two readers could see different ones.
struct Members(Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Unique)
    }
}

struct Unique;

impl<'de> Visitor<'de> for Unique {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member appears twice"));
            }
        }
        Ok(Members(members))
    }
}
