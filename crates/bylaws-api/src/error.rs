//! Errors of calls, grouped by what the caller can do about them. Texts of the service are cleaned before
//! they get here; advice and exit codes are up to the caller.

use std::ops::Deref;
use std::time::Duration;

use crate::identity_token::IdentityClaims;
use crate::{BaseUrl, Cause, KeyPrefix, Method, WorkspaceId};

/// What went wrong, where, and the service's message.
///
/// `Display` prints all of it in one line, without advice and without secrets.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.sentence())]
pub struct Error(Box<ErrorDetails>);

/// The kind of error, by what the caller can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// 401: use another credential.
    Credential,
    /// 403, or the request needs a token and was not sent: ask for access.
    Permission,
    /// 400, 402, 409, 413, 422 and similar: the service refused this request; change it, or the
    /// organization.
    Refused,
    /// 404: the object does not exist.
    NotFound,
    /// 429, and waiting did not help or would have taken too long.
    RateLimited,
    /// 408, 5xx or 529, and waiting did not help or would have taken too long.
    Unavailable,
    /// No answer: no connection, no TLS, or a timeout. A request that must not be repeated was not sent.
    Unreachable,
    /// A request that must not be repeated may or may not have been carried out: check first.
    OutcomeUnknown,
    /// The credential is exchanged for a token, and no token was granted: the request was not sent.
    Exchange,
    /// The answer is not as documented: not JSON, another shape, a redirect, or an inconsistent list. Report
    /// it, or check for a proxy between this machine and the service.
    #[default]
    Protocol,
}

/// Why an identity token was not exchanged for an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExchangeProblem {
    /// 401: the service denied it and does not say why; what the identity token says.
    Denied(IdentityClaims),
    /// 400 and similar: the request is malformed.
    Refused,
    /// The rule grants a scope that is not enough.
    WrongScope,
    /// The granted token ends before a write could.
    TooShort,
    /// The access token ended, and there is only the identity token that was already exchanged.
    CannotRenew,
    /// The identity token cannot be read.
    IdentityToken,
    /// The runner of the job did not make an identity token.
    Runner,
}

/// What is known about an error; an [`Error`] has these fields.
#[derive(Debug, Clone, Default)]
pub struct ErrorDetails {
    /// The kind, which decides what the caller can do.
    pub kind: ErrorKind,
    /// What happened, in one sentence of this crate, without the location.
    pub what: String,
    /// The method and path of the request, for display; `None` if no request was made.
    pub call: Option<(Method, String)>,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What the service says about the error.
    pub body: ErrorBody,
    /// How many times the request was sent.
    pub tries: u32,
    /// How long the service asked to wait, if that was the reason to give up.
    pub retry_after: Option<Duration>,
    /// Whether an earlier attempt was lost and may have been carried out. A removal that then finds nothing has
    /// most likely succeeded.
    pub after_lost_answer: bool,
    /// What prevented the request from reaching the service, if known.
    pub cause: Option<Cause>,
    /// The address of the service, without the path of the request.
    pub base_url: Option<BaseUrl>,
    /// The prefix of the credential.
    pub key_prefix: Option<KeyPrefix>,
    /// Whether that credential is the second one of the client, `org_token`.
    pub is_of_org_token: bool,
    /// Why no token was granted, for [`ErrorKind::Exchange`].
    pub exchange: Option<ExchangeProblem>,
    /// Whether this client had not received a successful answer before, so that a wrong address is likely.
    pub is_first_contact: bool,
}

/// What the service's error body says, cleaned.
#[derive(Debug, Clone, Default)]
pub struct ErrorBody {
    /// `error.type`, such as `invalid_request_error`.
    pub error_type: Option<String>,
    /// `error.details.error_code`: the stable code to branch on.
    pub error_code: Option<String>,
    /// `error.details.workspace_id`: a workspace that exists although the request failed
    /// (`workspace_created_incomplete`).
    pub workspace_id: Option<WorkspaceId>,
    /// The message, for people: bounded, never to be matched on.
    pub message: Option<String>,
    /// The request id in the header of the answer, else in its body, to quote in a support request.
    pub request_id: Option<String>,
}

impl Deref for Error {
    type Target = ErrorDetails;

    fn deref(&self) -> &ErrorDetails {
        &self.0
    }
}

impl Error {
    pub(crate) fn new(details: ErrorDetails) -> Self {
        Self(Box::new(details))
    }

    /// Returns the stable code in the answer (`error.details.error_code`).
    pub fn error_code(&self) -> Option<&str> {
        self.body.error_code.as_deref()
    }

    /// Adds what the client knows: the address, the kind of key, and whether it ever got an answer.
    pub(crate) fn at(
        mut self,
        base_url: &BaseUrl,
        key_prefix: KeyPrefix,
        is_of_org_token: bool,
        is_first_contact: bool,
    ) -> Self {
        self.0.base_url = Some(base_url.clone());
        self.0.key_prefix = Some(key_prefix);
        self.0.is_of_org_token = is_of_org_token;
        self.0.is_first_contact = is_first_contact;
        self
    }
}

impl ErrorDetails {
    /// Returns whether the address of the service may be wrong, so that it must be shown.
    fn is_about_the_address(&self) -> bool {
        match self.kind {
            ErrorKind::Unreachable => true,
            ErrorKind::NotFound | ErrorKind::Protocol => self.is_first_contact || self.cause.is_some(),
            _ => self.cause.is_some(),
        }
    }

    /// Returns the method and path of the request, with the base URL if that may be wrong; `None` if no request was
    /// made.
    pub fn request(&self) -> Option<String> {
        let (method, path) = self.call.as_ref()?;
        let base = self.base_url.as_ref().filter(|_| self.is_about_the_address());
        Some(format!("{method} {}{path}", base.map(BaseUrl::as_str).unwrap_or_default()))
    }

    fn sentence(&self) -> String {
        let mut place = Vec::new();
        place.extend(self.request());
        if let Some(status) = self.status {
            let words = [
                Some("status"),
                Some(&*status.to_string()),
                self.body.error_type.as_deref(),
                self.body.error_code.as_deref(),
            ];
            place.push(words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        place.extend(self.body.request_id.as_ref().map(|id| format!("request {id}")));
        if self.tries > 1 {
            place.push(format!("after {} tries", self.tries));
        }
        let message = self.body.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
        let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        format!("{}{message}{place}", self.what)
    }
}

/// Returns the kind of a final answer, by its status.
pub(crate) fn kind_of(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Credential,
        403 => ErrorKind::Permission,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        408 | 500.. => ErrorKind::Unavailable,
        400..500 => ErrorKind::Refused,
        _ => ErrorKind::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_shows_what_where_and_the_request_id() {
        let error = Error::new(ErrorDetails {
            kind: ErrorKind::Refused,
            what: "the service refused the request".to_owned(),
            call: Some((Method::Post, "/v1/organizations/invites".to_owned())),
            status: Some(400),
            body: ErrorBody {
                error_type: Some("invalid_request_error".to_owned()),
                error_code: Some("already_member".to_owned()),
                message: Some("ada is a member.".to_owned()),
                request_id: Some("req_1".to_owned()),
                workspace_id: None,
            },
            tries: 2,
            ..ErrorDetails::default()
        });
        assert_eq!(
            error.to_string(),
            "the service refused the request: ada is a member. (POST /v1/organizations/invites, \
             status 400 invalid_request_error already_member, request req_1, after 2 tries)"
        );
    }

    #[test]
    fn the_kind_follows_the_status() {
        for (status, kind) in [
            (301, ErrorKind::Protocol),
            (400, ErrorKind::Refused),
            (401, ErrorKind::Credential),
            (402, ErrorKind::Refused),
            (403, ErrorKind::Permission),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::Unavailable),
            (409, ErrorKind::Refused),
            (413, ErrorKind::Refused),
            (422, ErrorKind::Refused),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Unavailable),
            (529, ErrorKind::Unavailable),
        ] {
            assert_eq!(kind_of(status), kind, "{status}");
        }
    }
}
