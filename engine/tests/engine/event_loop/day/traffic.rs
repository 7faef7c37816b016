//! Tasks that send each other things: by queues of every size, and by mailboxes.

use flowno_engine::event_loop::TaskHandle;
use flowno_engine::event_loop::mailbox::{Sender, mailbox};
use flowno_engine::sync::AsyncQueue;

use super::Day;

const QUEUES: u64 = 60;
const MAILBOXES: u64 = 20;
const SENDERS: u64 = 3;

/// What goes through a queue, or comes from one sender.
const ITEMS: u64 = 40;

/// The longest that one takes with an item, in seconds.
const WORK_S: u64 = 900;

pub(super) fn spawn(day: &Day, tasks: &mut Vec<TaskHandle<()>>) {
    for number in 0..QUEUES {
        let capacity = (number % 4 != 0).then_some(number as usize % 4);
        let queue = AsyncQueue::new(capacity);
        tasks.push(day.spawn(put(day.clone(), queue.clone())));
        tasks.push(day.spawn(get(day.clone(), number, queue)));
    }
    for number in 0..MAILBOXES {
        tasks.push(day.spawn(receive(day.clone(), number)));
    }
}

async fn put(day: Day, queue: AsyncQueue<u64>) {
    for item in 0..ITEMS {
        day.sleep(day.draw(WORK_S)).await;
        queue.put(item).await.expect("it is open");
    }
    queue.close();
    assert!(queue.put(ITEMS).await.is_err());
}

async fn get(day: Day, number: u64, queue: AsyncQueue<u64>) {
    for item in 0..ITEMS {
        assert_eq!(queue.get().await, Ok(item));
        day.note(format!("queue {number}: {item}"));
        day.sleep(day.draw(WORK_S)).await;
    }
    assert!(queue.get().await.is_err(), "it is closed and empty");
}

async fn send(day: Day, sender: Sender<(u64, u64)>, who: u64) {
    for item in 0..ITEMS {
        day.sleep(day.draw(WORK_S)).await;
        sender.send((who, item)).expect("somebody receives");
    }
}

async fn receive(day: Day, number: u64) {
    let (sender, mut receiver) = mailbox();
    let senders: Vec<_> = (0..SENDERS).map(|who| day.spawn(send(day.clone(), sender.clone(), who))).collect();
    drop(sender);
    let mut next = [0; SENDERS as usize];
    while let Some((who, item)) = receiver.recv().await {
        assert_eq!(std::mem::replace(&mut next[who as usize], item + 1), item);
        day.note(format!("mailbox {number}: {who} {item}"));
    }
    assert_eq!(next, [ITEMS; SENDERS as usize]);
    for sender in senders {
        sender.join().await.expect("it has sent all");
    }
}
