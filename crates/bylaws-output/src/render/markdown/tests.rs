//! Properties of every document: the size limit, the order, and user-supplied text only in code.

use bylaws_engine::review_first::ReviewKind;
use bylaws_engine::text;
use bylaws_engine::{Action, Address, Class, Email, WorkspaceLabel};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::page::LIMIT;
use super::span::{code, count};
use super::text::whole;
use super::{Comment, Link, plan, refused, report};
use crate::document::origin::Origin;
use crate::document::plan::{ChangeDocument, PlanDocument, RequestDocument};
use crate::document::report::ReportDocument;
use crate::document::review_first::ReviewDocument;
use crate::document::word::Word;

const SIZES: [usize; 7] = [1, 2, 10, 100, 1_000, 10_000, 100_000];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Raise,
    Admin,
    Archive,
    Invite,
    Leave,
}

const KINDS: [Kind; 5] = [Kind::Raise, Kind::Admin, Kind::Archive, Kind::Invite, Kind::Leave];

fn change(kind: Kind, name: &str) -> ChangeDocument {
    let email = Email::live(&format!("{name}@a.com"));
    let label = WorkspaceLabel::new;
    let (action, address, before, after, class) = match kind {
        Kind::Raise => {
            let after = Some(("role", "developer"));
            (Action::Update, Address::Member(email), Some("user"), after, Class::Raise)
        }
        Kind::Admin => {
            let after = Some(("workspace_role", "workspace_admin"));
            (Action::Create, Address::WorkspaceMember(label("lab"), email), None, after, Class::Grant)
        }
        Kind::Archive => (Action::Archive, Address::Workspace(label(name)), None, None, Class::Irreversible),
        Kind::Invite => (Action::Invite, Address::Invite(email), None, Some(("role", "user")), Class::Grant),
        Kind::Leave => (Action::Remove, Address::Member(email), Some("user"), None, Class::AccessLoss),
    };
    let fact = |(field, value): (&str, &str)| [(field.to_owned(), json!(value))].into();
    ChangeDocument {
        id: format!("{action} {address}"),
        address: Word(address),
        action: Word(action),
        target: None,
        before: before.map(|role| fact(("role", role))),
        after: after.map(fact),
        request: RequestDocument {
            method: "POST".to_owned(),
            path: "/v1/x".to_owned(),
            body: None,
            check: None,
        },
        depends_on: Vec::new(),
        live_names: Vec::new(),
        classes: vec![Word(class)],
        cause: None,
        expired: None,
        origin: Some(Origin { file: format!("{name}.yaml"), line: 7, column: 1 }),
    }
}

/// Returns the "Review first" entry of the change, if it has one.
fn review(change: &ChangeDocument) -> Option<ReviewDocument> {
    let (kind, reason) = match (&change.address.0, *change.action) {
        (Address::Workspace(label), _) => {
            (ReviewKind::Irreversible, text!("workspace {} is archived permanently", label))
        }
        (Address::Member(email), Action::Remove) => {
            (ReviewKind::MemberRemoval, text!("{} is removed from the organization (was user)", email))
        }
        (Address::Member(email), _) => {
            (ReviewKind::Raise, text!("{} changes from user to developer (increases access)", email))
        }
        (Address::WorkspaceMember(label, email), _) => {
            (ReviewKind::WorkspaceAdmin, text!("{} becomes `workspace_admin` of {}", email, label))
        }
        _ => return None,
    };
    Some(ReviewDocument {
        kind: Word(kind),
        address: change.address.clone(),
        change: Some(change.id.clone()),
        live_names: Vec::new(),
        reason: Word(reason),
        origin: change.origin.clone(),
    })
}

/// Returns a document with an entry in every section.
fn document(changes: Vec<ChangeDocument>, name: &str, items: usize) -> PlanDocument {
    let text = text!("holds {}; {}: see {}", name, name, name).to_string();
    let item = json!({"address": Word(Address::Member(Email::live(name))), "reason": text, "origin": {"file": name, "line": 1, "column": 1}, "approve": [format!("archive workspace/{name}")]});
    let waiting = json!({"address": item["address"], "action": "create", "after": {"workspace_role": name}, "classes": ["grant"], "reason": text});
    let (many, waiting) = (vec![item; items], vec![waiting; items]);
    let approve: Vec<String> = changes.iter().map(|change| change.id.clone()).collect();
    let mut document: PlanDocument = serde_json::from_value(json!({
        "format_version": 1, "bylaws_version": "0", "organization": {"id": name, "name": name},
        "config": {"path": name, "digest": name, "commit": name}, "today": "2026-11-21",
        "reads": {"organization": 1, "invites": 1, "users": 1, "workspaces": 1, "workspace_members": 1, "api_keys": 1, "total": 6},
        "loosened": [{"text": text, "origin": {"file": name, "line": 1, "column": 1}}],
        "review_first": [], "changes": [], "consequences": many, "waiting": waiting, "blocked": many,
        "unlisted": many, "expiring": many, "notes": many,
        "guards": [
            {"guard": "access_loss", "source": "files", "ruling": "refused", "counted": 3, "limit": 1, "of": 12,
             "reason": text, "changes": approve.iter().take(10).collect::<Vec<_>>(), "approve": approve},
            {"guard": "keys_off", "source": "guards_file", "ruling": "reported", "counted": null, "limit": null,
             "of": null, "reason": text, "changes": [], "approve": []},
            {"guard": "invites", "source": "files", "ruling": "passed", "counted": 0, "limit": 25, "of": null,
             "reason": "", "changes": [], "approve": []},
        ],
        "approvals": [{"changes": [name, name], "until": "2026-12-01", "reason": text, "state": "expired", "origin": null}],
        "summary": {"changes": changes.len(), "actions": {"invite": 3}, "classes": {}, "consequences": items, "waiting": items,
                    "blocked": items, "unlisted": items, "expiring": items, "refused": false},
        "fingerprint": name,
    }))
    .unwrap();
    let others = ReviewKind::ALL.iter().map(|kind| {
        let place = json!({"file": name, "line": 1, "column": 1});
        json!({"kind": kind.as_str(), "address": Word(Address::Member(Email::live(name))), "reason": text, "origin": place})
    });
    let others = others.take(items).map(|review| serde_json::from_value(review).unwrap());
    document.review_first = changes.iter().filter_map(review).chain(others).collect();
    document.review_first.sort_by_key(|review| *review.kind);
    document.changes = changes;
    document
}

fn comment() -> Comment {
    let link = Link::parse(&format!("https://ci.example/{}", "&".repeat(900))).unwrap();
    Comment { name: Some("x".repeat(10_000)), link: Some(link) }
}

#[track_caller]
fn bounded(text: &str) {
    // Bytes limit characters and UTF-16 units, because every character has at least as many bytes as units.
    assert!(text.len() <= LIMIT && LIMIT < 65_000, "{} bytes", text.len());
    assert!(text.encode_utf16().count() <= text.len());
    assert_eq!(text.matches("\n<details>\n").count(), text.matches("\n</details>\n").count());
    assert_eq!(text.matches("\n## ").count(), 1);
}

/// Returns the part before people and workspaces.
fn first(text: &str) -> &str {
    text.split("\n### People").next().unwrap().split("\n### Workspaces").next().unwrap()
}

#[test]
fn a_comment_fits_for_any_number_of_changes_and_any_names() {
    let long = "\u{1f469}\u{1f3ff}".repeat(2_000);
    let names =
        ["ada".to_owned(), "研究".repeat(30), "`".repeat(10_240), long, "\u{10fffe}\u{202e}".repeat(50)];
    for n in SIZES {
        for (at, name) in names.iter().enumerate() {
            // Enough of the large names; more would only be slow.
            let most = match name.len() {
                ..10 => 100_000,
                10..1_000 => 10_000,
                _ => 100,
            };
            if n > most {
                continue;
            }
            let changes: Vec<ChangeDocument> =
                (0..n).map(|i| change(KINDS[(i + at) % 5], &format!("{name}{i}"))).collect();
            let document = document(changes, name, n.min(1_000));
            bounded(&plan(&document, &comment()));
            bounded(&refused(&document, &Comment::default()));
        }
    }
}

/// Returns how many of the people or workspaces `p000000` to `p999999` are named exactly once.
fn names(text: &str) -> usize {
    let names = text.split("`p").skip(1).filter_map(|rest| rest.get(..6));
    names
        .filter(|name| name.bytes().all(|b| b.is_ascii_digit()))
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}

#[test]
fn every_heading_keeps_its_count_and_as_many_addresses_as_fit() {
    for kind in [Kind::Raise, Kind::Admin, Kind::Archive, Kind::Leave] {
        for n in SIZES {
            let changes: Vec<ChangeDocument> = (0..n).map(|i| change(kind, &format!("p{i:06}"))).collect();
            let text = plan(&document(changes, "x", 0), &Comment::default());
            let heading = match kind {
                Kind::Raise => "Increased access",
                Kind::Leave => "Removed from the organization",
                Kind::Admin => "Workspace admins",
                _ => "Cannot be undone",
            };
            assert!(text.contains(&format!("\n**{heading} ({})**\n", count(n))), "{kind:?} {n}");
            let named = names(first(&text));
            let expected = if n <= 1_000 { n } else { 1_000 };
            assert!(named >= expected, "{kind:?}: {named} of {n} named");
        }
    }
}

#[test]
fn many_changes_never_hide_an_irreversible_one() {
    for n in SIZES {
        let mut changes: Vec<ChangeDocument> =
            (0..n).map(|i| change(Kind::Raise, &format!("p{i:06}"))).collect();
        changes.extend((0..n).map(|i| change(Kind::Leave, &format!("l{i:06}"))));
        changes.push(change(Kind::Archive, "the-last"));
        changes.insert(0, change(Kind::Admin, "zed"));
        let text = plan(&document(changes, "x", n.min(1_000)), &Comment::default());
        assert!(first(&text).contains("- workspace `the-last` is archived permanently"), "{n}");
        assert!(first(&text).contains("- `zed@a.com` becomes `workspace_admin` of `lab`"), "{n}");
    }
}

#[test]
fn cut_entries_are_counted() {
    let changes: Vec<ChangeDocument> =
        (0..10_000).map(|i| change(Kind::Invite, &format!("p{i:06}"))).collect();
    let text = plan(&document(changes, "x", 0), &Comment::default());
    let named = names(&text);
    let left = count(10_000 - named);
    assert!(text.contains(&format!("- … and {left} more\n")), "{left}");
    let told = text.lines().find(|line| line.starts_with("**Cut to fit:**")).unwrap();
    // Less important blocks are cut before people are.
    assert_eq!(
        told,
        format!(
            "**Cut to fit:** {left} of 10,000 changes are not shown (approvals: 1 of 1; guards: 1 of 1; people: {left} of 10,000). `bylaws plan --format json` has everything."
        )
    );
}

/// Returns the text outside code: without fences, and without spans as renderers pair them.
fn outside_code(text: &str) -> String {
    let mut rest = String::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let run = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if run.len() >= 3 && !line[run.len()..].contains('`') => fence = Some(run),
            None => {
                rest += &without_spans(line);
                rest.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a fence that is not closed");
    rest
}

fn without_spans(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out += &rest[..at];
        let opened = &rest[at..];
        let run = opened.len() - opened.trim_start_matches('`').len();
        let mut after = &opened[run..];
        loop {
            let Some(next) = after.find('`') else { panic!("a span that is not closed: {line}") };
            let closing = &after[next..];
            let length = closing.len() - closing.trim_start_matches('`').len();
            after = &closing[length..];
            if length == run {
                break;
            }
        }
        out.push('§');
        rest = after;
    }
    out + rest
}

#[track_caller]
fn only_ours_outside_code(text: &str) {
    let marker = text.lines().next().unwrap();
    assert!(marker.starts_with("<!-- bylaws:") && marker.ends_with(" -->"));
    assert!(
        !marker[4..marker.len() - 3].contains("--") && !marker[..marker.len() - 1].contains('>'),
        "{marker}"
    );
    for line in outside_code(text).lines().skip(1) {
        let ours = ["<details>", "</details>", "> [!CAUTION]", "> [!WARNING]"].contains(&line)
            || line.starts_with("<summary>") && line.ends_with("</summary>");
        let line = line.trim_start_matches("  - ").trim_start_matches("- ").trim_start_matches('#');
        let line = line.trim_start_matches("> ").replace("&lrm;", "").replace("**", "");
        let plain = |c: char| c.is_alphanumeric() && c.is_ascii() || " §.,:;()?·→…+~−-=%'\\".contains(c);
        assert!(ours || line.chars().all(plain), "{line:?}");
        assert!(!line.contains("evil"), "{line:?}");
    }
    assert!(!text.contains('\u{1b}') && !text.lines().any(|line| line.trim_start().starts_with("::")));
    assert!(!text.contains("##[") && !text.contains("##vso["));
}

const ODD: [&str; 28] = [
    "evil",
    "`",
    "``` ",
    "@evil/team",
    "#12",
    "GH-1",
    "\n",
    "\r",
    "<b>",
    "</details>",
    "-->",
    "&amp;",
    "|",
    "[x](y)",
    "![i](http://evil)",
    "$evil$",
    ":evil:",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{5d0}",
    "~~~",
    "##[error]evil",
    "::error::evil",
    "www.evil.com",
    " ",
    "\u{301}",
    "研究",
    "\u{e0041}",
];

fn odd_name() -> impl Strategy<Value = String> {
    vec(prop::sample::select(ODD.as_slice()), 1..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn nothing_of_others_stands_outside_code(
        name in odd_name(),
        names in vec((prop::sample::select(KINDS.as_slice()), odd_name()), 0..40),
        items in 0_usize..5,
    ) {
        let changes = names.iter().map(|(kind, name)| change(*kind, name)).collect();
        let document = document(changes, &name, items);
        let comment = Comment { name: Some(name.clone()), link: None };
        for text in [plan(&document, &comment), refused(&document, &Comment::default())] {
            bounded(&text);
            only_ours_outside_code(&text);
            // Everything fits, so everything is shown.
            for seen in &document.changes {
                let named = match &seen.address.0 {
                    Address::Member(email)
                    | Address::Invite(email)
                    | Address::WorkspaceMember(_, email) => code(email.as_str()),
                    Address::Workspace(label) => code(label.as_str()),
                    other => code(&other.to_string()),
                };
                let review = review(seen);
                // A sentence with user-supplied back-ticks is one span.
                let reason = review.as_ref().map_or(String::new(), |review| whole(&review.reason));
                let here = if review.is_some() { first(&text) } else { &text };
                prop_assert!(here.contains(&named) || !reason.is_empty() && here.contains(&reason), "{} in {}", named, here);
            }
        }
        let text = report(&a_report(&document, &name), &comment);
        bounded(&text);
        only_ours_outside_code(&text);
    }
}

fn a_report(document: &PlanDocument, name: &str) -> ReportDocument {
    let outcomes = ["done", "failed", "skipped", "unknown"];
    let changes = document.changes.iter().enumerate().map(|(n, change)| {
        json!({"id": change.id, "address": change.address, "action": change.action,
               "outcome": outcomes[n % 4], "message": text!("failed: {}", name).to_string(), "request_id": format!("req_{name}")})
    });
    serde_json::from_value(json!({
        "format_version": 1, "bylaws_version": "0", "organization": {"id": name, "name": name},
        "fingerprint": name, "changes": changes.collect::<Vec<_>>(), "not_sent": [name, name],
        "waiting": document.waiting, "blocked": document.blocked,
        "summary": {"done": 1, "failed": 1, "skipped": 1, "unknown": 1}, "stopped": text!("{}", name).to_string(),
    }))
    .unwrap()
}

#[test]
fn a_report_fits_in_a_comment() {
    for n in SIZES {
        let changes = (0..n).map(|i| change(KINDS[i % 5], &format!("研究{i}"))).collect();
        let document = document(changes, "x", n.min(1_000));
        bounded(&report(&a_report(&document, &"`".repeat(500)), &comment()));
    }
}
