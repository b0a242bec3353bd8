//! The credential and the service's control characters never reach a displayed text.

use std::fmt::Write as _;

use bylaws_api::{Config, Reader, UserId, Writer, users};

use crate::canned::{Canned, SECRET, Step, answer, ok, refusal};

/// Returns everything that can be displayed of an error.
fn shown(error: &bylaws_api::Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(text, " {cause} {cause:?}");
        source = cause.source();
    }
    text
}

#[tokio::test]
async fn an_echoed_secret_is_masked_in_every_part() {
    let location = format!("location: https://{SECRET}.example/{SECRET}");
    let request_id = format!("request-id: {SECRET}");
    for (name, step) in [
        ("message", refusal(400, &[], "x", "y", &format!("You sent {SECRET}!"))),
        ("type and code", refusal(400, &[], SECRET, SECRET, "no")),
        ("header", answer(400, &[&request_id], "{}")),
        ("redirect", answer(302, &[&location], "")),
        ("shape", ok(&format!("{{\"id\":{{}},\"name\":\"{SECRET}\"}}"))),
        ("shape, in the way", ok(&format!("\"{SECRET}\""))),
        ("no JSON", ok(&format!("<html>{SECRET}</html>"))),
        ("broken head", Step::BytesThenClose(format!("HTTP/9 {SECRET}\r\n\r\n"))),
    ] {
        let server = Canned::then([], step).await;
        let reader = Reader::new(Config { max_attempts: 1, ..server.config() }).expect("a client");
        let error = reader.organization().await.expect_err(name);
        assert!(!shown(&error).contains("canary"), "{name}: {}", shown(&error));
    }
}

#[tokio::test]
async fn a_secret_in_an_id_is_masked_too() {
    let server = Canned::new([refusal(404, &[], "not_found_error", "", "No.")]).await;
    let error = server.writer().send(users::remove(&UserId::new(SECRET))).await.expect_err("no");
    assert!(!shown(&error).contains("canary"), "{}", shown(&error));
    assert_eq!(error.call.as_ref().map(|(_, path)| path.as_str()), Some("/v1/organizations/users/***"));
}

#[tokio::test]
async fn control_characters_of_the_service_are_made_visible() {
    let server = Canned::new([refusal(400, &[], "x", "", "\u{1b}]0;owned\u{7}\r\n::error::\u{202e}")]).await;
    let error = server.reader().organization().await.expect_err("refused");
    assert_eq!(error.body.message.as_deref(), Some(r"\u{1b}]0;owned\u{7}\u{d}\u{a}::error::\u{202e}"));
    assert!(!error.to_string().chars().any(char::is_control));
}

#[tokio::test]
async fn a_long_message_is_cut() {
    let server = Canned::new([refusal(400, &[], "x", "", &"a".repeat(100_000))]).await;
    let error = server.reader().organization().await.expect_err("refused");
    assert!(error.to_string().chars().count() < 1000);
}

#[tokio::test]
async fn clients_and_settings_print_no_secret() {
    let server = Canned::new([]).await;
    let config = server.config();
    let writer = Writer::new(config.clone()).expect("a client");
    let text = format!("{config:?} {writer:?} {:?}", writer.reader());
    assert!(text.contains("AdminKey(***)"));
    assert!(!text.contains("canary"), "{text}");
}
