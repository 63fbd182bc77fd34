//! What identity pools need of their neighbours, wired in the server.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, Secret, Timestamp};
use jose::{Claims, KeySet};

/// Who signs the tokens that logins bring.
#[async_trait]
pub trait Issuers: Send + Sync {
    /// The keys of a user pool that lives here; none where there is no such pool.
    ///
    /// # Errors
    /// The pool's service could not answer.
    async fn user_pool_keys(&self, pool_id: &str) -> Result<Option<Arc<KeySet>>, AwsError>;

    /// Whether this is a name under which a pool issues tokens.
    fn is_user_pool_issuer(&self, pool_id: &str, issuer: &str) -> bool;

    /// Whether the user whose id token this is may still use it (`ServerSideTokenCheck`): neither signed out everywhere
    /// since, nor disabled, nor deleted.
    ///
    /// # Errors
    /// The pool's service could not answer.
    async fn is_signed_in(&self, pool_id: &str, claims: &Claims) -> Result<bool, AwsError>;

    /// The keys of an OpenID Connect issuer (`https://…`), by its discovery document, among them the one named `kid` if
    /// the issuer has it: an unknown name is the reason to ask it again.
    ///
    /// # Errors
    /// [`IssuerUnavailable`].
    async fn issuer_keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, IssuerUnavailable>;

    /// The audiences that an IAM OpenID Connect provider takes; none where the account has no such provider.
    ///
    /// # Errors
    /// IAM could not answer.
    async fn oidc_audiences(&self, account: &AccountId, provider_arn: &str) -> Result<Option<Vec<String>>, AwsError>;

    /// The metadata document of an IAM SAML provider; none where the account has no such provider.
    ///
    /// # Errors
    /// IAM could not answer.
    async fn saml_metadata(&self, account: &AccountId, provider_arn: &str) -> Result<Option<String>, AwsError>;
}

/// The issuer did not answer, or with something that is no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssuerUnavailable;

/// An identity that is to act in a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assumption {
    /// The role.
    pub role_arn: String,
    /// `RoleSessionName`.
    pub session_name: String,
    /// Condition keys of one value: `cognito-identity.amazonaws.com:aud` and `:sub`.
    pub keys: Vec<(String, String)>,
    /// Condition keys of several values: `cognito-identity.amazonaws.com:amr`.
    pub lists: Vec<(String, Vec<String>)>,
    /// Principal tags.
    pub tags: Vec<(String, String)>,
    /// The session policy that guests are limited by.
    pub policy: Option<String>,
}

/// What an identity signs with.
#[derive(Clone, Debug)]
pub struct RoleCredentials {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret<String>,
    /// The session token.
    pub session_token: Secret<String>,
    /// When it ends.
    pub expires: Timestamp,
}

/// Why there are no credentials.
#[derive(Debug)]
pub enum RoleRefusal {
    /// The role is not there, or its trust policy does not admit the identity.
    Untrusted,
    /// STS could not answer.
    Internal(AwsError),
}

/// Roles that identities act in.
#[async_trait]
pub trait Roles: Send + Sync {
    /// Credentials of a role, if its trust policy admits the identity as one of `cognito-identity.amazonaws.com`.
    ///
    /// # Errors
    /// [`RoleRefusal`].
    async fn assume(&self, assumption: Assumption, now: Timestamp) -> Result<RoleCredentials, RoleRefusal>;
}
