//! `spawn(|| ...)`: a task, which runs on a stack of its own beside whoever spawned it.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext, Position};

use super::callee::Callee;
use super::failure::Failure;
use crate::coroutine::{self, ScriptError, block_on};
use crate::engine::event_loop::{self, TaskHandle};
use crate::nodes::Activation;
use crate::report::{TASK, error_map};
use crate::waiting::blocked;
use crate::world::World;

/// How a task has ended.
enum End {
    /// Not yet; or it was cancelled.
    None,
    Value(Dynamic),
    Failed(Failure),
}

/// A task, as its group and the handles of scripts share it.
pub(super) struct Task {
    handle: TaskHandle<()>,
    end: Rc<RefCell<End>>,
    /// The cell in which it was spawned.
    source: String,
}

/// What scripts hold of a task.
#[derive(Clone)]
struct ScriptTask(Rc<Task>);

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    engine.register_type_with_name::<ScriptTask>("Task");
    let world = world.clone();
    engine.register_fn("spawn", move |context: NativeCallContext, function: FnPtr| {
        let activation = context.tag().and_then(Activation::of_tag);
        if activation.as_ref().is_some_and(Activation::is_template) {
            let message = "a template cannot spawn tasks: it only wires";
            return Err(error_map("WiringError", message, context.call_position()));
        }
        let task = Rc::new(Task::spawn(&world, &context, function));
        match activation {
            Some(activation) => activation.tasks().add(&task),
            None => world.upgrade().into_iter().for_each(|world| world.tasks.add(&task)),
        }
        Ok(ScriptTask(task))
    });
    engine.register_fn("join", |context: NativeCallContext, task: ScriptTask| {
        task.0.join(context.call_position())
    });
    engine.register_fn("cancel", |task: ScriptTask| task.0.cancel());
    engine.register_fn("is_done", |task: ScriptTask| task.0.is_done());
}

impl Task {
    fn spawn(world: &Weak<World>, context: &NativeCallContext, function: FnPtr) -> Self {
        let position = context.call_position();
        // Outside functions only the runtime state knows the cell.
        let source = context.fn_source().or_else(|| context.global_runtime_state().source());
        let source = source.unwrap_or_default().to_owned();
        let callee = Callee::new(world, context, function).into_task();
        let end = Rc::new(RefCell::new(End::None));
        let ended = end.clone();
        let script = coroutine::run(move || callee.call().inspect_err(|_| coroutine::release_held()));
        let name = task_name(&source, position);
        let work = async move {
            let result = script.await;
            let end = end_of(result, position);
            *ended.borrow_mut() = end;
        };
        let handle = match world.upgrade() {
            Some(world) => event_loop::spawn_named(name, world.in_this_shell(Box::pin(work))),
            None => event_loop::spawn_named(name, work),
        };
        Self { handle, end, source }
    }

    /// Waits for its end. Gives its value, or raises its error.
    fn join(&self, position: Position) -> Result<Dynamic> {
        // Whether it ended well, was cancelled, or was joined before: it has ended.
        let _ = block_on(self.handle.join()).map_err(|error| blocked(error, position))?;
        match &*self.end.borrow() {
            End::Value(value) => Ok(value.clone()),
            End::Failed(failure) => {
                let (task, source) = (TASK.to_owned(), self.source.clone());
                Err(EvalAltResult::ErrorInFunctionCall(task, source, failure.raise(), position).into())
            }
            End::None => Err(error_map("TaskCancelled", "the task was cancelled", position)),
        }
    }

    pub(super) async fn ended(&self) {
        let _ = self.handle.join().await;
    }

    /// Ends it where it waits; `false` if it had ended.
    pub(super) fn cancel(&self) -> bool {
        self.handle.cancel()
    }

    pub(super) fn is_done(&self) -> bool {
        self.handle.is_done()
    }

    /// Its error, if nobody has been told of it.
    pub(super) fn unseen_error(&self) -> Option<Box<EvalAltResult>> {
        match &*self.end.borrow() {
            End::Failed(failure) if failure.is_unseen() => Some(failure.raise()),
            _ => None,
        }
    }

    pub(super) fn has_unseen_error(&self) -> bool {
        matches!(&*self.end.borrow(), End::Failed(failure) if failure.is_unseen())
    }

    /// The label of the cell in which it was spawned.
    pub(super) fn source(&self) -> &str {
        &self.source
    }
}

fn end_of(result: std::result::Result<Result<Dynamic>, ScriptError>, position: Position) -> End {
    match result {
        Ok(Ok(value)) => End::Value(value),
        Ok(Err(error)) => match *error {
            EvalAltResult::Exit(value, _) => End::Value(value),
            error => End::Failed(Failure::new(error.into())),
        },
        Err(error) => End::Failed(Failure::new(error_map(error.name(), &error.to_string(), position))),
    }
}

/// How errors call a task.
fn task_name(source: &str, position: Position) -> String {
    match (position.line(), position.position()) {
        (Some(line), Some(column)) => format!("{SPAWNED_IN}{source}, line {line}, column {column}"),
        _ => format!("{SPAWNED_IN}{source}"),
    }
}

/// Whether a task of the event loop is one that a script has spawned.
pub(crate) fn is_task(name: &str) -> bool {
    name.starts_with(SPAWNED_IN)
}

/// How the names of such tasks begin.
const SPAWNED_IN: &str = "spawned in ";
