//! Why TLS failed, told apart by what to do about it.

use std::path::PathBuf;
use std::sync::Arc;

use rustls::{CertificateError, Error};

/// Why TLS failed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate is for other hosts.
    #[error("the certificate is not for {expected}{}; say who is meant with server_hostname", others(.presented))]
    WrongHost {
        /// The host that was asked for.
        expected: String,
        /// Those that the certificate names.
        presented: Vec<String>,
    },
    /// The certificate was valid until some time ago.
    #[error("the certificate has expired")]
    Expired,
    /// The certificate is not valid yet, or this machine's clock is slow.
    #[error("the certificate is not valid yet; check this machine's clock")]
    NotValidYet,
    /// The certificate is signed by itself, or by a CA that is not trusted here.
    #[error(
        "the certificate is self-signed, or its issuer is not trusted; if it should be, give the issuer's certificate as CA file"
    )]
    UnknownIssuer,
    /// The certificate is a CA's own, which rustls does not take as a server's, trusted or not.
    #[error(
        "the certificate is self-signed as a CA, which cannot be a server's; make one that is not a CA (CA:FALSE)"
    )]
    CaAsServer,
    /// The connection ended without a goodbye: data may be missing.
    #[error("the connection was truncated: it ended without TLS's goodbye, so data may be missing")]
    Truncated,
    /// What came is not TLS.
    #[error("the peer does not speak TLS")]
    NotTls,
    /// The peer refused this side, or broke off.
    #[error("the peer refused: {0}")]
    Refused(String),
    /// The server's name is needed to check its certificate.
    #[error("whose certificate to expect is not known: give server_hostname")]
    NoHostname,
    /// The name cannot stand in a certificate.
    #[error("`{0}` is no DNS name or IP address")]
    BadHostname(String),
    /// A context for the other side: a client cannot listen, a server cannot connect.
    #[error("the TLS context is for a {0}")]
    WrongSide(&'static str),
    /// A file with certificates or a key cannot be used.
    #[error("cannot use {}: {problem}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Certificates or a key that were given cannot be used.
    #[error("cannot use the certificates: {0}")]
    Certificates(String),
    /// The system's trusted certificates cannot be loaded.
    #[error("cannot load the system's trusted certificates: {0}; give a CA file")]
    SystemRoots(String),
    /// Anything else.
    #[error("TLS failed: {0}")]
    Other(Arc<Error>),
}

fn others(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(", but for {}", names.join(", ")) }
}

impl TlsError {
    /// Of an error of the protocol, while shaking hands or later, with the host asked for.
    pub(super) fn of(error: Error, shaking_hands: bool, host: Option<&str>) -> Self {
        match error {
            Error::InvalidCertificate(error) => Self::of_certificate(error, host),
            Error::InvalidMessage(_) if shaking_hands => Self::NotTls,
            Error::AlertReceived(alert) => Self::Refused(format!("{alert:?}")),
            error => Self::Other(Arc::new(error)),
        }
    }

    fn of_certificate(error: CertificateError, host: Option<&str>) -> Self {
        use CertificateError as E;
        match error {
            E::NotValidForName => {
                Self::WrongHost { expected: host.unwrap_or("the host").to_owned(), presented: Vec::new() }
            }
            E::NotValidForNameContext { expected, presented } => {
                Self::WrongHost { expected: expected.to_str().into_owned(), presented }
            }
            E::Expired | E::ExpiredContext { .. } => Self::Expired,
            E::NotValidYet | E::NotValidYetContext { .. } => Self::NotValidYet,
            // A bad signature: the issuer has the name of one that is trusted, and is another.
            E::UnknownIssuer | E::BadSignature => Self::UnknownIssuer,
            // rustls hands the verifier's error through without a type of its own.
            E::Other(other) if other.to_string() == "CaUsedAsEndEntity" => Self::CaAsServer,
            error => Self::Other(Arc::new(Error::InvalidCertificate(error))),
        }
    }
}
