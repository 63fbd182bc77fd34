//! All plans in memory, by API and stage. A request reads without a lock; a deployment swaps one pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domains::Domains;
use crate::metrics::{StageMetrics, StageSnapshot};
use crate::plan::{DeploymentPlan, StagePlan};
pub use crate::registry::DefaultEndpoint;
use crate::registry::Registry;
use crate::security_policy::SecurityPolicy;
use crate::stage_cache::{CacheMemory, StageCache};
use crate::throttle::{Bucket, Buckets};
use crate::usage::UsagePlans;

/// The registry.
#[derive(Default)]
pub struct Plans {
    stages: Registry<Stage>,
    usage: UsagePlans,
    /// Limits of accounts, by account and region.
    accounts: Arc<Buckets>,
    /// What the stages' caches share.
    cache_memory: Arc<CacheMemory>,
    domains: Domains,
}

/// A stage with its counters.
#[derive(Clone)]
pub struct Stage {
    /// What it serves.
    pub plan: Arc<StagePlan>,
    /// What it counted.
    pub metrics: Arc<StageMetrics>,
    /// The state of its methods' limits.
    pub buckets: Arc<Buckets>,
    /// What it keeps of answers.
    pub cache: Arc<StageCache>,
    /// The state of its account's limit in its region.
    pub account: Arc<Bucket>,
    /// How often its authorizers' results were flushed.
    pub flushes: Arc<Flushes>,
}

/// How often the authorizers' results of a stage were flushed. What was cached under an older number is not used any more.
#[derive(Debug, Default)]
pub struct Flushes {
    authorizers: AtomicU64,
}

impl Flushes {
    /// Of the results of its authorizers.
    pub fn authorizers(&self) -> u64 {
        self.authorizers.load(Ordering::Acquire)
    }
}

impl Stage {
    /// A stage over what the one before it counted.
    fn after(before: Option<Self>, plan: StagePlan, account: Arc<Bucket>, memory: &Arc<CacheMemory>) -> Self {
        let plan = Arc::new(plan);
        let before = before.map(|before| (before.metrics, before.buckets, before.flushes, before.cache));
        let (metrics, buckets, flushes, cache) =
            before.unwrap_or_else(|| (Arc::default(), Arc::default(), Arc::default(), memory.open()));
        // What is kept must not outlive the cache, nor come back with it.
        if plan.settings.cache_bytes.is_none() {
            cache.flush();
        }
        Self { plan, metrics, buckets, account, flushes, cache }
    }

    fn snapshot(&self, api_id: &str, name: &str) -> StageSnapshot {
        self.metrics.snapshot(api_id, &self.plan.settings.api_name, name)
    }
}

impl Plans {
    /// Without APIs.
    pub fn new() -> Self {
        Self::default()
    }

    /// The usage plans.
    pub const fn usage(&self) -> &UsagePlans {
        &self.usage
    }

    /// The limits of accounts, for the other kinds of APIs, which share them.
    pub const fn accounts(&self) -> &Arc<Buckets> {
        &self.accounts
    }

    /// The custom domain names.
    pub const fn domains(&self) -> &Domains {
        &self.domains
    }

    /// The stage that a request through a custom domain name leads to: the default endpoint may be closed.
    pub fn stage_behind_domain(&self, api_id: &str, stage: &str) -> Option<Stage> {
        self.stages.stage(api_id, stage)
    }

    /// Throws away what the stage's cache of responses holds.
    pub fn flush_cache(&self, api_id: &str, stage: &str) {
        if let Some(stage) = self.stage_behind_domain(api_id, stage) {
            stage.cache.flush();
        }
    }

    /// Throws away the kept results of the stage's authorizers.
    pub fn flush_authorizers(&self, api_id: &str, stage: &str) {
        if let Some(stage) = self.stage_behind_domain(api_id, stage) {
            stage.flushes.authorizers.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// The stage that a request to the default endpoint names.
    pub fn stage(&self, api_id: &str, stage: &str) -> Option<Stage> {
        self.stages.open_stage(api_id, stage)
    }

    /// What handshakes at the API's default endpoint may agree on.
    pub fn security_policy(&self, api_id: &str) -> Option<SecurityPolicy> {
        self.stages.with(api_id, |api| api.stages.values().next().map(|stage| stage.plan.settings.endpoint.policy))?
    }

    /// Whether any stage of the API is here.
    pub fn has_api(&self, api_id: &str) -> bool {
        self.stages.has_api(api_id)
    }

    /// The APIs that are here.
    pub fn api_ids(&self) -> Vec<String> {
        self.stages.api_ids()
    }

    /// Puts a stage's plan in place of the one before; its counters go on.
    pub fn put_stage(&self, plan: StagePlan) {
        let (api_id, name) = (plan.api_id.clone(), plan.stage.clone());
        self.stages.put_stage(&api_id, &name, |before| self.stage_after(before, plan));
    }

    /// Puts an API's stages, all at once, in place of what was there. Counters of stages that stay go on.
    pub fn replace_api(&self, api_id: &str, endpoint: DefaultEndpoint, plans: Vec<StagePlan>) {
        let plans = plans.into_iter().map(|plan| (plan.stage.clone(), plan));
        self.stages.replace_api(api_id, endpoint, plans, |before, plan| self.stage_after(before, plan));
    }

    /// A deployment that some stage of the API serves already.
    pub fn deployment(&self, api_id: &str, deployment_id: &str) -> Option<Arc<DeploymentPlan>> {
        self.stages.with(api_id, |api| {
            api.stages.values().find_map(|stage| {
                let canary = stage.plan.settings.canary.as_ref().map(|canary| &canary.plan.deployment);
                let mut served = std::iter::once(&stage.plan.deployment).chain(canary);
                served.find(|deployment| deployment.id == deployment_id).map(Arc::clone)
            })
        })?
    }

    /// Takes a stage away.
    pub fn remove_stage(&self, api_id: &str, stage: &str) {
        self.stages.remove_stage(api_id, stage);
    }

    /// Takes an API away.
    pub fn remove_api(&self, api_id: &str) {
        self.stages.remove_api(api_id);
    }

    /// Opens or closes the default endpoint.
    pub fn set_endpoint(&self, api_id: &str, endpoint: DefaultEndpoint) {
        self.stages.set_endpoint(api_id, endpoint);
    }

    /// The counters of all stages, by API and stage.
    pub fn metrics(&self) -> Vec<StageSnapshot> {
        self.stages.all(|api_id, name, stage| stage.snapshot(api_id, name))
    }

    fn stage_after(&self, before: Option<Stage>, plan: StagePlan) -> Stage {
        let account = self.accounts.bucket(&format!("{}/{}", plan.account, plan.region));
        Stage::after(before, plan, account, &self.cache_memory)
    }
}
