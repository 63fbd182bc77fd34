//! What IAM needs of its neighbours, wired in the server.

use std::sync::Arc;

use async_trait::async_trait;
use jose::KeySet;

/// The keys by which issuers of web identities sign: of user pools and identity pools that live here, or fetched from an
/// issuer's discovery document.
#[async_trait]
pub trait IssuerKeys: Send + Sync {
    /// The keys of an issuer (`https://accounts.example.com/path`, as in `iss`), among them the one named `kid` if the
    /// issuer has it: an unknown name is the reason to ask it again.
    ///
    /// # Errors
    /// [`KeysUnavailable`] where the issuer could not be asked.
    async fn keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, KeysUnavailable>;
}

/// The issuer did not answer, or with something that is no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysUnavailable;

/// No issuer is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIssuers;

#[async_trait]
impl IssuerKeys for NoIssuers {
    async fn keys(&self, _: &str, _: &str) -> Result<Arc<KeySet>, KeysUnavailable> {
        Err(KeysUnavailable)
    }
}
