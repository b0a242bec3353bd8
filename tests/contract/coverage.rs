//! Coverage: every served operation of the document has a function in the client and a route in the
//! emulator, and both are used.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::openapi::{CONTRACT, is_served};
use crate::wire::tour;
use crate::world::{NONE, World};

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
    assert_eq!(table.len(), 67, "{shown}");
    assert!(table.values().all(|functions| functions.len() == 1), "{shown}");
}

/// Operations of the document that the project does not serve, by tier.
const UNSERVED: [(u64, &[&str]); 2] = [
    (
        2,
        &[
            "addRbacGroupMember",
            "approveSpendLimitIncreaseRequest",
            "createRbacGroup",
            "deleteRbacGroup",
            "denySpendLimitIncreaseRequest",
            "getRbacGroup",
            "getRbacRole",
            "getSpendLimitIncreaseRequest",
            "listEffectiveSpendLimits",
            "listRbacGroupMembers",
            "listRbacGroups",
            "listRbacRolePermissions",
            "listRbacRoles",
            "listSpendLimitIncreaseRequests",
            "removeRbacGroupMember",
            "updateRbacGroup",
        ],
    ),
    (
        3,
        &[
            "addTelemetryDestinationWorkspace",
            "createTelemetryDestination",
            "deleteManagedSettingsGroup",
            "deleteTelemetryDestination",
            "getManagedSettingsConfiguration",
            "getManagedSettingsDefault",
            "getManagedSettingsGroup",
            "getTelemetryDestination",
            "listManagedSettingsGroups",
            "listTelemetryDestinationWorkspaces",
            "listTelemetryDestinations",
            "removeTelemetryDestinationWorkspace",
            "setManagedSettingsGroup",
            "testTelemetryDestination",
            "updateManagedSettingsConfiguration",
            "updateManagedSettingsDefault",
            "updateTelemetryDestination",
        ],
    ),
];

#[test]
fn every_operation_of_the_document_is_served_or_listed_as_unserved() {
    for (tier, listed) in UNSERVED {
        let mut found: Vec<&str> =
            unserved().filter(|found| found.tier == tier).map(|found| found.id).collect();
        found.sort_unstable();
        assert_eq!(found, listed, "tier {tier}");
    }
    let listed: usize = UNSERVED.iter().map(|(_, listed)| listed.len()).sum();
    assert_eq!(unserved().count(), listed);
    assert_eq!(CONTRACT.find("GET", "/v1/organizations/users/me").unwrap().id, "getUser");
}

#[tokio::test]
async fn an_unserved_operation_is_refused() {
    let world = World::acme().await;
    for found in unserved() {
        let path = found.path.replace("{workspace_id}", "wrkspc_lab").replace(['{', '}'], "");
        let answer = world.call(&format!("{} {path}", found.method), NONE).await;
        assert!(matches!(answer.status, 404 | 405), "{}: {} {}", found.id, answer.status, answer.body);
    }
}

struct Unserved {
    tier: u64,
    id: &'static str,
    method: String,
    path: &'static str,
}

fn unserved() -> impl Iterator<Item = Unserved> {
    let operations = |(path, item): (&'static String, &'static Value)| {
        let unserved = item.as_object().unwrap().iter().filter(|(_, operation)| !is_served(operation));
        unserved.map(move |(method, operation)| Unserved {
            tier: operation["x-tier"].as_u64().unwrap(),
            id: operation["operationId"].as_str().unwrap(),
            method: method.to_uppercase(),
            path,
        })
    };
    let paths = CONTRACT.document["paths"].as_object().unwrap();
    paths.iter().flat_map(operations)
}
