//! Why a request did not reach the service, determined from the types of errors and answers. Advice is up to
//! the caller.

use std::error::Error;
use std::io;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::CertificateError;

/// What prevented a request or its answer from arriving, if known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The name lookup found no address for this host: the service, or a proxy on the way to it.
    UnknownHost(String),
    /// Nothing listens at the address.
    ConnectionRefused,
    /// The server does not speak TLS.
    NotTls,
    /// This machine does not trust the certificate: its issuer is unknown, or it is not a server
    /// certificate.
    UntrustedCertificate,
    /// The certificate has expired, is not valid yet, or belongs to another host.
    InvalidCertificate,
    /// No root certificates could be loaded, so no certificate can be trusted.
    NoRootCertificates,
    /// The answer is a web page, sent by a proxy, a gateway or another server.
    WebPage,
    /// The answer is a redirect, which is never followed.
    Redirect,
    /// The `Date` headers of one run differ by more than a day, so the service's day is not known.
    DaysDisagree,
    /// The two credentials belong to different organizations.
    OrganizationsDiffer,
}

impl Cause {
    /// Returns whether retrying cannot help until a setting is changed.
    pub(crate) fn is_lasting(&self) -> bool {
        !matches!(self, Self::UnknownHost(_) | Self::ConnectionRefused | Self::WebPage)
    }

    /// Returns the message, if it is clearer than that of the libraries.
    pub(crate) fn sentence(&self) -> Option<String> {
        match self {
            Self::UnknownHost(host) => Some(format!("no address was found for the host `{host}`")),
            Self::ConnectionRefused => Some("the connection was refused".to_owned()),
            Self::NotTls => Some("the server does not speak TLS".to_owned()),
            Self::UntrustedCertificate => Some("this machine does not trust its certificate".to_owned()),
            Self::NoRootCertificates => Some("no root certificates could be loaded".to_owned()),
            Self::InvalidCertificate
            | Self::WebPage
            | Self::Redirect
            | Self::DaysDisagree
            | Self::OrganizationsDiffer => None,
        }
    }
}

/// Returns the cause that the types in an error chain show.
pub(crate) fn of(error: &(dyn Error + 'static)) -> Option<Cause> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(UnknownHost { host, .. }) = error.downcast_ref() {
            return Some(Cause::UnknownHost(host.clone()));
        }
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return of_tls(error);
        }
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            return Some(Cause::ConnectionRefused);
        }
        // The source of a wrapped error is that error's own source: the error itself would be skipped.
        let wrapped = io.and_then(io::Error::get_ref).map(|inner| -> &(dyn Error + 'static) { inner });
        next = wrapped.or_else(|| error.source());
    }
    None
}

/// Returns why TLS cannot be set up: it depends only on the root certificates of this machine.
pub(crate) fn of_setup(error: &(dyn Error + 'static)) -> Option<Cause> {
    let mut chain =
        std::iter::successors(Some(error), |error| -> Option<&(dyn Error + 'static)> { (*error).source() });
    chain.any(<dyn Error>::is::<rustls::Error>).then_some(Cause::NoRootCertificates)
}

fn of_tls(error: &rustls::Error) -> Option<Cause> {
    match error {
        rustls::Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
            | CertificateError::NotValidForName
            | CertificateError::NotValidForNameContext { .. },
        ) => Some(Cause::InvalidCertificate),
        rustls::Error::InvalidCertificate(_) => Some(Cause::UntrustedCertificate),
        rustls::Error::InvalidMessage(_) => Some(Cause::NotTls),
        _ => None,
    }
}

/// Returns whether the body of an answer is a web page. Never true for JSON.
pub(crate) fn is_web_page(content_type: Option<&str>, body: &[u8]) -> bool {
    let says_html = content_type.is_some_and(|text| {
        let media_type = text.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case("text/html")
            || media_type.eq_ignore_ascii_case("application/xhtml+xml")
    });
    let start = body.trim_ascii_start();
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start);
    match start.first() {
        Some(b'<') => says_html || begins_with(start, b"<!doctype html") || begins_with(start, b"<html"),
        Some(b'{' | b'[') => false,
        _ => says_html,
    }
}

fn begins_with(body: &[u8], start: &[u8]) -> bool {
    body.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// A host that cannot be resolved.
#[derive(Debug, thiserror::Error)]
#[error("no address was found for the host `{host}`")]
struct UnknownHost {
    host: String,
    source: io::Error,
}

/// Resolves names as the operating system does, and fails with a typed error.
pub(crate) struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((host.as_str(), 0)).await;
            let found: io::Result<Vec<SocketAddr>> = found.map(Iterator::collect);
            match found {
                Ok(found) => Ok(Box::new(found.into_iter()) as Addrs),
                Err(source) => Err(UnknownHost { host, source }.into()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wraps an error as the HTTP library does with TLS errors: in an I/O error.
    fn wrapped(error: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }

    #[test]
    fn the_cause_follows_from_the_type_of_the_error() {
        let bad = |error: CertificateError| wrapped(rustls::Error::InvalidCertificate(error));
        let message = rustls::InvalidMessage::InvalidContentType;
        let unknown = UnknownHost { host: "nowhere.example".to_owned(), source: wrapped("no such name") };
        for (error, cause) in [
            (bad(CertificateError::UnknownIssuer), Some(Cause::UntrustedCertificate)),
            (bad(CertificateError::BadSignature), Some(Cause::UntrustedCertificate)),
            (bad(CertificateError::Revoked), Some(Cause::UntrustedCertificate)),
            (bad(CertificateError::Expired), Some(Cause::InvalidCertificate)),
            (bad(CertificateError::NotValidForName), Some(Cause::InvalidCertificate)),
            (wrapped(rustls::Error::InvalidMessage(message)), Some(Cause::NotTls)),
            (wrapped(wrapped(rustls::Error::InvalidMessage(message))), Some(Cause::NotTls)),
            (wrapped(unknown), Some(Cause::UnknownHost("nowhere.example".to_owned()))),
            (io::ErrorKind::ConnectionRefused.into(), Some(Cause::ConnectionRefused)),
            (io::ErrorKind::ConnectionReset.into(), None),
            (wrapped("dns error: certificate: UnknownIssuer"), None),
        ] {
            assert_eq!(of(&error), cause, "{error:?}");
        }
    }

    #[test]
    fn a_web_page_is_detected_by_its_type_and_beginning() {
        for (content_type, body, is_page) in [
            (Some("text/html"), "<h1>Blocked</h1>", true),
            (Some("text/html; charset=utf-8"), "Blocked", true),
            (Some("TEXT/HTML"), "", true),
            (None, "\n <!DOCTYPE html><title>Sign in</title>", true),
            (Some("application/json"), "<HTML><body>Blocked", true),
            (Some("text/html"), r#"{"type":"error"}"#, false),
            (Some("application/json"), r#"{"type":"error"}"#, false),
            (Some("text/plain"), "Blocked", false),
            (None, "<error/>", false),
            (None, "", false),
        ] {
            assert_eq!(is_web_page(content_type, body.as_bytes()), is_page, "{content_type:?} {body}");
        }
    }
}
