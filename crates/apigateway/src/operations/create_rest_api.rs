//! CreateRestApi. A clone is a definition of its own from the start.

use model::{CreateRestApiRequest, EndpointConfiguration, EndpointType, IpAddressType};
use model_apigateway as model;
use store::{Tx, retry};

use crate::Cx;
use crate::access;
use crate::definition::{Change, api_index};
use crate::entity::{Resource, RestApi, default_models};
use crate::error::{Result, bad_request, stored};
use crate::openapi::{Parts, moved_policy};
use crate::table::{API_SK, APIS, MODEL, MODELS, RESOURCE, RESOURCES, api_pk, part_sk};
use crate::{security_policy, tag, validate};

/// Makes an API with its root resource and the two default models.
pub async fn create_rest_api(cx: &Cx<'_>, input: CreateRestApiRequest) -> Result<model::RestApi> {
    check(&input)?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateRestApiRequest) -> Result<model::RestApi> {
    let (endpoint_type, ip_address_type) = endpoint(input.endpoint_configuration.as_ref())?;
    let mut api = RestApi {
        id: cx.new_id(10),
        account: cx.call.account.to_string(),
        region: cx.call.region.to_string(),
        name: input.name.clone(),
        description: input.description.clone(),
        version: input.version.clone(),
        created: cx.now(),
        api_key_source: input.api_key_source.map_or("HEADER", model::ApiKeySourceType::as_str).to_owned(),
        policy: None,
        vpc_endpoint_ids: vpc_endpoint_ids(input.endpoint_configuration.as_ref()),
        endpoint_type: endpoint_type.as_str().to_owned(),
        ip_address_type: ip_address_type.as_str().to_owned(),
        security_policy: input.security_policy.map(|policy| policy.as_str().to_owned()),
        endpoint_access_mode: input.endpoint_access_mode.map(|mode| mode.as_str().to_owned()),
        disable_execute_api_endpoint: input.disable_execute_api_endpoint.unwrap_or(false),
        binary_media_types: input.binary_media_types.clone().unwrap_or_default(),
        minimum_compression_size: input.minimum_compression_size,
        root_resource_id: cx.new_id(10),
        tags: input.tags.clone().unwrap_or_default(),
        resource_count: 1,
    };
    api.policy = access::resource_policy(&api, input.policy.as_deref().unwrap_or_default())?;
    if let Some(from) = input.clone_from.as_deref().filter(|id| !id.is_empty()) {
        return clone(cx, input, api, from).await;
    }
    access::check_vpc_endpoint_ids(&api)?;
    check_security(&api)?;
    let root = Resource { id: api.root_resource_id.clone(), path: "/".to_owned(), ..Resource::default() };
    let mut tx = Tx::new();
    let pk = api_pk(&api.id);
    APIS.insert(&mut tx, &pk, API_SK, &api, api_index(&api))?;
    RESOURCES.insert(&mut tx, &pk, &part_sk(RESOURCE, &root.id), &root, Vec::new())?;
    for model in default_models(|| cx.new_id(6)) {
        MODELS.insert(&mut tx, &pk, &part_sk(MODEL, &model.name), &model, Vec::new())?;
    }
    cx.store().commit(tx).await.map_err(stored)?;
    Ok(api.output())
}

/// Makes an API with the definition of another; what the call sets stands before what that one has.
async fn clone(cx: &Cx<'_>, input: &CreateRestApiRequest, mut api: RestApi, from: &str) -> Result<model::RestApi> {
    let unknown = |error: aws_types::AwsError| if error.status == 404 { bad_request(&error.message) } else { error };
    let source = cx.api(from).await.map_err(unknown)?;
    let mut parts = Parts::read(cx, from).await?;
    parts.renew((from, &api.id), &api.root_resource_id, || cx.new_id(6));
    api.resource_count = parts.resource_count();
    if input.binary_media_types.is_none() {
        api.binary_media_types.clone_from(&source.binary_media_types);
    }
    if input.api_key_source.is_none() {
        api.api_key_source.clone_from(&source.api_key_source);
    }
    if input.endpoint_configuration.is_none() {
        api.endpoint_type.clone_from(&source.endpoint_type);
        api.ip_address_type.clone_from(&source.ip_address_type);
        api.vpc_endpoint_ids.clone_from(&source.vpc_endpoint_ids);
    }
    if input.disable_execute_api_endpoint.is_none() {
        api.disable_execute_api_endpoint = source.disable_execute_api_endpoint;
    }
    api.policy = api.policy.or_else(|| source.policy.as_deref().map(|policy| moved_policy(policy, from, &api.id)));
    api.description = api.description.or_else(|| source.description.clone());
    api.version = api.version.or_else(|| source.value.version.clone());
    api.minimum_compression_size = api.minimum_compression_size.or(source.minimum_compression_size);
    if input.security_policy.is_none() && input.endpoint_access_mode.is_none() {
        api.security_policy.clone_from(&source.security_policy);
        api.endpoint_access_mode.clone_from(&source.endpoint_access_mode);
    }
    access::check_vpc_endpoint_ids(&api)?;
    check_security(&api)?;
    let mut tx = Tx::new();
    APIS.insert(&mut tx, &api_pk(&api.id), API_SK, &api, api_index(&api))?;
    let mut change = Change { tx, api_id: api.id.clone() };
    parts.put(&mut change)?;
    cx.commit(change).await?;
    Ok(api.output())
}

fn check(input: &CreateRestApiRequest) -> Result<()> {
    super::update_rest_api::check_name(&input.name)?;
    if input.description.as_deref() == Some("") {
        return Err(bad_request("Description cannot be an empty string"));
    }
    validate::description(input.description.as_deref())?;
    validate::short("version", input.version.as_deref())?;
    super::update_rest_api::check_binary_media_types(input.binary_media_types.as_deref().unwrap_or_default())?;
    super::update_rest_api::check_compression(input.minimum_compression_size)?;
    endpoint(input.endpoint_configuration.as_ref())?;
    tag::check(&input.tags.clone().unwrap_or_default())
}

/// What an API's policy, mode and endpoint type must be to each other.
pub fn check_security(api: &RestApi) -> Result<()> {
    let types = [api.endpoint_type.clone()];
    security_policy::check(api.security_policy(), api.endpoint_access_mode.as_deref(), &types)
}

fn endpoint(configuration: Option<&EndpointConfiguration>) -> Result<(EndpointType, IpAddressType)> {
    let types = configuration.and_then(|configuration| configuration.types.as_deref());
    let ip_address_type = configuration.and_then(|configuration| configuration.ip_address_type);
    let endpoint_type = match types {
        None => EndpointType::Edge,
        Some([]) => {
            return Err(bad_request("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."));
        }
        Some([one]) => *one,
        Some(_) => return Err(bad_request("Cannot create an api with multiple Endpoint Types.")),
    };
    let default = if endpoint_type == EndpointType::Private { IpAddressType::Dualstack } else { IpAddressType::Ipv4 };
    if endpoint_type == EndpointType::Private && ip_address_type == Some(IpAddressType::Ipv4) {
        return Err(bad_request("Only dualstack ipAddressType is supported for Private APIs."));
    }
    Ok((endpoint_type, ip_address_type.unwrap_or(default)))
}

fn vpc_endpoint_ids(configuration: Option<&EndpointConfiguration>) -> Vec<String> {
    configuration.and_then(|configuration| configuration.vpc_endpoint_ids.clone()).unwrap_or_default()
}
