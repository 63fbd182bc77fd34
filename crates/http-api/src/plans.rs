//! All plans in memory, by API and stage. A request reads without a lock; a change swaps one pointer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use execute_api::plans::DefaultEndpoint;
use execute_api::throttle::{Bucket, Buckets};
use world::Lock;

use crate::metrics::{StageMetrics, StageSnapshot};
use crate::plan::{DEFAULT_STAGE, HttpApiPlan};

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

#[derive(Clone, Default)]
struct ApiStages {
    endpoint: DefaultEndpoint,
    stages: HashMap<String, Stage>,
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
        let apis = self.apis.pin();
        let Some(api) = apis.get(api_id) else { return Target::NoApi };
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

    /// The stage that a request through a custom domain name leads to: the default endpoint may be closed.
    pub fn stage(&self, api_id: &str, stage: &str) -> Option<Stage> {
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
    pub fn replace_api(&self, api_id: &str, endpoint: DefaultEndpoint, plans: Vec<HttpApiPlan>) {
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
    pub fn put_stage(&self, plan: HttpApiPlan) {
        let api_id = plan.api_id.clone();
        self.change(&api_id, |api| {
            let before = api.stages.remove(&plan.stage);
            api.stages.insert(plan.stage.clone(), self.stage_after(before, plan));
        });
    }

    /// Throws away what a stage's authorizers answered.
    pub fn flush_authorizers(&self, api_id: &str, stage: &str) {
        if let Some(stage) = self.stage(api_id, stage) {
            stage.flushes.fetch_add(1, Ordering::AcqRel);
        }
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

    fn stage_after(&self, before: Option<Stage>, plan: HttpApiPlan) -> Stage {
        let account = self.accounts.bucket(&format!("{}/{}", plan.account, plan.region));
        let before = before.map(|before| (before.metrics, before.buckets, before.flushes));
        let (metrics, buckets, flushes) = before.unwrap_or_default();
        Stage { plan: Arc::new(plan), metrics, buckets, account, flushes }
    }

    fn change(&self, api_id: &str, edit: impl FnOnce(&mut ApiStages)) {
        let _writing = self.writing.lock();
        let apis = self.apis.pin();
        let mut api = apis.get(api_id).map(|api| ApiStages::clone(api)).unwrap_or_default();
        edit(&mut api);
        apis.insert(api_id.to_owned(), Arc::new(api));
    }
}
