//! Whether the process that wanted this kernel still lives.
//!
//! A client that crashes sends no shutdown request, and kernels that live on pile up.

use std::env;
use std::sync::OnceLock;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::{fs, iter};

use rustix::io::Errno;
use rustix::process::{Pid, getpid, getppid, test_kill_process};
use tokio::time::sleep;

/// How often to look. It is part of the two seconds in which the kernel must end.
const INTERVAL: Duration = Duration::from_millis(200);

/// Where Jupyter clients name the process that started the kernel.
const VARIABLE: &str = "JPY_PARENT_PID";

/// The direct parent when the program began.
static DIRECT: OnceLock<Option<Pid>> = OnceLock::new();

/// Notes who the direct parent is. Called first of all: one that ends before leaves no trace.
pub(crate) fn note() {
    DIRECT.get_or_init(getppid);
}

/// Ends when the parent has; never if there is none to watch.
pub(in crate::wire) async fn ended() {
    let direct = *DIRECT.get_or_init(getppid);
    let is_orphan = getppid() != direct || direct.is_none_or(adopts);
    match watched(named(), direct, is_orphan, getpid()) {
        Watched::Named(named) => end_of(named, || exists(named)).await,
        // An orphan gets a new parent at once, even while the old one is a zombie.
        Watched::Direct(direct) => end_of(direct, || getppid() == Some(direct)).await,
        Watched::Gone => {
            tracing::error!("the process that {VARIABLE} names ended before the kernel began, an orphan now")
        }
        Watched::Nobody => std::future::pending().await,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Watched {
    /// The named process. It need not be the direct parent: a wrapper may stand between, and may end early.
    Named(Pid),
    Direct(Pid),
    /// The named process has ended already.
    Gone,
    Nobody,
}

/// Chooses whom a process of the number `own` watches.
///
/// Variables are inherited, so the named process may have started another kernel, long ago, and its number may be anybody's by
/// now: it counts if this one descends from it. Of an orphan nobody can tell that. Then a process that began before this one is
/// believed to be meant, and if it is not there, to have ended while this one started. A greater number comes from
/// elsewhere, as from outside a container, where numbers begin anew.
fn watched(named: Option<Pid>, direct: Option<Pid>, is_orphan: bool, own: Pid) -> Watched {
    match (named, direct) {
        (Some(named), Some(direct)) if named == direct => Watched::Direct(direct),
        (Some(named), _) if descends(own, named) => Watched::Named(named),
        (Some(named), _) if is_orphan && named.as_raw_pid() < own.as_raw_pid() => match exists(named) {
            true => Watched::Named(named),
            false => Watched::Gone,
        },
        (_, Some(direct)) if !direct.is_init() => Watched::Direct(direct),
        _ => Watched::Nobody,
    }
}

/// Whether a parent is one that gets orphans: process 1, or a service manager that it has started, as `systemd --user`.
fn adopts(parent: Pid) -> bool {
    parent.is_init() || parent_of(parent).is_some_and(Pid::is_init)
}

/// Whether `ancestor` lives and has started `process`, or who has started that, and so on.
#[cfg(target_os = "linux")]
fn descends(process: Pid, ancestor: Pid) -> bool {
    iter::successors(parent_of(process), |process| parent_of(*process)).any(|process| process == ancestor)
}

/// As far as is known here: whether `ancestor` lives and began before.
#[cfg(not(target_os = "linux"))]
fn descends(process: Pid, ancestor: Pid) -> bool {
    ancestor.as_raw_pid() < process.as_raw_pid() && exists(ancestor)
}

#[cfg(target_os = "linux")]
fn parent_of(process: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?; // behind its name, which may be anything: state, parent
    Pid::from_raw(fields.split_whitespace().nth(1)?.parse().ok()?)
}

/// Not known here.
#[cfg(not(target_os = "linux"))]
fn parent_of(_: Pid) -> Option<Pid> {
    None
}

/// Waits for the end of a process, of which `lives` says at any time whether it is still the one that is meant.
async fn end_of(process: Pid, lives: impl Fn() -> bool) {
    let ended = end(process);
    while lives() && !ended() {
        sleep(INTERVAL).await;
    }
}

/// Tells whether a process has ended, also while it is a zombie, and whoever gets its number next: by a descriptor, where the
/// system has such.
#[cfg(target_os = "linux")]
fn end(process: Pid) -> impl Fn() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{PidfdFlags, pidfd_open};
    let descriptor = pidfd_open(process, PidfdFlags::empty()).ok();
    move || {
        let Some(descriptor) = &descriptor else { return false };
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut [PollFd::new(descriptor, PollFlags::IN)], Some(&at_once)).is_ok_and(|ready| ready > 0)
    }
}

#[cfg(not(target_os = "linux"))]
fn end(_: Pid) -> impl Fn() -> bool {
    || false
}

fn exists(process: Pid) -> bool {
    // EPERM: it lives and is someone else's.
    !matches!(test_kill_process(process), Err(Errno::SRCH))
}

fn named() -> Option<Pid> {
    let pid: i32 = env::var(VARIABLE).ok()?.trim().parse().ok()?;
    // Some clients put 1 there for "nobody".
    if pid > 1 { Pid::from_raw(pid) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::process::{Child, Command};
    use std::task::{Context, Poll, Waker};

    const INIT: Option<Pid> = Pid::from_raw(1);

    /// Greater than any.
    fn nobody() -> Pid {
        Pid::from_raw(i32::MAX - 1).unwrap()
    }

    fn child() -> (Child, Pid) {
        let child = Command::new("sleep").arg("60").spawn().unwrap();
        let pid = Pid::from_child(&child);
        (child, pid)
    }

    fn is_over(end: impl Future<Output = ()>) -> bool {
        pin!(end).poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[tokio::test]
    async fn a_process_is_watched_until_it_ends() {
        let (mut child, pid) = child();
        assert!(!is_over(end_of(pid, || exists(pid))));
        child.kill().unwrap();
        let reaper = std::thread::spawn(move || child.wait());
        end_of(pid, || exists(pid)).await;
        assert!(!reaper.join().unwrap().unwrap().success());
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_zombie_has_ended() {
        let (mut child, pid) = child();
        child.kill().unwrap();
        end_of(pid, || exists(pid)).await;
        assert!(exists(pid), "nobody has waited for it");
        child.wait().unwrap();
    }

    #[tokio::test]
    async fn who_is_our_parent_no_more_has_ended() {
        let own = getpid();
        assert!(is_over(end_of(own, || false)));
    }

    #[test]
    fn the_named_process_is_watched_before_the_direct_parent() {
        let (mut child, own) = child();
        let named = getppid();
        let direct = Some(getpid());
        assert_eq!(watched(direct, direct, false, own), Watched::Direct(getpid()));
        assert_eq!(
            watched(named, direct, false, own),
            named.map_or(Watched::Direct(getpid()), Watched::Named)
        );
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn who_has_not_started_us_is_not_watched() {
        let ((mut brother, named), (mut child, own)) = (child(), child());
        let direct = Some(getpid());
        assert_eq!(watched(Some(named), direct, false, own), Watched::Direct(getpid()));
        brother.kill().unwrap();
        brother.wait().unwrap();
        assert_eq!(
            watched(Some(named), direct, false, own),
            Watched::Direct(getpid()),
            "its number is nobody's"
        );
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn an_orphan_believes_what_it_is_told() {
        let (mut child, named) = child();
        // Process 1 has adopted it, a service manager, or its wrapper has ended just now.
        let parents = [INIT, Some(getpid())];
        for direct in parents {
            assert_eq!(watched(Some(named), direct, true, nobody()), Watched::Named(named));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for direct in parents {
            assert_eq!(
                watched(Some(named), direct, true, nobody()),
                Watched::Gone,
                "it ended while we started"
            );
        }
    }

    #[test]
    fn a_number_from_elsewhere_is_not_watched() {
        let (direct, own) = (Pid::from_raw(2).unwrap(), Pid::from_raw(3).unwrap());
        assert_eq!(watched(Some(nobody()), INIT, true, own), Watched::Nobody);
        assert_eq!(watched(Some(nobody()), None, true, own), Watched::Nobody);
        assert_eq!(watched(Some(nobody()), Some(direct), false, own), Watched::Direct(direct));
    }

    #[test]
    fn process_one_is_not_watched() {
        assert_eq!(watched(None, INIT, true, nobody()), Watched::Nobody);
        assert_eq!(watched(None, None, true, nobody()), Watched::Nobody);
    }
}
