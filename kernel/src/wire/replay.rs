//! Messages that came before.
//!
//! Who can read a connection but does not know its key can send a message a second time, and its signature is right. So
//! the signatures that were accepted are remembered, and none is accepted twice. The memory is
//! bounded: the oldest are forgotten. A signature covers the message's identity, so two honest messages never share one.
//!
//! Without a key there are no signatures, and nothing tells a copy.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use super::sign::Digest;

/// Signatures remembered, some 3 MB of them: as many as jupyter_client remembers, hours of a person's work.
const REMEMBERED: usize = 1 << 16;

/// Half of a digest tells it from the others just as well, and takes half the place.
type Mark = u128;

/// The signatures that were accepted last.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    known: HashSet<Mark>,
    /// The same, oldest first.
    order: VecDeque<Mark>,
}

impl Seen {
    /// Notes a signature; `false` if it is known already.
    pub(crate) fn note(&self, digest: Digest) -> bool {
        let mark = mark(digest);
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Memory { known, order } = &mut *memory;
        if !known.insert(mark) {
            return false;
        }
        if order.len() == REMEMBERED
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        order.push_back(mark);
        true
    }
}

fn mark(digest: Digest) -> Mark {
    let (half, _) = digest.split_at(size_of::<Mark>());
    half.iter().fold(0, |mark, byte| mark << 8 | Mark::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: usize) -> Digest {
        let mut digest = [0; size_of::<Digest>()];
        digest[..size_of::<usize>()].copy_from_slice(&number.to_be_bytes());
        digest
    }

    #[test]
    fn the_latest_are_known_and_the_oldest_forgotten() {
        let seen = Seen::default();
        for number in 0..REMEMBERED + 2 {
            assert!(seen.note(digest(number)), "{number}");
        }
        assert!(!seen.note(digest(2)), "the oldest that is remembered");
        assert!(!seen.note(digest(REMEMBERED + 1)));
        assert!(seen.note(digest(0)), "forgotten");
        let memory = seen.0.lock().unwrap();
        assert_eq!((memory.known.len(), memory.order.len()), (REMEMBERED, REMEMBERED));
    }
}
