//! What a user pool's control plane keeps: one file an entity, each one serde document.
//!
//! What comes in and goes out: plain values; the names are those of the AWS API. Settings that are only kept and given
//! back are the model's own types; what a rule looks at has a type of its own.
//! What it must not know: the store, clocks, wire requests.
//! To add an entity: a file here, its table in `table/`, a line in each `mod.rs`.

pub mod app_client;
pub mod device;
pub mod domain;
pub mod group;
pub mod identity_provider;
pub mod managed_login;
pub mod passkey;
pub mod pool_key;
pub mod resource_server;
pub mod risk;
pub mod schema;
pub mod ui_customization;
pub mod user;
pub mod user_import_job;
pub mod user_pool;

pub use app_client::{AppClient, ClientSecret, ClientSettings};
pub use control_plane::moment;
pub use device::Device;
pub use domain::Domain;
pub use group::Group;
pub use identity_provider::IdentityProvider;
pub use managed_login::{Branding, Terms};
pub use passkey::Passkey;
pub use pool_key::PoolKeyRecord;
pub use resource_server::ResourceServer;
pub use risk::{LogDelivery, RiskConfiguration};
pub use schema::SchemaAttribute;
pub use ui_customization::UiCustomization;
pub use user::User;
pub use user_import_job::UserImportJob;
pub use user_pool::{MfaSettings, PasswordPolicy, PkceRule, PoolSettings, Replica, SessionTracking, UserPool};
