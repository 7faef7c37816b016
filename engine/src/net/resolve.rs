//! From a host's name to addresses.
//!
//! Numbers and `localhost` are known at once. Other names go to the system's resolver, which blocks, on a few helper threads that
//! end when nothing is left to look up.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::{Mutex, MutexGuard, PoisonError};

use socket2::SockAddr;

use super::{Address, Family, Operation, SocketError};
use crate::event_loop::{from_outside, mailbox};

/// Names looked up at the same time; a resolver that hangs holds no more threads than that.
const RESOLVERS: usize = 4;

/// The addresses of the socket's family, in the order in which to try them.
pub(super) async fn resolve(
    operation: Operation,
    address: &Address,
    family: Option<Family>,
) -> Result<Vec<(Family, SockAddr)>, SocketError> {
    let found = match address {
        Address::Path(path) => {
            let error = |source| SocketError::Os { operation, address: Some(address.clone()), source };
            vec![(Family::Unix, SockAddr::unix(path).map_err(error)?)]
        }
        Address::Ip(address) => vec![of(*address)],
        Address::Host(host, port) => match known(host) {
            Some(known) => known.iter().map(|ip| of(SocketAddr::new(*ip, *port))).collect(),
            None => look_up(host, *port).await?.into_iter().map(of).collect(),
        },
    };
    let fits = |found: &(Family, SockAddr)| family.is_none_or(|family| family == found.0);
    let fitting: Vec<_> = found.into_iter().filter(fits).collect();
    match family {
        Some(family) if fitting.is_empty() => {
            Err(SocketError::Family { operation, address: address.clone(), family })
        }
        _ => Ok(fitting),
    }
}

fn of(address: SocketAddr) -> (Family, SockAddr) {
    (if address.is_ipv4() { Family::Inet } else { Family::Inet6 }, address.into())
}

fn known(host: &str) -> Option<Vec<IpAddr>> {
    if host.is_empty() {
        return Some(vec![Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()]);
    }
    if host.eq_ignore_ascii_case("localhost") {
        return Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    host.parse().ok().map(|ip| vec![ip])
}

type Job = Box<dyn FnOnce() + Send>;

struct Office {
    jobs: VecDeque<Job>,
    threads: usize,
}

static OFFICE: Mutex<Office> = Mutex::new(Office { jobs: VecDeque::new(), threads: 0 });

fn office() -> MutexGuard<'static, Office> {
    OFFICE.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, SocketError> {
    let error = |source| SocketError::Resolve { host: host.to_owned(), source };
    let (sender, mut receiver) = mailbox::mailbox();
    let name = host.to_owned();
    let job = move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        // Nobody listens if the task was cancelled.
        let _ = sender.send(found);
    };
    ask(Box::new(job)).map_err(error)?;
    let found = from_outside(receiver.recv()).await;
    let found =
        found.unwrap_or_else(|| Err(io::Error::other("the resolver's thread died"))).map_err(error)?;
    if found.is_empty() {
        return Err(error(io::Error::other("the name has no address")));
    }
    Ok(found)
}

fn ask(job: Job) -> io::Result<()> {
    let mut office = office();
    office.jobs.push_back(job);
    if office.threads == RESOLVERS {
        return Ok(());
    }
    let spawned = std::thread::Builder::new().name("flowno-resolver".into()).spawn(work);
    match spawned {
        Ok(_) => office.threads += 1,
        Err(_) if office.threads > 0 => {}
        Err(error) => {
            office.jobs.pop_back();
            return Err(error);
        }
    }
    Ok(())
}

fn work() {
    loop {
        let job = {
            let mut office = office();
            match office.jobs.pop_front() {
                Some(job) => job,
                None => {
                    office.threads -= 1;
                    return;
                }
            }
        };
        job();
    }
}
