//! Nothing is forgotten: every first-tier operation of the document has a function of the client and a
//! route of the emulator, and both were used.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::openapi::CONTRACT;
use crate::wire::tour;

#[tokio::test]
async fn every_operation_has_a_client_function_and_a_route() {
    let mut table: BTreeMap<&str, Vec<&str>> =
        CONTRACT.operations.iter().map(|operation| (operation.id.as_str(), Vec::new())).collect();
    for (function, exchanges) in tour().await {
        for (ask, answer) in exchanges {
            let operation = CONTRACT.find(&ask.method, ask.path()).unwrap();
            assert_eq!(answer.status, 200, "{function}: {}", answer.body);
            let functions = table.get_mut(operation.id.as_str()).unwrap();
            if !functions.contains(&function) {
                functions.push(function);
            }
        }
    }
    let mut shown = String::new();
    for (operation, functions) in &table {
        let _ = writeln!(shown, "{operation}: {}", functions.join(", "));
    }
    assert_eq!(table.len(), 25, "{shown}");
    assert!(table.values().all(|functions| functions.len() == 1), "{shown}");
}

#[test]
fn the_second_tier_is_left_out() {
    let all = CONTRACT.document["paths"].as_object().unwrap().values();
    let all: usize = all.map(|item| item.as_object().unwrap().len()).sum();
    assert!(all > CONTRACT.operations.len());
    assert!(CONTRACT.find("GET", "/v1/organizations/rate_limits").is_none());
    assert_eq!(CONTRACT.find("GET", "/v1/organizations/users/me").unwrap().id, "getUser");
}
