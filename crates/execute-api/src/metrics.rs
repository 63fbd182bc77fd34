//! Counters per stage ("API Gateway metrics and dimensions"): Count, 4XXError, 5XXError, Latency, IntegrationLatency.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one stage. They outlive deployments.
#[derive(Debug, Default)]
pub struct StageMetrics {
    count: AtomicU64,
    errors_4xx: AtomicU64,
    errors_5xx: AtomicU64,
    latency_us: AtomicU64,
    integration_count: AtomicU64,
    integration_latency_us: AtomicU64,
}

/// What one request adds.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Status that the caller saw.
    pub status: u16,
    /// From the request's arrival to its answer, in microseconds.
    pub latency_us: u64,
    /// Of the backend alone, where one was called, in microseconds.
    pub integration_latency_us: Option<u64>,
}

/// The values of one stage at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSnapshot {
    /// The API.
    pub api_id: String,
    /// The stage.
    pub stage: String,
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
}

impl StageMetrics {
    /// Counts a request.
    pub fn record(&self, measured: Measured) {
        self.count.fetch_add(1, Ordering::Relaxed);
        match measured.status {
            400..=499 => self.errors_4xx.fetch_add(1, Ordering::Relaxed),
            500..=599 => self.errors_5xx.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        self.latency_us.fetch_add(measured.latency_us, Ordering::Relaxed);
        if let Some(latency_us) = measured.integration_latency_us {
            self.integration_count.fetch_add(1, Ordering::Relaxed);
            self.integration_latency_us.fetch_add(latency_us, Ordering::Relaxed);
        }
    }

    /// The values now.
    pub fn snapshot(&self, api_id: &str, stage: &str) -> StageSnapshot {
        StageSnapshot {
            api_id: api_id.to_owned(),
            stage: stage.to_owned(),
            count: self.count.load(Ordering::Relaxed),
            errors_4xx: self.errors_4xx.load(Ordering::Relaxed),
            errors_5xx: self.errors_5xx.load(Ordering::Relaxed),
            latency_us: self.latency_us.load(Ordering::Relaxed),
            integration_count: self.integration_count.load(Ordering::Relaxed),
            integration_latency_us: self.integration_latency_us.load(Ordering::Relaxed),
        }
    }
}
