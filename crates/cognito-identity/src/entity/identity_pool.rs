//! An identity pool: whom it knows identities by, and which roles they act in.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use model_cognito_identity::types as wire;
use model_cognito_identity::types::{AmbiguousRoleResolutionType, MappingRuleMatchType, RoleMappingType};
use serde::{Deserialize, Serialize};

use super::moment;

/// An app client of a user pool whose id tokens are taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPoolProvider {
    /// `cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc`.
    pub provider_name: String,
    /// `aud` of the tokens.
    pub client_id: String,
    /// Whether the pool is asked about the user at each call.
    pub server_side_token_check: Option<bool>,
}

/// One rule of a role mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Name of the claim.
    pub claim: String,
    /// How it is compared.
    pub match_type: MappingRuleMatchType,
    /// With what.
    pub value: String,
    /// The role of whom it fits.
    pub role_arn: String,
}

/// How a provider's tokens choose a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleMapping {
    /// By the token's own roles, or by rules.
    pub kind: RoleMappingType,
    /// What counts where neither decides.
    pub ambiguous: Option<AmbiguousRoleResolutionType>,
    /// The rules, in order.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

/// Which claims of a provider become principal tags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeMap {
    /// Whether the default tags are meant (`username` from `sub`, `client` from `aud`).
    pub use_defaults: bool,
    /// Tag to claim.
    pub tags: BTreeMap<String, String>,
}

/// An identity pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IdentityPool {
    /// `eu-west-1:00000000-0000-4000-8000-000000000000`.
    pub id: String,
    /// The account.
    pub account: String,
    /// Name, not unique.
    pub name: String,
    /// Whether guests get identities and credentials.
    pub allow_unauthenticated: bool,
    /// Whether the basic flow is open.
    pub allow_classic: Option<bool>,
    /// Social providers: name to application id.
    #[serde(default)]
    pub supported_login_providers: BTreeMap<String, String>,
    /// Name of the developer's own provider; fixed once set.
    pub developer_provider_name: Option<String>,
    /// IAM's OpenID Connect providers, by ARN.
    #[serde(default)]
    pub oidc_provider_arns: Vec<String>,
    /// App clients of user pools.
    #[serde(default)]
    pub user_pools: Vec<UserPoolProvider>,
    /// IAM's SAML providers, by ARN.
    #[serde(default)]
    pub saml_provider_arns: Vec<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// `authenticated` and `unauthenticated`, to a role's ARN.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// Provider to role mapping.
    #[serde(default)]
    pub role_mappings: BTreeMap<String, RoleMapping>,
    /// Provider to principal tags.
    #[serde(default)]
    pub attribute_maps: BTreeMap<String, AttributeMap>,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
}

impl IdentityPool {
    /// Its region.
    pub fn region(&self) -> &str {
        self.id.split_once(':').map_or("", |(region, _)| region)
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:cognito-identity:{}:{}:identitypool/{}", self.region(), self.account, self.id)
    }

    /// Whether the basic flow is open.
    pub fn has_classic_flow(&self) -> bool {
        self.allow_classic == Some(true)
    }

    /// As it is shown.
    pub fn to_wire(&self) -> wire::IdentityPool {
        wire::IdentityPool {
            identity_pool_id: self.id.clone(),
            identity_pool_name: self.name.clone(),
            allow_unauthenticated_identities: self.allow_unauthenticated,
            allow_classic_flow: self.allow_classic,
            supported_login_providers: some(&self.supported_login_providers),
            developer_provider_name: self.developer_provider_name.clone(),
            open_id_connect_provider_ar_ns: some_list(&self.oidc_provider_arns),
            cognito_identity_providers: some_list(&self.user_pools)
                .map(|pools| pools.into_iter().map(UserPoolProvider::into_wire).collect()),
            saml_provider_ar_ns: some_list(&self.saml_provider_arns),
            identity_pool_tags: Some(self.tags.clone()),
        }
    }
}

fn some(map: &BTreeMap<String, String>) -> Option<BTreeMap<String, String>> {
    (!map.is_empty()).then(|| map.clone())
}

fn some_list<T: Clone>(list: &[T]) -> Option<Vec<T>> {
    (!list.is_empty()).then(|| list.to_vec())
}

impl UserPoolProvider {
    fn into_wire(self) -> wire::CognitoIdentityProvider {
        wire::CognitoIdentityProvider {
            provider_name: Some(self.provider_name),
            client_id: Some(self.client_id),
            server_side_token_check: self.server_side_token_check,
        }
    }

    /// The user pool's id.
    pub fn pool_id(&self) -> &str {
        self.provider_name.split_once('/').map_or("", |(_, id)| id)
    }
}

impl RoleMapping {
    /// Reads a request's mapping.
    pub fn from_wire(mapping: wire::RoleMapping) -> Self {
        let rules = mapping.rules_configuration.map(|rules| rules.rules).unwrap_or_default();
        Self {
            kind: mapping.r#type,
            ambiguous: mapping.ambiguous_role_resolution,
            rules: rules.into_iter().map(Rule::from_wire).collect(),
        }
    }

    /// As it is shown.
    pub fn to_wire(&self) -> wire::RoleMapping {
        let rules = || self.rules.iter().map(Rule::to_wire).collect();
        wire::RoleMapping {
            r#type: self.kind,
            ambiguous_role_resolution: self.ambiguous,
            rules_configuration: (!self.rules.is_empty()).then(|| wire::RulesConfigurationType { rules: rules() }),
        }
    }
}

impl Rule {
    fn from_wire(rule: wire::MappingRule) -> Self {
        Self { claim: rule.claim, match_type: rule.match_type, value: rule.value, role_arn: rule.role_arn }
    }

    fn to_wire(&self) -> wire::MappingRule {
        wire::MappingRule {
            claim: self.claim.clone(),
            match_type: self.match_type,
            value: self.value.clone(),
            role_arn: self.role_arn.clone(),
        }
    }
}
