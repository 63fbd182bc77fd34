//! ListUserPoolReplicas: the primary first. Few enough for one page.

use model_cognito_idp::types::{ListUserPoolReplicasRequest, ListUserPoolReplicasResponse};

use crate::Cx;
use crate::error::{Result, invalid_page_token};
use crate::replica::{primary_view, status, view};

/// Lists the regions a pool is in.
pub async fn list_user_pool_replicas(
    cx: &Cx<'_>,
    input: ListUserPoolReplicasRequest,
) -> Result<ListUserPoolReplicasResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    if input.next_token.is_some() {
        return Err(invalid_page_token());
    }
    let others = pool.replicas.iter().map(|replica| view(&pool, replica, status(replica)));
    let user_pool_replicas = Some(std::iter::once(primary_view(&pool)).chain(others).collect());
    Ok(ListUserPoolReplicasResponse { user_pool_replicas, next_token: None })
}
