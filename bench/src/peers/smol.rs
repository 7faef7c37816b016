//! smol, by the crates that it bundles: a local executor; edges are bounded channels that hold one value.

use async_channel::{Receiver, Sender, bounded};
use async_executor::{LocalExecutor, Task};
use async_io::Timer;
use async_net::{TcpListener, TcpStream};
use futures_lite::future::yield_now;
use futures_lite::{AsyncReadExt, AsyncWriteExt};

use crate::measure::{Measured, Stopwatch};
use crate::work::{QUEUE_PLACES, Work, YIELDS, fan_sum, nap, stream_sum, sum_below};

/// Tasks spawn tasks, so it outlives them all.
type Executor = &'static LocalExecutor<'static>;

/// Does the work, if it is one for smol.
pub(crate) fn run(work: Work) -> Option<Measured> {
    let executor: Executor = Box::leak(Box::default());
    async_io::block_on(executor.run(async {
        Some(match work {
            Work::Ring { nodes, generations } => ring(executor, nodes, generations).await,
            Work::Fan { width, generations } => fan(executor, width, generations).await,
            Work::Stream { chunks } => stream(executor, chunks).await,
            Work::Sleep { tasks, waves } => sleep(executor, tasks, waves).await,
            Work::Yield { tasks, waves } => yields(executor, tasks, waves).await,
            Work::Queue { items } => queue(executor, items).await,
            Work::Spawn { tasks, waves } => spawn(executor, tasks, waves).await,
            Work::Echo { clients, trips } => echo(executor, clients, trips).await,
            _ => return None,
        })
    }))
}

async fn ring(executor: Executor, nodes: u64, generations: u64) -> Measured {
    let (mut outlets, inlets): (Vec<_>, Vec<_>) = (0..nodes).map(|_| bounded::<i64>(1)).unzip();
    outlets[0].send(0).await.expect("open");
    // Node i reads edge i and writes edge i + 1.
    outlets.rotate_left(1);
    let tasks: Vec<_> =
        inlets.into_iter().zip(outlets).map(|(i, o)| executor.spawn(node(i, o, generations))).collect();
    let watch = Stopwatch::start();
    let inlets = join(tasks).await;
    let measured = watch.stop(nodes * generations);
    assert_eq!(inlets[0].recv().await, Ok((nodes * generations) as i64));
    measured
}

/// Gives its inlet back: the last value stays in the first edge.
async fn node(inlet: Receiver<i64>, outlet: Sender<i64>, generations: u64) -> Receiver<i64> {
    for _ in 0..generations {
        let x = inlet.recv().await.expect("a value");
        outlet.send(x + 1).await.expect("open");
    }
    inlet
}

async fn fan(executor: Executor, width: u64, generations: u64) -> Measured {
    let (outlets, inlets): (Vec<_>, Vec<_>) = (0..width)
        .map(|i| {
            let ((outlet, from_source), (to_sum, inlet)) = (bounded::<i64>(1), bounded::<i64>(1));
            let middle = async move {
                while let Ok(x) = from_source.recv().await {
                    to_sum.send(x + i as i64).await.expect("open");
                }
            };
            executor.spawn(middle).detach();
            (outlet, inlet)
        })
        .unzip();
    let source = async move {
        for _ in 0..generations {
            for outlet in &outlets {
                outlet.send(1).await.expect("open");
            }
        }
    };
    executor.spawn(source).detach();
    let sum = executor.spawn(async move {
        for _ in 0..generations {
            let mut sum = 0;
            for inlet in &inlets {
                sum += inlet.recv().await.expect("a value");
            }
            assert_eq!(sum, fan_sum(width));
        }
    });
    let watch = Stopwatch::start();
    sum.await;
    watch.stop((width + 2) * generations)
}

async fn stream(executor: Executor, chunks: u64) -> Measured {
    let ((to_odd, numbers), (to_sum, odds)) = (bounded::<i64>(1), bounded::<i64>(1));
    let source = async move {
        for i in 0..chunks as i64 {
            to_odd.send(i).await.expect("open");
        }
    };
    executor.spawn(source).detach();
    let odd = async move {
        while let Ok(x) = numbers.recv().await {
            to_sum.send(2 * x + 1).await.expect("open");
        }
    };
    executor.spawn(odd).detach();
    let sum = executor.spawn(async move {
        let mut sum = 0;
        while let Ok(x) = odds.recv().await {
            sum += x;
        }
        sum
    });
    let watch = Stopwatch::start();
    assert_eq!(sum.await, stream_sum(chunks));
    watch.stop(chunks)
}

async fn sleep(executor: Executor, tasks: u64, waves: u64) -> Measured {
    let task = async |i| Timer::after(nap(i)).await;
    let watch = Stopwatch::start();
    for _ in 0..waves {
        join((0..tasks).map(|i| executor.spawn(task(i))).collect()).await;
    }
    watch.stop(tasks * waves)
}

async fn yields(executor: Executor, tasks: u64, waves: u64) -> Measured {
    let task = async || {
        for _ in 0..YIELDS {
            yield_now().await;
        }
    };
    let watch = Stopwatch::start();
    for _ in 0..waves {
        join((0..tasks).map(|_| executor.spawn(task())).collect()).await;
    }
    watch.stop(tasks * waves * YIELDS)
}

async fn queue(executor: Executor, items: u64) -> Measured {
    let (inlet, outlet) = bounded::<u64>(QUEUE_PLACES);
    let watch = Stopwatch::start();
    let source = async move {
        for i in 0..items {
            inlet.send(i).await.expect("open");
        }
    };
    executor.spawn(source).detach();
    let sum = executor.spawn(async move {
        let mut sum = 0;
        while let Ok(item) = outlet.recv().await {
            sum += item;
        }
        sum
    });
    assert_eq!(sum.await, sum_below(items));
    watch.stop(items)
}

async fn spawn(executor: Executor, tasks: u64, waves: u64) -> Measured {
    let watch = Stopwatch::start();
    let mut sum = 0;
    for _ in 0..waves {
        let handles: Vec<_> = (0..tasks).map(|i| executor.spawn(async move { i })).collect();
        for handle in handles {
            sum += handle.await;
        }
    }
    let measured = watch.stop(tasks * waves);
    assert_eq!(sum, sum_below(tasks) * waves);
    measured
}

async fn echo(executor: Executor, clients: u64, trips: u64) -> Measured {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let watch = Stopwatch::start();
    let server = async move {
        for _ in 0..clients {
            let (stream, _) = listener.accept().await.expect("a client");
            executor.spawn(serve(stream)).detach();
        }
    };
    executor.spawn(server).detach();
    join((0..clients).map(|_| executor.spawn(ask(address, trips))).collect()).await;
    watch.stop(clients * trips)
}

echo_ends!(TcpStream);

async fn join<T>(tasks: Vec<Task<T>>) -> Vec<T> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await);
    }
    results
}
