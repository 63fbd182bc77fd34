//! Background tasks that bear a name and whose panics are reported.

use std::future::Future;

use tokio::task::JoinHandle;

/// Starts a task; a panic within ends the task alone and is logged under its name.
#[expect(clippy::disallowed_methods, reason = "the supervised way to spawn")]
pub fn spawn<F>(name: &'static str, future: F) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    tokio::spawn(async move {
        let inner = tokio::spawn(future);
        let abort = AbortOnDrop(inner.abort_handle());
        if let Err(error) = inner.await
            && error.is_panic()
        {
            tracing::error!(task = name, "a background task panicked");
        }
        drop(abort);
    })
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
