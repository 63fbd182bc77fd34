//! Threat protection (guide, "Advanced security with threat protection").

use store::Versioned;

use crate::CognitoIdp;
use crate::entity::{RiskConfiguration, UserPool};
use crate::error::Result;
use crate::table::{RISKS, pool_pk, risk_sk};

impl CognitoIdp {
    /// What holds for a client: its own configuration, else the pool's.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn risk_configuration(
        &self,
        pool: &UserPool,
        client_id: Option<&str>,
    ) -> Result<Option<Versioned<RiskConfiguration>>> {
        let pk = pool_pk(&pool.id);
        if let Some(client_id) = client_id
            && let Some(own) = RISKS.get(self.store(), &pk, &risk_sk(Some(client_id))).await?
        {
            return Ok(Some(own));
        }
        Ok(RISKS.get(self.store(), &pk, &risk_sk(None)).await?)
    }
}
