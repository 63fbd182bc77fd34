//! Codes and invitations on their way to people, and the local inbox that keeps them in local mode.
//!
//! What comes in: a [`Message`], whole. What goes out: e-mail by SMTP ([`smtp`]), text messages by a webhook
//! ([`webhook`]), both through the bounded queue of an [`outbox`], so that handing over takes the same time whatever
//! becomes of it. What it must not know: pools, templates, limits.

pub mod outbox;
pub mod smtp;
pub mod webhook;

use std::collections::VecDeque;

use async_trait::async_trait;
use aws_types::Timestamp;

use crate::lock::Lock;

/// How a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// E-mail.
    Email,
    /// Text message.
    Sms,
}

impl Channel {
    /// `EMAIL` or `SMS`, Cognito's delivery mediums.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }
}

/// One message.
#[derive(Clone)]
pub struct Message {
    /// User pool id.
    pub pool: String,
    /// Username.
    pub user: String,
    /// Address or phone number.
    pub to: String,
    /// How it travels.
    pub channel: Channel,
    /// Subject line; empty for text messages.
    pub subject: String,
    /// Text; HTML where it is an e-mail.
    pub body: String,
    /// Whom an e-mail is from (`Name <address>`), where that is not the server's own sender.
    pub from: Option<String>,
    /// `Reply-To` of an e-mail.
    pub reply_to: Option<String>,
    /// The set of SES's settings that an e-mail goes out by, for a mail server that knows such sets. Bytes of a header's
    /// value alone.
    pub configuration_set: Option<String>,
    /// What the pool says of whoever sends its text messages.
    pub sms_origin: Option<SmsOrigin>,
    /// The code or temporary password within, so that a test need not parse the body.
    pub code: Option<String>,
    /// When it was sent.
    pub time: Timestamp,
}

/// `SmsConfiguration` of a pool, for whoever carries its text messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsOrigin {
    /// `SnsCallerArn`.
    pub caller_arn: String,
    /// `ExternalId`, by which the caller's role knows the pool.
    pub external_id: Option<String>,
    /// `SnsRegion`.
    pub region: Option<String>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message to a user of {} by {}", self.pool, self.channel.as_str())
    }
}

/// A message could not be handed over.
#[derive(Debug, thiserror::Error)]
#[error("the message could not be delivered: {0}")]
pub struct SendError(pub String);

/// Hands messages over.
#[async_trait]
pub trait MessageSender: Send + Sync {
    /// Hands one over; an error means it certainly was not.
    async fn send(&self, message: Message) -> Result<(), SendError>;

    /// Whether a message to that address could be handed over now, so that one that is only pretended meets the same
    /// refusals.
    ///
    /// # Errors
    /// Why not.
    fn check(&self, _channel: Channel, _to: &str) -> Result<(), SendError> {
        Ok(())
    }
}

/// Why a message did not travel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// It may work in a moment.
    #[error("not now: {0}")]
    Again(String),
    /// It will never work.
    #[error("refused: {0}")]
    Never(String),
}

/// A way to people: one try, bounded in time.
#[async_trait]
pub trait Route: Send + Sync {
    /// Carries one message.
    async fn carry(&self, message: &Message) -> Result<(), RouteError>;
}

/// The newest messages of a local server, for people and tests to read. Older ones fall out.
#[derive(Debug)]
pub struct Inbox {
    messages: Lock<VecDeque<Message>>,
    capacity: usize,
}

impl Inbox {
    /// Keeps at most `capacity` messages.
    pub const fn new(capacity: usize) -> Self {
        Self { messages: Lock::new(VecDeque::new()), capacity }
    }

    /// Newest first, those that `matches`, at most `limit`.
    pub fn newest(&self, limit: usize, matches: impl Fn(&Message) -> bool) -> Vec<Message> {
        self.messages.lock().iter().rev().filter(|m| matches(m)).take(limit).cloned().collect()
    }
}

#[async_trait]
impl MessageSender for Inbox {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let mut messages = self.messages.lock();
        if messages.len() >= self.capacity {
            messages.pop_front();
        }
        messages.push_back(message);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
