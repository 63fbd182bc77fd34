//! Finding an API and its parts, with the errors AWS gives where there are none, and changing them. An API of another
//! account or region is answered like one that does not exist.

use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Index, MayConflict as _, Table, Tx, Versioned};

use crate::entity::{
    Api, Authorizer, Deployment, Integration, IntegrationResponse, Model, Route, RouteResponse, Stage, VpcLink,
};
use crate::error::{
    Result, api_not_found, authorizer_not_found, deployment_not_found, integration_not_found,
    integration_response_not_found, model_not_found, route_not_found, route_response_not_found, stage_not_found,
    stored, vpc_link_not_found,
};
use crate::snapshot::Snapshot;
use crate::table::{
    API_SK, APIS, APIS_BY_OWNER, AUTHORIZER, AUTHORIZERS, CHANGED, DEPLOYMENT, DEPLOYMENTS, INTEGRATION,
    INTEGRATION_RESPONSE, INTEGRATION_RESPONSES, INTEGRATIONS, MODEL, MODELS, ROUTE, ROUTE_RESPONSE, ROUTE_RESPONSES,
    ROUTES, SNAPSHOT, SNAPSHOTS, STAGE, STAGES, VPC_LINK, VPC_LINKS, api_pk, owner_key, owner_pk, part_sk,
    response_prefix,
};
use crate::{ApiGatewayV2, Cx};

/// A transaction on an API's definition.
pub struct Change {
    pub tx: Tx,
    pub api_id: String,
}

impl Change {
    /// Adds a document, or replaces one whatever it was: the API's own document guards the whole.
    pub fn put<T: Serialize + DeserializeOwned>(&mut self, table: &Table<T>, sk: &str, value: &T) -> Result<()> {
        Ok(table.put(&mut self.tx, &api_pk(&self.api_id), sk, value, Vec::new())?)
    }

    /// Removes a document.
    pub fn delete(&mut self, sk: &str) {
        self.tx.delete_raw(api_pk(&self.api_id), sk, store::Expect::Any);
    }

    /// Adds or replaces a route.
    pub fn put_route(&mut self, route: &Route) -> Result<()> {
        self.put(&ROUTES, &part_sk(ROUTE, &route.id), route)
    }

    /// Adds or replaces an integration.
    pub fn put_integration(&mut self, integration: &Integration) -> Result<()> {
        self.put(&INTEGRATIONS, &part_sk(INTEGRATION, &integration.id), integration)
    }

    /// Adds or replaces an authorizer.
    pub fn put_authorizer(&mut self, authorizer: &Authorizer) -> Result<()> {
        self.put(&AUTHORIZERS, &part_sk(AUTHORIZER, &authorizer.id), authorizer)
    }

    /// Adds or replaces a model.
    pub fn put_model(&mut self, model: &Model) -> Result<()> {
        self.put(&MODELS, &part_sk(MODEL, &model.id), model)
    }

    /// Adds or replaces a stage.
    pub fn put_stage(&mut self, stage: &Stage) -> Result<()> {
        self.put(&STAGES, &part_sk(STAGE, &stage.name), stage)
    }

    /// Adds or replaces a deployment.
    pub fn put_deployment(&mut self, deployment: &Deployment) -> Result<()> {
        self.put(&DEPLOYMENTS, &part_sk(DEPLOYMENT, &deployment.id), deployment)
    }

    /// Adds what a deployment froze.
    pub fn put_snapshot(&mut self, deployment_id: &str, snapshot: &Snapshot) -> Result<()> {
        self.put(&SNAPSHOTS, &part_sk(SNAPSHOT, deployment_id), snapshot)
    }

    /// Removes a deployment with what it froze.
    pub fn delete_deployment(&mut self, id: &str) {
        self.delete(&part_sk(DEPLOYMENT, id));
        self.delete(&part_sk(SNAPSHOT, id));
    }
}

/// Index entries of an API's document.
pub fn api_index(api: &Api) -> Index {
    vec![(APIS_BY_OWNER, owner_key(&api.account, &api.region, &api.id))]
}

impl Cx<'_> {
    /// The API, if it lives in the call's account and region.
    pub async fn api(&self, api_id: &str) -> Result<Versioned<Api>> {
        let api = self.service.any_api(api_id).await?.ok_or_else(|| api_not_found(api_id))?;
        let here = api.account == self.call.account.as_str() && api.region == self.call.region.as_str();
        if here { Ok(api) } else { Err(api_not_found(api_id)) }
    }

    /// A route of the API.
    pub async fn route(&self, api_id: &str, id: &str) -> Result<Route> {
        self.part(&ROUTES, api_id, &part_sk(ROUTE, id)).await?.ok_or_else(|| route_not_found(id))
    }

    /// A response of a route.
    pub async fn route_response(&self, api_id: &str, route: &str, id: &str) -> Result<RouteResponse> {
        let sk = response_prefix(ROUTE_RESPONSE, route) + id;
        self.part(&ROUTE_RESPONSES, api_id, &sk).await?.ok_or_else(|| route_response_not_found(id))
    }

    /// An integration of the API.
    pub async fn integration(&self, api_id: &str, id: &str) -> Result<Integration> {
        let found = self.part(&INTEGRATIONS, api_id, &part_sk(INTEGRATION, id)).await?;
        found.ok_or_else(|| integration_not_found(id))
    }

    /// A response of an integration.
    pub async fn integration_response(&self, api_id: &str, of: &str, id: &str) -> Result<IntegrationResponse> {
        let sk = response_prefix(INTEGRATION_RESPONSE, of) + id;
        self.part(&INTEGRATION_RESPONSES, api_id, &sk).await?.ok_or_else(|| integration_response_not_found(id))
    }

    /// An authorizer of the API.
    pub async fn authorizer(&self, api_id: &str, id: &str) -> Result<Authorizer> {
        let found = self.part(&AUTHORIZERS, api_id, &part_sk(AUTHORIZER, id)).await?;
        found.ok_or_else(|| authorizer_not_found(id))
    }

    /// A model of the API.
    pub async fn model(&self, api_id: &str, id: &str) -> Result<Model> {
        self.part(&MODELS, api_id, &part_sk(MODEL, id)).await?.ok_or_else(|| model_not_found(id))
    }

    /// A deployment of the API.
    pub async fn deployment(&self, api_id: &str, id: &str) -> Result<Deployment> {
        let found = self.part(&DEPLOYMENTS, api_id, &part_sk(DEPLOYMENT, id)).await?;
        found.ok_or_else(|| deployment_not_found(id))
    }

    /// A stage of the API.
    pub async fn stage(&self, api_id: &str, name: &str) -> Result<Stage> {
        self.part(&STAGES, api_id, &part_sk(STAGE, name)).await?.ok_or_else(stage_not_found)
    }

    /// Any part of an API.
    pub async fn part<T>(&self, table: &Table<T>, api_id: &str, sk: &str) -> Result<Option<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        Ok(table.get(self.store(), &api_pk(api_id), sk).await?.map(|found| found.value))
    }

    /// All parts of one kind.
    pub async fn parts<T>(&self, table: &Table<T>, api_id: &str, kind: &str) -> Result<Vec<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        self.service.parts(table, api_id, kind).await
    }

    /// A VPC link of the call's account and region.
    pub async fn vpc_link(&self, id: &str) -> Result<Versioned<VpcLink>> {
        let found = VPC_LINKS.get(self.store(), &self.owner_pk(), &part_sk(VPC_LINK, id)).await?;
        found.ok_or_else(|| vpc_link_not_found(id))
    }

    /// The partition of what the call's account has beside its APIs.
    pub fn owner_pk(&self) -> String {
        owner_pk(self.call.account.as_str(), self.call.region.as_str())
    }

    /// Begins a change of what deployments freeze. It writes the API's document as it was read, so that of two changes
    /// one is done anew.
    pub fn change(&self, api: &Versioned<Api>) -> Result<Change> {
        self.change_api(api, &api.value)
    }

    /// Begins a change of that which also changes the API's document.
    pub fn change_api(&self, api: &Versioned<Api>, changed: &Api) -> Result<Change> {
        let changed = Api { revision: api.revision + 1, ..changed.clone() };
        self.service.begin(api, &changed)
    }

    /// Begins a change of what acts at once and is frozen by nobody: stages, tags.
    pub fn change_stage(&self, api: &Versioned<Api>) -> Result<Change> {
        self.service.begin(api, &api.value)
    }

    /// Commits, lets stages deploy that do so by themselves, and serves the result.
    pub async fn commit(&self, change: Change) -> Result<()> {
        let api_id = change.api_id.clone();
        self.service.commit(change).await?;
        match self.service.settle(&api_id, self.now()).await {
            // The change is done. Whoever was quicker deploys it with its own.
            Err(error) if error.is_conflict() => Ok(()),
            settled => settled,
        }
    }
}

impl ApiGatewayV2 {
    /// Begins a change of an API.
    pub(crate) fn begin(&self, api: &Versioned<Api>, changed: &Api) -> Result<Change> {
        let mut tx = Tx::new();
        APIS.update(&mut tx, api, changed, api_index(changed))?;
        Ok(Change { tx, api_id: api.id.clone() })
    }

    /// Commits a change.
    pub(crate) async fn commit(&self, mut change: Change) -> Result<()> {
        change.tx.event(CHANGED, &change.api_id);
        self.store().commit(change.tx).await.map(drop).map_err(stored)
    }

    /// The API, of whatever account and region.
    pub(crate) async fn any_api(&self, api_id: &str) -> Result<Option<Versioned<Api>>> {
        Ok(APIS.get(self.store(), &api_pk(api_id), API_SK).await?)
    }

    /// All parts of one kind.
    pub(crate) async fn parts<T>(&self, table: &Table<T>, api_id: &str, kind: &str) -> Result<Vec<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        Ok(table.all(self.store(), &api_pk(api_id), kind).await?)
    }
}
