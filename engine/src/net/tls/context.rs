//! Whom to trust, and who one is: Flowno's `ssl_context`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

use super::TlsError;

/// What a socket needs for TLS, as a client or as a server. Cheap to clone; one serves any number of connections.
///
/// A client that trusts one CA besides the system's:
///
/// ```no_run
/// use flowno_engine::net::tls::TlsContext;
/// let context = TlsContext::client().system_roots().ca_file("our-ca.pem").build()?;
/// # Ok::<(), flowno_engine::net::tls::TlsError>(())
/// ```
#[derive(Clone)]
pub struct TlsContext(pub(super) Side);

#[derive(Clone)]
pub(super) enum Side {
    Client(Arc<ClientConfig>),
    Server(Arc<ServerConfig>),
}

impl TlsContext {
    /// A client that trusts what the system trusts. Read once a process, when first asked for.
    ///
    /// # Errors
    ///
    /// [`TlsError::SystemRoots`] if the system has no certificates that can be read.
    pub fn system() -> Result<Self, TlsError> {
        static SYSTEM: OnceLock<Result<Arc<ClientConfig>, TlsError>> = OnceLock::new();
        SYSTEM.get_or_init(|| client_config(RootCertStore::clone(system_roots()?))).clone().map(Into::into)
    }

    /// A client, to be told whom to trust.
    pub fn client() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A server with the certificate chain, its own first, and the private key of two PEM files.
    ///
    /// # Errors
    ///
    /// [`TlsError::File`] if a file cannot be read or has no such thing, [`TlsError::Certificates`] if the two do not fit.
    pub fn server(chain: impl AsRef<Path>, key: impl AsRef<Path>) -> Result<Self, TlsError> {
        let chain = certificates_of(chain.as_ref())?;
        let key = PrivateKeyDer::from_pem_file(key.as_ref()).map_err(|error| in_file(key.as_ref(), error))?;
        server_config(chain, key)
    }

    /// A server with the certificate chain, its own first, and the private key as PEM text.
    ///
    /// # Errors
    ///
    /// [`TlsError::Certificates`] if they cannot be read or do not fit.
    pub fn server_from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let key =
            PrivateKeyDer::from_pem_slice(key).map_err(|error| TlsError::Certificates(error.to_string()))?;
        server_config(certificates_in(chain)?, key)
    }

    /// Whether it is for a client.
    pub fn is_client(&self) -> bool {
        matches!(self.0, Side::Client(_))
    }
}

/// A client's configuration made elsewhere, for what the builder does not offer.
impl From<Arc<ClientConfig>> for TlsContext {
    fn from(config: Arc<ClientConfig>) -> Self {
        Self(Side::Client(config))
    }
}

/// A server's configuration made elsewhere.
impl From<Arc<ServerConfig>> for TlsContext {
    fn from(config: Arc<ServerConfig>) -> Self {
        Self(Side::Server(config))
    }
}

impl fmt::Debug for TlsContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_client() { "TlsContext(client)" } else { "TlsContext(server)" })
    }
}

/// Whom a client trusts. With no CA given, what the system trusts.
#[derive(Debug, Clone, Default)]
pub struct ClientBuilder {
    system: bool,
    files: Vec<PathBuf>,
    pems: Vec<Vec<u8>>,
}

impl ClientBuilder {
    /// Trusts what the system trusts, besides what else is given.
    pub fn system_roots(mut self) -> Self {
        self.system = true;
        self
    }

    /// Trusts the certificates of a PEM file.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push(path.into());
        self
    }

    /// Trusts certificates given as PEM text.
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.pems.push(pem.into());
        self
    }

    /// Reads the files and makes the context.
    ///
    /// # Errors
    ///
    /// If a file or text cannot be read or has no certificate, or the system's certificates are asked for and cannot be loaded.
    pub fn build(self) -> Result<TlsContext, TlsError> {
        if self.files.is_empty() && self.pems.is_empty() {
            return TlsContext::system();
        }
        let mut roots =
            if self.system { RootCertStore::clone(system_roots()?) } else { RootCertStore::empty() };
        for path in &self.files {
            for certificate in certificates_of(path)? {
                roots.add(certificate).map_err(|error| in_file(path, error))?;
            }
        }
        for pem in &self.pems {
            for certificate in certificates_in(pem)? {
                roots.add(certificate).map_err(|error| TlsError::Certificates(error.to_string()))?;
            }
        }
        client_config(roots).map(Into::into)
    }
}

/// The cryptography, chosen here so that another choice in the same process changes nothing.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    PROVIDER.get_or_init(|| Arc::new(ring::default_provider())).clone()
}

fn client_config(roots: RootCertStore) -> Result<Arc<ClientConfig>, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| TlsError::Other(Arc::new(error)))?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<TlsContext, TlsError> {
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| TlsError::Other(Arc::new(error)))?;
    let config = builder.with_no_client_auth().with_single_cert(chain, key);
    let config = config.map_err(|error| TlsError::Certificates(error.to_string()))?;
    Ok(Arc::new(config).into())
}

fn system_roots() -> Result<&'static RootCertStore, TlsError> {
    static ROOTS: OnceLock<Result<RootCertStore, TlsError>> = OnceLock::new();
    let load = || {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        // Some systems have certificates that rustls does not take; the others do.
        roots.add_parsable_certificates(found.certs);
        if !roots.is_empty() {
            return Ok(roots);
        }
        let problem = found.errors.first().map_or("there are none".to_owned(), ToString::to_string);
        Err(TlsError::SystemRoots(problem))
    };
    ROOTS.get_or_init(load).as_ref().map_err(Clone::clone)
}

fn certificates_of(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| in_file(path, error))?;
    let certificates: Vec<_> =
        certificates.collect::<Result<_, _>>().map_err(|error| in_file(path, error))?;
    if certificates.is_empty() { Err(in_file(path, "it has no certificate")) } else { Ok(certificates) }
}

fn certificates_in(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(TlsError::Certificates("there is none".into())),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(TlsError::Certificates(error.to_string())),
    }
}

fn in_file(path: &Path, problem: impl ToString) -> TlsError {
    TlsError::File { path: path.to_owned(), problem: problem.to_string() }
}
