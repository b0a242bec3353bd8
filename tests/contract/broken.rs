//! Tests of the checks themselves: broken answers are refused, for the right reason.

use serde_json::{Value, json};

use crate::closed::{Version, fields_only_in};
use crate::http::{Answer, Ask};
use crate::openapi::{CONTRACT, Shape};
use crate::requests::Seen;
use crate::world::{NONE, World};

/// Valid example objects of the document.
const EXAMPLES: &[&str] =
    &["Organization", "User", "Invite", "Workspace", "WorkspaceMember", "ApiKey", "ErrorResponse"];

fn example(schema: &str) -> Value {
    CONTRACT.at(&format!("/components/schemas/{schema}/example")).unwrap().clone()
}

fn problems(schema: &str, value: &Value) -> Vec<String> {
    CONTRACT.problems(Shape::Closed(Version::Current), &format!("/components/schemas/{schema}"), value)
}

#[test]
fn the_examples_of_the_document_are_valid_and_every_field_is_checked() {
    for schema in EXAMPLES {
        let whole = example(schema);
        assert_eq!(problems(schema, &whole), Vec::<String>::new(), "{schema}");
        let required = CONTRACT.at(&format!("/components/schemas/{schema}/required")).unwrap();
        for field in required.as_array().unwrap() {
            let mut without = whole.clone();
            without.as_object_mut().unwrap().remove(field.as_str().unwrap()).unwrap();
            assert!(!problems(schema, &without).is_empty(), "{schema} without {field}");
            let mut other = whole.clone();
            other[field.as_str().unwrap()] = json!([["neither text nor object"]]);
            assert!(!problems(schema, &other).is_empty(), "{schema} with an odd {field}");
        }
        let mut more = whole.clone();
        more["more"] = json!(1);
        assert!(!problems(schema, &more).is_empty(), "{schema} with one more field");
        let written = CONTRACT.problems(Shape::AsWritten, &format!("/components/schemas/{schema}"), &more);
        assert!(written.is_empty(), "the document itself is open: {written:?}");
    }
}

#[test]
fn wrong_values_are_refused() {
    for (schema, place, value) in [
        ("Organization", "/id", json!("6a1f0c7e-0b1d-4e8e-9a55")),
        ("User", "/id", json!("usr_01")),
        ("User", "/id", json!("user_")),
        ("User", "/id", json!("user_a/b")),
        ("User", "/type", json!("member")),
        ("User", "/email", json!("ada")),
        ("User", "/role", json!("root")),
        ("User", "/added_at", json!("2026-06-12")),
        ("User", "/added_at", json!("yesterday")),
        ("Invite", "/status", json!("open")),
        ("Invite", "/expires_at", NONE),
        ("Invite", "/accepted_at", json!("")),
        ("Invite", "/rbac_group_ids", NONE),
        ("Workspace", "/display_color", json!("purple")),
        ("Workspace", "/data_residency", json!({"workspace_geo": "us"})),
        ("Workspace", "/data_residency/allowed_inference_geos", json!("none")),
        ("Workspace", "/data_residency/allowed_inference_geos", json!(["mars"])),
        ("Workspace", "/tags", json!({"n": 1})),
        ("ApiKey", "/scope", json!({"type": "workspace"})),
        ("ApiKey", "/scope", json!({"type": "planet"})),
        ("ApiKey", "/scope", json!({"type": "organization", "more": 1})),
        ("ApiKey", "/created_by/type", json!("robot")),
        ("ApiKey", "/principal", json!({"type": "user_actor", "user_id": "svac_1"})),
        ("ErrorResponse", "/error/type", json!("unknown_error")),
        ("ErrorResponse", "/error/details", json!({"field": "name"})),
    ] {
        let mut broken = example(schema);
        let slot = broken.pointer_mut(place);
        match slot {
            Some(slot) => *slot = value.clone(),
            None => broken["error"]["details"] = value.clone(),
        }
        assert!(!problems(schema, &broken).is_empty(), "{schema}{place} = {value}");
    }
}

#[test]
fn the_deprecated_field_belongs_to_one_version() {
    let own: Vec<_> = fields_only_in(&CONTRACT.document, Version::Old);
    assert!(own.contains(&("ApiKey".to_owned(), "workspace_id".to_owned())), "{own:?}");
    assert_eq!(fields_only_in(&CONTRACT.document, Version::Current), []);
    let mut key = example("ApiKey");
    let at =
        |key: &Value, version| CONTRACT.problems(Shape::Closed(version), "/components/schemas/ApiKey", key);
    assert!(at(&key, Version::Current).is_empty() && !at(&key, Version::Old).is_empty());
    key["workspace_id"] = NONE;
    assert!(at(&key, Version::Old).is_empty() && !at(&key, Version::Current).is_empty());
}

/// A way to break an answer.
type Break = fn(&mut Answer);

#[tokio::test]
async fn a_valid_answer_is_refused_once_any_part_is_broken() {
    let world = World::acme().await;
    let list = Ask::new("GET /users?limit=2", &NONE);
    let page = world.ask(&list).await;
    let missing = Ask::new("GET /users/user_none", &NONE);
    let refusal = world.ask(&missing).await;
    let breaks: &[(&str, Break)] = &[
        ("a status that is not declared", |answer| answer.status = 201),
        ("a status of another meaning", |answer| answer.status = 409),
        ("no request-id", |answer| answer.headers.retain(|(name, _)| name != "request-id")),
        ("a request-id of another form", |answer| set(answer, "request-id", "r-1")),
        ("another media type", |answer| set(answer, "content-type", "text/html")),
        ("no object", |answer| answer.body = json!([])),
        ("nothing", |answer| answer.body = NONE),
        ("one more field", |answer| answer.body["more"] = json!(1)),
    ];
    for (what, change) in breaks {
        for (ask, answer) in [(&list, &page), (&missing, &refusal)] {
            let mut broken = answer.clone();
            change(&mut broken);
            assert!(!CONTRACT.check_answer(ask, &broken, false).is_empty(), "{what}: {}", ask.shown());
        }
    }
    let error_breaks: &[(&str, Break)] = &[
        ("the type of another status", |answer| answer.body["error"]["type"] = json!("api_error")),
        ("another request id", |answer| answer.body["request_id"] = json!("req_other")),
        ("an unknown code", |answer| answer.body["error"]["details"] = json!({"error_code": "odd"})),
        ("the code of another status", |answer| {
            answer.body["error"]["details"] = json!({"error_code": "already_member"});
        }),
        ("a hint in other words", |answer| set(answer, "x-should-retry", "maybe")),
    ];
    for (what, change) in error_breaks {
        let mut broken = refusal.clone();
        change(&mut broken);
        assert!(!CONTRACT.check_answer(&missing, &broken, false).is_empty(), "{what}");
    }
}

fn set(answer: &mut Answer, name: &str, value: &str) {
    answer.headers.retain(|(key, _)| key != name);
    answer.headers.push((name.to_owned(), value.to_owned()));
}

#[test]
fn undocumented_requests_are_refused_for_the_right_reason() {
    let good = json!({"role": "user"});
    for (line, body) in [
        ("GET /users?limit=1000&roles%5B%5D=user&roles[]=admin&email=a%40b.c", NONE),
        ("POST /users/user_1", good.clone()),
        ("GET /workspaces?include_archived=true&ids[]=wrkspc_1", NONE),
    ] {
        let (operation, problems) = CONTRACT.check_request(&Ask::new(line, &body), Seen::Sent);
        assert!(operation.is_some() && problems.is_empty(), "{line}: {problems:?}");
    }
    for (line, body) in [
        ("GET /planets", NONE),
        ("PUT /users/user_1", good.clone()),
        ("GET /users?limit=0", NONE),
        ("GET /users?limit=1001", NONE),
        ("GET /users?limit=01", NONE),
        ("GET /users?limit=1&limit=2", NONE),
        ("GET /users?roles=user", NONE),
        ("GET /users?roles[]=root", NONE),
        ("GET /users?page=2", NONE),
        ("GET /users?after_id=", NONE),
        ("GET /users/usr_1", NONE),
        ("GET /workspaces?include_archived=1", NONE),
        ("GET /cost_report", NONE),
        ("GET /cost_report?starting_at=2026-11-01", NONE),
        ("GET /usage_report/claude_code?starting_at=2026-11-01T00:00:00Z", NONE),
        ("GET /users", good.clone()),
        ("DELETE /users/user_1", good),
        ("POST /users/user_1", NONE),
        ("POST /users/user_1", json!({"role": "admin"})),
        ("POST /users/user_1", json!({"role": "user", "name": "Ada"})),
        ("POST /invites", json!({"email": "ada", "role": "user"})),
        ("POST /workspaces", json!({"name": "a", "tags": {"anthropic-x": "1"}})),
        ("POST /workspaces/wrkspc_1", json!({"data_residency": {"workspace_geo": "us"}})),
    ] {
        let (_, problems) = CONTRACT.check_request(&Ask::new(line, &body), Seen::Sent);
        assert!(!problems.is_empty(), "{line} {body}");
    }
    let ask = || Ask::new("POST /users/user_1", &json!({"role": "user"}));
    for broken in [
        ask().without("anthropic-version"),
        ask().with("anthropic-version", "2020-01-01"),
        ask().without("x-api-key"),
        ask().without("x-api-key").with("authorization", "Basic abc"),
        ask().without("content-type"),
    ] {
        assert_eq!(CONTRACT.check_request(&broken, Seen::Sent).1.len(), 1, "{:?}", broken.headers);
    }
}
