//! All plans in memory, by API and stage. A request reads without a lock; a change swaps one pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use execute_api::registry::DefaultEndpoint;
use execute_api::registry::{ApiStages, Registry};
use execute_api::throttle::{Bucket, Buckets};

use crate::metrics::{StageMetrics, StageSnapshot};
use crate::plan::{DEFAULT_STAGE, HttpApiPlan};

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
    pub plan: Arc<HttpApiPlan>,
    /// What it counted.
    pub metrics: Arc<StageMetrics>,
    /// The state of its routes' limits.
    pub buckets: Arc<Buckets>,
    /// The state of its account's limit in its region.
    pub account: Arc<Bucket>,
    /// How often its authorizers' kept answers were thrown away: a part of what they are kept under.
    pub flushes: Arc<AtomicU64>,
}

/// Where a path at an API's default endpoint leads.
#[derive(Clone)]
pub enum Target {
    /// No API of that id is here.
    NoApi,
    /// Its default endpoint is closed.
    Closed,
    /// Neither the path's first part is a stage nor is there a `$default` one.
    NoStage,
    /// A stage, and what of the path is left for its routes, beginning with `/`.
    Stage(Box<Stage>, String),
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

    /// Where a path leads that came to `{api}.execute-api.…`.
    pub fn target(&self, api_id: &str, path: &str) -> Target {
        self.stages.with(api_id, |api| target(api, path)).unwrap_or(Target::NoApi)
    }

    /// The stage that a request through a custom domain name leads to: the default endpoint may be closed.
    pub fn stage(&self, api_id: &str, stage: &str) -> Option<Stage> {
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
    pub fn replace_api(&self, api_id: &str, endpoint: DefaultEndpoint, plans: Vec<HttpApiPlan>) {
        let plans = plans.into_iter().map(|plan| (plan.stage.clone(), plan));
        self.stages.replace_api(api_id, endpoint, plans, |before, plan| self.stage_after(before, plan));
    }

    /// Puts a stage's plan in place of the one before; its counters go on.
    pub fn put_stage(&self, plan: HttpApiPlan) {
        let (api_id, name) = (plan.api_id.clone(), plan.stage.clone());
        self.stages.put_stage(&api_id, &name, |before| self.stage_after(before, plan));
    }

    /// Throws away what a stage's authorizers answered.
    pub fn flush_authorizers(&self, api_id: &str, stage: &str) {
        if let Some(stage) = self.stage(api_id, stage) {
            stage.flushes.fetch_add(1, Ordering::AcqRel);
        }
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

    fn stage_after(&self, before: Option<Stage>, plan: HttpApiPlan) -> Stage {
        let account = self.accounts.bucket(&format!("{}/{}", plan.account, plan.region));
        let before = before.map(|before| (before.metrics, before.buckets, before.flushes));
        let (metrics, buckets, flushes) = before.unwrap_or_default();
        Stage { plan: Arc::new(plan), metrics, buckets, account, flushes }
    }
}

fn target(api: &ApiStages<Stage>, path: &str) -> Target {
    if api.endpoint == DefaultEndpoint::Disabled {
        return Target::Closed;
    }
    let rest = path.strip_prefix('/').unwrap_or(path);
    let (first, after) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, "/"));
    let named = api.stages.get(first).filter(|_| first != DEFAULT_STAGE);
    match (named, api.stages.get(DEFAULT_STAGE)) {
        (Some(stage), _) => Target::Stage(Box::new(stage.clone()), after.to_owned()),
        (None, Some(stage)) => Target::Stage(Box::new(stage.clone()), format!("/{rest}")),
        (None, None) => Target::NoStage,
    }
}
