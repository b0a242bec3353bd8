//! The service's error envelope: every way to refuse a request, with status, type and code.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::fault_rule::{CREATED_INCOMPLETE, Refused};
use crate::object::Problem;

/// The result of an operation: the body of a 200, or a refusal.
pub(crate) type Answer = Result<Value, Refusal>;

/// A refused request. Clients test `details.error_code`; the message is for people.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// Headers beside those that every answer has.
    pub(crate) headers: BTreeMap<String, String>,
    /// Boxed, because nearly all refusals have none.
    details: Box<Map<String, Value>>,
}

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), headers: BTreeMap::new(), details: Box::default() }
    }

    fn with_code(mut self, code: &str) -> Self {
        self.details.insert("error_code".to_owned(), json!(code));
        self
    }

    /// 400: malformed, or against a rule without a code of its own.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 400 with a stable code.
    pub(crate) fn coded(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, message).with_code(code)
    }

    /// 409 with a stable code.
    pub(crate) fn conflict(code: &str, message: impl Into<String>) -> Self {
        Self::new(409, message).with_code(code)
    }

    /// 409 without a code: the name is in use.
    pub(crate) fn taken(message: impl Into<String>) -> Self {
        Self::new(409, message)
    }

    /// 401: the credential is missing or wrong. Never repeats what was sent.
    pub(crate) fn unauthenticated(message: &str) -> Self {
        Self::new(401, message)
    }

    /// 403: the credential has no permission for this.
    pub(crate) fn forbidden(message: &str) -> Self {
        Self::new(403, message)
    }

    /// 403 with a stable code.
    pub(crate) fn forbidden_with(code: &str, message: &str) -> Self {
        Self::new(403, message).with_code(code)
    }

    /// 404, for example `not_found("Workspace")`.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(404, format!("{what} not found."))
    }

    /// 405: the path exists, the method does not.
    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Self::new(405, format!("Method {method} is not allowed here."))
    }

    /// 413: the body is too large.
    pub(crate) fn too_large(cap: usize) -> Self {
        Self::new(413, format!("The request body is larger than {cap} bytes."))
    }

    /// 429; `retry_after` in seconds.
    pub(crate) fn too_many(retry_after: u64) -> Self {
        let mut refusal = Self::new(429, "Too many requests; wait and retry.");
        refusal.headers.insert("retry-after".to_owned(), retry_after.to_string());
        refusal
    }

    /// 500: an error in the emulator itself.
    pub(crate) fn internal() -> Self {
        Self::new(500, "Internal error of the emulator; see its log.")
    }

    /// Returns the refusal of a fault rule. Some codes say that the change was made; `done` is its answer.
    pub(crate) fn by_fault(refused: Refused, done: Option<&Value>) -> Self {
        let message = refused.message.unwrap_or_else(|| "A fault rule refused this request.".to_owned());
        let mut refusal = Self { headers: refused.headers, ..Self::new(refused.status, message) };
        if let Some(code) = &refused.error_code {
            refusal = refusal.with_code(code);
        }
        refusal.details.extend(refused.details);
        if refused.error_code.as_deref() == Some(CREATED_INCOMPLETE)
            && let Some(id) = done.and_then(|workspace| workspace.get("id"))
        {
            refusal.details.insert("workspace_id".to_owned(), id.clone());
        }
        refusal
    }

    /// Returns the body of the answer (`docs/service-behaviour.md#errors-and-retries`).
    pub(crate) fn body(&self, request_id: &str) -> Value {
        let mut error = json!({"type": kind(self.status), "message": self.message});
        if let (false, Some(error)) = (self.details.is_empty(), error.as_object_mut()) {
            error.insert("details".to_owned(), json!(self.details));
        }
        json!({"type": "error", "error": error, "request_id": request_id})
    }
}

/// A field of a body that is missing, unknown or of the wrong type.
impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::invalid(problem.to_string())
    }
}

fn kind(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        409 => "conflict_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        408 | 504 => "timeout_error",
        503 | 529 => "overloaded_error",
        500..=599 => "api_error",
        _ => "invalid_request_error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_in_details() {
        let body = Refusal::coded("already_member", "x").body("req_1");
        assert_eq!(body["error"]["type"], "invalid_request_error");
        assert_eq!(body["error"]["details"]["error_code"], "already_member");
        assert_eq!(body["request_id"], "req_1");
    }

    #[test]
    fn every_status_has_the_type_of_the_service() {
        let types = [(400, "invalid_request_error"), (405, "invalid_request_error"), (409, "conflict_error")];
        for (status, expected) in types.into_iter().chain([(529, "overloaded_error"), (500, "api_error")]) {
            assert_eq!(kind(status), expected, "{status}");
        }
    }
}
