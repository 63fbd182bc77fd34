//! AWS's vocabulary, shared by every room: identifiers, errors, times, the description of a wire model, and the one
//! interface by which a protocol calls a service.
//!
//! What comes in: nothing from outside. What goes out: plain values.
//! What it must not know: I/O, clocks, randomness, any single service.

pub mod arn;
pub mod call;
pub mod error;
pub mod schema;
pub mod secret;
pub mod service;
pub mod time;
pub mod wire;

pub use arn::{AccountId, Arn, Region};
pub use call::{CallContext, Caller};
pub use error::{AwsError, Fault};
pub use secret::Secret;
pub use service::{Answer, ByteStream, Service};
pub use time::Timestamp;
