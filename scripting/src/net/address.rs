//! Addresses as scripts write them: `[host, port]`, or the path of a Unix socket.

use std::path::PathBuf;

use rhai::{Array, Dynamic, EvalAltResult, INT, Position};

use crate::engine::net::Address;
use crate::report::error_map;

/// What an address stands for.
///
/// # Errors
///
/// `ValueError` if it is none.
pub(super) fn address_of(value: &Dynamic, position: Position) -> Result<Address, Box<EvalAltResult>> {
    if let Ok(path) = value.as_immutable_string_ref() {
        return Ok(Address::Path(PathBuf::from(path.as_str())));
    }
    host_and_port(value).map(|(host, port)| Address::Host(host, port)).ok_or_else(|| {
        let message = "an address is [host, port], a port from 0 to 65535; that of a Unix socket is a path";
        error_map("ValueError", message, position)
    })
}

fn host_and_port(value: &Dynamic) -> Option<(String, u16)> {
    let array = value.read_lock::<Array>()?;
    let [host, port] = &array[..] else { return None };
    let host = host.as_immutable_string_ref().ok()?.to_string();
    Some((host, u16::try_from(port.as_int().ok()?).ok()?))
}

/// An address for scripts, in the form in which they write it.
pub(super) fn to_script(address: &Address) -> Dynamic {
    let pair = |host: String, port: u16| Dynamic::from(vec![host.into(), Dynamic::from(INT::from(port))]);
    match address {
        Address::Host(host, port) => pair(host.clone(), *port),
        Address::Ip(address) => pair(address.ip().to_string(), address.port()),
        Address::Path(path) => path.display().to_string().into(),
    }
}
