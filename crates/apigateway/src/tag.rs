//! Tags of all that bears them: APIs and stages, keys and plans, VPC links, client certificates, domain names.

use std::borrow::Cow;

use aws_types::Arn;
use control_plane::api_rules;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Index, Table, Tx, Versioned};

use crate::Cx;
use crate::definition::api_index;
use crate::entity::{
    AccessAssociation, ApiKey, ClientCertificate, DomainName, RestApi, Stage, TextMap, UsagePlan, VpcLink,
};
use crate::error::{Result, bad_request, client_certificate_not_found, not_found, stored, vpc_link_not_found};
use crate::table::{
    ACCESS_ASSOCIATION, ACCESS_ASSOCIATIONS, API_KEYS, APIS, CLIENT_CERTIFICATE, CLIENT_CERTIFICATES, DOMAIN_NAMES,
    DOMAINS_BY_OWNER, PLANS_BY_OWNER, STAGES, USAGE_PLANS, VPC_LINK, VPC_LINKS,
};

/// A thing that bears tags.
pub enum Tagged {
    /// `/restapis/a1b2c3d4e5`
    Api(Versioned<RestApi>),
    /// `/restapis/a1b2c3d4e5/stages/dev`
    Stage(Versioned<RestApi>, Box<Versioned<Stage>>),
    /// `/apikeys/a1b2c3d4e5`
    Key(Versioned<ApiKey>),
    /// `/usageplans/a1b2c3`
    Plan(Versioned<UsagePlan>),
    /// `/vpclinks/a1b2c3`
    VpcLink(Versioned<VpcLink>),
    /// `/clientcertificates/a1b2c3`
    Certificate(Versioned<ClientCertificate>),
    /// `/domainnames/api.example.com`, of a private one with `+` and its id.
    Domain(Box<Versioned<DomainName>>),
    /// `/domainnameaccessassociations/…`
    Association(Versioned<AccessAssociation>),
}

/// The ARN of the thing whose tags speak for what policies call `arn`: itself, or what it is a part of. `/tags/{arn}` is
/// about the thing in it.
pub fn owner(region: &str, arn: &str) -> Option<String> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service == "apigateway")?;
    let path: Vec<&str> = parsed.resource.split('/').collect();
    let path = match path.as_slice() {
        ["", "tags", named] => return percent_decode_str(named).decode_utf8().ok().map(Cow::into_owned),
        ["", "restapis", api_id, "stages", name, ..] => format!("/restapis/{api_id}/stages/{name}"),
        ["", "domainnameaccessassociations", ..] => return Some(arn.to_owned()),
        ["", kind, id, ..] => format!("/{kind}/{id}"),
        _ => return None,
    };
    Some(format!("arn:aws:apigateway:{region}::{path}"))
}

impl Tagged {
    /// Finds the thing that an ARN names.
    pub async fn find(cx: &Cx<'_>, arn: &str) -> Result<Self> {
        let invalid = || bad_request("Invalid ARN specified in the request");
        // One spelling alone: policies speak of `/tags/{arn}` letter by letter.
        let owned = |arn: &Arn| arn.resource.starts_with("/domainnameaccessassociations/") || arn.account.is_empty();
        let own = |arn: &Arn| arn.service == "apigateway" && arn.partition == "aws" && owned(arn);
        let parsed = Arn::parse(arn).filter(own).ok_or_else(invalid)?;
        let path: Vec<&str> = parsed.resource.split('/').collect();
        match path.as_slice() {
            ["", "restapis", api_id] => Ok(Self::Api(cx.api(api_id).await?)),
            ["", "restapis", api_id, "stages", name] => {
                let api = cx.api(api_id).await?;
                let stage = cx.stage(&api, name).await?;
                Ok(Self::Stage(api, Box::new(stage)))
            }
            ["", "apikeys", id] => Ok(Self::Key(cx.api_key(id).await?)),
            ["", "usageplans", id] => Ok(Self::Plan(cx.usage_plan(id).await?)),
            ["", "vpclinks", id] => {
                let link = cx.owned(&VPC_LINKS, VPC_LINK, id).await?;
                Ok(Self::VpcLink(link.ok_or_else(vpc_link_not_found)?))
            }
            ["", "clientcertificates", id] => {
                let found = cx.owned(&CLIENT_CERTIFICATES, CLIENT_CERTIFICATE, id).await?;
                Ok(Self::Certificate(found.ok_or_else(client_certificate_not_found)?))
            }
            ["", "domainnames", key] => {
                let (name, id) = key.split_once('+').map_or((*key, None), |(name, id)| (name, Some(id)));
                Ok(Self::Domain(Box::new(cx.domain_name(name, id).await?)))
            }
            ["", "domainnameaccessassociations", ..] => {
                let found = cx.owned(&ACCESS_ASSOCIATIONS, ACCESS_ASSOCIATION, arn).await?;
                Ok(Self::Association(found.ok_or_else(unknown)?))
            }
            _ => Err(unknown()),
        }
    }

    /// Its tags.
    pub fn tags(&self) -> &TextMap {
        match self {
            Self::Api(api) => &api.tags,
            Self::Stage(_, stage) => &stage.tags,
            Self::Key(key) => &key.tags,
            Self::Plan(plan) => &plan.tags,
            Self::VpcLink(link) => &link.tags,
            Self::Certificate(certificate) => &certificate.tags,
            Self::Domain(domain) => &domain.tags,
            Self::Association(association) => &association.tags,
        }
    }

    /// Gives it other tags.
    pub async fn put(&self, cx: &Cx<'_>, tags: TextMap) -> Result<()> {
        check(&tags)?;
        let owner = cx.owner();
        let mut tx = Tx::new();
        match self {
            Self::Api(read) => update(&mut tx, &APIS, read, api_index(read), |api| api.tags = tags)?,
            Self::Stage(api, stage) => {
                APIS.update(&mut tx, api, api, api_index(api))?;
                update(&mut tx, &STAGES, stage, Vec::new(), |stage| stage.tags = tags)?;
            }
            Self::Key(read) => update(&mut tx, &API_KEYS, read, Vec::new(), |key| key.tags = tags)?,
            Self::Plan(read) => {
                let index = vec![(PLANS_BY_OWNER, owner.key(&read.id))];
                update(&mut tx, &USAGE_PLANS, read, index, |plan| plan.tags = tags)?;
            }
            Self::VpcLink(read) => update(&mut tx, &VPC_LINKS, read, Vec::new(), |link| link.tags = tags)?,
            Self::Certificate(read) => {
                update(&mut tx, &CLIENT_CERTIFICATES, read, Vec::new(), |certificate| certificate.tags = tags)?;
            }
            Self::Domain(read) => {
                let index = vec![(DOMAINS_BY_OWNER, owner.key(&read.key()))];
                update(&mut tx, &DOMAIN_NAMES, read, index, |domain| domain.tags = tags)?;
            }
            Self::Association(read) => {
                update(&mut tx, &ACCESS_ASSOCIATIONS, read, Vec::new(), |association| association.tags = tags)?;
            }
        }
        cx.store().commit(tx).await.map(drop).map_err(stored)
    }
}

fn unknown() -> aws_types::AwsError {
    not_found("Invalid resource ARN specified")
}

fn update<T>(tx: &mut Tx, table: &Table<T>, read: &Versioned<T>, index: Index, edit: impl FnOnce(&mut T)) -> Result<()>
where
    T: Serialize + DeserializeOwned + Clone,
{
    let mut changed = read.value.clone();
    edit(&mut changed);
    Ok(table.update(tx, read, &changed, index)?)
}

/// Tags that are given.
pub fn check(tags: &TextMap) -> Result<()> {
    api_rules::tags(tags).map_err(bad_request)
}
