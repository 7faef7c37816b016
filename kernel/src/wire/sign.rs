//! Signatures: HMAC-SHA256 over the four signed frames.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#wire-protocol>

use std::fmt::Write as _;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::frames::SIGNED_FRAMES;

/// Bytes in an HMAC-SHA256.
const DIGEST_BYTES: usize = 32;

/// A signature, decoded.
pub(crate) type Digest = [u8; DIGEST_BYTES];

/// What a check of a signature found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// It is not the sender's who knows the key.
    Wrong,
    /// It is right.
    Signed(Digest),
    /// There is no key, so there is nothing to check.
    Unsigned,
}

/// Signs and checks with the connection file's key.
pub(crate) struct Signer {
    /// `None` for an empty key: then messages carry an empty signature and none is checked.
    keyed: Option<Hmac<Sha256>>,
}

impl Signer {
    pub(crate) fn new(key: &[u8]) -> Self {
        let keyed =
            (!key.is_empty()).then(|| Hmac::new_from_slice(key).expect("HMAC takes keys of every length"));
        Self { keyed }
    }

    /// The signature in hexadecimal digits; empty without a key.
    pub(crate) fn sign(&self, signed: &[Bytes; SIGNED_FRAMES]) -> String {
        let Some(mac) = self.digest(signed) else { return String::new() };
        let digest = mac.finalize().into_bytes();
        digest.iter().fold(String::with_capacity(2 * DIGEST_BYTES), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a String takes all that is written");
            text
        })
    }

    /// Checks `signature`, in a time that does not tell how much of it is right.
    pub(crate) fn check(&self, signature: &[u8], signed: &[Bytes; SIGNED_FRAMES]) -> Checked {
        let Some(mac) = self.digest(signed) else { return Checked::Unsigned };
        match decode_hex(signature) {
            Some(signature) if mac.verify_slice(&signature).is_ok() => Checked::Signed(signature),
            _ => Checked::Wrong,
        }
    }

    fn digest(&self, signed: &[Bytes; SIGNED_FRAMES]) -> Option<Hmac<Sha256>> {
        let mut mac = self.keyed.clone()?;
        for frame in signed {
            mac.update(frame);
        }
        Some(mac)
    }
}

fn decode_hex(digits: &[u8]) -> Option<Digest> {
    if digits.len() != 2 * DIGEST_BYTES {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; DIGEST_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(parts: [&'static str; SIGNED_FRAMES]) -> [Bytes; SIGNED_FRAMES] {
        parts.map(|part| Bytes::from_static(part.as_bytes()))
    }

    /// RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?".
    #[test]
    fn a_published_vector() {
        let frames = signed(["what do ya ", "want ", "for ", "nothing?"]);
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let signer = Signer::new(b"Jefe");
        assert_eq!(signer.sign(&frames), expected);
        assert!(matches!(signer.check(expected.as_bytes(), &frames), Checked::Signed(_)));
    }

    #[test]
    fn every_wrong_signature() {
        let frames = signed(["{}", "{}", "{}", "{}"]);
        let signer = Signer::new(b"key");
        let right = signer.sign(&frames);
        for at in 0..right.len() {
            let mut wrong = right.clone().into_bytes();
            wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(signer.check(&wrong, &frames), Checked::Wrong, "digit {at}");
        }
        for wrong in ["", "00", &right[1..], &format!("{right}0"), &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(signer.check(wrong.as_bytes(), &frames), Checked::Wrong, "{wrong}");
        }
        assert_eq!(Signer::new(b"other").check(right.as_bytes(), &frames), Checked::Wrong);
    }

    #[test]
    fn another_content_needs_another_signature() {
        let signer = Signer::new(b"key");
        let right = signer.sign(&signed(["a", "b", "c", "d"]));
        assert_eq!(signer.check(right.as_bytes(), &signed(["a", "b", "c", "e"])), Checked::Wrong);
    }

    #[test]
    fn without_a_key_nothing_is_signed() {
        let signer = Signer::new(b"");
        assert_eq!(signer.sign(&signed(["a", "b", "c", "d"])), "");
        assert_eq!(signer.check(b"whatever", &signed(["a", "b", "c", "d"])), Checked::Unsigned);
    }
}
