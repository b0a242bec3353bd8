//! A minimal HTTP/1.1 client: one connection per request, with full control over every byte. Detects missing
//! and truncated answers, which libraries hide.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A complete answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The connection closed without a byte.
    Silence,
    /// The body is shorter than its `content-length`.
    Half,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Returns `200`, or status and code of a refusal, or status and type if it has no code.
    pub(crate) fn told(&self) -> String {
        let error = &self.body["error"];
        match (self.status, error["details"]["error_code"].as_str(), error["type"].as_str()) {
            (200, ..) => "200".to_owned(),
            (status, Some(code), _) => format!("{status} {code}"),
            (status, None, kind) => format!("{status} {}", kind.unwrap_or("no type")),
        }
    }
}

/// Sends `head` (request line and headers, without the empty line) and a body.
pub(crate) async fn send(address: SocketAddr, head: &str, body: &[u8]) -> Result<Answer, Lost> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("{head}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    // The server may close before it has read everything; its answer can still be read.
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    read(&bytes)
}

fn read(bytes: &[u8]) -> Result<Answer, Lost> {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Err(Lost::Silence) };
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value.parse().unwrap());
    if length.is_some_and(|length: usize| body.len() < length) {
        return Err(Lost::Half);
    }
    Ok(Answer { status, headers, body: serde_json::from_str(body).unwrap_or(Value::Null) })
}
