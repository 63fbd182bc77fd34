//! ListGroups. In order of names.

use model_cognito_idp::types::{ListGroupsRequest, ListGroupsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::{GROUP_PREFIX, GROUPS, pool_pk};

/// Lists a pool's groups.
pub async fn list_groups(cx: &Cx<'_>, input: ListGroupsRequest) -> Result<ListGroupsResponse> {
    let pool_id = &input.user_pool_id;
    cx.pool(pool_id).await?;
    let query = format!("ListGroups {pool_id}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.limit, MAX_PAGE)?;
    let (groups, next_token) = page.list(cx.store(), &GROUPS, &pool_pk(pool_id), GROUP_PREFIX).await?;
    Ok(ListGroupsResponse { groups: Some(groups.iter().map(|group| group.to_wire()).collect()), next_token })
}
