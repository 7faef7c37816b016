//! Names of clients that have shown that they know the key, on whichever channel.
//!
//! Most connections of an honest client never carry a signed message: it subscribes to iopub, listens on stdin, interrupts
//! once in a while. What it signed on shell speaks for those that have the same name.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Names remembered, the latest: four times as many as there can be peers of a channel.
const REMEMBERED: usize = 1024;

/// The names. Clones are handles to the same ones.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Mutex<VecDeque<Bytes>>>);

impl Known {
    /// Who goes by this name knows the key. No name is nobody's.
    pub(super) fn add(&self, name: &Bytes) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if name.is_empty() {
            return;
        }
        names.retain(|known| known != name);
        if names.len() == REMEMBERED {
            names.pop_front();
        }
        names.push_back(name.clone());
    }

    pub(super) fn contains(&self, name: &Bytes) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_names_are_known() {
        let known = Known::default();
        let name = |number: usize| Bytes::from(number.to_string());
        (0..REMEMBERED).for_each(|number| known.add(&name(number)));
        known.add(&name(0));
        known.add(&name(REMEMBERED));
        known.add(&Bytes::new());
        assert!(known.contains(&name(0)) && known.contains(&name(REMEMBERED)));
        assert!(!known.contains(&name(1)), "the one that was longest unused");
        assert!(!known.contains(&Bytes::new()));
    }
}
