//! Opening the five sockets, each behind its gate.

use zeromq::{RouterSocket, Socket, XPubSocket};

use super::WireError;
use super::gate::{Gate, Inlet, InnerDirectory};
use crate::connection::{Channel, Connection};

/// The open sockets; nothing reads them yet.
pub(super) struct Sockets {
    pub(super) shell: RouterSocket,
    pub(super) control: RouterSocket,
    pub(super) stdin: RouterSocket,
    pub(super) heartbeat: RouterSocket,
    pub(super) iopub: XPubSocket,
    pub(super) gates: Gates,
}

/// What stands in front of the sockets.
pub(super) struct Gates {
    /// In front of iopub, which closes differently from the others.
    pub(super) iopub: Gate,
    pub(super) others: Vec<Gate>,
    /// Where ZeroMQ's socket files are, if they must stay.
    _inner: Option<InnerDirectory>,
}

impl Sockets {
    /// Binds every channel's address.
    ///
    /// # Errors
    ///
    /// When one of them cannot be had.
    pub(super) async fn open(connection: &Connection) -> Result<Self, WireError> {
        let inner = InnerDirectory::new().map_err(WireError::Resource)?;
        let mut opener = Opener { connection, inner, files_needed: false, gates: Vec::new() };
        let iopub = opener.open(Channel::Iopub).await?;
        let iopub_gate = opener.gates.remove(0);
        let heartbeat = opener.open(Channel::Heartbeat).await?;
        let stdin = opener.open(Channel::Stdin).await?;
        let control = opener.open(Channel::Control).await?;
        let shell = opener.open(Channel::Shell).await?;
        let Opener { inner, files_needed, gates: others, .. } = opener;
        let gates = Gates { iopub: iopub_gate, others, _inner: files_needed.then_some(inner) };
        Ok(Self { shell, control, stdin, heartbeat, iopub, gates })
    }
}

struct Opener<'a> {
    connection: &'a Connection,
    inner: InnerDirectory,
    files_needed: bool,
    gates: Vec<Gate>,
}

impl Opener<'_> {
    async fn open<S: Socket>(&mut self, channel: Channel) -> Result<S, WireError> {
        let name = channel.name();
        let file = self.inner.path().join(name);
        let mut socket = S::new();
        socket
            .bind(&format!("ipc://{}", file.display()))
            .await
            .map_err(|error| WireError::Open { channel: name, reason: error.to_string() })?;
        let inlet = Inlet::new(file);
        self.files_needed |= inlet.needs_file();
        let gate = Gate::open(&self.connection.address(channel), inlet)
            .await
            .map_err(|source| WireError::Listen { channel: name, source })?;
        self.gates.push(gate);
        Ok(socket)
    }
}
