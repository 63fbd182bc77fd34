//! The doors to the outside: time, randomness, messages, HTTP, functions, tasks. Every room takes them as parameters, so that a
//! test can move the clock, seed the dice and read the mail.
//!
//! What comes in: nothing. What goes out: small traits, one real implementation each, and the fakes in [`fake`].
//! What it must not know: AWS, the store, any service.
//! To add a door: a trait in a file of its own, the real thing beside it, a fake in `fake.rs`.

pub mod clock;
pub mod event_stream;
pub mod fake;
pub mod function;
pub mod http_client;
pub mod lock;
pub mod message;
pub mod reach;
pub mod rng;
pub mod stream;
pub mod task;
pub mod tls;
pub mod workers;

pub use clock::{Clock, SystemClock};
pub use function::{
    FunctionAnswer, FunctionCall, FunctionFailed, FunctionInvoker, FunctionStream, HttpInvoker, InvokeError,
    NoFunctions,
};
pub use http_client::{HttpClient, HttpError, HttpOptions, HyperClient};
pub use lock::Lock;
pub use message::outbox::{Outbox, Routes};
pub use message::{Channel, Inbox, Message, MessageSender, Route, RouteError, SendError, SmsOrigin};
pub use reach::Reach;
pub use rng::{Rng, SystemRng};
pub use task::spawn;
pub use tls::{ClientIdentity, TlsOptions, Verification};
pub use workers::Workers;
