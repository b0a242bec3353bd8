//! Errors of calls, grouped by what the caller can do about them. Texts of the service are cleaned before
//! they get here; advice and exit codes are up to the caller.

use std::time::Duration;

use crate::{BaseUrl, Cause, KeyPrefix, Method, WorkspaceId};

/// What went wrong, where, and the service's message.
///
/// `Display` prints all of it in one line, without advice and without secrets.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.sentence())]
pub struct Error(Box<Details>);

/// The kind of error, by what the caller can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// 401: use another credential.
    Credential,
    /// 403: ask for access.
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
    /// The answer is not as documented: not JSON, another shape, a redirect, or an inconsistent list. Report
    /// it, or check for a proxy between this machine and the service.
    #[default]
    Protocol,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Details {
    pub(crate) kind: ErrorKind,
    /// What happened, in this crate's words.
    pub(crate) what: String,
    /// The method and displayed path; `None` if no request was made.
    pub(crate) call: Option<(Method, String)>,
    pub(crate) status: Option<u16>,
    pub(crate) said: Said,
    pub(crate) tries: u32,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) after_lost_answer: bool,
    pub(crate) cause: Option<Cause>,
    pub(crate) base_url: Option<BaseUrl>,
    pub(crate) prefix: Option<KeyPrefix>,
    pub(crate) is_first_contact: bool,
}

/// What the service's error body says, cleaned.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said {
    pub(crate) error_type: Option<String>,
    pub(crate) error_code: Option<String>,
    pub(crate) workspace_id: Option<String>,
    pub(crate) message: Option<String>,
    /// The id in the header of the answer, else in its body.
    pub(crate) request_id: Option<String>,
}

impl Error {
    pub(crate) fn new(details: Details) -> Self {
        Self(Box::new(details))
    }

    /// Adds what the client knows: the address, the kind of key, and whether it ever got an answer.
    pub(crate) fn at(mut self, base_url: &BaseUrl, prefix: KeyPrefix, is_first_contact: bool) -> Self {
        self.0.base_url = Some(base_url.clone());
        self.0.prefix = Some(prefix);
        self.0.is_first_contact = is_first_contact;
        self
    }

    /// Returns the kind, which decides what the caller can do.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns what happened, in one sentence of this crate, without the location.
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// Returns the method of the request; `None` if no request was made.
    pub fn method(&self) -> Option<Method> {
        self.0.call.as_ref().map(|(method, _)| *method)
    }

    /// Returns the path of the request, for display.
    pub fn path(&self) -> Option<&str> {
        self.0.call.as_ref().map(|(_, path)| path.as_str())
    }

    /// Returns the method and path of the request, with the base URL if that may be wrong; `None` if no request was
    /// made.
    pub fn request(&self) -> Option<String> {
        self.0.request()
    }

    /// Returns the HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns `error.type` of the answer, such as `invalid_request_error`.
    pub fn error_type(&self) -> Option<&str> {
        self.0.said.error_type.as_deref()
    }

    /// Returns `error.details.error_code` of the answer: the stable code to branch on.
    pub fn error_code(&self) -> Option<&str> {
        self.0.said.error_code.as_deref()
    }

    /// Returns `error.details.workspace_id` of the answer: a workspace that exists although the request
    /// failed (`workspace_created_incomplete`).
    pub fn workspace_id(&self) -> Option<WorkspaceId> {
        self.0.said.workspace_id.as_deref().map(WorkspaceId::new)
    }

    /// Returns the service's message, for people: cleaned, bounded, never to be matched on.
    pub fn message(&self) -> Option<&str> {
        self.0.said.message.as_deref()
    }

    /// Returns the service's request id, to quote in a support request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.said.request_id.as_deref()
    }

    /// Returns how many times the request was sent.
    pub fn tries(&self) -> u32 {
        self.0.tries
    }

    /// Returns how long the service asked to wait, if that was the reason to give up.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns what prevented the request from reaching the service, if known.
    pub fn cause(&self) -> Option<&Cause> {
        self.0.cause.as_ref()
    }

    /// Returns the address of the service, without the path of the request.
    pub fn base_url(&self) -> Option<&BaseUrl> {
        self.0.base_url.as_ref()
    }

    /// Returns the prefix of the credential.
    pub fn key_prefix(&self) -> Option<KeyPrefix> {
        self.0.prefix
    }

    /// Returns whether this client had not received a successful answer before, so that a wrong address is
    /// likely.
    pub fn is_first_contact(&self) -> bool {
        self.0.is_first_contact
    }

    /// Returns whether an earlier attempt was lost and may have been carried out. A removal that then finds
    /// nothing has most likely succeeded.
    pub fn after_lost_answer(&self) -> bool {
        self.0.after_lost_answer
    }
}

impl Details {
    /// Returns whether the address of the service may be wrong, so that it must be shown.
    fn is_about_the_address(&self) -> bool {
        match self.kind {
            ErrorKind::Unreachable => true,
            ErrorKind::NotFound | ErrorKind::Protocol => self.is_first_contact || self.cause.is_some(),
            _ => self.cause.is_some(),
        }
    }

    fn request(&self) -> Option<String> {
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
                self.said.error_type.as_deref(),
                self.said.error_code.as_deref(),
            ];
            place.push(words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        place.extend(self.said.request_id.as_ref().map(|id| format!("request {id}")));
        if self.tries > 1 {
            place.push(format!("after {} tries", self.tries));
        }
        let message = self.said.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
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
        let error = Error::new(Details {
            kind: ErrorKind::Refused,
            what: "the service refused the request".to_owned(),
            call: Some((Method::Post, "/v1/organizations/invites".to_owned())),
            status: Some(400),
            said: Said {
                error_type: Some("invalid_request_error".to_owned()),
                error_code: Some("already_member".to_owned()),
                message: Some("ada is a member.".to_owned()),
                request_id: Some("req_1".to_owned()),
                workspace_id: None,
            },
            tries: 2,
            ..Details::default()
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
