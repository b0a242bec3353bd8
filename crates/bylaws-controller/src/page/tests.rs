//! Properties of the page, whatever names are. How it looks is tested in a browser: `tests/html`.

use bylaws_engine::hold::Hold;
use bylaws_engine::{Cause, Class};
use bylaws_output::document::word::Word;

use super::{STYLE, page, policy};
use crate::held::{HeldBy, HeldChange};
use crate::reason::{Reason, Status};
use crate::status::{OrganizationStatus, StatusDocument};

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

/// Returns a document in which every text that others choose is `name`.
fn everywhere(name: &str) -> StatusDocument {
    let text = name.to_owned();
    let when = at("2026-11-21T08:00:00Z");
    let by =
        [HeldBy::Hold(Hold::Undone), HeldBy::Baseline, HeldBy::Hold(Hold::Class(Class::Grant))].map(|by| {
            HeldChange {
                change: text.clone(),
                detail: text.clone(),
                cause: Some(Word(Cause::Drift)),
                classes: vec![Word(Class::Grant)],
                by: Word(by),
            }
        });
    let status = OrganizationStatus {
        name: text.clone(),
        organization_id: Some(text.clone()),
        ready: Status::True,
        in_sync: Status::False,
        reason: Reason::Held,
        message: format!("{name}\n{name}"),
        since: Some(when),
        revision: Some(text.clone()),
        baseline: Some(text.clone()),
        fingerprint: Some(text.clone()),
        held: by.to_vec(),
        guards: vec![crate::status::GuardCount { guard: text.clone(), counted: 1, limit: 2 }],
        suspended: Some(crate::Suspension {
            reason: text.clone(),
            by: text.clone(),
            since: when,
            until: None,
        }),
        approved: Some(crate::Approval { fingerprint: text.clone(), by: text, at: when }),
        ..OrganizationStatus::default()
    };
    StatusDocument { format_version: 1, organizations: vec![status] }
}

fn shown(document: &StatusDocument) -> String {
    page(document, at("2026-11-21T09:00:00Z"))
}

#[test]
fn a_name_is_never_markup() {
    let plain = shown(&everywhere("plain"));
    for name in [
        "</title><script>alert(1)</script>",
        "<!--",
        "<img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "'><b>",
        "&lt;b&gt;",
        "javascript:alert(1)",
    ] {
        let page = shown(&everywhere(name));
        for mark in ['<', '>', '"'] {
            assert_eq!(page.matches(mark).count(), plain.matches(mark).count(), "{mark} {name}");
        }
        assert!(!page.contains("<script") && !page.contains(" onmouseover=\""), "{name}");
    }
}

#[test]
fn invisible_characters_in_names_are_escaped() {
    let page = shown(&everywhere("a\u{202e}b\u{1b}[2J\u{200b}\u{2028}"));
    assert_eq!(page.matches(bylaws_engine::spelling::is_hidden).filter(|hidden| *hidden != "\n").count(), 0);
    assert!(page.contains("a\\u{202e}b\\u{1b}[2J"));
}

#[test]
fn the_policy_allows_this_style_only() {
    let page = shown(&everywhere("x"));
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let hash = bylaws_output::render::html::policy_source(style);
    assert_eq!(
        policy(),
        format!("default-src 'none'; style-src {hash}; base-uri 'none'; form-action 'none'")
    );
    assert!(page.contains(&policy().replace('\'', "&#39;")));
    for bad in ["<script", "style=", "src=", "<form", "<link", "http-equiv=\"refresh"] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert!(!["</", "<!--", "@import", "url("].iter().any(|bad| STYLE.contains(bad)));
}

#[test]
fn an_organization_without_a_round_and_none_at_all_are_said() {
    let fresh = OrganizationStatus { name: "acme".to_owned(), ..OrganizationStatus::default() };
    let fresh = shown(&StatusDocument { format_version: 1, organizations: vec![fresh] });
    assert!(fresh.contains("No round has run yet.") && !fresh.contains("controller approve"));
    let nobody = shown(&StatusDocument { format_version: 1, organizations: Vec::new() });
    assert!(nobody.contains("The configuration has no organizations."));
}

#[test]
fn a_plan_that_cannot_be_approved_has_no_command() {
    let mut document = everywhere("acme");
    assert!(shown(&document).contains("bylaws controller approve acme acme"));
    document.organizations[0].reason = Reason::Pending;
    assert!(!shown(&document).contains("controller approve"));
    document.organizations[0].reason = Reason::Held;
    document.organizations[0].held =
        vec![HeldChange { by: Word(HeldBy::Approval), ..document.organizations[0].held[0].clone() }];
    assert!(!shown(&document).contains("controller approve"));
}
