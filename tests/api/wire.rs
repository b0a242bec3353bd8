//! What is sent on the wire: headers, lengths, redirects, sizes.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bylaws_api::{
    Config, Credential, ErrorKind, Notice, Reader, SecretString, UserId, WorkspaceCreate, WorkspaceId, users,
    workspaces,
};

use crate::canned::{Canned, ORGANIZATION, SECRET, Step, WORKSPACE, answer, ok, text, too_many};

#[tokio::test]
async fn a_read_sends_key_version_and_agent_and_no_body() {
    let server = Canned::new([answer(200, &["date: Sat, 21 Nov 2026 21:00:00 GMT"], ORGANIZATION)]).await;
    let reader = server.reader();
    assert_eq!(reader.service_date(), None);
    let organization = reader.organization().await.expect("an answer");
    assert_eq!(organization.value.name, "Example Org");
    assert_eq!(organization.request_id.as_deref(), Some("req_test"));
    let date = httpdate::parse_http_date("Sat, 21 Nov 2026 21:00:00 GMT").ok();
    assert_eq!((organization.date, reader.service_date()), (date, date));

    let asked = &server.asked()[0];
    assert_eq!(asked.line, "GET /v1/organizations/me HTTP/1.1");
    assert_eq!(asked.header("x-api-key"), Some(SECRET));
    assert_eq!(asked.header("authorization"), None);
    assert_eq!(asked.header("anthropic-version"), Some("2023-06-01"));
    assert_eq!(asked.header("user-agent"), Some(concat!("bylaws/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(asked.header("accept-encoding"), Some("gzip"));
    assert_eq!(asked.header("content-type"), None);
    assert_eq!(asked.body, "");
}

#[tokio::test]
async fn a_token_is_sent_as_bearer_and_not_as_a_key() {
    let server = Canned::new([ok(ORGANIZATION)]).await;
    let credential = Credential::auth_token(SecretString::from("tok")).expect("a valid token");
    let reader = Reader::new(Config { credential, ..server.config() }).expect("a client");
    reader.organization().await.expect("an answer");
    let asked = &server.asked()[0];
    assert_eq!(asked.header("authorization"), Some("Bearer tok"));
    assert_eq!(asked.header("x-api-key"), None);
}

#[tokio::test]
async fn writes_without_a_body_still_send_their_content_type() {
    let server = Canned::new([ok(WORKSPACE), ok(r#"{"id":"user_1","type":"user_deleted"}"#)]).await;
    let writer = server.writer();
    writer.send(workspaces::archive(&WorkspaceId::new("wrkspc_1"))).await.expect("archived");
    let removed = writer.send(users::remove(&UserId::new("user_1"))).await.expect("removed");
    assert_eq!(removed.value.id.as_str(), "user_1");
    let asked = server.asked();
    assert_eq!(asked[0].target(), "POST /v1/organizations/workspaces/wrkspc_1/archive");
    assert_eq!(asked[0].header("content-length"), Some("0"));
    assert_eq!(asked[0].header("content-type"), Some("application/json"));
    assert_eq!(asked[1].target(), "DELETE /v1/organizations/users/user_1");
    assert_eq!(asked[1].header("content-type"), Some("application/json"));
    assert_eq!(asked[1].body, "");
    assert_eq!((writer.reader().counts().reads, writer.reader().counts().writes), (0, 2));
}

#[tokio::test]
async fn hostile_ids_cannot_change_the_call() {
    let server = Canned::new([ok(r#"{"id":"x","type":"user_deleted"}"#)]).await;
    let writer = server.writer();
    writer.send(users::remove(&UserId::new("a/../b?x#y"))).await.expect("sent");
    assert_eq!(server.asked()[0].target(), "DELETE /v1/organizations/users/a%2F..%2Fb%3Fx%23y");
    for id in ["", ".", "..", "{member/ada@acme.com}"] {
        let error = writer.send(users::remove(&UserId::new(id))).await.expect_err("not sent");
        assert_eq!(error.kind, ErrorKind::Protocol);
    }
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_an_error_with_the_host_and_the_key_is_not_sent() {
    let other = Canned::new([ok(ORGANIZATION)]).await;
    for status in [301, 302, 307, 308] {
        let location = format!("location: {}/elsewhere", other.url);
        let server = Canned::new([answer(status, &[&location], "")]).await;
        let error = server.reader().organization().await.expect_err("a redirect");
        assert_eq!(error.kind, ErrorKind::Protocol);
        assert!(error.to_string().contains("redirect to 127.0.0.1"), "{error}");
        assert_eq!(server.asked().len(), 1);
    }
    assert!(other.asked().is_empty());
}

#[tokio::test]
async fn an_answer_of_any_length_does_not_fill_the_memory() {
    // 65 MiB in chunks of 1 MiB, each a valid piece of an endless JSON text.
    let mut bytes = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    for _ in 0..65 {
        let _ = write!(bytes, "{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
    }
    let server = Canned::new([Step::BytesThenClose(bytes)]).await;
    let error = server.reader().organization().await.expect_err("too large");
    assert_eq!(error.kind, ErrorKind::Protocol);
    assert!(error.to_string().contains("too large"), "{error}");
}

#[tokio::test]
async fn a_foreign_page_is_a_protocol_error_at_once() {
    for body in ["<html>Log in to the hotel network</html>", "{}", "[]", "null", r#"{"id":7,"name":"x"}"#] {
        let server = Canned::new([ok(body)]).await;
        let error = server.reader().organization().await.expect_err("no organization");
        assert_eq!(error.kind, ErrorKind::Protocol, "{body}");
        assert_eq!(error.body.request_id.as_deref(), Some("req_test"));
        assert_eq!(server.asked().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn notices_report_waits() {
    let server = Canned::new([too_many(&["retry-after-ms: 5"]), ok(ORGANIZATION)]).await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let mut config = server.config();
    config.notices = Some(Arc::new(move |notice: Notice| {
        let Notice { duration, reason, attempt } = notice;
        ear.lock().expect("not poisoned").push(format!("{attempt}: {reason}, {duration:?}"));
    }));
    let reader = Reader::new(config).expect("a client");
    reader.organization().await.expect("an answer");
    assert_eq!(*heard.lock().expect("not poisoned"), ["1: status 429, 5ms"]);
    assert_eq!((reader.counts().reads, reader.counts().retries), (1, 1));
}

#[tokio::test]
async fn at_most_the_allowed_number_of_requests_is_in_flight() {
    let slow = Step::Late(Duration::from_millis(100), text(200, &[], ORGANIZATION));
    let server = Canned::then([], slow).await;
    let reader = Reader::new(Config { max_in_flight: 2, ..server.config() }).expect("a client");
    let all = futures::future::join_all((0..6).map(|_| reader.organization()));
    assert!(all.await.iter().all(Result::is_ok));
    let times: Vec<_> = server.asked().iter().map(|asked| asked.at).collect();
    for (third_after, first) in times.iter().skip(2).zip(&times) {
        assert!(third_after.duration_since(*first) >= Duration::from_millis(80));
    }
}

#[tokio::test]
async fn a_body_is_sent_as_json() {
    let server = Canned::new([ok(WORKSPACE)]).await;
    let create = WorkspaceCreate { name: "Prod \"ünïcode\"".to_owned(), ..WorkspaceCreate::default() };
    server.writer().send(workspaces::create(&create)).await.expect("created");
    let asked = &server.asked()[0];
    assert_eq!(asked.header("content-type"), Some("application/json"));
    assert_eq!(asked.body, r#"{"name":"Prod \"ünïcode\""}"#);
}
