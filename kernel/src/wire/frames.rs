//! The frames of a Jupyter message on the wire.
//!
//! `identities... | <IDS|MSG> | signature | header | parent_header | metadata | content | buffers...`
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol>

use bytes::Bytes;

use super::malformed::Malformed;

/// What stands between the routing identities and the message.
pub(crate) const DELIMITER: &[u8] = b"<IDS|MSG>";

/// Header, parent header, metadata, content: what the signature covers, and nothing else.
pub(crate) const SIGNED_FRAMES: usize = 4;

/// The index of the header among the signed frames; the others follow in wire order.
pub(crate) const HEADER: usize = 0;
pub(crate) const PARENT: usize = 1;
pub(crate) const METADATA: usize = 2;
pub(crate) const CONTENT: usize = 3;

/// A message taken apart; nothing in it is checked yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frames {
    /// The way back to the sender.
    pub(crate) identities: Vec<Bytes>,
    /// Hexadecimal digits, if the sender is honest.
    pub(crate) signature: Bytes,
    /// The four signed frames.
    pub(crate) signed: [Bytes; SIGNED_FRAMES],
    /// What follows them, unsigned: binary data of comms.
    pub(crate) buffers: Vec<Bytes>,
}

/// Takes a multipart message apart.
pub(crate) fn split(mut frames: Vec<Bytes>) -> Result<Frames, Malformed> {
    let delimiter = frames.iter().position(|frame| frame == DELIMITER).ok_or(Malformed::NoDelimiter)?;
    let mut rest = frames.split_off(delimiter).into_iter().skip(1);
    let got = rest.len();
    let mut next = || rest.next().ok_or(Malformed::TooFewFrames { got });
    let signature = next()?;
    let signed = [next()?, next()?, next()?, next()?];
    Ok(Frames { identities: frames, signature, signed, buffers: rest.collect() })
}

/// Puts a multipart message together.
pub(crate) fn join(
    route: &[Bytes],
    signature: String,
    signed: [Bytes; SIGNED_FRAMES],
    buffers: &[Bytes],
) -> Vec<Bytes> {
    let mut frames = Vec::with_capacity(route.len() + 2 + SIGNED_FRAMES + buffers.len());
    frames.extend_from_slice(route);
    frames.push(Bytes::from_static(DELIMITER));
    frames.push(Bytes::from(signature));
    frames.extend(signed);
    frames.extend_from_slice(buffers);
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(parts: &[&'static str]) -> Vec<Bytes> {
        parts.iter().map(|part| Bytes::from_static(part.as_bytes())).collect()
    }

    #[test]
    fn join_and_split_are_inverse() {
        let signed = ["h", "p", "m", "c"].map(|part| Bytes::from_static(part.as_bytes()));
        let joined = join(&frames(&["peer", "hop"]), "abc".into(), signed.clone(), &frames(&["b", ""]));
        let split = split(joined).unwrap();
        assert_eq!(split.identities, frames(&["peer", "hop"]));
        assert_eq!(split.signature, "abc");
        assert_eq!(split.signed, signed);
        assert_eq!(split.buffers, frames(&["b", ""]));
    }

    #[test]
    fn a_buffer_may_look_like_a_delimiter_and_a_route_be_empty() {
        let split = split(frames(&["<IDS|MSG>", "", "h", "p", "m", "c", "b", "<IDS|MSG>"])).unwrap();
        assert!(split.identities.is_empty());
        assert_eq!(split.signed[CONTENT], "c");
        assert_eq!(split.buffers, frames(&["b", "<IDS|MSG>"]));
    }

    #[test]
    fn no_delimiter() {
        for parts in [&[][..], &[""], &["peer"], &["peer", "<IDS|MSG", "s", "h", "p", "m", "c"]] {
            assert!(matches!(split(frames(parts)), Err(Malformed::NoDelimiter)), "{parts:?}");
        }
    }

    #[test]
    fn every_number_of_frames_that_is_too_few() {
        let whole = ["peer", "<IDS|MSG>", "s", "h", "p", "m", "c"];
        for len in 2..whole.len() {
            let error = split(frames(&whole[..len])).unwrap_err();
            assert!(matches!(error, Malformed::TooFewFrames { got } if got == len - 2), "{len}");
        }
    }
}
