//! The Security Token Service: temporary credentials (STS API reference 2011-06-15; IAM guide, "Temporary security
//! credentials in IAM").
//!
//! What comes in: calls whose caller was proven (or nobody, with a web identity token or a SAML response). What goes out: credentials whose
//! token is sealed, see [`crate::session`].
//!
//! These operations decide themselves who may call them: a role's trust policy speaks here and nowhere else. Sessions
//! call through [`crate::Principals::open_session`], which is how this room knows them again.
//!
//! To add an operation: a file in `operations/`, a line there and in the table below.

mod error;
mod grant;
mod mfa;
mod operations;
mod saml;
mod saml_keys;
mod service_role;
mod token_claims;
mod web_identity;

use std::sync::Arc;

use aws_types::schema::ServiceModel;
use aws_types::service::{BoxFuture, Built};
use aws_types::{Answer, AwsError, ByteStream, CallContext, Service, Timestamp};
use serde_json::Value;

use crate::Cx;
use crate::error::Result;
use crate::identity::Identity;
use crate::service::Shared;
use crate::session::Credentials;

pub(crate) use error::{mfa_failed, mfa_unknown};
pub(crate) use saml::provider as saml_provider;
pub use service_role::{Assumed, ServiceSession};
pub use web_identity::WebIdentity;

aws_types::operations! { Cx =>
    AssumeRole: assume_role, partial("no provided contexts");
    AssumeRoleWithSAML: assume_role_with_saml, partial("no encrypted assertions");
    AssumeRoleWithWebIdentity: assume_role_with_web_identity, partial("OpenID Connect tokens only");
    DecodeAuthorizationMessage: decode_authorization_message, done;
    GetAccessKeyInfo: get_access_key_info, done;
    GetCallerIdentity: get_caller_identity, done;
    GetFederationToken: get_federation_token, done;
    GetSessionToken: get_session_token, done;
}

/// The service `sts`.
pub struct Sts(pub(crate) Arc<Shared>);

impl Sts {
    /// Credentials for somebody whom the server proved itself, as an identity pool does with its enhanced flow: the
    /// role's trust policy decides, as for `AssumeRoleWithWebIdentity`.
    ///
    /// # Errors
    /// `AccessDenied`, `ValidationError`, the store's.
    pub async fn assume_for(&self, identity: &WebIdentity, now: Timestamp) -> Result<Credentials> {
        web_identity::assume(&self.0, identity, now).await.map(|granted| granted.credentials)
    }

    /// A role as a service (`apigateway.amazonaws.com`) takes it on for one call; none where there is no such role or its
    /// trust policy does not name the service.
    ///
    /// # Errors
    /// `ValidationError` for what is no role's ARN, the store's.
    pub async fn assume_as_service(&self, role_arn: &str, service: &str, now: Timestamp) -> Result<Option<Identity>> {
        let session = ServiceSession::for_one_call(service);
        let session = service_role::assume(&self.0, role_arn, session, now).await?;
        Ok(session.map(|session| Identity::Session(Arc::new(session))))
    }

    /// The same, told apart: no such role, one that does not let the service in, by this `ExternalId` or without one.
    ///
    /// # Errors
    /// `ValidationError` for what is no role's ARN, the store's.
    pub async fn look_as_service(
        &self,
        role_arn: &str,
        (service, external_id): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<Assumed<Identity>> {
        let session = ServiceSession::for_one_call(service);
        let found = service_role::assume_with(&self.0, role_arn, (session, external_id), now).await?;
        Ok(match found {
            Assumed::Given(session) => Assumed::Given(Identity::Session(Arc::new(session))),
            Assumed::Untrusted => Assumed::Untrusted,
            Assumed::NoRole => Assumed::NoRole,
        })
    }

    /// Credentials of a role for what a service runs in it, as Lambda runs functions; none where there is no such role or
    /// its trust policy does not name the service.
    ///
    /// # Errors
    /// `ValidationError` for what is no role's ARN, the store's.
    pub async fn credentials_as_service(
        &self,
        role_arn: &str,
        session: ServiceSession<'_>,
        now: Timestamp,
    ) -> Result<Option<Credentials>> {
        let session = service_role::assume(&self.0, role_arn, session, now).await?;
        session.map(|session| session.credentials(&self.0).map_err(AwsError::internal)).transpose()
    }
}

impl Service for Sts {
    fn model(&self) -> &'static ServiceModel {
        &model_sts::MODEL
    }

    fn built(&self) -> &'static [(&'static str, Built)] {
        BUILT
    }

    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'a str,
        input: Value,
        _body: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(async move {
            let cx = Cx { call, shared: &self.0 };
            dispatch(&cx, operation, input).await
        })
    }
}

/// What a denial is sealed for: an account's own callers read it.
pub(crate) fn message_context(account: &str) -> String {
    format!("sts authorization message {account}")
}
