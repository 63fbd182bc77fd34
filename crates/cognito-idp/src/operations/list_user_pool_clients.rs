//! ListUserPoolClients. In order of ids. There are no clients of dynamic registration yet, so a list of those is empty.

use model_cognito_idp::types::{
    ClientTypeType, ListUserPoolClientsRequest, ListUserPoolClientsResponse, UserPoolClientDescription,
};

use crate::Cx;
use crate::entity::AppClient;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::{CLIENT_PREFIX, CLIENTS, pool_pk};

/// Lists a pool's app clients.
pub async fn list_user_pool_clients(
    cx: &Cx<'_>,
    input: ListUserPoolClientsRequest,
) -> Result<ListUserPoolClientsResponse> {
    let pool_id = &input.user_pool_id;
    cx.pool(pool_id).await?;
    let query = format!("ListUserPoolClients {pool_id}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MAX_PAGE)?;
    if input.client_type == Some(ClientTypeType::Dcr) {
        return Ok(ListUserPoolClientsResponse { user_pool_clients: Some(Vec::new()), next_token: None });
    }
    let (clients, next_token) = page.list(cx.store(), &CLIENTS, &pool_pk(pool_id), CLIENT_PREFIX).await?;
    let user_pool_clients = Some(clients.iter().map(|client| describe(client)).collect());
    Ok(ListUserPoolClientsResponse { user_pool_clients, next_token })
}

fn describe(client: &AppClient) -> UserPoolClientDescription {
    UserPoolClientDescription {
        client_id: Some(client.id.clone()),
        user_pool_id: Some(client.pool_id.clone()),
        client_name: Some(client.settings.name.clone()),
    }
}
