//! What tests of several rooms share: a world whose clock stands still and whose dice are loaded, a call from nobody in
//! particular, a store that a test stands before, and a client that sends exactly the bytes it is told to. A dev-dependency only.
//!
//! What comes in: nothing. What goes out: fakes and helpers.
//! What it must not know: any service.

mod calls;
mod gate;
pub mod raw;

use std::sync::Arc;

use aws_types::{AccountId, CallContext, Caller, Region, Timestamp};
use store::{MasterKey, Store};
use world::fake::{ManualClock, SeededRng};
use world::{Clock as _, Inbox};

pub use calls::Calls;
pub use gate::{Ask, gated};

/// A world of its own for one test.
pub struct World {
    /// In memory.
    pub store: Store,
    /// Stands at 2026-01-02T03:04:05Z until moved.
    pub clock: Arc<ManualClock>,
    /// The same bytes at every run.
    pub rng: Arc<SeededRng>,
    /// Keeps what was sent.
    pub inbox: Arc<Inbox>,
}

impl Default for World {
    #[expect(clippy::expect_used, reason = "a test cannot go on without its store")]
    fn default() -> Self {
        Self {
            store: Store::in_memory(MasterKey::from_bytes([7; 32])).expect("a store in memory"),
            clock: Arc::new(ManualClock::default()),
            rng: Arc::new(SeededRng::new(1)),
            inbox: Arc::new(Inbox::new(1000)),
        }
    }
}

impl World {
    /// A call by `caller` in us-east-1, now.
    pub fn call(&self, caller: Caller) -> CallContext {
        call_at(self.clock.now(), caller)
    }
}

/// A call by `caller` in us-east-1.
pub fn call_at(now: Timestamp, caller: Caller) -> CallContext {
    CallContext {
        account: AccountId::default(),
        region: Region::default(),
        request_id: "00000000-0000-4000-8000-000000000000".to_owned(),
        caller,
        source_ip: "127.0.0.1".to_owned(),
        user_agent: "testkit".to_owned(),
        now,
    }
}
