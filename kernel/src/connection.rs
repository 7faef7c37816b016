//! The connection file: where to listen and the key for signatures.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/kernels.html#connection-files>

use std::fs;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use jupyter_protocol::{ConnectionInfo, Transport};
use thiserror::Error;

/// The one scheme that Jupyter's clients use.
const SIGNATURE_SCHEME: &str = "hmac-sha256";

/// A connection file holds ten short fields; anything longer is another file.
const MAX_FILE_BYTES: u64 = 64 * 1024;

/// What is wrong with a connection file.
#[derive(Debug, Error)]
pub enum ConnectionError {
    /// The file cannot be read.
    #[error("cannot read the connection file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is longer than any connection file.
    #[error("the connection file {} has {size} bytes, more than {MAX_FILE_BYTES}", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
    /// The file is not the JSON that Jupyter writes.
    #[error("the connection file {} is not what Jupyter writes", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// Another signature scheme than HMAC-SHA256.
    #[error("signature scheme {0:?} is not supported, only {SIGNATURE_SCHEME:?}")]
    Scheme(String),
    /// An address that other machines can reach, without permission for it.
    #[error("{0:?} is not a loopback address; `--allow listen` permits it")]
    NotLoopback(String),
    /// A TCP port that lets the system choose: nobody would learn the choice.
    #[error("the connection file gives port 0 for {0}")]
    PortZero(&'static str),
}

/// The five channels, in the order in which they are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Requests.
    Shell,
    /// Requests that must not wait: interrupt, shutdown.
    Control,
    /// Input for scripts.
    Stdin,
    /// Output.
    Iopub,
    /// Echo.
    Heartbeat,
}

impl Channel {
    /// All of them.
    pub const ALL: [Channel; 5] =
        [Channel::Shell, Channel::Control, Channel::Stdin, Channel::Iopub, Channel::Heartbeat];

    /// The name in the connection file, without `_port`.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Shell => "shell",
            Channel::Control => "control",
            Channel::Stdin => "stdin",
            Channel::Iopub => "iopub",
            Channel::Heartbeat => "hb",
        }
    }

    fn port(self, info: &ConnectionInfo) -> u16 {
        match self {
            Channel::Shell => info.shell_port,
            Channel::Control => info.control_port,
            Channel::Stdin => info.stdin_port,
            Channel::Iopub => info.iopub_port,
            Channel::Heartbeat => info.hb_port,
        }
    }
}

/// Where a channel listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Host and port.
    Tcp(String, u16),
    /// A socket file.
    Ipc(PathBuf),
}

/// A connection file that was read and checked.
#[derive(Debug)]
pub struct Connection {
    info: ConnectionInfo,
}

impl Connection {
    /// Reads and checks a connection file. `listen_anywhere` permits addresses beyond this machine.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or asks for what this kernel refuses.
    pub fn read(path: &Path, listen_anywhere: bool) -> Result<Self, ConnectionError> {
        let reading = |source| ConnectionError::Read { path: path.to_owned(), source };
        let size = fs::metadata(path).map_err(reading)?.len();
        if size > MAX_FILE_BYTES {
            return Err(ConnectionError::TooLong { path: path.to_owned(), size });
        }
        let text = fs::read(path).map_err(reading)?;
        let info = serde_json::from_slice(&text)
            .map_err(|source| ConnectionError::Parse { path: path.to_owned(), source })?;
        Self::check(info, listen_anywhere)
    }

    /// Where `channel` listens.
    pub fn address(&self, channel: Channel) -> Address {
        let port = channel.port(&self.info);
        match self.info.transport {
            Transport::TCP => Address::Tcp(self.info.ip.clone(), port),
            Transport::IPC => Address::Ipc(PathBuf::from(format!("{}-{port}", self.info.ip))),
        }
    }

    /// The key of all signatures; empty when messages are unsigned.
    pub fn key(&self) -> &[u8] {
        self.info.key.as_bytes()
    }

    fn check(info: ConnectionInfo, listen_anywhere: bool) -> Result<Self, ConnectionError> {
        // Without a key nothing is signed, and the scheme may be empty too.
        if !info.key.is_empty() && info.signature_scheme != SIGNATURE_SCHEME {
            return Err(ConnectionError::Scheme(info.signature_scheme));
        }
        if info.transport == Transport::TCP {
            if !listen_anywhere && !is_loopback(&info.ip) {
                return Err(ConnectionError::NotLoopback(info.ip));
            }
            if let Some(channel) = Channel::ALL.into_iter().find(|channel| channel.port(&info) == 0) {
                return Err(ConnectionError::PortZero(channel.name()));
            }
        }
        Ok(Self { info })
    }
}

/// Names other than `localhost` count as foreign: what they resolve to may change.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn file() -> Value {
        json!({
            "ip": "127.0.0.1", "transport": "tcp", "key": "k", "signature_scheme": "hmac-sha256",
            "shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5,
            "kernel_name": "flowno", "jupyter_session": "a.ipynb",
        })
    }

    fn check(change: impl FnOnce(&mut Value), listen_anywhere: bool) -> Result<Connection, ConnectionError> {
        let mut file = file();
        change(&mut file);
        Connection::check(serde_json::from_value(file).unwrap(), listen_anywhere)
    }

    #[test]
    fn addresses_of_both_transports() {
        let tcp = check(|_| (), false).unwrap();
        assert_eq!(tcp.address(Channel::Control), Address::Tcp("127.0.0.1".into(), 4));
        let ipc = check(
            |file| {
                file["transport"] = json!("ipc");
                file["ip"] = json!("/run/k-ipc");
            },
            false,
        )
        .unwrap();
        assert_eq!(ipc.address(Channel::Heartbeat), Address::Ipc("/run/k-ipc-5".into()));
    }

    #[test]
    fn foreign_addresses_need_permission() {
        for ip in ["0.0.0.0", "*", "::", "192.168.1.5", "example.org", ""] {
            let refused = check(|file| file["ip"] = json!(ip), false);
            assert!(matches!(refused, Err(ConnectionError::NotLoopback(_))), "{ip}");
            assert!(check(|file| file["ip"] = json!(ip), true).is_ok(), "{ip}");
        }
        for ip in ["127.0.0.1", "127.8.8.8", "::1", "localhost"] {
            assert!(check(|file| file["ip"] = json!(ip), false).is_ok(), "{ip}");
        }
    }

    #[test]
    fn only_the_one_scheme_and_none_without_a_key() {
        let other = |file: &mut Value| file["signature_scheme"] = json!("hmac-md5");
        assert!(matches!(check(other, false), Err(ConnectionError::Scheme(_))));
        let unsigned = |file: &mut Value| {
            file["key"] = json!("");
            file["signature_scheme"] = json!("");
        };
        assert!(check(unsigned, false).unwrap().key().is_empty());
    }

    #[test]
    fn port_zero_is_refused() {
        let zero = check(|file| file["stdin_port"] = json!(0), false);
        assert!(matches!(zero, Err(ConnectionError::PortZero("stdin"))));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Connection::read(Path::new("/nowhere/k.json"), false).unwrap_err();
        assert!(error.to_string().contains("/nowhere/k.json"));
    }
}
