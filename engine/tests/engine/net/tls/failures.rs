//! What a client finds wrong with a server, which is Python's.

use flowno_engine::net::SocketError;

use super::super::{read_to_end, run};
use super::certificates::{Authority, Identity, self_signed};
use super::{client, kind, python};

/// Connects to a Python server and reads to the end: the error, and what Python said.
fn fail(authority: Authority, identity: &Identity, deed: &str) -> (SocketError, String) {
    let (python, address) = python::serve(identity, deed);
    let error = run(async move {
        let client = client(&authority);
        let connected = client.connect(address).await;
        assert_eq!(connected.is_err(), client.is_closed(), "a client that cannot trust is closed");
        match connected {
            Err(error) => error,
            Ok(()) => read_to_end(&client).await.expect_err("a failure"),
        }
    });
    (error, python.end())
}

#[test]
fn a_certificate_for_another_host() {
    let authority = Authority::new();
    let identity = authority.identify(&["elsewhere.test"]);
    let (error, python) = fail(authority, &identity, "");
    assert_eq!(kind(&error), "WrongHost");
    let message = error.to_string();
    assert!(message.starts_with("cannot shake hands with 127.0.0.1:"), "{message}");
    assert!(message.contains("is not for 127.0.0.1, but for"), "{message}");
    assert!(message.contains("elsewhere.test"), "{message}");
    assert!(python.contains("BAD_CERTIFICATE"), "the server is told: {python}");
}

#[test]
fn a_certificate_that_has_expired() {
    let authority = Authority::new();
    let identity = authority.expired();
    let (error, python) = fail(authority, &identity, "");
    assert_eq!(kind(&error), "Expired");
    assert!(error.to_string().contains("the certificate has expired"), "{error}");
    assert!(python.contains("CERTIFICATE_EXPIRED"), "{python}");
}

#[test]
fn a_certificate_that_is_not_valid_yet() {
    let authority = Authority::new();
    let identity = authority.not_valid_yet();
    assert_eq!(kind(&fail(authority, &identity, "").0), "NotValidYet");
}

#[test]
fn a_certificate_that_vouches_for_itself() {
    let (error, python) = fail(Authority::new(), &self_signed(false), "");
    assert_eq!(kind(&error), "UnknownIssuer");
    assert!(error.to_string().contains("self-signed, or its issuer is not trusted"), "{error}");
    assert!(python.contains("UNKNOWN_CA"), "{python}");
}

#[test]
fn a_certificate_of_an_unknown_issuer() {
    for name in ["somebody else", "the test's CA"] {
        let identity = Authority::named(name).local();
        assert_eq!(kind(&fail(Authority::new(), &identity, "").0), "UnknownIssuer", "{name}");
    }
}

#[test]
fn a_ca_as_a_server() {
    let (error, _) = fail(Authority::new(), &self_signed(true), "");
    assert_eq!(kind(&error), "CaAsServer");
    assert!(error.to_string().contains("self-signed as a CA"), "{error}");
}

#[test]
fn a_connection_that_is_truncated() {
    let authority = Authority::new();
    let identity = authority.local();
    let (error, _) =
        fail(authority, &identity, "s.sendall(b'half of'); socket.socket(fileno=s.detach()).close()");
    assert_eq!(kind(&error), "Truncated");
    assert!(error.to_string().starts_with("cannot receive from 127.0.0.1:"), "{error}");
}

#[test]
fn a_connection_that_ends_while_shaking_hands() {
    let authority = Authority::new();
    let identity = authority.local();
    let (error, _) = fail(authority, &identity, "raw.recv(1 << 16); raw.close()");
    assert_eq!(kind(&error), "Truncated");
}

#[test]
fn a_server_that_does_not_speak_tls() {
    let authority = Authority::new();
    let identity = authority.local();
    let deed = "raw.recv(1 << 16); raw.sendall(b'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'); raw.recv(1)";
    let (error, _) = fail(authority, &identity, deed);
    assert_eq!(kind(&error), "NotTls");
    assert!(error.to_string().ends_with("the peer does not speak TLS"), "{error}");
}
