//! Which credential goes with which request.

use bylaws_api::{
    Cause, Config, Credential, ErrorKind, KeyPrefix, Reader, SecretString, ServiceAccountId, UserId, Writer,
    collect_all, service_accounts, users,
};
use serde_json::json;

use crate::canned::{Asked, Canned, ORGANIZATION, SECRET, ok, refusal};

const TOKEN: &str = "sk-ant-oat01-second-canary";
const EMPTY: &str = r#"{"data":[],"has_more":false,"next_page":null}"#;

fn token(text: &str) -> Credential {
    Credential::auth_token(SecretString::from(text)).expect("a valid token")
}

/// Returns the credential that a request was sent with.
fn sent(asked: &Asked) -> (Option<&str>, Option<&str>, Option<&str>) {
    (asked.header("x-api-key"), asked.header("authorization"), asked.header("anthropic-beta"))
}

#[tokio::test]
async fn only_requests_that_need_a_token_are_sent_with_the_second_credential() {
    let server = Canned::then([], ok(EMPTY)).await;
    let config = Config { org_token: Some(token(TOKEN)), ..server.config() };
    let reader = Reader::new(config).expect("a client");
    collect_all(reader.service_accounts(true)).await.expect("a list");
    collect_all(reader.rate_limits()).await.expect("a list");
    collect_all(reader.spend_limits()).await.expect("a list");
    collect_all(reader.federation_issuers(true)).await.expect("a list");
    let asked = server.asked();
    let bearer = format!("Bearer {TOKEN}");
    let with_token = (None, Some(&*bearer), Some("oauth-2025-04-20"));
    assert_eq!(sent(&asked[0]), with_token, "service accounts");
    assert_eq!(sent(&asked[1]), (Some(SECRET), None, None), "rate limits");
    let beta = Some("spend-limit-reads-2026-09-26");
    assert_eq!(sent(&asked[2]), (Some(SECRET), None, beta), "spend limits");
    assert_eq!(sent(&asked[3]), with_token, "federation issuers");
}

#[tokio::test]
async fn a_token_as_the_only_credential_serves_every_request() {
    let server = Canned::then([], ok(EMPTY)).await;
    let reader = Reader::new(Config { credential: token(TOKEN), ..server.config() }).expect("a client");
    collect_all(reader.service_accounts(true)).await.expect("a list");
    collect_all(reader.spend_limits()).await.expect("a list");
    let asked = server.asked();
    let bearer = format!("Bearer {TOKEN}");
    let both = "oauth-2025-04-20,spend-limit-reads-2026-09-26";
    assert_eq!(sent(&asked[0]), (None, Some(&*bearer), Some("oauth-2025-04-20")));
    assert_eq!(sent(&asked[1]), (None, Some(&*bearer), Some(both)));
}

#[tokio::test]
async fn without_a_token_a_request_that_needs_one_is_not_sent() {
    let server = Canned::new([]).await;
    let writer = server.writer();
    let read = collect_all(writer.reader().federation_issuers(true)).await.expect_err("not sent");
    let write = writer.send(service_accounts::archive(&ServiceAccountId::new("svac_1"))).await;
    for error in [read, write.expect_err("not sent")] {
        assert_eq!((error.kind, error.status, error.tries), (ErrorKind::Permission, None, 0));
        let text = error.to_string();
        assert!(text.contains("ANTHROPIC_ORG_TOKEN") && text.contains("an admin key"), "{text}");
    }
    assert!(server.asked().is_empty());
    assert_eq!((writer.reader().counts().reads, writer.reader().counts().writes), (0, 0));
}

#[tokio::test]
async fn two_credentials_of_different_organizations_are_an_error_that_names_both() {
    let other =
        json!({ "id": "00000000-0000-0000-0000-000000000002", "type": "organization", "name": "Other" });
    for (second, fits) in [(ORGANIZATION.to_owned(), true), (other.to_string(), false)] {
        let server = Canned::new([ok(ORGANIZATION), ok(&second)]).await;
        // One request at a time, so that each gets its own answer.
        let config = Config { org_token: Some(token(TOKEN)), max_in_flight: 1, ..server.config() };
        let read = Reader::new(config).expect("a client").organization().await;
        let asked = server.asked();
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(asked.iter().map(Asked::target).collect::<Vec<_>>(), ["GET /v1/organizations/me"; 2]);
        assert_eq!(sent(&asked[0]), (Some(SECRET), None, None));
        assert_eq!(sent(&asked[1]), (None, Some(&*bearer), Some("oauth-2025-04-20")));
        if fits {
            read.expect("the same organization");
            continue;
        }
        let error = read.expect_err("another organization");
        assert_eq!(error.cause, Some(Cause::OrganizationsDiffer));
        let text = error.to_string();
        assert!(text.contains("1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37"), "{text}");
        assert!(text.contains("00000000-0000-0000-0000-000000000002"), "{text}");
    }
}

#[tokio::test]
async fn an_error_says_which_credential_was_sent_and_shows_neither() {
    let echo = format!("You sent {TOKEN} and {SECRET}");
    let server = Canned::then([], refusal(401, &[], "authentication_error", "", &echo)).await;
    let config = Config { org_token: Some(token(TOKEN)), ..server.config() };
    let writer = Writer::new(config).expect("a client");
    let first = writer.send(users::remove(&UserId::new("user_1"))).await.expect_err("refused");
    let second = writer.send(service_accounts::archive(&ServiceAccountId::new("svac_1"))).await;
    let second = second.expect_err("refused");
    assert_eq!((first.is_of_org_token, first.key_prefix), (false, Some(KeyPrefix::Admin)));
    assert_eq!((second.is_of_org_token, second.key_prefix), (true, Some(KeyPrefix::OAuth)));
    for error in [first, second] {
        let text = format!("{error} {error:?}");
        assert!(text.contains("You sent *** and ***") && !text.contains("canary"), "{text}");
    }
}
