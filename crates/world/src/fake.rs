//! Doors for tests: a clock that stands still until moved, dice that always fall alike, functions that follow a script.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use aws_types::Timestamp;

use crate::clock::Clock;
use crate::function::{FunctionAnswer, FunctionCall, FunctionInvoker, InvokeError};
use crate::lock::Lock;
use crate::rng::Rng;

/// A clock that only moves when told to.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self(AtomicI64::new(at.ms()))
    }

    /// Moves it by `seconds`.
    pub fn advance_s(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Stands at 2026-01-02T03:04:05Z.
    fn default() -> Self {
        Self::at(Timestamp::from_secs(1_767_323_045))
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.0.load(Ordering::SeqCst))
    }

    fn real(&self) -> Timestamp {
        self.now()
    }

    fn monotonic_ns(&self) -> u64 {
        u64::try_from(self.0.load(Ordering::SeqCst)).unwrap_or(0).saturating_mul(1_000_000)
    }
}

/// A generator whose bytes follow from its seed: SHA-256 of seed and a counter.
#[derive(Debug)]
pub struct SeededRng {
    seed: u64,
    blocks: AtomicU64,
}

impl SeededRng {
    /// The same seed gives the same bytes.
    pub const fn new(seed: u64) -> Self {
        Self { seed, blocks: AtomicU64::new(0) }
    }
}

impl Rng for SeededRng {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let block = self.blocks.fetch_add(1, Ordering::SeqCst);
            let hash = digest(&SHA256, &[self.seed.to_be_bytes(), block.to_be_bytes()].concat());
            chunk.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        }
    }
}

type Script = Arc<dyn Fn(&FunctionCall) -> Result<FunctionAnswer, InvokeError> + Send + Sync>;

/// Functions that follow a script by ARN; what has none is not found. Every call is kept.
#[derive(Default)]
pub struct ScriptedFunctions {
    scripts: Lock<HashMap<String, Script>>,
    calls: Lock<Vec<FunctionCall>>,
}

impl ScriptedFunctions {
    /// Sets what a function does from now on.
    pub fn on<F>(&self, function_arn: &str, script: F)
    where
        F: Fn(&FunctionCall) -> Result<FunctionAnswer, InvokeError> + Send + Sync + 'static,
    {
        self.scripts.lock().insert(function_arn.to_owned(), Arc::new(script));
    }

    /// The calls so far, oldest first; they are forgotten.
    pub fn take_calls(&self) -> Vec<FunctionCall> {
        std::mem::take(&mut *self.calls.lock())
    }
}

impl std::fmt::Debug for ScriptedFunctions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ScriptedFunctions({} calls)", self.calls.lock().len())
    }
}

#[async_trait]
impl FunctionInvoker for ScriptedFunctions {
    async fn invoke(&self, call: FunctionCall) -> Result<FunctionAnswer, InvokeError> {
        let script = self.scripts.lock().get(&call.function_arn).cloned();
        let answer = script.map_or(Err(InvokeError::NotFound), |script| script(&call));
        self.calls.lock().push(call);
        answer
    }
}
