//! The control plane of HTTP and WebSocket APIs: the AWS API `apigatewayv2` (developer guide, "Work with HTTP APIs" and
//! "Work with WebSocket APIs"; API reference 2018-11-29).
//!
//! What comes in: calls whose constraints the model has checked and whose signature was verified. What goes out: answers
//! and errors in AWS's words, and the immutable plans that `http-api` and `websocket-api` serve.
//! What it must not know: HTTP, sockets, the environment, other services. Domain names are kept by the room of REST APIs
//! and reached through a port; whether an issuer answers, too.
//!
//! - `operations/`: one file an operation; rules, then one store transaction.
//! - `entity/`: what is kept, and how it is shown. `table.rs`: where it lies. `error.rs`: each sentence once.
//! - `draft/`: what create, update and import have in common: a change is applied to an entity, then the whole is judged.
//! - `snapshot.rs`: a deployment's frozen definition. `compile.rs`: from that to a plan. `deploy.rs`: stages that deploy
//!   by themselves. `refresh.rs`: swapping plans.
//! - `openapi/`: definitions from and to OpenAPI 3.
//!
//! To add an operation: a file in `operations/` with one `pub async fn` of the file's name, its line in
//! `operations/mod.rs`, its line in the table below, its tests.

pub mod compile;
mod compile_socket;
mod config;
mod definition;
mod deploy;
mod draft;
pub mod entity;
pub mod error;
pub mod openapi;
mod operations;
mod page;
pub mod ports;
mod refresh;
mod service;
mod snapshot;
mod sweep;
mod table;
mod tag;
mod validate;

#[cfg(test)]
mod tests;

pub use config::{Config, Doors};
pub use service::{ApiGatewayV2, Cx};

aws_types::operations! { Cx =>
    CreateApi: create_api, done;
    CreateApiMapping: create_api_mapping, done;
    CreateAuthorizer: create_authorizer, done;
    CreateDeployment: create_deployment, done;
    CreateDomainName: create_domain_name, done;
    CreateIntegration: create_integration, partial("of services Lambda alone; subtypes are kept and answer 500");
    CreateIntegrationResponse: create_integration_response, done;
    CreateModel: create_model, done;
    CreateRoute: create_route, done;
    CreateRouteResponse: create_route_response, done;
    CreateRoutingRule: create_routing_rule, done;
    CreateStage: create_stage, done;
    CreateVpcLink: create_vpc_link, done;
    DeleteAccessLogSettings: delete_access_log_settings, done;
    DeleteApi: delete_api, done;
    DeleteApiMapping: delete_api_mapping, done;
    DeleteAuthorizer: delete_authorizer, done;
    DeleteCorsConfiguration: delete_cors_configuration, done;
    DeleteDeployment: delete_deployment, done;
    DeleteDomainName: delete_domain_name, done;
    DeleteIntegration: delete_integration, done;
    DeleteIntegrationResponse: delete_integration_response, done;
    DeleteModel: delete_model, done;
    DeleteRoute: delete_route, done;
    DeleteRouteRequestParameter: delete_route_request_parameter, done;
    DeleteRouteResponse: delete_route_response, done;
    DeleteRouteSettings: delete_route_settings, done;
    DeleteRoutingRule: delete_routing_rule, done;
    DeleteStage: delete_stage, done;
    DeleteVpcLink: delete_vpc_link, done;
    ExportApi: export_api, done;
    GetApi: get_api, done;
    GetApiMapping: get_api_mapping, done;
    GetApiMappings: get_api_mappings, done;
    GetApis: get_apis, done;
    GetAuthorizer: get_authorizer, done;
    GetAuthorizers: get_authorizers, done;
    GetDeployment: get_deployment, done;
    GetDeployments: get_deployments, done;
    GetDomainName: get_domain_name, done;
    GetDomainNames: get_domain_names, done;
    GetIntegration: get_integration, done;
    GetIntegrationResponse: get_integration_response, done;
    GetIntegrationResponses: get_integration_responses, done;
    GetIntegrations: get_integrations, done;
    GetModel: get_model, done;
    GetModelTemplate: get_model_template, done;
    GetModels: get_models, done;
    GetRoute: get_route, done;
    GetRouteResponse: get_route_response, done;
    GetRouteResponses: get_route_responses, done;
    GetRoutes: get_routes, done;
    GetRoutingRule: get_routing_rule, done;
    GetStage: get_stage, done;
    GetStages: get_stages, done;
    GetTags: get_tags, done;
    GetVpcLink: get_vpc_link, done;
    GetVpcLinks: get_vpc_links, done;
    ImportApi: import_api, done;
    ListRoutingRules: list_routing_rules, done;
    PutRoutingRule: put_routing_rule, done;
    ReimportApi: reimport_api, done;
    ResetAuthorizersCache: reset_authorizers_cache, done;
    TagResource: tag_resource, done;
    UntagResource: untag_resource, done;
    UpdateApi: update_api, done;
    UpdateApiMapping: update_api_mapping, done;
    UpdateAuthorizer: update_authorizer, done;
    UpdateDeployment: update_deployment, done;
    UpdateDomainName: update_domain_name, done;
    UpdateIntegration: update_integration, partial("as CreateIntegration");
    UpdateIntegrationResponse: update_integration_response, done;
    UpdateModel: update_model, done;
    UpdateRoute: update_route, done;
    UpdateRouteResponse: update_route_response, done;
    UpdateStage: update_stage, done;
    UpdateVpcLink: update_vpc_link, done;
}
