//! The control plane of REST APIs: the AWS API `apigateway` (developer guide, "Develop REST APIs in API Gateway";
//! API reference 2015-07-09).
//!
//! What comes in: calls whose constraints the model has checked and whose signature was verified. What goes out: answers
//! and errors in AWS's words, and the immutable plans that `execute-api` serves.
//! What it must not know: HTTP, sockets, the environment, other services. Of user pools it knows ARNs alone.
//!
//! - `operations/`: one file an operation; rules, then one store transaction.
//! - `entity/`: what is kept, and how it is shown. `table.rs`: where it lies. `error.rs`: each sentence once.
//! - `patch.rs`: the engine behind every Update operation; each entity lists its paths.
//! - `snapshot.rs`: a deployment's frozen definition. `compile.rs`: from that to a plan. `refresh.rs`: swapping plans.
//! - `shared.rs`: domain names' mappings and rules, for the room of HTTP APIs, which shows the same things.
//! - `not_built.rs`: settings that the gateway does not enforce yet are refused there, never stored in silence.
//!
//! To add an operation: a file in `operations/` with one `pub async fn` of the file's name, its line in
//! `operations/mod.rs`, its line in the table below, its tests.

mod access;
mod certificate;
pub mod compile;
mod compile_stage;
mod config;
mod definition;
mod domain;
pub mod entity;
pub mod error;
mod method_setting;
mod not_built;
pub mod openapi;
mod operations;
mod owned;
mod page;
mod patch;
pub mod ports;
mod refresh;
mod sdk;
mod security_policy;
mod service;
pub mod shared;
mod snapshot;
mod stage_rules;
mod sweep;
mod table;
mod tag;
mod usage;
mod validate;
mod zip;

#[cfg(test)]
mod tests;

pub use config::{Config, Doors};
pub use service::{ApiGateway, Cx};

aws_types::operations! { Cx =>
    CreateApiKey: create_api_key, done;
    CreateAuthorizer: create_authorizer, partial("no JWT authorizers");
    CreateBasePathMapping: create_base_path_mapping, done;
    CreateDeployment: create_deployment, done;
    CreateDocumentationPart: create_documentation_part, done;
    CreateDocumentationVersion: create_documentation_version, done;
    CreateDomainName: create_domain_name, done;
    CreateDomainNameAccessAssociation: create_domain_name_access_association, done;
    CreateModel: create_model, done;
    CreateRequestValidator: create_request_validator, done;
    CreateResource: create_resource, done;
    CreateRestApi: create_rest_api, done;
    CreateStage: create_stage, done;
    CreateUsagePlan: create_usage_plan, done;
    CreateUsagePlanKey: create_usage_plan_key, done;
    CreateVpcLink: create_vpc_link, done;
    DeleteApiKey: delete_api_key, done;
    DeleteAuthorizer: delete_authorizer, done;
    DeleteBasePathMapping: delete_base_path_mapping, done;
    DeleteClientCertificate: delete_client_certificate, done;
    DeleteDeployment: delete_deployment, done;
    DeleteDocumentationPart: delete_documentation_part, done;
    DeleteDocumentationVersion: delete_documentation_version, done;
    DeleteDomainName: delete_domain_name, done;
    DeleteDomainNameAccessAssociation: delete_domain_name_access_association, done;
    DeleteGatewayResponse: delete_gateway_response, done;
    DeleteIntegration: delete_integration, done;
    DeleteIntegrationResponse: delete_integration_response, done;
    DeleteMethod: delete_method, done;
    DeleteMethodResponse: delete_method_response, done;
    DeleteModel: delete_model, done;
    DeleteRequestValidator: delete_request_validator, done;
    DeleteResource: delete_resource, done;
    DeleteRestApi: delete_rest_api, done;
    DeleteStage: delete_stage, done;
    DeleteUsagePlan: delete_usage_plan, done;
    DeleteUsagePlanKey: delete_usage_plan_key, done;
    DeleteVpcLink: delete_vpc_link, done;
    FlushStageAuthorizersCache: flush_stage_authorizers_cache, done;
    FlushStageCache: flush_stage_cache, done;
    GenerateClientCertificate: generate_client_certificate, done;
    GetAccount: get_account, done;
    GetApiKey: get_api_key, done;
    GetApiKeys: get_api_keys, done;
    GetAuthorizer: get_authorizer, done;
    GetAuthorizers: get_authorizers, done;
    GetBasePathMapping: get_base_path_mapping, done;
    GetBasePathMappings: get_base_path_mappings, done;
    GetClientCertificate: get_client_certificate, done;
    GetClientCertificates: get_client_certificates, done;
    GetDeployment: get_deployment, done;
    GetDeployments: get_deployments, done;
    GetDocumentationPart: get_documentation_part, done;
    GetDocumentationParts: get_documentation_parts, done;
    GetDocumentationVersion: get_documentation_version, done;
    GetDocumentationVersions: get_documentation_versions, done;
    GetDomainName: get_domain_name, done;
    GetDomainNameAccessAssociations: get_domain_name_access_associations, done;
    GetDomainNames: get_domain_names, done;
    GetExport: get_export, done;
    GetGatewayResponse: get_gateway_response, done;
    GetGatewayResponses: get_gateway_responses, done;
    GetIntegration: get_integration, done;
    GetIntegrationResponse: get_integration_response, done;
    GetMethod: get_method, done;
    GetMethodResponse: get_method_response, done;
    GetModel: get_model, done;
    GetModelTemplate: get_model_template, done;
    GetModels: get_models, done;
    GetRequestValidator: get_request_validator, done;
    GetRequestValidators: get_request_validators, done;
    GetResource: get_resource, done;
    GetResources: get_resources, done;
    GetRestApi: get_rest_api, done;
    GetRestApis: get_rest_apis, done;
    GetSdk: get_sdk, done;
    GetSdkType: get_sdk_type, done;
    GetSdkTypes: get_sdk_types, done;
    GetStage: get_stage, done;
    GetStages: get_stages, done;
    GetTags: get_tags, done;
    GetUsage: get_usage, done;
    GetUsagePlan: get_usage_plan, done;
    GetUsagePlanKey: get_usage_plan_key, done;
    GetUsagePlanKeys: get_usage_plan_keys, done;
    GetUsagePlans: get_usage_plans, done;
    GetVpcLink: get_vpc_link, done;
    GetVpcLinks: get_vpc_links, done;
    ImportApiKeys: import_api_keys, done;
    ImportDocumentationParts: import_documentation_parts, done;
    ImportRestApi: import_rest_api, done;
    PutGatewayResponse: put_gateway_response, done;
    PutIntegration: put_integration, partial("of services Lambda, s3 and those served here");
    PutIntegrationResponse: put_integration_response, done;
    PutMethod: put_method, done;
    PutMethodResponse: put_method_response, done;
    PutRestApi: put_rest_api, done;
    RejectDomainNameAccessAssociation: reject_domain_name_access_association, done;
    TagResource: tag_resource, done;
    TestInvokeAuthorizer: test_invoke_authorizer, done;
    TestInvokeMethod: test_invoke_method, done;
    UntagResource: untag_resource, done;
    UpdateAccount: update_account, partial("the role must be set for execution logs, its rights are not checked");
    UpdateApiKey: update_api_key, done;
    UpdateAuthorizer: update_authorizer, done;
    UpdateBasePathMapping: update_base_path_mapping, done;
    UpdateClientCertificate: update_client_certificate, done;
    UpdateDeployment: update_deployment, done;
    UpdateDocumentationPart: update_documentation_part, done;
    UpdateDocumentationVersion: update_documentation_version, done;
    UpdateDomainName: update_domain_name, done;
    UpdateGatewayResponse: update_gateway_response, done;
    UpdateIntegration: update_integration, partial("as PutIntegration");
    UpdateIntegrationResponse: update_integration_response, done;
    UpdateMethod: update_method, done;
    UpdateMethodResponse: update_method_response, done;
    UpdateModel: update_model, done;
    UpdateRequestValidator: update_request_validator, done;
    UpdateResource: update_resource, done;
    UpdateRestApi: update_rest_api, done;
    UpdateStage: update_stage, done;
    UpdateUsage: update_usage, done;
    UpdateUsagePlan: update_usage_plan, done;
    UpdateVpcLink: update_vpc_link, done;
}
