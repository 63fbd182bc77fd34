//! DeleteVpcLink.

use model_apigateway::DeleteVpcLinkRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, vpc_link_not_found};
use crate::table::{VPC_LINK, VPC_LINKS};

/// Removes a link.
pub async fn delete_vpc_link(cx: &Cx<'_>, input: DeleteVpcLinkRequest) -> Result<()> {
    retry(cx.store(), async || {
        let link = cx.owned(&VPC_LINKS, VPC_LINK, &input.vpc_link_id).await?.ok_or_else(vpc_link_not_found)?;
        cx.delete_owned(&VPC_LINKS, &link).await
    })
    .await
}
