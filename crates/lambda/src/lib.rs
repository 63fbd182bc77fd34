//! AWS Lambda: functions, their code, versions, aliases, permissions and URLs (developer guide; API reference 2015-03-31).
//!
//! What comes in: calls whose constraints the model has checked; calls of services on their own behalf, which the policies
//! of functions must let in. What goes out: configurations; a [`lambda_runtime::FunctionPlan`] for each version that is
//! called; what the function answered.
//! What it must not know: HTTP, processes, other services. Who runs functions, where code comes from and what roles may, it
//! asks of [`ports`].
//!
//! - `operations/`: one file an operation. `entity/`: what is kept. `table.rs`: where it lies. `error.rs`: each sentence
//!   once. `configuration.rs`: what settings must be and how they are shown. `name.rs`: what a function is called.
//! - `code.rs`: the zips. `upload.rs`: how they come in, `download.rs`: how they go out. `layers.rs`: those below a function.
//! - `lookup.rs`: which version is meant. `compile.rs`: its plan. `invoke.rs`: a call. `queue.rs`: a call that nobody waits
//!   for. `stream.rs`: answers in pieces. `permission.rs`: whether a service may call; `statement.rs`: how that is said. `url.rs`: functions' addresses.
//!
//! To add an operation: a file in `operations/`, its line there and in the table below, its tests.

mod code;
mod compile;
mod configuration;
mod download;
pub mod entity;
mod error;
mod invoke;
mod layers;
mod lookup;
mod name;
mod operations;
mod paging;
mod permission;
pub mod ports;
mod queue;
mod service;
mod statement;
mod stream;
mod table;
mod upload;
mod url;
mod versions;

#[cfg(test)]
mod tests;

pub use code::CodeStore;
pub use invoke::{Call, MOST_PAYLOAD, check_payload};
pub use name::{FunctionName, Reference};
pub use permission::Asker;
pub use service::{Config, Cx, Doors, Lambda};
pub use url::INVOKE_URL;

aws_types::operations! { Cx =>
    AddLayerVersionPermission: add_layer_version_permission, done;
    AddPermission: add_permission, done;
    CreateAlias: create_alias, done;
    CreateFunction: create_function, partial("zip packages only: no images, VPCs, file systems, dead-letter queues, code signing");
    CreateFunctionUrlConfig: create_function_url_config, done;
    DeleteAlias: delete_alias, done;
    DeleteFunction: delete_function, done;
    DeleteFunctionConcurrency: delete_function_concurrency, done;
    DeleteFunctionEventInvokeConfig: delete_function_event_invoke_config, done;
    DeleteFunctionUrlConfig: delete_function_url_config, done;
    DeleteLayerVersion: delete_layer_version, done;
    DeleteProvisionedConcurrencyConfig: delete_provisioned_concurrency_config, done;
    GetAccountSettings: get_account_settings, done;
    GetAlias: get_alias, done;
    GetFunction: get_function, done;
    GetFunctionCodeSigningConfig: get_function_code_signing_config, partial("no function has one");
    GetFunctionConcurrency: get_function_concurrency, done;
    GetFunctionConfiguration: get_function_configuration, done;
    GetFunctionEventInvokeConfig: get_function_event_invoke_config, done;
    GetFunctionRecursionConfig: get_function_recursion_config, done;
    GetFunctionUrlConfig: get_function_url_config, done;
    GetLayerVersion: get_layer_version, done;
    GetLayerVersionByArn: get_layer_version_by_arn, done;
    GetLayerVersionPolicy: get_layer_version_policy, done;
    GetPolicy: get_policy, done;
    GetProvisionedConcurrencyConfig: get_provisioned_concurrency_config, partial("kept and shown; processes start with the first calls");
    GetRuntimeManagementConfig: get_runtime_management_config, done;
    Invoke: invoke, partial("no tenants, no durable executions");
    InvokeAsync: invoke_async, done;
    InvokeWithResponseStream: invoke_with_response_stream, partial("no tenants");
    ListAliases: list_aliases, done;
    ListEventSourceMappings: list_event_source_mappings, partial("there are none: no queues or streams live here");
    ListFunctionEventInvokeConfigs: list_function_event_invoke_configs, done;
    ListFunctionUrlConfigs: list_function_url_configs, done;
    ListFunctions: list_functions, done;
    ListLayerVersions: list_layer_versions, done;
    ListLayers: list_layers, done;
    ListProvisionedConcurrencyConfigs: list_provisioned_concurrency_configs, done;
    ListTags: list_tags, done;
    ListVersionsByFunction: list_versions_by_function, done;
    PublishLayerVersion: publish_layer_version, done;
    PublishVersion: publish_version, done;
    PutFunctionConcurrency: put_function_concurrency, done;
    PutFunctionEventInvokeConfig: put_function_event_invoke_config, partial("destinations are functions");
    PutFunctionRecursionConfig: put_function_recursion_config, done;
    PutProvisionedConcurrencyConfig: put_provisioned_concurrency_config, partial("kept and shown; processes start with the first calls");
    PutRuntimeManagementConfig: put_runtime_management_config, partial("kept and shown; the machine's interpreter runs");
    RemoveLayerVersionPermission: remove_layer_version_permission, done;
    RemovePermission: remove_permission, done;
    TagResource: tag_resource, done;
    UntagResource: untag_resource, done;
    UpdateAlias: update_alias, done;
    UpdateFunctionCode: update_function_code, partial("zip packages only");
    UpdateFunctionConfiguration: update_function_configuration, partial("no VPCs, file systems, dead-letter queues");
    UpdateFunctionEventInvokeConfig: update_function_event_invoke_config, partial("destinations are functions");
    UpdateFunctionUrlConfig: update_function_url_config, done;
}
