//! Where the keys of an issuer come from.

use std::collections::BTreeSet;
use std::fmt;

use bylaws_config::digest::Form;
use bylaws_config::fields::{Fields, list, map, text};
use bylaws_config::node::{Node, Value as Parsed};
use bylaws_config::position::At;
use bylaws_config::shown::listed;
use serde_json::{Map, Value, json};

use super::{address, rules};
use crate::files::Context;

/// Where the keys of an issuer come from. The service replaces all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jwks {
    /// The discovery document of the issuer.
    Discovery {
        /// The address below which the document is; `None` is that of the issuer.
        base: Option<String>,
        /// Certificates to trust, PEM.
        ca_cert: Option<String>,
    },
    /// A fixed address.
    Url {
        /// The address.
        url: String,
        /// Certificates to trust, PEM.
        ca_cert: Option<String>,
    },
    /// Keys that do not change.
    Inline(Keys),
}

/// Public keys. Their order and that of their fields is irrelevant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys(BTreeSet<String>);

impl Keys {
    /// Returns keys in the form of a JWKS.
    pub(super) fn new(keys: impl IntoIterator<Item = Map<String, Value>>) -> Self {
        Self(keys.into_iter().map(|key| sorted(Value::Object(key)).to_string()).collect())
    }

    /// Returns the keys as JSON, in a fixed order.
    pub(super) fn json(&self) -> Vec<Value> {
        self.0.iter().filter_map(|key| serde_json::from_str(key).ok()).collect()
    }
}

/// Returns the same value with the fields of its objects in alphabetical order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            fields.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

impl Jwks {
    /// Returns the value as the service expects it.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Discovery { base, ca_cert } => {
                json!({"type": "discovery", "discovery_base": base, "ca_cert_pem": ca_cert})
            }
            Self::Url { url, ca_cert } => json!({"type": "explicit_url", "url": url, "ca_cert_pem": ca_cert}),
            Self::Inline(keys) => json!({"type": "inline", "keys": keys.json()}),
        }
    }
}

/// Writes what plans show. Keys and certificates are shown by a digest, so that every difference is seen.
impl fmt::Display for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ca_cert = match self {
            Self::Discovery { base, ca_cert } => {
                f.write_str("discovery")?;
                if let Some(base) = base {
                    write!(f, " at {base}")?;
                }
                ca_cert.as_deref()
            }
            Self::Url { url, ca_cert } => {
                write!(f, "explicit_url {url}")?;
                ca_cert.as_deref()
            }
            Self::Inline(keys) => {
                let ids = keys.json().into_iter().map(|key| match key.get("kid").and_then(Value::as_str) {
                    Some(kid) => kid.to_owned(),
                    None => "without kid".to_owned(),
                });
                let ids = ids.collect::<Vec<_>>().join(", ");
                let all: Vec<&str> = keys.0.iter().map(String::as_str).collect();
                write!(f, "inline [{ids}] digest {}", digest(&all))?;
                None
            }
        };
        match ca_cert {
            Some(ca_cert) => write!(f, ", ca_cert digest {}", digest(&[ca_cert])),
            None => Ok(()),
        }
    }
}

fn digest(parts: &[&str]) -> String {
    let mut form = Form::new();
    for part in parts {
        form.word(part);
    }
    form.finish().chars().take(16).collect()
}

/// Where a value may name a JWKS file.
pub(crate) const KEYS_FILE: [&str; 5] = ["federation", "issuers", "*", "jwks", "inline"];

/// Reads where the keys of an issuer come from.
pub(super) fn read(cx: &mut Context, node: &Node) -> Option<Jwks> {
    const KEYS: [&str; 4] = ["discovery_base", "explicit_url", "inline", "ca_cert"];
    if matches!(&node.value, Parsed::Text(word) if word == "discovery") {
        return Some(Jwks::Discovery { base: None, ca_cert: None });
    }
    if !matches!(&node.value, Parsed::Map(_)) {
        let message = format!("`jwks` must be `discovery` or a map, not {}", node.value.described());
        bad_jwks(cx, node.at, message);
        return None;
    }
    let fields = Fields::open(&mut cx.problems, node, "jwks", &KEYS)?;
    let sources: Vec<&str> = KEYS.iter().copied().take(3).filter(|key| fields.get(key).is_some()).collect();
    if sources.len() > 1 {
        bad_jwks(cx, node.at, format!("`jwks` has several sources of keys: {}", listed(sources.into_iter())));
        return None;
    }
    let ca_cert = match fields.value("ca_cert") {
        Some(node) => Some(text(&mut cx.problems, node, "ca_cert")?.to_owned()),
        None => None,
    };
    match sources.first().and_then(|key| Some((*key, fields.value(key)?))) {
        Some(("explicit_url", node)) => {
            Some(Jwks::Url { url: address::read(cx, node, "explicit_url", true)?, ca_cert })
        }
        Some(("inline", node)) => {
            if let Some(line) = fields.get("ca_cert") {
                bad_jwks(cx, line.at, "`ca_cert` has no effect with `inline`".to_owned());
                return None;
            }
            keys(cx, node).map(Jwks::Inline)
        }
        Some((_, node)) => {
            Some(Jwks::Discovery { base: Some(address::read(cx, node, "discovery_base", true)?), ca_cert })
        }
        None => Some(Jwks::Discovery { base: None, ca_cert }),
    }
}

fn bad_jwks(cx: &mut Context, at: At, message: String) {
    cx.report(&rules::BAD_JWKS, at, message).label("invalid keys").help(
        "write `discovery`, or one of `{discovery_base: URL}`, `{explicit_url: URL}` and `{inline: FILE.json}`",
    );
}

/// Reads public keys, as a JWKS has them.
fn keys(cx: &mut Context, node: &Node) -> Option<Keys> {
    /// The fields of private and shared keys.
    const SECRET: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    let fields = Fields::open(&mut cx.problems, node, "inline", &["keys"])?;
    let items =
        fields.required(&mut cx.problems, node.at, "keys", "write `keys: [\u{2026}]`, as a JWKS has them")?;
    let items = list(&mut cx.problems, items, "keys")?;
    let mut keys = Vec::new();
    for item in items {
        let entries = map(&mut cx.problems, item, "a key")?;
        if let Some(secret) = entries.iter().find(|entry| SECRET.contains(&entry.key.as_str())) {
            for hidden in entries.iter().filter(|entry| SECRET.contains(&entry.key.as_str())) {
                cx.problems.hide(hidden.value.at);
            }
            cx.report(&rules::BAD_JWKS, secret.at, "this is a private or shared key")
                .label("secret")
                .help("keep it out of git, replace it, and write the public key only");
            return None;
        }
        keys.push(
            entries
                .iter()
                .map(|entry| Some((entry.key.clone(), json(&entry.value)?)))
                .collect::<Option<_>>()?,
        );
    }
    if keys.is_empty() {
        bad_jwks(cx, node.at, "`keys` is empty, so no token would be accepted".to_owned());
        return None;
    }
    Some(Keys::new(keys))
}

fn json(node: &Node) -> Option<Value> {
    Some(match &node.value {
        Parsed::Null => Value::Null,
        Parsed::Bool(source) => Value::Bool(source == "true"),
        Parsed::Number(source) => {
            serde_json::from_str(source).unwrap_or_else(|_| Value::String(source.clone()))
        }
        Parsed::Text(text) => Value::String(text.clone()),
        Parsed::List(items) => Value::Array(items.iter().map(json).collect::<Option<_>>()?),
        Parsed::Map(entries) => {
            let fields = entries.iter().map(|entry| Some((entry.key.clone(), json(&entry.value)?)));
            Value::Object(fields.collect::<Option<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(json: Value) -> Keys {
        Keys::new(serde_json::from_value::<Vec<Map<String, Value>>>(json).unwrap())
    }

    #[test]
    fn keys_are_compared_without_order() {
        let one =
            keys(json!([{"kid": "1", "kty": "EC", "x": {"a": 1, "b": [2]}}, {"kid": "2", "kty": "RSA"}]));
        let same =
            keys(json!([{"kty": "RSA", "kid": "2"}, {"x": {"b": [2], "a": 1}, "kty": "EC", "kid": "1"}]));
        let other =
            keys(json!([{"kid": "1", "kty": "EC", "x": {"a": 1, "b": [3]}}, {"kid": "2", "kty": "RSA"}]));
        assert_eq!(one, same);
        assert_ne!(Jwks::Inline(one.clone()).to_string(), Jwks::Inline(other).to_string());
        assert_eq!(Jwks::Inline(one).to_string(), Jwks::Inline(same).to_string());
    }
}
