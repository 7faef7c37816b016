//! What scripts can say: Rhai with the words of the cell language.
//!
//! | file | words |
//! | --- | --- |
//! | `console.rs` | `print`, `debug` |
//! | `timing.rs` | `sleep`; pre-emption |
//! | `flow.rs` | `flow`: wiring, running, settings |
//! | `reference.rs` | `flow.a`: reading a node |
//! | `operators.rs` | `flow.a + 1`, and what nodes cannot be used as |
//! | `construct.rs` | `Add(1, flow.b)`: drafts |
//! | `showing.rs` | `display`, `table`, `plot` and the other values that display richly |
//! | `group.rs` | `f.a` in a template |
//! | `streams.rs` | `yield`, reading stream inputs |

mod console;
mod construct;
mod flow;
mod group;
mod operators;
mod reference;
mod showing;
mod streams;
mod timing;

use std::rc::Weak;

use rhai::{Dynamic, Engine, EvalAltResult, Position};

use crate::coroutine::BlockError;
use crate::interrupt::Interrupt;
use crate::report::error_map;
use crate::world::World;

pub(crate) use self::construct::{construct, instantiate};
pub(crate) use self::flow::FlowHandle;
pub(crate) use self::group::GroupHandle;
pub(crate) use self::reference::Reference;

/// How deep script functions may call each other. What a level takes of the stack differs too much to count levels
/// (6 KiB to 36 KiB): `on_progress` watches the stack itself, so this is only a bound.
const CALL_LEVELS_MAX: usize = 1_000;

/// How deep expressions may nest, outside and inside functions; each level of either is some frames of Rhai's
/// evaluator.
const EXPRESSION_DEPTH_MAX: (usize, usize) = (64, 32);

/// An engine that knows the language, for the scripts of one session.
pub(crate) fn engine(world: &Weak<World>, interrupt: &Interrupt) -> Engine {
    let mut engine = Engine::new();
    engine.set_max_call_levels(CALL_LEVELS_MAX);
    engine.set_max_expr_depths(EXPRESSION_DEPTH_MAX.0, EXPRESSION_DEPTH_MAX.1);
    // Parsing takes stack that nothing watches, and a script may call it when little is left.
    engine.disable_symbol("eval");
    // `import` and files are not part of the language.
    engine.set_module_resolver(rhai::module_resolvers::DummyModuleResolver::new());
    console::register(&mut engine, world);
    timing::register(&mut engine, interrupt);
    streams::register(&mut engine);
    flow::register(&mut engine, world);
    group::register(&mut engine);
    reference::register(&mut engine);
    showing::register(&mut engine, world);
    operators::register(&mut engine);
    engine
}

/// Why a blocking call has no value, as a script error.
pub(crate) fn blocked(error: BlockError, position: Position) -> Box<EvalAltResult> {
    match error {
        BlockError::Cancelled => EvalAltResult::ErrorTerminated(Dynamic::UNIT, position).into(),
        BlockError::Outside => error_map("RuntimeError", &error.to_string(), position),
    }
}
