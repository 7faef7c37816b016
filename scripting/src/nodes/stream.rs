//! A stream input, as scripts read it: an iterable that waits for its items.

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::flow::StreamReader;
use rhai::{Dynamic, EvalAltResult, Position};

use super::types::check;
use crate::coroutine::{BlockError, block_on};
use crate::datum::Datum;
use crate::report::error_map;
use crate::source::{Parameter, ValueType};
use crate::waiting::{Items, Source};

/// A reader that scripts hold. A copy is the same reader: reading goes on where it was left.
#[derive(Clone)]
pub(crate) struct ScriptStream {
    reader: Rc<RefCell<Option<StreamReader<Datum>>>>,
    /// What each item must be, and of which parameter.
    items: Option<(ValueType, Rc<str>)>,
}

impl ScriptStream {
    pub(crate) fn new(reader: StreamReader<Datum>, parameter: &Parameter) -> Self {
        let items = parameter.value_type.map(|value_type| (value_type, parameter.name.as_str().into()));
        Self { reader: Rc::new(RefCell::new(Some(reader))), items }
    }

    /// The next item; `None` at the end.
    pub(crate) fn next(&self) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        // Taken out while it is read: another task of this node may ask at the same time.
        let Some(mut reader) = self.reader.borrow_mut().take() else {
            let message = "the stream is being read by another task";
            return Err(error_map("RuntimeError", message, Position::NONE));
        };
        let item = block_on(reader.next());
        *self.reader.borrow_mut() = Some(reader);
        match item {
            Ok(item) => {
                if let (Some((value_type, name)), Some(item)) = (&self.items, &item) {
                    let what = || format!("stream `{name}`");
                    check(Some(*value_type), &item.0, what, Position::NONE)?;
                }
                Ok(item.map(|datum| datum.0))
            }
            Err(BlockError::Cancelled) => {
                Err(EvalAltResult::ErrorTerminated(Dynamic::UNIT, Position::NONE).into())
            }
            Err(error) => Err(error_map("RuntimeError", &error.to_string(), Position::NONE)),
        }
    }

    /// Cancels the stream.
    pub(crate) fn cancel(&self) {
        if let Some(reader) = &mut *self.reader.borrow_mut() {
            reader.cancel();
        }
    }
}

impl IntoIterator for ScriptStream {
    type Item = Result<Dynamic, Box<EvalAltResult>>;
    type IntoIter = Items<Self>;

    fn into_iter(self) -> Self::IntoIter {
        Items::new(self)
    }
}

impl Source for ScriptStream {
    fn next(&mut self) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        ScriptStream::next(self)
    }
}
