//! How wiring and running can fail.

use std::fmt;
use std::rc::Rc;

use super::generation::Generation;
use super::inspect::NodeWaits;
use super::node::NodeFailure;
use super::port_type::PortType;

/// A change to the graph that was refused; the graph is as it was.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EditError {
    /// More arguments than parameters.
    #[error("{node}: {type_name} takes {expected} argument(s), {got} were given")]
    TooManyInputs {
        /// The node.
        node: Rc<str>,
        /// Its type.
        type_name: Rc<str>,
        /// How many input ports it has.
        expected: usize,
        /// How many arguments came.
        got: usize,
    },
    /// A parameter with neither an argument nor a default.
    #[error("{node}: parameter `{input}` of {type_name} has neither an argument nor a default")]
    MissingInput {
        /// The node.
        node: Rc<str>,
        /// Its type.
        type_name: Rc<str>,
        /// The parameter.
        input: Rc<str>,
    },
    /// A reference to an output that its node does not have.
    #[error("{node}: {producer} has no output {port} (it has {has})")]
    NoSuchOutput {
        /// The node whose input refers to it.
        node: Rc<str>,
        /// The node referred to.
        producer: Rc<str>,
        /// The output's name or index.
        port: String,
        /// The outputs there are.
        has: String,
    },
    /// An edge between ports of different types.
    #[error(transparent)]
    TypeMismatch(Box<TypeMismatch>),
    /// A cycle that nothing can start.
    #[error(transparent)]
    MissingDefault(#[from] MissingDefaultError),
}

impl EditError {
    /// The node that the error is about; of an edge, the reader; of a cycle, the node defined first.
    pub fn node(&self) -> Option<&Rc<str>> {
        match self {
            Self::TooManyInputs { node, .. }
            | Self::MissingInput { node, .. }
            | Self::NoSuchOutput { node, .. } => Some(node),
            Self::TypeMismatch(mismatch) => Some(&mismatch.input.node),
            Self::MissingDefault(cycle) => cycle.nodes.first().map(|node| &node.node),
        }
    }
}

/// An edge whose reader does not take what its producer gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{input} cannot read {output}")]
pub struct TypeMismatch {
    /// Where the edge begins.
    pub output: OutputEnd,
    /// Where it ends.
    pub input: InputEnd,
}

/// The producer's end of an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputEnd {
    /// The node.
    pub node: Rc<str>,
    /// The output's name, or its index if it has none.
    pub port: String,
    /// What it gives.
    pub port_type: PortType,
}

impl fmt::Display for OutputEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}: {}", self.node, self.port, self.port_type)
    }
}

/// The reader's end of an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputEnd {
    /// The node.
    pub node: Rc<str>,
    /// The parameter's name.
    pub parameter: Rc<str>,
    /// Whether it reads a stream.
    pub stream: bool,
    /// What it takes: the type of a stream's chunks.
    pub port_type: PortType,
}

impl fmt::Display for InputEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (node, parameter, port_type) = (&self.node, &self.parameter, &self.port_type);
        match self.stream {
            true => write!(f, "{node}.{parameter}: Stream<{port_type}>"),
            false => write!(f, "{node}.{parameter}: {port_type}"),
        }
    }
}

/// A parameter of a node in a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleParameter {
    /// Its name.
    pub name: Rc<str>,
    /// Whether a default here would help to start the cycle.
    pub needs_default: bool,
}

/// A node of a cycle that nothing can start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleNode {
    /// The node.
    pub node: Rc<str>,
    /// Its type.
    pub type_name: Rc<str>,
    /// All its parameters.
    pub parameters: Vec<CycleParameter>,
}

/// A cycle in which no node has defaults for all its inputs from the cycle (rule A8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingDefaultError {
    /// The nodes of the cycle, in the order of definition.
    pub nodes: Vec<CycleNode>,
}

impl std::error::Error for MissingDefaultError {}

impl fmt::Display for MissingDefaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "Detected a cycle without default values. You must add defaults to the indicated arguments \
             for at least ONE of the following nodes:",
        )?;
        for (i, node) in self.nodes.iter().enumerate() {
            if i > 0 {
                f.write_str("\nOR")?;
            }
            write!(f, "\n  {} must have defaults for EACH/ALL the underlined parameters:\n", node.node)?;
            let mut signature = format!("  {}(", node.type_name);
            let mut marks = " ".repeat(signature.chars().count());
            for (j, parameter) in node.parameters.iter().enumerate() {
                if j > 0 {
                    signature.push_str(", ");
                    marks.push_str("  ");
                }
                let mark = if parameter.needs_default { "-" } else { " " };
                marks.push_str(&mark.repeat(parameter.name.chars().count()));
                signature.push_str(&parameter.name);
            }
            write!(f, "{signature})\n{}", marks.trim_end())?;
        }
        Ok(())
    }
}

/// A status or defaults that cannot be given to a node. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The node was removed.
    #[error("the node is not in this flow any more")]
    NoSuchNode,
    /// [`NodeStatus::Running`](super::NodeStatus::Running) was to be set.
    #[error("{0}: only a run makes a node Running; set it to Ready, and run the flow")]
    OnlyByRunning(Rc<str>),
    /// The node has fewer inputs.
    #[error("{node} has no input {input} (it has {count})")]
    NoSuchInput {
        /// The node.
        node: Rc<str>,
        /// The input's index.
        input: usize,
        /// How many inputs there are.
        count: usize,
    },
    /// The input comes from no node.
    #[error("{node}: parameter `{parameter}` is connected to no node")]
    NotConnected {
        /// The node.
        node: Rc<str>,
        /// The parameter.
        parameter: Rc<str>,
    },
    /// There is nothing to start with.
    #[error("{node}: parameter `{parameter}` has no default")]
    NoDefault {
        /// The node.
        node: Rc<str>,
        /// The parameter.
        parameter: Rc<str>,
    },
    /// How cycles start can be chosen only between runs.
    #[error("{0}: its defaults cannot be set while the flow runs")]
    FlowIsRunning(Rc<str>),
}

/// A node reached the generation that was given as a stop. Its value stays, and a further run goes on from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("node {name} reached generation {generation}")]
pub struct TerminateLimitReached {
    /// The node that reached it.
    pub name: Rc<str>,
    /// The generation it reached.
    pub generation: Generation,
}

/// Why a run did not complete. What was computed before stays.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RunError {
    /// A node failed.
    #[error(transparent)]
    NodeExecution(NodeFailure),
    /// A node reached the generation given as a stop (Flowno's `TerminateLimitReached`).
    #[error(transparent)]
    TerminateLimitReached(TerminateLimitReached),
    /// A cycle that nothing can start was reached.
    #[error(transparent)]
    MissingDefault(MissingDefaultError),
    /// Nothing can run any more, and these nodes still wait.
    #[error("nothing can run any more: {0}")]
    Waiting(NodeWaits),
    /// The node to be evaluated was removed.
    #[error("the node to be evaluated is not in this flow any more")]
    NoSuchNode,
    /// The flow runs already.
    #[error("the flow is running already")]
    AlreadyRunning,
}
