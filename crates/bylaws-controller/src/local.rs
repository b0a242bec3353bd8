//! Whether a request is for this machine by name. A page of another site could make its own name mean this machine, and
//! read what a port on loopback shows (DNS rebinding); the `Host` header then still has that name.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::http::uri::Authority;

/// Returns whether the only `Host` header is `localhost` or a loopback address, with any port: a tunnel may have
/// another one.
pub(crate) fn is_for_this_machine(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let authority = host.to_str().ok().filter(|host| !host.contains('@'));
    let authority = authority.and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| is_local_name(authority.host()))
}

fn is_local_name(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| is_loopback(&address))
}

/// Returns whether only this machine can reach an address.
pub(crate) fn is_loopback(address: &IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepts(hosts: &[&'static str]) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_static(host));
        }
        is_for_this_machine(&headers)
    }

    #[test]
    fn only_names_of_this_machine_are_accepted() {
        for host in ["localhost", "LocalHost:9820", "127.0.0.1:9820", "127.0.0.2", "[::1]:9820", "[::1]"] {
            assert!(accepts(&[host]), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:9820",
            "localhost.evil.example:9820",
            "localhost.",
            "127.0.0.1.evil.example",
            "a@localhost",
            "localhost:9820@evil.example",
            "10.0.0.1:9820",
            "0.0.0.0:9820",
            "[::]:9820",
            "",
            "2130706433",
        ] {
            assert!(!accepts(&[host]), "{host}");
        }
        assert!(!accepts(&[]) && !accepts(&["localhost", "evil.example"]));
    }
}
