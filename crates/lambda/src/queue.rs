//! Asynchronous calls: taken into the store before they are answered, so that a crash loses none; tried again after a
//! minute and after two where the function fails, with growing pauses where it was throttled; told to a destination at
//! their end (developer guide, "How Lambda handles errors and retries with asynchronous invocation"). A call is made at
//! least once; a crash amid one makes it again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use aws_types::{AwsError, Timestamp};
use bytes::Bytes;
use lambda_runtime::Outcome;
use serde_json::{Value, json};
use store::{StoreError, Tx, Versioned};
use tokio::sync::{Notify, Semaphore};
use world::Lock;

use crate::Lambda;
use crate::entity::{EventConfig, Queued, Target};
use crate::error::{Result, too_many};
use crate::invoke::Call;
use crate::name::{LATEST, Reference};
use crate::table::{EVENT_CONFIGS, QUEUE, QUEUE_PK, event_config_sk, function_pk, queue_sk};

/// Bytes of an asynchronous call's payload.
pub const MOST_EVENT: usize = 1024 * 1024;
/// Calls that wait.
const MOST_QUEUED: i64 = 100_000;
/// Counter of those.
const QUEUED: &str = "lambda.queued";
/// Calls that run at once.
const AT_ONCE: usize = 64;
/// How often the clock is looked at while calls wait for their time; it may be moved.
const LOOK: Duration = Duration::from_millis(100);
/// How long a look for forgotten calls may be put off.
const REST: Duration = Duration::from_secs(30);
/// Where nothing else is said (`MaximumRetryAttempts`, `MaximumEventAgeInSeconds`).
const RETRIES: i32 = 2;
const MAX_AGE_S: i32 = 21_600;
/// Between a failure and the next call.
const PAUSES_MS: [i64; 2] = [60_000, 120_000];
/// Between tries that were throttled: doubled each time, from one second to five minutes.
const THROTTLED_MS: i64 = 1_000;
const MOST_THROTTLED_MS: i64 = 300_000;
/// Functions that tell one another in a ring (developer guide, "recursive loop detection").
const MOST_HOPS: u32 = 16;

/// What is under way.
pub struct Queue {
    news: Notify,
    slots: Arc<Semaphore>,
    running: Lock<HashSet<String>>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { news: Notify::new(), slots: Arc::new(Semaphore::new(AT_ONCE)), running: Lock::new(HashSet::new()) }
    }
}

/// An asynchronous call to be taken.
pub struct Event {
    /// The request's id.
    pub id: String,
    /// JSON.
    pub payload: Bytes,
    /// How many functions told one another before it.
    pub hops: u32,
    /// As in [`world::FunctionCall::trace_id`].
    pub trace_id: Option<String>,
}

/// What becomes of a call after a try.
enum Next {
    Done(Option<Value>),
    Failed(Value),
    Again(Queued, i64),
}

impl Lambda {
    /// Takes a call: when this returns it is sure to be made.
    ///
    /// # Errors
    /// `TooManyRequestsException` where too many wait, the store's.
    pub(crate) async fn enqueue(&self, reference: &Reference, event: Event) -> Result<()> {
        let now = self.doors.clock.now();
        let function = &reference.function;
        let target = Target {
            account: function.account.clone(),
            region: function.region.clone(),
            name: function.name.clone(),
            qualifier: reference.qualifier.clone(),
        };
        let payload = self.store().sealer().seal_text(&context(&event.id), &event.payload);
        let Event { id, hops, trace_id, .. } = event;
        let queued = Queued { id, target, payload, taken: now, failures: 0, throttled: 0, hops, trace_id };
        let mut tx = Tx::new();
        tx.add(QUEUED, 1, Some(MOST_QUEUED), None);
        QUEUE.insert(&mut tx, QUEUE_PK, &queue_sk(now.ms(), &queued.id), &queued, Vec::new())?;
        match self.store().commit(tx).await {
            Err(StoreError::Limit) => Err(too_many("ConcurrentInvocationLimitExceeded")),
            other => other.map(|_| self.queue.news.notify_one()).map_err(AwsError::from),
        }
    }

    /// Makes the calls that wait, for as long as the server runs.
    pub async fn follow(self: Arc<Self>) {
        loop {
            let rest = match self.start_due().await {
                Ok(None) => REST,
                Ok(Some(())) => LOOK,
                Err(error) => {
                    tracing::error!(?error, "waiting calls of functions could not be read");
                    REST
                }
            };
            let _ = tokio::time::timeout(rest, self.queue.news.notified()).await;
        }
    }

    /// Starts the calls that are due; none where nothing waits.
    async fn start_due(self: &Arc<Self>) -> Result<Option<()>> {
        let waiting = QUEUE.list(self.store(), QUEUE_PK, "", None, 2 * AT_ONCE).await?;
        if waiting.is_empty() {
            return Ok(None);
        }
        let now = self.doors.clock.now();
        for call in waiting {
            if due(&call.sk) > now.ms() {
                break;
            }
            if self.queue.running.lock().contains(&call.sk) {
                continue;
            }
            let Ok(slot) = Arc::clone(&self.queue.slots).try_acquire_owned() else { break };
            self.queue.running.lock().insert(call.sk.clone());
            let service = Arc::clone(self);
            drop(world::spawn("lambda: asynchronous call", async move {
                service.make(&call).await;
                service.queue.running.lock().remove(&call.sk);
                drop(slot);
                service.queue.news.notify_one();
            }));
        }
        Ok(Some(()))
    }

    async fn make(&self, call: &Versioned<Queued>) {
        if let Err(error) = self.make_once(call).await {
            tracing::error!(?error, request.id = call.id, "an asynchronous call could not be settled");
            // What cannot be read now may be later; the next look must not spin on it.
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn make_once(&self, call: &Versioned<Queued>) -> Result<()> {
        // It may have been settled between the look at the queue and now; from here on nobody else takes it.
        let there = QUEUE.get(self.store(), &call.pk, &call.sk).await?;
        if there.is_none_or(|there| there.version != call.version) {
            return Ok(());
        }
        let next = self.attempt(call).await?;
        self.settle(call, next).await
    }

    async fn attempt(&self, call: &Versioned<Queued>) -> Result<Next> {
        let config = self.event_config(&call.target).await?;
        let payload = self.store().sealer().open_text(&context(&call.id), &call.payload).map_err(AwsError::internal)?;
        let payload = Bytes::copy_from_slice(&payload);
        let now = self.doors.clock.now();
        let max_age_s = config.as_ref().and_then(|config| config.max_age_s).unwrap_or(MAX_AGE_S);
        let too_old = |at: Timestamp| at.ms() - call.taken.ms() > i64::from(max_age_s) * 1_000;
        if too_old(now) {
            return Ok(Next::Failed(record(call, &payload, ("EventAgeExceeded", now), None)));
        }
        let reference = Reference { function: call.target.function(), qualifier: call.target.qualifier.clone() };
        let called = Call { trace_id: call.trace_id.clone(), ..Call::new(call.id.clone(), payload.clone()) };
        let outcome = self.run(&reference, called).await;
        let now = self.doors.clock.now();
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(error) if error.status == 404 => return Ok(Next::Done(None)),
            Err(error) => {
                tracing::warn!(%error, request.id = call.id, "an asynchronous call is put off");
                let mut queued = call.value.clone();
                queued.throttled = queued.throttled.saturating_add(1);
                let pause = THROTTLED_MS.saturating_mul(1 << queued.throttled.min(20)).min(MOST_THROTTLED_MS);
                return Ok(Next::Again(queued, now.ms().saturating_add(pause)));
            }
        };
        if outcome.function_error.is_none() {
            return Ok(Next::Done(Some(record(call, &payload, ("Success", now), Some(&outcome)))));
        }
        let mut queued = call.value.clone();
        queued.failures = queued.failures.saturating_add(1);
        let retries = config.as_ref().and_then(|config| config.retries).unwrap_or(RETRIES);
        let pause = PAUSES_MS.get(usize::try_from(call.failures).unwrap_or(usize::MAX));
        match pause.filter(|_| i64::from(queued.failures) <= i64::from(retries)) {
            Some(pause) => Ok(Next::Again(queued, now.ms().saturating_add(*pause))),
            None => Ok(Next::Failed(record(&queued, &payload, ("RetriesExhausted", now), Some(&outcome)))),
        }
    }

    /// Takes a call out of the queue, or puts it back for later.
    async fn settle(&self, call: &Versioned<Queued>, next: Next) -> Result<()> {
        let mut tx = Tx::new();
        QUEUE.delete(&mut tx, call);
        match next {
            Next::Again(queued, due_ms) => {
                QUEUE.insert(&mut tx, QUEUE_PK, &queue_sk(due_ms, &queued.id), &queued, Vec::new())?;
                self.store().commit(tx).await?;
            }
            Next::Done(record) => {
                self.tell(call, record, |config| config.on_success).await?;
                tx.add(QUEUED, -1, None, None);
                self.store().commit(tx).await?;
            }
            Next::Failed(record) => {
                self.tell(call, Some(record), |config| config.on_failure).await?;
                tx.add(QUEUED, -1, None, None);
                self.store().commit(tx).await?;
            }
        }
        Ok(())
    }

    async fn event_config(&self, target: &Target) -> Result<Option<EventConfig>> {
        let qualifier = target.qualifier.as_deref().unwrap_or(LATEST);
        let pk = function_pk(&target.function());
        Ok(EVENT_CONFIGS.get(self.store(), &pk, &event_config_sk(qualifier)).await?.map(|config| config.value))
    }

    /// Tells a destination what came of a call, where there is one and the function's role may call it.
    async fn tell(
        &self,
        call: &Queued,
        record: Option<Value>,
        which: impl Fn(EventConfig) -> Option<String> + Send,
    ) -> Result<()> {
        let (Some(record), Some(config)) = (record, self.event_config(&call.target).await?) else { return Ok(()) };
        let Some(arn) = which(config) else { return Ok(()) };
        let Some(destination) = Reference::of_arn(&arn) else { return Ok(()) };
        let reference = Reference { function: call.target.function(), qualifier: call.target.qualifier.clone() };
        let Ok(found) = self.find(&reference).await else { return Ok(()) };
        let now = self.doors.clock.now();
        let may = self.doors.roles.may(&found.version.role, "lambda:InvokeFunction", &arn, now).await?;
        if !may || self.find(&destination).await.is_err() {
            tracing::warn!(function = %reference.function, destination = arn, "a destination could not be told");
            return Ok(());
        }
        if call.hops >= MOST_HOPS && found.function.recursive_loop.as_deref() != Some("Allow") {
            tracing::warn!(function = %reference.function, "functions tell one another in a ring, which ends here");
            return Ok(());
        }
        let payload = Bytes::from(record.to_string());
        if payload.len() > MOST_EVENT {
            tracing::warn!(function = %reference.function, "a record is too large for its destination");
            return Ok(());
        }
        self.enqueue(
            &destination,
            Event { id: self.uuid(), payload, hops: call.hops + 1, trace_id: call.trace_id.clone() },
        )
        .await
    }
}

fn context(id: &str) -> String {
    format!("lambda event {id}")
}

/// When a call is due, by its place.
fn due(sk: &str) -> i64 {
    sk.split_once('#').and_then(|(due, _)| due.parse().ok()).unwrap_or_default()
}

/// What a destination is told (developer guide, "Adding a destination": the invocation record).
fn record(call: &Queued, payload: &[u8], (condition, at): (&str, Timestamp), outcome: Option<&Outcome>) -> Value {
    let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let calls = if condition == "Success" { call.failures + 1 } else { call.failures };
    let qualifier = call.target.qualifier.as_deref().unwrap_or(LATEST);
    let mut record = json!({
        "version": "1.0",
        "timestamp": at.iso8601_ms(),
        "requestContext": {
            "requestId": call.id,
            "functionArn": call.target.function().qualified(qualifier),
            "condition": condition,
            "approximateInvokeCount": calls,
        },
        "requestPayload": value(payload),
    });
    if let (Some(outcome), Some(record)) = (outcome, record.as_object_mut()) {
        let mut context = json!({ "statusCode": 200, "executedVersion": outcome.executed_version });
        if let (Some(error), Some(context)) = (outcome.function_error, context.as_object_mut()) {
            context.insert("functionError".to_owned(), error.as_str().into());
        }
        record.insert("responseContext".to_owned(), context);
        record.insert("responsePayload".to_owned(), value(&outcome.payload));
    }
    record
}
