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
