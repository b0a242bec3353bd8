//! Properties of every page, whatever the names are. Layout and behavior are tested in a browser: `tests/html`.

use super::{SCRIPT, STYLE, page, page_of_json};
use crate::page::document::PageDocument;

/// Returns a document in which every string is `name`.
fn everywhere(name: &str) -> PageDocument {
    let item = serde_json::json!({"address": name, "reason": name, "place": name});
    let document = serde_json::json!({
        "organization": {"id": name, "name": name}, "today": name, "bylaws_version": name, "files": name,
        "commit": name, "snapshot": name, "reads": 1,
        "people": [{"who": name, "role": name, "state": "member", "teams": [name], "last_active": name},
                   {"who": name, "role": "admin", "state": "invited", "teams": [], "last_active": null}],
        "workspaces": [{"name": name, "id": name, "is_default": false, "is_claude_code": false}],
        "roles": [name], "reasons": [{"kind": "line", "text": name}], "grants": [[0, 0, 0, [0]]],
        "service_accounts": [{"name": name, "id": name, "description": name, "role": name, "memberships": [[name, name]],
            "rules": [name]}, {"name": name, "id": name, "description": name, "role": name, "memberships": [],
            "rules": {"not_read": name}}],
        "federation": {"rules": [{"name": name, "description": name, "issuer": name, "accepts": [[name, name]],
            "account": name, "scopes": [name], "workspaces": [name], "token_lifetime": name}],
            "issuers": [{"name": name, "issuer_url": name, "keys": name, "check_jti": false, "max_jwt_lifetime": name,
            "polling_disabled_at": name}]},
        "limits": {"spend": [{"workspace": name, "limit": name, "cents": name, "spent": name}],
            "rate": [{"workspace": name, "group": [name], "limiter": name, "value": name, "organization": name}]},
        "external_keys": [{"name": name, "id": name, "provider": name, "geo": name, "workspaces": [name]}],
        "findings": {"items": [{"code": name, "name": name, "severity": "error", "address": name, "message": name,
            "evidence": [[name, name]], "advice": name, "fix": name, "place": name}], "accepted": [{"name": name, "address": name, "until": name, "reason": name}],
            "not_judged": [{"what": name, "why": name}]},
        "usage": {"unit": name, "days": [name], "series": [{"name": name, "values": [name]}]},
        "cost": {"not_read": name},
        "drift": {"changes": [{"action": name, "address": name, "summary": name, "place": name}], "blocked": [item],
            "waiting": [item], "unlisted": [item], "refused": [name]},
    });
    serde_json::from_value(document).unwrap()
}

/// Returns the text between the first `from` and the next `to`.
fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    page.split_once(from).unwrap().1.split_once(to).unwrap().0
}

#[test]
fn a_name_is_never_markup() {
    let plain = page(&everywhere("plain"));
    let tags = |page: &str| page.matches('<').count();
    for name in [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]></script>",
        "<img src=x onerror=alert(1)>",
        "</noscript><b>",
        "\"'><b x=\"",
        "</title>",
        "{script}{data}",
        "&lt;b&gt;",
    ] {
        let page = page(&everywhere(name));
        assert_eq!(tags(&page), tags(&plain), "{name}");
        let data = between(&page, "id=\"data\">", "</script>");
        assert!(!data.contains(['<', '>', '&']), "{name}");
        let read: PageDocument = serde_json::from_str(data).unwrap();
        assert_eq!(read, everywhere(name), "{name}");
    }
}

#[test]
fn invisible_characters_in_names_are_escaped() {
    let page = page(&everywhere("a\u{202e}b\u{1b}[2J\u{200b}\u{2028}\u{e0041}"));
    assert_eq!(page.matches(bylaws_engine::spelling::is_hidden).filter(|hidden| *hidden != "\n").count(), 0);
    assert!(page.contains("a\\\\u{202e}b\\\\u{1b}[2J"));
    assert!(page.contains("a\\u{202e}b\\u{1b}[2J"), "without scripts too");
}

#[test]
fn a_fix_keeps_its_lines() {
    let mut document = everywhere("x");
    if let super::document::Section::Read(findings) = &mut document.findings {
        findings.items[0].fix = Some("members:\n  ada\u{202e}: none".to_owned());
    }
    let page = page(&document);
    assert!(page.contains("<pre>members:\n  ada\\u{202e}: none</pre>"));
    assert!(page.contains(r#""fix":"members:\n  ada\\u{202e}: none""#));
}

#[test]
fn the_policy_contains_the_hashes_of_script_and_style() {
    let page = page(&everywhere("x"));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    for (kind, text) in [
        ("script-src", between(&page, "<script>", "</script>")),
        ("style-src", between(&page, "<style>", "</style>")),
    ] {
        let hash = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            <sha2::Sha256 as sha2::Digest>::digest(text),
        );
        assert!(policy.contains(&format!("{kind} 'sha256-{hash}';")), "{kind} in {policy}");
    }
    assert!(policy.starts_with("default-src 'none'; "));
    assert!(!policy.contains("unsafe"));
}

#[test]
fn script_and_style_cannot_end_their_element_or_use_the_network() {
    for text in [SCRIPT, STYLE] {
        for bad in [
            "</",
            "<!--",
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "eval(",
            "@import",
            "url(",
            "fetch(",
        ] {
            assert!(!text.contains(bad), "{bad}");
        }
    }
    let skeleton = include_str!("skeleton.html");
    assert!(!skeleton.contains("style=") && !skeleton.contains(" on") && !skeleton.contains("src="));
}

#[test]
fn an_invalid_document_is_refused() {
    assert!(page_of_json("{}").is_err());
}
