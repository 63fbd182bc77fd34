//! The signing keys of a pool at rest.

use jose::Jwk;
use serde::{Deserialize, Serialize};

/// Both RSA keys of a pool: public halves in clear, so that they load fast, private ones sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PoolKeyRecord {
    /// The pool.
    pub pool_id: String,
    /// Signs id tokens.
    pub id: Jwk,
    /// Signs access tokens.
    pub access: Jwk,
    /// PKCS#8 of the id key, sealed and bound to the pool's id.
    pub id_sealed: String,
    /// PKCS#8 of the access key.
    pub access_sealed: String,
}
