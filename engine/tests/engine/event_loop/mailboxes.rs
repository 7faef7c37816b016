use flowno_engine::event_loop::mailbox::mailbox;

use crate::support::virtual_loop;

const THREADS: u64 = 4;
const MESSAGES: u64 = 2_500;

#[test]
fn messages_of_other_threads_all_come_each_threads_in_order() {
    let (sender, mut receiver) = mailbox::<(u64, u64)>();
    for thread in 0..THREADS {
        let sender = sender.clone();
        std::thread::spawn(move || (0..MESSAGES).for_each(|number| sender.send((thread, number)).unwrap()));
    }
    drop(sender);
    let root = async move {
        let mut next = [0; THREADS as usize];
        while let Some((thread, number)) = receiver.recv().await {
            assert_eq!(next[thread as usize], number);
            next[thread as usize] += 1;
        }
        next
    };
    assert_eq!(virtual_loop().run_until_complete(root).unwrap(), [MESSAGES; THREADS as usize]);
}

#[test]
fn what_was_sent_before_the_last_sender_went_still_comes() {
    let (sender, mut receiver) = mailbox();
    sender.send(1).unwrap();
    sender.send(2).unwrap();
    drop(sender);
    let root = async move { [receiver.recv().await, receiver.recv().await, receiver.recv().await] };
    assert_eq!(virtual_loop().run_until_complete(root).unwrap(), [Some(1), Some(2), None]);
}

#[test]
fn a_message_to_nobody_comes_back() {
    let (sender, receiver) = mailbox();
    drop(receiver);
    assert_eq!(sender.send(7), Err(7));
}

#[test]
fn try_recv_takes_only_what_is_there() {
    let (sender, mut receiver) = mailbox();
    assert_eq!(receiver.try_recv(), None);
    sender.send(7).unwrap();
    assert_eq!((receiver.try_recv(), receiver.try_recv()), (Some(7), None));
}
