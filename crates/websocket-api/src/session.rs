//! Frames in, frames out. Messages of one client are answered one after the other; what others send to it goes out
//! meanwhile.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::connections::Outgoing;
use crate::context::Body;
use crate::gateway::Session;
use crate::metrics::Happened;

/// Largest message, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 128 * 1024;
/// Largest frame, in bytes.
pub const MAX_FRAME_BYTES: usize = 32 * 1024;

type Answering = Pin<Box<dyn Future<Output = Option<Outgoing>> + Send>>;

/// How a connection ended.
type Ended = (u16, String);

impl Session {
    /// Serves the connection until it ends, and then its `$disconnect` route.
    pub async fn run<S>(mut self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let config = WebSocketConfig::default()
            .read_buffer_size(4 * 1024)
            .write_buffer_size(0)
            .max_write_buffer_size(4 * MAX_MESSAGE_BYTES)
            .max_message_size(Some(MAX_MESSAGE_BYTES))
            .max_frame_size(Some(MAX_FRAME_BYTES));
        let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        let connections = &self.apis.0.connections;
        connections.put(&self.connection);
        let (code, reason) = self.serve(&mut socket).await;
        self.apis.0.connections.remove(&self.connection.id);
        drop(socket);
        self.apis.disconnected(&self.stage, &self.connection, (code, &reason)).await;
    }

    async fn serve<S>(&mut self, socket: &mut WebSocketStream<S>) -> Ended
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let mut answering: Option<Answering> = None;
        loop {
            let step = tokio::select! {
                biased;
                outgoing = self.inbox.next() => Step::Send(outgoing),
                answer = answered(&mut answering) => {
                    answering = None;
                    Step::Answer(answer)
                }
                frame = socket.next(), if answering.is_none() => Step::Frame(frame),
            };
            match step {
                Step::Answer(None) => {}
                Step::Answer(Some(outgoing)) | Step::Send(Some(outgoing)) => {
                    if let Some(ended) = self.send(socket, outgoing).await {
                        return ended;
                    }
                }
                Step::Send(None) => return close((socket, self.taking()), CloseCode::Away, "Going away").await,
                Step::Frame(frame) => match self.read(frame) {
                    Read::Nothing => {}
                    Read::Message(body) => {
                        let (apis, stage) = (self.apis.clone(), self.stage.clone());
                        answering = Some(Box::pin(apis.message(stage, self.connection.clone(), body)));
                    }
                    Read::Ended(ended) => return ended,
                    Read::TooLarge => return close((socket, self.taking()), CloseCode::Size, "Message too long").await,
                    Read::Broken => return close((socket, self.taking()), CloseCode::Protocol, "Protocol error").await,
                },
            }
        }
    }

    fn read(&self, frame: Option<Result<Message, Error>>) -> Read {
        let now = self.apis.now();
        match frame {
            Some(Ok(Message::Text(text))) => {
                self.connection.touch(now);
                Read::Message(Body::Text(text.as_str().to_owned()))
            }
            Some(Ok(Message::Binary(bytes))) => {
                self.connection.touch(now);
                Read::Message(Body::Binary(bytes))
            }
            // Pings are answered by the library; they do not keep a connection alive, as at AWS.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Read::Nothing,
            Some(Ok(Message::Close(Some(frame)))) => Read::Ended((frame.code.into(), frame.reason.as_str().to_owned())),
            Some(Ok(Message::Close(None))) => Read::Ended((1005, String::new())),
            Some(Err(Error::Capacity(_))) => Read::TooLarge,
            None | Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => {
                Read::Ended((1006, "Connection closed abnormally".to_owned()))
            }
            Some(Err(Error::Protocol(_) | Error::Utf8(_))) => Read::Broken,
            Some(Err(_)) => Read::Ended((1006, "Connection closed abnormally".to_owned())),
        }
    }

    /// How long the client may take to take something. One that reads nothing must not hold its place for ever: neither the
    /// limits of time nor `@connections` reach a connection that waits to be written to.
    fn taking(&self) -> Duration {
        Duration::from_millis(self.apis.0.limits.taking_ms)
    }

    /// Sends something; answers how the connection ended, where it did.
    async fn send<S>(&self, socket: &mut WebSocketStream<S>, outgoing: Outgoing) -> Option<Ended>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let message = match outgoing {
            Outgoing::Text(text) => Message::text(text),
            Outgoing::Binary(bytes) => Message::binary(bytes),
            Outgoing::Close(code, reason) => {
                return Some(close((socket, self.taking()), CloseCode::from(code), reason).await);
            }
        };
        self.connection.touch(self.apis.now());
        self.stage.metrics.record(Happened::Message);
        match tokio::time::timeout(self.taking(), socket.send(message)).await {
            Ok(Ok(())) => None,
            Ok(Err(_)) | Err(_) => Some((1006, "Connection closed abnormally".to_owned())),
        }
    }
}

enum Step {
    Send(Option<Outgoing>),
    Answer(Option<Outgoing>),
    Frame(Option<Result<Message, Error>>),
}

enum Read {
    Nothing,
    Message(Body),
    Ended(Ended),
    TooLarge,
    Broken,
}

async fn answered(answering: &mut Option<Answering>) -> Option<Outgoing> {
    match answering {
        Some(answering) => answering.await,
        None => std::future::pending().await,
    }
}

/// Says why, and does not wait for an answer.
async fn close<S>((socket, taking): (&mut WebSocketStream<S>, Duration), code: CloseCode, reason: &'static str) -> Ended
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let frame = CloseFrame { code, reason: reason.into() };
    drop(tokio::time::timeout(taking, socket.close(Some(frame))).await);
    (code.into(), reason.to_owned())
}
