//! Real TLS handshakes: whom the program trusts, and what it says about a certificate that it does not trust.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::ran::Ran;
use crate::world::World;

/// A server with a certificate of an authority that no machine knows.
struct Server {
    url: String,
    /// The certificate of the authority, as PEM.
    root: String,
}

impl Server {
    fn new(change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().unwrap();
        let root = authority.self_signed(&authority_key).unwrap().pem();

        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(config.clone()).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let mut request = [0; 4096];
                if stream.read(&mut request).is_ok_and(|n| n > 0) {
                    let body = r#"{"type":"error","error":{"type":"authentication_error","message":"no"}}"#;
                    let head = format!("HTTP/1.1 401 Unauthorized\r\ncontent-length: {}\r\n", body.len());
                    let _ = write!(
                        stream,
                        "{head}content-type: application/json\r\nconnection: close\r\n\r\n{body}"
                    );
                }
            }
        });
        Self { url, root }
    }

    fn plan(&self, trusted: bool) -> Ran {
        let world = World::acme().file("root.pem", &self.root).env("BYLAWS_API_URL", &self.url);
        let world = if trusted { world.env("SSL_CERT_FILE", "root.pem") } else { world };
        world.run("plan --max-wait 1s").ended(1)
    }
}

const UNTRUSTED: &str = "this machine does not trust its certificate";

#[test]
fn an_unknown_issuer_is_refused_and_the_variable_that_adds_it_is_named() {
    let server = Server::new(|_| {});
    let ran = server.plan(false);
    assert!(ran.err.contains(UNTRUSTED) && ran.err.contains("SSL_CERT_FILE"), "{ran}");
    // Nothing was sent before the certificate was checked, and the advice works.
    let ran = server.plan(true);
    assert!(ran.err.contains("401") && !ran.err.contains(UNTRUSTED), "{ran}");
}

#[test]
fn a_certificate_that_does_not_fit_is_refused_although_its_issuer_is_trusted() {
    let past = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 2, 1);
    };
    let future = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(4000, 1, 1);
        params.not_after = rcgen::date_time_ymd(4001, 1, 1);
    };
    let elsewhere = |params: &mut CertificateParams| {
        *params = CertificateParams::new(["gateway.example".to_owned()]).unwrap();
    };
    for server in [Server::new(past), Server::new(future), Server::new(elsewhere)] {
        let ran = server.plan(true);
        assert!(ran.err.contains("this machine's clock: the certificate is expired"), "{ran}");
    }
}
