//! A server between program and service that changes responses: a hostile service.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

/// A response on its way back.
pub(crate) struct Answer {
    pub(crate) status: String,
    /// Header names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Replaces or adds a header.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.without(name);
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn without(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Listens until the test program ends. `change` is called with the method, the path with its query, and the response
/// of the service.
pub(crate) fn before(service: &str, change: impl Fn(&str, &mut Answer) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = service.trim_start_matches("http://").to_owned();
    let change = std::sync::Arc::new(change);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (service, change) = (service.clone(), std::sync::Arc::clone(&change));
            std::thread::spawn(move || pass_on(stream, &service, change.as_ref()));
        }
    });
    url
}

fn pass_on(mut client: TcpStream, service: &str, change: &dyn Fn(&str, &mut Answer)) -> Option<()> {
    let (head, body) = message(&mut client)?;
    let mut lines = head.lines();
    let first = lines.next()?;
    let asked = first.trim_end_matches(" HTTP/1.1").to_owned();
    let kept = lines.filter(|line| !line.is_empty() && !line.to_ascii_lowercase().starts_with("host:"));
    let kept: String = kept.map(|line| format!("{line}\r\n")).collect();
    let mut server = TcpStream::connect(service).ok()?;
    server
        .write_all(format!("{first}\r\nhost: {service}\r\nconnection: close\r\n{kept}\r\n").as_bytes())
        .ok()?;
    server.write_all(&body).ok()?;
    let (head, body) = message(&mut server)?;
    let mut lines = head.lines();
    let status = lines.next()?.trim_start_matches("HTTP/1.1 ").to_owned();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let mut answer = Answer { status, headers, body };
    change(&asked, &mut answer);
    let mut text = format!(
        "HTTP/1.1 {}\r\nconnection: close\r\ncontent-length: {}\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in
        answer.headers.iter().filter(|(name, _)| name != "content-length" && name != "connection")
    {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    client.write_all(format!("{text}\r\n").as_bytes()).ok()?;
    client.write_all(&answer.body).ok()
}

/// Reads the head of a message, and the body that it announces.
fn message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}
