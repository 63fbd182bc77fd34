//! Deployments: by hand, and by stages that deploy each change by themselves.
//!
//! A change raises the API's revision; a stage that deploys by itself remembers which one it deployed. Where the two
//! differ a deployment is due, also after a crash between the two.

use aws_types::Timestamp;
use store::{Versioned, retry};

use crate::ApiGatewayV2;
use crate::compile;
use crate::entity::{Api, Deployment, Stage};
use crate::error::{Result, bad_request, no_routes};
use crate::snapshot::Snapshot;
use crate::table::{DEPLOYMENT, DEPLOYMENTS, STAGE, STAGES};

/// Deployments by stages themselves that are kept; older ones that no stage serves are removed.
const KEPT_AUTOMATIC: usize = 20;

/// Judges a definition that is to be served.
///
/// # Errors
/// `BadRequestException` where there is nothing to serve, or no plan of it.
pub fn check(snapshot: &Snapshot) -> Result<()> {
    if snapshot.routes.is_empty() {
        return Err(no_routes());
    }
    compile::check(snapshot).map_err(bad_request)
}

impl ApiGatewayV2 {
    /// Deploys what is due, and serves what is deployed.
    pub(crate) async fn settle(&self, api_id: &str, now: Timestamp) -> Result<()> {
        retry(self.store(), || self.deploy_due(api_id, now)).await?;
        self.refresh(api_id).await
    }

    async fn deploy_due(&self, api_id: &str, now: Timestamp) -> Result<()> {
        let Some(api) = self.any_api(api_id).await? else { return Ok(()) };
        let stages: Vec<Stage> = self.parts(&STAGES, api_id, STAGE).await?;
        let is_due = |stage: &&Stage| stage.auto_deploy && stage.deployed_revision != api.revision;
        let due: Vec<Stage> = stages.iter().filter(is_due).cloned().collect();
        if due.is_empty() {
            return Ok(());
        }
        let snapshot = self.snapshot(&api).await?;
        match check(&snapshot) {
            Ok(()) => self.deploy_stages(&api, (stages, due), snapshot, now).await,
            Err(error) if error.internal.is_none() => {
                let message = format!("Deployment attempt failed: {}", error.message);
                self.note(&api, due, |stage| stage.last_deployment_status_message = Some(message.clone())).await
            }
            Err(error) => Err(error),
        }
    }

    async fn deploy_stages(
        &self,
        api: &Versioned<Api>,
        (all, due): (Vec<Stage>, Vec<Stage>),
        snapshot: Snapshot,
        now: Timestamp,
    ) -> Result<()> {
        let deployment = Deployment {
            id: self.new_id(7),
            description: Some(Deployment::AUTOMATIC.to_owned()),
            created: now,
            auto_deployed: true,
        };
        let mut change = self.begin(api, api)?;
        change.put_deployment(&deployment)?;
        change.put_snapshot(&deployment.id, &snapshot)?;
        let served: Vec<&str> =
            all.iter().filter(|stage| !stage.auto_deploy).filter_map(|stage| stage.deployment_id.as_deref()).collect();
        for old in self.old_automatic(&api.id, &served).await? {
            change.delete_deployment(&old);
        }
        for mut stage in due {
            stage.deployment_id = Some(deployment.id.clone());
            stage.deployed_revision = api.revision;
            stage.updated = now;
            stage.last_deployment_status_message =
                Some(format!("Successfully deployed changes with deployment ID '{}'", deployment.id));
            change.put_stage(&stage)?;
        }
        self.commit(change).await
    }

    /// Changes stages for which nothing was deployed.
    async fn note(&self, api: &Versioned<Api>, stages: Vec<Stage>, edit: impl Fn(&mut Stage)) -> Result<()> {
        let mut change = self.begin(api, api)?;
        for mut stage in stages {
            stage.deployed_revision = api.revision;
            edit(&mut stage);
            change.put_stage(&stage)?;
        }
        self.commit(change).await
    }

    /// Deployments that stages made by themselves and nobody serves, but for the newest.
    async fn old_automatic(&self, api_id: &str, served: &[&str]) -> Result<Vec<String>> {
        let all: Vec<Deployment> = self.parts(&DEPLOYMENTS, api_id, DEPLOYMENT).await?;
        let unserved = |one: &Deployment| one.auto_deployed && !served.contains(&one.id.as_str());
        let mut old: Vec<(Timestamp, String)> =
            all.into_iter().filter(unserved).map(|one| (one.created, one.id)).collect();
        old.sort_unstable_by(|a, b| b.cmp(a));
        Ok(old.into_iter().skip(KEPT_AUTOMATIC).map(|(_, id)| id).collect())
    }
}
