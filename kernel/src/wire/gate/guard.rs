//! Checks the framing of what a peer sends, before the bytes reach the ZeroMQ library.
//!
//! That library allocates what a frame header claims, and a process that cannot get 2^40 bytes
//! aborts: no signature is checked before that, nothing can catch it. So the length is judged here.
//!
//! ZMTP 3: a greeting of 64 bytes; then frames, each a byte of flags, a length of one byte or (flag
//! `LONG`) eight, and as many bytes. <https://rfc.zeromq.org/spec/23/>

use thiserror::Error;

use crate::connection::Channel;

/// The greeting's length, its first byte, and its tenth.
const GREETING_BYTES: usize = 64;
const GREETING_FIRST: u8 = 0xff;
const GREETING_TENTH: u8 = 0x7f;
const TENTH: usize = 9;

/// Flag bits of a frame. The others are reserved and must be zero.
const MORE: u8 = 0b001;
const LONG: u8 = 0b010;
const COMMAND: u8 = 0b100;

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

/// How the command begins that completes the handshake.
const READY: &[u8; 6] = b"\x05READY";

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
    #[error("the first frame is not READY, so the handshake fails")]
    Handshake,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    Greeting,
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
pub(crate) struct Guard {
    channel: Channel,
    state: State,
    /// Whether the handshake's command has come whole.
    ready: bool,
    subscriptions: usize,
    /// How the frame under way begins.
    head: Head,
    /// Of the message under way.
    message_bytes: u64,
    message_frames: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// So many bytes of the greeting have come.
    Greeting(usize),
    Flags,
    Length {
        flags: u8,
        bytes_left: u8,
        length: u64,
    },
    Body {
        flags: u8,
        left: u64,
    },
}

/// The first bytes of a frame's body.
#[derive(Debug, Default)]
struct Head {
    bytes: [u8; READY.len()],
    count: usize,
}

impl Head {
    fn push(&mut self, bytes: &[u8]) {
        let room = &mut self.bytes[self.count..];
        let count = room.len().min(bytes.len());
        room[..count].copy_from_slice(&bytes[..count]);
        self.count += count;
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.count]
    }
}

impl Guard {
    /// For one peer of `channel`.
    pub(crate) fn new(channel: Channel) -> Self {
        Self {
            channel,
            state: State::Greeting(0),
            ready: false,
            subscriptions: 0,
            head: Head::default(),
            message_bytes: 0,
            message_frames: 0,
        }
    }

    /// Whether the peer has completed its half of the handshake.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready
    }

    /// Whether what is under way is a message.
    pub(crate) fn is_in_message(&self) -> bool {
        match self.state {
            State::Greeting(_) => false,
            State::Flags => self.message_frames > 0,
            State::Length { flags, .. } | State::Body { flags, .. } => flags & COMMAND == 0,
        }
    }

    /// Judges the next bytes, up to where something is whole: how many they are, and what it is.
    ///
    /// # Errors
    ///
    /// When the peer must be cut off; none of the bytes may be passed on.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(usize, Option<Whole>), Violation> {
        let mut used = 0;
        while let Some((&first, _)) = bytes[used..].split_first() {
            let whole = match self.state {
                State::Body { flags, left } => {
                    let rest = &bytes[used..];
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
                    self.head.push(&rest[..here]);
                    used += here;
                    self.body(flags, left - here as u64)?
                }
                _ => {
                    used += 1;
                    self.byte(first)?
                }
            };
            if whole.is_some() {
                return Ok((used, whole));
            }
        }
        Ok((used, None))
    }

    fn byte(&mut self, byte: u8) -> Result<Option<Whole>, Violation> {
        match self.state {
            State::Greeting(at) => self.greeting(at, byte),
            State::Flags => self.flags(byte).map(|()| None),
            State::Length { flags, bytes_left, length } => {
                self.length(flags, bytes_left, length << 8 | u64::from(byte))
            }
            State::Body { .. } => Ok(None),
        }
    }

    fn greeting(&mut self, at: usize, byte: u8) -> Result<Option<Whole>, Violation> {
        if (at == 0 && byte != GREETING_FIRST) || (at == TENTH && byte != GREETING_TENTH) {
            return Err(Violation::Greeting);
        }
        if at + 1 < GREETING_BYTES {
            self.state = State::Greeting(at + 1);
            return Ok(None);
        }
        self.state = State::Flags;
        Ok(Some(Whole::Greeting))
    }

    fn flags(&mut self, flags: u8) -> Result<(), Violation> {
        let command_with_more = flags & COMMAND != 0 && flags & MORE != 0;
        if flags & !(MORE | LONG | COMMAND) != 0 || command_with_more {
            return Err(Violation::Flags(flags));
        }
        if !self.ready && flags & COMMAND == 0 {
            return Err(Violation::Handshake);
        }
        let bytes_left = if flags & LONG != 0 { 8 } else { 1 };
        self.state = State::Length { flags, bytes_left, length: 0 };
        Ok(())
    }

    /// `length` is what the header claims, once no byte of it is left.
    fn length(&mut self, flags: u8, bytes_left: u8, length: u64) -> Result<Option<Whole>, Violation> {
        if bytes_left > 1 {
            self.state = State::Length { flags, bytes_left: bytes_left - 1, length };
            return Ok(None);
        }
        if flags & COMMAND != 0 {
            if length > MAX_COMMAND_BYTES {
                return Err(Violation::CommandSize(length));
            }
        } else {
            self.message_bytes = self.message_bytes.saturating_add(length);
            self.message_frames += 1;
            if self.message_bytes > most_bytes(self.channel) {
                return Err(Violation::MessageSize(self.message_bytes));
            }
            if self.message_frames > MAX_FRAMES {
                return Err(Violation::FrameCount);
            }
        }
        self.head = Head::default();
        self.body(flags, length)
    }

    fn body(&mut self, flags: u8, left: u64) -> Result<Option<Whole>, Violation> {
        if left > 0 {
            self.state = State::Body { flags, left };
            return Ok(None);
        }
        self.state = State::Flags;
        if flags & COMMAND != 0 {
            self.ready |= self.head.bytes() == READY;
            return if self.ready { Ok(Some(Whole::Command)) } else { Err(Violation::Handshake) };
        }
        if self.channel == Channel::Iopub && self.head.bytes().first() == Some(&SUBSCRIBE) {
            self.subscriptions += 1;
            if self.subscriptions > MAX_SUBSCRIPTIONS {
                return Err(Violation::SubscriptionCount);
            }
        }
        if flags & MORE != 0 {
            return Ok(Some(Whole::Frame));
        }
        (self.message_bytes, self.message_frames) = (0, 0);
        Ok(Some(Whole::Message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        [greeting(), frame(COMMAND, b"\x05READY"), frames.concat()].concat()
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
        let ready = frame(COMMAND, b"\x05READY\x08Identity\0\0\0\0");
        assert_eq!(take_all(&mut guard, &ready), Ok(vec![Whole::Command]));
        assert!(guard.is_ready() && !guard.is_in_message());
        assert_eq!(take_all(&mut guard, &frame(MORE, b"id")), Ok(vec![Whole::Frame]));
        assert!(guard.is_in_message());
        let ping = frame(COMMAND, b"\x04PING\0\0");
        assert_eq!(take_all(&mut guard, &ping[..3]), Ok(vec![]));
        assert!(!guard.is_in_message());
        assert_eq!(take_all(&mut guard, &ping[3..]), Ok(vec![Whole::Command]));
        assert_eq!(take_all(&mut guard, &frame(0, b"")), Ok(vec![Whole::Message]));
        assert!(!guard.is_in_message());
    }

    #[test]
    fn only_ready_completes_the_handshake() {
        for body in [&b"\x04PING\0\0"[..], b"\x05READ", b""] {
            assert_eq!(check(&[greeting(), frame(COMMAND, body)].concat()), Err(Violation::Handshake));
        }
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
