//! How far one attempt of a request got, and what its answer says.

use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{DATE, LOCATION, RETRY_AFTER};
use serde_json::Value;

use crate::error::ErrorBody;
use crate::redact::Secrets;
use crate::{Cause, WorkspaceId};

/// Why an attempt was not a success; texts are cleaned.
pub(crate) enum Failed {
    /// No connection was made, so the service did not act.
    NotSent(NoAnswer),
    /// Sent, but no answer was received; the service may have acted.
    Lost(NoAnswer),
    /// A success with an incomplete body.
    BrokenOff(Head, String),
    /// A success with a larger body than the service ever sends.
    TooLarge(Head),
    /// Any other status.
    Refused(Head, ErrorBody),
}

/// Why there is no answer.
pub(crate) struct NoAnswer {
    pub(crate) why: String,
    pub(crate) cause: Option<Cause>,
}

/// The status and headers of an answer.
#[derive(Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) date: Option<SystemTime>,
    /// Whether the service says that its clock is fixed.
    pub(crate) has_fixed_clock: bool,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) should_retry: Option<bool>,
    /// The host of a redirect.
    pub(crate) redirect_to: Option<String>,
    /// Whether the body is a web page, which the service never sends.
    pub(crate) is_web_page: bool,
}

impl Failed {
    /// Returns the head of the answer, if there was one.
    pub(crate) fn head(&self) -> Option<&Head> {
        match self {
            Self::NotSent(_) | Self::Lost(_) => None,
            Self::BrokenOff(head, _) | Self::TooLarge(head) | Self::Refused(head, _) => Some(head),
        }
    }
}

impl Head {
    /// Returns what is known before the body is read.
    pub(crate) fn of(response: &Response, secrets: &Secrets) -> Self {
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let date = header(DATE.as_str()).and_then(|text| httpdate::parse_http_date(text).ok());
        Self {
            status: response.status().as_u16(),
            request_id: header("request-id").map(|id| secrets.clean(id)),
            date,
            has_fixed_clock: header("bylaws-clock") == Some("fixed"),
            retry_after: asked_wait(header("retry-after-ms"), header(RETRY_AFTER.as_str()), date),
            should_retry: header("x-should-retry").and_then(|text| text.parse().ok()),
            redirect_to: header(LOCATION.as_str())
                .and_then(|to| response.url().join(to).ok())
                .and_then(|url| url.host_str().map(|host| secrets.clean(host))),
            is_web_page: false,
        }
    }
}

impl ErrorBody {
    /// Reads as much as possible of the service's error body.
    pub(crate) fn of(body: &Value, secrets: &Secrets) -> Self {
        let text = |pointer| body.pointer(pointer).and_then(Value::as_str).map(|text| secrets.clean(text));
        Self {
            // A token exchange may answer in the form of OAuth.
            error_type: text("/error/type").or_else(|| text("/error")),
            error_code: text("/error/details/error_code"),
            workspace_id: text("/error/details/workspace_id").map(WorkspaceId::new),
            message: text("/error/message").or_else(|| text("/error_description")),
            request_id: text("/request_id"),
        }
    }
}

/// Returns the wait that the service asks for: `retry-after-ms`, else `retry-after` in seconds or as a date
/// relative to the answer's own `date`. Invalid values are ignored; a past date means now.
fn asked_wait(
    retry_after_ms: Option<&str>,
    retry_after: Option<&str>,
    date: Option<SystemTime>,
) -> Option<Duration> {
    if let Some(ms) = retry_after_ms.and_then(number) {
        return Some(seconds(ms / 1000.0));
    }
    let text = retry_after?;
    if let Some(secs) = number(text) {
        return Some(seconds(secs));
    }
    let until = httpdate::parse_http_date(text.trim()).ok()?;
    Some(until.duration_since(date?).unwrap_or_default())
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Converts seconds: negative means now; values out of range mean forever.
fn seconds(secs: f64) -> Duration {
    if secs <= 0.0 { Duration::ZERO } else { Duration::try_from_secs_f64(secs).unwrap_or(Duration::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requested_wait_is_read_from_headers() {
        let date = httpdate::parse_http_date("Sat, 21 Nov 2026 21:00:00 GMT").ok();
        let secs = Duration::from_secs;
        for (ms, text, date, wait) in [
            (None, None, date, None),
            (Some("1500"), Some("60"), date, Some(Duration::from_millis(1500))),
            (Some("soon"), Some("60"), date, Some(secs(60))),
            (None, Some("1"), None, Some(secs(1))),
            (None, Some(" 0.5 "), None, Some(Duration::from_millis(500))),
            (None, Some("0"), None, Some(secs(0))),
            (None, Some("-5"), None, Some(secs(0))),
            (Some("-1"), None, None, Some(secs(0))),
            (None, Some("soon"), date, None),
            (None, Some(""), date, None),
            (None, Some("NaN"), date, None),
            (None, Some("inf"), date, None),
            (None, Some("1e30"), date, Some(Duration::MAX)),
            (None, Some("99999999999999999999999"), date, Some(Duration::MAX)),
            (None, Some("Sat, 21 Nov 2026 21:00:07 GMT"), date, Some(secs(7))),
            (None, Some("Sat, 21 Nov 2026 20:00:00 GMT"), date, Some(secs(0))),
            (None, Some("Sat, 21 Nov 2026 21:00:07 GMT"), None, None),
        ] {
            assert_eq!(asked_wait(ms, text, date), wait, "{ms:?} {text:?}");
        }
    }
}
