//! Puts an API that was built beside the store into it, in one transaction: as a new API, in place of one, or merged
//! into one. What bears the same path or name keeps its id, so that references from outside stay good.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use execute_api::router::variable_name;
use store::{Tx, Versioned};

use super::run::Target;
use crate::Cx;
use crate::definition::{Change, api_index};
use crate::entity::{
    Authorizer, DocumentationPart, GatewayResponse, Method, Model, RequestValidator, Resource, RestApi,
};
use crate::error::{Result, bad_request, limit_exceeded};
use crate::table::{
    API_SK, APIS, AUTHORIZER, AUTHORIZERS, DOCUMENTATION_PART, DOCUMENTATION_PARTS, GATEWAY_RESPONSE,
    GATEWAY_RESPONSES, MODEL, MODELS, RESOURCE, RESOURCES, VALIDATOR, VALIDATORS, api_pk, part_sk,
};

/// What becomes of the definition that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It stays where the document says nothing.
    Merge,
    /// It goes.
    Overwrite,
}

/// All parts of an API.
pub struct Parts {
    resources: Vec<Resource>,
    models: Vec<Model>,
    authorizers: Vec<Authorizer>,
    validators: Vec<RequestValidator>,
    gateway_responses: Vec<GatewayResponse>,
    documentation: Vec<DocumentationPart>,
}

impl Parts {
    /// Those of an API.
    pub async fn read(cx: &Cx<'_>, api_id: &str) -> Result<Self> {
        Ok(Self {
            resources: cx.parts(&RESOURCES, api_id, RESOURCE).await?,
            models: cx.parts(&MODELS, api_id, MODEL).await?,
            authorizers: cx.parts(&AUTHORIZERS, api_id, AUTHORIZER).await?,
            validators: cx.parts(&VALIDATORS, api_id, VALIDATOR).await?,
            gateway_responses: cx.parts(&GATEWAY_RESPONSES, api_id, GATEWAY_RESPONSE).await?,
            documentation: cx.parts(&DOCUMENTATION_PARTS, api_id, DOCUMENTATION_PART).await?,
        })
    }

    /// Writes them all.
    pub fn put(&self, change: &mut Change) -> Result<()> {
        self.resources.iter().try_for_each(|resource| change.put_resource(resource))?;
        self.models.iter().try_for_each(|part| change.put(&MODELS, &part_sk(MODEL, &part.name), part))?;
        self.authorizers.iter().try_for_each(|part| change.put(&AUTHORIZERS, &part_sk(AUTHORIZER, &part.id), part))?;
        self.validators.iter().try_for_each(|part| change.put(&VALIDATORS, &part_sk(VALIDATOR, &part.id), part))?;
        self.gateway_responses.iter().try_for_each(|part| {
            change.put(&GATEWAY_RESPONSES, &part_sk(GATEWAY_RESPONSE, &part.response_type), part)
        })?;
        self.documentation
            .iter()
            .try_for_each(|part| change.put(&DOCUMENTATION_PARTS, &part_sk(DOCUMENTATION_PART, &part.id), part))
    }

    /// Where everything lies.
    fn places(&self) -> BTreeSet<String> {
        let sks = self.resources.iter().map(|part| part_sk(RESOURCE, &part.id));
        let sks = sks.chain(self.models.iter().map(|part| part_sk(MODEL, &part.name)));
        let sks = sks.chain(self.authorizers.iter().map(|part| part_sk(AUTHORIZER, &part.id)));
        let sks = sks.chain(self.validators.iter().map(|part| part_sk(VALIDATOR, &part.id)));
        let sks = sks.chain(self.gateway_responses.iter().map(|part| part_sk(GATEWAY_RESPONSE, &part.response_type)));
        sks.chain(self.documentation.iter().map(|part| part_sk(DOCUMENTATION_PART, &part.id))).collect()
    }

    /// Gives what is named alike the ids of another definition, and everything that API's id.
    fn take_ids(&mut self, of: &Self, from_api: &str, to_api: &str) {
        let mut ids = HashMap::new();
        let known: HashMap<&str, &str> = of.resources.iter().map(|r| (r.path.as_str(), r.id.as_str())).collect();
        for resource in &mut self.resources {
            if let Some(id) = known.get(resource.path.as_str()) {
                ids.insert(std::mem::replace(&mut resource.id, (*id).to_owned()), (*id).to_owned());
            }
        }
        for authorizer in &mut self.authorizers {
            if let Some(old) = of.authorizers.iter().find(|old| old.name == authorizer.name) {
                ids.insert(std::mem::replace(&mut authorizer.id, old.id.clone()), old.id.clone());
            }
        }
        for validator in &mut self.validators {
            if let Some(old) = of.validators.iter().find(|old| old.name == validator.name) {
                ids.insert(std::mem::replace(&mut validator.id, old.id.clone()), old.id.clone());
            }
        }
        for model in &mut self.models {
            if let Some(old) = of.models.iter().find(|old| old.name == model.name) {
                model.id.clone_from(&old.id);
            }
            if let Some(schema) = &mut model.schema {
                *schema =
                    schema.replace(&format!("restapis/{from_api}/models/"), &format!("restapis/{to_api}/models/"));
            }
        }
        for part in &mut self.documentation {
            if let Some(old) = of.documentation.iter().find(|old| old.location == part.location) {
                part.id.clone_from(&old.id);
            }
        }
        self.replace_ids(&ids);
    }

    /// Gives everything new ids, as parts of another API. Its root resource gets `root`.
    pub fn renew(&mut self, (from_api, to_api): (&str, &str), root: &str, mut new_id: impl FnMut() -> String) {
        let mut ids = HashMap::new();
        let mut renewed = |id: &mut String, new: String| {
            ids.insert(std::mem::replace(id, new.clone()), new);
        };
        for resource in &mut self.resources {
            let id = if resource.path == "/" { root.to_owned() } else { new_id() };
            renewed(&mut resource.id, id);
        }
        self.authorizers.iter_mut().for_each(|part| renewed(&mut part.id, new_id()));
        self.validators.iter_mut().for_each(|part| renewed(&mut part.id, new_id()));
        for model in &mut self.models {
            model.id = new_id();
            if let Some(schema) = &mut model.schema {
                *schema =
                    schema.replace(&format!("restapis/{from_api}/models/"), &format!("restapis/{to_api}/models/"));
            }
        }
        self.documentation.iter_mut().for_each(|part| part.id = new_id());
        self.replace_ids(&ids);
    }

    /// How many resources there are.
    pub fn resource_count(&self) -> usize {
        self.resources.len()
    }

    /// Lets references follow what they refer to.
    fn replace_ids(&mut self, ids: &HashMap<String, String>) {
        let replace = |id: &mut String| {
            if let Some(other) = ids.get(id) {
                id.clone_from(other);
            }
        };
        for resource in &mut self.resources {
            resource.parent_id.iter_mut().for_each(replace);
            for method in resource.methods.values_mut() {
                method.authorizer_id.iter_mut().for_each(replace);
                method.request_validator_id.iter_mut().for_each(replace);
                if let Some(integration) = &mut method.integration {
                    replace(&mut integration.cache_namespace);
                }
            }
        }
    }

    /// Adds what only another definition has.
    fn add_missing(&mut self, of: Self) {
        let mut methods: HashMap<String, BTreeMap<String, Method>> = HashMap::new();
        for resource in of.resources {
            if self.resources.iter().any(|own| own.id == resource.id) {
                methods.insert(resource.id, resource.methods);
            } else {
                self.resources.push(resource);
            }
        }
        for resource in &mut self.resources {
            for (verb, method) in methods.remove(&resource.id).into_iter().flatten() {
                resource.methods.entry(verb).or_insert(method);
            }
        }
        add(&mut self.models, of.models, |part| part.name.clone());
        add(&mut self.authorizers, of.authorizers, |part| part.id.clone());
        add(&mut self.validators, of.validators, |part| part.id.clone());
        add(&mut self.gateway_responses, of.gateway_responses, |part| part.response_type.clone());
        add(&mut self.documentation, of.documentation, |part| part.id.clone());
    }
}

fn add<T>(own: &mut Vec<T>, others: Vec<T>, name: impl Fn(&T) -> String) {
    let known: std::collections::HashSet<String> = own.iter().map(&name).collect();
    own.extend(others.into_iter().filter(|part| !known.contains(&name(part))));
}

impl Target {
    fn inner<'a>(&'a self, cx: &Cx<'a>) -> Cx<'a> {
        Cx { call: cx.call, service: &self.service }
    }

    /// As a new API, under the id that it was built with.
    pub async fn create(&self, cx: &Cx<'_>) -> Result<RestApi> {
        let inner = self.inner(cx);
        let api = inner.api(&self.api_id).await?.value;
        let parts = Parts::read(&inner, &self.api_id).await?;
        let mut tx = Tx::new();
        APIS.insert(&mut tx, &api_pk(&api.id), API_SK, &api, api_index(&api))?;
        let mut change = Change { tx, api_id: api.id.clone() };
        parts.put(&mut change)?;
        cx.commit(change).await?;
        Ok(api)
    }

    /// In place of an API's definition, or merged into it.
    pub async fn put(&self, cx: &Cx<'_>, api: &Versioned<RestApi>, mode: Mode) -> Result<RestApi> {
        let inner = self.inner(cx);
        let made = inner.api(&self.api_id).await?.value;
        let before = Parts::read(cx, &api.id).await?;
        let mut parts = Parts::read(&inner, &self.api_id).await?;
        parts.take_ids(&before, &made.id, &api.id);
        let mut changed = match mode {
            Mode::Overwrite => overwritten(api, made),
            Mode::Merge => merged(api, made),
        };
        crate::access::check_vpc_endpoint_ids(&changed)?;
        crate::operations::create_rest_api::check_security(&changed)?;
        let gone = if mode == Mode::Overwrite {
            Some(before)
        } else {
            // The default models stand for nothing in the document.
            parts.models.retain(|model| !is_default(model) || !before.models.iter().any(|m| m.name == model.name));
            parts.add_missing(before);
            None
        };
        check_variables(&parts.resources)?;
        changed.resource_count = parts.resources.len();
        if changed.resource_count > RestApi::MAX_RESOURCES {
            return Err(limit_exceeded("Maximum number of resources for this API has been reached."));
        }
        let mut whole = cx.change_api(api, &changed)?;
        let kept = parts.places();
        for sk in gone.iter().flat_map(Parts::places).filter(|sk| !kept.contains(sk)) {
            whole.delete(&sk);
        }
        parts.put(&mut whole)?;
        cx.commit_and_serve(whole).await?;
        Ok(changed)
    }
}

/// Of the resources under one only one may bear a variable.
fn check_variables(resources: &[Resource]) -> Result<()> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (parent, part) in resources.iter().filter_map(|r| r.parent_id.as_deref().zip(r.path_part.as_deref())) {
        if variable_name(part).is_none() {
            continue;
        }
        if let Some(other) = seen.insert(parent, part) {
            return Err(bad_request(format_args!(
                "A sibling ({other}) of this resource already has a variable path part -- only one is allowed"
            )));
        }
    }
    Ok(())
}

fn is_default(model: &Model) -> bool {
    model.description.as_deref().is_some_and(|text| text.starts_with("This is a default "))
}

fn overwritten(api: &RestApi, made: RestApi) -> RestApi {
    RestApi {
        id: api.id.clone(),
        account: api.account.clone(),
        region: api.region.clone(),
        created: api.created,
        root_resource_id: api.root_resource_id.clone(),
        endpoint_type: api.endpoint_type.clone(),
        ip_address_type: api.ip_address_type.clone(),
        vpc_endpoint_ids: if made.vpc_endpoint_ids.is_empty() {
            api.vpc_endpoint_ids.clone()
        } else {
            made.vpc_endpoint_ids.clone()
        },
        security_policy: made.security_policy.clone().or_else(|| api.security_policy.clone()),
        endpoint_access_mode: mode_of(api, &made),
        // What guards an API does not go because a document says nothing of it.
        policy: policy_of(api, &made).or_else(|| api.policy.clone()),
        tags: if made.tags.is_empty() { api.tags.clone() } else { made.tags.clone() },
        ..made
    }
}

/// A document's policy, in which the API's own name stands for the name it was built under.
fn policy_of(api: &RestApi, made: &RestApi) -> Option<String> {
    made.policy.as_ref().map(|policy| moved_policy(policy, &made.id, &api.id))
}

/// A mode belongs to its policy: where a document names one, the mode is the document's, too.
fn mode_of(api: &RestApi, made: &RestApi) -> Option<String> {
    if made.security_policy.is_some() { &made.endpoint_access_mode } else { &api.endpoint_access_mode }.clone()
}

/// A policy that spoke of one API, for another.
pub fn moved_policy(policy: &str, from_api: &str, to_api: &str) -> String {
    policy.replace(&format!(":{from_api}/"), &format!(":{to_api}/"))
}

fn merged(api: &RestApi, made: RestApi) -> RestApi {
    let mut changed = api.clone();
    if let Some(policy) = policy_of(api, &made) {
        changed.policy = Some(policy);
    }
    if made.security_policy.is_some() {
        changed.endpoint_access_mode = mode_of(api, &made);
        changed.security_policy.clone_from(&made.security_policy);
    }
    for id in &made.vpc_endpoint_ids {
        if !changed.vpc_endpoint_ids.contains(id) {
            changed.vpc_endpoint_ids.push(id.clone());
        }
    }
    if made.minimum_compression_size.is_some() {
        changed.minimum_compression_size = made.minimum_compression_size;
    }
    for media_type in made.binary_media_types {
        if !changed.binary_media_types.contains(&media_type) {
            changed.binary_media_types.push(media_type);
        }
    }
    if made.api_key_source != "HEADER" {
        changed.api_key_source = made.api_key_source;
    }
    if made.disable_execute_api_endpoint {
        changed.disable_execute_api_endpoint = true;
    }
    changed.tags.extend(made.tags);
    changed
}
