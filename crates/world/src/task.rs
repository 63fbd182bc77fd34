//! Background tasks that bear a name and whose panics are reported, and futures whose panics are caught.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::JoinHandle;

/// Starts a task; a panic within ends the task alone and is logged under its name.
#[expect(clippy::disallowed_methods, reason = "the supervised way to spawn")]
pub fn spawn<F>(name: &'static str, future: F) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(async move {
        if CatchPanic::new(future).await.is_err() {
            tracing::error!(task = name, "a background task panicked");
        }
    })
}

/// A future panicked; the panic hook has reported it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Turns a panic of a future into its error.
pub struct CatchPanic<F>(Pin<Box<F>>);

impl<F: Future> CatchPanic<F> {
    /// Over any future.
    pub fn new(future: F) -> Self {
        Self(Box::pin(future))
    }
}

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, Panicked>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // The future is dropped after a panic and what it shared is behind locks without poison, so nothing half-done is seen.
        match std::panic::catch_unwind(AssertUnwindSafe(|| self.0.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_and_nothing_else() {
        assert_eq!(CatchPanic::new(async { 7 }).await, Ok(7));
        assert_eq!(CatchPanic::new(async { panic!("on purpose") }).await.map(|(): ()| ()), Err(Panicked));
        assert!(spawn("doomed", async { panic!("on purpose") }).await.is_ok());
    }
}
