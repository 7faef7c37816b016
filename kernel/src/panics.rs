//! Futures that may panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::thread;

/// Runs `future` to its end, or to its panic. What it has left half-done by then is only dropped, or must be sound.
///
/// # Errors
///
/// What it panicked with.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> thread::Result<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        // After a panic the future is never polled again.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(payload) => Poll::Ready(Err(payload)),
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_value() {
        assert_eq!(caught(async { 1 }).await.unwrap(), 1);
        let panics = async {
            tokio::task::yield_now().await;
            panic!("on demand")
        };
        assert_eq!(caught::<()>(panics).await.unwrap_err().downcast_ref(), Some(&"on demand"));
    }
}
