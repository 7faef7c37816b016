//! The socket and its methods.

use std::future::Future;
use std::rc::{Rc, Weak};
use std::time::Duration;

use rhai::{Blob, Dynamic, Engine, EvalAltResult, INT, Map, NativeCallContext, Position};

use super::address::{address_of, to_script};
use super::error::raise;
use super::options::{Options, bytes_of, client_context};
use crate::concurrency::within;
use crate::coroutine::block_on;
use crate::display::called;
use crate::engine::net::tls::{TlsContext, TlsError};
use crate::engine::net::{Address, Family, Kind, SocketError, SocketHandle, SocketOptions, socket};
use crate::gate::{Access, Gate};
use crate::report::error_map;
use crate::waiting::blocked;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The options of `socket`.
const OPTIONS: [&str; 8] =
    ["use_tls", "server_hostname", "ca_file", "cert_file", "key_file", "family", "type", "timeout"];

const FAMILIES: [(&str, Family); 3] =
    [("inet", Family::Inet), ("inet6", Family::Inet6), ("unix", Family::Unix)];

const TYPES: [(&str, Kind); 2] = [("stream", Kind::Stream), ("dgram", Kind::Datagram)];

/// A socket as scripts hold it. A copy is the same socket, which closes when the last is gone.
#[derive(Clone)]
pub(super) struct ScriptSocket {
    handle: SocketHandle,
    gate: Gate,
    /// How long connecting, shaking hands and saying goodbye may take.
    timeout: Duration,
    uses_tls: bool,
}

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    engine.register_type_with_name::<ScriptSocket>("Socket");
    let gate = {
        let world = world.clone();
        Rc::new(move || world.upgrade().map(|world| world.gate).unwrap_or_default())
    };
    let of_session = gate.clone();
    engine.register_fn("socket", move |context: NativeCallContext| {
        ScriptSocket::new(&Map::new(), of_session(), context.call_position())
    });
    engine.register_fn("socket", move |context: NativeCallContext, options: Map| {
        ScriptSocket::new(&options, gate(), context.call_position())
    });
    register_opening(engine);
    engine.register_fn("recv", |context: NativeCallContext, socket: ScriptSocket, count: INT| {
        socket.recv(count, context.call_position())
    });
    engine.register_fn("send", |context: NativeCallContext, socket: ScriptSocket, data: Dynamic| {
        let data = data_of(&data, "send", context.call_position())?;
        socket.talk(context.call_position(), socket.handle.send(&data)).map(|sent| sent as INT)
    });
    engine.register_fn("sendAll", |context: NativeCallContext, socket: ScriptSocket, data: Dynamic| {
        let data = data_of(&data, "sendAll", context.call_position())?;
        socket.talk(context.call_position(), socket.handle.send_all(&data))
    });
    engine.register_fn("local_address", |context: NativeCallContext, socket: ScriptSocket| {
        let address = socket.handle.local_addr().map_err(|error| raise(&error, context.call_position()))?;
        Ok::<_, Box<EvalAltResult>>(to_script(&address))
    });
    engine.register_fn("close", |context: NativeCallContext, socket: ScriptSocket| {
        // Whose goodbye nobody takes is closed without.
        let closed = block_on(within(socket.timeout, socket.handle.close()));
        closed.map(drop).map_err(|error| blocked(error, context.call_position()))
    });
    engine.register_fn("is_closed", |socket: ScriptSocket| socket.handle.is_closed());
}

fn register_opening(engine: &mut Engine) {
    engine.register_fn("connect", |context: NativeCallContext, socket: ScriptSocket, to: Dynamic| {
        socket.connect(&to, context.call_position())
    });
    engine.register_fn("bind", |context: NativeCallContext, socket: ScriptSocket, to: Dynamic| {
        socket.bind(&to, context.call_position())
    });
    engine.register_fn("listen", |context: NativeCallContext, socket: ScriptSocket| {
        socket.handle.listen(None).map_err(|error| raise(&error, context.call_position()))
    });
    engine.register_fn("listen", |context: NativeCallContext, socket: ScriptSocket, backlog: INT| {
        let position = context.call_position();
        let Ok(backlog) = u32::try_from(backlog) else {
            let message = format!("listen takes a number of connections from 0, not {backlog}");
            return Err(error_map("ValueError", &message, position));
        };
        socket.handle.listen(Some(backlog)).map_err(|error| raise(&error, position))
    });
    engine.register_fn("accept", |context: NativeCallContext, socket: ScriptSocket| {
        socket.accept(context.call_position())
    });
}

impl ScriptSocket {
    fn new(options: &Map, gate: Gate, position: Position) -> Result<Self> {
        let options = Options::new("socket", options, &OPTIONS, position)?;
        let timeout = options.timeout()?;
        let context = tls_of(&options, gate, position)?;
        let uses_tls = context.is_some();
        let engine_options = SocketOptions {
            family: options.choice("family", &FAMILIES)?,
            kind: options.choice("type", &TYPES)?.unwrap_or_default(),
            use_tls: uses_tls,
            ssl_context: context,
            server_hostname: options.text("server_hostname")?,
            ..SocketOptions::default()
        };
        let handle = socket(engine_options).map_err(|error| raise(&error, position))?;
        Ok(Self { handle, gate, timeout, uses_tls })
    }

    fn connect(&self, to: &Dynamic, position: Position) -> Result<()> {
        let address = address_of(to, position)?;
        self.gate.pass(Access::Net, &format!("connect to {address}"), position)?;
        let what = format!("cannot connect to {address}");
        self.in_time(&what, position, self.handle.connect(address))
    }

    fn bind(&self, to: &Dynamic, position: Position) -> Result<()> {
        let address = address_of(to, position)?;
        let what = format!("bind to {address}");
        self.gate.pass(Access::Net, &what, position)?;
        if matches!(address, Address::Path(_)) {
            self.gate.pass(Access::Write, &what, position)?;
        }
        self.in_time(&format!("cannot {what}"), position, self.handle.bind(address))
    }

    /// The socket of the next connection, and the peer's address.
    fn accept(&self, position: Position) -> Result<Dynamic> {
        let accepted = block_on(self.handle.accept()).map_err(|error| blocked(error, position))?;
        let (handle, address) = accepted.map_err(|error| raise(&error, position))?;
        let socket = Self { handle, ..self.clone() };
        Ok(vec![Dynamic::from(socket), to_script(&address)].into())
    }

    fn recv(&self, count: INT, position: Position) -> Result<Blob> {
        let Some(count) = usize::try_from(count).ok().filter(|count| *count > 0) else {
            let message = format!("recv takes a number of bytes from 1, not {count}");
            return Err(error_map("ValueError", &message, position));
        };
        self.talk(position, self.handle.recv(count))
    }

    /// Waits for the peer for any time, once hands are shaken.
    fn talk<T>(
        &self,
        position: Position,
        talk: impl Future<Output = std::result::Result<T, SocketError>>,
    ) -> Result<T> {
        if self.uses_tls {
            self.in_time("cannot shake hands", position, self.handle.handshake())?;
        }
        block_on(talk).map_err(|error| blocked(error, position))?.map_err(|error| raise(&error, position))
    }

    /// Waits for something that ought not to take long.
    fn in_time<T>(
        &self,
        what: &str,
        position: Position,
        work: impl Future<Output = std::result::Result<T, SocketError>>,
    ) -> Result<T> {
        match block_on(within(self.timeout, work)).map_err(|error| blocked(error, position))? {
            Some(result) => result.map_err(|error| raise(&error, position)),
            None => {
                let message = format!("{what}: no answer in {} s", self.timeout.as_secs_f64());
                Err(error_map("TimeoutError", &message, position))
            }
        }
    }
}

/// Whom to trust, or who one is; `None` for a socket without TLS.
fn tls_of(options: &Options<'_>, gate: Gate, position: Position) -> Result<Option<TlsContext>> {
    let ca_file = options.file("ca_file", gate)?;
    let own = (options.file("cert_file", gate)?, options.file("key_file", gate)?);
    let names_any = ca_file.is_some() || own.0.is_some() || own.1.is_some();
    if !options.flag("use_tls")?.unwrap_or(names_any) {
        let unused = names_any || options.get("server_hostname").is_some();
        let message = "certificates, keys and server_hostname are for TLS: add use_tls: true";
        return if unused { Err(error_map("ValueError", message, position)) } else { Ok(None) };
    }
    let context = match own {
        (Some(certificate), Some(key)) => TlsContext::server(certificate, key),
        (None, None) => client_context(ca_file),
        _ => {
            let message = "a TLS server needs both cert_file and key_file";
            return Err(error_map("ValueError", message, position));
        }
    };
    let failed = |error: TlsError| error_map("TlsError", &error.to_string(), position);
    context.map(Some).map_err(failed)
}

fn data_of(value: &Dynamic, method: &str, position: Position) -> Result<Vec<u8>> {
    bytes_of(value).ok_or_else(|| {
        let message =
            format!("{method} takes a string or a blob, not a value of type {}", called(value.type_name()));
        error_map("TypeError", &message, position)
    })
}
