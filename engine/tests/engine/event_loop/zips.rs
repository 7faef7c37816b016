use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_core::Stream;

use flowno_engine::event_loop::{spawn, yield_now};
use flowno_engine::flow::StreamCancelled;
use flowno_engine::sync::{AsyncQueue, Azip, Zip, azip};
use flowno_engine::{Emitter, flow_hdl, node};

use super::Notes;
use crate::support::virtual_loop;

/// Gives the numbers up to its last, suspends before each, and notes that it was asked.
struct Numbers {
    name: &'static str,
    next: u32,
    last: u32,
    suspended: bool,
    notes: Notes,
}

impl Stream for Numbers {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<u32>> {
        self.suspended = !self.suspended;
        if self.suspended {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.next += 1;
        self.notes.add(format!("{}{}", self.name, self.next));
        Poll::Ready((self.next <= self.last).then_some(self.next))
    }
}

fn numbers(name: &'static str, last: u32, notes: &Notes) -> Numbers {
    Numbers { name, next: 0, last, suspended: false, notes: notes.clone() }
}

async fn collect<Z: Zip>(mut zip: Azip<Z>) -> Vec<Z::Items> {
    let mut all = Vec::new();
    while let Some(items) = zip.next().await {
        all.push(items);
    }
    assert!(zip.next().await.is_none(), "it goes on after its end");
    all
}

#[test]
fn in_lockstep_until_the_shortest_ends() {
    let notes = Notes::default();
    let zip = azip((numbers("a", 3, &notes), numbers("b", 1, &notes), numbers("c", 3, &notes)));
    let got = virtual_loop().run_until_complete(collect(zip));
    assert_eq!(got.unwrap(), [(1, 1, 1)]);
    // The third is not asked once the second has ended.
    assert_eq!(notes.take(), ["a1", "b1", "c1", "a2", "b2"]);
}

#[test]
fn one_two_and_six_and_any_number() {
    let notes = Notes::default();
    let n = |last| numbers("", last, &notes);
    let event_loop = virtual_loop();
    assert_eq!(event_loop.run_until_complete(collect(azip((n(2),)))).unwrap(), [(1,), (2,)]);
    let six = azip((n(1), n(2), n(3), n(4), n(5), n(6)));
    assert_eq!(event_loop.run_until_complete(collect(six)).unwrap(), [(1, 1, 1, 1, 1, 1)]);
    let many = azip(vec![n(2), n(3)]);
    assert_eq!(event_loop.run_until_complete(collect(many)).unwrap(), [[1, 1], [2, 2]]);
    let none = azip(Vec::<Numbers>::new());
    assert!(event_loop.run_until_complete(collect(none)).unwrap().is_empty());
}

#[test]
fn queues_are_waited_for_and_until_empty_is_not() {
    let got = virtual_loop().run_until_complete(async {
        let (slow, full) = (AsyncQueue::new(None), AsyncQueue::new(None));
        for letter in "abcd".chars() {
            full.put(letter).await.unwrap();
        }
        let putter = slow.clone();
        spawn(async move {
            for number in 0..3 {
                yield_now().await;
                putter.put(number).await.unwrap();
            }
            putter.close();
        });
        let got = collect(azip((slow.items(), full.until_empty()))).await;
        (got, full.len())
    });
    assert_eq!(got.unwrap(), (vec![(0, 'a'), (1, 'b'), (2, 'c')], 1));
}

/// The next round, with the zip borrowed only while it is polled.
fn next_of<Z: Zip>(zip: Rc<RefCell<Azip<Z>>>) -> impl Future<Output = Option<Z::Items>> {
    poll_fn(move |cx| Pin::new(&mut *zip.borrow_mut()).poll_next(cx))
}

#[test]
fn a_round_that_is_given_up_loses_nothing() {
    let got = virtual_loop().run_until_complete(async {
        let (first, second) = (AsyncQueue::new(None), AsyncQueue::new(None));
        first.put(1).await.unwrap();
        let zip = Rc::new(RefCell::new(azip((first.items(), second.items()))));
        let task = spawn(next_of(zip.clone()));
        yield_now().await;
        task.cancel();
        second.put('x').await.unwrap();
        next_of(zip).await
    });
    assert_eq!(got.unwrap(), Some((1, 'x')));
}

#[node]
async fn Numbered(first: i64, last: i64, out: Emitter<i64>) -> Result<(), StreamCancelled> {
    for number in first..=last {
        out.emit(number).await?;
    }
    Ok(())
}

#[node]
async fn Pairs(a: flowno_engine::Stream<i64>, b: flowno_engine::Stream<i64>) -> Vec<(i64, i64)> {
    collect(azip((a, b))).await
}

#[test]
fn streams_of_nodes() {
    let f = flow_hdl! { |f|
        f.pairs = Pairs(Numbered(1, 5), Numbered(11, 13));
    };
    let f = f.unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.pairs.get_data(), Some((vec![(1, 11), (2, 12), (3, 13)],)));
}
