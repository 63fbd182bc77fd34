//! GetVpcLinks.

use model_apigateway::{GetVpcLinksRequest, VpcLinks};

use crate::Cx;
use crate::entity::VpcLink;
use crate::error::Result;
use crate::table::{VPC_LINK, VPC_LINKS};

/// Lists the links of the call's account and region.
pub async fn get_vpc_links(cx: &Cx<'_>, input: GetVpcLinksRequest) -> Result<VpcLinks> {
    let (links, position) = cx.owned_page(&VPC_LINKS, VPC_LINK, input.position.as_deref(), input.limit).await?;
    Ok(VpcLinks { position, items: Some(links.iter().map(VpcLink::output).collect()) })
}
