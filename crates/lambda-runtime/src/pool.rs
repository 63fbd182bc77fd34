//! Who may run, and which processes wait for work.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::Notify;
use world::Lock;

use crate::plan::FunctionPlan;
use crate::process::Process;
use crate::runner::{Bounds, RunError, Throttle};

/// All processes of a runner.
pub(crate) struct Pool {
    state: Arc<Lock<State>>,
    bounds: Bounds,
    /// A process is gone.
    gone: Notify,
}

#[derive(Default)]
struct State {
    /// Invocations that run, by function.
    functions: HashMap<String, u32>,
    /// And by account and region.
    accounts: HashMap<(String, String), u32>,
    /// Waiting processes, the one that waits longest first.
    idle: HashMap<Key, Vec<Idle>>,
    alive: Vec<Arc<Process>>,
    /// Places taken by processes that are about to be.
    starting: usize,
    closed: bool,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    arn: String,
    version: String,
    revision: String,
}

struct Idle {
    process: Arc<Process>,
    since_ms: i64,
}

/// Leave to run once. Given back when dropped.
pub(crate) struct Admitted {
    state: Arc<Lock<State>>,
    function: String,
    account: (String, String),
}

/// A place for one more process. Given back when dropped, or taken by the process.
pub(crate) struct Place(Arc<Lock<State>>);

impl Key {
    fn of(plan: &FunctionPlan) -> Self {
        Self { arn: plan.arn.clone(), version: plan.version.clone(), revision: plan.revision.clone() }
    }
}

impl Pool {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { state: Arc::default(), bounds, gone: Notify::new() }
    }

    /// Counts an invocation in, where the bounds of function and account leave room.
    pub(crate) fn admit(&self, plan: &FunctionPlan) -> Result<Admitted, RunError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(RunError::Unavailable("the server is ending".to_owned()));
        }
        let account = (plan.account.clone(), plan.region.clone());
        let running = state.functions.get(&plan.arn).copied().unwrap_or(0);
        if plan.reserved_concurrency.is_some_and(|bound| running >= bound) {
            return Err(RunError::TooManyRequests(Throttle::ReservedFunctionConcurrentInvocationLimitExceeded));
        }
        if state.accounts.get(&account).is_some_and(|running| *running >= self.bounds.account_concurrency) {
            return Err(RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded));
        }
        *state.functions.entry(plan.arn.clone()).or_default() += 1;
        *state.accounts.entry(account.clone()).or_default() += 1;
        Ok(Admitted { state: Arc::clone(&self.state), function: plan.arn.clone(), account })
    }

    /// A waiting process of this version, the one that worked last.
    pub(crate) fn take(&self, plan: &FunctionPlan) -> Option<Arc<Process>> {
        let key = Key::of(plan);
        let mut state = self.state.lock();
        let waiting = state.idle.get_mut(&key)?;
        let found = std::iter::from_fn(|| waiting.pop()).map(|idle| idle.process).find(|process| process.can_work());
        if waiting.is_empty() {
            state.idle.remove(&key);
        }
        found
    }

    /// It waits for its next invocation.
    pub(crate) fn give_back(&self, process: Arc<Process>, now_ms: i64) {
        let mut state = self.state.lock();
        if state.closed || !process.can_work() {
            drop(state);
            process.kill();
            return;
        }
        state.idle.entry(Key::of(&process.plan)).or_default().push(Idle { process, since_ms: now_ms });
    }

    /// A place for a process; an idle one makes room where there is none.
    pub(crate) fn place(&self) -> Result<Place, RunError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(RunError::Unavailable("the server is ending".to_owned()));
        }
        if state.alive.len() + state.starting >= self.bounds.processes {
            let oldest = state.longest_idle();
            let process = oldest.ok_or(RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded))?;
            state.alive.retain(|other| !Arc::ptr_eq(other, &process));
            process.kill();
        }
        state.starting += 1;
        Ok(Place(Arc::clone(&self.state)))
    }

    /// A process has taken its place.
    pub(crate) fn enter(&self, process: Arc<Process>, place: Place) {
        let closed = {
            let mut state = self.state.lock();
            state.alive.push(Arc::clone(&process));
            state.closed
        };
        drop(place);
        if closed {
            process.kill();
        }
    }

    /// It is gone.
    pub(crate) fn leave(&self, process: &Arc<Process>) {
        let mut state = self.state.lock();
        state.alive.retain(|other| !Arc::ptr_eq(other, process));
        state.drop_idle(|idle| Arc::ptr_eq(&idle.process, process));
        drop(state);
        self.gone.notify_waiters();
    }

    /// Waits until no process is left.
    pub(crate) async fn emptied(&self) {
        loop {
            let gone = self.gone.notified();
            if self.alive().is_empty() {
                return;
            }
            gone.await;
        }
    }

    pub(crate) fn alive(&self) -> Vec<Arc<Process>> {
        self.state.lock().alive.clone()
    }

    /// Ends those that have waited too long, or whose credentials would end in the middle of an invocation.
    pub(crate) fn reap(&self, now_ms: i64) {
        let idle_ms = i64::try_from(self.bounds.idle_ms).unwrap_or(i64::MAX);
        self.end_idle(|idle| {
            let plan = &idle.process.plan;
            let needed_until = now_ms.saturating_add(i64::from(plan.timeout_s) * 1000);
            now_ms.saturating_sub(idle.since_ms) >= idle_ms
                || idle.process.expires.is_some_and(|expires| expires.ms() <= needed_until)
        });
    }

    /// Ends idle processes of other revisions; busy ones end with their answer.
    pub(crate) fn forget(&self, arn: &str, keep_revision: Option<&str>) {
        let meant =
            |process: &Process| process.plan.arn == arn && keep_revision != Some(process.plan.revision.as_str());
        for process in self.alive().iter().filter(|process| meant(process)) {
            process.retired.store(true, Ordering::SeqCst);
        }
        self.end_idle(|idle| meant(&idle.process));
    }

    fn end_idle(&self, ends: impl Fn(&Idle) -> bool) {
        let ended = self.state.lock().drop_idle(ends);
        ended.iter().for_each(|process| process.kill());
    }

    /// Takes no more, and answers who is there.
    pub(crate) fn close(&self) -> Vec<Arc<Process>> {
        let mut state = self.state.lock();
        state.closed = true;
        state.idle.clear();
        state.alive.clone()
    }
}

impl State {
    fn drop_idle(&mut self, ends: impl Fn(&Idle) -> bool) -> Vec<Arc<Process>> {
        let mut ended = Vec::new();
        self.idle.retain(|_, waiting| {
            waiting.retain(|idle| {
                let end = ends(idle);
                if end {
                    ended.push(Arc::clone(&idle.process));
                }
                !end
            });
            !waiting.is_empty()
        });
        ended
    }

    /// Takes the process out that has waited longest.
    fn longest_idle(&mut self) -> Option<Arc<Process>> {
        let waits = |(key, waiting): (&Key, &Vec<Idle>)| Some((waiting.first()?.since_ms, key.clone()));
        let (_, key) = self.idle.iter().filter_map(waits).min_by_key(|(since_ms, _)| *since_ms)?;
        let waiting = self.idle.get_mut(&key)?;
        let process = waiting.remove(0).process;
        if waiting.is_empty() {
            self.idle.remove(&key);
        }
        Some(process)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut state = self.state.lock();
        count_out(&mut state.functions, &self.function);
        count_out(&mut state.accounts, &self.account);
    }
}

/// Nothing is kept of what does not run.
fn count_out<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.starting = state.starting.saturating_sub(1);
    }
}
