//! Requests and answers as sent on the wire, with a minimal client that hides nothing.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::closed::Version;

pub(crate) const KEY: &str = "sk-ant-admin01-contract";
/// The token of an interactive login.
pub(crate) const TOKEN: &str = "sk-ant-oat01-contract";
const BELOW: &str = "/v1/organizations";
/// The only operation that needs a beta feature, and the feature.
const BETA: (&str, &str, &str) = ("GET", "/v1/organizations/spend_limits", "spend-limit-reads-2026-09-26");

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) method: String,
    /// Path and query as sent.
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A complete answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
    /// All bytes as received.
    pub(crate) bytes: Vec<u8>,
}

impl Ask {
    /// Builds a request; `line` is method and path, complete or below `/v1/organizations`. A null body means
    /// no body. The request has the credential and the beta feature that the operation needs.
    pub(crate) fn new(line: &str, body: &Value) -> Self {
        let (method, path) = line.split_once(' ').unwrap();
        let whole = path.starts_with("/v1/") || path.starts_with("/_emulator");
        let ask = Self {
            method: method.to_owned(),
            target: if whole { path.to_owned() } else { format!("{BELOW}{path}") },
            headers: Vec::new(),
            body: if body.is_null() { Vec::new() } else { body.to_string().into_bytes() },
        };
        let needs_beta = (method, ask.path()) == (BETA.0, BETA.1);
        let ask = if needs_beta { ask.with("anthropic-beta", BETA.2) } else { ask };
        let ask = if ask.needs_token() { ask.token(TOKEN) } else { ask.with("x-api-key", KEY) };
        ask.with("content-type", "application/json").version(Version::Current)
    }

    /// Sets a header.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let mut ask = self.without(name);
        ask.headers.push((name.to_owned(), value.to_owned()));
        ask
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self
    }

    pub(crate) fn version(self, version: Version) -> Self {
        self.with("anthropic-version", version.as_str())
    }

    /// Returns whether the operation accepts no keys, only tokens.
    pub(crate) fn needs_token(&self) -> bool {
        ["/service_accounts", "/federation_"].iter().any(|kind| self.path().contains(kind))
    }

    /// Sends a token instead of a key.
    pub(crate) fn token(self, token: &str) -> Self {
        self.without("x-api-key").with("authorization", &format!("Bearer {token}"))
    }

    /// Sends the key in the other header; a token is there already.
    pub(crate) fn bearer(self) -> Self {
        if self.needs_token() {
            return self;
        }
        self.without("x-api-key").with("authorization", &format!("Bearer {KEY}"))
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&self.target, |(path, _)| path)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns method, target and body, for failure messages.
    pub(crate) fn shown(&self) -> String {
        let body = String::from_utf8_lossy(self.body.get(..500).unwrap_or(&self.body)).into_owned();
        format!("{} {} {body}", self.method, self.target)
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns `200`, or status and code of a refusal, or only the status.
    pub(crate) fn told(&self) -> String {
        match self.body["error"]["details"]["error_code"].as_str() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    /// Parses the bytes of one answer.
    pub(crate) fn read(bytes: Vec<u8>) -> Self {
        let end = head_end(&bytes).unwrap();
        let (line, headers) = read_head(&bytes[..end]);
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let body = serde_json::from_slice(&bytes[end + 4..]).unwrap_or(Value::Null);
        Self { status, headers, body, bytes }
    }
}

/// Sends a request on its own connection.
pub(crate) async fn send(address: SocketAddr, ask: &Ask) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head =
        format!("{} {} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n", ask.method, ask.target);
    for (name, value) in &ask.headers {
        if !matches!(name.as_str(), "host" | "connection" | "content-length") {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    }
    let _ = write!(head, "content-length: {}\r\n\r\n", ask.body.len());
    stream.write_all(&[head.as_bytes(), &ask.body].concat()).await.unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    Answer::read(bytes)
}

/// Returns the position of the empty line after the headers.
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|window| window == b"\r\n\r\n")
}

/// Returns the first line and the headers.
pub(crate) fn read_head(bytes: &[u8]) -> (String, Vec<(String, String)>) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let line = lines.next().unwrap().to_owned();
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    };
    (line, lines.map(header).collect())
}

/// Decodes percent-encoding.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let code = others.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &others[2..];
            }
            _ => {
                bytes.push(first);
                rest = others;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
