//! Counters per stage, and per method where a stage asks for them ("Amazon API Gateway dimensions and metrics"): Count,
//! 4XXError, 5XXError, Latency, IntegrationLatency, CacheHitCount, CacheMissCount.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::caching::CacheUse;

/// Counters of one stage. They outlive deployments.
#[derive(Debug, Default)]
pub struct StageMetrics {
    all: Counters,
    /// By resource path and verb. Their number is bounded by the definitions.
    methods: papaya::HashMap<(String, &'static str), Arc<Counters>>,
}

#[derive(Debug, Default)]
struct Counters {
    count: AtomicU64,
    errors_4xx: AtomicU64,
    errors_5xx: AtomicU64,
    latency_us: AtomicU64,
    integration_count: AtomicU64,
    integration_latency_us: AtomicU64,
    cache_hits: AtomicU64,
    cache_misses: AtomicU64,
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
    /// What the cache did.
    pub cache: CacheUse,
    /// Resource path and verb, where the method is counted for itself.
    pub method: Option<(&'a str, &'static str)>,
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
    /// Over all methods.
    pub values: Values,
    /// By resource path and verb.
    pub methods: Vec<(String, &'static str, Values)>,
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
    /// Answers out of the cache.
    pub cache_hits: u64,
    /// Requests that the cache could have answered.
    pub cache_misses: u64,
}

impl Measured<'_> {
    /// A request that was read no further.
    pub(crate) const fn refused(status: u16) -> Self {
        Self { status, latency_us: 0, integration_latency_us: None, cache: CacheUse::None, method: None }
    }
}

impl StageMetrics {
    /// Counts a request.
    pub(crate) fn record(&self, measured: Measured<'_>) {
        self.all.record(&measured);
        if let Some((path, verb)) = measured.method {
            let methods = self.methods.pin();
            let counters = methods.get_or_insert_with((path.to_owned(), verb), Arc::default);
            counters.record(&measured);
        }
    }

    /// The values now.
    pub fn snapshot(&self, api_id: &str, api_name: &str, stage: &str) -> StageSnapshot {
        let methods = self.methods.pin();
        let mut methods: Vec<_> =
            methods.iter().map(|((path, verb), counters)| (path.clone(), *verb, counters.values())).collect();
        methods.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        StageSnapshot {
            api_id: api_id.to_owned(),
            api_name: api_name.to_owned(),
            stage: stage.to_owned(),
            values: self.all.values(),
            methods,
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
        if let Some(latency_us) = measured.integration_latency_us {
            self.integration_count.fetch_add(1, Ordering::Relaxed);
            self.integration_latency_us.fetch_add(latency_us, Ordering::Relaxed);
        }
        match measured.cache {
            CacheUse::Hit => self.cache_hits.fetch_add(1, Ordering::Relaxed),
            CacheUse::Miss => self.cache_misses.fetch_add(1, Ordering::Relaxed),
            CacheUse::None => 0,
        };
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
            cache_hits: read(&self.cache_hits),
            cache_misses: read(&self.cache_misses),
        }
    }
}
