//! How many files and sockets the process may have open.
//!
//! Many systems allow 1,024 unless a program asks for more, for the sake of old programs that cannot count further. A
//! kernel with a few hundred front ends, or a script with as many sockets, needs more.

/// Asks for as many as the kernel can use, or as the system gives.
#[cfg(unix)]
pub(crate) fn raise_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    /// Five channels full of peers take 4,000; the rest is for scripts.
    const WANTED: u64 = 16_384;

    let mut limit = getrlimit(Resource::Nofile);
    let Some(current) = limit.current.filter(|current| *current < WANTED) else { return };
    let wanted = limit.maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    limit.current = Some(wanted);
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!("no more than {current} open files are allowed: {error}");
    }
}

/// There is no such limit.
#[cfg(not(unix))]
pub(crate) fn raise_limit() {}
