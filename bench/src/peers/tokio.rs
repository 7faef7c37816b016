//! tokio: a `current_thread` runtime; edges are `mpsc` channels that hold one value.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, yield_now};

use crate::measure::{Measured, Stopwatch};
use crate::work::{QUEUE_PLACES, Work, YIELDS, fan_sum, nap, stream_sum, sum_below};

/// Does the work, if it is one for tokio.
pub(crate) fn run(work: Work) -> Option<Measured> {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        Some(match work {
            Work::Ring { nodes, generations } => ring(nodes, generations).await,
            Work::Fan { width, generations } => fan(width, generations).await,
            Work::Stream { chunks } => stream(chunks).await,
            Work::Sleep { tasks, waves } => sleep(tasks, waves).await,
            Work::Yield { tasks, waves } => yields(tasks, waves).await,
            Work::Queue { items } => queue(items).await,
            Work::Spawn { tasks, waves } => spawn(tasks, waves).await,
            Work::Echo { clients, trips } => echo(clients, trips).await,
            _ => return None,
        })
    })
}

async fn ring(nodes: u64, generations: u64) -> Measured {
    let (mut outlets, inlets): (Vec<_>, Vec<_>) = (0..nodes).map(|_| channel::<i64>(1)).unzip();
    outlets[0].send(0).await.expect("open");
    // Node i reads edge i and writes edge i + 1.
    outlets.rotate_left(1);
    let tasks: Vec<_> =
        inlets.into_iter().zip(outlets).map(|(i, o)| tokio::spawn(node(i, o, generations))).collect();
    let watch = Stopwatch::start();
    let mut inlets = join(tasks).await;
    let measured = watch.stop(nodes * generations);
    assert_eq!(inlets[0].recv().await, Some((nodes * generations) as i64));
    measured
}

/// Gives its inlet back: the last value stays in the first edge.
async fn node(mut inlet: Receiver<i64>, outlet: Sender<i64>, generations: u64) -> Receiver<i64> {
    for _ in 0..generations {
        let x = inlet.recv().await.expect("a value");
        outlet.send(x + 1).await.expect("open");
    }
    inlet
}

async fn fan(width: u64, generations: u64) -> Measured {
    let (outlets, mut inlets): (Vec<_>, Vec<_>) = (0..width)
        .map(|i| {
            let ((outlet, mut from_source), (to_sum, inlet)) = (channel::<i64>(1), channel::<i64>(1));
            tokio::spawn(async move {
                while let Some(x) = from_source.recv().await {
                    to_sum.send(x + i as i64).await.expect("open");
                }
            });
            (outlet, inlet)
        })
        .unzip();
    tokio::spawn(async move {
        for _ in 0..generations {
            for outlet in &outlets {
                outlet.send(1).await.expect("open");
            }
        }
    });
    let sum = tokio::spawn(async move {
        for _ in 0..generations {
            let mut sum = 0;
            for inlet in &mut inlets {
                sum += inlet.recv().await.expect("a value");
            }
            assert_eq!(sum, fan_sum(width));
        }
    });
    let watch = Stopwatch::start();
    sum.await.expect("it ends");
    watch.stop((width + 2) * generations)
}

async fn stream(chunks: u64) -> Measured {
    let ((to_odd, mut numbers), (to_sum, mut odds)) = (channel::<i64>(1), channel::<i64>(1));
    tokio::spawn(async move {
        for i in 0..chunks as i64 {
            to_odd.send(i).await.expect("open");
        }
    });
    tokio::spawn(async move {
        while let Some(x) = numbers.recv().await {
            to_sum.send(2 * x + 1).await.expect("open");
        }
    });
    let sum = tokio::spawn(async move {
        let mut sum = 0;
        while let Some(x) = odds.recv().await {
            sum += x;
        }
        sum
    });
    let watch = Stopwatch::start();
    assert_eq!(sum.await.expect("it ends"), stream_sum(chunks));
    watch.stop(chunks)
}

async fn sleep(tasks: u64, waves: u64) -> Measured {
    let watch = Stopwatch::start();
    for _ in 0..waves {
        join((0..tasks).map(|i| tokio::spawn(tokio::time::sleep(nap(i)))).collect()).await;
    }
    watch.stop(tasks * waves)
}

async fn yields(tasks: u64, waves: u64) -> Measured {
    let task = async || {
        for _ in 0..YIELDS {
            yield_now().await;
        }
    };
    let watch = Stopwatch::start();
    for _ in 0..waves {
        join((0..tasks).map(|_| tokio::spawn(task())).collect()).await;
    }
    watch.stop(tasks * waves * YIELDS)
}

async fn queue(items: u64) -> Measured {
    let (inlet, mut outlet) = channel::<u64>(QUEUE_PLACES);
    let watch = Stopwatch::start();
    tokio::spawn(async move {
        for i in 0..items {
            inlet.send(i).await.expect("open");
        }
    });
    let sum = tokio::spawn(async move {
        let mut sum = 0;
        while let Some(item) = outlet.recv().await {
            sum += item;
        }
        sum
    });
    assert_eq!(sum.await.expect("it ends"), sum_below(items));
    watch.stop(items)
}

async fn spawn(tasks: u64, waves: u64) -> Measured {
    let watch = Stopwatch::start();
    let mut sum = 0;
    for _ in 0..waves {
        let handles: Vec<_> = (0..tasks).map(|i| tokio::spawn(async move { i })).collect();
        for handle in handles {
            sum += handle.await.expect("it ends");
        }
    }
    let measured = watch.stop(tasks * waves);
    assert_eq!(sum, sum_below(tasks) * waves);
    measured
}

async fn echo(clients: u64, trips: u64) -> Measured {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let watch = Stopwatch::start();
    tokio::spawn(async move {
        for _ in 0..clients {
            let (stream, _) = listener.accept().await.expect("a client");
            tokio::spawn(serve(stream));
        }
    });
    join((0..clients).map(|_| tokio::spawn(ask(address, trips))).collect()).await;
    watch.stop(clients * trips)
}

echo_ends!(TcpStream);

async fn join<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.expect("it ends"));
    }
    results
}
