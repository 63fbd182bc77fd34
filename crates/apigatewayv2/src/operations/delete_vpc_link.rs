//! DeleteVpcLink. Integrations that go through it are refused from then on, as at AWS.

use model_apigatewayv2::DeleteVpcLinkRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, stored};
use crate::table::VPC_LINKS;

/// Deletes a VPC link.
pub async fn delete_vpc_link(cx: &Cx<'_>, input: DeleteVpcLinkRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteVpcLinkRequest) -> Result<()> {
    let link = cx.vpc_link(&input.vpc_link_id).await?;
    let mut tx = Tx::new();
    VPC_LINKS.delete(&mut tx, &link);
    cx.store().commit(tx).await.map(drop).map_err(stored)
}
