//! What is kept.

mod identity;
mod identity_pool;

pub use control_plane::moment;
pub use identity::{Identity, Login, State};
pub use identity_pool::{AttributeMap, IdentityPool, RoleMapping, Rule, UserPoolProvider};
