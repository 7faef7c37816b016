//! Whether the process that wanted this kernel still lives.
//!
//! A client that crashes sends no shutdown request, and kernels that live on pile up.

use std::env;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, getppid, test_kill_process};
use tokio::time::sleep;

/// How often to look. It is part of the two seconds in which the kernel must end.
const INTERVAL: Duration = Duration::from_millis(200);

/// Where Jupyter clients name the process that started the kernel.
const VARIABLE: &str = "JPY_PARENT_PID";

/// Ends when the parent has; never if there is none to watch.
pub(in crate::wire) async fn ended() {
    let Some(mut lives) = watch(named(), getppid()) else { return std::future::pending().await };
    while lives() {
        sleep(INTERVAL).await;
    }
}

/// Chooses what to watch: the named process if there is one, which may not be the direct parent (a
/// wrapper may stand between, and may end early); else the direct parent, except process 1, which
/// adopts orphans and never ends. A number that nobody has comes from elsewhere, as from outside a container.
fn watch(named: Option<Pid>, direct: Option<Pid>) -> Option<Box<dyn FnMut() -> bool + Send>> {
    match (named, direct) {
        // An orphan gets a new parent at once, even while the old one is a zombie.
        (Some(named), Some(direct)) if named == direct => Some(Box::new(move || getppid() == Some(direct))),
        (Some(named), _) if exists(named) => Some(Box::new(move || exists(named))),
        (_, Some(direct)) if !direct.is_init() => Some(Box::new(move || getppid() == Some(direct))),
        _ => None,
    }
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
    use std::process::Command;

    #[test]
    fn the_named_process_is_watched_until_it_ends() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let named = Pid::from_child(&child);
        let mut lives = watch(Some(named), Pid::from_raw(1)).unwrap();
        assert!(lives());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!lives());
    }

    #[test]
    fn the_direct_parent_is_watched_otherwise() {
        assert!(watch(None, getppid()).is_none_or(|mut lives| lives()));
        let other = Pid::from_raw(i32::MAX - 1);
        assert!(!watch(other, other).unwrap()(), "a parent that is no longer ours");
    }

    #[test]
    fn a_number_that_nobody_has_is_not_watched() {
        let nobody = Pid::from_raw(i32::MAX - 1);
        assert!(watch(nobody, Pid::from_raw(1)).is_none());
        assert!(watch(nobody, getppid()).is_none_or(|mut lives| lives()));
    }

    #[test]
    fn process_one_is_not_watched() {
        assert!(watch(None, Pid::from_raw(1)).is_none());
        assert!(watch(None, None).is_none());
    }
}
