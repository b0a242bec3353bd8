//! Every request that the client builds is documented: with every choice of optional arguments, and with
//! random ones.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use bylaws_api::reports::{cost, messages_usage};
use bylaws_api::{
    AllowedInferenceGeos, ApiKeyId, ApiKeyUpdate, ApiKeysQuery, BucketWidth, CostQuery, DataResidencyWrite,
    InferenceGeo, KeyStatus, MessagesUsageQuery, UsersQuery, WorkspaceCreate, WorkspaceGeo, WorkspaceId,
    WorkspaceUpdate, WorkspacesQuery, api_keys, users, workspaces,
};
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::calls::{any_call, built};
use crate::http::Ask;
use crate::openapi::CONTRACT;
use crate::requests::Seen;

fn accept(operation: &str, ask: &Ask) {
    let (found, problems) = CONTRACT.check_request(ask, Seen::Built);
    assert!(problems.is_empty(), "{}: {problems:#?}", ask.shown());
    assert_eq!(found.map(|found| found.id.as_str()), Some(operation), "{}", ask.shown());
}

/// Returns both choices: without and with the value.
fn maybe<T: Clone>(value: &T) -> [Option<T>; 2] {
    [None, Some(value.clone())]
}

#[test]
fn any_valid_arguments_make_a_valid_request() {
    let config = Config {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(20_261_121),
        failure_persistence: None,
        ..Config::default()
    };
    let built = RefCell::new(BTreeSet::new());
    let run = TestRunner::new(config).run(&any_call(), |(operation, ask)| {
        accept(operation, &ask);
        built.borrow_mut().insert(operation);
        Ok(())
    });
    assert!(run.is_ok(), "{run:?}");
    let operations: BTreeSet<&str> =
        CONTRACT.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(built.into_inner(), operations, "an operation was never drawn");
}

#[test]
fn lists_with_every_choice_of_filters() {
    let email = "ada+x@acme.com".to_owned();
    for email in maybe(&email) {
        accept("listUsers", &built(&users::list(&UsersQuery { email })));
    }
    for include_archived in [false, true] {
        for include_default in [false, true] {
            let query = WorkspacesQuery { include_archived, include_default };
            accept("listWorkspaces", &built(&workspaces::list(&query)));
        }
    }
    for status in KeyStatus::KNOWN.iter().cloned().map(Some).chain([None]) {
        accept("listApiKeys", &built(&api_keys::list(&ApiKeysQuery { status })));
    }
}

fn residencies(geo: Option<&WorkspaceGeo>) -> Vec<Option<DataResidencyWrite>> {
    let mut all = vec![None];
    let lists = [
        None,
        Some(AllowedInferenceGeos::Unrestricted),
        Some(AllowedInferenceGeos::List(InferenceGeo::KNOWN.to_vec())),
    ];
    for allowed_inference_geos in &lists {
        for default_inference_geo in maybe(&InferenceGeo::Us) {
            for workspace_geo in [None, geo.cloned()] {
                all.push(Some(DataResidencyWrite {
                    allowed_inference_geos: allowed_inference_geos.clone(),
                    default_inference_geo: default_inference_geo.clone(),
                    workspace_geo,
                }));
            }
        }
    }
    all
}

#[test]
fn workspaces_with_every_choice_of_fields() {
    let (name, color, key) = ("Ops".to_owned(), "#6C5BB9".to_owned(), "ekey_1".to_owned());
    let tags = BTreeMap::from([("env".to_owned(), "prod".to_owned())]);
    for data_residency in residencies(Some(&WorkspaceGeo::Us)) {
        for display_color in maybe(&color) {
            for external_key_id in maybe(&key) {
                for tags in [BTreeMap::new(), tags.clone()] {
                    let create = WorkspaceCreate {
                        name: name.clone(),
                        display_color: display_color.clone(),
                        data_residency: data_residency.clone(),
                        tags,
                        external_key_id: external_key_id.clone(),
                    };
                    accept("createWorkspace", &built(&workspaces::create(&create)));
                }
            }
        }
    }
    let id = WorkspaceId::new("wrkspc_1");
    let merge = BTreeMap::from([("env".to_owned(), None), ("team".to_owned(), Some(String::new()))]);
    for data_residency in residencies(None) {
        for display_color in maybe(&color) {
            for external_key_id in maybe(&key) {
                for tags in [None, Some(BTreeMap::new()), Some(merge.clone())] {
                    for name in maybe(&name) {
                        let update = WorkspaceUpdate {
                            name,
                            display_color: display_color.clone(),
                            data_residency: data_residency.clone(),
                            tags: tags.clone(),
                            external_key_id: external_key_id.clone(),
                        };
                        accept("updateWorkspace", &built(&workspaces::update(&id, &update)));
                    }
                }
            }
        }
    }
}

#[test]
fn keys_with_every_choice_of_fields() {
    let settable = [KeyStatus::Active, KeyStatus::Inactive, KeyStatus::Archived];
    for name in [None, Some("k".to_owned()), Some("é".repeat(500))] {
        for status in settable.iter().cloned().map(Some).chain([None]) {
            let update = ApiKeyUpdate { name: name.clone(), status };
            accept("updateApiKey", &built(&api_keys::update(&ApiKeyId::new("apikey_1"), &update)));
        }
    }
}

/// Builds a query with five lists, each present according to a bit of `lot`, and every width and end in turn.
fn usage(lot: u32) -> MessagesUsageQuery {
    let there = |bit: u32, text: &str| {
        if lot & (1 << bit) == 0 { Vec::new() } else { vec![text.to_owned()] }
    };
    MessagesUsageQuery {
        ending_at: lot.is_multiple_of(5).then(|| "2026-11-08T00:00:00Z".into()),
        bucket_width: BucketWidth::KNOWN[lot as usize % 3].clone(),
        group_by: there(0, if lot.is_multiple_of(3) { "speed" } else { "model" }),
        account_ids: there(1, "user_1").into_iter().map(Into::into).collect(),
        api_key_ids: there(2, "apikey_1").into_iter().map(Into::into).collect(),
        workspace_ids: there(3, "wrkspc_1").into_iter().map(Into::into).collect(),
        models: there(4, "claude-opus-4-8"),
        ..MessagesUsageQuery::since("2026-11-01T00:00:00Z")
    }
}

#[test]
fn reports_with_every_choice_of_parameters() {
    for lot in 0..480 {
        let query = usage(lot);
        let request = messages_usage::report(&query);
        accept("getMessagesUsageReport", &built(&request));
        let by_speed = query.group_by == ["speed"];
        assert_eq!(request.beta, by_speed.then_some("fast-mode-2026-02-01"));
    }
    for ending_at in maybe(&"2026-11-08T00:00:00Z".into()) {
        for groups in [&[][..], &["description"], &["workspace_id"], &["workspace_id", "description"]] {
            let query = CostQuery {
                ending_at: ending_at.clone(),
                group_by: groups.iter().map(ToString::to_string).collect(),
                ..CostQuery::since("2026-11-01T00:00:00Z")
            };
            accept("getCostReport", &built(&cost::report(&query)));
        }
    }
}
