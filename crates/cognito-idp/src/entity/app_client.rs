//! An app client of a user pool.

use aws_types::Timestamp;
use model_cognito_idp::types::{
    AnalyticsConfigurationType, ExplicitAuthFlowsType, FeatureType, OAuthFlowType, PreventUserExistenceErrorTypes,
    RefreshTokenRotationType, TimeUnitsType, TokenValidityUnitsType,
};
use serde::{Deserialize, Serialize};

use super::moment;

/// An app client. Its secrets are sealed; [`crate::CognitoIdp::client_secrets`] opens them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AppClient {
    /// 26 lower-case letters and digits; unique over all pools.
    pub id: String,
    /// The pool it belongs to.
    pub pool_id: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
    /// Oldest first; none for a public client, at most two.
    pub secrets: Vec<ClientSecret>,
    /// What UpdateUserPoolClient replaces.
    pub settings: ClientSettings,
    /// `SSOSession.MaxValidityMinutes`; `None` where it was never set.
    #[serde(default)]
    pub sso_minutes: Option<i32>,
}

/// A client secret at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientSecret {
    /// `ClientSecretId`.
    pub id: String,
    /// Sealed by the store's master key, bound to the client's id.
    pub sealed: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
}

/// What UpdateUserPoolClient replaces as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientSettings {
    /// `ClientName`.
    pub name: String,
    /// In its unit; never 0 (0 is read as 30 days).
    pub refresh_token_validity: i32,
    /// In its unit; `None` means 1, which is an hour unless a unit is given.
    pub access_token_validity: Option<i32>,
    /// In its unit; `None` means 1, which is an hour unless a unit is given.
    pub id_token_validity: Option<i32>,
    /// Units as given.
    pub token_validity_units: TokenValidityUnitsType,
    /// Attributes the client may read; `None` means all standard and custom ones.
    pub read_attributes: Option<Vec<String>>,
    /// Attributes the client may write; `None` means all.
    pub write_attributes: Option<Vec<String>>,
    /// As given; `None` means refresh, SRP and custom.
    pub explicit_auth_flows: Option<Vec<ExplicitAuthFlowsType>>,
    /// `COGNITO` and names of providers.
    pub supported_identity_providers: Vec<String>,
    /// Registered redirect URIs, in the order given.
    pub callback_urls: Vec<String>,
    /// Registered sign-out URIs.
    pub logout_urls: Vec<String>,
    /// One of `callback_urls`.
    pub default_redirect_uri: Option<String>,
    /// OAuth grants.
    pub oauth_flows: Vec<OAuthFlowType>,
    /// OAuth scopes, in the order given.
    pub oauth_scopes: Vec<String>,
    /// Whether the OAuth endpoints serve this client.
    pub oauth_enabled: bool,
    /// Never given.
    pub analytics: Option<AnalyticsConfigurationType>,
    /// `None` means LEGACY.
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrorTypes>,
    /// `EnableTokenRevocation`.
    pub token_revocation: bool,
    /// `EnablePropagateAdditionalUserContextData`: whose address counts.
    pub propagate_user_context: bool,
    /// Minutes, 3 to 15.
    pub auth_session_validity_minutes: i32,
    /// Whether a refresh gives a new refresh token.
    pub refresh_token_rotation: Option<RefreshTokenRotationType>,
}

/// How long a client reuses a session of the pages where nothing is said, minutes.
pub const DEFAULT_SSO_MINUTES: i32 = 60;
const HOUR_S: i64 = 3600;
const DAY_S: i64 = 86_400;

/// A validity in seconds.
pub const fn seconds(value: i32, unit: TimeUnitsType) -> i64 {
    let unit_s = match unit {
        TimeUnitsType::Seconds => 1,
        TimeUnitsType::Minutes => 60,
        TimeUnitsType::Hours => HOUR_S,
        TimeUnitsType::Days => DAY_S,
    };
    (value as i64).saturating_mul(unit_s)
}

impl ClientSettings {
    /// How long an access token lives, seconds.
    pub fn access_token_s(&self) -> i64 {
        let unit = self.token_validity_units.access_token.unwrap_or(TimeUnitsType::Hours);
        seconds(self.access_token_validity.unwrap_or(1), unit)
    }

    /// How long an id token lives, seconds.
    pub fn id_token_s(&self) -> i64 {
        let unit = self.token_validity_units.id_token.unwrap_or(TimeUnitsType::Hours);
        seconds(self.id_token_validity.unwrap_or(1), unit)
    }

    /// How long a refresh token lives, seconds.
    pub fn refresh_token_s(&self) -> i64 {
        let unit = self.token_validity_units.refresh_token.unwrap_or(TimeUnitsType::Days);
        seconds(self.refresh_token_validity, unit)
    }

    /// Whether one of these flows is switched on. A client that names none has refresh, SRP and custom.
    pub fn allows(&self, flows: &[ExplicitAuthFlowsType]) -> bool {
        const UNSET: &[ExplicitAuthFlowsType] = &[
            ExplicitAuthFlowsType::AllowRefreshTokenAuth,
            ExplicitAuthFlowsType::AllowUserSrpAuth,
            ExplicitAuthFlowsType::AllowCustomAuth,
        ];
        let on = self.explicit_auth_flows.as_deref().filter(|on| !on.is_empty()).unwrap_or(UNSET);
        flows.iter().any(|flow| on.contains(flow))
    }

    /// Whether the client may read the attribute (full name).
    pub fn can_read(&self, attribute: &str) -> bool {
        self.read_attributes.as_ref().is_none_or(|list| list.iter().any(|name| name == attribute))
    }

    /// Whether the client may write the attribute (full name). The schema's rules come on top.
    pub fn can_write(&self, attribute: &str) -> bool {
        self.write_attributes.as_ref().is_none_or(|list| list.iter().any(|name| name == attribute))
    }

    /// Whether answers must not tell which users exist.
    pub fn prevents_user_existence_errors(&self) -> bool {
        self.prevent_user_existence_errors == Some(PreventUserExistenceErrorTypes::Enabled)
    }

    /// Whether a refresh gives a new refresh token, and how many seconds the old one is still good.
    pub fn rotation_grace_s(&self) -> Option<i64> {
        let rotation = self.refresh_token_rotation.as_ref().filter(|r| r.feature == FeatureType::Enabled)?;
        Some(i64::from(rotation.retry_grace_period_seconds.unwrap_or(0)))
    }
}

impl AppClient {
    /// Whether the client has a secret.
    pub const fn is_confidential(&self) -> bool {
        !self.secrets.is_empty()
    }
}
