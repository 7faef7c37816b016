//! Opening the five sockets, each behind its gate.

use zeromq::{RouterSocket, Socket, XPubSocket};

use super::WireError;
use super::gate::{Crowd, Gate, Inner, Known};
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
}

impl Gates {
    pub(super) fn all(&self) -> impl Iterator<Item = &Gate> {
        self.others.iter().chain([&self.iopub])
    }

    /// Who is connected to a channel.
    pub(super) fn crowd(&self, channel: Channel) -> Crowd {
        let gate = self.all().find(|gate| gate.channel() == channel);
        gate.expect("each channel has its gate").crowd().clone()
    }
}

impl Sockets {
    /// Binds every channel's address.
    ///
    /// # Errors
    ///
    /// When one of them cannot be had.
    pub(super) async fn open(connection: &Connection) -> Result<Self, WireError> {
        let inner = Inner::new().map_err(WireError::Resource)?;
        let mut opener = Opener { connection, inner, known: Known::default(), gates: Vec::new() };
        let iopub = opener.open(Channel::Iopub).await?;
        let iopub_gate = opener.gates.remove(0);
        let heartbeat = opener.open(Channel::Heartbeat).await?;
        let stdin = opener.open(Channel::Stdin).await?;
        let control = opener.open(Channel::Control).await?;
        let shell = opener.open(Channel::Shell).await?;
        let gates = Gates { iopub: iopub_gate, others: opener.gates };
        Ok(Self { shell, control, stdin, heartbeat, iopub, gates })
    }
}

struct Opener<'a> {
    connection: &'a Connection,
    inner: Inner,
    known: Known,
    gates: Vec<Gate>,
}

impl Opener<'_> {
    async fn open<S: Socket>(&mut self, channel: Channel) -> Result<S, WireError> {
        let name = channel.name();
        let mut socket = S::new();
        let inlet = self
            .inner
            .bind(&mut socket, channel)
            .await
            .map_err(|error| WireError::Open { channel: name, reason: error.to_string() })?;
        let crowd = Crowd::new(self.known.clone());
        let gate = Gate::open(channel, &self.connection.address(channel), inlet, crowd)
            .await
            .map_err(|source| WireError::Listen { channel: name, source })?;
        self.gates.push(gate);
        Ok(socket)
    }
}
