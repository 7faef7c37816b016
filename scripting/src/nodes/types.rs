//! Annotated types: what values they take.

use std::any::TypeId;
use std::rc::Rc;

use flowno_engine::flow::PortType;
use rhai::{Array, Blob, Dynamic, EvalAltResult, FLOAT, INT, ImmutableString, Map, Position};

use crate::datum::Datum;
use crate::display::{called, value_text};
use crate::report::error_map;
use crate::source::ValueType;

/// The types of a node's outputs, with what messages call them. Empty if none has one.
pub(crate) type OutputTypes = Rc<[(Option<ValueType>, String)]>;

/// The type of a value; `None` for one that no header can name.
pub(crate) fn type_of(value: &Dynamic) -> Option<ValueType> {
    let id = value.type_id();
    let types = [
        (TypeId::of::<INT>(), ValueType::Int),
        (TypeId::of::<FLOAT>(), ValueType::Float),
        (TypeId::of::<bool>(), ValueType::Bool),
        (TypeId::of::<char>(), ValueType::Char),
        (TypeId::of::<ImmutableString>(), ValueType::String),
        (TypeId::of::<Array>(), ValueType::Array),
        (TypeId::of::<Map>(), ValueType::Map),
        (TypeId::of::<Blob>(), ValueType::Blob),
    ];
    types.into_iter().find(|(known, _)| *known == id).map(|(_, value_type)| value_type)
}

/// What the flow checks when it is wired; `None`: nothing.
pub(crate) fn port_type(value_type: Option<ValueType>) -> Option<PortType> {
    value_type.filter(|value_type| *value_type != ValueType::Any).map(|known| PortType::named(known.name()))
}

/// Refuses a value of another type.
///
/// # Errors
///
/// `TypeError`, at `position`; `what` says what takes the value.
pub(crate) fn check(
    value_type: Option<ValueType>,
    value: &Dynamic,
    what: impl FnOnce() -> String,
    position: Position,
) -> Result<(), Box<EvalAltResult>> {
    match value_type {
        None | Some(ValueType::Any) => Ok(()),
        Some(value_type) if type_of(value) == Some(value_type) => Ok(()),
        Some(value_type) => {
            let text = match type_of(value) {
                Some(given) => format!("{} {}", given.name(), value_text(value)),
                None => called(value.type_name()),
            };
            let message = format!("{} takes {}, not {text}", what(), value_type.name());
            Err(error_map("TypeError", &message, position))
        }
    }
}

/// Refuses outputs of other types.
///
/// # Errors
///
/// `TypeError`, at `position`.
pub(crate) fn check_outputs(
    types: &OutputTypes,
    outputs: &[Datum],
    position: Position,
) -> Result<(), Box<EvalAltResult>> {
    for ((value_type, label), output) in types.iter().zip(outputs) {
        check(*value_type, &output.0, || label.clone(), position)?;
    }
    Ok(())
}
