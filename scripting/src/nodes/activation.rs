//! One evaluation of a node, as the script in it finds it: the tag of its runtime state.

use std::rc::Rc;

use flowno_engine::flow::{Emitter, Outputs};
use rhai::{Array, Dynamic, EvalAltResult, Position};
use smallvec::smallvec;

use super::types::{OutputTypes, check_outputs};
use crate::concurrency::TaskGroup;
use crate::coroutine::block_on;
use crate::datum::Datum;
use crate::display::called;
use crate::report::error_map;

/// The name under which scripts know a cancelled stream.
pub(crate) const STREAM_CANCELLED: &str = "StreamCancelled";

const TEMPLATE: &str = "a template";

/// An evaluation under way.
#[derive(Clone)]
pub(crate) struct Activation {
    inner: Rc<Inner>,
    /// In a task that the body has spawned, which has no part in the body's stream.
    in_task: bool,
}

struct Inner {
    /// Whose; empty outside any node, where a default is evaluated.
    node: Rc<str>,
    emitter: Option<Emitter<Datum>>,
    outputs: usize,
    types: OutputTypes,
    /// What of: as messages name it.
    body: &'static str,
    tasks: TaskGroup,
}

impl Activation {
    pub(crate) fn new(
        node: Rc<str>,
        emitter: Option<Emitter<Datum>>,
        outputs: usize,
        types: OutputTypes,
    ) -> Self {
        let (body, tasks) = ("a node's body", TaskGroup::default());
        Self::of(Inner { node, emitter, outputs, types, body, tasks })
    }

    /// That of a template, which is no evaluation of a node, but may no more than one look at the flow.
    pub(crate) fn template() -> Self {
        let tasks = TaskGroup::default();
        Self::of(Inner {
            node: "".into(),
            emitter: None,
            outputs: 1,
            types: Rc::from([]),
            body: TEMPLATE,
            tasks,
        })
    }

    fn of(inner: Inner) -> Self {
        Self { inner: Rc::new(inner), in_task: false }
    }

    /// Whether it can be the next evaluation of the node as well: nothing is left of this one. Its owner has it and the tag.
    pub(crate) fn is_as_new(&self) -> bool {
        const OWNER_AND_TAG: usize = 2;
        let inner = &self.inner;
        Rc::strong_count(inner) == OWNER_AND_TAG && inner.emitter.is_none() && inner.tasks.is_empty()
    }

    /// The same evaluation, for a task of it.
    pub(crate) fn into_task(mut self) -> Self {
        self.in_task = true;
        self
    }

    /// The tasks that it has spawned.
    pub(crate) fn tasks(&self) -> &TaskGroup {
        &self.inner.tasks
    }

    /// What runs here, as messages name it.
    pub(crate) fn body(&self) -> &'static str {
        self.inner.body
    }

    pub(crate) fn is_template(&self) -> bool {
        self.inner.body == TEMPLATE
    }

    /// The node's name.
    pub(crate) fn node(&self) -> &Rc<str> {
        &self.inner.node
    }

    /// The activation that a runtime state's tag holds; `None` in a cell.
    pub(crate) fn of_tag(tag: &Dynamic) -> Option<Self> {
        tag.read_lock::<Self>().map(|activation| activation.clone())
    }

    /// `yield value`: stores a chunk and waits until the stream is pulled.
    pub(crate) fn emit(&self, value: Dynamic, position: Position) -> Result<(), Box<EvalAltResult>> {
        let Some(emitter) = self.inner.emitter.as_ref().filter(|_| !self.in_task) else {
            return Err(error_map("SyntaxError", "`yield` stands in a node's own body", position));
        };
        let chunk = split(value, self.inner.outputs, position)?;
        check_outputs(&self.inner.types, &chunk, position)?;
        match block_on(emitter.emit(chunk)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(error_map(STREAM_CANCELLED, &error.to_string(), position)),
            Err(_) => Err(EvalAltResult::ErrorTerminated(Dynamic::UNIT, position).into()),
        }
    }
}

/// A value as one a port: a node with several outputs gives an array of them.
#[inline]
pub(crate) fn split(
    value: Dynamic,
    ports: usize,
    position: Position,
) -> Result<Outputs<Datum>, Box<EvalAltResult>> {
    if ports == 1 {
        return Ok(smallvec![Datum(value)]);
    }
    split_array(value, ports, position)
}

fn split_array(
    value: Dynamic,
    ports: usize,
    position: Position,
) -> Result<Outputs<Datum>, Box<EvalAltResult>> {
    let type_name = value.type_name();
    match value.try_cast::<Array>() {
        Some(values) if values.len() == ports => Ok(values.into_iter().map(Datum).collect()),
        Some(values) => {
            let got = values.len();
            let message =
                format!("a node with {ports} outputs gives an array of {ports} values, not of {got}");
            Err(error_map("TypeError", &message, position))
        }
        None => {
            let given = called(type_name);
            let message =
                format!("a node with {ports} outputs gives an array of {ports} values, not {given}");
            Err(error_map("TypeError", &message, position))
        }
    }
}
