//! The workloads, their cases with sizes, who runs each, and what is aimed at.
//!
//! Sizes are such that a run takes some tenths of a second: long beside the clock's step, short beside the
//! spells of noise of a shared machine. Peers that cost much more an item do fewer.

use serde::Serialize;

use crate::aim::Aim;
use crate::implementation::Implementation::{
    self, CallFn, Engine, Flowno, Futures, ReactiveGraph, Salsa, Scripting, Smol, Timely, Tokio,
};
use crate::measure::Unit;
use crate::work::Work;

/// What can be named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Workload {
    /// Rings of 100 and 1,000 nodes, turned; an item is a call
    Chain,
    /// A ring of two nodes; an item is a call
    Cycle,
    /// One node read by 100, summed by one; an item is a call
    Fan,
    /// A stream through three nodes, one chunk an edge; an item is a chunk
    Stream,
    /// Tasks that sleep 0 to 5 ms; an item is a task
    Sleep,
    /// Tasks that yield; an item is a yield
    Yield,
    /// A queue of 64 places between two tasks; an item is an integer
    Queue,
    /// Spawn and join; an item is a task
    Spawn,
    /// 10 clients and their server on loopback; an item is a round trip of 64 bytes
    Echo,
    /// One input of a graph of some 10,000 nodes changes; an item is a change
    Update,
    /// What an item costs as the graph grows and as it runs on
    Scale,
    /// Graphs of Flowno's own sizes, made and run once; an item is a call or a chunk
    Flowno,
    /// Nodes in Rhai; an item is a call or a chunk
    Script,
    /// 1,000 scripts that wait; an item is a script
    Suspended,
    /// Cells that are interrupted wherever they are
    Interrupt,
    /// The kernel beside ipykernel; measured by tests/bench/kernels.py, not here
    Kernel,
}

/// A line of a table.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Which workload it belongs to.
    pub workload: Workload,
    /// No other case has this name.
    pub name: String,
    /// Who runs it, and how much of it.
    pub runs: Vec<(Implementation, Work)>,
    /// What the first of them should reach.
    pub aim: Aim,
    /// What is measured.
    pub unit: Unit,
}

impl Case {
    fn new(workload: Workload, name: impl Into<String>, aim: Aim) -> Self {
        Self { workload, name: name.into(), runs: Vec::new(), aim, unit: Unit::CpuNs }
    }

    fn in_unit(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    fn run(mut self, implementations: &[Implementation], work: Work) -> Self {
        self.runs.extend(implementations.iter().map(|implementation| (*implementation, work)));
        self
    }
}

/// Who has edges of equal back-pressure, and timers, queues and sockets.
const RUNTIMES: &[Implementation] = &[Tokio, Smol];

/// The engine, the runtimes and the floor.
const LOOPS: &[Implementation] = &[Engine, Tokio, Smol, Futures];

/// How much dearer an item may be in the largest of a row of sizes than in the smallest: room for noise, none
/// for a cost that grows with the size.
const FLAT: f64 = 1.5;

/// The cases of these workloads, in the order of the catalogue; of all, if none is named.
pub(crate) fn cases(workloads: &[Workload]) -> Vec<Case> {
    let mut cases = [rings(), edges(), tasks(), updates(), scale(), flowno(), scripts()].concat();
    cases.retain(|case| workloads.is_empty() || workloads.contains(&case.workload));
    cases
}

fn rings() -> Vec<Case> {
    let case = |workload, name: &str, nodes: u64, generations: u64| {
        let work = |part: u64| Work::Ring { nodes, generations: generations / part };
        let timely = if nodes == 2 { work(20) } else { work(10) };
        let bodies = Work::RingAsync { nodes, generations };
        [
            Case::new(workload, name, Aim::Faster { times: 1.7, than: RUNTIMES })
                .run(LOOPS, work(1))
                .run(&[Timely], timely),
            Case::new(workload, format!("{name} async"), Aim::None).run(&[Engine], bodies),
        ]
    };
    [
        case(Workload::Chain, "chain 100", 100, 20_000),
        case(Workload::Chain, "chain 1000", 1_000, 2_000),
        case(Workload::Cycle, "cycle", 2, 1_000_000),
    ]
    .concat()
}

fn edges() -> Vec<Case> {
    let aim = Aim::Faster { times: 3.0, than: RUNTIMES };
    let (fan, stream) =
        (|generations| Work::Fan { width: 100, generations }, |chunks| Work::Stream { chunks });
    vec![
        Case::new(Workload::Fan, "fan 100", aim).run(LOOPS, fan(10_000)).run(&[Timely], fan(1_000)),
        Case::new(Workload::Stream, "stream", aim).run(LOOPS, stream(500_000)).run(&[Timely], stream(50_000)),
    ]
}

fn tasks() -> Vec<Case> {
    let case = |workload, name, times, work| {
        Case::new(workload, name, Aim::Faster { times, than: RUNTIMES }).run(LOOPS, work)
    };
    let echo = Work::Echo { clients: 10, trips: 2_000 };
    vec![
        case(Workload::Sleep, "sleep", 2.0, Work::Sleep { tasks: 10_000, waves: 20 }),
        case(Workload::Yield, "yield", 3.0, Work::Yield { tasks: 10_000, waves: 20 }),
        case(Workload::Queue, "queue", 2.0, Work::Queue { items: 2_000_000 }),
        case(Workload::Spawn, "spawn", 2.0, Work::Spawn { tasks: 100_000, waves: 10 }),
        Case::new(Workload::Echo, "echo 10", Aim::Faster { times: 0.9, than: RUNTIMES })
            .run(&[Engine, Tokio, Smol], echo),
    ]
}

fn updates() -> Vec<Case> {
    let aim = Aim::Faster { times: 15.0, than: &[ReactiveGraph] };
    let chains = |updates| Work::Chains { chains: 1_000, length: 10, updates };
    let tree = |updates| Work::Tree { leaves: 4_096, updates };
    vec![
        Case::new(Workload::Update, "chains 1000x10", aim)
            .run(&[Engine], chains(200_000))
            .run(&[Salsa, ReactiveGraph], chains(20_000)),
        Case::new(Workload::Update, "tree 4096", aim)
            .run(&[Engine], tree(200_000))
            .run(&[Salsa], tree(200))
            .run(&[ReactiveGraph], tree(20_000)),
    ]
}

/// The same number of calls at each size, so that all have as much time to be measured.
fn scale() -> Vec<Case> {
    const CALLS: u64 = 10_000_000;
    let sizes = || (2..=6).map(|power| (power, 10_u64.pow(power)));
    let aim = |power, as_in| match power {
        2 => Aim::None,
        _ => Aim::Flat { times: FLAT, as_in },
    };
    let nodes = sizes().map(|(power, nodes)| {
        let work = Work::Ring { nodes, generations: CALLS / nodes };
        Case::new(Workload::Scale, format!("10^{power} nodes"), aim(power, "10^2 nodes"))
            .run(&[Engine, Futures], work)
    });
    let generations = sizes().map(|(power, generations)| {
        let work = Work::FirstCycle { generations, runs: CALLS / (2 * generations) };
        Case::new(Workload::Scale, format!("10^{power} turns"), aim(power, "10^2 turns")).run(&[Engine], work)
    });
    nodes.chain(generations).collect()
}

/// Flowno's cost grows with the number of generations and of chunks, so there are several sizes.
fn flowno() -> Vec<Case> {
    const ITEMS: u64 = 1_000_000;
    let case = |name: String, work: fn(u64, u64) -> Work, size| {
        Case::new(Workload::Flowno, name, Aim::Faster { times: 1_000.0, than: &[Flowno] })
            .run(&[Engine], work(size, ITEMS / size))
            .run(&[Flowno], work(size, 1))
    };
    let chain =
        |nodes| case(format!("{nodes} nodes once"), |nodes, runs| Work::FirstChain { nodes, runs }, nodes);
    let cycle = |generations| {
        let work = |generations, runs| Work::FirstCycle { generations, runs };
        case(format!("cycle, {generations} turns"), work, generations)
    };
    let stream = |chunks| {
        case(format!("stream of {chunks}"), |chunks, runs| Work::FirstStream { chunks, runs }, chunks)
    };
    let (chains, cycles, streams) =
        ([100, 1_000].map(chain), [30, 100, 300].map(cycle), [100, 300].map(stream));
    chains.into_iter().chain(cycles).chain(streams).collect()
}

/// The aims are those of the cell language: `call_fn` of the body takes some 500 ns, a chunk at most 2,000.
fn scripts() -> Vec<Case> {
    const CALLS: u64 = 400_000;
    const EVALUATION: f64 = 1.3;
    const CHUNK: f64 = 4.0;
    const SUSPENDED_BYTES: f64 = (20 << 10) as f64;
    const INTERRUPT_US: f64 = 100_000.0;
    let ring = |nodes| Work::ScriptRing { nodes, generations: CALLS / nodes };
    let case = |name: &str, times, work| {
        Case::new(Workload::Script, name, Aim::AtMost { times, than: CallFn })
            .run(&[Scripting], work)
            .run(&[CallFn], ring(2))
    };
    let log = |calls, aim| {
        let name = format!("log of {calls}");
        Case::new(Workload::Script, name, aim).run(&[Scripting], Work::ScriptLog { calls })
    };
    let interrupts = |name: &str, percent| {
        let work = Work::Interrupts { count: 400, percent };
        let aim = Aim::Below(INTERRUPT_US);
        Case::new(Workload::Interrupt, name, aim).run(&[Scripting], work).in_unit(Unit::WallUs)
    };
    vec![
        case("scripted cycle", EVALUATION, ring(2)),
        case("scripted ring of 100", EVALUATION, ring(100)),
        case("scripted stream", CHUNK, Work::ScriptStream { chunks: CALLS }),
        log(1_000, Aim::None),
        log(20_000, Aim::Flat { times: FLAT, as_in: "log of 1000" }),
        Case::new(Workload::Suspended, "1,000 in a for", Aim::Below(SUSPENDED_BYTES))
            .run(&[Scripting], Work::Suspended { nodes: 1_000 })
            .in_unit(Unit::Bytes),
        interrupts("median", 50),
        interrupts("99 of 100", 99),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_workload_has_cases_but_the_kernel() {
        for workload in <Workload as clap::ValueEnum>::value_variants() {
            assert_eq!(cases(&[*workload]).is_empty(), *workload == Workload::Kernel, "{workload:?}");
        }
    }

    #[test]
    fn a_name_stands_for_one_case() {
        let cases = cases(&[]);
        let names: BTreeSet<_> = cases.iter().map(|case| &case.name).collect();
        assert_eq!(names.len(), cases.len());
    }

    #[test]
    fn what_an_aim_compares_with_is_measured() {
        for case in cases(&[]) {
            match case.aim {
                Aim::None | Aim::Below(_) => {}
                Aim::AtMost { than, .. } => {
                    assert!(case.runs.iter().any(|(who, _)| *who == than), "{case:?}");
                }
                Aim::Faster { than, .. } => {
                    assert!(than.iter().all(|peer| case.runs.iter().any(|(who, _)| who == peer)), "{case:?}");
                }
                Aim::Flat { as_in, .. } => {
                    assert!(cases(&[case.workload]).iter().any(|other| other.name == as_in), "{case:?}");
                }
            }
        }
    }
}
