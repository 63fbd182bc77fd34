//! UpdateVpcLink.

use model::UpdateVpcLinkRequest;
use model_apigatewayv2 as model;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::VpcLink;
use crate::error::{Result, stored};
use crate::table::VPC_LINKS;
use crate::validate::length;

/// Names a VPC link anew.
pub async fn update_vpc_link(cx: &Cx<'_>, input: UpdateVpcLinkRequest) -> Result<model::VpcLink> {
    length("name", input.name.as_deref(), (1, 128))?;
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateVpcLinkRequest) -> Result<model::VpcLink> {
    let link = cx.vpc_link(&input.vpc_link_id).await?;
    let name = input.name.clone().unwrap_or_else(|| link.name.clone());
    let changed = VpcLink { name, ..link.value.clone() };
    let mut tx = Tx::new();
    VPC_LINKS.update(&mut tx, &link, &changed, Vec::new())?;
    cx.store().commit(tx).await.map_err(stored)?;
    Ok(changed.output())
}
