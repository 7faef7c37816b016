//! Waiting for room in the queue, on the event loop.
//!
//! It is the wire thread that makes room, of which the event loop knows nothing: with nothing else
//! to run it would report a deadlock. So whoever waits here also has a timer running.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use flowno_scripting::engine::event_loop::sleep;

use crate::wire::Queue;

/// How long each timer runs. Room wakes who waits by itself, so this costs ten polls a second.
const TICK: Duration = Duration::from_millis(100);

type Timer = Pin<Box<dyn Future<Output = ()>>>;

/// Those who wait, each with its timer. Who is dropped while it waits stays until there is room.
#[derive(Default)]
pub(crate) struct Room(RefCell<Vec<(Waker, Timer)>>);

impl Room {
    /// `Ready` while there is room; else registers the waker.
    pub(crate) fn poll(&self, queue: &Queue, cx: &mut Context<'_>) -> Poll<()> {
        let mut waiting = self.0.borrow_mut();
        if queue.poll_room(cx).is_ready() {
            // The queue has woken all of them; who finds no room then comes back.
            waiting.clear();
            return Poll::Ready(());
        }
        let at = waiting.iter().position(|(waker, _)| waker.will_wake(cx.waker())).unwrap_or_else(|| {
            waiting.push((cx.waker().clone(), timer()));
            waiting.len() - 1
        });
        while waiting[at].1.as_mut().poll(cx).is_ready() {
            waiting[at].1 = timer();
        }
        Poll::Pending
    }
}

fn timer() -> Timer {
    Box::pin(async {
        sleep(TICK).await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::rc::Rc;
    use std::thread;

    use flowno_scripting::block_on;

    use crate::content::output;
    use crate::wire::Post;
    use jupyter_protocol::Stdio;

    #[test]
    fn to_wait_for_the_wire_is_no_deadlock() {
        let queue = Queue::default();
        let reader = queue.clone();
        let waited = block_on(async move {
            let room = Rc::new(Room::default());
            let text = || output::stream(Stdio::Stdout, "x".repeat(1 << 20));
            poll_fn(|cx| room.poll(&queue, cx)).await;
            queue.output(Post::Publish { parent: "a".into(), content: text() });
            queue.output(Post::Publish { parent: "b".into(), content: text() });
            let reading = thread::spawn(move || {
                thread::sleep(3 * TICK);
                for _ in 0..2 {
                    let mut next = std::pin::pin!(reader.next());
                    assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
                }
            });
            poll_fn(|cx| room.poll(&queue, cx)).await;
            reading.join().is_ok()
        });
        assert!(waited.unwrap());
    }
}
