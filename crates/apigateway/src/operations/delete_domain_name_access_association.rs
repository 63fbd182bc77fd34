//! DeleteDomainNameAccessAssociation.

use model_apigateway::DeleteDomainNameAccessAssociationRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, access_association_not_found};
use crate::table::{ACCESS_ASSOCIATION, ACCESS_ASSOCIATIONS};

/// Ends a VPC endpoint's access to a private domain name.
pub async fn delete_domain_name_access_association(
    cx: &Cx<'_>,
    input: DeleteDomainNameAccessAssociationRequest,
) -> Result<()> {
    retry(cx.store(), || end(cx, &input.domain_name_access_association_arn, None)).await
}

/// Ends an association, of the given domain name where one is given.
pub(super) async fn end(cx: &Cx<'_>, arn: &str, domain_arn: Option<&str>) -> Result<()> {
    let found = cx.owned(&ACCESS_ASSOCIATIONS, ACCESS_ASSOCIATION, arn).await?;
    let association = found
        .filter(|association| domain_arn.is_none_or(|wanted| wanted == association.domain_arn))
        .ok_or_else(access_association_not_found)?;
    let domain = cx.private_domain(&association.domain_arn).await?;
    let mut change = cx.change_domain(&domain, &domain)?;
    change.delete(association.sk.clone());
    cx.commit_domain(change).await
}
