//! What a server finds wrong with a client, which is Python's.

use flowno_engine::net::SocketError;

use super::super::{read_to_end, run};
use super::certificates::Authority;
use super::{kind, python, server};

/// Accepts a Python client and reads to the end: the error, and what Python said.
fn fail(deed: &'static str, is_trusted: bool) -> (SocketError, String) {
    run(async move {
        let authority = Authority::new();
        let (listener, address) = server(&authority.local()).await;
        let python = python::connect(&address, is_trusted.then_some(&authority), deed);
        let (peer, _) = listener.accept().await.expect("a client");
        let error = read_to_end(&peer).await.expect_err("a failure");
        let again = peer.send(b"x").await.expect_err("a failure that stays");
        assert_eq!(kind(&again), kind(&error));
        drop(peer);
        (error, python.end())
    })
}

#[test]
fn a_client_that_does_not_trust_breaks_off_and_says_why() {
    let (error, python) = fail("", false);
    assert_eq!(kind(&error), "Refused");
    assert!(error.to_string().ends_with("the peer refused: UnknownCA"), "{error}");
    assert!(python.starts_with("SSLCertVerificationError"), "{python}");
}

#[test]
fn a_client_that_does_not_speak_tls() {
    let (error, _) = fail("raw.sendall(b'GET / HTTP/1.1\\r\\n\\r\\n'); raw.recv(100)", true);
    assert_eq!(kind(&error), "NotTls");
}

#[test]
fn a_client_that_ends_without_a_goodbye() {
    // Reads on, so that unread bytes do not reset the connection.
    let deed = "s.sendall(b'half of'); r = socket.socket(fileno=s.detach()); r.shutdown(socket.SHUT_WR); r.recv(1 << 16); r.recv(1)";
    let (error, _) = fail(deed, true);
    assert_eq!(kind(&error), "Truncated");
}

#[test]
fn a_client_that_leaves_while_shaking_hands() {
    let (error, _) = fail("raw.sendall(b'\\x16\\x03\\x01'); raw.close()", true);
    assert_eq!(kind(&error), "Truncated");
}
