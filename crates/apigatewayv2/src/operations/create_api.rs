//! CreateApi, with quick create: a target makes integration, route and a stage that deploys by itself.

use model::{CreateApiRequest, ProtocolType, UpdateApiRequest, UpdateIntegrationRequest};
use model_apigatewayv2 as model;
use store::{Tx, retry};

use crate::Cx;
use crate::definition::{Change, api_index};
use crate::draft;
use crate::entity::{Api, Integration, Protocol, Route, Stage, TextMap};
use crate::error::{Result, bad_request, limit_exceeded, not_for};
use crate::table::{API_SK, APIS, APIS_BY_OWNER, api_pk, owner_key};

/// AWS's quota of 600 in a region may be raised there; here it is this from the start.
const MAX_APIS: usize = 10_000;

/// Makes an API.
pub async fn create_api(cx: &Cx<'_>, input: CreateApiRequest) -> Result<model::Api> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateApiRequest) -> Result<model::Api> {
    let protocol = protocol(input.protocol_type);
    let mut api = new(cx, protocol, input.tags.clone().unwrap_or_default());
    draft::api::apply(&mut api, &change(input));
    if protocol == Protocol::WebSocket && input.route_selection_expression.is_none() {
        return Err(bad_request("RouteSelectionExpression is a required parameter for WEBSOCKET APIs"));
    }
    draft::api::check(&api)?;
    check_room(cx).await?;
    let quick = quick(cx, input, protocol)?;
    api.managed = quick.is_some();
    insert(cx, &api, |change| match &quick {
        Some((integration, route)) => {
            change.put_integration(integration)?;
            change.put_route(route)?;
            change.put_stage(&default_stage(cx))
        }
        None => Ok(()),
    })
    .await?;
    Ok(api.output(cx.base_url()))
}

/// Puts a new API with what it begins with.
pub(super) async fn insert(cx: &Cx<'_>, api: &Api, parts: impl FnOnce(&mut Change) -> Result<()>) -> Result<()> {
    let mut tx = Tx::new();
    APIS.insert(&mut tx, &api_pk(&api.id), API_SK, api, api_index(api))?;
    let mut change = Change { tx, api_id: api.id.clone() };
    parts(&mut change)?;
    cx.commit(change).await
}

/// An API of which only what every one has is set.
pub(super) fn new(cx: &Cx<'_>, protocol: Protocol, tags: TextMap) -> Api {
    Api {
        id: cx.new_id(10),
        account: cx.call.account.to_string(),
        region: cx.call.region.to_string(),
        name: String::new(),
        protocol,
        description: None,
        version: None,
        created: cx.now(),
        route_selection_expression: match protocol {
            Protocol::Http => draft::api::HTTP_SELECTION.to_owned(),
            Protocol::WebSocket => String::new(),
        },
        api_key_selection_expression: draft::api::API_KEY_SELECTION.to_owned(),
        cors: None,
        disable_schema_validation: None,
        disable_execute_api_endpoint: false,
        ip_address_type: model::IpAddressType::Ipv4.as_str().to_owned(),
        managed: false,
        import_info: Vec::new(),
        warnings: Vec::new(),
        tags,
        revision: 1,
    }
}

/// Whether the account may have one more.
pub(super) async fn check_room(cx: &Cx<'_>) -> Result<()> {
    let prefix = owner_key(cx.call.account.as_str(), cx.call.region.as_str(), "");
    let found = cx.store().lookup_range(APIS_BY_OWNER, &prefix, None, MAX_APIS).await?;
    if found.len() >= MAX_APIS { Err(limit_exceeded("APIs", MAX_APIS)) } else { Ok(()) }
}

const fn protocol(kind: ProtocolType) -> Protocol {
    match kind {
        ProtocolType::Http => Protocol::Http,
        ProtocolType::Websocket => Protocol::WebSocket,
    }
}

fn change(input: &CreateApiRequest) -> UpdateApiRequest {
    UpdateApiRequest {
        api_key_selection_expression: input.api_key_selection_expression.clone(),
        cors_configuration: input.cors_configuration.clone(),
        description: input.description.clone(),
        disable_schema_validation: input.disable_schema_validation,
        disable_execute_api_endpoint: input.disable_execute_api_endpoint,
        ip_address_type: input.ip_address_type,
        name: Some(input.name.clone()),
        route_selection_expression: input.route_selection_expression.clone(),
        version: input.version.clone(),
        ..UpdateApiRequest::default()
    }
}

/// Integration and route, where there is a target.
fn quick(cx: &Cx<'_>, input: &CreateApiRequest, protocol: Protocol) -> Result<Option<(Integration, Route)>> {
    let given = [&input.target, &input.route_key, &input.credentials_arn];
    if protocol == Protocol::WebSocket {
        if given.iter().any(|one| one.is_some()) {
            return Err(not_for("Quick create", "WEBSOCKET"));
        }
        return Ok(None);
    }
    let Some(target) = &input.target else {
        if given.iter().any(|one| one.is_some()) {
            return Err(bad_request("target is required for quick create"));
        }
        return Ok(None);
    };
    let mut integration = draft::integration::new(cx.new_id(7), protocol);
    integration.managed = true;
    aim(&mut integration, Some(target), input.credentials_arn.clone())?;
    let route = Route {
        id: cx.new_id(7),
        key: input.route_key.clone().unwrap_or_else(|| "$default".to_owned()),
        target: Some(format!("integrations/{}", integration.id)),
        authorization_type: "NONE".to_owned(),
        managed: true,
        ..Route::default()
    };
    draft::route::check(&route, protocol, draft::route::Around { authorizer: None, integration: true })?;
    Ok(Some((integration, route)))
}

/// Points quick create's integration at a URL or a function.
pub(super) fn aim(integration: &mut Integration, target: Option<&str>, credentials: Option<String>) -> Result<()> {
    let mut change = UpdateIntegrationRequest { credentials_arn: credentials, ..UpdateIntegrationRequest::default() };
    if let Some(target) = target {
        let function = target.starts_with("arn:");
        let kind = if function { model::IntegrationType::AwsProxy } else { model::IntegrationType::HttpProxy };
        change.integration_type = Some(kind);
        change.integration_uri = Some(target.to_owned());
        change.payload_format_version = Some(if function { "2.0" } else { "1.0" }.to_owned());
        change.integration_method = Some(if function { "POST" } else { "ANY" }.to_owned());
    }
    draft::integration::apply(integration, &change);
    draft::integration::check(integration, Protocol::Http)
}

/// The stage of quick create.
fn default_stage(cx: &Cx<'_>) -> Stage {
    Stage {
        name: "$default".to_owned(),
        auto_deploy: true,
        default_route_settings: super::create_stage::default_settings(),
        created: cx.now(),
        updated: cx.now(),
        managed: true,
        ..Stage::default()
    }
}
