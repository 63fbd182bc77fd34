//! GetVpcLinks, in order of ids.

use model_apigatewayv2::{GetVpcLinksRequest, GetVpcLinksResponse};

use crate::Cx;
use crate::entity::VpcLink;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{VPC_LINK, VPC_LINKS};

/// Lists the VPC links of the call's account and region.
pub async fn get_vpc_links(cx: &Cx<'_>, input: GetVpcLinksRequest) -> Result<GetVpcLinksResponse> {
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) = listed(cx, &VPC_LINKS, (&cx.owner_pk(), VPC_LINK), asked, VpcLink::output).await?;
    Ok(GetVpcLinksResponse { items, next_token })
}
