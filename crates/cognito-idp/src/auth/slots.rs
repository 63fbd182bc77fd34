//! Turns at something dear, with a bounded number of those who wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_types::AwsError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error;

/// So many at a time, so many waiting; the next one is refused.
#[derive(Debug)]
pub struct BoundedSlots {
    slots: Arc<Semaphore>,
    queue: usize,
    waiting: AtomicUsize,
}

impl BoundedSlots {
    /// All free; at least one.
    pub fn new(slots: usize, queue: usize) -> Self {
        Self { slots: Arc::new(Semaphore::new(slots.max(1))), queue, waiting: AtomicUsize::new(0) }
    }

    /// Waits for a turn; it ends when the permit is dropped.
    ///
    /// # Errors
    /// TooManyRequestsException where slots and queue are full.
    pub async fn acquire(&self) -> Result<OwnedSemaphorePermit, AwsError> {
        if let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            return Ok(permit);
        }
        let place = Place(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::SeqCst) >= self.queue {
            return Err(error::too_many_requests());
        }
        let permit = Arc::clone(&self.slots).acquire_owned().await.map_err(AwsError::internal);
        drop(place);
        permit
    }
}

/// Somebody in the queue; leaves it when dropped, also where the caller went away while waiting.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_and_lets_in_again() {
        let slots = BoundedSlots::new(1, 1);
        let held = slots.acquire().await.unwrap();
        let waiting = slots.acquire();
        tokio::pin!(waiting);
        assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(waiting.as_mut().poll(cx).is_pending())).await);
        let refused = slots.acquire().await.unwrap_err();
        assert!(refused.is(&model_cognito_idp::errors::TOO_MANY_REQUESTS_EXCEPTION));
        drop(held);
        drop(waiting.await.unwrap());
        assert_eq!(slots.waiting.load(Ordering::SeqCst), 0);
        drop(slots.acquire().await.unwrap());
    }
}
