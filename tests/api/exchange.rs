//! Federation: the exchange of an identity token, and the access token that comes of it.

use std::io::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bylaws_api::{
    Config, Credential, ErrorKind, ExchangeProblem, Federation, GitHubRunner, IdentitySource, InvalidBaseUrl,
    Reader, SecretString, UserId, WorkspaceCreate, WorkspaceId, Writer, collect_all, users, workspaces,
};
use serde_json::{Value, json};

use crate::canned::{Asked, Canned, ORGANIZATION, Step, WORKSPACE, answer, ok, refusal, too_many};

const EXCHANGE: &str = "POST /v1/oauth/token";
const ME: &str = "GET /v1/organizations/me";

/// Returns an identity token whose subject has this number.
fn jwt(number: u32) -> String {
    let claims = json!({
        "iss": "https://ci.example", "sub": format!("repo:acme/org:{number}"), "aud": "https://api.anthropic.com",
        "exp": 1_795_257_000, "email": "canary@acme.com",
    });
    format!(
        "eyJhbGciOiJFUzI1NiJ9.{}.c2lnbmF0dXJlLWNhbmFyeS0w{number}",
        URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}

fn literal() -> IdentitySource {
    IdentitySource::Literal(SecretString::from(jwt(1)))
}

fn federation(identity: IdentitySource) -> Federation {
    Federation {
        rule: "fdrl_apply".into(),
        organization: "1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37".into(),
        service_account: "svac_ci".into(),
        workspace: None,
        identity,
    }
}

fn credential(identity: IdentitySource) -> Credential {
    Credential::federated(federation(identity))
}

fn config(server: &Canned, identity: IdentitySource) -> Config {
    Config { credential: credential(identity), ..server.config() }
}

fn writer(server: &Canned, identity: IdentitySource) -> Writer {
    Writer::new(config(server, identity)).expect("a client")
}

/// Returns a granted token with this number, for this many seconds.
fn granted(number: u32, seconds: u32) -> Step {
    let body = json!({
        "access_token": format!("sk-ant-oat01-workload-canary-{number}"), "token_type": "bearer",
        "expires_in": seconds, "scope": "org:admin",
    });
    ok(&body.to_string())
}

fn denied() -> Step {
    refusal(401, &[], "authentication_error", "", "Authentication failed")
}

fn targets(server: &Canned) -> Vec<String> {
    server.asked().iter().map(|asked| asked.target().to_owned()).collect()
}

/// Returns the number of the access token that a request was sent with.
fn token_of(asked: &Asked) -> Option<&str> {
    asked.header("authorization")?.strip_prefix("Bearer sk-ant-oat01-workload-canary-")
}

fn assertion(asked: &Asked) -> String {
    let body: Value = serde_json::from_str(&asked.body).expect("JSON");
    body["assertion"].as_str().expect("a text").to_owned()
}

/// Lets this much time pass on the clock of the client.
async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn an_exchange_has_the_documented_fields_and_no_credential() {
    for workspace in [None, Some(WorkspaceId::new("default"))] {
        let server = Canned::new([granted(1, 600), ok(ORGANIZATION)]).await;
        let credential =
            Credential::federated(Federation { workspace: workspace.clone(), ..federation(literal()) });
        assert_eq!(credential.grant(), None);
        let reader =
            Reader::new(Config { credential: credential.clone(), ..server.config() }).expect("a client");
        reader.organization().await.expect("an answer");
        assert_eq!(targets(&server), [EXCHANGE, ME]);
        let asked = server.asked();
        let mut fields = json!({
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": jwt(1),
            "federation_rule_id": "fdrl_apply", "organization_id": "1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37",
            "service_account_id": "svac_ci",
        });
        if let Some(workspace) = workspace {
            fields["workspace_id"] = json!(workspace);
        }
        assert_eq!(serde_json::from_str::<Value>(&asked[0].body).expect("JSON"), fields);
        assert_eq!(asked[0].header("content-type"), Some("application/json"));
        assert_eq!(asked[0].header("anthropic-beta"), Some("oauth-2025-04-20,oidc-federation-2026-04-01"));
        for absent in ["authorization", "x-api-key", "anthropic-version"] {
            assert_eq!(asked[0].header(absent), None, "{absent}");
        }
        assert_eq!(token_of(&asked[1]), Some("1"));
        assert_eq!(asked[1].header("anthropic-beta"), Some("oauth-2025-04-20"));
        assert_eq!(asked[1].header("anthropic-version"), Some("2023-06-01"));
        assert_eq!(reader.counts().reads, 1, "an exchange is not a read");
        let grant = credential.grant().expect("a token");
        assert_eq!(
            (grant.scope.as_str(), grant.identity.subject.as_deref()),
            ("org:admin", Some("repo:acme/org:1"))
        );
        assert!(grant.left > Duration::from_secs(590) && grant.left <= Duration::from_mins(10));
    }
}

#[tokio::test]
async fn requests_at_the_same_time_and_two_clients_share_one_exchange() {
    let server = Canned::then([granted(1, 600)], ok(ORGANIZATION)).await;
    let config = config(&server, literal());
    let (one, other) =
        (Reader::new(config.clone()).expect("a client"), Reader::new(config).expect("a client"));
    let all =
        futures::future::join_all((0..8).map(|n| if n % 2 == 0 { &one } else { &other }.organization()));
    assert!(all.await.iter().all(Result::is_ok));
    assert_eq!(targets(&server).iter().filter(|target| *target == EXCHANGE).count(), 1);
}

#[tokio::test]
async fn a_federated_token_serves_requests_that_need_a_token() {
    let server = Canned::new([granted(1, 600), ok(r#"{"data":[],"next_page":null}"#)]).await;
    let reader = Reader::new(config(&server, literal())).expect("a client");
    collect_all(reader.service_accounts(true)).await.expect("a list");
    assert_eq!(token_of(&server.asked()[1]), Some("1"));
}

#[tokio::test]
async fn a_denial_is_sent_once_and_says_what_was_sent() {
    let server = Canned::then([], denied()).await;
    let reader = Reader::new(config(&server, literal())).expect("a client");
    for _ in 0..3 {
        let error = reader.organization().await.expect_err("denied");
        assert_eq!(
            error.to_string(),
            "the service denied the token exchange for rule fdrl_apply (request req_test)"
        );
        let Some(ExchangeProblem::Denied(claims)) = &error.exchange else { panic!("{error:?}") };
        assert_eq!(claims.issuer.as_deref(), Some("https://ci.example"));
        assert_eq!(claims.subject.as_deref(), Some("repo:acme/org:1"));
        assert_eq!(
            (claims.audience.as_slice(), claims.expires),
            (["https://api.anthropic.com".to_owned()].as_slice(), Some(1_795_257_000))
        );
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
    pass(60).await;
    reader.organization().await.expect_err("denied");
    assert_eq!(targets(&server), [EXCHANGE], "nothing else is sent, and the token is not sent again");
}

#[tokio::test]
async fn a_malformed_exchange_is_sent_once_with_the_reason() {
    let why = "federation_rule_id is not a well-formed fdrl_ tagged ID";
    for (status, should_retry) in [(400, "x-should-retry: true"), (400, "a: b"), (403, "a: b"), (404, "a: b")]
    {
        let server =
            Canned::then([], refusal(status, &[should_retry], "invalid_request_error", "", why)).await;
        let error = writer(&server, literal()).reader().organization().await.expect_err("refused");
        assert_eq!(
            (error.kind, error.exchange.as_ref()),
            (ErrorKind::Exchange, Some(&ExchangeProblem::Refused))
        );
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("the service refused the token exchange for rule fdrl_apply: {why}")),
            "{text}"
        );
        assert_eq!(targets(&server), [EXCHANGE]);
    }
    let oauth = answer(400, &[], r#"{"error":"invalid_grant","error_description":"the grant is odd"}"#);
    let error =
        writer(&Canned::then([], oauth).await, literal()).reader().organization().await.expect_err("refused");
    assert!(
        error.to_string().contains("the grant is odd (POST /v1/oauth/token, status 400 invalid_grant"),
        "{error}"
    );
}

#[tokio::test]
async fn an_exchange_without_an_answer_is_tried_three_times() {
    for step in
        [Step::Close, too_many(&["retry-after-ms: 1"]), refusal(503, &["retry-after-ms: 1"], "x", "", "busy")]
    {
        let server = Canned::new([step.clone(), step.clone(), granted(1, 600), ok(ORGANIZATION)]).await;
        writer(&server, literal()).reader().organization().await.expect("the third attempt");
        let server = Canned::then([], step).await;
        writer(&server, literal()).reader().organization().await.expect_err("no more attempts");
        assert_eq!(targets(&server), [EXCHANGE; 3]);
    }
    let server = Canned::then([], too_many(&["retry-after: 3600"])).await;
    writer(&server, literal()).reader().organization().await.expect_err("too long a wait");
    assert_eq!(targets(&server), [EXCHANGE]);
}

#[tokio::test]
async fn an_odd_answer_of_an_exchange_is_an_error() {
    let other = Canned::then([], granted(1, 600)).await;
    let location = format!("location: {}/v1/oauth/token", other.url);
    let large = format!(
        "{}{}",
        " ".repeat(1 << 20),
        r#"{"access_token":"t","token_type":"Bearer","expires_in":600}"#
    );
    for step in [
        answer(307, &[&location], ""),
        ok("{}"),
        ok("<html>Log in</html>"),
        ok(r#"{"access_token":"t","token_type":"mac","expires_in":600,"scope":"org:admin"}"#),
        ok(r#"{"access_token":"t\nx: y","token_type":"Bearer","expires_in":600,"scope":"org:admin"}"#),
        ok(&large),
    ] {
        let server = Canned::then([], step).await;
        let error = writer(&server, literal()).reader().organization().await.expect_err("odd");
        assert_eq!(error.kind, ErrorKind::Protocol, "{error}");
        assert_eq!(targets(&server), [EXCHANGE], "{error}");
    }
    assert!(other.asked().is_empty(), "a redirect is not followed");
}

#[tokio::test]
async fn another_scope_ends_the_run_before_any_other_request() {
    let grant = |scope: &str, seconds: u32| {
        let body = json!({"access_token": "sk-ant-oat01-workload", "token_type": "Bearer", "expires_in": seconds, "scope": scope});
        Canned::then([], ok(&body.to_string()))
    };
    for (scope, seconds, says) in [
        ("workspace:developer", 600, "rule fdrl_apply grants workspace:developer; Bylaws needs org:admin"),
        ("org:administrator", 600, "rule fdrl_apply grants org:administrator; Bylaws needs org:admin"),
        ("", 600, "rule fdrl_apply grants no scope; Bylaws needs org:admin"),
        ("workspace:developer org:admin", 30, "rule fdrl_apply grants a token for 30s, which is too short"),
    ] {
        let server = grant(scope, seconds).await;
        let error = writer(&server, literal()).reader().organization().await.expect_err("not enough");
        assert_eq!((error.kind, error.to_string()), (ErrorKind::Exchange, says.to_owned()));
        assert_eq!(targets(&server), [EXCHANGE]);
    }
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_with_what_the_file_says_then() {
    // Renewed at a quarter of the lifetime before the end, but between 30 s and 120 s.
    for (lifetime, still, due) in [(60, 28, 31), (400, 298, 301), (3600, 3478, 3481)] {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        writeln!(file, "{}", jwt(1)).expect("written");
        let server = Canned::new([
            granted(1, lifetime),
            ok(ORGANIZATION),
            ok(ORGANIZATION),
            granted(2, 600),
            ok(ORGANIZATION),
        ])
        .await;
        let reader =
            Reader::new(config(&server, IdentitySource::File(file.path().to_owned()))).expect("a client");
        reader.organization().await.expect("an answer");
        std::fs::write(file.path(), jwt(2)).expect("written");
        pass(still).await;
        reader.organization().await.expect("an answer");
        pass(due - still).await;
        reader.organization().await.expect("an answer");
        assert_eq!(targets(&server), [EXCHANGE, ME, ME, EXCHANGE, ME], "{lifetime}");
        let asked = server.asked();
        assert_eq!((assertion(&asked[0]), assertion(&asked[3])), (jwt(1), jwt(2)));
        assert_eq!((token_of(&asked[2]), token_of(&asked[4])), (Some("1"), Some("2")));
    }
}

#[tokio::test]
async fn a_failed_renewal_ends_nothing_while_the_token_lasts() {
    let server = Canned::new([
        granted(1, 400),
        ok(ORGANIZATION),
        denied(),
        ok(ORGANIZATION),
        ok(WORKSPACE),
        ok(ORGANIZATION),
    ])
    .await;
    let writer = writer(&server, literal());
    writer.reader().organization().await.expect("an answer");
    pass(350).await;
    // The service denies the token that it has seen: it is not sent again, and the old one is used.
    writer.reader().organization().await.expect("50 s are left");
    let create = WorkspaceCreate { name: "Production".to_owned(), ..WorkspaceCreate::default() };
    writer.send(workspaces::create(&create)).await.expect("50 s are left");
    pass(21).await;
    let error = writer.send(workspaces::create(&create)).await.expect_err("29 s are not enough for a write");
    assert_eq!(error.exchange, Some(ExchangeProblem::CannotRenew));
    let says = "the credential expired and the identity token cannot be exchanged again";
    assert!(error.to_string().starts_with(says), "{error}");
    writer.reader().organization().await.expect("a read can be sent");
    pass(30).await;
    let error = writer.reader().organization().await.expect_err("the token has ended");
    assert_eq!(error.exchange, Some(ExchangeProblem::CannotRenew));
    let create = "POST /v1/organizations/workspaces";
    assert_eq!(targets(&server), [EXCHANGE, ME, EXCHANGE, ME, create, ME]);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_request_repeated() {
    let refused = || refusal(401, &[], "authentication_error", "", "The access token has expired.");
    // A literal identity token is tried once more: the rule may allow it.
    let server = Canned::new([granted(1, 600), refused(), granted(2, 600), ok(WORKSPACE)]).await;
    let create = WorkspaceCreate { name: "Production".to_owned(), ..WorkspaceCreate::default() };
    let config = Config { retry_writes: false, ..config(&server, literal()) };
    let writes = Writer::new(config).expect("a client");
    writes.send(workspaces::create(&create)).await.expect("created");
    let workspaces = "POST /v1/organizations/workspaces";
    assert_eq!(targets(&server), [EXCHANGE, workspaces, EXCHANGE, workspaces]);
    assert_eq!(server.asked().iter().filter_map(token_of).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(writes.reader().counts().writes, 1);

    let server = Canned::new([granted(1, 600), refused(), granted(2, 600), refused()]).await;
    let error = writer(&server, literal()).reader().organization().await.expect_err("refused twice");
    assert_eq!((error.kind, error.status), (ErrorKind::Credential, Some(401)));
    assert_eq!(targets(&server), [EXCHANGE, ME, EXCHANGE, ME]);

    let server = Canned::new([granted(1, 600), refused(), denied()]).await;
    let reads = writer(&server, literal());
    for _ in 0..2 {
        let error = reads.reader().organization().await.expect_err("not renewed");
        assert_eq!(error.exchange, Some(ExchangeProblem::CannotRenew));
    }
    assert_eq!(targets(&server), [EXCHANGE, ME, EXCHANGE]);
}

#[tokio::test]
async fn a_token_that_ended_during_a_wait_is_renewed_before_the_retry() {
    let late = refusal(429, &["retry-after-ms: 40"], "rate_limit_error", "", "Slow down.");
    let server = Canned::new([granted(1, 600), late, granted(2, 600), ok(ORGANIZATION)]).await;
    let reader = Reader::new(config(&server, literal())).expect("a client");
    let later = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        pass(590).await;
    };
    let (read, ()) = tokio::join!(reader.organization(), later);
    read.expect("an answer");
    assert_eq!(targets(&server), [EXCHANGE, ME, EXCHANGE, ME]);
}

#[tokio::test]
async fn the_github_runner_is_asked_for_each_exchange() {
    let value = |number| ok(&json!({ "value": jwt(number) }).to_string());
    let runner = Canned::new([value(1), value(2), value(3)]).await;
    let url = format!("{}/token?api-version=2.0", runner.url);
    let ask = || GitHubRunner::new(&url, SecretString::from("runner-canary"), "https://api.anthropic.com");
    let busy = refusal(503, &["retry-after-ms: 1"], "x", "", "busy");
    let server =
        Canned::new([busy, granted(1, 60), ok(ORGANIZATION), granted(2, 600), ok(ORGANIZATION)]).await;
    let reader = Reader::new(config(&server, IdentitySource::GitHubActions(ask().expect("a runner"))))
        .expect("a client");
    reader.organization().await.expect("an answer");
    pass(31).await;
    reader.organization().await.expect("an answer");
    let asked = server.asked();
    let assertions: Vec<String> = [0, 1, 3].iter().map(|at| assertion(&asked[*at])).collect();
    assert_eq!(assertions, [jwt(1), jwt(2), jwt(3)], "a new one for each attempt");
    for asked in runner.asked() {
        assert_eq!(asked.target(), "GET /token?api-version=2.0&audience=https%3A%2F%2Fapi.anthropic.com");
        assert_eq!(asked.header("authorization"), Some("Bearer runner-canary"));
        assert_eq!(asked.header("x-api-key"), None);
    }
}

#[tokio::test]
async fn a_runner_without_a_token_ends_the_run_before_the_exchange() {
    let other = Canned::then([], ok("{}")).await;
    let location = format!("location: {}/token", other.url);
    for (step, times) in [
        (answer(403, &[], "runner-canary"), 1),
        (answer(302, &[&location], ""), 1),
        (ok("{}"), 1),
        (ok(r#"{"value":"no token"}"#), 1),
        (answer(500, &[], ""), 3),
        (Step::Close, 3),
    ] {
        let runner = Canned::then([], step).await;
        let source =
            GitHubRunner::new(&runner.url, SecretString::from("runner-canary"), "a").expect("a runner");
        let server = Canned::new([]).await;
        let error = writer(&server, IdentitySource::GitHubActions(source))
            .reader()
            .organization()
            .await
            .expect_err("no token");
        assert_eq!(error.exchange, Some(ExchangeProblem::Runner), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        assert_eq!((runner.asked().len(), server.asked().len()), (times, 0), "{error}");
    }
    assert!(other.asked().is_empty(), "a redirect is not followed");
}

#[test]
fn the_address_of_a_runner_is_https_or_this_machine() {
    for (url, expected) in [
        ("https://vstoken.example/a?b=c", Ok(())),
        ("http://127.0.0.1:8080/_emulator/oidc/token?issuer_id=fdis_1", Ok(())),
        ("http://vstoken.example/a", Err(InvalidBaseUrl::InsecureHttp)),
        ("https://me:pw@vstoken.example/a", Err(InvalidBaseUrl::UserInfo)),
        ("file:///etc/passwd", Err(InvalidBaseUrl::NotAUrl)),
        ("vstoken", Err(InvalidBaseUrl::NotAUrl)),
        ("https://vstoken.example/a\n", Err(InvalidBaseUrl::WhiteSpace)),
    ] {
        let runner = GitHubRunner::new(url, SecretString::from("x"), "a");
        assert_eq!(runner.map(drop), expected, "{url}");
    }
}

#[tokio::test]
async fn every_secret_of_an_exchange_is_masked() {
    let token = "sk-ant-oat01-workload-canary";
    let echo = format!("{} {token}-1 {token}-2", jwt(1));
    let refused = || refusal(401, &[], "authentication_error", "", &echo);
    let server = Canned::new([granted(1, 600), refused(), granted(2, 600), refused()]).await;
    let writer = writer(&server, literal());
    let error = writer.send(users::remove(&UserId::new("user_1"))).await.expect_err("refused");
    let text = format!("{error} {error:?}");
    assert!(text.contains("*** *** ***"), "{text}");
    assert!(!text.contains("canary") && !text.contains(&jwt(1)), "{text}");
    let shown = format!("{:?} {:?}", credential(literal()), federation(literal()));
    assert!(!shown.contains("eyJ"), "{shown}");
}
