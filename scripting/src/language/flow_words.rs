//! What `flow` can be asked beside wiring and running: forgetting, looking back, looking at the whole.

use std::rc::Rc;

use rhai::{Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, Map, NativeCallContext};

use super::Reference;
use super::flow::{FlowHandle, check_node_name};
use crate::coroutine::block_on;
use crate::display::{outputs_value, stats, value_text, wiring};
use crate::engine::flow::{Generation, NodeId};
use crate::report::error_map;
use crate::rich::Rich;
use crate::run::generation_of;
use crate::waiting::blocked;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// The names of these words, which no node can bear.
pub(super) const WORDS: [&str; 10] =
    ["reset", "at", "lineage", "pin", "unpin", "nodes", "stats", "graph", "start", "pause"];

pub(super) fn register(engine: &mut Engine) {
    register_forgetting(engine);
    register_looking(engine);
    register_graph(engine);
    engine.register_fn("start", |context: NativeCallContext, flow: &mut FlowHandle| -> Result<()> {
        let world = flow.in_cell(&context, "start the flow")?;
        world.commit()?;
        world.start_background();
        Ok(())
    });
    engine.register_fn("pause", |context: NativeCallContext, flow: &mut FlowHandle| -> Result<()> {
        let world = flow.in_cell(&context, "pause the flow")?;
        world.commit()?;
        block_on(world.pause_background()).map_err(|error| blocked(error, context.call_position()))
    });
}

fn register_graph(engine: &mut Engine) {
    // The flow itself is what shows as the graph.
    engine.register_fn("graph", |flow: &mut FlowHandle| flow.clone());
    engine.register_fn(
        "graph",
        |context: NativeCallContext, flow: &mut FlowHandle, form: ImmutableString| -> Result<Dynamic> {
            match form.as_str() {
                "svg" => Ok(Dynamic::from(flow.clone())),
                "mermaid" => Ok(Dynamic::from(flow.session(&context)?.graph_as_mermaid())),
                _ => {
                    let message = format!("flow.graph takes \"svg\" or \"mermaid\", not \"{form}\"");
                    Err(error_map("ValueError", &message, context.call_position()))
                }
            }
        },
    );
}

fn register_forgetting(engine: &mut Engine) {
    engine.register_fn("reset", |context: NativeCallContext, flow: &mut FlowHandle| -> Result<()> {
        let world = flow.in_cell(&context, "reset the flow")?;
        world.commit()?;
        world.reset(&world.flow.nodes());
        Ok(())
    });
    engine.register_fn(
        "reset",
        |context: NativeCallContext, flow: &mut FlowHandle, node: Dynamic| -> Result<()> {
            let world = flow.in_cell(&context, "reset nodes")?;
            world.commit()?;
            let (name, _) = node_of(&context, &world, &node)?;
            world.reset(&world.nodes_of(&name));
            Ok(())
        },
    );
    for (word, pinned) in [("pin", true), ("unpin", false)] {
        engine.register_fn(
            word,
            move |context: NativeCallContext, flow: &mut FlowHandle, node: Dynamic| -> Result<()> {
                let world = flow.in_cell(&context, "pin nodes")?;
                world.commit()?;
                let (_, node) = node_of(&context, &world, &node)?;
                world.flow.pin(node, pinned);
                world.background.notify();
                Ok(())
            },
        );
    }
}

fn register_looking(engine: &mut Engine) {
    engine.register_fn("nodes", |context: NativeCallContext, flow: &mut FlowHandle| -> Result<Rich> {
        Ok(wiring(&flow.session(&context)?.flow))
    });
    engine.register_fn("stats", |context: NativeCallContext, flow: &mut FlowHandle| -> Result<Rich> {
        let world = flow.session(&context)?;
        Ok(stats(&world.flow, &world.watch))
    });
    engine.register_fn(
        "at",
        |context: NativeCallContext, flow: &mut FlowHandle, generation: Dynamic| -> Result<Map> {
            let world = flow.session(&context)?;
            let generation = generation_of(&generation)
                .map_err(|why| error_map("ValueError", &why, context.call_position()))?;
            Ok(world.values_at(generation))
        },
    );
    engine.register_fn(
        "lineage",
        |context: NativeCallContext, flow: &mut FlowHandle, node: Dynamic| -> Result<Rich> {
            let world = flow.session(&context)?;
            let (name, _) = node_of(&context, &world, &node)?;
            Ok(world.lineage(&name))
        },
    );
    engine.register_fn(
        "history",
        |context: NativeCallContext, reference: Reference, count: INT| -> Result<Array> {
            let Ok(count) = usize::try_from(count) else {
                let message = format!("history takes a number of values from 0, not {count}");
                return Err(error_map("ValueError", &message, context.call_position()));
            };
            let (world, node, _) = reference.node(context.call_position())?;
            Ok(world.history(node, count))
        },
    );
    engine.register_fn("show", |context: NativeCallContext, reference: Reference| -> Result<()> {
        let position = context.call_position();
        if context.tag().and_then(crate::nodes::Activation::of_tag).is_some() {
            let message = "a node's body cannot show other nodes: do it in a cell, or display(value)";
            return Err(error_map("WiringError", message, position));
        }
        let world = reference.world()?;
        world.commit()?;
        let Some(name) = reference.whole() else {
            let message = format!("{reference} is one output; show the node, or display(value)");
            return Err(error_map("TypeError", &message, position));
        };
        world.with_cell(|cell| cell.add_show(&name));
        Ok(())
    });
}

/// The node that an argument means: its name, or a reference to it.
fn node_of(context: &NativeCallContext, world: &World, node: &Dynamic) -> Result<(Rc<str>, NodeId)> {
    let position = context.call_position();
    let reference = node.read_lock::<Reference>().and_then(|reference| reference.whole());
    let name: Rc<str> = match (reference, node.clone().try_cast::<ImmutableString>()) {
        (Some(name), _) => name,
        (None, Some(name)) => {
            check_node_name(&name, position)?;
            name.as_str().into()
        }
        _ => {
            let message = format!("a node is named here, as in \"a\" or flow.a, not {}", value_text(node));
            return Err(error_map("TypeError", &message, position));
        }
    };
    let id = world.flow.node(&name).ok_or_else(|| {
        let message = format!("no cell defines {name} yet: flow.{name} = ...");
        error_map("NameError", &message, position)
    })?;
    Ok((name, id))
}

impl World {
    /// Forgets what nodes have computed, their states included.
    fn reset(&self, nodes: &[NodeId]) {
        for node in nodes {
            self.watch.forget_past(*node);
            if let Some(name) = self.flow.name(*node) {
                self.states.borrow_mut().remove(&name);
            }
        }
        self.flow.reset(nodes);
        self.background.notify();
    }

    /// A node with the anonymous nodes of its arguments.
    fn nodes_of(&self, name: &str) -> Vec<NodeId> {
        let is_of = |node: &NodeId| {
            self.flow.name(*node).is_some_and(|own| {
                *own == *name || own.strip_prefix(name).is_some_and(|rest| rest.starts_with(['#', '.']))
            })
        };
        self.flow.nodes().into_iter().filter(is_of).collect()
    }

    /// The last values of a node, oldest first, each with its generation.
    fn history(&self, node: NodeId, count: usize) -> Array {
        let past = self.watch.past(node);
        let entry = |(generation, outputs): &crate::display::Past| {
            Dynamic::from(Map::from_iter([
                ("generation".into(), parts_of(*generation)),
                ("value".into(), outputs_value(outputs)),
            ]))
        };
        past[past.len().saturating_sub(count)..].iter().map(entry).collect()
    }

    /// What each named node had in a generation, as far as it is kept.
    fn values_at(&self, generation: Generation) -> Map {
        let value = |(node, name): (NodeId, Rc<str>)| {
            let past = self.watch.past(node);
            let (_, outputs) = past.iter().rev().find(|(own, _)| *own == generation)?;
            Some((name.as_ref().into(), outputs_value(outputs)))
        };
        self.named_nodes().into_iter().filter_map(value).collect()
    }
}

/// A generation as scripts write it.
pub(super) fn parts_of(generation: Generation) -> Dynamic {
    let parts = [Some(generation.run), generation.chunk].into_iter().flatten();
    parts.map(|part| Dynamic::from(part as INT)).collect::<Array>().into()
}
