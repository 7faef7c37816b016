use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::common::{Notebook, headline};

/// Files of a CA, and of a server that it knows as `localhost` and `127.0.0.1`; gone with it.
struct Files(PathBuf);

impl Files {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("flowno-tls-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        fs::write(folder.join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
        fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
        Self(folder)
    }

    /// A cell with paths filled in, behind a server that answers one client.
    fn cell(&self, code: &str) -> String {
        let serve = r#"
            let server = socket(#{ use_tls: true, cert_file: "DIR/cert.pem", key_file: "DIR/key.pem" });
            server.bind(["127.0.0.1", 0]); server.listen(); let port = server.local_address()[1];
            let served = spawn(|| {
                let peer = server.accept()[0];
                try { peer.recv(1000); peer.sendAll("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"); peer.close(); } catch { }
            });
        "#;
        format!("{serve}{code}").replace("DIR", &self.0.display().to_string())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_server_and_a_client_shake_hands() {
    let files = Files::new();
    let code = r#"let c = socket(#{ use_tls: true, ca_file: "DIR/ca.pem" });
        c.connect(["127.0.0.1", port]); c.sendAll("x"); let got = c.recv(100).as_string(); c.close(); got.len()"#;
    assert_eq!(Notebook::in_real_time().outputs(&files.cell(code)), ["result: 40"]);
}

#[test]
fn https_with_a_ca() {
    let files = Files::new();
    let code = r#"http::get(`https://localhost:${port}/`, #{ ca_file: "DIR/ca.pem" }).body"#;
    assert_eq!(Notebook::in_real_time().outputs(&files.cell(code)), ["result: \"ok\""]);
}

#[test]
fn another_host_is_refused() {
    let files = Files::new();
    let code = r#"socket(#{ use_tls: true, ca_file: "DIR/ca.pem", server_hostname: "example.org" }).connect(["127.0.0.1", port])"#;
    let error = Notebook::in_real_time().error(&files.cell(code));
    assert!(
        headline(&error).starts_with("TlsError: cannot shake hands with 127.0.0.1"),
        "{}",
        headline(&error)
    );
    assert!(error.message.contains("example.org"), "{}", error.message);
}

#[test]
fn another_ca_is_refused() {
    let (files, others) = (Files::new(), Files::new());
    let code = r#"http::get(`https://localhost:${port}/`, #{ ca_file: "OTHER/ca.pem" })"#;
    let code = code.replace("OTHER", &others.0.display().to_string());
    let error = Notebook::in_real_time().error(&files.cell(&code));
    assert_eq!(error.name, "TlsError", "{}", headline(&error));
}

#[test]
fn files_that_are_none_are_named() {
    let error = Notebook::in_real_time().error("socket(#{ use_tls: true, ca_file: \"/no/such.pem\" })");
    assert!(
        headline(&error).starts_with("TlsError") && error.message.contains("/no/such.pem"),
        "{}",
        headline(&error)
    );
}
