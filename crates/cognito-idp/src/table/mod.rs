//! Where this room's documents lie in the store.
//!
//! **Everything of a pool lies in one partition**, [`pool_pk`]: a list never leaves it, so no answer can mix two pools,
//! and DeleteUserPool sweeps it whole, whatever the tables are. What must be found without its pool has an index.
//! What comes in and goes out: keys and [`Table`]s. Every write that changes a plan or a key bears [`CHANGED`].
//! To add a table: a `const` and its sort-key function here (or in a file beside, as `user.rs`).

use store::{Index, Table};

use model_cognito_idp::types::AssetType;

use crate::entity::{
    AppClient, Branding, Domain, Group, IdentityProvider, LogDelivery, PoolKeyRecord, ResourceServer,
    RiskConfiguration, Terms, UiCustomization, UserPool,
};

pub mod device;
pub mod group;
pub mod passkey;
pub mod user;
pub mod user_import_job;

/// Pools: sk [`POOL_SK`].
pub const POOLS: Table<UserPool> = Table::new("user-pool", 1);
/// App clients: sk [`client_sk`].
pub const CLIENTS: Table<AppClient> = Table::new("app-client", 1);
/// Groups: sk [`group_sk`].
pub const GROUPS: Table<Group> = Table::new("group", 1);
/// Resource servers: sk [`resource_server_sk`].
pub const RESOURCE_SERVERS: Table<ResourceServer> = Table::new("resource-server", 1);
/// Signing keys: sk [`KEYS_SK`].
pub const POOL_KEYS: Table<PoolKeyRecord> = Table::new("pool-key", 1);
/// Styles of the classic pages: sk [`ui_sk`].
pub const UI: Table<UiCustomization> = Table::new("ui-customization", 1);
/// Outside identity providers: sk [`provider_sk`].
pub const PROVIDERS: Table<IdentityProvider> = Table::new("identity-provider", 1);
/// Styles of the managed pages: sk [`branding_sk`].
pub const BRANDINGS: Table<Branding> = Table::new("managed-login-branding", 1);
/// Their images: sk [`asset_sk`].
pub const ASSETS: Table<AssetType> = Table::new("branding-asset", 1);
/// Terms documents: sk [`terms_sk`].
pub const TERMS: Table<Terms> = Table::new("terms", 1);
/// Threat protection: sk [`risk_sk`].
pub const RISKS: Table<RiskConfiguration> = Table::new("risk-configuration", 1);
/// Where logs go: sk [`LOG_DELIVERY_SK`].
pub const LOG_DELIVERIES: Table<LogDelivery> = Table::new("log-delivery", 1);
/// Rates of API categories: pk [`limits_pk`], sk the category.
pub const ACCOUNT_LIMITS: Table<i32> = Table::new("provisioned-limit", 1);
/// Domains, each in a partition of its own, [`domain_pk`]: their names are unique over all pools. sk [`DOMAIN_SK`].
pub const DOMAINS: Table<Domain> = Table::new("user-pool-domain", 1);

/// Event topic: pool, client, domain or key of the pool (the event's key) changed.
pub const CHANGED: &str = "cognito.pool";
/// Index of all pools by [`pool_index_key`].
pub const POOLS_BY_OWNER: &str = "cognito.pools";
/// Index of clients by their id.
pub const CLIENT_BY_ID: &str = "cognito.client";

/// Index that holds the identifiers of providers, by [`provider_identifier_key`].
pub const PROVIDER_IDENTIFIERS: &str = "cognito.provider-identifier";
/// Index of styles by [`branding_key`].
pub const BRANDING_BY_ID: &str = "cognito.branding";
/// Index that holds the names of terms, by [`terms_name_key`].
pub const TERMS_NAMES: &str = "cognito.terms-name";

/// Sort key of the log delivery configuration.
pub const LOG_DELIVERY_SK: &str = "log-delivery";
/// What all sort keys of providers begin with.
pub const PROVIDER_PREFIX: &str = "provider#";
/// What all sort keys of terms begin with.
pub const TERMS_PREFIX: &str = "terms#";
/// Sort key of the pool's own document.
pub const POOL_SK: &str = "pool";
/// Sort key of the pool's signing keys.
pub const KEYS_SK: &str = "keys";
/// Sort key of a domain.
pub const DOMAIN_SK: &str = "domain";
/// What all sort keys of clients begin with.
pub const CLIENT_PREFIX: &str = "client#";
/// What all sort keys of groups begin with.
pub const GROUP_PREFIX: &str = "group#";
/// What all sort keys of resource servers begin with.
pub const RESOURCE_SERVER_PREFIX: &str = "resource-server#";

/// The partition of everything that belongs to a pool.
pub fn pool_pk(pool_id: &str) -> String {
    format!("pool#{pool_id}")
}

/// Key of a pool in [`POOLS_BY_OWNER`]; lists of an account and region share a prefix.
pub fn pool_index_key(account: &str, region: &str, pool_id: &str) -> String {
    format!("{account}/{region}/{pool_id}")
}

/// Index entries of a pool.
pub fn pool_index(pool: &UserPool) -> Index {
    vec![(POOLS_BY_OWNER, pool_index_key(&pool.account, &pool.region, &pool.id))]
}

/// Index entries of a client.
pub fn client_index(client: &AppClient) -> Index {
    vec![(CLIENT_BY_ID, client.id.clone())]
}

/// Place of a client.
pub fn client_sk(client_id: &str) -> String {
    format!("{CLIENT_PREFIX}{client_id}")
}

/// Place of a group.
pub fn group_sk(name: &str) -> String {
    format!("{GROUP_PREFIX}{name}")
}

/// Place of a resource server.
pub fn resource_server_sk(identifier: &str) -> String {
    format!("{RESOURCE_SERVER_PREFIX}{identifier}")
}

/// Place of a client's style, or of `ALL`'s.
pub fn ui_sk(client_id: &str) -> String {
    format!("ui#{client_id}")
}

/// Place of a provider.
pub fn provider_sk(name: &str) -> String {
    format!("{PROVIDER_PREFIX}{name}")
}

/// Key of an identifier in [`PROVIDER_IDENTIFIERS`].
pub fn provider_identifier_key(pool_id: &str, identifier: &str) -> String {
    format!("{pool_id}/{identifier}")
}

/// Place of a client's style.
pub fn branding_sk(client_id: &str) -> String {
    format!("branding#{client_id}")
}

/// Key of a style in [`BRANDING_BY_ID`].
pub fn branding_key(pool_id: &str, id: &str) -> String {
    format!("{pool_id}/{}", id.to_ascii_lowercase())
}

/// What the sort keys of a style's images begin with.
pub fn assets_prefix(client_id: &str) -> String {
    format!("branding-asset#{client_id}#")
}

/// Place of an image; `place` is category and colour mode.
pub fn asset_sk(client_id: &str, place: &str) -> String {
    format!("{}{place}", assets_prefix(client_id))
}

/// Place of a terms document.
pub fn terms_sk(id: &str) -> String {
    format!("{TERMS_PREFIX}{}", id.to_ascii_lowercase())
}

/// Key of a terms document's name in [`TERMS_NAMES`].
pub fn terms_name_key(pool_id: &str, client_id: &str, name: &str) -> String {
    format!("{pool_id}/{client_id}/{name}")
}

/// Place of a client's threat protection, or of the pool's.
pub fn risk_sk(client_id: Option<&str>) -> String {
    format!("risk#{}", client_id.unwrap_or_default())
}

/// Counter of a pool's providers.
pub fn providers_counter(pool_id: &str) -> String {
    format!("cognito.providers#{pool_id}")
}

/// Partition of a prefix domain: unique in its region. An own domain is unique everywhere and has no region.
pub fn domain_pk(name: &str, region: Option<&str>) -> String {
    format!("user-pool-domain#{}#{name}", region.unwrap_or_default())
}

/// Partition of an account's rates in a region.
pub fn limits_pk(account: &str, region: &str) -> String {
    format!("cognito.limits#{account}/{region}")
}

/// Counter of the pools of an account and region.
pub fn pools_counter(account: &str, region: &str) -> String {
    format!("cognito.pools#{account}/{region}")
}

/// Counter of a pool's users, for `EstimatedNumberOfUsers`: raised and lowered with each user.
pub fn users_counter(pool_id: &str) -> String {
    format!("cognito.users#{pool_id}")
}

/// Counter of a pool's clients.
pub fn clients_counter(pool_id: &str) -> String {
    format!("cognito.clients#{pool_id}")
}

/// Counter of a pool's groups.
pub fn groups_counter(pool_id: &str) -> String {
    format!("cognito.groups#{pool_id}")
}

/// Counter of a pool's resource servers.
pub fn resource_servers_counter(pool_id: &str) -> String {
    format!("cognito.resource-servers#{pool_id}")
}
