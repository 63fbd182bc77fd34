//! What is kept.

mod alias;
mod event_config;
mod function;
mod layer;
mod policy;
mod queued;
mod url;

pub use alias::Alias;
pub use control_plane::moment;
pub use event_config::{EventConfig, Provisioned};
pub use function::{Code, Function, LayerUse, Logging, S3Place, Version};
pub use layer::LayerVersion;
pub use policy::Permissions;
pub use queued::{Queued, Target};
pub use url::UrlConfig;
