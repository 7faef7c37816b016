//! What tasks use to talk to each other. All of it is for one event loop: nothing here crosses threads.

mod azip;
mod condition;
mod event;
mod items;
mod line;
mod lock;
mod queue;

pub use self::azip::{Azip, Zip, azip};
pub use self::condition::Condition;
pub use self::event::Event;
pub use self::items::{Items, UntilEmpty};
pub use self::lock::{Lock, LockGuard, NotLocked};
pub use self::queue::{AsyncQueue, QueueClosedError};
