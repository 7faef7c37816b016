//! The states of stateful nodes.
//!
//! An evaluation that is dropped where it waits does not count, nor does what it did to `this`: so a body gets a copy of its
//! node's state. But a copy costs the state's size, and a log that grows by a line an evaluation would cost its square. So
//! a body that cannot be waiting, as far as its text tells, and whose node's last evaluations took less than a slice, works
//! in the state itself. It can still be ended in the middle, if it steps back there and is dropped, or if
//! scripts, these or others, have used up the memory: then its state is as when it had failed there, and what it did
//! stays.

use std::rc::Rc;

use rhai::{Dynamic, EvalAltResult, Map};

use super::node_type::NodeType;
use crate::body::Library;
use crate::coroutine::{is_cancelled, suspensions};
use crate::datum::weight;
use crate::ending::Ending;
use crate::words::is_of_values;
use crate::world::World;

/// The state of a stateful node between its evaluations.
pub(crate) struct NodeState {
    /// The type that made it: a node of another type starts anew.
    type_name: String,
    version: u64,
    value: Dynamic,
    /// How many evaluations have ended within a slice since one did not.
    short: u32,
}

/// So many evaluations are short before a body works in the state itself: the first may be the one that never ends.
const SHORT_MIN: u32 = 2;

/// How often a body that cannot wait steps back in a short evaluation: once, if the slice ends in which others ran before it.
const STEPS_BACK_MAX: u32 = 1;

impl NodeType {
    /// Whether the body cannot wait: it calls nothing but Rhai's own functions of values. What else waits, or may be
    /// defined anew so that it does.
    fn is_plain(&self, world: &World, library: &Library) -> bool {
        let (version, known) = self.plain.get();
        if version == Some(library.version) {
            return known;
        }
        let definitions = world.definitions.borrow();
        let is_plain = |name: &str| is_of_values(name) && !definitions.names().any(|defined| defined == name);
        let plain = self.body.calls().are_all(is_plain);
        self.plain.set((Some(library.version), plain));
        plain
    }
}

/// Runs a body with its node's state as `this`, and keeps what it leaves there.
pub(super) fn with_state<R>(
    world: &World,
    node_type: &NodeType,
    library: &Library,
    name: &Rc<str>,
    run: impl FnOnce(Option<&mut Dynamic>) -> Result<R, Box<EvalAltResult>>,
) -> Result<R, Box<EvalAltResult>> {
    let own = |state: &&NodeState| state.type_name == node_type.header.name;
    let is_same = |state: &&NodeState| own(state) && state.version == node_type.version;
    let short = world.states.borrow().get(name).filter(is_same).map_or(0, |state| state.short);
    let in_place = short >= SHORT_MIN && node_type.is_plain(world, library);
    let kept = match in_place {
        true => world.states.borrow_mut().remove(name),
        false => world.states.borrow().get(name).filter(own).map(NodeState::copy),
    };
    let mut value = match kept {
        Some(kept) if kept.version == node_type.version => kept.value,
        Some(kept) => merge(kept.value, node_type.fresh_state(world, library)?),
        None => node_type.fresh_state(world, library)?,
    };
    let result = run(Some(&mut value));
    let is_out_of_memory =
        |error: &EvalAltResult| Ending::of(error).is_some_and(|end| end.is_out_of_memory());
    let out_of_memory = result.as_ref().is_err_and(|error| is_out_of_memory(error));
    if (out_of_memory || is_cancelled()) && !in_place {
        return result; // the evaluation does not count, nor does what it did to the state
    }
    let state = NodeState {
        type_name: node_type.header.name.clone(),
        version: node_type.version,
        value,
        short: if suspensions() > STEPS_BACK_MAX { 0 } else { short.saturating_add(1) },
    };
    world.states.borrow_mut().insert(name.clone(), state);
    result
}

impl NodeState {
    /// About how many bytes it keeps.
    pub(crate) fn weight(&self) -> usize {
        weight(&self.value)
    }

    fn copy(&self) -> Self {
        Self { type_name: self.type_name.clone(), value: self.value.clone(), ..*self }
    }
}

/// The state of a node whose type was defined anew: keys that are new start at their value, those that are gone go.
fn merge(kept: Dynamic, fresh: Dynamic) -> Dynamic {
    let (Some(mut kept), Some(fresh)) = (kept.try_cast::<Map>(), fresh.try_cast::<Map>()) else {
        return Dynamic::UNIT;
    };
    fresh
        .into_iter()
        .map(|(key, value)| (key.clone(), kept.remove(&key).unwrap_or(value)))
        .collect::<Map>()
        .into()
}
