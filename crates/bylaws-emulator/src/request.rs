//! One request as the operations see it, with strict parsing of query, headers and body. The operations
//! decide which parameters and fields they accept.

use axum::body::Bytes;
use axum::http::HeaderMap;
use jiff::Timestamp;

use crate::envelope::Refusal;
use crate::ids::is_id;
use crate::object::{Object, Problem};

/// The two supported API versions (`docs/service-behaviour.md#wire-and-credentials`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// `2023-06-01`: adds deprecated fields.
    Old,
    /// `2026-10-21`.
    Current,
}

/// A request whose body has been read.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Call {
    /// Returns a header; `None` if it is missing or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    }

    /// Returns the OAuth token of the request. A key in the other header takes precedence.
    pub(crate) fn token(&self) -> Option<&str> {
        let bearer = self.bearer().filter(|_| self.header("x-api-key").is_none());
        bearer.filter(|token| token.starts_with("sk-ant-oat"))
    }

    /// Returns whether the request has the token of a workload; every other token is that of an interactive login.
    pub(crate) fn is_of_workload(&self) -> bool {
        self.token().is_some_and(|token| token.starts_with("sk-ant-oat01-workload"))
    }

    pub(crate) fn version(&self) -> Result<Version, Refusal> {
        match self.header("anthropic-version") {
            Some("2026-10-21") => Ok(Version::Current),
            Some("2023-06-01") => Ok(Version::Old),
            Some(_) => Err(Refusal::invalid("anthropic-version: must be 2026-10-21 or 2023-06-01.")),
            None => Err(Refusal::invalid("anthropic-version: header is required.")),
        }
    }

    pub(crate) fn has_beta(&self, name: &str) -> bool {
        let lines = self.headers.get_all("anthropic-beta").iter().filter_map(|value| value.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|beta| beta.trim() == name)
    }

    /// Returns the JSON object of a request that requires one.
    pub(crate) fn object(&self) -> Result<Object, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::invalid("A JSON body is required."));
        }
        let media = self.header("content-type").and_then(|text| text.split(';').next()).map(str::trim);
        if !media.is_some_and(|media| media.eq_ignore_ascii_case("application/json")) {
            return Err(Refusal::invalid("content-type: must be application/json."));
        }
        json_object(&self.body)
    }

    /// Refuses a body if the operation accepts none; an empty one or `{}` is accepted.
    pub(crate) fn no_body(&self) -> Result<(), Refusal> {
        if self.body.is_empty() { Ok(()) } else { Ok(self.object()?.finish()?) }
    }
}

pub(crate) fn json_object(body: &[u8]) -> Result<Object, Refusal> {
    let value = serde_json::from_slice(body);
    Ok(Object::new(value.map_err(|_| Refusal::invalid("The request body is not valid JSON."))?)?)
}

/// A call whose route is known.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) call: &'a Call,
    pub(crate) version: Version,
    /// The ids of the path by their names in the pattern, decoded.
    pub(crate) ids: Vec<(String, String)>,
}

impl Target<'_> {
    /// Returns an id of the path, for example `user_id`. No object has the empty id that an unknown name
    /// gives.
    pub(crate) fn id(&self, name: &str) -> &str {
        self.ids.iter().find(|(named, _)| named == name).map_or("", |(_, id)| id)
    }
}

/// Query parameters, taken out one by one; the rest is unknown and refused.
#[derive(Debug)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(raw: &str) -> Result<Self, Refusal> {
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(name, true)?, decode(value, true)?))
        };
        let pairs = raw.split('&').filter(|part| !part.is_empty()).map(pair).collect::<Option<_>>();
        let mut pairs: Vec<(String, String)> =
            pairs.ok_or_else(|| Refusal::invalid("The query is not percent-encoded UTF-8."))?;
        // Some clients add it to every request of a beta; the service ignores it.
        pairs.retain(|(name, value)| (name.as_str(), value.as_str()) != ("beta", "true"));
        Ok(Self(pairs))
    }

    /// Takes a parameter that may appear at most once and must not be empty.
    pub(crate) fn one(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let mut values = self.all(name);
        match (values.pop(), values.is_empty()) {
            (None, _) => Ok(None),
            (Some(_), false) => Err(Refusal::invalid(format!("{name}: given more than once."))),
            (Some(value), true) if value.is_empty() => Err(Refusal::invalid(format!("{name}: is empty."))),
            (Some(value), true) => Ok(Some(value)),
        }
    }

    /// Takes the values of `name[]`, each checked by `valid`. Empty if the parameter is missing.
    pub(crate) fn many(&mut self, name: &str, valid: impl Fn(&str) -> bool) -> Result<Vec<String>, Refusal> {
        let name = format!("{name}[]");
        let values = self.all(&name);
        match values.iter().find(|value| !valid(value)) {
            Some(_) => Err(Refusal::invalid(format!("{name}: not a value this filter takes."))),
            None => Ok(values),
        }
    }

    /// Takes a parameter with a closed set of values.
    pub(crate) fn choice(&mut self, name: &str, choices: &[&str]) -> Result<Option<String>, Refusal> {
        match self.one(name)? {
            Some(value) if !choices.contains(&value.as_str()) => {
                Err(Refusal::invalid(format!("{name}: must be one of {}.", choices.join(", "))))
            }
            value => Ok(value),
        }
    }

    /// Takes an id of one kind.
    pub(crate) fn id(&mut self, name: &str, prefix: &str) -> Result<Option<String>, Refusal> {
        match self.one(name)? {
            Some(value) if !is_id(&value, prefix) => {
                Err(Refusal::invalid(format!("{name}: must be an id beginning with {prefix}.")))
            }
            value => Ok(value),
        }
    }

    /// Takes `true` or `false`; missing means `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        Ok(self.choice(name, &["true", "false"])?.as_deref() == Some("true"))
    }

    /// Takes a whole number from 1 to `most`.
    pub(crate) fn limit(&mut self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.one("limit")? else { return Ok(default) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(limit) if digits && (1..=most).contains(&limit) => Ok(limit),
            _ => Err(Refusal::invalid(format!("limit: must be a whole number from 1 to {most}."))),
        }
    }

    /// Takes a time in RFC 3339.
    pub(crate) fn time(&mut self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let time = is_rfc3339(&text).then(|| text.parse().ok()).flatten();
        time.map(Some)
            .ok_or_else(|| Refusal::invalid(format!("{name}: must be a time such as 2026-11-21T00:00:00Z.")))
    }

    /// Refuses the parameters that were not taken.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.0.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::new(name, "is not a known query parameter").into()),
        }
    }

    fn all(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(key, _)| key == name);
        taken.map(|(_, value)| value).collect()
    }
}

/// Returns whether a text is a time in RFC 3339: the time library accepts more forms, such as
/// `20261121T00Z`, that the service does not document.
fn is_rfc3339(text: &str) -> bool {
    let shape: String =
        text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c.to_ascii_uppercase() }).collect();
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    matches!(zone, "Z" | "+00:00" | "-00:00")
}

/// Decodes percent-encoding; `None` if it is invalid. In queries `+` means a space.
pub(crate) fn decode(text: &str, plus: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let high = char::from(rest.next()?).to_digit(16)?;
                let low = char::from(rest.next()?).to_digit(16)?;
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            b'+' if plus => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_may_be_encoded_or_not() {
        let mut query = Query::parse("roles[]=user&roles%5B%5D=admin").unwrap();
        assert_eq!(query.many("roles", |_| true).unwrap(), ["user", "admin"]);
        assert!(query.finish().is_ok());
    }

    #[test]
    fn malformed_queries_are_refused() {
        assert!(Query::parse("email=%zz").is_err());
        assert!(Query::parse("email=%ff").is_err());
        assert!(Query::parse("limit=1&limit=2").unwrap().one("limit").is_err());
        assert!(Query::parse("limit=+5").unwrap().limit(20, 1000).is_err());
        assert!(Query::parse("no=1").unwrap().finish().is_err());
        assert!(Query::parse("beta=false").unwrap().finish().is_err());
    }

    #[test]
    fn a_time_must_be_complete() {
        for good in ["2026-11-21T09:00:00Z", "2026-11-21T09:00:00.125+02:00", "2026-11-21t09:00:00z"] {
            assert!(is_rfc3339(good), "{good}");
        }
        for bad in [
            "2026-11-21",
            "2026-11-21T09:00Z",
            "2026-11-21T09:00:00",
            "2026-11-21T09:00:00.Z",
            "20261121T090000Z",
        ] {
            assert!(!is_rfc3339(bad), "{bad}");
        }
    }
}
