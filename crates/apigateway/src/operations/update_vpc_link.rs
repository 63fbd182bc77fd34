//! UpdateVpcLink.

use model::UpdateVpcLinkRequest;
use model_apigateway as model;
use store::retry;

use super::create_vpc_link::check_name;
use crate::Cx;
use crate::entity::VpcLink;
use crate::error::{Result, vpc_link_not_found};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{VPC_LINK, VPC_LINKS};
use crate::validate;

const RULES: &[Rule<VpcLink>] = &[
    Rule {
        path: "/name",
        ops: REPLACE,
        apply: |link, change| {
            change.required()?.clone_into(&mut link.name);
            check_name(&link.name)
        },
    },
    Rule {
        path: "/description",
        ops: REPLACE,
        apply: |link, change| {
            link.description = change.text();
            validate::description(link.description.as_deref())
        },
    },
];

/// Changes a link.
pub async fn update_vpc_link(cx: &Cx<'_>, input: UpdateVpcLinkRequest) -> Result<model::VpcLink> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateVpcLinkRequest) -> Result<model::VpcLink> {
    let link = cx.owned(&VPC_LINKS, VPC_LINK, &input.vpc_link_id).await?.ok_or_else(vpc_link_not_found)?;
    let mut changed = link.value.clone();
    patch(&mut changed, RULES, Refusal::Listing, input.patch_operations.as_deref())?;
    cx.update_owned(&VPC_LINKS, &link, &changed).await?;
    Ok(changed.output())
}
