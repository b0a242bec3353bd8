//! Keeps web pages out. A browser on this machine can reach the emulator, so a foreign web page could read
//! or change the organization: directly, or through a host name of its own that resolves to this machine.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State as Shares};
use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::middleware::Next;
use axum::response::Response;

use crate::envelope::Refusal;
use crate::service::Service;

/// Refuses requests of web pages before they are processed or logged. The address is the emulator's.
pub(crate) async fn refuse(
    Shares((service, address)): Shares<(Arc<Service>, SocketAddr)>,
    request: Request,
    next: Next,
) -> Response {
    match why(request.headers(), address) {
        None => next.run(request).await,
        Some(why) => service.reply(Err(Refusal::forbidden(why))),
    }
}

fn why(headers: &HeaderMap, address: SocketAddr) -> Option<&'static str> {
    if headers.contains_key(ORIGIN) {
        return Some("Requests with an `Origin` header are refused: web pages must not use the emulator.");
    }
    let is_page = |value: &axum::http::HeaderValue| value != "none" && value != "same-origin";
    if headers.get("sec-fetch-site").is_some_and(is_page) {
        return Some("Requests of other web pages are refused.");
    }
    // If other machines may connect, this machine may have names that are not known here.
    let is_foreign = |host: &axum::http::HeaderValue| !host.to_str().is_ok_and(is_this_machine);
    if address.ip().is_loopback() && headers.get_all(HOST).iter().any(is_foreign) {
        return Some(
            "`Host` must be localhost or a loopback address: another name may belong to a web page.",
        );
    }
    None
}

/// Returns whether a `Host` names this machine: `localhost` or a loopback address, with or without a port.
fn is_this_machine(host: &str) -> bool {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_accepted() {
        for (host, wanted) in [
            ("127.0.0.1:8080", true),
            ("127.9.9.9", true),
            ("localhost", true),
            ("LOCALHOST:1", true),
            ("[::1]:80", true),
            ("evil.example", false),
            ("evil.example:8080", false),
            ("localhost.evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("localhost:evil.example", false),
            ("10.0.0.1:80", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(host), wanted, "{host}");
        }
    }

    #[test]
    fn requests_of_web_pages_are_refused() {
        let here: SocketAddr = ([127, 0, 0, 1], 1).into();
        let everywhere: SocketAddr = ([0, 0, 0, 0], 1).into();
        for (name, value, address, refused) in [
            ("origin", "https://evil.example", here, true),
            ("origin", "null", everywhere, true),
            ("sec-fetch-site", "cross-site", here, true),
            ("sec-fetch-site", "same-site", here, true),
            ("sec-fetch-site", "none", here, false),
            ("host", "evil.example", here, true),
            ("host", "127.0.0.1:1", here, false),
            ("host", "emulator:8080", everywhere, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(why(&headers, address).is_some(), refused, "{name}: {value} at {address}");
        }
    }
}
