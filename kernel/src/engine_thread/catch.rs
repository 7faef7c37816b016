//! A panic inside a cell becomes an error of that cell.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use flowno_scripting::CellError;

/// Runs `future` to its end, or to its panic.
pub(crate) async fn catch<T>(future: impl Future<Output = T>) -> Result<T, CellError> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        // After a panic the future is never polled again, so what it left half-done is only dropped.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(cell_error(payload.as_ref()))),
        }
    })
    .await
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
