//! CreateVpcLink. There is no network behind it: a link is available once it is made.

use aws_types::Arn;
use model::CreateVpcLinkRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::VpcLink;
use crate::error::{Result, bad_request, limit_exceeded};
use crate::table::{VPC_LINK, VPC_LINKS};
use crate::{tag, validate};

/// AWS's quota in a region is 20 and may be raised; here it is this from the start.
const MAX_LINKS: usize = 100;

/// Makes a link to a load balancer.
pub async fn create_vpc_link(cx: &Cx<'_>, input: CreateVpcLinkRequest) -> Result<model::VpcLink> {
    check_name(&input.name)?;
    validate::description(input.description.as_deref())?;
    check_targets(&input.target_arns)?;
    tag::check(&input.tags.clone().unwrap_or_default())?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateVpcLinkRequest) -> Result<model::VpcLink> {
    if cx.owned_count(&VPC_LINKS, VPC_LINK, MAX_LINKS).await? >= MAX_LINKS {
        return Err(limit_exceeded("Maximum number of VPC links for this account has been reached."));
    }
    let link = VpcLink {
        id: cx.new_id(6),
        name: input.name.clone(),
        description: input.description.clone(),
        target_arns: input.target_arns.clone(),
        tags: input.tags.clone().unwrap_or_default(),
    };
    cx.insert_owned(&VPC_LINKS, (VPC_LINK, &link.id), &link, Vec::new()).await?;
    Ok(link.pending())
}

/// A name of 1 to 1,024 characters. (The sentence is ours.)
pub(super) fn check_name(name: &str) -> Result<()> {
    match name.chars().count() {
        1..=1024 => Ok(()),
        _ => Err(bad_request("Invalid Vpc Link name, must be between 1 and 1024 characters")),
    }
}

/// One ARN of a load balancer. (The sentences are ours.)
fn check_targets(arns: &[String]) -> Result<()> {
    let [arn] = arns else {
        return Err(bad_request("Invalid targetArns specified, exactly one network load balancer is required"));
    };
    let good = Arn::parse(arn).is_some_and(|arn| arn.service == "elasticloadbalancing");
    if good && arn.len() <= 2048 { Ok(()) } else { Err(bad_request("Invalid ARN specified in the request")) }
}
