//! What there is to do, with its size. Every implementation does the same for an item.

/// A workload's size. The item, which the cost is divided by, stands at each.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    /// A ring of nodes that add one, turned so many times; one value an edge. An item is a call.
    Ring { nodes: u64, generations: u64 },
    /// As `Ring`; each body is an `async` block.
    RingAsync { nodes: u64, generations: u64 },
    /// A source, `width` nodes that read it, and one that sums them; one value an edge. An item is a call.
    Fan { width: u64, generations: u64 },
    /// Integers through a node that transforms to one that sums; one chunk an edge. An item is a chunk
    /// through all three.
    Stream { chunks: u64 },
    /// Waves of tasks that sleep 0 to 5 ms and are joined. An item is a task.
    Sleep { tasks: u64, waves: u64 },
    /// Waves of tasks that yield [`YIELDS`] times and are joined. An item is a yield.
    Yield { tasks: u64, waves: u64 },
    /// Integers from a task to another through [`QUEUE_PLACES`] places. An item is an integer.
    Queue { items: u64 },
    /// Waves of tasks that end at once and are joined. An item is a task.
    Spawn { tasks: u64, waves: u64 },
    /// Clients that send [`MESSAGE_BYTES`] to a server in the same loop and wait for them to come back. An
    /// item is a round trip.
    Echo { clients: u64, trips: u64 },
    /// So many inputs, each with a chain of `length` nodes; an input changes and the end of its chain is
    /// read. An item is a change.
    Chains { chains: u64, length: u64, updates: u64 },
    /// Inputs under a binary tree of sums; an input changes and the root is read. An item is a change.
    Tree { leaves: u64, updates: u64 },
    /// A new chain, run once, as many times as `runs`. An item is a call.
    FirstChain { nodes: u64, runs: u64 },
    /// A new cycle of two nodes, run for so many generations, as many times as `runs`. An item is a call.
    FirstCycle { generations: u64, runs: u64 },
    /// A new stream, run once, as many times as `runs`. An item is a chunk through all three nodes.
    FirstStream { chunks: u64, runs: u64 },
    /// A ring of scripted nodes that add one, turned so many times. An item is a call.
    ScriptRing { nodes: u64, generations: u64 },
    /// Integers that a scripted node yields and another sums. An item is a chunk.
    ScriptStream { chunks: u64 },
    /// A scripted node that appends to its state and gives the state's length. An item is a call.
    ScriptLog { calls: u64 },
    /// Scripted nodes that sleep in a `for` loop, all at once. An item is a node.
    Suspended { nodes: u64 },
    /// Cells in endless loops of many kinds, interrupted at random moments. The one item is the latency that so many
    /// percent do not exceed.
    Interrupts { count: u64, percent: u64 },
}

/// How often a task of [`Work::Yield`] yields.
pub(crate) const YIELDS: u64 = 10;

/// How many integers [`Work::Queue`] may hold between its tasks.
pub(crate) const QUEUE_PLACES: usize = 64;

/// The message of [`Work::Echo`].
pub(crate) const MESSAGE_BYTES: usize = 64;

/// How long a task of [`Work::Sleep`] sleeps.
pub(crate) fn nap(task: u64) -> std::time::Duration {
    std::time::Duration::from_millis(task % 6)
}

/// Which input changes at an update: a walk that meets neighbours late.
pub(crate) fn changed(update: u64, inputs: u64) -> u64 {
    update * 7919 % inputs
}

/// What the last node of [`Work::Fan`] shows.
pub(crate) fn fan_sum(width: u64) -> i64 {
    (width + width * (width - 1) / 2) as i64
}

/// What the last node of [`Work::Stream`] shows: the sum of `2 * i + 1`.
pub(crate) fn stream_sum(chunks: u64) -> i64 {
    (chunks * chunks) as i64
}

/// The sum of the integers below `end`.
pub(crate) fn sum_below(end: u64) -> u64 {
    end * (end - 1) / 2
}

impl Work {
    /// As large, but repeated less often; at least once.
    pub(crate) fn divided(self, by: u64) -> Self {
        let part = |count: u64| (count / by).max(1);
        match self {
            Self::Ring { nodes, generations } => Self::Ring { nodes, generations: part(generations) },
            Self::RingAsync { nodes, generations } => {
                Self::RingAsync { nodes, generations: part(generations) }
            }
            Self::Fan { width, generations } => Self::Fan { width, generations: part(generations) },
            Self::Stream { chunks } => Self::Stream { chunks: part(chunks) },
            Self::Sleep { tasks, waves } => {
                Self::Sleep { tasks: tasks.min(part(tasks * waves)), waves: part(waves) }
            }
            Self::Yield { tasks, waves } => {
                Self::Yield { tasks: tasks.min(part(tasks * waves)), waves: part(waves) }
            }
            Self::Queue { items } => Self::Queue { items: part(items) },
            Self::Spawn { tasks, waves } => {
                Self::Spawn { tasks: tasks.min(part(tasks * waves)), waves: part(waves) }
            }
            Self::Echo { clients, trips } => Self::Echo { clients, trips: part(trips) },
            Self::Chains { chains, length, updates } => {
                Self::Chains { chains, length, updates: part(updates) }
            }
            Self::Tree { leaves, updates } => Self::Tree { leaves, updates: part(updates) },
            Self::FirstChain { nodes, runs } => Self::FirstChain { nodes, runs: part(runs) },
            Self::FirstCycle { generations, runs } => Self::FirstCycle { generations, runs: part(runs) },
            Self::FirstStream { chunks, runs } => Self::FirstStream { chunks, runs: part(runs) },
            Self::ScriptRing { nodes, generations } => {
                Self::ScriptRing { nodes, generations: part(generations) }
            }
            Self::ScriptStream { chunks } => Self::ScriptStream { chunks: part(chunks) },
            Self::ScriptLog { calls } => Self::ScriptLog { calls: part(calls) },
            Self::Suspended { nodes } => Self::Suspended { nodes: part(nodes) },
            Self::Interrupts { count, percent } => Self::Interrupts { count: part(count), percent },
        }
    }
}
