//! Certificates good and bad, made for each test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

/// A CA.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

/// Who a server is: PEM text of its chain and key.
pub(super) struct Identity {
    pub(super) chain: String,
    pub(super) key: String,
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

/// Of a subject, which is no name of a host; those are `names`.
fn params(subject: &str, names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(DnType::CommonName, subject);
    params
}

impl Authority {
    pub(super) fn new() -> Self {
        Self::named("the test's CA")
    }

    pub(super) fn named(name: &str) -> Self {
        let mut params = params(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = key();
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    pub(super) fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// A server of these names and addresses.
    pub(super) fn identify(&self, names: &[&str]) -> Identity {
        self.sign(params("a server", names))
    }

    /// A server for this machine.
    pub(super) fn local(&self) -> Identity {
        self.identify(&["localhost", "127.0.0.1"])
    }

    pub(super) fn expired(&self) -> Identity {
        let mut params = params("a server", &["localhost", "127.0.0.1"]);
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
        self.sign(params)
    }

    pub(super) fn not_valid_yet(&self) -> Identity {
        let mut params = params("a server", &["localhost", "127.0.0.1"]);
        params.not_before = date_time_ymd(3001, 1, 1);
        params.not_after = date_time_ymd(3002, 1, 1);
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Identity {
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Identity { chain: certificate.pem(), key: key.serialize_pem() }
    }
}

/// A server that vouches for itself, as a CA or not.
pub(super) fn self_signed(is_ca: bool) -> Identity {
    let mut params = params("a server", &["localhost", "127.0.0.1"]);
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = key();
    let certificate = params.self_signed(&key).expect("a certificate");
    Identity { chain: certificate.pem(), key: key.serialize_pem() }
}

/// A file of its own, removed at the end.
pub(super) struct File(PathBuf);

impl File {
    pub(super) fn new(content: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("flowno-{}-{number}.pem", std::process::id()));
        std::fs::write(&path, content).expect("a file");
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
