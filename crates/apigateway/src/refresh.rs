//! Keeps the served plans equal to the store: at start, after each own change, and on the events of other nodes.

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::AwsError;
use execute_api::plan::{DeploymentPlan, StagePlan};
use execute_api::plans::DefaultEndpoint;
use store::{Event, Follower, Position, Store, keys_of};

use crate::ApiGateway;
use crate::compile;
use crate::entity::{RestApi, Stage};
use crate::error::Result;
use crate::sweep;
use crate::table::{
    APIS_BY_OWNER, CHANGED, DEPLOYMENT, DEPLOYMENTS, DOMAIN_CHANGED, STAGE, STAGES, USAGE_CHANGED, api_pk, part_sk,
};

/// How far the feed was followed.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    position: Position,
    /// Held between reading an API's documents and swapping its plans, so that an older reading never wins.
    pub(crate) swap: tokio::sync::Mutex<()>,
}

impl Follower for ApiGateway {
    type Error = AwsError;

    fn store(&self) -> &Store {
        &self.doors().store
    }

    fn position(&self) -> &Position {
        &self.followed.position
    }

    async fn apply(&self, events: &[Event]) -> Result<()> {
        for api_id in keys_of(events, CHANGED) {
            self.refresh(api_id).await?;
        }
        for plan in keys_of(events, USAGE_CHANGED) {
            self.refresh_usage_plan_of(plan).await?;
        }
        for domain in keys_of(events, DOMAIN_CHANGED) {
            self.refresh_domain_of(domain).await?;
        }
        Ok(())
    }

    async fn reload(&self) -> Result<()> {
        self.load().await
    }
}

impl ApiGateway {
    /// Compiles all stages. Until it has, an API may look absent.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self) -> Result<()> {
        self.followed.position.skip(self.store());
        sweep::resume(self.store()).await?;
        self.load_usage_plans().await?;
        self.load_domains().await?;
        let mut pages = self.store().index_pages(APIS_BY_OWNER, "");
        while let Some(page) = pages.next().await? {
            for (key, _, _) in &page {
                self.refresh(key.rsplit('/').next().unwrap_or_default()).await?;
            }
        }
        // After events were missed, what is served may be gone.
        for api_id in self.doors().plans.api_ids() {
            if self.any_api(&api_id).await?.is_none() {
                self.refresh(&api_id).await?;
            }
        }
        Ok(())
    }

    /// Follows the store's events for the life of the process: a task's body.
    pub async fn follow(self: Arc<Self>) {
        store::follow(&*self).await;
    }

    /// Applies the events since the last time.
    ///
    /// # Errors
    /// The store's; what was applied stays applied.
    pub async fn catch_up(&self) -> Result<()> {
        store::catch_up(self).await
    }

    /// Makes the served plans reflect the API as it stands now. Called by every operation that changed them, after its
    /// commit. A deployment that is compiled already is used again.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn refresh(&self, api_id: &str) -> Result<()> {
        let _swap = self.followed.swap.lock().await;
        let Some(api) = self.any_api(api_id).await? else {
            self.doors().plans.remove_api(api_id);
            return Ok(());
        };
        let stages: Vec<Stage> = self.parts(&STAGES, api_id, STAGE).await?;
        let mut compiled: HashMap<String, Arc<DeploymentPlan>> = HashMap::new();
        let mut plans: Vec<StagePlan> = Vec::with_capacity(stages.len());
        for stage in &stages {
            let Some(deployment) = self.served(&api, &stage.deployment_id, &mut compiled).await? else { continue };
            let canary = match &stage.canary {
                Some(canary) => self.served(&api, &canary.deployment_id, &mut compiled).await?,
                None => None,
            };
            let backends = self.backends(&api, stage).await?;
            plans.push(compile::stage(&api, (stage, &backends), deployment, canary));
        }
        let disabled = api.disable_execute_api_endpoint;
        let endpoint = if disabled { DefaultEndpoint::Disabled } else { DefaultEndpoint::Enabled };
        self.doors().plans.replace_api(api_id, endpoint, plans);
        Ok(())
    }

    /// A deployment's plan: one that is compiled already is used again.
    async fn served(
        &self,
        api: &RestApi,
        deployment_id: &str,
        compiled: &mut HashMap<String, Arc<DeploymentPlan>>,
    ) -> Result<Option<Arc<DeploymentPlan>>> {
        let known = compiled.get(deployment_id).cloned();
        let known = known.or_else(|| self.doors().plans.deployment(&api.id, deployment_id));
        let plan = match known {
            Some(plan) => Some(plan),
            None => self.compile(api, deployment_id).await?,
        };
        if let Some(plan) = &plan {
            compiled.insert(deployment_id.to_owned(), Arc::clone(plan));
        }
        Ok(plan)
    }

    /// A stored deployment's plan. One that does not compile (written by another version) is not served: its stages
    /// answer 403.
    async fn compile(&self, api: &RestApi, deployment_id: &str) -> Result<Option<Arc<DeploymentPlan>>> {
        let sk = part_sk(DEPLOYMENT, deployment_id);
        let Some(deployment) = DEPLOYMENTS.get(self.store(), &api_pk(&api.id), &sk).await? else { return Ok(None) };
        match compile::deployment(deployment_id, &deployment.snapshot) {
            Ok(plan) => Ok(Some(Arc::new(plan))),
            Err(error) => {
                tracing::error!(api.id = %api.id, deployment.id = deployment_id, %error, "a deployment has no plan");
                Ok(None)
            }
        }
    }
}
