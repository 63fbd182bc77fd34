//! An answer in parts, as callers of streamed invocations take it.

use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::runner::{Outcome, RunError};

/// Parts that wait to be taken; with those of the Runtime API, all that is kept of an answer.
const WAITING: usize = 8;

/// A part of an answer.
#[derive(Debug)]
pub enum Part {
    /// The function begins to answer in pieces, and says what they are. At most once, before any of them; never where it
    /// answers whole.
    Begun {
        /// As the runtime said it.
        content_type: String,
    },
    /// Some of its bytes.
    Piece(Bytes),
    /// The end. The outcome's payload is empty, but where the function failed: then it is AWS's JSON about that.
    End(Outcome),
}

/// The parts of one answer. After [`Part::End`] there is none.
#[derive(Debug)]
pub struct Parts {
    first: Option<Part>,
    rest: mpsc::Receiver<Result<Part, RunError>>,
}

/// Where an invocation's answer goes.
pub(crate) enum Sink {
    /// Into its outcome.
    Whole,
    /// To whoever takes the parts.
    Parts(mpsc::Sender<Result<Part, RunError>>),
}

pub(crate) fn channel() -> (mpsc::Sender<Result<Part, RunError>>, Parts) {
    let (sender, rest) = mpsc::channel(WAITING);
    (sender, Parts { first: None, rest })
}

impl Sink {
    /// Hands a part over, once there is room for it. Where nobody takes it, it is dropped.
    pub(crate) async fn put(&self, part: Part) {
        if let Self::Parts(sender) = self {
            let _ = sender.send(Ok(part)).await;
        }
    }

    /// Hands over how the invocation ended. An answer that came whole is one piece.
    pub(crate) async fn end(self, outcome: Result<Outcome, RunError>) {
        let Self::Parts(sender) = &self else { return };
        match outcome {
            Ok(outcome) => {
                for part in parts(outcome) {
                    self.put(part).await;
                }
            }
            Err(error) => {
                let _ = sender.send(Err(error)).await;
            }
        }
    }
}

/// The parts of an answer that is there.
fn parts(mut outcome: Outcome) -> Vec<Part> {
    let mut parts = Vec::new();
    if outcome.function_error.is_none() && !outcome.payload.is_empty() {
        parts.push(Part::Piece(std::mem::take(&mut outcome.payload)));
    }
    parts.push(Part::End(outcome));
    parts
}

impl Parts {
    /// An answer that is there, in parts.
    pub fn of(outcome: Outcome) -> Self {
        let (sender, parts) = channel();
        for part in self::parts(outcome) {
            // There is room for more than these.
            let _ = sender.try_send(Ok(part));
        }
        parts
    }

    /// Waits for the first part.
    pub(crate) async fn begun(mut self) -> Result<Self, RunError> {
        match self.rest.recv().await {
            Some(first) => {
                self.first = Some(first?);
                Ok(self)
            }
            None => Err(RunError::Unavailable("the invocation was given up".to_owned())),
        }
    }

    /// The next part; `None` after the end, or where the invocation was given up.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Part>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(first)),
            None => self.rest.poll_recv(cx).map(|part| part?.ok()),
        }
    }

    /// The next part; `None` after the end, or where the invocation was given up.
    pub async fn next(&mut self) -> Option<Part> {
        std::future::poll_fn(|cx| self.poll_next(cx)).await
    }
}
