//! The workloads on the bare poll loop.

use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

use super::channel::Channel;
use super::poll_loop::PollLoop;
use crate::measure::{Measured, Stopwatch};
use crate::work::{QUEUE_PLACES, Work, YIELDS, fan_sum, nap, stream_sum, sum_below};

/// Does the work, if it is one for bare futures.
pub(crate) fn run(work: Work) -> Option<Measured> {
    Some(match work {
        Work::Ring { nodes, generations } => ring(nodes, generations),
        Work::Fan { width, generations } => fan(width, generations),
        Work::Stream { chunks } => stream(chunks),
        Work::Sleep { tasks, waves } => sleep(tasks, waves),
        Work::Yield { tasks, waves } => yields(tasks, waves),
        Work::Queue { items } => queue(items),
        Work::Spawn { tasks, waves } => spawn(tasks, waves),
        _ => return None,
    })
}

fn ring(nodes: u64, generations: u64) -> Measured {
    let mut poll_loop = PollLoop::default();
    let edges: Vec<_> = (0..nodes).map(|_| Channel::new(&poll_loop.shared(), 1)).collect();
    let last = Rc::new(Cell::new(0));
    for i in 0..nodes as usize {
        let (inlet, outlet) = (edges[i].clone(), edges[(i + 1) % edges.len()].clone());
        let last = last.clone();
        poll_loop.spawn(async move {
            if i == 0 {
                outlet.send(1).await;
            }
            for _ in u64::from(i == 0)..generations {
                outlet.send(black_box(inlet.receive().await) + 1).await;
            }
            if i == 0 {
                last.set(inlet.receive().await);
            }
        });
    }
    let watch = Stopwatch::start();
    poll_loop.run();
    let measured = watch.stop(nodes * generations);
    assert_eq!(last.get(), (nodes * generations) as i64);
    measured
}

fn fan(width: u64, generations: u64) -> Measured {
    let mut poll_loop = PollLoop::default();
    let edges = || (0..width).map(|_| Channel::new(&poll_loop.shared(), 1)).collect::<Vec<_>>();
    let (outlets, inlets) = (edges(), edges());
    for (i, (inlet, outlet)) in outlets.iter().cloned().zip(inlets.iter().cloned()).enumerate() {
        poll_loop.spawn(async move {
            for _ in 0..generations {
                outlet.send(inlet.receive().await + i as i64).await;
            }
        });
    }
    poll_loop.spawn(async move {
        for _ in 0..generations {
            for outlet in &outlets {
                outlet.send(black_box(1)).await;
            }
        }
    });
    poll_loop.spawn(async move {
        for _ in 0..generations {
            let mut sum = 0;
            for inlet in &inlets {
                sum += inlet.receive().await;
            }
            assert_eq!(sum, fan_sum(width));
        }
    });
    let watch = Stopwatch::start();
    poll_loop.run();
    watch.stop((width + 2) * generations)
}

fn stream(chunks: u64) -> Measured {
    let mut poll_loop = PollLoop::default();
    let edge = || Channel::new(&poll_loop.shared(), 1);
    let (numbers, odds) = (edge(), edge());
    let (to_odd, to_sum) = (numbers.clone(), odds.clone());
    poll_loop.spawn(async move {
        for i in 0..chunks as i64 {
            to_odd.send(black_box(i)).await;
        }
    });
    poll_loop.spawn(async move {
        for _ in 0..chunks {
            to_sum.send(2 * numbers.receive().await + 1).await;
        }
    });
    poll_loop.spawn(async move {
        let mut sum = 0;
        for _ in 0..chunks {
            sum += odds.receive().await;
        }
        assert_eq!(sum, stream_sum(chunks));
    });
    let watch = Stopwatch::start();
    poll_loop.run();
    watch.stop(chunks)
}

fn sleep(tasks: u64, waves: u64) -> Measured {
    let watch = Stopwatch::start();
    for _ in 0..waves {
        let mut poll_loop = PollLoop::default();
        for i in 0..tasks {
            let shared = poll_loop.shared();
            poll_loop.spawn(async move { shared.sleep(nap(i)).await });
        }
        poll_loop.run();
    }
    watch.stop(tasks * waves)
}

fn yields(tasks: u64, waves: u64) -> Measured {
    let watch = Stopwatch::start();
    for _ in 0..waves {
        let mut poll_loop = PollLoop::default();
        for _ in 0..tasks {
            let shared = poll_loop.shared();
            poll_loop.spawn(async move {
                for _ in 0..YIELDS {
                    shared.yield_now().await;
                }
            });
        }
        poll_loop.run();
    }
    watch.stop(tasks * waves * YIELDS)
}

fn queue(items: u64) -> Measured {
    let mut poll_loop = PollLoop::default();
    let inlet = Channel::new(&poll_loop.shared(), QUEUE_PLACES);
    let outlet = inlet.clone();
    let watch = Stopwatch::start();
    poll_loop.spawn(async move {
        for i in 0..items {
            inlet.send(black_box(i as i64)).await;
        }
    });
    poll_loop.spawn(async move {
        let mut sum = 0;
        for _ in 0..items {
            sum += outlet.receive().await;
        }
        assert_eq!(sum as u64, sum_below(items));
    });
    poll_loop.run();
    watch.stop(items)
}

fn spawn(tasks: u64, waves: u64) -> Measured {
    let sum = Rc::new(Cell::new(0));
    let watch = Stopwatch::start();
    for _ in 0..waves {
        let mut poll_loop = PollLoop::default();
        for i in 0..tasks {
            let sum = sum.clone();
            poll_loop.spawn(async move { sum.set(sum.get() + i) });
        }
        poll_loop.run();
    }
    let measured = watch.stop(tasks * waves);
    assert_eq!(sum.get(), sum_below(tasks) * waves);
    measured
}
