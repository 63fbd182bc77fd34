//! The queue between those who write messages and the routes that carry them.
//!
//! It lies in memory and is bounded: what does not fit is refused, which its writer tells the caller; what a crash loses
//! can be asked for again, since every message is a code, a link or an invitation. A message that does not travel is
//! tried once more where that may help, and then its failure is logged, without address and text.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;

use super::{Channel, Inbox, Message, MessageSender, Route, RouteError, SendError};
use crate::lock::Lock;

/// Messages that may wait.
pub const QUEUE: usize = 10_000;
/// Messages under way at a time.
const AT_A_TIME: usize = 16;

/// The ways to people, and which numbers they may reach.
#[derive(Clone, Default)]
pub struct Routes {
    /// E-mail; `None` where no server is configured.
    pub email: Option<Arc<dyn Route>>,
    /// Text messages; `None` where no webhook is configured.
    pub sms: Option<Arc<dyn Route>>,
    /// What phone numbers must begin with (`+49`); `None` allows all.
    pub countries: Option<Vec<String>>,
}

impl Routes {
    fn of(&self, channel: Channel) -> Option<&Arc<dyn Route>> {
        match channel {
            Channel::Email => self.email.as_ref(),
            Channel::Sms => self.sms.as_ref(),
        }
    }

    fn reaches(&self, number: &str) -> bool {
        self.countries.as_ref().is_none_or(|prefixes| prefixes.iter().any(|prefix| number.starts_with(prefix.as_str())))
    }
}

/// Sends through a queue; in local mode everything is in the inbox as well, at once.
pub struct Outbox {
    routes: Routes,
    inbox: Option<Arc<Inbox>>,
    queue: Lock<Option<mpsc::Sender<Message>>>,
    worker: Lock<Option<JoinHandle<()>>>,
}

impl Outbox {
    /// Begins to carry what is handed over. A failure that may pass is tried again after `retry_after_ms`.
    pub fn start(routes: Routes, inbox: Option<Arc<Inbox>>, retry_after_ms: u64) -> Arc<Self> {
        Self::with_room(QUEUE, routes, inbox, retry_after_ms)
    }

    pub(super) fn with_room(room: usize, routes: Routes, inbox: Option<Arc<Inbox>>, retry_after_ms: u64) -> Arc<Self> {
        let (queue, waiting) = mpsc::channel(room);
        let worker = crate::spawn("outbox", work(waiting, routes.clone(), Duration::from_millis(retry_after_ms)));
        Arc::new(Self { routes, inbox, queue: Lock::new(Some(queue)), worker: Lock::new(Some(worker)) })
    }

    /// Takes nothing more and waits, `at_most_ms` long, until what was taken is carried.
    pub async fn finish(&self, at_most_ms: u64) {
        drop(self.queue.lock().take());
        let worker = self.worker.lock().take();
        let Some(mut worker) = worker else { return };
        if tokio::time::timeout(Duration::from_millis(at_most_ms), &mut worker).await.is_err() {
            worker.abort();
            tracing::warn!("messages that waited to be sent were given up");
        }
    }

    fn permit(&self) -> Result<mpsc::OwnedPermit<Message>, SendError> {
        let queue = self.queue.lock().clone().ok_or_else(|| SendError("the server is stopping".to_owned()))?;
        queue.try_reserve_owned().map_err(|_| SendError("too many messages wait".to_owned()))
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbox(email: {}, sms: {})", self.routes.email.is_some(), self.routes.sms.is_some())
    }
}

#[async_trait]
impl MessageSender for Outbox {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        self.check(message.channel, &message.to)?;
        let place = self.routes.of(message.channel).map(|_| self.permit()).transpose()?;
        if let Some(inbox) = &self.inbox {
            inbox.send(message.clone()).await?;
        }
        if let Some(place) = place {
            place.send(message);
        }
        Ok(())
    }

    fn check(&self, channel: Channel, to: &str) -> Result<(), SendError> {
        if channel == Channel::Sms && !self.routes.reaches(to) {
            return Err(SendError("text messages do not go to that country".to_owned()));
        }
        match self.routes.of(channel) {
            Some(_) => self.permit().map(drop),
            None if self.inbox.is_some() => Ok(()),
            None => Err(SendError(format!("nothing is configured that sends {}", channel.as_str()))),
        }
    }
}

async fn work(mut waiting: mpsc::Receiver<Message>, routes: Routes, retry_after: Duration) {
    let slots = Arc::new(Semaphore::new(AT_A_TIME));
    while let Some(message) = waiting.recv().await {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let Some(route) = routes.of(message.channel).cloned() else { continue };
        drop(crate::spawn("message", async move {
            carry(route.as_ref(), &message, retry_after).await;
            drop(slot);
        }));
    }
    let all = u32::try_from(AT_A_TIME).unwrap_or(u32::MAX);
    drop(slots.acquire_many(all).await);
}

async fn carry(route: &dyn Route, message: &Message, retry_after: Duration) {
    let mut outcome = route.carry(message).await;
    if let Err(RouteError::Again(_)) = outcome {
        tokio::time::sleep(retry_after).await;
        outcome = route.carry(message).await;
    }
    if let Err(cause) = outcome {
        tracing::warn!(pool.id = message.pool, channel = message.channel.as_str(), %cause, "a message was not delivered");
    }
}
