//! Which identity tokens a federation rule accepts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::object::{Object, Problem, expected};

/// Which tokens a rule accepts: those that fulfil all that is given. At least one of a subject other than `*`, claims
/// and a condition is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleMatch {
    /// The subject (`sub`), or what it begins with if this ends in `*`.
    pub subject_prefix: Option<String>,
    /// The audience (`aud`).
    pub audience: Option<String>,
    /// Claims and their exact values.
    pub claims: Option<BTreeMap<String, String>>,
    /// A condition over `claims`, in CEL.
    pub condition: Option<String>,
}

impl RuleMatch {
    /// Reads the object without checking it: a seed may hold what is no longer accepted.
    pub(crate) fn read(mut object: Object) -> Result<Self, Problem> {
        let claim = |(name, value): (String, Value)| match value {
            Value::String(text) => Ok((name, text)),
            other => Err(expected(&format!("claims.{name}"), "text", &other)),
        };
        let claims = object.nullable_object("claims")?;
        let claims =
            claims.map(|claims| claims.into_fields().into_iter().map(claim).collect()).transpose()?;
        let matching = Self {
            subject_prefix: object.nullable_text("subject_prefix")?,
            audience: object.nullable_text("audience")?,
            claims,
            condition: object.nullable_text("condition")?,
        };
        object.finish().map(|()| matching)
    }

    /// Refuses what accepts every token of the issuer.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        for (field, text) in [
            ("subject_prefix", &self.subject_prefix),
            ("audience", &self.audience),
            ("condition", &self.condition),
        ] {
            if text.as_deref() == Some("") {
                return Err(Problem::new(field, "is empty"));
            }
        }
        if self.condition.as_deref().is_some_and(is_constant) {
            return Err(Problem::new("condition", "is the same for every token"));
        }
        let by_subject = self.subject_prefix.as_deref().is_some_and(|subject| subject != "*");
        let by_claims = self.claims.as_ref().is_some_and(|claims| !claims.is_empty());
        if by_subject || by_claims || self.condition.is_some() {
            return Ok(());
        }
        Err(Problem::new("", "needs a subject_prefix other than \"*\", claims, or a condition"))
    }
}

/// Returns whether a condition is the same for every token. Finds only what does not use the claims, and alternatives
/// that are always true.
fn is_constant(condition: &str) -> bool {
    let text: String = condition.chars().filter(|part| !part.is_whitespace()).collect();
    let is_true = |part: &str| {
        let inner = part.trim_matches(['(', ')']);
        inner == "true" || inner.split_once("==").is_some_and(|(left, right)| left == right)
    };
    !text.contains("claims") || text.split("||").any(is_true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_accepts_every_token_is_refused() {
        for (matching, fine) in [
            (json!({"subject_prefix": "repo:acme/robot:*"}), true),
            (json!({"subject_prefix": "*", "claims": {"a": "b"}}), true),
            (json!({"condition": "claims.sub.startsWith('a') || claims.b == 'c'"}), true),
            (json!({}), false),
            (json!({"subject_prefix": "*"}), false),
            (json!({"subject_prefix": ""}), false),
            (json!({"audience": "https://api.anthropic.com"}), false),
            (json!({"claims": {}}), false),
            (json!({"subject_prefix": "a", "audience": ""}), false),
            (json!({"condition": "true"}), false),
            (json!({"condition": "1 == 1"}), false),
            (json!({"subject_prefix": "a", "condition": "( true )"}), false),
            (json!({"condition": "claims.a == 'b' || true"}), false),
            (json!({"condition": "claims.a == claims.a"}), false),
            (json!({"condition": ""}), false),
        ] {
            let read = RuleMatch::read(Object::new(matching.clone()).unwrap()).unwrap();
            assert_eq!(read.check().is_ok(), fine, "{matching}");
        }
        for (odd, problem) in [
            (json!({"claims": {"a": 1}}), "claims.a: expected text, found 1"),
            (json!({"subject": "a"}), "subject: is not a known field"),
        ] {
            let problem = Err(problem.to_owned());
            let read = RuleMatch::read(Object::new(odd).unwrap());
            assert_eq!(read.map_err(|error| error.to_string()), problem);
        }
    }
}
