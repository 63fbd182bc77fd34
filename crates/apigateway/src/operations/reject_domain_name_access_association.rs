//! RejectDomainNameAccessAssociation: the domain name's owner ends what a VPC endpoint's owner made.

use model_apigateway::RejectDomainNameAccessAssociationRequest;
use store::retry;

use super::delete_domain_name_access_association::end;
use crate::Cx;
use crate::error::Result;

/// Ends a VPC endpoint's access to a private domain name.
pub async fn reject_domain_name_access_association(
    cx: &Cx<'_>,
    input: RejectDomainNameAccessAssociationRequest,
) -> Result<()> {
    let (arn, domain) = (&input.domain_name_access_association_arn, &input.domain_name_arn);
    retry(cx.store(), || end(cx, arn, Some(domain))).await
}
