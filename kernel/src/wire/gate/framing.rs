//! Where the parts of a ZMTP 3 stream end, in whatever pieces its bytes come.
//!
//! A greeting of 64 bytes; then frames, each a byte of flags, a length of one byte or (flag `LONG`) eight, and as many
//! bytes. <https://rfc.zeromq.org/spec/23/>

use bytes::Bytes;

use super::guard::Violation;

/// The greeting's length, its first byte, and its tenth.
pub(super) const GREETING_BYTES: usize = 64;
pub(super) const GREETING_FIRST: u8 = 0xff;
pub(super) const GREETING_TENTH: u8 = 0x7f;
pub(super) const TENTH: usize = 9;

/// Flag bits of a frame. The others are reserved and must be zero.
pub(super) const MORE: u8 = 0b001;
pub(super) const LONG: u8 = 0b010;
pub(super) const COMMAND: u8 = 0b100;

/// What has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The whole greeting.
    Greeting,
    /// A frame's header; its body follows, and has been judged when more is taken.
    Header { is_command: bool, length: u64 },
    /// A command's body.
    Command(Bytes),
    /// The end of a frame of a message.
    Frame {
        /// Whether it is the message's last.
        is_last: bool,
        /// The first byte of its body, if there is one.
        first: Option<u8>,
    },
}

/// Follows one stream.
#[derive(Debug)]
pub(super) struct Framing {
    state: State,
    /// The body of the command under way.
    command: Vec<u8>,
    /// The first byte of the message's frame under way.
    first: Option<u8>,
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

impl Default for Framing {
    fn default() -> Self {
        Self { state: State::Greeting(0), command: Vec::new(), first: None }
    }
}

impl Framing {
    /// Whether what is under way is a command.
    pub(super) fn is_in_command(&self) -> bool {
        match self.state {
            State::Greeting(_) | State::Flags => false,
            State::Length { flags, .. } | State::Body { flags, .. } => flags & COMMAND != 0,
        }
    }

    /// Takes the next bytes, up to the end of a part: how many they are, and the part. Who got a header must ask again, also
    /// when there are no more bytes: a body may be empty.
    ///
    /// # Errors
    ///
    /// When this is not ZMTP 3.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(usize, Option<Part>), Violation> {
        if let State::Body { flags, left } = self.state {
            let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            return Ok((here, self.body(flags, left - here as u64, &bytes[..here])));
        }
        for (at, byte) in bytes.iter().enumerate() {
            if let Some(part) = self.byte(*byte)? {
                return Ok((at + 1, Some(part)));
            }
        }
        Ok((bytes.len(), None))
    }

    fn byte(&mut self, byte: u8) -> Result<Option<Part>, Violation> {
        match self.state {
            State::Greeting(at) => self.greeting(at, byte),
            State::Flags => self.flags(byte).map(|()| None),
            State::Length { flags, bytes_left, length } => {
                Ok(self.length(flags, bytes_left - 1, length << 8 | u64::from(byte)))
            }
            State::Body { .. } => Ok(None), // its header ended a part
        }
    }

    fn greeting(&mut self, at: usize, byte: u8) -> Result<Option<Part>, Violation> {
        if (at == 0 && byte != GREETING_FIRST) || (at == TENTH && byte != GREETING_TENTH) {
            return Err(Violation::Greeting);
        }
        let is_whole = at + 1 == GREETING_BYTES;
        self.state = if is_whole { State::Flags } else { State::Greeting(at + 1) };
        Ok(is_whole.then_some(Part::Greeting))
    }

    fn flags(&mut self, flags: u8) -> Result<(), Violation> {
        let command_with_more = flags & COMMAND != 0 && flags & MORE != 0;
        if flags & !(MORE | LONG | COMMAND) != 0 || command_with_more {
            return Err(Violation::Flags(flags));
        }
        let bytes_left = if flags & LONG != 0 { 8 } else { 1 };
        self.state = State::Length { flags, bytes_left, length: 0 };
        Ok(())
    }

    /// `length` is what the header claims, once no byte of it is left.
    fn length(&mut self, flags: u8, bytes_left: u8, length: u64) -> Option<Part> {
        if bytes_left > 0 {
            self.state = State::Length { flags, bytes_left, length };
            return None;
        }
        self.state = State::Body { flags, left: length };
        self.first = None;
        Some(Part::Header { is_command: flags & COMMAND != 0, length })
    }

    fn body(&mut self, flags: u8, left: u64, bytes: &[u8]) -> Option<Part> {
        let is_command = flags & COMMAND != 0;
        if is_command {
            self.command.extend_from_slice(bytes);
        } else {
            self.first = self.first.or(bytes.first().copied());
        }
        if left > 0 {
            self.state = State::Body { flags, left };
            return None;
        }
        self.state = State::Flags;
        Some(match is_command {
            true => Part::Command(std::mem::take(&mut self.command).into()),
            false => Part::Frame { is_last: flags & MORE == 0, first: self.first },
        })
    }
}
