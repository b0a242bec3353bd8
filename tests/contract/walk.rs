//! A long random test: random organizations and requests, most of them valid and some slightly invalid. All
//! answers are checked, and so are the accepted requests.

use serde_json::{Value, json};

use crate::closed::Version;
use crate::dice::Dice;
use crate::http::Ask;
use crate::openapi::CONTRACT;
use crate::random_identities;
use crate::requests::Seen;
use crate::world::{NONE, World};

const ROLES: &[&str] = &["user", "developer", "billing", "claude_code_user", "admin", "owner"];
const SETTABLE: &[&str] = &["user", "developer", "billing", "claude_code_user"];
const MEMBERSHIPS: &[&str] =
    &["workspace_user", "workspace_developer", "workspace_restricted_developer", "workspace_admin"];

/// Returns an organization of random size.
fn organization(dice: &mut Dice) -> Value {
    let people = 1 + dice.below(12);
    let users: Vec<Value> = (0..people)
        .map(|at| json!({"id": format!("user_{at}"), "email": format!("u{at}@acme.com"), "role": dice.pick(ROLES)}))
        .collect();
    let statuses = ["pending", "expired", "accepted", "deleted"];
    let invites: Vec<Value> = (0..dice.below(6))
        .map(|at| {
            json!({"id": format!("invite_{at}"), "email": format!("i{at}@acme.com"),
                   "role": dice.pick(SETTABLE), "status": dice.pick(&statuses)})
        })
        .collect();
    let places = 1 + dice.below(5);
    let workspaces: Vec<Value> = (0..places)
        .map(|at| {
            let name = if dice.one_in(6) { "Claude Code".to_owned() } else { format!("place {at}") };
            let archived = if dice.one_in(4) { json!("2026-10-01T00:00:00Z") } else { NONE };
            json!({"id": format!("wrkspc_{at}"), "name": name, "archived_at": archived})
        })
        .collect();
    let mut memberships = Vec::new();
    for place in 0..places {
        for person in 0..people {
            if dice.one_in(3) {
                memberships.push(
                    json!({"workspace_id": format!("wrkspc_{place}"), "user_id": format!("user_{person}"),
                                  "workspace_role": dice.pick(MEMBERSHIPS)}),
                );
            }
        }
    }
    let keys: Vec<Value> = (0..dice.below(8)).map(|at| key(dice, at, people, places)).collect();
    let limits = json!([
        {"id": "rl_1", "group": {"type": "model_group"}, "models": ["claude-sonnet-4-5"],
         "limits": [{"type": "requests_per_minute", "value": 1000}]},
        {"id": "rl_2", "group": {"type": "batch"}, "limits": [{"type": "enqueued_batch_requests", "value": 9}]},
    ]);
    let spending: Vec<Value> = (0..dice.below(places + 1))
        .map(|at| {
            json!({"id": format!("spl_{at}"), "amount": "100",
                         "scope": {"type": "workspace", "workspace_id": format!("wrkspc_{at}")}})
        })
        .collect();
    let mut seed = json!({"users": users, "invites": invites, "workspaces": workspaces, "workspace_members": memberships,
           "api_keys": keys, "rate_limits": limits, "spend_limits": spending});
    let key = |at: usize| json!({"id": format!("ekey_{at}"), "provider_config": {"type": "gcp", "key_name": format!("k{at}")}});
    seed["external_keys"] = (0..4).map(key).collect();
    random_identities::seed(dice, &mut seed);
    seed
}

fn key(dice: &mut Dice, at: usize, people: usize, places: usize) -> Value {
    let owner = format!("user_{}", dice.below(people));
    let mut key = json!({
        "id": format!("apikey_{at}"), "name": format!("key {at}"),
        "status": dice.pick(&["active", "inactive", "archived", "expired"]),
        "scope": {"type": "workspace", "workspace_id": format!("wrkspc_{}", dice.below(places))},
    });
    if dice.one_in(3) {
        key["scope"] = json!({"type": "organization"});
        key["principal"] = json!({"type": "user_actor", "user_id": owner});
    }
    if dice.one_in(2) {
        key["created_by"] = json!({"id": owner, "type": "user"});
    }
    if dice.one_in(3) {
        key["expires_at"] = json!("2026-12-01T00:00:00Z");
    }
    key
}

/// Returns an id that may or may not exist.
pub(crate) fn id(dice: &mut Dice, prefix: &str) -> String {
    if dice.one_in(15) { "not-an-id".to_owned() } else { format!("{prefix}{}", dice.below(9)) }
}

fn list_query(dice: &mut Dice, prefix: &str, filters: &[&str]) -> String {
    let mut parts = Vec::new();
    if dice.one_in(2) {
        parts.push(format!("limit={}", dice.pick(&["1", "2", "5", "1000", "0", "x"])));
    }
    match dice.below(5) {
        0 => parts.push(format!("after_id={}", id(dice, prefix))),
        1 => parts.push(format!("before_id={}", id(dice, prefix))),
        _ => {}
    }
    for filter in filters {
        if dice.one_in(3) {
            parts.push((*filter).to_owned());
        }
    }
    if dice.one_in(20) {
        parts.push("order=asc".to_owned());
    }
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

fn read(dice: &mut Dice) -> String {
    let roles = ["roles[]=user", "roles[]=admin", "email=u1%40acme.com"];
    let statuses = ["statuses[]=pending", "statuses[]=expired", "roles%5B%5D=developer"];
    let places = ["include_archived=true", "include_default=true", "ids[]=wrkspc_1", "ids[]=wrkspc_x"];
    let keys = ["status=active", "workspace_id=wrkspc_1", "created_by_user_id=user_1"];
    match dice.below(23) {
        0 => "/me".to_owned(),
        1 => format!("/users{}", list_query(dice, "user_", &roles)),
        2 => format!("/users/{}", id(dice, "user_")),
        3 => format!("/invites{}", list_query(dice, "invite_", &statuses)),
        4 => format!("/invites/{}", id(dice, "invite_")),
        5 => format!("/workspaces{}", list_query(dice, "wrkspc_", &places)),
        6 => format!("/workspaces/{}", id(dice, "wrkspc_")),
        7 => format!("/workspaces/{}/members{}", id(dice, "wrkspc_"), list_query(dice, "user_", &[])),
        8 => format!("/workspaces/{}/members/{}", id(dice, "wrkspc_"), id(dice, "user_")),
        9 => format!("/api_keys{}", list_query(dice, "apikey_", &keys)),
        10 => format!("/api_keys/{}", id(dice, "apikey_")),
        11 => {
            report(dice, "/usage_report/messages", &["model", "api_key_id", "workspace_id", "service_tier"])
        }
        12 => format!(
            "/rate_limits{}",
            dice.pick(&["", "?limit=1", "?limit=0", "?model=x", "?group_type=batch"])
        ),
        13 => format!(
            "/workspaces/{}/rate_limits{}",
            id(dice, "wrkspc_"),
            dice.pick(&["", "?include_inherited=true", "?limit=1", "?page=x"])
        ),
        14 => format!(
            "/spend_limits{}",
            dice.pick(&["", "?limit=1", "?limit=0", "?workspace_id=wrkspc_1", "?scope_type[]=user"])
        ),
        15 => format!("/spend_limits/{}", id(dice, "spl_")),
        16..=19 => random_identities::read(dice),
        20 => format!(
            "/external_keys{}",
            dice.pick(&["", "?limit=1", "?limit=0", "/ekey_1", "/ekey_9", "/ekey_1/validate"])
        ),
        21 => report(dice, "/cost_report", &["description", "workspace_id"]),
        _ => format!("/usage_report/claude_code?starting_at=2026-11-{}", 10 + dice.below(25)),
    }
}

fn report(dice: &mut Dice, path: &str, groups: &[&str]) -> String {
    // Times as people write them, valid and invalid.
    let times = [
        "2026-11-18T00:00:00Z",
        "2026-11-17T12:34:56%2B02:00",
        "2026-11-16T00:00:00.5Z",
        "2026-11-16t00:00:00z",
        "2026-11-16%2000:00:00Z",
        "2026-11-16T00:00Z",
        "2026-11-16T00Z",
        "20261116T000000Z",
        "2026-11-16T00:00:00%2B02",
        "2026-11-16T00:00:00%2B0200",
        "2026-11-16T00:00:00Z[UTC]",
        "2026-11-16T00:00:00,5Z",
        "2026-11-16T00:00:00",
        "2026-11-16T23:59:60Z",
        "2026-02-30T00:00:00Z",
    ];
    let time = if dice.one_in(2) { times[0] } else { dice.pick(&times) };
    let mut line = format!("{path}?starting_at={time}&limit={}", 1 + dice.below(8));
    for group in groups {
        if dice.one_in(2) {
            line = line + "&group_by[]=" + group;
        }
    }
    line
}

fn write(dice: &mut Dice) -> (String, Value) {
    let role = if dice.one_in(8) { dice.pick(ROLES) } else { dice.pick(SETTABLE) };
    let membership = if dice.one_in(8) { "workspace_billing" } else { dice.pick(MEMBERSHIPS) };
    let (user, place) = (id(dice, "user_"), id(dice, "wrkspc_"));
    match dice.below(23) {
        0 => (format!("POST /users/{user}"), json!({"role": role})),
        1 => (format!("DELETE /users/{user}"), NONE),
        2 => ("POST /invites".to_owned(), json!({"email": address(dice), "role": role})),
        3 => (format!("DELETE /invites/{}", id(dice, "invite_")), NONE),
        4 => ("POST /workspaces".to_owned(), workspace(dice, true)),
        5 => (format!("POST /workspaces/{place}"), workspace(dice, false)),
        6 if dice.one_in(3) => (format!("POST /workspaces/{place}/archive"), NONE),
        6 | 7 => (
            format!("POST /workspaces/{place}/members"),
            json!({"user_id": user, "workspace_role": membership}),
        ),
        8 => (format!("POST /workspaces/{place}/members/{user}"), json!({"workspace_role": membership})),
        9 => (format!("DELETE /workspaces/{place}/members/{user}"), NONE),
        10 => {
            let scope = dice.pick(&[
                json!({"type": "organization"}),
                json!({"type": "workspace", "workspace_id": place}),
                json!({"type": "usage_tier"}),
            ]);
            let amount = dice.pick(&[json!("0"), json!("500"), json!("007"), NONE, json!(5), json!("5.5")]);
            ("POST /spend_limits".to_owned(), json!({"scope": scope, "amount": amount}))
        }
        11 => (format!("DELETE /spend_limits/{}", id(dice, "spl_")), NONE),
        12..=18 => random_identities::write(dice, &place, membership),
        19 => {
            let body = json!({"display_name": dice.pick(&[NONE, json!("x"), json!(5)]),
                "geo": dice.pick(&[json!("us"), json!("eu"), NONE]), "provider_config": dice.pick(&[
                    json!({"type": "gcp", "key_name": "k"}), json!({"type": "gcp", "key_name": ""}),
                    json!({"type": "aws", "kms_arn": "arn:aws:kms:us-east-1:1:key/a", "role_arn": "r"}),
                    json!({"type": "azure", "key_name": "k", "tenant_id": "t", "vault_uri": "http://v"}), NONE])});
            (format!("POST /external_keys{}", dice.pick(&["", "/ekey_1", "/ekey_2"])), body)
        }
        20 => (format!("DELETE /external_keys/{}", id(dice, "ekey_")), NONE),
        21 => {
            let kind =
                dice.pick(&["requests_per_minute", "tokens_per_day", "fast_otpm", "enqueued_batch_requests"]);
            let value = dice.pick(&[json!(0), json!(5), json!(2000), NONE, json!(-1), json!("5")]);
            (
                format!("POST /workspaces/{place}/rate_limits/{}", dice.pick(&["rl_1", "rl_2", "rl_3"])),
                json!({"limits": [{"type": kind, "value": value}]}),
            )
        }
        _ => {
            let status = dice.pick(&["active", "inactive", "active", "inactive", "archived", "expired"]);
            (format!("POST /api_keys/{}", id(dice, "apikey_")), json!({"status": status}))
        }
    }
}

/// Returns addresses, and texts that some servers accept as one.
fn address(dice: &mut Dice) -> String {
    let odd = [
        "a..b@acme.com",
        ".a@acme.com",
        "a.@acme.com",
        "a@-acme.com",
        "a@acme_.com",
        "a b@acme.com",
        "a@acme..com",
        "a(b)@acme.com",
        "\"a b\"@acme.com",
        "a,b@acme.com",
        "a@[127.0.0.1]",
        "<a@acme.com>",
        "ä@acme.com",
        "a@localhost",
    ];
    if dice.one_in(2) { dice.pick(&odd).to_owned() } else { format!("n{}@acme.com", dice.below(40)) }
}

fn workspace(dice: &mut Dice, create: bool) -> Value {
    let mut body = json!({});
    let fields = [
        ("display_color", json!("#12abEF")),
        ("tags", json!({"env": "prod", "a\u{0}b": "ü"})),
        ("data_residency", json!({"allowed_inference_geos": ["us"], "default_inference_geo": "us"})),
        ("data_residency", json!({"allowed_inference_geos": []})),
        ("data_residency", NONE),
        ("external_key_id", json!("ekey_1")),
        ("user_profile_id", json!("")),
        ("display_color", json!("#12abEFF")),
        ("tags", json!({"env": null})),
        ("tags", NONE),
    ];
    if create || dice.one_in(2) {
        body["name"] = json!(format!("made {}", dice.below(5)));
    }
    for (field, value) in fields {
        if dice.one_in(8) {
            body[field] = value;
        }
    }
    body
}

/// Makes a request slightly invalid.
fn spoil(dice: &mut Dice, ask: Ask) -> Ask {
    let mut ask = ask;
    let body: Value = serde_json::from_slice(&ask.body).unwrap_or(NONE);
    let first = body.as_object().and_then(|fields| fields.keys().next().cloned());
    match (dice.below(8), first) {
        (0, Some(field)) => {
            let mut body = body;
            body.as_object_mut().unwrap().remove(&field);
            ask.body = body.to_string().into_bytes();
        }
        (1, Some(field)) => {
            let mut body = body;
            body[field] = dice.pick(&[NONE, json!(1), json!(["x"]), json!(""), json!({})]);
            ask.body = body.to_string().into_bytes();
        }
        (0 | 1, None) => ask.body = dice.pick(&[b"{}".to_vec(), b"[]".to_vec(), b"{\"a\":1}".to_vec()]),
        (2, _) => ask = ask.without("anthropic-version"),
        (3, _) => ask = ask.without("x-api-key"),
        (4, _) => ask.target += "/more",
        (5, _) => ask.target += if ask.target.contains('?') { "&limit=1" } else { "?limit=" },
        (6, _) => dice.pick(&["PUT", "POST", "DELETE", "GET"]).clone_into(&mut ask.method),
        _ => ask = ask.with("content-type", "text/plain"),
    }
    ask
}

#[tokio::test]
async fn every_answer_to_a_random_request_is_documented() {
    let mut dice = Dice::new(20_261_121);
    let (mut fine, mut odd) = (0, 0);
    for _ in 0..6 {
        let world = World::seeded(organization(&mut dice)).await;
        for _ in 0..150 {
            let (line, body) =
                if dice.one_in(2) { (format!("GET {}", read(&mut dice)), NONE) } else { write(&mut dice) };
            let mut ask = Ask::new(&line, &body).version(dice.pick(&Version::ALL));
            if dice.one_in(3) {
                ask = ask.bearer();
            }
            if dice.one_in(6) {
                ask = spoil(&mut dice, ask);
            }
            let counter =
                if CONTRACT.check_request(&ask, Seen::Sent).1.is_empty() { &mut fine } else { &mut odd };
            *counter += 1;
            // `ask` checks the answer.
            let answer = world.ask(&ask).await;
            assert!(answer.status < 500, "{}: {}", ask.shown(), answer.body);
            let invite = format!("/_emulator/invites/{}/accept", id(&mut dice, "invite_"));
            if dice.one_in(25) {
                crate::http::send(world.emulator.address(), &Ask::new(&format!("POST {invite}"), &NONE))
                    .await;
            }
            if dice.one_in(40) {
                world.emulator.advance(std::time::Duration::from_hours(36)).unwrap();
            }
        }
    }
    assert!(fine > 450 && odd > 150, "{fine} and {odd}: a walk on one side of the road proves little");
}
