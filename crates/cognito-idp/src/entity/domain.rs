//! A domain of a user pool: the host of its hosted pages and OAuth endpoints.

use model_cognito_idp::types::{CustomDomainConfigType, RoutingType};
use serde::{Deserialize, Serialize};

/// A prefix domain or an own one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Domain {
    /// `demo` of `demo.auth.eu-west-1.amazoncognito.com`, or a whole host name where `custom` is set.
    pub name: String,
    /// The pool's region.
    pub region: String,
    /// The pool it leads to.
    pub pool_id: String,
    /// The owner, twelve digits.
    pub account: String,
    /// Own domain with its certificate; kept and given back (the server's TLS settings hold the certificate).
    pub custom: Option<CustomDomainConfigType>,
    /// 1 classic hosted pages with their UI customization, 2 managed login with its branding.
    pub managed_login_version: i32,
    /// Failover to a replica. Kept and given back.
    pub routing: Option<RoutingType>,
    /// `Version`: fourteen digits of the time of the last change.
    pub version: String,
    /// The front door of an own domain, made up once.
    pub distribution: Option<String>,
}

impl Domain {
    /// The region in which a prefix is unique; none for an own domain, which is unique everywhere.
    pub fn prefix_region(&self) -> Option<&str> {
        self.custom.is_none().then_some(self.region.as_str())
    }
}
