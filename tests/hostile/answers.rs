//! A service, or a server in its place, that answers about another object, without end, or with data it must not know.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::front::{self, Answer};
use crate::world::{ACME, KEY, World, acme};

/// Files that need one write of every kind.
fn everything() -> World {
    let mut seed = acme();
    let user = json!({"id": "user_bye", "email": "bye@acme.com", "role": "user"});
    seed["users"].as_array_mut().unwrap().push(user);
    seed["invites"] = json!([{"id": "invite_old", "email": "old@acme.com", "role": "user"}]);
    seed["workspaces"].as_array_mut().unwrap().push(json!({"id": "wrkspc_ops", "name": "ops"}));
    let keys = seed["api_keys"].as_array_mut().unwrap();
    keys.push(json!({"id": "apikey_cd", "name": "cd", "workspace_id": "wrkspc_lab"}));
    let files = format!(
        "bylaws: 1
organization: {{id: {ACME}}}
members:
  ada@acme.com: admin
  dev@acme.com: developer
  eve@acme.com: developer
  uma@acme.com: developer
  new@acme.com: user
  old@acme.com: none
  bye@acme.com: none
workspaces:
  lab:
    tags: {{env: prod}}
    members:
      dev@acme.com: workspace_admin
      eve@acme.com: none
      uma@acme.com: workspace_user
    api_keys: {{ci: inactive, cd: active}}
  fresh: {{}}
guards: {{access_loss: {{max: 50, share: 100%}}}}
"
    );
    World::live(seed).file("bylaws.yaml", &files)
}

/// Returns the report of an apply in which the response to one write has another value in one field.
fn lied_to(request: &'static str, field: &'static str, lie: &'static str) -> Value {
    let world = everything();
    let url = front::before(&world.emulator.url(), move |asked, answer| {
        if asked.starts_with(request) && asked.ends_with(request.rsplit('/').next().unwrap_or_default()) {
            let mut body = answer.json();
            body[field] = json!(lie);
            if field == "workspace_id" && body.get("scope").is_some() {
                body["scope"]["workspace_id"] = json!(lie);
            }
            answer.body = body.to_string().into_bytes();
        }
    });
    let world = world.env("BYLAWS_API_URL", &url);
    world.run("apply --auto-approve --format json").json()
}

#[test]
fn every_kind_of_write_is_done_if_nobody_lies() {
    let report = lied_to("NEVER /", "", "");
    assert_eq!(
        (&report["summary"]["done"], &report["summary"]["failed"]),
        (&json!(10), &json!(0)),
        "{report:#}"
    );
}

#[test]
fn an_answer_about_another_object_is_a_failed_change_that_names_the_field_and_both_values() {
    for (request, field, lie, asked) in [
        ("POST /v1/organizations/users/user_uma", "id", "user_eve", "user_uma"),
        ("POST /v1/organizations/users/user_uma", "email", "eve@acme.com", "uma@acme.com"),
        ("DELETE /v1/organizations/users/user_bye", "id", "user_eve", "user_bye"),
        ("POST /v1/organizations/invites", "email", "evil@acme.com", "new@acme.com"),
        ("POST /v1/organizations/invites", "id", "invite_old", ""),
        ("DELETE /v1/organizations/invites/invite_old", "id", "invite_new", "invite_old"),
        ("POST /v1/organizations/workspaces/wrkspc_lab", "id", "wrkspc_ops", "wrkspc_lab"),
        ("POST /v1/organizations/workspaces/wrkspc_lab", "name", "ops", "lab"),
        ("POST /v1/organizations/workspaces", "name", "ops", "fresh"),
        ("POST /v1/organizations/workspaces", "id", "wrkspc_ops", ""),
        ("POST /v1/organizations/workspaces/wrkspc_lab/members", "user_id", "user_eve", "user_uma"),
        ("POST /v1/organizations/workspaces/wrkspc_lab/members", "workspace_id", "wrkspc_ops", "wrkspc_lab"),
        ("POST /v1/organizations/workspaces/wrkspc_lab/members/user_dev", "user_id", "user_eve", "user_dev"),
        (
            "POST /v1/organizations/workspaces/wrkspc_lab/members/user_dev",
            "workspace_id",
            "wrkspc_ops",
            "wrkspc_lab",
        ),
        (
            "DELETE /v1/organizations/workspaces/wrkspc_lab/members/user_eve",
            "user_id",
            "user_dev",
            "user_eve",
        ),
        (
            "DELETE /v1/organizations/workspaces/wrkspc_lab/members/user_eve",
            "workspace_id",
            "wrkspc_ops",
            "wrkspc_lab",
        ),
        ("POST /v1/organizations/api_keys/apikey_ci", "id", "apikey_cd", "apikey_ci"),
        ("POST /v1/organizations/api_keys/apikey_ci", "name", "cd", "ci"),
        ("POST /v1/organizations/api_keys/apikey_ci", "workspace_id", "wrkspc_ops", "wrkspc_lab"),
    ] {
        let report = lied_to(request, field, lie);
        let failed: Vec<&str> = report["changes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|change| change["outcome"] == "failed")
            .filter_map(|change| change["message"].as_str())
            .collect();
        assert_eq!(failed.len(), 1, "{request} {field}: {report:#}");
        assert!(
            [field, lie, asked].iter().all(|part| failed[0].contains(part)),
            "{request} {field}: {failed:?}"
        );
    }
}

/// Returns the result of a plan with this answer for the list of users.
fn users_answered(change: impl Fn(&str, &mut Answer) + Send + Sync + 'static) -> String {
    let world = World::acme();
    let url = front::before(&world.emulator.url(), move |asked, answer| {
        if asked.starts_with("GET /v1/organizations/users") {
            change(asked, answer);
        }
    });
    let ran = world.env("BYLAWS_API_URL", &url).run("plan").ended(1);
    assert_eq!(ran.out, "", "{ran}");
    ran.err
}

fn user(n: usize) -> Value {
    json!({"id": format!("user_{n}"), "type": "user", "email": format!("p{n}@acme.com"), "name": "",
           "role": "user", "added_at": "2026-01-01T00:00:00Z"})
}

fn page(users: std::ops::Range<usize>, has_more: bool) -> Vec<u8> {
    let last = format!("user_{}", users.end - 1);
    let first = format!("user_{}", users.start);
    let data: Vec<Value> = users.map(user).collect();
    json!({"data": data, "has_more": has_more, "first_id": first, "last_id": last}).to_string().into_bytes()
}

#[test]
fn a_list_without_an_end_is_an_error() {
    let pages = AtomicUsize::new(0);
    let err = users_answered(move |_, answer| {
        let n = pages.fetch_add(1, Ordering::Relaxed);
        answer.status = "200 OK".to_owned();
        answer.body = page(n..n + 1, true);
    });
    assert!(err.contains("the list of users is inconsistent: it has more than 2000 pages"), "{err}");
}

#[test]
fn a_list_that_goes_round_in_a_circle_is_an_error() {
    for size in [1, 2, 50] {
        let err = users_answered(move |_, answer| {
            answer.status = "200 OK".to_owned();
            answer.body = page(0..size, true);
        });
        assert!(err.contains("has nothing new"), "{err}");
    }
}

#[test]
fn a_page_with_more_items_than_were_asked_for_is_an_error() {
    let err = users_answered(|_, answer| answer.body = page(0..1001, false));
    assert!(err.contains("a page has more than the requested 1000 items"), "{err}");
}

#[test]
fn a_page_of_any_length_does_not_fill_the_memory() {
    let err = users_answered(|_, answer| {
        let mut body = page(0..1, false);
        body.splice(1..1, std::iter::repeat_n(b' ', 33 << 20));
        answer.body = body;
    });
    assert!(err.contains("the answer is too large"), "{err}");
}

#[test]
fn a_small_answer_that_unpacks_to_any_length_does_not_fill_the_memory() {
    let zip = "head -c 200000000 /dev/zero | tr '\\0' ' ' | gzip -c";
    let bomb = std::process::Command::new("sh").args(["-c", zip]).output().unwrap().stdout;
    assert!((1_000..1_000_000).contains(&bomb.len()), "{}", bomb.len());
    let err = users_answered(move |_, answer| {
        answer.set("content-encoding", "gzip");
        answer.body.clone_from(&bomb);
    });
    assert!(err.contains("the answer is too large"), "{err}");
}

#[test]
fn a_list_with_one_item_twice_is_an_error() {
    let err = users_answered(|_, answer| {
        let mut body: Value = serde_json::from_slice(&page(0..2, false)).unwrap();
        body["data"][1] = body["data"][0].clone();
        body["last_id"] = json!("user_0");
        answer.body = body.to_string().into_bytes();
    });
    assert!(err.contains("twice on one page"), "{err}");
}

#[test]
fn a_redirect_takes_no_credential_anywhere() {
    let err = users_answered(|_, answer| {
        answer.status = "307 Temporary Redirect".to_owned();
        answer.set("location", "https://evil.example/v1/organizations/users");
    });
    assert!(err.contains("evil.example, which is not followed"), "{err}");
}

#[test]
fn words_of_the_service_are_shown_and_not_obeyed() {
    let err = users_answered(|_, answer| {
        answer.status = "400 Bad Request".to_owned();
        let message = "\u{1b}[2J\u{202e}::error::x\n##[error]y \u{2800}";
        answer.body = json!({"error": {"type": "x", "message": message}}).to_string().into_bytes();
    });
    assert!(err.contains("\\u{1b}[2J\\u{202e}") && err.contains("\\u{a}"), "{err}");
    assert!(!err.lines().any(|line| line.trim_start().starts_with("::") || line.starts_with("##[")), "{err}");
}

#[test]
fn an_encoded_echo_of_the_key_is_masked() {
    let hexadecimal: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = KEY.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for echo in [
        KEY.to_uppercase(),
        STANDARD.encode(KEY),
        URL_SAFE_NO_PAD.encode(KEY),
        STANDARD.encode(format!("{KEY}:")),
        STANDARD.encode(format!(":{KEY}")),
        STANDARD.encode(format!("admin:{KEY}\n")),
        hexadecimal.to_uppercase(),
        hexadecimal,
        percent.to_lowercase(),
        percent,
        KEY.replace('-', "%2D"),
    ] {
        let told = echo.clone();
        let err = users_answered(move |_, answer| {
            answer.status = "400 Bad Request".to_owned();
            answer.set("request-id", &format!("req_{told}"));
            let message = format!("bad credential <{told}>");
            answer.body = json!({"error": {"type": told, "message": message}}).to_string().into_bytes();
        });
        assert!(err.contains("bad credential <***>"), "{err}");
        let piece = &echo[echo.len() / 3..echo.len() / 3 + 12];
        assert!(!err.contains(piece), "{piece} of {echo}: {err}");
    }
}

#[test]
fn another_organization_is_refused_before_any_other_request() {
    let world = World::acme();
    let url = front::before(&world.emulator.url(), |asked, answer| {
        if asked.ends_with("/organizations/me") {
            let mut body = answer.json();
            body["id"] = json!("00000000-0000-4000-8000-000000000000");
            answer.body = body.to_string().into_bytes();
        }
    });
    let world = world.env("BYLAWS_API_URL", &url);
    world.run("apply --auto-approve").ended(1);
    assert_eq!(world.ledger().len(), 1);
}

#[test]
fn an_answer_of_another_kind_of_object_is_no_success() {
    let world = World::but("uma@acme.com: user", "uma@acme.com: developer");
    let url = front::before(&world.emulator.url(), |asked, answer| {
        if asked.starts_with("POST ") {
            let mut body = answer.json();
            body["type"] = json!("invite");
            answer.body = body.to_string().into_bytes();
        }
    });
    let ran = world.env("BYLAWS_API_URL", &url).run("apply --auto-approve").ended(1);
    assert!(ran.out.contains("its `type` is `invite`, not `user`"), "{ran}");
}
