//! Lists and reports are complete, or an error.

use bylaws_api::{CostQuery, ErrorKind, UsersQuery, collect_all, spend_limits};
use futures::StreamExt;
use serde_json::json;

use crate::canned::{Asked, Canned, Step, ok, refusal};

/// Returns a page of users: `a b +` has two and says that more follow.
fn page(text: &str) -> Step {
    let ids: Vec<&str> = text.split_whitespace().filter(|word| *word != "+").collect();
    let data: Vec<_> = ids
        .iter()
        .map(|id| {
            json!({"id": id, "type": "user", "email": format!("{id}@acme.com"), "name": id,
                   "role": "user", "added_at": "2026-06-12T09:14:03Z"})
        })
        .collect();
    ok(&json!({"data": data, "has_more": text.ends_with('+'), "first_id": ids.first(), "last_id": ids.last()})
        .to_string())
}

#[tokio::test]
async fn a_list_is_read_page_by_page_with_the_same_filters() {
    let server = Canned::new([page("a b +"), page("b c +"), page("d")]).await;
    let reader = server.reader();
    let query = UsersQuery { email: Some("x y@acme.com".to_owned()) };
    let users = collect_all(reader.users(query)).await.expect("whole");
    let ids: Vec<_> = users.iter().map(|user| user.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "d"], "what slid onto a second page counts once");
    let targets: Vec<_> = server.asked().iter().map(|asked| asked.target().to_owned()).collect();
    assert_eq!(
        targets,
        [
            "GET /v1/organizations/users?limit=1000&email=x+y%40acme.com",
            "GET /v1/organizations/users?limit=1000&email=x+y%40acme.com&after_id=b",
            "GET /v1/organizations/users?limit=1000&email=x+y%40acme.com&after_id=c",
        ]
    );
    assert_eq!(reader.counts().reads, 3);
}

#[tokio::test]
async fn an_incomplete_list_is_an_error() {
    let no_last = json!({"data": [], "has_more": true, "first_id": null, "last_id": null});
    for (name, steps) in [
        ("loops", vec![page("a b +"), page("a b +")]),
        ("says more follows nothing", vec![ok(&no_last.to_string())]),
        ("twice on one page", vec![page("a a")]),
        ("no data", vec![ok("{\"has_more\": false}")]),
        ("no word on more", vec![ok("{\"data\": []}")]),
        ("not a user", vec![ok(r#"{"data":[{"id":"a"}],"has_more":false,"last_id":"a"}"#)]),
    ] {
        let server = Canned::new(steps).await;
        let error = collect_all(server.reader().users(UsersQuery::default())).await.expect_err(name);
        assert_eq!(error.kind, ErrorKind::Protocol, "{name}");
        assert_eq!(
            error.call.as_ref().map(|(_, path)| path.as_str()),
            Some("/v1/organizations/users"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_stream_ends_after_its_first_error() {
    let server = Canned::new([page("a +"), page("a +")]).await;
    let mut pages = server.reader().users(UsersQuery::default());
    assert!(pages.next().await.expect("a page").is_ok());
    let error = pages.next().await.expect("an error").expect_err("a loop");
    assert!(error.to_string().contains("the list of users is inconsistent"), "{error}");
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn a_report_is_read_token_by_token() {
    let bucket = |day: &str| json!({"starting_at": day, "ending_at": "x", "results": []});
    let server = Canned::new([
        ok(&json!({"data": [bucket("1")], "has_more": true, "next_page": "p/2"}).to_string()),
        ok(&json!({"data": [bucket("2")], "has_more": false, "next_page": null}).to_string()),
    ])
    .await;
    let days = collect_all(server.reader().cost(CostQuery::since("2026-11-01T00:00:00Z"))).await;
    assert_eq!(days.expect("whole").len(), 2);
    assert!(server.asked()[1].target().ends_with("&limit=31&page=p%2F2"));

    let again = ok(&json!({"data": [bucket("1")], "has_more": true, "next_page": "p"}).to_string());
    let server = Canned::then([], again).await;
    let error = collect_all(server.reader().cost(CostQuery::since("2026-11-01T00:00:00Z"))).await;
    let error = error.expect_err("a loop");
    assert!(error.to_string().contains("the report on cost is inconsistent"), "{error}");
    assert_eq!(server.asked().len(), 2);
}

#[tokio::test]
async fn every_page_of_the_spend_limits_asks_for_the_beta() {
    let limit = |id: &str| {
        json!({"id": id, "type": "spend_limit", "scope": {"type": "usage_tier"}, "period": "monthly",
               "amount": "1", "currency": "USD", "is_enabled": true, "created_at": "x", "updated_at": "x"})
    };
    let server = Canned::new([
        ok(&json!({"data": [limit("spl_1")], "next_page": "p2"}).to_string()),
        ok(&json!({"data": [limit("spl_2")], "next_page": null}).to_string()),
    ])
    .await;
    assert_eq!(collect_all(server.reader().spend_limits()).await.expect("whole").len(), 2);
    let asked = server.asked();
    assert_eq!(
        asked.iter().map(Asked::target).collect::<Vec<_>>(),
        [
            "GET /v1/organizations/spend_limits?limit=100",
            "GET /v1/organizations/spend_limits?limit=100&page=p2"
        ]
    );
    for asked in &asked {
        assert_eq!(asked.header("anthropic-beta"), Some("spend-limit-reads-2026-09-26"));
    }
}

#[tokio::test]
async fn an_organization_without_access_to_spend_limits_is_recognized_by_the_code() {
    let refused = refusal(403, &[], "permission_error", spend_limits::NOT_ENABLED, "Not enabled.");
    let server = Canned::new([refused]).await;
    let error = collect_all(server.reader().spend_limits()).await.expect_err("refused");
    assert_eq!((error.kind, error.error_code()), (ErrorKind::Permission, Some(spend_limits::NOT_ENABLED)));
}
