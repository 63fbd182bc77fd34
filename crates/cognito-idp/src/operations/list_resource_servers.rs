//! ListResourceServers. In order of identifiers.

use model_cognito_idp::types::{ListResourceServersRequest, ListResourceServersResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{RESOURCE_SERVER_PREFIX, RESOURCE_SERVERS, pool_pk};

/// The largest page of this list.
const MAX_PAGE: usize = 50;

/// Lists a pool's resource servers.
pub async fn list_resource_servers(
    cx: &Cx<'_>,
    input: ListResourceServersRequest,
) -> Result<ListResourceServersResponse> {
    let pool_id = &input.user_pool_id;
    cx.pool(pool_id).await?;
    let query = format!("ListResourceServers {pool_id}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MAX_PAGE)?;
    let (servers, next_token) =
        page.list(cx.store(), &RESOURCE_SERVERS, &pool_pk(pool_id), RESOURCE_SERVER_PREFIX).await?;
    let resource_servers = Some(servers.iter().map(|server| server.to_wire()).collect());
    Ok(ListResourceServersResponse { resource_servers, next_token })
}
