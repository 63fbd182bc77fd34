//! DescribeIdentity.

use model_cognito_identity::types::{DescribeIdentityInput, IdentityDescription};

use crate::Cx;
use crate::error::Result;
use crate::link;

/// Shows an identity.
pub async fn describe_identity(cx: &Cx<'_>, input: DescribeIdentityInput) -> Result<IdentityDescription> {
    Ok(link::find(cx, &input.identity_id).await?.0.to_wire())
}
