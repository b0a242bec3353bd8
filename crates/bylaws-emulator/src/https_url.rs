//! URLs of federation issuers: `https`, and for those that the service fetches, a public name on port 443
//! (`docs/service-behaviour.md#federation`). The emulator fetches none.

use std::net::IpAddr;

use crate::object::Problem;

/// Refuses a text that is not an `https` URL.
pub(crate) fn check(field: &str, url: &str) -> Result<(), Problem> {
    parts(url).map(|_| ()).ok_or_else(|| Problem::new(field, "must be a URL that begins with https://"))
}

/// Refuses a URL that the service could not fetch.
pub(crate) fn check_public(field: &str, url: &str) -> Result<(), Problem> {
    check(field, url)?;
    let (host, port) = parts(url).unwrap_or_default();
    if port.is_some_and(|port| port != "443") {
        return Err(Problem::new(field, "must use port 443"));
    }
    let is_private = ["localhost", "local", "internal", "home.arpa"]
        .into_iter()
        .any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if is_private || !host.contains('.') || host.parse::<IpAddr>().is_ok() {
        return Err(Problem::new(field, "must have a public host name"));
    }
    Ok(())
}

/// Returns the host of a URL, in lower case.
pub(crate) fn host(url: &str) -> String {
    parts(url).map(|(host, _)| host).unwrap_or_default()
}

/// Returns the host, in lower case, and the port.
fn parts(url: &str) -> Option<(String, Option<&str>)> {
    let rest = url.strip_prefix("https://")?;
    let (authority, path) = rest.split_at_checked(rest.find(['/', '?']).unwrap_or(rest.len()))?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number.to_string() == port);
    let is_good = host.split('.').all(is_label) && port.is_none_or(is_port) && is_path(path);
    is_good.then(|| (host.to_ascii_lowercase(), port))
}

/// Returns whether a text has only characters of a path and a query.
fn is_path(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let good = match byte {
            b'%' => bytes.by_ref().take(2).filter(u8::is_ascii_hexdigit).count() == 2,
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !good {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_name_on_the_usual_port_can_be_fetched() {
        for (url, is_url, is_public) in [
            ("https://token.actions.githubusercontent.com", true, true),
            ("https://gitlab.com:443/a%20b?x=1", true, true),
            ("https://gitlab.com:8443", true, false),
            ("https://10.0.0.1/", true, false),
            ("https://localhost", true, false),
            ("https://idp.internal/keys", true, false),
            ("https://eternal.example", true, true),
            ("https://idp", true, false),
            ("http://gitlab.com", false, false),
            ("HTTPS://gitlab.com", false, false),
            ("https://", false, false),
            ("https://a..b", false, false),
            ("https://a.b:", false, false),
            ("https://a.b:99999", false, false),
            ("https://user@a.b", false, false),
            ("https://a.b/x y", false, false),
            ("https://a.b/%zz", false, false),
            ("https://a.b/%2", false, false),
            ("https://a.b/#x", false, false),
        ] {
            assert_eq!(check("url", url).is_ok(), is_url, "{url}");
            assert_eq!(check_public("url", url).is_ok(), is_public, "{url}");
        }
        assert_eq!(host("https://GitLab.com/x"), "gitlab.com");
    }
}
