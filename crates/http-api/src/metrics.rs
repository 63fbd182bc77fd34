//! Counters per stage, and per route where a stage asks for them ("Working with metrics for HTTP APIs"): Count, 4xx, 5xx,
//! Latency, IntegrationLatency, DataProcessed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::plan::HttpApiPlan;

/// Counters of one stage. They outlive deployments.
#[derive(Debug, Default)]
pub struct StageMetrics {
    all: Counters,
    /// By route key. Their number is bounded by the definitions.
    routes: papaya::HashMap<String, Arc<Counters>>,
}

#[derive(Debug, Default)]
struct Counters {
    count: AtomicU64,
    errors_4xx: AtomicU64,
    errors_5xx: AtomicU64,
    latency_us: AtomicU64,
    integration_count: AtomicU64,
    integration_latency_us: AtomicU64,
    data_processed: AtomicU64,
}

/// What one request adds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured<'a> {
    /// Status that the caller saw.
    pub status: u16,
    /// From the request's arrival to its answer, in microseconds.
    pub latency_us: u64,
    /// Of the backend alone, where one was called, in microseconds.
    pub integration_latency_us: Option<u64>,
    /// Bytes of both bodies.
    pub data_processed: u64,
    /// The route's key, where the route is counted for itself.
    pub route: Option<&'a str>,
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
    /// Over all routes.
    pub values: Values,
    /// By route key.
    pub routes: Vec<(String, Values)>,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Requests.
    pub count: u64,
    /// Answers of 400 to 499.
    pub errors_4xx: u64,
    /// Answers of 500 to 599.
    pub errors_5xx: u64,
    /// Sum over all requests, in microseconds.
    pub latency_us: u64,
    /// Requests that reached a backend.
    pub integration_count: u64,
    /// Sum over those, in microseconds.
    pub integration_latency_us: u64,
    /// Bytes of bodies, both ways.
    pub data_processed: u64,
}

impl StageMetrics {
    /// Counts a request.
    pub(crate) fn record(&self, measured: Measured<'_>) {
        self.all.record(&measured);
        if let Some(route) = measured.route {
            let routes = self.routes.pin();
            let counters = match routes.get(route) {
                Some(counters) => counters,
                None => routes.get_or_insert_with(route.to_owned(), Arc::default),
            };
            counters.record(&measured);
        }
    }

    pub(crate) fn snapshot(&self, plan: &HttpApiPlan) -> StageSnapshot {
        let routes = self.routes.pin();
        let mut routes: Vec<_> = routes.iter().map(|(key, counters)| (key.clone(), counters.values())).collect();
        routes.sort_by(|a, b| a.0.cmp(&b.0));
        StageSnapshot {
            api_id: plan.api_id.clone(),
            api_name: plan.api_name.clone(),
            stage: plan.stage.clone(),
            values: self.all.values(),
            routes,
        }
    }
}

impl Counters {
    fn record(&self, measured: &Measured<'_>) {
        self.count.fetch_add(1, Ordering::Relaxed);
        match measured.status {
            400..=499 => self.errors_4xx.fetch_add(1, Ordering::Relaxed),
            500..=599 => self.errors_5xx.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        self.latency_us.fetch_add(measured.latency_us, Ordering::Relaxed);
        self.data_processed.fetch_add(measured.data_processed, Ordering::Relaxed);
        if let Some(latency_us) = measured.integration_latency_us {
            self.integration_count.fetch_add(1, Ordering::Relaxed);
            self.integration_latency_us.fetch_add(latency_us, Ordering::Relaxed);
        }
    }

    fn values(&self) -> Values {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Values {
            count: read(&self.count),
            errors_4xx: read(&self.errors_4xx),
            errors_5xx: read(&self.errors_5xx),
            latency_us: read(&self.latency_us),
            integration_count: read(&self.integration_count),
            integration_latency_us: read(&self.integration_latency_us),
            data_processed: read(&self.data_processed),
        }
    }
}
