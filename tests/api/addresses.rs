//! A wrong address, or a proxy in front of the service: what the error says, whatever the status.

use bylaws_api::{Cause, ErrorKind, InviteId, KeyPrefix, invites};

use crate::canned::{Canned, ORGANIZATION, answer, config, ok, refusal};

const PAGE: &str = "<!doctype html><html><h1>Blocked by policy</h1></html>";

#[tokio::test]
async fn a_web_page_says_nothing_about_the_requested_object() {
    for (status, kind) in [
        (200, ErrorKind::Protocol),
        (400, ErrorKind::Protocol),
        (401, ErrorKind::Protocol),
        (403, ErrorKind::Protocol),
        (404, ErrorKind::Protocol),
        (407, ErrorKind::Protocol),
        (429, ErrorKind::RateLimited),
        (503, ErrorKind::Unavailable),
    ] {
        let page = answer(status, &["content-type: text/html", "retry-after-ms: 1"], PAGE);
        let server = Canned::then([], page).await;
        let error = server.reader().organization().await.unwrap_err();
        assert_eq!((error.kind, error.cause.as_ref()), (kind, Some(&Cause::WebPage)), "{status}: {error}");
        assert!(error.to_string().contains(&server.url), "{status}: {error}");
    }
}

#[tokio::test]
async fn a_removal_answered_with_a_web_page_is_not_done() {
    let server = Canned::new([answer(404, &["content-type: text/html"], PAGE)]).await;
    let error = server.writer().send(invites::delete(&InviteId::new("invite_1"))).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Protocol, "{error}");
}

#[tokio::test]
async fn only_on_first_contact_a_404_casts_doubt_on_the_address() {
    let nothing = || refusal(404, &[], "not_found_error", "", "Resource not found.");
    let server = Canned::new([nothing(), ok(ORGANIZATION), nothing()]).await;
    let reader = server.reader();
    let first = reader.organization().await.unwrap_err();
    assert!(first.is_first_contact && first.to_string().contains(&server.url), "{first}");
    reader.organization().await.unwrap();
    let later = reader.organization().await.unwrap_err();
    assert!(!later.is_first_contact && !later.to_string().contains(&server.url), "{later}");
    assert_eq!(later.kind, ErrorKind::NotFound);
}

#[tokio::test]
async fn an_error_has_the_address_and_the_kind_of_credential() {
    let server = Canned::new([refusal(401, &[], "authentication_error", "", "No.")]).await;
    let error = server.reader().organization().await.unwrap_err();
    assert_eq!(error.base_url.as_ref().map(ToString::to_string).as_deref(), Some(server.url.as_str()));
    assert_eq!(error.key_prefix, Some(KeyPrefix::Admin));
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let error = bylaws_api::Reader::new(config("https://api.anthropic.invalid"))
        .unwrap()
        .organization()
        .await
        .unwrap_err();
    assert_eq!(
        error.cause.as_ref(),
        Some(&Cause::UnknownHost("api.anthropic.invalid".to_owned())),
        "{error}"
    );
}
