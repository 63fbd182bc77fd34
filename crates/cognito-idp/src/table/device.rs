//! Devices: where they lie. A user's devices share a prefix that bears [`User::device_generation`]: raising it forgets
//! them all at once, whatever else is written at the same time.

use store::{Store, StoreError, Table, Versioned};

use super::pool_pk;
use crate::entity::{Device, User, UserPool};

/// Devices: sk [`device_sk`].
pub const DEVICES: Table<Device> = Table::new("device", 1);
/// Devices that a user may have; the one that was away longest makes room for another.
pub const MAX_DEVICES: usize = 100;

/// What the places of all devices of a user begin with, forgotten ones too.
pub fn all_devices_prefix(sub: &str) -> String {
    format!("device#{sub}#")
}

/// What the places of a user's devices begin with.
pub fn devices_prefix(user: &User) -> String {
    format!("{}{}#", all_devices_prefix(&user.sub), user.device_generation)
}

/// Place of a device.
pub fn device_sk(user: &User, key: &str) -> String {
    format!("{}{key}", devices_prefix(user))
}

/// Counter of a user's devices.
pub fn devices_counter(pool: &UserPool, user: &User) -> String {
    format!("cognito.devices#{}/{}/{}", pool.id, user.sub, user.device_generation)
}

/// A device of a user.
///
/// # Errors
/// The store's.
pub async fn device_of(
    store: &Store,
    pool: &UserPool,
    user: &User,
    key: &str,
) -> Result<Option<Versioned<Device>>, StoreError> {
    DEVICES.get(store, &pool_pk(&pool.id), &device_sk(user, key)).await
}
