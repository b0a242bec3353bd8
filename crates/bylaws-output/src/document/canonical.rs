//! Canonical JSON (RFC 8785, for documents without floats) and its SHA-256, so that a fingerprint depends on content
//! only.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Returns JSON with sorted keys and no white space.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            // RFC 8785 sorts by UTF-16 code units.
            keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
            let fields = keys.into_iter().filter_map(|key| {
                Some(format!("{}:{}", Value::String(key.clone()), canonical(map.get(key)?)))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

/// Returns the SHA-256 of a text in lower-case hexadecimal.
pub fn sha256(text: &str) -> String {
    sha256_of([text])
}

/// Returns the SHA-256 of a text whose parts need not be in memory at once.
pub fn sha256_of(parts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut hash = Sha256::new();
    parts.into_iter().for_each(|part| hash.update(part.as_ref()));
    base16ct::lower::encode_string(&hash.finalize())
}

/// Returns the first characters of a hash or a commit, as outputs show it.
pub fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_spacing_do_not_change_canonical_json() {
        let one: Value = serde_json::from_str(r#"{"b": [1, {"d": null, "c": "ü\n"}], "a": true}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"a":true,"b":[1,{"c":"ü\n","d":null}]}"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"c":"ü\n","d":null}]}"#);
        assert_eq!(canonical(&one), canonical(&two));
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
