//! Tags of all that bears them: APIs and stages, VPC links, domain names.

use std::borrow::Cow;

use aws_types::Arn;
use percent_encoding::percent_decode_str;
use store::{Tx, Versioned};

use crate::Cx;
use crate::entity::{Api, Stage, TextMap, VpcLink};
use crate::error::{Result, bad_request, not_found, stored};
use crate::table::VPC_LINKS;
use crate::validate;

/// A thing that bears tags.
pub enum Tagged {
    /// `/apis/a1b2c3d4e5`
    Api(Box<Versioned<Api>>),
    /// `/apis/a1b2c3d4e5/stages/dev`
    Stage(Box<(Versioned<Api>, Stage)>),
    /// `/vpclinks/a1b2c3`
    VpcLink(Versioned<VpcLink>),
    /// `/domainnames/api.example.com`
    Domain(String, TextMap),
}

/// The ARN of the thing whose tags speak for what policies call `arn`: itself, or what it is a part of. `/tags/{arn}` is
/// about the thing in it.
pub fn owner(region: &str, arn: &str) -> Option<String> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service == "apigateway")?;
    let path: Vec<&str> = parsed.resource.split('/').collect();
    let path = match path.as_slice() {
        ["", "tags", named] => return percent_decode_str(named).decode_utf8().ok().map(Cow::into_owned),
        ["", "apis", api_id, "stages", name, ..] => format!("/apis/{api_id}/stages/{name}"),
        ["", kind @ ("apis" | "vpclinks" | "domainnames"), id, ..] => format!("/{kind}/{id}"),
        _ => return None,
    };
    Some(format!("arn:aws:apigateway:{region}::{path}"))
}

impl Tagged {
    /// Finds the thing that an ARN names. One of another region is not here.
    pub async fn find(cx: &Cx<'_>, arn: &str) -> Result<Self> {
        let invalid = || bad_request("Invalid ARN specified in the request");
        // One spelling alone: policies speak of `/tags/{arn}` letter by letter.
        let own = |arn: &Arn| arn.service == "apigateway" && arn.partition == "aws" && arn.account.is_empty();
        let parsed = Arn::parse(arn).filter(own).ok_or_else(invalid)?;
        if parsed.region != cx.call.region.as_str() {
            return Err(invalid());
        }
        let resource = parsed.resource.strip_prefix("/v2").unwrap_or(&parsed.resource);
        let path: Vec<&str> = resource.split('/').collect();
        match path.as_slice() {
            ["", "apis", api_id] => Ok(Self::Api(Box::new(cx.api(api_id).await?))),
            ["", "apis", api_id, "stages", name] => {
                let api = cx.api(api_id).await?;
                let stage = cx.stage(api_id, name).await?;
                Ok(Self::Stage(Box::new((api, stage))))
            }
            ["", "vpclinks", id] => Ok(Self::VpcLink(cx.vpc_link(id).await?)),
            ["", "domainnames", name] => {
                let tags = cx.service.doors().domains.tags(cx.call, name).await?;
                Ok(Self::Domain((*name).to_owned(), tags))
            }
            _ => Err(not_found("Invalid resource ARN specified")),
        }
    }

    /// Its tags.
    pub fn tags(&self) -> &TextMap {
        match self {
            Self::Api(api) => &api.tags,
            Self::Stage(found) => &found.1.tags,
            Self::VpcLink(link) => &link.tags,
            Self::Domain(_, tags) => tags,
        }
    }

    /// Gives it other tags.
    pub async fn put(&self, cx: &Cx<'_>, tags: TextMap) -> Result<()> {
        validate::tags(&tags)?;
        match self {
            Self::Api(read) => {
                let changed = Api { tags, ..read.value.clone() };
                cx.service.commit(cx.service.begin(read, &changed)?).await
            }
            Self::Stage(found) => {
                let (api, stage) = (&found.0, &found.1);
                let mut change = cx.change_stage(api)?;
                change.put_stage(&Stage { tags, ..stage.clone() })?;
                cx.service.commit(change).await
            }
            Self::VpcLink(read) => {
                let mut tx = Tx::new();
                VPC_LINKS.update(&mut tx, read, &VpcLink { tags, ..read.value.clone() }, Vec::new())?;
                cx.store().commit(tx).await.map(drop).map_err(stored)
            }
            Self::Domain(name, _) => cx.service.doors().domains.set_tags(cx.call, name, tags).await,
        }
    }
}
