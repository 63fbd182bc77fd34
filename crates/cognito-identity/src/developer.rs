//! The developer's own provider.

use crate::entity::IdentityPool;
use crate::error::{Result, invalid_parameter};

/// Its name.
///
/// # Errors
/// `InvalidParameterException` where the pool has none. (own)
pub fn provider(pool: &IdentityPool) -> Result<&str> {
    let name = pool.developer_provider_name.as_deref();
    name.ok_or_else(|| invalid_parameter("This identity pool has no developer provider."))
}
