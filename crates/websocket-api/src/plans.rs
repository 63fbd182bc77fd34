//! All plans in memory, by API and stage. A connection reads without a lock; a change swaps one pointer.

use std::collections::HashMap;
use std::sync::Arc;

pub use execute_api::plans::DefaultEndpoint;
use execute_api::throttle::{Bucket, Buckets};
use world::Lock;

use crate::metrics::{StageMetrics, StageSnapshot};
use crate::plan::WebSocketApiPlan;

/// The registry.
#[derive(Default)]
pub struct Plans {
    apis: papaya::HashMap<String, Arc<ApiStages>>,
    /// Limits of accounts, by account and region.
    accounts: Arc<Buckets>,
    /// Held by writers only, so that two changes of one API do not lose each other.
    writing: Lock<()>,
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

#[derive(Clone, Default)]
struct ApiStages {
    endpoint: DefaultEndpoint,
    stages: HashMap<String, Stage>,
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
        let apis = self.apis.pin();
        let api = apis.get(api_id).filter(|api| api.endpoint == DefaultEndpoint::Enabled)?;
        api.stages.get(stage).cloned()
    }

    /// The stage that a custom domain name leads to, or that a connection is on: the default endpoint may be closed.
    pub fn stage_behind_domain(&self, api_id: &str, stage: &str) -> Option<Stage> {
        self.apis.pin().get(api_id)?.stages.get(stage).cloned()
    }

    /// Whether the API is here.
    pub fn has_api(&self, api_id: &str) -> bool {
        self.apis.pin().contains_key(api_id)
    }

    /// The APIs that are here.
    pub fn api_ids(&self) -> Vec<String> {
        self.apis.pin().keys().cloned().collect()
    }

    /// Puts an API's stages, all at once, in place of what was there. Counters of stages that stay go on. An API without
    /// stages is here all the same.
    pub fn replace_api(&self, api_id: &str, endpoint: DefaultEndpoint, plans: Vec<WebSocketApiPlan>) {
        self.change(api_id, |api| {
            let mut before = std::mem::take(&mut api.stages);
            api.endpoint = endpoint;
            for plan in plans {
                let stage = before.remove(&plan.stage);
                api.stages.insert(plan.stage.clone(), self.stage_after(stage, plan));
            }
        });
    }

    /// Puts a stage's plan in place of the one before; its counters go on.
    pub fn put_stage(&self, plan: WebSocketApiPlan) {
        let api_id = plan.api_id.clone();
        self.change(&api_id, |api| {
            let before = api.stages.remove(&plan.stage);
            api.stages.insert(plan.stage.clone(), self.stage_after(before, plan));
        });
    }

    /// Takes a stage away.
    pub fn remove_stage(&self, api_id: &str, stage: &str) {
        self.change(api_id, |api| {
            api.stages.remove(stage);
        });
    }

    /// Takes an API away.
    pub fn remove_api(&self, api_id: &str) {
        let _writing = self.writing.lock();
        self.apis.pin().remove(api_id);
    }

    /// The counters of all stages, by API and stage.
    pub fn metrics(&self) -> Vec<StageSnapshot> {
        let apis = self.apis.pin();
        let stages = apis.iter().flat_map(|(_, api)| api.stages.values());
        let mut all: Vec<StageSnapshot> = stages.map(|stage| stage.metrics.snapshot(&stage.plan)).collect();
        all.sort_by(|a, b| (&a.api_id, &a.stage).cmp(&(&b.api_id, &b.stage)));
        all
    }

    fn stage_after(&self, before: Option<Stage>, plan: WebSocketApiPlan) -> Stage {
        let account = self.accounts.bucket(&format!("{}/{}", plan.account, plan.region));
        let before = before.map(|before| (before.metrics, before.buckets));
        let (metrics, buckets) = before.unwrap_or_default();
        Stage { plan: Arc::new(plan), metrics, buckets, account }
    }

    fn change(&self, api_id: &str, edit: impl FnOnce(&mut ApiStages)) {
        let _writing = self.writing.lock();
        let apis = self.apis.pin();
        let mut api = apis.get(api_id).map(|api| ApiStages::clone(api)).unwrap_or_default();
        edit(&mut api);
        apis.insert(api_id.to_owned(), Arc::new(api));
    }
}
