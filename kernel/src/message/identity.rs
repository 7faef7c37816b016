//! What ZeroMQ's sockets know a connection by.
//!
//! A client gives its sockets a name, in Jupyter its session, and ZeroMQ's library knows connections by it: who comes
//! with a name that is taken takes the place of who was there. But everybody who reads iopub knows the sessions. So the gate lets
//! each connection in under an identity of its own: a number that none had before, and then the name. A reply goes to
//! the connection that asked, and the name says who has come back after a connection broke, and whose stdin is whose shell.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{BufMut as _, Bytes, BytesMut};

/// A number comes first, the rest is the name.
const NUMBER_BYTES: usize = size_of::<u64>();

/// ZMTP's identities have no more than 255 bytes. Jupyter's clients use some 40.
pub(crate) const MAX_NAME_BYTES: usize = 255 - NUMBER_BYTES;

/// A number that no connection has had, on whichever channel; later ones are greater.
pub(crate) fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The identity of a connection.
pub(crate) fn identity(number: u64, name: &[u8]) -> Bytes {
    let mut identity = BytesMut::with_capacity(NUMBER_BYTES + name.len());
    identity.put_u64(number);
    identity.extend_from_slice(name);
    identity.freeze()
}

/// The number in an identity.
pub(crate) fn number(identity: &[u8]) -> Option<u64> {
    identity.first_chunk().map(|number| u64::from_be_bytes(*number))
}

/// The name in an identity; empty if its peer has none.
pub(crate) fn name(identity: &[u8]) -> &[u8] {
    identity.get(NUMBER_BYTES..).unwrap_or_default()
}

/// Whether two ways back lead to sockets of one client, as far as names tell.
pub(crate) fn is_same_client(one: &[Bytes], other: &[Bytes]) -> bool {
    let (Some((one, one_hops)), Some((other, other_hops))) = (one.split_first(), other.split_first()) else {
        return false;
    };
    !name(one).is_empty() && name(one) == name(other) && one_hops == other_hops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_holds_number_and_name() {
        let one = identity(7, b"me");
        assert_eq!((number(&one), name(&one)), (Some(7), &b"me"[..]));
        assert_eq!((number(b"short"), name(b"short")), (None, &b""[..]));
        assert!(next_number() < next_number());
        assert_eq!(identity(1, &[0; MAX_NAME_BYTES]).len(), 255);
    }

    #[test]
    fn names_tell_clients() {
        let way = |number, name: &str, hops: &[&'static str]| {
            let hops = hops.iter().map(|hop| Bytes::from_static(hop.as_bytes()));
            [identity(number, name.as_bytes())].into_iter().chain(hops).collect::<Vec<_>>()
        };
        assert!(is_same_client(&way(1, "a", &["x"]), &way(2, "a", &["x"])));
        assert!(!is_same_client(&way(1, "a", &[]), &way(2, "b", &[])));
        assert!(!is_same_client(&way(1, "a", &["x"]), &way(2, "a", &["y"])));
        assert!(!is_same_client(&way(1, "", &[]), &way(1, "", &[])), "nobody is known by no name");
        assert!(!is_same_client(&[], &[]));
    }
}
