use std::process::Command;

use flowno_engine::event_loop::spawn;
use flowno_engine::net::tls::{TlsContext, TlsError};
use flowno_engine::net::{SocketOptions, socket};

use super::super::{plain, run};
use super::certificates::{Authority, File};
use super::{client, client_options, kind, server, server_options};

/// Set in a child process, which then is the client that trusts the system: port of the server.
const CHILD_PORT: &str = "FLOWNO_TEST_TLS_PORT";

#[test]
fn without_a_context_a_client_trusts_what_the_system_trusts() {
    if let Ok(port) = std::env::var(CHILD_PORT) {
        let port = port.parse().expect("a port");
        run(async move {
            let client = socket(SocketOptions { use_tls: true, ..SocketOptions::default() }).unwrap();
            client.connect(("localhost", port)).await.unwrap();
            client.send_all(b"trusted").await.unwrap();
            client.close().await;
        });
        return;
    }
    let authority = Authority::new();
    let got = run(async move {
        let (listener, address) = server(&authority.local()).await;
        let roots = File::new(&authority.pem());
        let own = "net::tls::contexts::without_a_context_a_client_trusts_what_the_system_trusts";
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", own])
            .env(CHILD_PORT, address.port().expect("a port").to_string())
            .env("SSL_CERT_FILE", roots.path())
            .env_remove("SSL_CERT_DIR")
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("a child");
        let (peer, _) = listener.accept().await.unwrap();
        let got = peer.recv(100).await.unwrap();
        assert!(child.wait().expect("an end").success());
        got
    });
    assert_eq!(got, b"trusted");
}

#[test]
fn certificates_and_keys_of_files() {
    let authority = Authority::new();
    let identity = authority.local();
    let [ca, chain, key] = [&authority.pem(), &identity.chain, &identity.key].map(|pem| File::new(pem));
    run(async move {
        let context = TlsContext::server(chain.path(), key.path()).unwrap();
        let options = SocketOptions { ssl_context: Some(context), ..server_options(&identity) };
        let (listener, address) = super::listener(options).await.unwrap();
        spawn(async move { listener.accept().await.unwrap().0.handshake().await });
        let context = TlsContext::client().ca_file(ca.path()).build().unwrap();
        let options = SocketOptions { use_tls: true, ssl_context: Some(context), ..SocketOptions::default() };
        socket(options).unwrap().connect(address).await.unwrap();
    });
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let authority = Authority::new();
    let (one, other) = (authority.local(), authority.local());
    let [empty, chain, key] = ["nothing", &one.chain, &other.key].map(File::new);
    let message = |result: Result<TlsContext, TlsError>| result.map(drop).unwrap_err().to_string();
    let path = |file: &File| file.path().display().to_string();

    let missing = message(TlsContext::client().ca_file("no/such.pem").build());
    assert!(missing.starts_with("cannot use no/such.pem: "), "{missing}");
    assert_eq!(
        message(TlsContext::client().ca_file(empty.path()).build()),
        format!("cannot use {}: it has no certificate", path(&empty))
    );
    let keyless = message(TlsContext::server(chain.path(), empty.path()));
    assert!(keyless.starts_with(&format!("cannot use {}: ", path(&empty))), "{keyless}");
    assert!(matches!(TlsContext::server(chain.path(), key.path()), Err(TlsError::Certificates(_))));
    assert!(matches!(TlsContext::client().ca_pem("nothing").build(), Err(TlsError::Certificates(_))));
}

#[test]
fn a_context_for_the_other_side_is_refused() {
    let authority = Authority::new();
    run(async move {
        let listening = client(&authority);
        listening.bind(("127.0.0.1", 0)).await.unwrap();
        let error = listening.listen(None).unwrap_err();
        assert!(error.to_string().contains("has no certificate"), "{error}");
        let connecting = socket(server_options(&authority.local())).unwrap();
        let error = connecting.connect(("127.0.0.1", 1)).await.unwrap_err();
        assert_eq!(kind(&error), "WrongSide");
    });
}

#[test]
fn a_host_that_no_certificate_can_be_for_is_refused_before_connecting() {
    run(async {
        let options = client_options(&Authority::new());
        let connecting =
            socket(SocketOptions { server_hostname: Some("no name".into()), ..options }).unwrap();
        let error = connecting.connect(("127.0.0.1", 1)).await.unwrap_err();
        assert_eq!(kind(&error), "BadHostname");
        let error =
            client(&Authority::new()).connect(std::path::Path::new("/some/socket")).await.unwrap_err();
        assert_eq!(kind(&error), "NoHostname");
        plain().handshake().await.unwrap_err();
    });
}
