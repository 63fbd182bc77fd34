//! Keeps the served plans equal to the store: at start, after each own change, and on the events of other nodes.

use std::sync::Arc;

use aws_types::{AwsError, Timestamp};
use http_api::plan::HttpApiPlan;
use http_api::plans::DefaultEndpoint;
use store::{Event, Follower, Position, Store, keys_of};
use websocket_api::plan::WebSocketApiPlan;

use crate::ApiGatewayV2;
use crate::compile::{self, CompileError};
use crate::compile_socket;
use crate::entity::{Api, Protocol, Stage};
use crate::error::Result;
use crate::snapshot::Snapshot;
use crate::sweep;
use crate::table::{APIS_BY_OWNER, CHANGED, SNAPSHOT, SNAPSHOTS, STAGE, STAGES, api_pk, part_sk};

/// How far the feed was followed.
#[derive(Debug, Default)]
pub(crate) struct Followed {
    position: Position,
    /// Held between reading an API's documents and swapping its plans, so that an older reading never wins.
    swap: tokio::sync::Mutex<()>,
}

impl Follower for ApiGatewayV2 {
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
        Ok(())
    }

    async fn reload(&self) -> Result<()> {
        for api_id in self.all_api_ids().await? {
            self.refresh(&api_id).await?;
        }
        self.forget_absent().await
    }
}

impl ApiGatewayV2 {
    /// Compiles all stages; what a crash left undeployed is deployed as of `now`. Until it has, an API may look absent.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(&self, now: Timestamp) -> Result<()> {
        self.followed.position.skip(self.store());
        sweep::resume(self.store()).await?;
        for api_id in self.all_api_ids().await? {
            self.settle(&api_id, now).await?;
        }
        self.forget_absent().await
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

    async fn all_api_ids(&self) -> Result<Vec<String>> {
        let mut all = Vec::new();
        let mut pages = self.store().index_pages(APIS_BY_OWNER, "");
        while let Some(page) = pages.next().await? {
            all.extend(page.iter().filter_map(|(key, _, _)| key.rsplit('/').next().map(str::to_owned)));
        }
        Ok(all)
    }

    /// After events were missed, what is served may be gone.
    async fn forget_absent(&self) -> Result<()> {
        let sockets = self.doors().socket_plans.api_ids();
        for api_id in self.doors().plans.api_ids().into_iter().chain(sockets) {
            if self.any_api(&api_id).await?.is_none() {
                self.refresh(&api_id).await?;
            }
        }
        Ok(())
    }

    /// Makes the served plans reflect the API as it stands now. Called by every operation that changed them, after its
    /// commit. A deployment that is compiled already is used again.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn refresh(&self, api_id: &str) -> Result<()> {
        let _swap = self.followed.swap.lock().await;
        let plans = &self.doors().plans;
        let Some(api) = self.any_api(api_id).await? else {
            plans.remove_api(api_id);
            self.doors().socket_plans.remove_api(api_id);
            return Ok(());
        };
        let stages: Vec<Stage> = self.parts(&STAGES, api_id, STAGE).await?;
        let disabled = api.disable_execute_api_endpoint;
        let endpoint = if disabled { DefaultEndpoint::Disabled } else { DefaultEndpoint::Enabled };
        match api.protocol {
            Protocol::Http => {
                let mut compiled: Vec<HttpApiPlan> = Vec::with_capacity(stages.len());
                for stage in &stages {
                    compiled.extend(self.http_stage(&api, stage, &compiled).await?);
                }
                plans.replace_api(api_id, endpoint, compiled);
            }
            Protocol::WebSocket => {
                let mut compiled: Vec<WebSocketApiPlan> = Vec::with_capacity(stages.len());
                for stage in &stages {
                    compiled.extend(self.socket_stage(&api, stage, &compiled).await?);
                }
                self.doors().socket_plans.replace_api(api_id, endpoint, compiled);
            }
        }
        Ok(())
    }

    /// A stage's plan; the deployment comes from what is served already, or from the other stages.
    async fn http_stage(&self, api: &Api, stage: &Stage, others: &[HttpApiPlan]) -> Result<Option<HttpApiPlan>> {
        let Some(id) = stage.deployment_id.as_deref() else { return Ok(None) };
        let same = |plan: &&HttpApiPlan| plan.deployment.id == id;
        let served = self.doors().plans.stage(&api.id, &stage.name).map(|stage| stage.plan);
        let known = others.iter().find(same).or(served.as_deref().filter(same));
        if let Some(known) = known {
            let (deployment, cors) = (Arc::clone(&known.deployment), known.cors.clone());
            return Ok(Some(compile::http_stage(api, stage, deployment, cors)));
        }
        let Some(snapshot) = self.frozen(api, id).await? else { return Ok(None) };
        let cors = snapshot.cors.as_ref().map(compile::cors);
        let plan = served_plan(api, id, compile::http_deployment(id, &snapshot));
        Ok(plan.map(|plan| compile::http_stage(api, stage, Arc::new(plan), cors)))
    }

    /// The same, of a WebSocket API.
    async fn socket_stage(
        &self,
        api: &Api,
        stage: &Stage,
        others: &[WebSocketApiPlan],
    ) -> Result<Option<WebSocketApiPlan>> {
        let Some(id) = stage.deployment_id.as_deref() else { return Ok(None) };
        let same = |plan: &&WebSocketApiPlan| plan.deployment.id == id;
        let served = self.doors().socket_plans.stage_behind_domain(&api.id, &stage.name).map(|stage| stage.plan);
        if let Some(known) = others.iter().find(same).or(served.as_deref().filter(same)) {
            return Ok(Some(compile_socket::stage(api, stage, Arc::clone(&known.deployment))));
        }
        let Some(snapshot) = self.frozen(api, id).await? else { return Ok(None) };
        let plan = served_plan(api, id, compile_socket::deployment(id, &snapshot));
        Ok(plan.map(|plan| compile_socket::stage(api, stage, Arc::new(plan))))
    }

    /// What a deployment froze.
    pub(crate) async fn frozen(&self, api: &Api, deployment_id: &str) -> Result<Option<Snapshot>> {
        let found = SNAPSHOTS.get(self.store(), &api_pk(&api.id), &part_sk(SNAPSHOT, deployment_id)).await?;
        Ok(found.map(|found| found.value))
    }
}

/// A deployment's plan. One that does not compile (written by another version) is not served, rather than served without
/// what protects it.
fn served_plan<P>(api: &Api, deployment_id: &str, plan: Result<P, CompileError>) -> Option<P> {
    match plan {
        Ok(plan) => Some(plan),
        Err(error) => {
            tracing::error!(api.id = %api.id, deployment.id = deployment_id, %error, "a deployment has no plan");
            None
        }
    }
}
