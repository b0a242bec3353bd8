//! Every error that the document lists for an operation, caused by a fault rule.

use bylaws_emulator::FaultRule;
use serde_json::{Value, json};

use crate::closed::Version;
use crate::openapi::CONTRACT;
use crate::overview::{ROWS, ask};
use crate::world::World;

fn rule(status: u16, headers: &Value, code: Option<&str>) -> Vec<FaultRule> {
    let then = json!({"status": status, "headers": headers, "error_code": code});
    FaultRule::list_from_json(&json!([{"path": "**", "then": then}]).to_string()).unwrap()
}

#[tokio::test]
async fn every_declared_error_of_every_operation_has_the_declared_shape() {
    let world = World::acme().await;
    for row in ROWS {
        let request = ask(row);
        let operation = CONTRACT.find(&request.method, request.path()).unwrap();
        for status in CONTRACT.error_statuses(operation) {
            let headers = if status == 429 { json!({"retry-after": "2"}) } else { json!({}) };
            world.emulator.set_faults(rule(status, &headers, None));
            let answer = world.ask(&request).await;
            assert_eq!(answer.status, status, "{}", row.0);
            assert_eq!(answer.header("retry-after"), (status == 429).then_some("2"));
        }
    }
    let seen = world.seen.lock().unwrap();
    for operation in &CONTRACT.operations {
        for status in CONTRACT.error_statuses(operation) {
            assert!(seen.contains(&(operation.id.clone(), status)), "{} never said {status}", operation.id);
        }
    }
}

#[tokio::test]
async fn every_code_of_an_operation_can_be_caused_with_its_status() {
    let world = World::acme().await;
    let statuses = &CONTRACT.document["components"]["schemas"]["ErrorDetails"]["x-known-codes"];
    for row in ROWS {
        let request = ask(row).version(Version::Old);
        let operation = CONTRACT.find(&request.method, request.path()).unwrap();
        let codes = &CONTRACT.document.pointer(&operation.pointer).unwrap()["x-error-codes"];
        for code in codes.as_array().into_iter().flatten() {
            let code = code.as_str().unwrap();
            let status = u16::try_from(statuses[code].as_u64().unwrap()).unwrap();
            world.emulator.set_faults(rule(status, &json!({}), Some(code)));
            assert_eq!(world.ask(&request).await.told(), format!("{status} {code}"));
        }
    }
}

#[tokio::test]
async fn a_retry_hint_is_a_declared_header() {
    let world = World::acme().await;
    for (hint, status) in [("true", 409), ("false", 429), ("true", 529)] {
        world.emulator.set_faults(rule(status, &json!({"x-should-retry": hint}), None));
        let answer = world.call("DELETE /users/user_uma", Value::Null).await;
        assert_eq!((answer.status, answer.header("x-should-retry")), (status, Some(hint)));
    }
}
