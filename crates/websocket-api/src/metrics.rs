//! Counters per stage ("Monitor WebSocket API execution with CloudWatch metrics"): ConnectCount, MessageCount,
//! IntegrationError, ClientError, ExecutionError.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::WebSocketApiPlan;

/// Counters of one stage. They outlive deployments.
#[derive(Debug, Default)]
pub struct StageMetrics {
    connects: AtomicU64,
    messages: AtomicU64,
    integration_errors: AtomicU64,
    client_errors: AtomicU64,
    execution_errors: AtomicU64,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// A message was sent to the `$connect` route's integration.
    Connect,
    /// A message came from a client or went to one.
    Message,
    /// An integration answered 4xx or 5xx, or not at all.
    IntegrationError,
    /// A request was refused before its integration was called.
    ClientError,
    /// The gateway itself could not go on.
    ExecutionError,
}

/// The values of one stage at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSnapshot {
    /// The API.
    pub api_id: String,
    /// Its name.
    pub api_name: String,
    /// The stage.
    pub stage: String,
    /// By the names of CloudWatch's metrics.
    pub values: [(&'static str, u64); 5],
}

impl StageMetrics {
    /// Counts.
    pub fn record(&self, happened: Happened) {
        let counter = match happened {
            Happened::Connect => &self.connects,
            Happened::Message => &self.messages,
            Happened::IntegrationError => &self.integration_errors,
            Happened::ClientError => &self.client_errors,
            Happened::ExecutionError => &self.execution_errors,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// The values now.
    pub fn snapshot(&self, plan: &WebSocketApiPlan) -> StageSnapshot {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        StageSnapshot {
            api_id: plan.api_id.clone(),
            api_name: plan.api_name.clone(),
            stage: plan.stage.clone(),
            values: [
                ("ConnectCount", read(&self.connects)),
                ("MessageCount", read(&self.messages)),
                ("IntegrationError", read(&self.integration_errors)),
                ("ClientError", read(&self.client_errors)),
                ("ExecutionError", read(&self.execution_errors)),
            ],
        }
    }
}
