//! GetVpcLink.

use model::GetVpcLinkRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a VPC link.
pub async fn get_vpc_link(cx: &Cx<'_>, input: GetVpcLinkRequest) -> Result<model::VpcLink> {
    Ok(cx.vpc_link(&input.vpc_link_id).await?.output())
}
