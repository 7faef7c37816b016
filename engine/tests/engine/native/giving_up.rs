//! Bodies that wait for a stream and something else at once, and go on without the stream.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use flowno_engine::event_loop::sleep;
use flowno_engine::{Emitter, FlowHDL, Stream, node};

use crate::support::virtual_loop;

/// What comes within a second.
async fn within_a_second<T>(future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut late) = (pin!(future), pin!(sleep(Duration::from_secs(1))));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => late.as_mut().poll(cx).map(|_| None),
    })
    .await
}

#[node]
async fn EmitsOnce(out: Emitter<i64>) -> i64 {
    let pulled = within_a_second(out.emit(1)).await;
    sleep(Duration::from_secs(100)).await;
    if pulled.is_none() { 99 } else { 0 }
}

#[node]
async fn Sleeps(seconds: u64) -> u64 {
    sleep(Duration::from_secs(seconds)).await;
    seconds
}

#[node]
async fn EverySixSeconds(out: Emitter<i64>) -> i64 {
    for chunk in 1..=3 {
        sleep(Duration::from_secs(6)).await;
        if out.emit(chunk).await.is_err() {
            break;
        }
    }
    0
}

/// The chunks, and how often it gave up to wait for one.
#[node]
async fn Impatient(mut chunks: Stream<i64>) -> (Vec<i64>, i64) {
    let (mut got, mut given_up) = (Vec::new(), 0);
    loop {
        match within_a_second(chunks.next()).await {
            Some(Some(chunk)) => got.push(chunk),
            Some(None) => return (got, given_up),
            None => given_up += 1,
        }
    }
}

fn run(f: FlowHDL) -> FlowHDL {
    let ran = virtual_loop().run_until_complete(async move { f.run(()).await.map(|()| f) });
    ran.expect("a loop that ends").expect("a flow that ends")
}

#[test]
fn a_run_waits_for_a_body_that_has_given_up_an_emit() {
    let f = FlowHDL::new();
    f.assign("s", EmitsOnce()).unwrap();
    f.assign("other", Sleeps(10)).unwrap();
    let f = run(f);
    assert_eq!(f.node("s").get::<i64>(0), Some(99));
}

#[test]
fn a_reader_that_gives_up_a_chunk_gets_it_later() {
    let f = FlowHDL::new();
    f.assign("s", EverySixSeconds()).unwrap();
    f.assign("t", Impatient(f.node("s"))).unwrap();
    let f = run(f);
    assert_eq!(f.node("t").get::<(Vec<i64>, i64)>(0), Some((vec![1, 2, 3], 10)));
}
