//! The subshells that front ends have made (JEP 91).
//!
//! A subshell is a name that a front end puts into the headers of requests on the shell channel. What the wire thread
//! answers by itself it answers at once, on whichever subshell it comes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// Subshells at a time. JupyterLab makes one for each page's comms and one for each subshell console.
const MAX_SUBSHELLS: usize = 256;

/// The identities that are good, oldest first.
#[derive(Default)]
pub(super) struct Subshells(Mutex<Vec<String>>);

impl Subshells {
    /// Makes one. `None` when there are too many.
    pub(super) fn create(&self) -> Option<String> {
        let mut all = self.lock();
        (all.len() < MAX_SUBSHELLS).then(|| {
            let id = Uuid::new_v4().to_string();
            all.push(id.clone());
            id
        })
    }

    /// Removes one; `false` if there is none of this identity.
    pub(super) fn delete(&self, id: &str) -> bool {
        let mut all = self.lock();
        let before = all.len();
        all.retain(|known| known != id);
        all.len() < before
    }

    /// All identities.
    pub(super) fn list(&self) -> Vec<String> {
        self.lock().clone()
    }

    /// Whether there is one of this identity.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.lock().iter().any(|known| known == id)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_listed_until_it_is_deleted() {
        let subshells = Subshells::default();
        let ids = [(); 2].map(|()| subshells.create().unwrap());
        assert_eq!(subshells.list(), ids);
        assert!(subshells.contains(&ids[0]) && subshells.delete(&ids[0]));
        assert!(!subshells.contains(&ids[0]) && !subshells.delete(&ids[0]));
        assert_eq!(subshells.list(), ids[1..]);
    }

    #[test]
    fn there_is_a_bound_and_room_again_below_it() {
        let subshells = Subshells::default();
        let ids: Vec<String> = std::iter::from_fn(|| subshells.create()).collect();
        assert_eq!(ids.len(), MAX_SUBSHELLS);
        assert!(subshells.delete(&ids[7]));
        assert!(subshells.create().is_some());
    }
}
