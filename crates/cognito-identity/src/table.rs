//! Where things lie. A pool and its list entry in one item; identities in partitions of their own, because they are
//! found before their pool is known; logins in the pool's partition of logins, one item each, so that two calls at once
//! cannot give one person two identities.

use store::{Index, Table};

use crate::entity::{Identity, IdentityPool, Login};

/// Identity pools: partition [`pool_pk`], place [`POOL_SK`].
pub const POOLS: Table<IdentityPool> = Table::new("identity-pool", 1);
/// Identities: partition [`identity_pk`], place [`IDENTITY_SK`].
pub const IDENTITIES: Table<Identity> = Table::new("identity", 1);
/// The identity of a login: partition [`logins_pk`], place [`login_sk`].
pub const LOGINS: Table<String> = Table::new("identity-login", 1);
/// Deleted pools whose identities are still to be removed: partition [`GONE_PK`], place the pool's id.
pub const GONE: Table<String> = Table::new("identity-pool-gone", 1);

/// Place of a pool.
pub const POOL_SK: &str = "pool";
/// Place of an identity.
pub const IDENTITY_SK: &str = "identity";
/// Partition of deleted pools.
pub const GONE_PK: &str = "cognito-identity.gone";
/// Index of pools by account and region.
pub const POOLS_OF: &str = "cognito-identity.pools";
/// Index of identities by pool.
pub const IDENTITIES_OF: &str = "cognito-identity.identities";

/// Partition of a pool.
pub fn pool_pk(pool_id: &str) -> String {
    format!("cognito-identity.pool#{pool_id}")
}

/// Partition of an identity.
pub fn identity_pk(identity_id: &str) -> String {
    format!("cognito-identity.identity#{identity_id}")
}

/// The identity whose partition that is.
pub fn identity_of(pk: &str) -> &str {
    pk.split_once('#').map_or("", |(_, id)| id)
}

/// Partition of a pool's logins.
pub fn logins_pk(pool_id: &str) -> String {
    format!("cognito-identity.logins#{pool_id}")
}

/// Place of a login. Subjects are of any length and form: their digest stands for them.
pub fn login_sk(login: &Login) -> String {
    let text = format!("{}\n{}", login.provider, login.subject);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Key of a pool in [`POOLS_OF`].
pub fn pools_key(account: &str, region: &str) -> String {
    format!("{account}/{region}")
}

/// Index entries of a pool.
pub fn pool_index(pool: &IdentityPool) -> Index {
    vec![(POOLS_OF, pools_key(&pool.account, pool.region()))]
}

/// Index entries of an identity.
pub fn identity_index(identity: &Identity) -> Index {
    vec![(IDENTITIES_OF, identity.pool_id.clone())]
}
