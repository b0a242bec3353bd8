//! Fault rules as people write them: which requests fail, and how. `faults.rs` counts and applies them.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::{Map, Value};
use thiserror::Error;

use crate::glob;
use crate::object::{Object, Problem, expected, items, required};

/// One rule: the requests it matches, which of them it applies to, and what happens.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FaultRule {
    /// The method in capitals; `None` for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// A pattern for the path without query: `*` within a segment, `**` across segments.
    pub(crate) path: String,
    /// Which of the matching requests it applies to; `None` for all.
    #[serde(flatten)]
    pub(crate) when: Option<When>,
    /// What happens to them.
    pub(crate) then: Fault,
}

/// Which of the matching requests a rule applies to. Counting starts when the rules are set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    /// Only this one, counted from 1.
    Nth(u64),
    /// Every request whose number is a multiple of this.
    Every(u64),
    /// Each with this probability, from 0 to 1; the same seed gives the same choices.
    #[serde(untagged)]
    Chance { probability: f64, seed: u64 },
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// The connection is closed; nothing was done.
    DropBefore,
    /// The request is carried out, and the connection is closed without an answer.
    DropAfter,
    /// The request is carried out, and the answer is truncated.
    Truncate,
    /// Answered after this additional time (milliseconds of real time).
    LatencyMs(u64),
    /// A matching read shows the state as it was this long ago, but at most since the rule was set. After a
    /// matching write, all reads show the state before it for this long. Milliseconds of real time.
    StaleForMs(u64),
    /// Refused before anything is done, unless the code says that the change was made.
    #[serde(untagged)]
    Status(Refused),
}

/// The refusal of a rule.
///
/// The service sends three codes after it made the change, and so does the emulator:
/// `workspace_created_incomplete` for the creation of a workspace (its id is in `details.workspace_id`),
/// `storage_attached_during_archive` for an archive, and `change_outcome_unknown` for any write.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Refused {
    /// The status, 400 to 599.
    pub(crate) status: u16,
    /// Additional headers, such as `retry-after`.
    pub(crate) headers: BTreeMap<String, String>,
    /// The value of `details.error_code`.
    pub(crate) error_code: Option<String>,
    /// The value of `error.message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    /// Further fields of `details`, such as the `field` of a `workspace_policy_violation`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) details: Map<String, Value>,
}

/// The workspace exists, and the create must not be sent again.
pub(crate) const CREATED_INCOMPLETE: &str = "workspace_created_incomplete";

impl Refused {
    /// Returns whether the service makes the change before it answers this write with this code.
    pub(crate) fn comes_after(&self, method: &str, path: &str) -> bool {
        let creates = method == "POST" && path == "/v1/organizations/workspaces";
        let archives = method == "POST" && glob::matches("/v1/organizations/workspaces/*/archive", path);
        match self.error_code.as_deref() {
            Some(CREATED_INCOMPLETE) => creates,
            Some("storage_attached_during_archive") => archives,
            Some("change_outcome_unknown") => method != "GET",
            _ => false,
        }
    }
}

/// An invalid list of rules: which rule, which field, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("fault rules: {0}")]
pub struct FaultError(Problem);

impl FaultRule {
    /// Parses a JSON list of rules, as accepted by `PUT /_emulator/faults`.
    ///
    /// ```
    /// let rules = bylaws_emulator::FaultRule::list_from_json(
    ///     r#"[{"method": "POST", "path": "/v1/organizations/invites", "nth": 2, "then": "drop_after"}]"#,
    /// )?;
    /// assert_eq!(rules.len(), 1);
    /// # Ok::<(), bylaws_emulator::FaultError>(())
    /// ```
    pub fn list_from_json(text: &str) -> Result<Vec<Self>, FaultError> {
        let value = serde_json::from_str(text);
        let value = value.map_err(|error| Problem::new("", format!("not valid JSON: {error}")));
        let rules = value.and_then(|value| match value {
            Value::Array(rules) => Ok(rules),
            other => Err(expected("", "a list", &other)),
        });
        rules.and_then(|rules| items("", rules, Self::read)).map_err(FaultError)
    }

    fn read(mut rule: Object) -> Result<Self, Problem> {
        let method = rule.nullable_text("method")?.map(|method| method.to_ascii_uppercase());
        let path = rule.nullable_text("path")?.unwrap_or_else(|| "**".to_owned());
        let when = read_when(&mut rule)?;
        let then = rule.take("then").ok_or_else(|| required("then"))?;
        let then = read_then(then).map_err(|problem| problem.under("then"))?;
        rule.finish()?;
        Ok(Self { method, path, when, then })
    }
}

fn read_when(rule: &mut Object) -> Result<Option<When>, Problem> {
    let nth = rule.nullable_count("nth")?;
    let every = rule.nullable_count("every")?;
    let chance = rule.take("probability");
    let seed = rule.nullable_count("seed")?;
    Ok(Some(match (nth, every, chance, seed) {
        (None, None, None, None) => return Ok(None),
        (Some(0), None, None, None) => return Err(Problem::new("nth", "counts from 1")),
        (Some(n), None, None, None) => When::Nth(n),
        (None, Some(0), None, None) => return Err(Problem::new("every", "must be at least 1")),
        (None, Some(n), None, None) => When::Every(n),
        (None, None, Some(chance), seed) => match chance.as_f64() {
            Some(probability) if (0.0..=1.0).contains(&probability) => {
                When::Chance { probability, seed: seed.unwrap_or_default() }
            }
            _ => return Err(Problem::new("probability", "must be a number from 0 to 1")),
        },
        (None, None, None, Some(_)) => {
            return Err(Problem::new("seed", "is only allowed with `probability`"));
        }
        _ => return Err(Problem::new("", "give at most one of `nth`, `every` and `probability`")),
    }))
}

fn read_then(then: Value) -> Result<Fault, Problem> {
    match then.as_str() {
        Some("drop_before") => return Ok(Fault::DropBefore),
        Some("drop_after") => return Ok(Fault::DropAfter),
        Some("truncate") => return Ok(Fault::Truncate),
        Some(_) => return Err(Problem::new("", "expected drop_before, drop_after or truncate")),
        None => {}
    }
    let mut fields = Object::new(then)?;
    let status = fields.nullable_count("status")?;
    let latency = fields.nullable_count("latency_ms")?;
    let stale = fields.nullable_count("stale_for_ms")?;
    let fault = match (status, latency, stale) {
        (Some(status), None, None) => Fault::Status(Refused {
            status: u16::try_from(status)
                .ok()
                .filter(|status| (400..=599).contains(status))
                .ok_or_else(|| Problem::new("status", "must be 400 to 599"))?,
            headers: read_headers(&mut fields)?,
            error_code: fields.nullable_text("error_code")?,
            message: fields.nullable_text("message")?,
            details: read_details(&mut fields)?,
        }),
        (None, Some(time), None) => Fault::LatencyMs(time),
        (None, None, Some(time)) => Fault::StaleForMs(time),
        _ => return Err(Problem::new("", "give one of `status`, `latency_ms` and `stale_for_ms`")),
    };
    fields.finish().map(|()| fault)
}

fn read_headers(fields: &mut Object) -> Result<BTreeMap<String, String>, Problem> {
    let Some(headers) = fields.nullable_object("headers")? else { return Ok(BTreeMap::new()) };
    let mut read = BTreeMap::new();
    for (name, value) in headers.into_fields() {
        let field = format!("headers.{name}");
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            other => return Err(expected(&field, "text", &other)),
        };
        let name = name.to_ascii_lowercase();
        // These control the transfer of the answer; a wrong value would break it in another way than
        // requested.
        let framing = ["content-length", "transfer-encoding", "connection", "content-type"];
        let fits =
            HeaderName::try_from(name.as_str()).is_ok() && HeaderValue::try_from(text.as_str()).is_ok();
        if framing.contains(&name.as_str()) || !fits {
            return Err(Problem::new(field, "cannot be set"));
        }
        read.insert(name, text);
    }
    Ok(read)
}

fn read_details(fields: &mut Object) -> Result<Map<String, Value>, Problem> {
    let details = fields.nullable_object("details")?.map(Object::into_fields).unwrap_or_default();
    if details.contains_key("error_code") {
        return Err(Problem::new("details.error_code", "is a field of its own, beside `status`"));
    }
    Ok(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(rule: &str) -> String {
        FaultRule::list_from_json(&format!("[{rule}]")).unwrap_err().to_string()
    }

    #[test]
    fn rules_round_trip_through_json() {
        let text = r#"[{"method":"POST","path":"/v1/**","nth":2,"then":{"status":503,"headers":{"retry-after":"1"},"error_code":null}},
            {"path":"**","every":3,"then":"drop_after"},{"path":"*","probability":0.5,"seed":7,"then":{"latency_ms":5}},
            {"path":"/x","then":{"stale_for_ms":10}},
            {"path":"/y","then":{"status":400,"headers":{},"error_code":"x","message":"Why.","details":{"field":"name"}}}]"#;
        let rules = FaultRule::list_from_json(text).unwrap();
        let written = serde_json::json!(rules);
        assert_eq!(FaultRule::list_from_json(&written.to_string()).unwrap(), rules);
        assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn an_invalid_rule_is_reported_with_its_position() {
        for (rule, message) in [
            (r#"{"then":"drop"}"#, "fault rules: [0].then: expected drop_before, drop_after or truncate"),
            (
                r#"{"then":"truncate","nth":1,"every":2}"#,
                "fault rules: [0]: give at most one of `nth`, `every` and `probability`",
            ),
            (r#"{"then":{"status":200}}"#, "fault rules: [0].then.status: must be 400 to 599"),
            (r#"{"then":"truncate","pth":"x"}"#, "fault rules: [0].pth: is not a known field"),
            (r#"{"nth":0,"then":"truncate"}"#, "fault rules: [0].nth: counts from 1"),
            (
                r#"{"probability":2,"then":"truncate"}"#,
                "fault rules: [0].probability: must be a number from 0 to 1",
            ),
            (
                r#"{"then":{"status":500,"headers":{"content-length":"5"}}}"#,
                "fault rules: [0].then.headers.content-length: cannot be set",
            ),
            (
                r#"{"then":{"latency_ms":5,"message":"Why."}}"#,
                "fault rules: [0].then.message: is not a known field",
            ),
            (
                r#"{"then":{"status":400,"details":{"error_code":"x"}}}"#,
                "fault rules: [0].then.details.error_code: is a field of its own, beside `status`",
            ),
        ] {
            assert_eq!(problem(rule), message);
        }
    }
}
