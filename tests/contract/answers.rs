//! Checks whether an answer conforms to the document: status, headers, body, codes.

use serde_json::{Value, json};

use crate::closed::Version;
use crate::http::{Answer, Ask};
use crate::openapi::{Contract, Operation, Shape};

/// Statuses that the document does not give for the operation, and why they are accepted.
const UNDECLARED: &[(&str, u16, &str)] = &[
    ("archiveWorkspace", 413, "it takes no body, so the document has no body that is too large"),
    ("removeUser", 413, "as above"),
    ("deleteInvite", 413, "as above"),
    ("removeWorkspaceMember", 413, "as above"),
    ("deleteSpendLimit", 413, "as above"),
    ("archiveServiceAccount", 413, "as above"),
    ("removeServiceAccountWorkspace", 413, "as above"),
    ("removeWorkspaceServiceAccount", 413, "as above"),
    ("archiveFederationIssuer", 413, "as above"),
    ("archiveFederationRule", 413, "as above"),
    ("removeFederationRuleWorkspace", 413, "as above"),
    ("deleteExternalKey", 413, "as above"),
    ("validateExternalKey", 413, "as above"),
];

/// Codes that every operation may return, whether or not its list has them.
const CODES_OF_ALL: &[&str] = &[
    // Not listed for these operations, but the only code with this meaning
    // (`docs/service-behaviour.md#organization-types`).
    "organization_type_not_supported",
];

/// Codes of one operation that its list in the document lacks, and why they are accepted.
const UNLISTED_CODES: &[(&str, &str, &str)] = &[(
    "listSpendLimits",
    "spend_limits_admin_api_writes_not_enabled",
    "listed for the other three operations, and the list is early access as well \
     (`docs/service-behaviour.md#spend-limits`)",
)];

/// The error type of each status (`docs/service-behaviour.md#errors-and-retries`).
const TYPES: &[(u16, &[&str])] = &[
    (400, &["invalid_request_error"]),
    (401, &["authentication_error"]),
    (403, &["permission_error"]),
    (404, &["not_found_error"]),
    // Has no type of its own.
    (405, &["invalid_request_error"]),
    (409, &["conflict_error"]),
    (413, &["request_too_large"]),
    (429, &["rate_limit_error"]),
    (500, &["api_error"]),
    (503, &["api_error", "overloaded_error"]),
    (504, &["timeout_error"]),
    (529, &["overloaded_error"]),
];

/// The schemas of an answer in the document.
struct Declared {
    schema: String,
    headers: Vec<(String, String)>,
}

impl Contract {
    /// Returns everything that is wrong with the answer to a request. `open` allows undescribed fields, for
    /// objects that were seeded with some.
    pub(crate) fn check_answer(&self, ask: &Ask, answer: &Answer, open: bool) -> Vec<String> {
        let operation = self.find(&ask.method, ask.path());
        let shape = match (open, ask.header("anthropic-version")) {
            (true, _) => Shape::AsWritten,
            (false, Some("2023-06-01")) => Shape::Closed(Version::Old),
            (false, _) => Shape::Closed(Version::Current),
        };
        let declared = match self.declared(operation, answer.status) {
            Ok(declared) => declared,
            Err(problem) => return vec![problem],
        };
        let mut problems = self.problems(shape, &declared.schema, &answer.body);
        for (name, pointer) in &declared.headers {
            let optional = matches!(name.as_str(), "retry-after" | "x-should-retry");
            match answer.header(name) {
                Some(text) => problems.extend(
                    self.problems(Shape::AsWritten, &format!("{pointer}/schema"), &json!(text))
                        .into_iter()
                        .map(|problem| format!("header {name}: {problem}")),
                ),
                None if optional => {}
                None => problems.push(format!("header {name}: missing")),
            }
        }
        if answer.header("content-type") != Some("application/json") {
            problems.push("header content-type: not application/json".to_owned());
        }
        if answer.status != 200 {
            problems.extend(self.check_error(operation, answer));
        }
        problems
    }

    /// Returns the error statuses of an operation.
    pub(crate) fn error_statuses(&self, operation: &Operation) -> Vec<u16> {
        let responses = self.document.pointer(&operation.pointer).unwrap()["responses"].as_object().unwrap();
        responses.keys().filter_map(|status| status.parse().ok()).filter(|status| *status != 200).collect()
    }

    fn declared(&self, operation: Option<&Operation>, status: u16) -> Result<Declared, String> {
        let envelope = || Declared {
            schema: "/components/schemas/ErrorResponse".to_owned(),
            headers: vec![("request-id".to_owned(), "/components/headers/RequestId".to_owned())],
        };
        let Some(operation) = operation else {
            // A path or method that is not in the document may have any error.
            return if status >= 400 {
                Ok(envelope())
            } else {
                Err(format!("{status} without an operation"))
            };
        };
        let response = self.resolved(&format!("{}/responses/{status}", operation.pointer));
        if self.document.pointer(&response).is_none() {
            let fine = UNDECLARED.iter().any(|(id, code, _)| *id == operation.id && *code == status);
            return if fine {
                Ok(envelope())
            } else {
                Err(format!("{}: {status} is not declared", operation.id))
            };
        }
        let headers = format!("{response}/headers");
        let names = self.at(&headers).and_then(Value::as_object).unwrap().keys();
        let headers = names.map(|name| (name.clone(), self.resolved(&format!("{headers}/{name}")))).collect();
        Ok(Declared { schema: format!("{response}/content/application~1json/schema"), headers })
    }

    /// Checks the relations between the parts of an error, which no schema describes.
    fn check_error(&self, operation: Option<&Operation>, answer: &Answer) -> Vec<String> {
        let mut problems = Vec::new();
        let error = &answer.body["error"];
        let kinds =
            TYPES.iter().find(|(status, _)| *status == answer.status).map_or(&[][..], |(_, kinds)| kinds);
        if !kinds.contains(&error["type"].as_str().unwrap_or_default()) {
            problems.push(format!("type {} under status {}", error["type"], answer.status));
        }
        if answer.body["request_id"].as_str() != answer.header("request-id") {
            problems.push("request_id differs from the header".to_owned());
        }
        let Some(code) = error["details"]["error_code"].as_str() else { return problems };
        let known = &self.document["components"]["schemas"]["ErrorDetails"]["x-known-codes"];
        if known[code].as_u64() != Some(answer.status.into()) {
            problems.push(format!("code {code} under status {}", answer.status));
        }
        let Some(operation) = operation else { return problems };
        let own = &self.document.pointer(&operation.pointer).unwrap()["x-error-codes"];
        let own = own.as_array().is_some_and(|codes| codes.iter().any(|own| own == code));
        let unlisted =
            UNLISTED_CODES.iter().any(|(id, unlisted, _)| *id == operation.id && *unlisted == code);
        if !own && !unlisted && !CODES_OF_ALL.contains(&code) {
            problems.push(format!("code {code} is none of {}", operation.id));
        }
        problems
    }
}
