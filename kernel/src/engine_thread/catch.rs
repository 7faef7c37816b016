//! A panic inside a cell becomes an error of that cell.

use std::any::Any;

use flowno_scripting::CellError;

use crate::panics::caught;

/// Runs `future` to its end, or to its panic.
pub(crate) async fn catch<T>(future: impl Future<Output = T>) -> Result<T, CellError> {
    caught(future).await.map_err(|payload| cell_error(payload.as_ref()))
}

fn cell_error(payload: &(dyn Any + Send)) -> CellError {
    let what = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".to_owned());
    tracing::error!("a cell panicked: {what}");
    let message = format!("flowno itself failed: {what}");
    CellError {
        name: "InternalError".to_owned(),
        traceback: vec![format!("InternalError: {message}")],
        message,
    }
}
