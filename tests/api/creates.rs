//! Creates are repeated only if the service certainly did not act.

use bylaws_api::{
    Config, ErrorKind, OrganizationRole, UserId, WorkspaceCreate, WorkspaceId, WorkspaceRole, Writer,
    invites, workspace_members, workspaces,
};

use crate::canned::{Canned, Step, WORKSPACE, answer, config, ok, refusal, too_many};

fn create() -> WorkspaceCreate {
    WorkspaceCreate { name: "Production".to_owned(), ..WorkspaceCreate::default() }
}

#[tokio::test]
async fn a_lost_create_is_not_sent_again_and_its_outcome_is_unknown() {
    let soon = "retry-after-ms: 1";
    for (name, step) in [
        ("closed", Step::Close),
        ("broken body", Step::BytesThenClose("HTTP/1.1 200 X\r\ncontent-length: 500\r\n\r\n{".to_owned())),
        ("half a body", ok("{\"id\":")),
        ("no JSON", ok("<html></html>")),
        ("another shape", ok("{}")),
        ("408", refusal(408, &[soon], "timeout_error", "", "Slow.")),
        ("500", refusal(500, &[soon], "api_error", "", "Oops.")),
        ("503 that asks for it", refusal(503, &["x-should-retry: true", soon], "api_error", "", "Again.")),
        ("504", answer(504, &[], "")),
        ("529", refusal(529, &["x-should-retry: true", soon], "overloaded_error", "", "Full.")),
    ] {
        let server = Canned::then([step.clone()], ok(WORKSPACE)).await;
        let error = server.writer().send(workspaces::create(&create())).await.expect_err(name);
        assert_eq!(error.kind, ErrorKind::OutcomeUnknown, "{name}");
        assert!(error.to_string().contains("is not known"), "{name}: {error}");
        assert_eq!(server.asked().len(), 1, "{name}");

        let server = Canned::then([step.clone()], ok(WORKSPACE)).await;
        let invite = invites::create("ada@acme.com", &OrganizationRole::User);
        let error = server.writer().send(invite).await.expect_err(name);
        assert_eq!((error.kind, server.asked().len()), (ErrorKind::OutcomeUnknown, 1), "{name}");

        let server = Canned::then([step], ok(WORKSPACE)).await;
        let add = workspace_members::add(
            &WorkspaceId::new("wrkspc_1"),
            &UserId::new("user_1"),
            &WorkspaceRole::WorkspaceUser,
        );
        let error = server.writer().send(add).await.expect_err(name);
        assert_eq!((error.kind, server.asked().len()), (ErrorKind::OutcomeUnknown, 1), "{name}");
    }
}

#[tokio::test]
async fn a_create_that_certainly_did_not_happen_is_sent_again() {
    for first in [
        too_many(&["retry-after-ms: 1"]),
        refusal(409, &["retry-after-ms: 1"], "conflict_error", "external_key_changed", "Now."),
    ] {
        let server = Canned::new([first, ok(WORKSPACE)]).await;
        server.writer().send(workspaces::create(&create())).await.expect("created");
        assert_eq!(server.asked().len(), 2);
    }
}

#[tokio::test]
async fn without_a_connection_nothing_happened() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    let writer = Writer::new(Config { max_attempts: 2, ..config(&url) }).expect("a client");
    let error = writer.send(workspaces::create(&create())).await.expect_err("a closed port");
    assert_eq!((error.kind, error.tries), (ErrorKind::Unreachable, 2));
}

#[tokio::test]
async fn a_refused_create_is_reported_as_refused() {
    let server = Canned::new([refusal(400, &[], "invalid_request_error", "already_member", "Is one.")]).await;
    let invite = invites::create("ada@acme.com", &OrganizationRole::User);
    let error = server.writer().send(invite).await.expect_err("refused");
    assert_eq!((error.kind, error.error_code()), (ErrorKind::Refused, Some("already_member")));
}
