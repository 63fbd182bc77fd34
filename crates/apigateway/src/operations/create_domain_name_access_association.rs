//! CreateDomainNameAccessAssociation.

use model::CreateDomainNameAccessAssociationRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::{AccessAssociation, DomainName};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{ACCESS_ASSOCIATION, ACCESS_ASSOCIATIONS};
use crate::tag;

/// Most associations of an account and region.
const MAX_ASSOCIATIONS: usize = 1_000;

/// Lets a VPC endpoint reach a private domain name.
pub async fn create_domain_name_access_association(
    cx: &Cx<'_>,
    input: CreateDomainNameAccessAssociationRequest,
) -> Result<model::DomainNameAccessAssociation> {
    let source = input.access_association_source.as_str();
    let good = source
        .strip_prefix("vpce-")
        .is_some_and(|id| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    if !good {
        return Err(bad_request("Invalid access association source specified, must be the id of a VPC endpoint"));
    }
    tag::check(&input.tags.clone().unwrap_or_default())?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(
    cx: &Cx<'_>,
    input: &CreateDomainNameAccessAssociationRequest,
) -> Result<model::DomainNameAccessAssociation> {
    // The operation has no NotFoundException.
    let unknown = |error: aws_types::AwsError| if error.status == 404 { bad_request(&error.message) } else { error };
    let domain = cx.private_domain(&input.domain_name_arn).await.map_err(unknown)?;
    let association = AccessAssociation {
        arn: association_arn(&domain, &input.access_association_source),
        domain_arn: domain.arn(),
        source: input.access_association_source.clone(),
        tags: input.tags.clone().unwrap_or_default(),
    };
    if cx.owned(&ACCESS_ASSOCIATIONS, ACCESS_ASSOCIATION, &association.arn).await?.is_some() {
        return Err(conflict("Domain name access association already exists"));
    }
    let count = cx.owned_count(&ACCESS_ASSOCIATIONS, ACCESS_ASSOCIATION, MAX_ASSOCIATIONS).await?;
    if count >= MAX_ASSOCIATIONS {
        return Err(limit_exceeded("Maximum number of domain name access associations has been reached."));
    }
    let mut change = cx.change_domain(&domain, &domain)?;
    change.put_association(&association)?;
    cx.commit_domain(change).await?;
    Ok(association.output())
}

/// `arn:aws:apigateway:{region}:{account}:/domainnameaccessassociations/domainname/{name}/vpcesource/{endpoint}`; the
/// domain name's id keeps two of one name apart.
fn association_arn(domain: &DomainName, source: &str) -> String {
    format!(
        "arn:aws:apigateway:{}:{}:/domainnameaccessassociations/domainname/{}+{}/vpcesource/{source}",
        domain.region, domain.account, domain.name, domain.id
    )
}
