//! Addresses of issuers and of their keys.

use bylaws_config::fields::text;
use bylaws_config::node::Node;
use bylaws_config::shown::shown;

use super::{rules, tenant};
use crate::files::Context;

/// Reads an https address. The service connects to it if `is_dialled`.
pub(super) fn read(cx: &mut Context, node: &Node, key: &str, is_dialled: bool) -> Option<String> {
    let url = text(&mut cx.problems, node, key)?;
    let host = tenant::host(url);
    let port = host
        .and_then(|host| url.get("https://".len() + host.len()..))
        .and_then(|rest| rest.strip_prefix(':'));
    let port = port.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_public = |host: &str| {
        let last = host.rsplit('.').next().unwrap_or_default();
        host.contains('.') && last.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    let why = match host {
        _ if url.chars().any(|c| c.is_whitespace() || c.is_control()) => "contains white space",
        None => "is not an https address",
        Some(host) if host.contains('@') => "contains a user name",
        Some(_) if port.is_some_and(|port| port != "443") => "has another port than 443",
        Some(_) if url.contains(['?', '#']) => "has a query or a fragment",
        Some(host) if is_dialled && !is_public(host) => {
            "has no public host name, and the service reads the keys there"
        }
        Some(_) => return Some(url.to_owned()),
    };
    cx.report(&rules::BAD_ISSUER_URL, node.at, format!("`{key}` {why}: {}", shown(url)))
        .label("invalid address")
        .help("write an https address, as in `https://token.actions.githubusercontent.com`");
    None
}
