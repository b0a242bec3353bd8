//! A proxy between a real client and the emulator that records requests and answers, headers included.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::http::{Answer, Ask, head_end, read_head, send};

#[derive(Clone)]
pub(crate) struct Recorder {
    pub(crate) url: String,
    exchanges: Arc<Mutex<Vec<(Ask, Answer)>>>,
}

impl Recorder {
    /// Starts a proxy in front of a server.
    pub(crate) async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let recorder = Self { url, exchanges: Arc::default() };
        let accepting = recorder.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().pass_on(stream, server));
            }
        });
        recorder
    }

    /// Returns what was recorded since the last call.
    pub(crate) fn take(&self) -> Vec<(Ask, Answer)> {
        std::mem::take(&mut self.exchanges.lock().unwrap())
    }

    /// Forwards one request; the emulator's answer says that the connection ends with it.
    async fn pass_on(self, mut stream: TcpStream, server: SocketAddr) {
        let Some(ask) = read(&mut stream).await else { return };
        let answer = send(server, &ask).await;
        self.exchanges.lock().unwrap().push((ask, answer.clone()));
        let _ = stream.write_all(&answer.bytes).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Ask> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = head_end(&bytes) {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let (line, headers) = read_head(&bytes[..end]);
    let mut words = line.split(' ').map(str::to_owned);
    let mut ask = Ask { method: words.next()?, target: words.next()?, headers, body: Vec::new() };
    let length: usize = ask.header("content-length").map_or(0, |text| text.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    ask.body = bytes.split_off(end + 4);
    Some(ask)
}
