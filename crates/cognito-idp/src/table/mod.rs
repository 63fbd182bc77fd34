//! Where this room's documents lie in the store.
//!
//! **Everything of a pool lies in one partition**, [`pool_pk`]: a list never leaves it, so no answer can mix two pools,
//! and DeleteUserPool sweeps it whole, whatever the tables are. What must be found without its pool has an index.
//! What comes in and goes out: keys and [`Table`]s. Every write that changes a plan or a key bears [`CHANGED`].
//! To add a table: a `const` and its sort-key function here (or in a file beside, as `user.rs`).

use store::{Index, Table};

use crate::entity::{AppClient, Domain, Group, PoolKeyRecord, ResourceServer, UiCustomization, UserPool};

pub mod group;
pub mod user;

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
/// Domains, each in a partition of its own, [`domain_pk`]: their names are unique over all pools. sk [`DOMAIN_SK`].
pub const DOMAINS: Table<Domain> = Table::new("user-pool-domain", 1);

/// Event topic: pool, client, domain or key of the pool (the event's key) changed.
pub const CHANGED: &str = "cognito.pool";
/// Index of all pools by [`pool_index_key`].
pub const POOLS_BY_OWNER: &str = "cognito.pools";
/// Index of clients by their id.
pub const CLIENT_BY_ID: &str = "cognito.client";

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

/// Partition of a prefix domain: unique in its region. An own domain is unique everywhere and has no region.
pub fn domain_pk(name: &str, region: Option<&str>) -> String {
    format!("user-pool-domain#{}#{name}", region.unwrap_or_default())
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
