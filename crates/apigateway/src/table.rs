//! Where this room's documents lie in the store.
//!
//! Everything of an API lies in one partition, [`api_pk`], so that a list never mixes two APIs and DeleteRestApi sweeps
//! it whole. Every change of a definition also writes the API's own document: changes of one API happen one after the
//! other, and a deployment's snapshot is consistent.

use aws_types::CallContext;
use store::Table;

use crate::entity::{
    AccessAssociation, Account, ApiKey, Authorizer, BasePathMapping, ClientCertificate, Deployment, DocumentationPart,
    DocumentationVersion, DomainName, GatewayResponse, Model, PlanKey, RequestValidator, Resource, RestApi,
    RoutingRule, Stage, UsageGuard, UsagePlan, VpcLink,
};

/// REST APIs: sk [`API_SK`].
pub const APIS: Table<RestApi> = Table::new("rest-api", 1);
/// Resources with their methods: sk `resource#<id>`.
pub const RESOURCES: Table<Resource> = Table::new("resource", 1);
/// Authorizers: sk `authorizer#<id>`.
pub const AUTHORIZERS: Table<Authorizer> = Table::new("authorizer", 1);
/// Models: sk `model#<name>`.
pub const MODELS: Table<Model> = Table::new("model", 1);
/// Request validators: sk `validator#<id>`.
pub const VALIDATORS: Table<RequestValidator> = Table::new("request-validator", 1);
/// Gateway responses: sk `gateway-response#<type>`.
pub const GATEWAY_RESPONSES: Table<GatewayResponse> = Table::new("gateway-response", 1);
/// Deployments with their snapshots: sk `deployment#<id>`.
pub const DEPLOYMENTS: Table<Deployment> = Table::new("deployment", 1);
/// Stages: sk `stage#<name>`.
pub const STAGES: Table<Stage> = Table::new("stage", 1);
/// Documentation parts: sk `documentation-part#<id>`.
pub const DOCUMENTATION_PARTS: Table<DocumentationPart> = Table::new("documentation-part", 1);
/// Snapshots of them: sk `documentation-version#<version>`.
pub const DOCUMENTATION_VERSIONS: Table<DocumentationVersion> = Table::new("documentation-version", 1);
/// Account settings: sk [`ACCOUNT_SK`].
pub const ACCOUNTS: Table<Account> = Table::new("apigateway-account", 1);

/// API keys of an account and region: sk `api-key#<id>`.
pub const API_KEYS: Table<ApiKey> = Table::new("api-key", 1);
/// Usage plans of an account and region: sk `usage-plan#<id>`.
pub const USAGE_PLANS: Table<UsagePlan> = Table::new("usage-plan", 1);
/// Which key is in which plan: sk `plan-key#<plan>#<key>`.
pub const PLAN_KEYS: Table<PlanKey> = Table::new("usage-plan-key", 1);
/// Written by every change of keys and plans of an account and region, so that they happen one after the other.
pub const USAGE_GUARDS: Table<UsageGuard> = Table::new("usage-guard", 1);

/// VPC links of an account and region: sk `vpc-link#<id>`.
pub const VPC_LINKS: Table<VpcLink> = Table::new("vpc-link", 1);
/// Client certificates of an account and region: sk `client-certificate#<id>`.
pub const CLIENT_CERTIFICATES: Table<ClientCertificate> = Table::new("client-certificate", 1);
/// Domain names of an account and region: sk `domain-name#<name>`, of a private one `domain-name#<name>+<id>`.
pub const DOMAIN_NAMES: Table<DomainName> = Table::new("domain-name", 1);
/// Base path mappings: sk `base-path#<domain's key>#<base path>`.
pub const BASE_PATHS: Table<BasePathMapping> = Table::new("base-path-mapping", 1);
/// Routing rules: sk `routing-rule#<domain's key>#<id>`.
pub const ROUTING_RULES: Table<RoutingRule> = Table::new("routing-rule", 1);
/// Who may reach private domain names: sk `access-association#<arn>`.
pub const ACCESS_ASSOCIATIONS: Table<AccessAssociation> = Table::new("domain-name-access-association", 1);
/// VPC links.
pub const VPC_LINK: &str = "vpc-link#";
/// Client certificates.
pub const CLIENT_CERTIFICATE: &str = "client-certificate#";
/// Domain names.
pub const DOMAIN_NAME: &str = "domain-name#";
/// Base path mappings.
pub const BASE_PATH: &str = "base-path#";
/// Routing rules.
pub const ROUTING_RULE: &str = "routing-rule#";
/// Access associations.
pub const ACCESS_ASSOCIATION: &str = "access-association#";
/// Event topic: a domain name or its mappings changed; the event's key is [`owner_key`] of the domain's key.
pub const DOMAIN_CHANGED: &str = "apigateway.domain-name";
/// Index of all domain names by [`owner_key`].
pub const DOMAINS_BY_OWNER: &str = "apigateway.domain-names";
/// Held by a public domain name for itself: a host is one domain.
pub const DOMAINS_BY_NAME: &str = "apigateway.domain-hosts";
/// Index of [`BASE_PATHS`] and [`ROUTING_RULES`] by the API they lead to.
pub const BASE_PATHS_BY_API: &str = "apigateway.base-paths";

/// Event topic: a usage plan or its keys changed; the event's key is [`owner_key`] of the plan.
pub const USAGE_CHANGED: &str = "apigateway.usage-plan";
/// Index of all usage plans by [`owner_key`].
pub const PLANS_BY_OWNER: &str = "apigateway.usage-plans";
/// Index of [`PLAN_KEYS`] by [`owner_key`] of the key.
pub const PLAN_KEYS_BY_KEY: &str = "apigateway.key-plans";
/// Held by a key for its value's digest: values are unique.
pub const KEYS_BY_VALUE: &str = "apigateway.key-values";
/// API keys.
pub const API_KEY: &str = "api-key#";
/// Usage plans.
pub const USAGE_PLAN: &str = "usage-plan#";
/// Keys in plans.
pub const PLAN_KEY: &str = "plan-key#";
/// Sort key of the guard.
pub const USAGE_GUARD_SK: &str = "usage-guard";

/// Place of a key in a plan.
pub fn plan_key_sk(plan_id: &str, key_id: &str) -> String {
    format!("{PLAN_KEY}{plan_id}#{key_id}")
}

/// Event topic: a stage or the endpoint of the API (the event's key) changed.
pub const CHANGED: &str = "apigateway.api";
/// Index of all APIs by [`owner_key`].
pub const APIS_BY_OWNER: &str = "apigateway.apis";
/// Index of resources by [`child_key`]: of their part, and of any variable part alike.
pub const RESOURCES_BY_PARENT: &str = "apigateway.children";

/// Sort key of the API's own document.
pub const API_SK: &str = "api";
/// Sort key of an account's settings.
pub const ACCOUNT_SK: &str = "account";

/// What the sort keys of resources begin with; the others alike.
pub const RESOURCE: &str = "resource#";
/// Authorizers.
pub const AUTHORIZER: &str = "authorizer#";
/// Models.
pub const MODEL: &str = "model#";
/// Validators.
pub const VALIDATOR: &str = "validator#";
/// Gateway responses.
pub const GATEWAY_RESPONSE: &str = "gateway-response#";
/// Deployments.
pub const DEPLOYMENT: &str = "deployment#";
/// Documentation parts.
pub const DOCUMENTATION_PART: &str = "documentation-part#";
/// Documentation versions.
pub const DOCUMENTATION_VERSION: &str = "documentation-version#";
/// Stages.
pub const STAGE: &str = "stage#";

/// The partition of an API.
pub fn api_pk(api_id: &str) -> String {
    format!("restapi#{api_id}")
}

/// The partition of an account's settings in a region.
pub fn account_pk(call: &CallContext) -> String {
    owner_pk(call.account.as_str(), call.region.as_str())
}

/// The same, of an account and region by name.
pub fn owner_pk(account: &str, region: &str) -> String {
    format!("apigateway-account#{account}/{region}")
}

/// Key of an API in [`APIS_BY_OWNER`]; the empty id gives the prefix of all.
pub fn owner_key(account: &str, region: &str, api_id: &str) -> String {
    format!("{account}/{region}/{api_id}")
}

/// What [`child_key`] takes for whatever variable part.
pub const ANY_VARIABLE: &str = "{}";

/// Key of a resource in [`RESOURCES_BY_PARENT`].
pub fn child_key(api_id: &str, parent_id: &str, part: &str) -> String {
    format!("{api_id}/{parent_id}/{part}")
}

/// Sort key of a part of an API: one of the prefixes above and a name.
pub fn part_sk(kind: &str, name: &str) -> String {
    format!("{kind}{name}")
}
