//! Commands of ZMTP, which are between a peer and the gate: ZeroMQ's library knows but one of them.
//!
//! <https://rfc.zeromq.org/spec/37/>

use bytes::{Buf as _, BufMut as _, Bytes};

use super::framing::{COMMAND, LONG};

const READY: &[u8] = b"READY";

/// The properties of a READY that say what socket its sender has, and what name that goes by.
const SOCKET_TYPE: &[u8] = b"Socket-Type";
const IDENTITY: &[u8] = b"Identity";

/// A ping carries this much before its context: how long its sender will wait.
const TIME_TO_LIVE_BYTES: usize = 2;

/// A pong has no more of the ping's context than this.
const CONTEXT_BYTES_MAX: usize = 16;

/// What a peer commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// The handshake's end.
    Ready(Ready),
    /// It wants to know that we are there; the pong to answer with, as a frame.
    Ping { pong: Bytes },
    /// Anything else, and what is malformed.
    Other,
}

/// What a peer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ready {
    socket_type: Bytes,
    /// What it goes by; empty if it does not say.
    pub(super) name: Bytes,
}

impl Command {
    /// Reads the body of a command's frame.
    pub(super) fn read(mut body: Bytes) -> Self {
        let name = short(&mut body).unwrap_or_default();
        match &name[..] {
            READY => Ready::read(body).map_or(Self::Other, Self::Ready),
            b"PING" if body.len() >= TIME_TO_LIVE_BYTES => {
                let context = body.slice(TIME_TO_LIVE_BYTES..);
                Self::Ping { pong: pong(&context[..context.len().min(CONTEXT_BYTES_MAX)]) }
            }
            _ => Self::Other,
        }
    }
}

impl Ready {
    /// As the library reads it: of a property that is there twice, the last counts.
    fn read(mut properties: Bytes) -> Option<Self> {
        let (mut socket_type, mut name) = (None, Bytes::new());
        while !properties.is_empty() {
            let property = short(&mut properties)?;
            let length = properties.try_get_u32().ok()?;
            let value = counted(&mut properties, length.try_into().ok()?)?;
            match &property[..] {
                SOCKET_TYPE => socket_type = Some(value),
                IDENTITY => name = value,
                _ => {}
            }
        }
        Some(Self { socket_type: socket_type?, name })
    }

    /// The frame that says the same under another name.
    pub(super) fn under(&self, name: &[u8]) -> Vec<u8> {
        let mut body = Vec::new();
        put_short(&mut body, READY);
        for (property, value) in [(SOCKET_TYPE, &self.socket_type[..]), (IDENTITY, name)] {
            put_short(&mut body, property);
            body.put_u32(u32::try_from(value.len()).expect("a command is short"));
            body.extend_from_slice(value);
        }
        let mut frame = vec![COMMAND | LONG];
        frame.put_u64(body.len() as u64);
        frame.extend(body);
        frame
    }
}

/// The next bytes, preceded by their number in one byte.
fn short(bytes: &mut Bytes) -> Option<Bytes> {
    let length = bytes.try_get_u8().ok()?;
    counted(bytes, length.into())
}

fn counted(bytes: &mut Bytes, length: usize) -> Option<Bytes> {
    (length <= bytes.len()).then(|| bytes.split_to(length))
}

fn put_short(to: &mut Vec<u8>, bytes: &[u8]) {
    to.push(u8::try_from(bytes.len()).expect("a name is short"));
    to.extend_from_slice(bytes);
}

fn pong(context: &[u8]) -> Bytes {
    let mut body = Vec::new();
    put_short(&mut body, b"PONG");
    body.extend_from_slice(context);
    let mut frame = vec![COMMAND];
    put_short(&mut frame, &body);
    frame.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEALER: &[u8] = b"\x05READY\x0bSocket-Type\0\0\0\x06DEALER";

    fn read(body: &[u8]) -> Command {
        Command::read(Bytes::copy_from_slice(body))
    }

    fn ready(properties: &[u8]) -> Ready {
        match read(&[DEALER, properties].concat()) {
            Command::Ready(ready) => ready,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_is_ready_may_have_a_name() {
        assert_eq!(ready(b"").name, "");
        assert_eq!(ready(b"\x08Identity\0\0\0\0").name, "");
        assert_eq!(ready(b"\x08Identity\0\0\0\x02me").name, "me");
        assert_eq!(ready(b"\x08Identity\0\0\0\x02me\x08Identity\0\0\0\x03you").name, "you");
    }

    #[test]
    fn a_name_can_be_given() {
        let frame = ready(b"\x08Identity\0\0\0\x02me\x01x\0\0\0\x01y").under(b"another");
        let (header, body) = frame.split_at(9);
        assert_eq!(header[..8], [COMMAND | LONG, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(usize::from(header[8]), body.len());
        assert_eq!(body, [DEALER, b"\x08Identity\0\0\0\x07another"].concat());
    }

    #[test]
    fn a_ping_is_answered_with_its_context() {
        assert_eq!(read(b"\x04PING\0\0"), Command::Ping { pong: "\x04\x05\x04PONG".into() });
        assert_eq!(read(b"\x04PING\0\x01abc"), Command::Ping { pong: "\x04\x08\x04PONGabc".into() });
        let long = [&b"\x04PING\0\0"[..], &[b'x'; 100]].concat();
        let pong = [&b"\x04\x15\x04PONG"[..], &[b'x'; 16]].concat();
        assert_eq!(read(&long), Command::Ping { pong: pong.into() });
    }

    #[test]
    fn others_and_what_ends_too_early() {
        for body in [&b""[..], b"\x04PIN", b"\x04PING\0", b"\x04PONG", b"\x09SUBSCRIBE", b"\x05READY"] {
            assert_eq!(read(body), Command::Other, "{body:?}");
        }
        for cut in [&b"\x08Ident"[..], b"\x08Identity\0\0", b"\x08Identity\0\0\0\x05me", b"\x08"] {
            assert_eq!(read(&[DEALER, cut].concat()), Command::Other, "{cut:?}");
        }
    }
}
