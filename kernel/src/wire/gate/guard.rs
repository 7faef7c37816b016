//! Checks the framing of what a peer sends, before the bytes reach the ZeroMQ library.
//!
//! That library allocates what a frame header claims, and a process that cannot get 2^40 bytes
//! aborts: no signature is checked before that, nothing can catch it. So the length is judged here.
//! It also takes every command but the handshake's for an error, so commands are read here.

use bytes::Bytes;
use thiserror::Error;

use super::command::{Command, Ready};
use super::framing::{Framing, Part};
use crate::connection::Channel;
use crate::message::MAX_NAME_BYTES;

/// A message may take this much, all its frames together. Requests carry source code: the largest
/// notebooks stay below a tenth of it.
const MAX_MESSAGE_BYTES: u64 = 64 << 20;

/// The same on stdin, where users' answers come.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

/// The same on the heartbeat, whose clients send a word, and on iopub, where they subscribe: a topic is the name of a
/// message type, as a rule empty.
const MAX_WORD_BYTES: u64 = 1 << 10;

/// Subscriptions that a peer may make while it is connected. ZeroMQ keeps them all and looks through them for each
/// output, and nobody must be known to make one; clients make one, and there are some twenty message types.
const MAX_SUBSCRIPTIONS: usize = 64;

/// How a subscription begins on iopub.
const SUBSCRIBE: u8 = 1;

/// Commands carry a handshake or a ping, some dozen bytes.
const MAX_COMMAND_BYTES: u64 = 4 << 10;

/// Frames of a message: identities, delimiter, signature, the four, buffers. No client sends more
/// than a few dozen.
const MAX_FRAMES: usize = 1024;

/// Why a peer is cut off.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Violation {
    #[error("the greeting is not that of ZMTP 3")]
    Greeting,
    #[error("the first frame is not a sound READY, so the handshake fails")]
    Handshake,
    #[error("an identity of {0} bytes, where {MAX_NAME_BYTES} are allowed")]
    NameSize(usize),
    #[error("frame flags {0:#010b} are reserved")]
    Flags(u8),
    #[error("a command of {0} bytes")]
    CommandSize(u64),
    #[error("a message of {0} bytes or more")]
    MessageSize(u64),
    #[error("a message of more than {MAX_FRAMES} frames")]
    FrameCount,
    #[error("more than {MAX_SUBSCRIPTIONS} subscriptions")]
    SubscriptionCount,
}

/// What has come whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whole {
    Greeting,
    /// The command that completes the handshake.
    Ready(Ready),
    /// A ping; the pong to answer with.
    Ping(Bytes),
    /// A command that means nothing here.
    Command,
    /// A frame of a message, and more follow.
    Frame,
    /// The last frame of a message.
    Message,
}

/// How large a message of a channel may be.
fn most_bytes(channel: Channel) -> u64 {
    match channel {
        Channel::Shell | Channel::Control => MAX_MESSAGE_BYTES,
        Channel::Stdin => MAX_ANSWER_BYTES,
        Channel::Heartbeat | Channel::Iopub => MAX_WORD_BYTES,
    }
}

/// Follows one peer's bytes, in whatever pieces they come.
#[derive(Debug)]
pub(super) struct Guard {
    channel: Channel,
    framing: Framing,
    /// Whether the handshake's command has come whole.
    ready: bool,
    subscriptions: usize,
    /// Of the message under way.
    message_bytes: u64,
    message_frames: usize,
}

impl Guard {
    /// For one peer of `channel`.
    pub(super) fn new(channel: Channel) -> Self {
        Self {
            channel,
            framing: Framing::default(),
            ready: false,
            subscriptions: 0,
            message_bytes: 0,
            message_frames: 0,
        }
    }

    /// Whether the peer has completed its half of the handshake.
    pub(super) fn is_ready(&self) -> bool {
        self.ready
    }

    /// Whether what is under way is a command. It is not passed on, and a message may go on behind it.
    pub(super) fn is_in_command(&self) -> bool {
        self.framing.is_in_command()
    }

    /// Judges the next bytes, up to where something is whole: how many they are, and what it is.
    ///
    /// # Errors
    ///
    /// When the peer must be cut off; none of the bytes may be passed on.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(usize, Option<Whole>), Violation> {
        let mut used = 0;
        loop {
            let (count, part) = self.framing.take(&bytes[used..])?;
            used += count;
            match part {
                None => return Ok((used, None)),
                Some(Part::Header { is_command, length }) => self.header(is_command, length)?,
                Some(Part::Greeting) => return Ok((used, Some(Whole::Greeting))),
                Some(Part::Command(body)) => return Ok((used, Some(self.command(body)?))),
                Some(Part::Frame { is_last, first }) => return Ok((used, Some(self.frame(is_last, first)?))),
            }
        }
    }

    /// `length` is what it claims.
    fn header(&mut self, is_command: bool, length: u64) -> Result<(), Violation> {
        if is_command {
            let is_short = length <= MAX_COMMAND_BYTES;
            return if is_short { Ok(()) } else { Err(Violation::CommandSize(length)) };
        }
        if !self.ready {
            return Err(Violation::Handshake);
        }
        self.message_bytes = self.message_bytes.saturating_add(length);
        self.message_frames += 1;
        if self.message_bytes > most_bytes(self.channel) {
            return Err(Violation::MessageSize(self.message_bytes));
        }
        if self.message_frames > MAX_FRAMES {
            return Err(Violation::FrameCount);
        }
        Ok(())
    }

    fn command(&mut self, body: Bytes) -> Result<Whole, Violation> {
        match Command::read(body) {
            Command::Ready(ready) if !self.ready => {
                if ready.name.len() > MAX_NAME_BYTES {
                    return Err(Violation::NameSize(ready.name.len()));
                }
                self.ready = true;
                Ok(Whole::Ready(ready))
            }
            _ if !self.ready => Err(Violation::Handshake),
            Command::Ping { pong } => Ok(Whole::Ping(pong)),
            Command::Ready(_) | Command::Other => Ok(Whole::Command),
        }
    }

    fn frame(&mut self, is_last: bool, first: Option<u8>) -> Result<Whole, Violation> {
        if self.channel == Channel::Iopub && first == Some(SUBSCRIBE) {
            self.subscriptions += 1;
            if self.subscriptions > MAX_SUBSCRIPTIONS {
                return Err(Violation::SubscriptionCount);
            }
        }
        if !is_last {
            return Ok(Whole::Frame);
        }
        (self.message_bytes, self.message_frames) = (0, 0);
        Ok(Whole::Message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::gate::framing::{
        COMMAND, GREETING_BYTES, GREETING_FIRST, GREETING_TENTH, LONG, MORE, TENTH,
    };

    const READY: &[u8] = b"\x05READY\x0bSocket-Type\0\0\0\x06DEALER";

    fn greeting() -> Vec<u8> {
        let mut bytes = vec![0; GREETING_BYTES];
        (bytes[0], bytes[TENTH]) = (GREETING_FIRST, GREETING_TENTH);
        bytes
    }

    fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![flags];
        if flags & LONG != 0 {
            bytes.extend((body.len() as u64).to_be_bytes());
        } else {
            bytes.push(u8::try_from(body.len()).unwrap());
        }
        bytes.extend(body);
        bytes
    }

    /// Greeting and handshake, then `frames`.
    fn stream(frames: &[Vec<u8>]) -> Vec<u8> {
        [greeting(), frame(COMMAND, READY), frames.concat()].concat()
    }

    fn check(bytes: &[u8]) -> Result<(), Violation> {
        check_on(Channel::Shell, bytes)
    }

    fn check_on(channel: Channel, bytes: &[u8]) -> Result<(), Violation> {
        // Whole, byte by byte, and in pieces of seven: the verdict must not depend on it.
        let verdict = take_all(&mut Guard::new(channel), bytes);
        for piece in [1, 7] {
            let mut guard = Guard::new(channel);
            let mut wholes = Vec::new();
            let in_pieces = bytes.chunks(piece).try_for_each(|piece| {
                wholes.extend(take_all(&mut guard, piece)?);
                Ok(())
            });
            assert_eq!(in_pieces.map(|()| wholes), verdict);
        }
        verdict.map(|_| ())
    }

    /// All that comes whole.
    fn take_all(guard: &mut Guard, mut bytes: &[u8]) -> Result<Vec<Whole>, Violation> {
        let mut wholes = Vec::new();
        while !bytes.is_empty() {
            let (used, whole) = guard.take(bytes)?;
            wholes.extend(whole);
            bytes = &bytes[used..];
        }
        Ok(wholes)
    }

    #[test]
    fn an_honest_peer() {
        let long = vec![b'x'; 70_000];
        let frames =
            [frame(MORE, b"id"), frame(MORE, b""), frame(LONG, &long), frame(COMMAND, b"\x04PING\0\0")];
        assert_eq!(check(&stream(&frames)), Ok(()));
    }

    #[test]
    fn what_comes_whole_is_told() {
        let mut guard = Guard::new(Channel::Shell);
        assert_eq!(take_all(&mut guard, &greeting()), Ok(vec![Whole::Greeting]));
        assert!(!guard.is_ready());
        let named = [READY, b"\x08Identity\0\0\0\x02me"].concat();
        let told = take_all(&mut guard, &frame(COMMAND, &named)).unwrap();
        assert!(matches!(&told[..], [Whole::Ready(ready)] if ready.name == "me"), "{told:?}");
        assert!(guard.is_ready() && !guard.is_in_command());
        assert_eq!(take_all(&mut guard, &frame(MORE, b"id")), Ok(vec![Whole::Frame]));
        let ping = frame(COMMAND, b"\x04PING\0\0");
        assert_eq!(take_all(&mut guard, &ping[..3]), Ok(vec![]));
        assert!(guard.is_in_command());
        assert!(matches!(take_all(&mut guard, &ping[3..]).unwrap()[..], [Whole::Ping(_)]));
        assert_eq!(take_all(&mut guard, &frame(0, b"")), Ok(vec![Whole::Message]));
        for ignored in [READY, b"\x04PONG", b"\x09SUBSCRIBE", b""] {
            assert_eq!(take_all(&mut guard, &frame(COMMAND, ignored)), Ok(vec![Whole::Command]));
        }
    }

    #[test]
    fn only_a_sound_ready_completes_the_handshake() {
        for body in [&b"\x04PING\0\0"[..], b"\x05READ", b"\x05READY", b""] {
            assert_eq!(check(&[greeting(), frame(COMMAND, body)].concat()), Err(Violation::Handshake));
        }
    }

    #[test]
    fn names_are_bounded() {
        let named = |length: usize| {
            let length_bytes = u32::try_from(length).unwrap().to_be_bytes();
            let body = [READY, b"\x08Identity", &length_bytes, &vec![b'x'; length]].concat();
            check(&[greeting(), frame(LONG | COMMAND, &body)].concat())
        };
        assert_eq!(named(MAX_NAME_BYTES), Ok(()));
        assert_eq!(named(MAX_NAME_BYTES + 1), Err(Violation::NameSize(MAX_NAME_BYTES + 1)));
    }

    #[test]
    fn messages_are_as_short_as_their_channel_has_them() {
        for channel in Channel::ALL {
            let most = most_bytes(channel);
            for (length, verdict) in [(most, Ok(())), (most + 1, Err(Violation::MessageSize(most + 1)))] {
                let header = [vec![LONG], length.to_be_bytes().to_vec()].concat();
                assert_eq!(check_on(channel, &stream(&[header])), verdict, "{channel:?}");
            }
        }
    }

    #[test]
    fn on_iopub_subscriptions_are_counted() {
        let mut frames = vec![frame(0, b"\x01stream"); MAX_SUBSCRIPTIONS];
        frames.extend(vec![frame(0, b"\0stream"); 2 * MAX_SUBSCRIPTIONS]);
        assert_eq!(check_on(Channel::Iopub, &stream(&frames)), Ok(()));
        frames.push(frame(0, b"\x01"));
        assert_eq!(check_on(Channel::Iopub, &stream(&frames)), Err(Violation::SubscriptionCount));
        assert_eq!(check_on(Channel::Shell, &stream(&frames)), Ok(()));
    }

    #[test]
    fn claims_of_lengths_that_nobody_has() {
        for claim in [MAX_MESSAGE_BYTES + 1, 1 << 40, u64::MAX] {
            let header = [vec![LONG], claim.to_be_bytes().to_vec()].concat();
            assert_eq!(check(&stream(&[header])), Err(Violation::MessageSize(claim)));
            let command = [vec![LONG | COMMAND], claim.to_be_bytes().to_vec()].concat();
            assert_eq!(check(&[greeting(), command].concat()), Err(Violation::CommandSize(claim)));
        }
    }

    #[test]
    fn a_message_is_bounded_as_a_whole() {
        let endless = vec![frame(MORE, b""); MAX_FRAMES + 1];
        assert_eq!(check(&stream(&endless)), Err(Violation::FrameCount));
        let first = frame(MORE, b"12345678");
        let second = [vec![LONG], (MAX_MESSAGE_BYTES - 7).to_be_bytes().to_vec()].concat();
        assert_eq!(check(&stream(&[first, second])), Err(Violation::MessageSize(MAX_MESSAGE_BYTES + 1)));
    }

    #[test]
    fn many_messages_are_no_large_message() {
        assert_eq!(check(&stream(&vec![frame(0, b"x"); 2 * MAX_FRAMES])), Ok(()));
    }

    #[test]
    fn other_protocols() {
        assert_eq!(check(b"GET / HTTP/1.1\r\n"), Err(Violation::Greeting));
        assert_eq!(check(&[0xff; 20]), Err(Violation::Greeting));
        assert_eq!(check(&[greeting(), vec![0x08]].concat()), Err(Violation::Flags(0x08)));
        assert_eq!(check(&[greeting(), frame(0, b"early")].concat()), Err(Violation::Handshake));
    }

    #[test]
    fn noise_never_panics() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..2_000 {
            let mut noise = greeting();
            for _ in 0..100 {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                noise.push((seed >> 32) as u8 & 0x87);
            }
            let _ = check(&noise);
        }
    }
}
