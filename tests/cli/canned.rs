//! A server for responses that no emulator gives: whatever the closure returns, byte for byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server that listens until the test program ends.
pub(crate) struct Canned {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Canned {
    /// Starts the server; `answer` is called with each raw request.
    pub(crate) fn new(answer: impl Fn(&str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let request = head(&stream);
                if let Some(line) = request.lines().next().filter(|line| !line.is_empty()) {
                    seen.lock().unwrap().push(line.trim_end_matches(" HTTP/1.1").to_owned());
                    let mut stream = stream;
                    let _ = stream.write_all(answer(&request).as_bytes());
                }
            }
        });
        Self { url, asked }
    }

    /// Returns method and target of every request.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Returns a complete response.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ndate: Sat, 21 Nov 2026 09:00:00 GMT\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

/// Returns a complete JSON response.
pub(crate) fn json(status: &str, body: &str) -> String {
    answer(status, "content-type: application/json\r\nrequest-id: req_canned\r\n", body)
}

/// Returns the organization of `world::FILES`.
pub(crate) fn organization() -> String {
    let body = format!(r#"{{"id":"{}","type":"organization","name":"Acme"}}"#, crate::world::ACME);
    json("200 OK", &body)
}

/// Reads up to the empty line; requests with bodies are not sent to this server.
fn head(mut stream: &TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
        bytes.push(byte[0]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
