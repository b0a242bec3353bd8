//! A server that returns prepared answers in order of arrival, and records the requests and their times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bylaws_api::{BaseUrl, Config, Credential, Reader, SecretString, Writer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The secret of every client in these tests.
pub(crate) const SECRET: &str = "sk-ant-admin01-canary";

/// The reaction to one request.
#[derive(Clone)]
pub(crate) enum Step {
    /// Sends these bytes and keeps the connection open.
    Bytes(String),
    /// Sends these bytes and closes the connection.
    BytesThenClose(String),
    /// Closes the connection without an answer.
    Close,
    /// Never answers.
    Hang,
    /// Answers after a delay.
    Late(Duration, String),
}

/// One request as sent on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// When it had arrived completely.
    pub(crate) at: Instant,
    /// `GET /v1/… HTTP/1.1`
    pub(crate) line: String,
    /// Names in lower case, in order of arrival.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Returns the method and target.
    pub(crate) fn target(&self) -> &str {
        self.line.trim_end_matches(" HTTP/1.1")
    }
}

#[derive(Clone)]
pub(crate) struct Canned {
    shared: Arc<Mutex<Shared>>,
    pub(crate) url: String,
}

struct Shared {
    steps: VecDeque<Step>,
    /// The answer to all requests after the script.
    rest: Option<Step>,
    asked: Vec<Asked>,
}

impl Canned {
    /// Serves the steps in order; any later request hangs.
    pub(crate) async fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::start(steps.into_iter().collect(), None).await
    }

    /// Serves the steps in order, then repeats the last answer.
    pub(crate) async fn then(steps: impl IntoIterator<Item = Step>, rest: Step) -> Self {
        Self::start(steps.into_iter().collect(), Some(rest)).await
    }

    async fn start(steps: VecDeque<Step>, rest: Option<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Mutex::new(Shared { steps, rest, asked: Vec::new() }));
        let server = Self { shared, url };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().serve(stream));
            }
        });
        server
    }

    async fn serve(self, mut stream: TcpStream) {
        while let Some(asked) = read(&mut stream).await {
            let step = {
                let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
                shared.asked.push(asked);
                shared.steps.pop_front().or_else(|| shared.rest.clone()).unwrap_or(Step::Hang)
            };
            let (bytes, close) = match step {
                Step::Bytes(bytes) => (bytes, false),
                Step::BytesThenClose(bytes) => (bytes, true),
                Step::Close => return,
                Step::Hang => (String::new(), false),
                Step::Late(wait, bytes) => {
                    tokio::time::sleep(wait).await;
                    (bytes, false)
                }
            };
            if stream.write_all(bytes.as_bytes()).await.is_err() || close {
                return;
            }
        }
    }

    /// Returns all requests so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }

    /// Returns settings with short timeouts, so that a broken client fails instead of hanging.
    pub(crate) fn config(&self) -> Config {
        let mut config = config(&self.url);
        config.timeout = Duration::from_secs(5);
        config
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::new(self.config()).expect("a client")
    }

    pub(crate) fn writer(&self) -> Writer {
        Writer::new(self.config()).expect("a client")
    }
}

/// Returns the usual settings for an address.
pub(crate) fn config(url: &str) -> Config {
    let credential = Credential::admin_key(SecretString::from(SECRET)).expect("a valid key");
    Config::new(BaseUrl::parse(url).expect("a valid address"), credential)
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut asked = Asked { at: Instant::now(), line, headers, body: String::new() };
    let length: usize = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    asked.body = String::from_utf8_lossy(&bytes[head_end + 4..]).into_owned();
    asked.at = Instant::now();
    Some(asked)
}

/// Returns a complete answer; each header is a line such as `retry-after: 1`.
pub(crate) fn answer(status: u16, headers: &[&str], body: &str) -> Step {
    Step::Bytes(text(status, headers, body))
}

/// Returns the bytes of a complete answer.
pub(crate) fn text(status: u16, headers: &[&str], body: &str) -> String {
    let mut text =
        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nrequest-id: req_test\r\n", body.len());
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    text + "\r\n" + body
}

/// Returns a successful answer.
pub(crate) fn ok(body: &str) -> Step {
    answer(200, &[], body)
}

/// Returns an answer in the service's error envelope.
pub(crate) fn refusal(status: u16, headers: &[&str], kind: &str, code: &str, message: &str) -> Step {
    let details =
        if code.is_empty() { serde_json::Value::Null } else { serde_json::json!({ "error_code": code }) };
    let body = serde_json::json!({
        "type": "error",
        "error": { "type": kind, "message": message, "details": details },
        "request_id": "req_body",
    });
    answer(status, headers, &body.to_string())
}

/// Returns "too many requests" with a short wait.
pub(crate) fn too_many(headers: &[&str]) -> Step {
    refusal(429, headers, "rate_limit_error", "", "Slow down.")
}

pub(crate) const ORGANIZATION: &str =
    r#"{"id":"1f6e8a52-93c4-4d7b-a1e0-5b2c9d8e4f37","type":"organization","name":"Example Org"}"#;

pub(crate) const WORKSPACE: &str = r##"{"id":"wrkspc_1","type":"workspace","name":"Production","created_at":"2026-01-15T08:00:00Z","archived_at":null,"display_color":"#6C5BB9","data_residency":{"allowed_inference_geos":"unrestricted","default_inference_geo":"global","workspace_geo":"us"},"tags":{},"external_key_id":null,"compartment_id":"f8a7b6c5-4d3e-4f1a-8b9c-0d1e2f3a4b5c","user_profile_id":null}"##;
