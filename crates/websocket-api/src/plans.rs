//! All plans in memory, by API and stage. A connection reads without a lock; a change swaps one pointer.

use std::sync::Arc;

pub use execute_api::registry::DefaultEndpoint;
use execute_api::registry::Registry;
use execute_api::throttle::{Bucket, Buckets};

use crate::metrics::{StageMetrics, StageSnapshot};
use crate::plan::WebSocketApiPlan;

/// The registry.
#[derive(Default)]
pub struct Plans {
    stages: Registry<Stage>,
    /// Limits of accounts, by account and region.
    accounts: Arc<Buckets>,
}

/// A stage with its counters.
#[derive(Clone)]
pub struct Stage {
    /// What it serves.
    pub plan: Arc<WebSocketApiPlan>,
    /// What it counted.
    pub metrics: Arc<StageMetrics>,
    /// The state of its routes' limits.
    pub buckets: Arc<Buckets>,
    /// The state of its account's limit in its region.
    pub account: Arc<Bucket>,
}

impl Plans {
    /// Without APIs.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the accounts' limits of another registry: all APIs of an account share one.
    pub fn sharing(accounts: Arc<Buckets>) -> Self {
        Self { accounts, ..Self::default() }
    }

    /// The stage that a handshake at the default endpoint names.
    pub fn stage(&self, api_id: &str, stage: &str) -> Option<Stage> {
        self.stages.open_stage(api_id, stage)
    }

    /// The stage that a custom domain name leads to, or that a connection is on: the default endpoint may be closed.
    pub fn stage_behind_domain(&self, api_id: &str, stage: &str) -> Option<Stage> {
        self.stages.stage(api_id, stage)
    }

    /// Whether the API is here.
    pub fn has_api(&self, api_id: &str) -> bool {
        self.stages.has_api(api_id)
    }

    /// The APIs that are here.
    pub fn api_ids(&self) -> Vec<String> {
        self.stages.api_ids()
    }

    /// Puts an API's stages, all at once, in place of what was there. Counters of stages that stay go on. An API without
    /// stages is here all the same.
    pub fn replace_api(&self, api_id: &str, endpoint: DefaultEndpoint, plans: Vec<WebSocketApiPlan>) {
        let plans = plans.into_iter().map(|plan| (plan.stage.clone(), plan));
        self.stages.replace_api(api_id, endpoint, plans, |before, plan| self.stage_after(before, plan));
    }

    /// Puts a stage's plan in place of the one before; its counters go on.
    pub fn put_stage(&self, plan: WebSocketApiPlan) {
        let (api_id, name) = (plan.api_id.clone(), plan.stage.clone());
        self.stages.put_stage(&api_id, &name, |before| self.stage_after(before, plan));
    }

    /// Takes a stage away.
    pub fn remove_stage(&self, api_id: &str, stage: &str) {
        self.stages.remove_stage(api_id, stage);
    }

    /// Takes an API away.
    pub fn remove_api(&self, api_id: &str) {
        self.stages.remove_api(api_id);
    }

    /// The counters of all stages, by API and stage.
    pub fn metrics(&self) -> Vec<StageSnapshot> {
        self.stages.all(|_, _, stage| stage.metrics.snapshot(&stage.plan))
    }

    fn stage_after(&self, before: Option<Stage>, plan: WebSocketApiPlan) -> Stage {
        let account = self.accounts.bucket(&format!("{}/{}", plan.account, plan.region));
        let before = before.map(|before| (before.metrics, before.buckets));
        let (metrics, buckets) = before.unwrap_or_default();
        Stage { plan: Arc::new(plan), metrics, buckets, account }
    }
}
