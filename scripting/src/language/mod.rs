//! What scripts can say: Rhai with the words of the cell language.
//!
//! | file | words |
//! | --- | --- |
//! | `asking.rs` | `input`, `password` |
//! | `console.rs` | `print`, `debug` |
//! | `timing.rs` | `sleep` |
//! | `pace.rs` | what is looked at while scripts run: interrupts, turns, memory, the stack |
//! | `library/` | functions of Rhai's own that are replaced or bounded |
//! | `flow.rs` | `flow`: wiring, running, settings |
//! | `flow_settings.rs` | `flow.show`, `flow.clock` |
//! | `flow_words.rs` | `flow.reset()`, `.at()`, `.lineage()`, `.nodes()`, `.start()`: all else that the flow is asked; `flow.a.show()`, `.history(n)` |
//! | `help.rs` | `help` |
//! | `reference.rs` | `flow.a`: reading a node |
//! | `operators.rs` | `flow.a + 1`, and what nodes cannot be used as |
//! | `construct.rs` | `Add(1, flow.b)`: drafts |
//! | `showing.rs` | `display`, `table`, `plot` and the other values that display richly |
//! | `group.rs` | `f.a` in a template |
//! | `modules.rs` | `import` |
//! | `streams.rs` | `yield`, reading stream inputs |
//!
//! `spawn`, `AsyncQueue` and the like are in [`concurrency`].

mod asking;
mod console;
mod construct;
mod flow;
mod flow_settings;
mod flow_words;
mod group;
mod help;
mod library;
mod modules;
mod operators;
mod pace;
mod reference;
mod showing;
mod streams;
#[cfg(test)]
mod tests;
mod timing;

use std::rc::Weak;

use rhai::Engine;

use crate::interrupt::Interrupt;
use crate::limits::Limits;
use crate::memory::Account;
use crate::source::read_tokens;
use crate::world::World;
use crate::{compile, concurrency, http, net};

pub(crate) use self::construct::{construct, construct_native, instantiate};
pub(crate) use self::flow::FlowHandle;
pub(crate) use self::group::GroupHandle;
pub(crate) use self::help::TypeValue;
pub(crate) use self::pace::Pace;
pub(crate) use self::reference::Reference;

/// An engine that knows the language, for the scripts of one session.
pub(crate) fn engine(
    world: &Weak<World>,
    interrupt: &Interrupt,
    memory: &Account,
    limits: &Limits,
) -> Engine {
    let mut engine = Engine::new();
    compile::register(&mut engine);
    engine.set_max_call_levels(limits.call_levels);
    engine.set_max_expr_depths(limits.expression_depth, limits.function_expression_depth);
    // Parsing takes stack that nothing watches, and a script may call it when little is left.
    engine.disable_symbol("eval");
    read_tokens(&mut engine);
    modules::register(&mut engine, world);
    concurrency::register(&mut engine, world);
    http::register(&mut engine, world);
    net::register(&mut engine, world);
    console::register(&mut engine, world);
    asking::register(&mut engine, world);
    let pace = Pace::new(interrupt, memory);
    pace::register(&mut engine, &pace);
    library::register(&mut engine, &pace);
    timing::register(&mut engine);
    streams::register(&mut engine);
    flow::register(&mut engine, world);
    group::register(&mut engine);
    flow_words::register(&mut engine);
    reference::register(&mut engine);
    showing::register(&mut engine, world);
    operators::register(&mut engine);
    help::register(&mut engine, world);
    engine
}

/// The engine, to look at what it knows.
#[cfg(test)]
pub(crate) fn engine_of_no_session() -> Engine {
    engine(&Weak::new(), &Interrupt::new(), &Account::new(usize::MAX), &Limits::default())
}
