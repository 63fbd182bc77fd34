//! DeleteTerms.

use model_cognito_idp::types::DeleteTermsRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, concurrent};
use crate::table::{CHANGED, TERMS};

/// Deletes a terms document.
pub async fn delete_terms(cx: &Cx<'_>, input: DeleteTermsRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    let seq = retry(cx.store(), || async {
        let pool = cx.pool(pool_id).await?;
        let terms = cx.terms(&pool.id, &input.terms_id).await?;
        let mut tx = Tx::new();
        TERMS.delete(&mut tx, &terms);
        tx.event(CHANGED, pool_id);
        Ok(cx.store().commit(tx).await?.event_seq)
    })
    .await
    .map_err(concurrent)?;
    cx.service.reflect(pool_id, seq).await
}
