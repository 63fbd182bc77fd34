//! GetVpcLink.

use model_apigateway::{GetVpcLinkRequest, VpcLink};

use crate::Cx;
use crate::error::{Result, vpc_link_not_found};
use crate::table::{VPC_LINK, VPC_LINKS};

/// Shows a link.
pub async fn get_vpc_link(cx: &Cx<'_>, input: GetVpcLinkRequest) -> Result<VpcLink> {
    let link = cx.owned(&VPC_LINKS, VPC_LINK, &input.vpc_link_id).await?;
    Ok(link.ok_or_else(vpc_link_not_found)?.output())
}
