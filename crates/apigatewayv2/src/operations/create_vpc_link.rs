//! CreateVpcLink. There is no network behind it: a link is available once it is made. What its integrations reach is set
//! by the server's configuration, by the link's id or the target's ARN.

use model::CreateVpcLinkRequest;
use model_apigatewayv2 as model;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::VpcLink;
use crate::error::{Result, bad_request, limit_exceeded, stored};
use crate::table::{VPC_LINK, VPC_LINKS, part_sk};
use crate::validate::{length, tags};

/// AWS's quota of 10 in a region may be raised; here it is this from the start.
const MAX_LINKS: usize = 100;
/// Subnets and security groups of a link.
const MAX_IDS: usize = 16;

/// Makes a link.
pub async fn create_vpc_link(cx: &Cx<'_>, input: CreateVpcLinkRequest) -> Result<model::VpcLink> {
    length("name", Some(&input.name), (1, 128))?;
    tags(&input.tags.clone().unwrap_or_default())?;
    if input.subnet_ids.is_empty() {
        return Err(bad_request("At least one subnet is required for a VPC link"));
    }
    ids("subnetIds", "subnet-", &input.subnet_ids)?;
    ids("securityGroupIds", "sg-", input.security_group_ids.as_deref().unwrap_or_default())?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateVpcLinkRequest) -> Result<model::VpcLink> {
    let pk = cx.owner_pk();
    if VPC_LINKS.list(cx.store(), &pk, VPC_LINK, None, MAX_LINKS).await?.len() >= MAX_LINKS {
        return Err(limit_exceeded("VPC links", MAX_LINKS));
    }
    let link = VpcLink {
        id: cx.new_id(6),
        name: input.name.clone(),
        security_group_ids: input.security_group_ids.clone().unwrap_or_default(),
        subnet_ids: input.subnet_ids.clone(),
        tags: input.tags.clone().unwrap_or_default(),
        created: cx.now(),
    };
    let mut tx = Tx::new();
    VPC_LINKS.insert(&mut tx, &pk, &part_sk(VPC_LINK, &link.id), &link, Vec::new())?;
    cx.store().commit(tx).await.map_err(stored)?;
    Ok(link.pending())
}

fn ids(setting: &str, prefix: &str, ids: &[String]) -> Result<()> {
    let good = |id: &String| {
        let rest = id.strip_prefix(prefix).unwrap_or_default();
        (1..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if ids.len() > MAX_IDS {
        return Err(bad_request(format_args!("Too many {setting} specified, can be at most {MAX_IDS}")));
    }
    match ids.iter().find(|id| !good(id)) {
        Some(bad) => Err(bad_request(format_args!("Invalid {setting} specified: {bad:.128}"))),
        None => Ok(()),
    }
}
