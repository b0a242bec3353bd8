//! What is retried, how long the waits are, and when a request is given up.

use std::time::{Duration, Instant};

use bylaws_api::{Config, Error, ErrorKind, Reader, UserId, Writer, users};
use futures::future::join_all;

use crate::canned::{Canned, ORGANIZATION, Step, answer, config, ok, refusal, text, too_many};

/// Returns the result of reading the organization with these answers, and how often it was sent.
async fn read(steps: Vec<Step>) -> (Result<String, Error>, usize) {
    let server = Canned::new(steps).await;
    let answer = server.reader().organization().await;
    (answer.map(|answer| answer.value.name), server.asked().len())
}

#[tokio::test]
async fn a_temporary_failure_is_retried_until_it_passes() {
    let soon = &["retry-after-ms: 1"];
    for (name, first) in [
        ("429", too_many(soon)),
        ("408", refusal(408, soon, "timeout_error", "", "Slow.")),
        ("500", refusal(500, soon, "api_error", "", "Oops.")),
        ("529", refusal(529, soon, "overloaded_error", "", "Full.")),
        (
            "409 of a kind that passes",
            refusal(409, soon, "conflict_error", "concurrent_membership_change", "Now."),
        ),
        ("400 that asks for it", refusal(400, &["x-should-retry: true", soon[0]], "x", "", "Again.")),
        ("502 without an envelope", answer(502, soon, "<html>Bad gateway</html>")),
        ("closed", Step::Close),
        ("broken head", Step::BytesThenClose("HTTP/1.1 20".to_owned())),
        (
            "broken body",
            Step::BytesThenClose("HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{\"id\"".to_owned()),
        ),
        ("half a body that says it is whole", ok(&ORGANIZATION[..30])),
        ("an empty body", ok("")),
    ] {
        let (result, sent) = read(vec![first, ok(ORGANIZATION)]).await;
        assert_eq!(result.expect(name), "Example Org");
        assert_eq!(sent, 2, "{name}");
    }
}

#[tokio::test]
async fn a_temporarily_refused_write_is_returned_if_writes_are_not_retried() {
    let conflict =
        || refusal(409, &["retry-after-ms: 1"], "conflict_error", "concurrent_membership_change", "Now.");
    let throttled = || refusal(429, &["retry-after-ms: 200"], "rate_limit_error", "", "Slow down.");
    for (first, kind) in [(conflict as fn() -> Step, ErrorKind::Refused), (throttled, ErrorKind::RateLimited)]
    {
        for (retry_writes, sent) in [(true, 2), (false, 1)] {
            let server = Canned::new(vec![first(), ok(r#"{"id": "user_1", "type": "user_deleted"}"#)]).await;
            let settings = Config { retry_writes, ..config(&server.url) };
            let result = Writer::new(settings).unwrap().send(users::remove(&UserId::new("user_1"))).await;
            assert_eq!(result.as_ref().err().map(|error| error.kind), (sent == 1).then_some(kind));
            assert_eq!(server.asked().len(), sent);
        }
        // A read changes nothing and is retried.
        let server = Canned::new(vec![first(), ok(ORGANIZATION)]).await;
        let settings = Config { retry_writes: false, ..config(&server.url) };
        Reader::new(settings).unwrap().organization().await.expect("the second answer");
    }
    // The next request waits as long as the service asked.
    let server = Canned::new(vec![throttled(), ok(ORGANIZATION)]).await;
    let settings = Config { retry_writes: false, ..config(&server.url) };
    let writer = Writer::new(settings).unwrap();
    let start = std::time::Instant::now();
    writer.send(users::remove(&UserId::new("user_1"))).await.expect_err("too many");
    assert!(start.elapsed() < Duration::from_millis(150), "handed back at once");
    writer.reader().organization().await.expect("an answer");
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn a_final_answer_is_not_retried() {
    for (status, kind, code, header, wanted) in [
        (400, "invalid_request_error", "already_member", "x: y", ErrorKind::Refused),
        (401, "authentication_error", "", "x: y", ErrorKind::Credential),
        (403, "permission_error", "", "x: y", ErrorKind::Permission),
        (404, "not_found_error", "", "x: y", ErrorKind::NotFound),
        (409, "conflict_error", "", "x: y", ErrorKind::Refused),
        (413, "request_too_large", "", "x: y", ErrorKind::Refused),
        (429, "rate_limit_error", "", "x-should-retry: false", ErrorKind::RateLimited),
        (500, "api_error", "", "x-should-retry: false", ErrorKind::Unavailable),
    ] {
        let (result, sent) = read(vec![refusal(status, &[header], kind, code, "So it is.")]).await;
        let error = result.expect_err("refused");
        assert_eq!((error.kind, error.status), (wanted, Some(status)));
        assert_eq!(error.body.error_type.as_deref(), Some(kind));
        assert_eq!(error.error_code(), (!code.is_empty()).then_some(code));
        assert_eq!(error.body.message.as_deref(), Some("So it is."));
        assert_eq!(error.body.request_id.as_deref(), Some("req_test"));
        assert_eq!((sent, error.tries), (1, 1));
        // A 404 to the first request shows the whole address.
        let shown = error.to_string();
        assert!(shown.contains("(GET ") && shown.contains("/v1/organizations/me, status"), "{error}");
    }
}

#[tokio::test]
async fn a_request_is_given_up_after_eight_attempts() {
    let soon = &["retry-after-ms: 1"];
    for (always, kind) in [
        (too_many(soon), ErrorKind::RateLimited),
        (refusal(503, soon, "api_error", "", "Away."), ErrorKind::Unavailable),
    ] {
        let server = Canned::then([], always).await;
        let error = server.reader().organization().await.expect_err("never");
        assert_eq!((error.kind, error.tries), (kind, 8));
        assert_eq!(server.asked().len(), 8);
    }
}

#[tokio::test]
async fn an_answer_that_is_always_incomplete_is_a_protocol_error() {
    let server = Canned::then([], answer(200, &["retry-after-ms: 1"], "{\"id\":")).await;
    let reader = Reader::new(Config { max_attempts: 3, ..server.config() }).expect("a client");
    let error = reader.organization().await.expect_err("never whole");
    assert_eq!((error.kind, error.tries), (ErrorKind::Protocol, 3));
}

#[tokio::test]
async fn the_requested_wait_is_obeyed() {
    for header in ["retry-after: 1", "retry-after: Sat, 21 Nov 2026 21:00:01 GMT", "retry-after-ms: 1000"] {
        let first = too_many(&["date: Sat, 21 Nov 2026 21:00:00 GMT", header]);
        let server = Canned::new([first, ok(ORGANIZATION)]).await;
        server.reader().organization().await.expect("an answer");
        let asked = server.asked();
        let waited = asked[1].at.duration_since(asked[0].at);
        assert!((950..1500).contains(&waited.as_millis()), "{header}: {waited:?}");
    }
}

#[tokio::test]
async fn a_request_with_a_too_long_wait_is_given_up_at_once() {
    for (status, kind) in [(429, ErrorKind::RateLimited), (503, ErrorKind::Unavailable)] {
        let step = refusal(status, &["retry-after: 301"], "x", "", "Later.");
        let start = Instant::now();
        let (result, sent) = read(vec![step]).await;
        let error = result.expect_err("too long");
        assert_eq!((error.kind, sent), (kind, 1));
        assert_eq!(error.retry_after, Some(Duration::from_secs(301)));
        assert!(error.to_string().contains("asks to wait 301 s"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test]
async fn one_pause_holds_all_requests() {
    let good = text(200, &[], ORGANIZATION);
    let refusal = text(429, &["retry-after: 1"], "{}");
    // All ten are in flight when the first is refused; nine are answered during the pause.
    let mut steps = vec![Step::Late(Duration::from_millis(300), refusal)];
    steps.extend((0..9).map(|_| Step::Late(Duration::from_millis(600), good.clone())));
    let server = Canned::then(steps, Step::Bytes(good)).await;
    let reader = Reader::new(Config { max_in_flight: 10, ..server.config() }).expect("a client");
    let all = join_all((0..30).map(|_| reader.organization())).await;
    assert!(all.iter().all(Result::is_ok));

    let asked = server.asked();
    assert_eq!(asked.len(), 31, "one request was sent twice");
    let after: Vec<_> = asked.iter().map(|one| one.at.duration_since(asked[0].at).as_millis()).collect();
    assert_eq!(after.iter().filter(|&&at| at < 300).count(), 10, "those under way");
    assert!(after.iter().all(|&at| !(300..1290).contains(&at)), "none during the pause: {after:?}");
}

#[tokio::test]
async fn throttling_by_this_client_alone_is_no_reason_to_give_up() {
    // Every second request is refused: of 40, some are refused more than three times.
    let steps =
        (0..400).map(|n| if n % 2 == 0 { ok(ORGANIZATION) } else { too_many(&["retry-after-ms: 1"]) });
    let server = Canned::new(steps).await;
    let reader =
        Reader::new(Config { max_in_flight: 4, max_attempts: 3, ..server.config() }).expect("a client");
    let all = join_all((0..40).map(|_| reader.organization())).await;
    let failed: Vec<_> = all.iter().filter_map(|one| one.as_ref().err()).map(ToString::to_string).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

#[tokio::test]
async fn each_attempt_has_its_own_timeout() {
    let server = Canned::new([Step::Hang, ok(ORGANIZATION)]).await;
    let timeout = Duration::from_millis(100);
    let reader = Reader::new(Config { timeout, ..server.config() }).expect("a client");
    reader.organization().await.expect("the second try");

    let server = Canned::new([]).await;
    let reader = Reader::new(Config { timeout, max_attempts: 2, ..server.config() }).expect("a client");
    let error = reader.organization().await.expect_err("no answer");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.to_string().contains("no answer within 100ms"), "{error}");
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    let reader = Reader::new(Config { max_attempts: 2, ..config(&url) }).expect("a client");
    let error = reader.organization().await.expect_err("a closed port");
    assert_eq!((error.kind, error.tries), (ErrorKind::Unreachable, 2));
    assert_eq!(error.status, None);
}

#[tokio::test]
async fn a_removal_reports_an_earlier_lost_answer() {
    let server = Canned::new([Step::Close, refusal(404, &[], "not_found_error", "", "No such user.")]).await;
    let error = server.writer().send(users::remove(&UserId::new("user_1"))).await.expect_err("gone");
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.after_lost_answer);

    let server = Canned::new([refusal(404, &[], "not_found_error", "", "No such user.")]).await;
    let error = server.writer().send(users::remove(&UserId::new("user_1"))).await.expect_err("gone");
    assert!(!error.after_lost_answer);
}
