//! DeleteUserPoolClient.

use model_cognito_idp::types::DeleteUserPoolClientRequest;
use store::{Expect, Tx, retry};

use crate::Cx;
use crate::error::{Result, concurrent};
use crate::managed_login::delete_with_client;
use crate::table::{CHANGED, CLIENTS, clients_counter, risk_sk, ui_sk};

/// Deletes an app client. Its refresh tokens and codes are worth nothing from then on.
pub async fn delete_user_pool_client(cx: &Cx<'_>, input: DeleteUserPoolClientRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    let seq = retry(cx.store(), || async {
        cx.pool(pool_id).await?;
        let client = cx.client(pool_id, &input.client_id).await?;
        let mut tx = Tx::new();
        CLIENTS.delete(&mut tx, &client);
        tx.delete_raw(&client.pk, ui_sk(&client.id), Expect::Any);
        tx.delete_raw(&client.pk, risk_sk(Some(&client.id)), Expect::Any);
        delete_with_client(cx, &mut tx, pool_id, &client.id).await?;
        tx.add(&clients_counter(pool_id), -1, None, None);
        tx.event(CHANGED, pool_id);
        Ok(cx.store().commit(tx).await?.event_seq)
    })
    .await
    .map_err(concurrent)?;
    cx.service.reflect(pool_id, seq).await
}
