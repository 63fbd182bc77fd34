//! Finding an API and its parts, with the errors AWS gives where there are none, and changing them. An API of another
//! account or region is answered like one that does not exist.

use execute_api::router::variable_name;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Index, Table, Tx, Versioned};

use crate::entity::{Authorizer, Deployment, Method, Model, RequestValidator, Resource, RestApi, Stage};
use crate::error::{
    Result, api_not_found, authorizer_not_found, deployment_not_found, method_not_found, model_not_found,
    resource_not_found, stage_not_found, stored, validator_not_found,
};
use crate::table::{
    ANY_VARIABLE, API_SK, APIS, APIS_BY_OWNER, AUTHORIZER, AUTHORIZERS, CHANGED, DEPLOYMENT, DEPLOYMENTS, MODEL,
    MODELS, RESOURCE, RESOURCES, RESOURCES_BY_PARENT, STAGE, STAGES, VALIDATOR, VALIDATORS, api_pk, child_key,
    owner_key, part_sk,
};
use crate::{ApiGateway, Cx};

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

    /// Adds or replaces a resource.
    pub fn put_resource(&mut self, resource: &Resource) -> Result<()> {
        let sk = part_sk(RESOURCE, &resource.id);
        let index = resource_index(&self.api_id, resource);
        Ok(RESOURCES.put(&mut self.tx, &api_pk(&self.api_id), &sk, resource, index)?)
    }

    /// Removes a document.
    pub fn delete(&mut self, sk: &str) {
        self.tx.delete_raw(api_pk(&self.api_id), sk, store::Expect::Any);
    }
}

fn resource_index(api_id: &str, resource: &Resource) -> Index {
    let Some((parent, part)) = resource.parent_id.as_deref().zip(resource.path_part.as_deref()) else {
        return Vec::new();
    };
    let variable = variable_name(part).map(|_| ANY_VARIABLE);
    let parts = [Some(part), variable].into_iter().flatten();
    parts.map(|part| (RESOURCES_BY_PARENT, child_key(api_id, parent, part))).collect()
}

/// Index entries of an API's document.
pub fn api_index(api: &RestApi) -> Index {
    vec![(APIS_BY_OWNER, owner_key(&api.account, &api.region, &api.id))]
}

impl Cx<'_> {
    /// The API, if it lives in the call's account and region.
    pub async fn api(&self, api_id: &str) -> Result<Versioned<RestApi>> {
        let unknown = || api_not_found(self.call.account.as_str(), api_id);
        let api = self.service.any_api(api_id).await?.ok_or_else(unknown)?;
        let here = api.account == self.call.account.as_str() && api.region == self.call.region.as_str();
        if here { Ok(api) } else { Err(unknown()) }
    }

    /// A resource of the API.
    pub async fn resource(&self, api: &RestApi, id: &str) -> Result<Versioned<Resource>> {
        self.part(&RESOURCES, api, RESOURCE, id).await?.ok_or_else(resource_not_found)
    }

    /// A resource and one of its methods.
    pub async fn method(&self, api: &RestApi, resource_id: &str, verb: &str) -> Result<(Versioned<Resource>, Method)> {
        let resource = self.resource(api, resource_id).await?;
        let method = resource.methods.get(verb).cloned().ok_or_else(method_not_found)?;
        Ok((resource, method))
    }

    /// An authorizer of the API.
    pub async fn authorizer(&self, api: &RestApi, id: &str) -> Result<Versioned<Authorizer>> {
        self.part(&AUTHORIZERS, api, AUTHORIZER, id).await?.ok_or_else(authorizer_not_found)
    }

    /// A model of the API.
    pub async fn model(&self, api: &RestApi, name: &str) -> Result<Versioned<Model>> {
        self.part(&MODELS, api, MODEL, name).await?.ok_or_else(|| model_not_found(name))
    }

    /// A validator of the API.
    pub async fn validator(&self, api: &RestApi, id: &str) -> Result<Versioned<RequestValidator>> {
        self.part(&VALIDATORS, api, VALIDATOR, id).await?.ok_or_else(validator_not_found)
    }

    /// A deployment of the API.
    pub async fn deployment(&self, api: &RestApi, id: &str) -> Result<Versioned<Deployment>> {
        self.part(&DEPLOYMENTS, api, DEPLOYMENT, id).await?.ok_or_else(deployment_not_found)
    }

    /// A stage of the API.
    pub async fn stage(&self, api: &RestApi, name: &str) -> Result<Versioned<Stage>> {
        self.part(&STAGES, api, STAGE, name).await?.ok_or_else(stage_not_found)
    }

    /// Any part of the API.
    pub async fn part<T>(&self, table: &Table<T>, api: &RestApi, kind: &str, name: &str) -> Result<Option<Versioned<T>>>
    where
        T: Serialize + DeserializeOwned,
    {
        Ok(table.get(self.store(), &api_pk(&api.id), &part_sk(kind, name)).await?)
    }

    /// All parts of one kind.
    pub async fn parts<T>(&self, table: &Table<T>, api_id: &str, kind: &str) -> Result<Vec<T>>
    where
        T: Serialize + DeserializeOwned,
    {
        self.service.parts(table, api_id, kind).await
    }

    /// Begins a change. It writes the API's document as it was read, so that of two changes one is done anew.
    pub fn change(&self, api: &Versioned<RestApi>) -> Result<Change> {
        self.change_api(api, &api.value)
    }

    /// Begins a change that also changes the API's document.
    pub fn change_api(&self, api: &Versioned<RestApi>, changed: &RestApi) -> Result<Change> {
        let mut tx = Tx::new();
        APIS.update(&mut tx, api, changed, api_index(changed))?;
        Ok(Change { tx, api_id: api.id.clone() })
    }

    /// Puts a changed method back on its resource.
    pub async fn put_back(&self, api: &Versioned<RestApi>, mut resource: Resource, method: &Method) -> Result<()> {
        resource.methods.insert(method.http_method.clone(), method.clone());
        let mut change = self.change(api)?;
        change.put_resource(&resource)?;
        self.commit(change).await
    }

    /// Commits a change of what is not deployed yet.
    pub async fn commit(&self, change: Change) -> Result<()> {
        self.store().commit(change.tx).await.map(drop).map_err(stored)
    }

    /// Commits a change of what is served, and serves it.
    pub async fn commit_and_serve(&self, mut change: Change) -> Result<()> {
        change.tx.event(CHANGED, &change.api_id);
        self.store().commit(change.tx).await.map_err(stored)?;
        self.service.refresh(&change.api_id).await
    }
}

impl ApiGateway {
    /// The API, of whatever account and region.
    pub(crate) async fn any_api(&self, api_id: &str) -> Result<Option<Versioned<RestApi>>> {
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
