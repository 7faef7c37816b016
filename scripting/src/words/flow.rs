//! `flow`, and references to its nodes.

use super::Word;

const ON_FLOW: &[&str] = &["flow"];
const ON_NODE: &[&str] = &["node"];

pub(super) const FLOW: &[Word] = &[
    Word::variable(
        "flow",
        "flow.name = Type(arguments);\nflow.name",
        "The one persistent dataflow graph. Assigning wires a node, reading refers to one, which need not exist yet. As a \
         cell's last expression it shows the graph.",
    )
    .example("flow.total = Total(flow.numbers);\nflow.numbers = Count(10);"),
    Word::method(
        ON_FLOW,
        "run_until_complete",
        "flow.run_until_complete()\nflow.run_until_complete(#{ stop_at_node_generation: 3, terminate_on_node_error: true })",
        "Runs the flow until nothing is left to do, as Flowno does. `stop_at_node_generation` takes `3`, `[3]`, `[3, 0]` or a \
         map from node name to one of these; reaching it throws `TerminateLimitReached`, and values stay.",
    )
    .example("flow.run_until_complete(#{ stop_at_node_generation: 3 })"),
    Word::method(
        ON_FLOW,
        "run",
        "flow.run(n: int) -> string",
        "Advances by at most `n` more generations; gives `\"completed\"` or `\"limit\"`.",
    ),
    Word::method(ON_FLOW, "remove", "flow.remove(name: string)", "Unplugs a node: whoever refers to it waits again."),
    Word::property(ON_FLOW, "auto", "flow.auto = false", "Whether cells run what they wired. With `false` nothing runs until told."),
    Word::property(
        ON_FLOW,
        "generations",
        "flow.generations = 100",
        "How far a cell's run may advance a cycle; `()` for until interrupted.",
    ),
    Word::method(
        ON_FLOW,
        "start",
        "flow.start()",
        "Hands the flow to the background: cells come back at once and rewire it while it runs, without the limit of generations.",
    ),
    Word::method(
        ON_FLOW,
        "pause",
        "flow.pause()",
        "Takes the flow out of the background, after the current evaluations, or five seconds; streams stop at their chunk.",
    ),
    Word::property(
        ON_FLOW,
        "show",
        "flow.show = \"each\"",
        "How cells show the nodes that they define: `\"each\"`, `\"table\"` or `\"none\"`.",
    ),
    Word::property(
        ON_FLOW,
        "clock",
        "flow.clock = \"virtual\"",
        "With `\"virtual\"` sleeping costs no time, and time only moves when all wait; `\"real\"` ends that.",
    ),
    Word::method(
        ON_FLOW,
        "graph",
        "flow.graph()\nflow.graph(\"mermaid\")",
        "A picture of the graph with each node's status, or a Mermaid diagram of it.",
    ),
    Word::method(ON_FLOW, "nodes", "flow.nodes()", "A table of all nodes: type, inputs, status, generation and value."),
    Word::method(
        ON_FLOW,
        "stats",
        "flow.stats()",
        "A table of what nodes cost: runs, busy and waiting time, items, and items in each second of an evaluation. A \
         node's anonymous ones, and those in a template's, are added up.",
    ),
    Word::method(
        ON_FLOW,
        "reset",
        "flow.reset()\nflow.reset(name)",
        "Forgets values, generations and states, of all nodes or of one; cycles start from their defaults again.",
    ),
    Word::method(
        ON_FLOW,
        "pin",
        "flow.pin(name)",
        "Holds a node at its value: it shows as stale when its inputs change, and runs again once it is unpinned.",
    ),
    Word::method(ON_FLOW, "unpin", "flow.unpin(name)", "Lets a pinned node go."),
    Word::method(
        ON_FLOW,
        "at",
        "flow.at(generation) -> map",
        "What each node had in a generation, `3`, `[3]` or `[3, 0]`, as far as it is kept.",
    ),
    Word::method(
        ON_FLOW,
        "lineage",
        "flow.lineage(name)",
        "A table of the nodes and cells that made a node's value.",
    ),
    Word::property(ON_FLOW, "KEYWORDS", "flow.KEYWORDS -> array", "The names that cannot be nodes."),
];

pub(super) const REFERENCES: &[Word] = &[
    Word::property(
        ON_NODE,
        "value",
        "flow.a.value",
        "A copy of the node's latest value. In a cell it runs what it needs; in a node it never waits. A failed or waiting node \
         raises `NodeExecutionError`.",
    ),
    Word::property(
        ON_NODE,
        "status",
        "flow.a.status -> string",
        "`clean`, `dirty`, `running`, `suspended`, `waiting` or `failed`.",
    ),
    Word::property(
        ON_NODE,
        "generation",
        "flow.a.generation -> array",
        "How often it has run, from `[0]`, and within a stream which chunk; `()` before its first run.",
    ),
    Word::property(ON_NODE, "type", "flow.a.type -> string", "The name of its node type."),
    Word::method(
        ON_NODE,
        "show",
        "flow.a.show()",
        "Displays the node in this cell and keeps that display up to date.",
    ),
    Word::method(
        ON_NODE,
        "history",
        "flow.a.history(n: int) -> array",
        "Its last `n` values, oldest first, as maps of `generation` and `value`. The last 100 are kept, 16 KiB at most.",
    ),
    Word::property(ON_NODE, "inputs", "flow.a.inputs -> array", "The names of the nodes that it reads."),
    Word::property(ON_NODE, "outputs", "flow.a.outputs -> array", "The names of the nodes that read it."),
    Word::property(
        ON_NODE,
        "get_input_nodes",
        "flow.a.get_input_nodes() -> array",
        "As `inputs`; Flowno's name.",
    ),
    Word::property(
        ON_NODE,
        "get_output_nodes",
        "flow.a.get_output_nodes() -> array",
        "As `outputs`; Flowno's name.",
    ),
];
