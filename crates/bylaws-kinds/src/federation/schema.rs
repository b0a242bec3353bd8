//! The JSON Schema of the section `federation`.

use schemars::{Schema, json_schema};

use super::{Scope, lifetime};

/// Returns the schema of the section.
pub(super) fn federation() -> Schema {
    json_schema!({
        "type": "object",
        "title": "Federation",
        "description": "Which identity tokens of other issuers can be exchanged for a token of a service account. Needs an \
            OAuth token with the scope `org:admin`.\n\n```yaml\nfederation:\n  issuers:\n    github: {issuer_url: \
            https://token.actions.githubusercontent.com, jwks: discovery}\n```",
        "properties": {
            "issuers": {
                "type": "object",
                "title": "Issuers",
                "description": "Issuers of identity tokens, by name.",
                "additionalProperties": issuer()
            },
            "rules": {
                "type": "object",
                "title": "Rules",
                "description": "Which tokens of an issuer are exchanged, as which service account and in which workspaces, by name.",
                "additionalProperties": rule()
            }
        },
        "additionalProperties": false
    })
}

fn text(description: &str) -> serde_json::Value {
    serde_json::json!({"type": "string", "description": description, "minLength": 1})
}

fn lifetime(description: &str, example: &str) -> serde_json::Value {
    serde_json::json!({
        "type": "string",
        "description": description,
        "pattern": lifetime::PATTERN,
        "patternErrorMessage": "Not a valid lifetime: write a whole number with `s`, `m` or `h`, as in `15m`.",
        "examples": [example]
    })
}

fn name() -> serde_json::Value {
    serde_json::json!({
        "type": "string",
        "description": "The desired name; requires `id`. Changing it renames the object in place.",
        "pattern": "^[a-z0-9-]{1,255}$"
    })
}

fn id(prefix: &str) -> serde_json::Value {
    serde_json::json!({
        "type": "string",
        "description": "The id, which pins the object. The name before the `:` is then only a label of your choice.",
        "pattern": format!("^{prefix}_[A-Za-z0-9]+$")
    })
}

fn state() -> serde_json::Value {
    serde_json::json!({"const": "archived", "description": "Archived, which is permanent. Needs an approval."})
}

fn issuer() -> serde_json::Value {
    serde_json::json!({
        "type": "object",
        "properties": {
            "id": id("fdis"),
            "name": name(),
            "state": state(),
            "issuer_url": text("The issuer that the tokens name (`iss`), an https address."),
            "jwks": {
                "description": "Where the public keys come from: `discovery`, a fixed address, or the keys themselves.",
                "anyOf": [
                    {"const": "discovery"},
                    {
                        "type": "object",
                        "properties": {
                            "discovery_base": text("The address below which the discovery document is."),
                            "explicit_url": text("The address of the keys."),
                            "inline": inline(),
                            "ca_cert": text("Certificates to trust, PEM. Without it, the public ones.")
                        },
                        "additionalProperties": false
                    }
                ]
            },
            "check_jti": {
                "type": "boolean",
                "description": "Whether a token that has an id (`jti`) can be exchanged only once. The service's default is true."
            },
            "max_jwt_lifetime": lifetime("The longest lifetime of an accepted token, up to 49h. The service's default is 1h.", "15m")
        },
        "if": {"required": ["state"]},
        "else": {"required": ["issuer_url"]},
        "dependentRequired": {"name": ["id"]},
        "additionalProperties": false
    })
}

fn inline() -> serde_json::Value {
    serde_json::json!({
        "description": "Keys that do not change: a JWKS, or the name of a JSON file with one, below the folder of the \
            files. Public keys only.",
        "anyOf": [
            {"type": "string", "pattern": "\\.[jJ][sS][oO][nN]$", "examples": ["keys/ci.json"]},
            {
                "type": "object",
                "properties": {"keys": {"type": "array", "items": {"type": "object"}, "minItems": 1}},
                "required": ["keys"],
                "additionalProperties": false
            }
        ]
    })
}

fn rule() -> serde_json::Value {
    let scopes = Scope::ALL.map(Scope::as_str);
    let usual: Vec<_> =
        Scope::ALL.into_iter().filter(|scope| !scope.is_console_only()).map(Scope::as_str).collect();
    serde_json::json!({
        "type": "object",
        "properties": {
            "id": id("fdrl"),
            "name": name(),
            "state": state(),
            "issuer": text("The name of the issuer of the tokens. It never changes."),
            "match": {
                "type": "object",
                "description": "Which tokens the rule accepts: those that match everything given here.",
                "properties": {
                    "subject": text("The exact subject (`sub`), or with a `*` at the end what the subject begins with."),
                    "audience": text("The audience (`aud`)."),
                    "claims": {
                        "type": "object",
                        "description": "Claims with their exact values. Quote numbers.",
                        "additionalProperties": {"type": "string"}
                    },
                    "condition": text("A condition over `claims`, in CEL.")
                },
                "additionalProperties": false
            },
            "service_account": text("The name of the service account for which tokens are given out."),
            "scope": {
                "description": "What the tokens may do. Only the Console gives `org:admin` and `workspace:manage_tunnels`.",
                "anyOf": [{"enum": scopes}, {"type": "array", "items": {"enum": scopes}, "minItems": 1, "uniqueItems": true}]
            },
            "workspaces": {
                "description": "The workspaces for which the rule is enabled, or `all`, later ones included.",
                "anyOf": [{"const": "all"}, {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": true}]
            },
            "token_lifetime": lifetime("The lifetime of the tokens that are given out, 60s to 24h. The service's default is 1h.", "15m"),
            "description": {"type": "string", "description": "What the rule is for; \"\" removes it."}
        },
        "if": {"required": ["state"]},
        "else": {
            "required": ["issuer", "match", "scope", "service_account"],
            // A rule of the Console may be enabled nowhere.
            "if": {"properties": {"scope": {"anyOf": [
                {"enum": usual}, {"type": "array", "items": {"enum": usual}}
            ]}}},
            "then": {"required": ["workspaces"]}
        },
        "dependentRequired": {"name": ["id"]},
        "additionalProperties": false
    })
}
