//! `flow`: wiring, running, settings.

use std::rc::{Rc, Weak};

use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FuncRegistration, INT, ImmutableString, Map, NativeCallContext,
    Position,
};

use super::construct::site;
use super::flow_settings;
use super::flow_words::WORDS;
use super::{Reference, TypeValue};
use crate::coroutine::block_on;
use crate::display::value_text;
use crate::engine::flow::{RunEnd, RunOptions, Scope, Stop};
use crate::engine::hdl::{KEYWORDS, check_name};
use crate::nodes::{Activation, Argument, Target};
use crate::report::error_map;
use crate::run::{raise, stop_of};
use crate::source::is_reserved;
use crate::suggest::did_you_mean;
use crate::waiting::blocked;
use crate::world::{Settings, World};

/// The variable `flow`.
#[derive(Clone)]
pub(crate) struct FlowHandle(Weak<World>);

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

impl FlowHandle {
    /// The session, for what cells alone may do.
    pub(super) fn in_cell(&self, context: &NativeCallContext, what: &str) -> Result<Rc<World>> {
        let position = context.call_position();
        if let Some(activation) = context.tag().and_then(Activation::of_tag) {
            let message = format!("{} cannot {what}: do it in a cell", activation.body());
            return Err(error_map("WiringError", &message, position));
        }
        self.0.upgrade().ok_or_else(|| error_map("RuntimeError", "the session has ended", position))
    }

    /// The session, for what bodies may do too.
    pub(super) fn session(&self, context: &NativeCallContext) -> Result<Rc<World>> {
        let ended = || error_map("RuntimeError", "the session has ended", context.call_position());
        self.0.upgrade().ok_or_else(ended)
    }

    pub(super) fn set(&self, context: &NativeCallContext, work: impl FnOnce(&mut Settings)) -> Result<()> {
        let world = self.in_cell(context, "change the flow's settings")?;
        let mut settings = world.settings.get();
        work(&mut settings);
        world.settings.set(settings);
        Ok(())
    }

    pub(super) fn settings(&self) -> Settings {
        self.0.upgrade().map(|world| world.settings.get()).unwrap_or_default()
    }
}

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    let world = world.clone();
    #[allow(deprecated, reason = "marked as volatile, not as going away")]
    engine.on_var(move |name, index, context| {
        // A variable that the parser has found in a scope has an index.
        if index == 0 && name == "flow" {
            return Ok(Some(Dynamic::from(FlowHandle(world.clone()))));
        }
        let Some(world) = world.upgrade() else { return Ok(None) };
        if let Some(copy) = world.captured.copy(name, &context)? {
            return Ok(Some(copy));
        }
        // What is called like a node type: a variable of an earlier cell goes before it.
        let is_type = index == 0 && !context.scope().contains(name);
        let usage = is_type.then(|| world.definitions.borrow().usage(name)).flatten();
        Ok(usage.map(|usage| Dynamic::from(TypeValue { name: name.into(), usage: usage.into() })))
    });
    engine.register_type_with_name::<FlowHandle>("Flow");
    engine.register_indexer_get(
        |context: NativeCallContext, flow: &mut FlowHandle, name: ImmutableString| -> Result<Reference> {
            check_node_name(&name, context.call_position())?;
            Ok(Reference::new(flow.0.clone(), Target::node(&name)))
        },
    );
    // Pure, as all setters here: what the resolver gives counts as constant, and nothing in it changes.
    FuncRegistration::new_index_setter().with_purity(true).register_into_engine(
        engine,
        |context: NativeCallContext, flow: &mut FlowHandle, name: ImmutableString, value: Dynamic| {
            assign(&context, flow, &name, value)
        },
    );
    engine.register_get("KEYWORDS", |_: &mut FlowHandle| -> Array {
        KEYWORDS.iter().chain(&MEMBERS).chain(&WORDS).map(|word| Dynamic::from(*word)).collect()
    });
    register_settings(engine);
    flow_settings::register(engine);
    register_running(engine);
}

/// What `flow.` means besides nodes, so that no node can be called so.
const MEMBERS: [&str; 7] = ["run", "remove", "auto", "generations", "show", "clock", "flow"];

/// Refuses what can be no node's name.
pub(super) fn check_node_name(name: &str, position: Position) -> Result<()> {
    if let Err(error) = check_name(name) {
        return Err(error_map("NameError", &error.to_string(), position));
    }
    let begins_well = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    if !begins_well || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let message = format!("a node's name is a letter and then letters, digits and `_`; `{name}` is not");
        return Err(error_map("NameError", &message, position));
    }
    if is_reserved(name) {
        let message = format!("`{name}` is a reserved word and no node's name");
        return Err(error_map("NameError", &message, position));
    }
    if MEMBERS.contains(&name) || WORDS.contains(&name) {
        let message = format!("`{name}` is a word of the flow, not a node");
        return Err(error_map("NameError", &message, position));
    }
    Ok(())
}

fn assign(context: &NativeCallContext, flow: &FlowHandle, name: &str, value: Dynamic) -> Result<()> {
    let position = context.call_position();
    check_node_name(name, position)?;
    if context.tag().and_then(Activation::of_tag).is_some_and(|activation| activation.is_template()) {
        let message = "a template wires in its first parameter, as in `f.a = ...`, not in `flow`";
        return Err(error_map("WiringError", message, position));
    }
    let world = flow.in_cell(context, "wire")?;
    let argument = Argument::from_script(value.flatten(), position)?;
    if let Some(symbol) = argument.is_in_place(|left| left.is_node(name)) {
        let message = format!(
            "flow.{name} {symbol}= ... would make {name} its own input; give the result a name of its own, or compute \
             with flow.{name}.value"
        );
        return Err(error_map("WiringError", &message, position));
    }
    world.assign(name, argument, site(&world, context));
    Ok(())
}

fn register_settings(engine: &mut Engine) {
    engine.register_get("auto", |flow: &mut FlowHandle| flow.settings().auto);
    FuncRegistration::new_setter("auto").with_purity(true).register_into_engine(
        engine,
        |context: NativeCallContext, flow: &mut FlowHandle, auto: bool| {
            flow.set(&context, |settings| settings.auto = auto)
        },
    );
    engine.register_get("generations", |flow: &mut FlowHandle| match flow.settings().generations {
        Some(generations) => Dynamic::from(generations as INT),
        None => Dynamic::UNIT,
    });
    FuncRegistration::new_setter("generations").with_purity(true).register_into_engine(
        engine,
        |context: NativeCallContext, flow: &mut FlowHandle, generations: Dynamic| {
            let limit = match generations.as_int() {
                Ok(limit) => Some(u64::try_from(limit).map_err(|_| bad_generations(&context, &generations))?),
                Err(_) if generations.is_unit() => None,
                Err(_) => return Err(bad_generations(&context, &generations)),
            };
            flow.set(&context, |settings| settings.generations = limit)
        },
    );
}

fn bad_generations(context: &NativeCallContext, value: &Dynamic) -> Box<EvalAltResult> {
    let value = value_text(value);
    let message = format!("generations is a number from 0, or () for no limit, not {value}");
    error_map("ValueError", &message, context.call_position())
}

fn register_running(engine: &mut Engine) {
    engine.register_fn(
        "remove",
        |context: NativeCallContext, flow: &mut FlowHandle, name: ImmutableString| -> Result<()> {
            check_node_name(&name, context.call_position())?;
            flow.in_cell(&context, "remove nodes")?.remove(&name);
            Ok(())
        },
    );
    engine.register_fn(
        "run",
        |context: NativeCallContext, flow: &mut FlowHandle, further: INT| -> Result<ImmutableString> {
            let Ok(further) = u64::try_from(further) else {
                let message = format!("run takes a number of generations from 0, not {further}");
                return Err(error_map("ValueError", &message, context.call_position()));
            };
            let options =
                RunOptions { scope: Scope::All, generations: Some(further), ..RunOptions::default() };
            let end = run(&context, flow, |_| Ok(RunOptions { terminate_on_node_error: true, ..options }))?;
            Ok(if end == RunEnd::Paused { "limit".into() } else { "completed".into() })
        },
    );
    engine.register_fn("run_until_complete", |context: NativeCallContext, flow: &mut FlowHandle| {
        run_until_complete(&context, flow, &Map::new())
    });
    engine.register_fn(
        "run_until_complete",
        |context: NativeCallContext, flow: &mut FlowHandle, options: Map| {
            run_until_complete(&context, flow, &options)
        },
    );
}

fn run_until_complete(context: &NativeCallContext, flow: &FlowHandle, options: &Map) -> Result<()> {
    let position = context.call_position();
    let known = ["stop_at_node_generation", "terminate_on_node_error"];
    if let Some(unknown) = options.keys().find(|key| !known.contains(&key.as_str())) {
        let message = format!(
            "run_until_complete has no option `{unknown}`; it has {}{}",
            known.join(", "),
            did_you_mean(unknown, known)
        );
        return Err(error_map("ValueError", &message, position));
    }
    let terminate = match options.get("terminate_on_node_error") {
        None => true,
        Some(value) => value.as_bool().map_err(|found| {
            let message = format!("terminate_on_node_error is true or false, not of type {found}");
            error_map("ValueError", &message, position)
        })?,
    };
    run(context, flow, |world| {
        let stop = match options.get("stop_at_node_generation") {
            None => Stop::Never,
            Some(stop) => {
                stop_of(&world.flow, stop).map_err(|why| error_map("ValueError", &why, position))?
            }
        };
        Ok(RunOptions {
            scope: Scope::All,
            stop,
            terminate_on_node_error: terminate,
            ..RunOptions::default()
        })
    })
    .map(|_| ())
}

/// Commits what is wired and runs the flow; the script waits.
fn run(
    context: &NativeCallContext,
    flow: &FlowHandle,
    options: impl FnOnce(&World) -> Result<RunOptions>,
) -> Result<RunEnd> {
    let position = context.call_position();
    let world = flow.in_cell(context, "run the flow")?;
    world.commit()?;
    if world.background.is_on() {
        let message = "the flow runs in the background: flow.pause() first, or read a node's .value";
        return Err(error_map("RuntimeError", message, position));
    }
    world.with_cell(|cell| cell.ran = true);
    let options = options(&world)?;
    let end = block_on(world.run_flow(options)).map_err(|error| blocked(error, position))?;
    end.map_err(|error| raise(&error, position))
}
