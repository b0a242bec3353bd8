//! The server itself: many connections, kept connections, stopping.

use std::sync::Arc;

use bylaws_emulator::{Emulator, Options, StartError};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{KEY, World};

#[tokio::test]
async fn two_hundred_connections_at_once_are_answered() {
    let world = Arc::new(World::acme().await);
    let calls: Vec<_> = (0..200)
        .map(|n| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                world.call("POST /workspaces", json!({"name": format!("w{n}")})).await.status
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 200);
    }
    assert_eq!(world.get("/workspaces?limit=1000").await["data"].as_array().unwrap().len(), 202);
    let seqs: Vec<u64> = world.emulator.ledger().iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=201).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let world = World::acme().await;
    let mut stream = TcpStream::connect(world.emulator.address()).await.unwrap();
    for _ in 0..3 {
        let request = format!(
            "GET /v1/organizations/me HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {KEY}\r\nanthropic-version: 2026-10-21\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        assert!(String::from_utf8_lossy(&bytes[..read]).starts_with("HTTP/1.1 200"));
    }
    assert_eq!(world.emulator.ledger().len(), 3);
}

#[tokio::test]
async fn stopping_lets_open_requests_finish_and_closes_the_port() {
    let emulator =
        Emulator::start(Options { latency: std::time::Duration::from_millis(200), ..Options::default() });
    let world = World { emulator: emulator.await.unwrap() };
    let address = world.emulator.address();
    let head =
        format!("GET /v1/organizations/me HTTP/1.1\r\nx-api-key: {KEY}\r\nanthropic-version: 2026-10-21");
    let open = tokio::spawn(async move { crate::http::send(address, &head, b"").await });
    // An idle open connection must not delay the stop.
    let _idle = TcpStream::connect(address).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(80)).await;
    world.emulator.stop().await;
    assert_eq!(open.await.unwrap().unwrap().status, 200);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn an_address_in_use_is_reported() {
    let world = World::acme().await;
    let listen = world.emulator.address();
    let error = Emulator::start(Options { listen, ..Options::default() }).await.unwrap_err();
    assert!(matches!(error, StartError::Listen { .. }), "{error}");
    assert_eq!(world.emulator.url(), format!("http://{listen}"));
    assert_eq!(world.call("GET /me", Value::Null).await.body["name"], "Acme");
}
