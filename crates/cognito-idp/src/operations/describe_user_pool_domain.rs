//! DescribeUserPoolDomain.

use model_cognito_idp::types::{
    DescribeUserPoolDomainRequest, DescribeUserPoolDomainResponse, DomainDescriptionType, DomainStatusType,
};

use crate::Cx;
use crate::entity::Domain;
use crate::error::Result;

/// Shows a domain. One that does not exist, or is another account's, has an empty description, as on AWS. (field)
pub async fn describe_user_pool_domain(
    cx: &Cx<'_>,
    input: DescribeUserPoolDomainRequest,
) -> Result<DescribeUserPoolDomainResponse> {
    let domain = cx.find_domain(&input.domain).await?;
    let description = domain.map_or_else(DomainDescriptionType::default, |domain| describe(domain.value));
    Ok(DescribeUserPoolDomainResponse { domain_description: Some(description) })
}

fn describe(domain: Domain) -> DomainDescriptionType {
    DomainDescriptionType {
        user_pool_id: Some(domain.pool_id),
        aws_account_id: Some(domain.account),
        domain: Some(domain.name),
        s3_bucket: None,
        cloud_front_distribution: domain.distribution,
        version: Some(domain.version),
        status: Some(DomainStatusType::Active),
        custom_domain_config: domain.custom,
        managed_login_version: Some(domain.managed_login_version),
        routing: domain.routing,
    }
}
