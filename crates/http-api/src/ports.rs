//! What the data plane asks of its neighbours beside what `execute-api` asks of them.

use std::sync::Arc;

use async_trait::async_trait;
use jose::VerifyingKey;

/// The signing keys of OpenID Connect issuers that are not user pools of this server.
#[async_trait]
pub trait IssuerKeys: Send + Sync {
    /// The key with this `kid` of an issuer, as its tokens name it in `iss`. `None` where the issuer has no such key.
    ///
    /// # Errors
    /// [`IssuerUnavailable`]
    async fn key(&self, issuer: &str, kid: &str) -> Result<Option<Arc<VerifyingKey>>, IssuerUnavailable>;
}

/// The issuer does not answer, or not as it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the issuer's keys cannot be fetched")]
pub struct IssuerUnavailable;

/// Where no issuers are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIssuers;

#[async_trait]
impl IssuerKeys for NoIssuers {
    async fn key(&self, _: &str, _: &str) -> Result<Option<Arc<VerifyingKey>>, IssuerUnavailable> {
        Err(IssuerUnavailable)
    }
}
