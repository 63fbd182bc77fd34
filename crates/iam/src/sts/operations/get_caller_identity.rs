//! GetCallerIdentity. Needs no permission, and none can take it away.

use aws_types::Caller;
use model_sts::types::{GetCallerIdentityRequest, GetCallerIdentityResponse};

use crate::Cx;
use crate::error::Result;

/// Shows who calls.
pub async fn get_caller_identity(cx: &Cx<'_>, _: GetCallerIdentityRequest) -> Result<GetCallerIdentityResponse> {
    let identity = cx.identity().await?;
    let arn = match &cx.call.caller {
        Caller::Principal { arn, .. } => arn.clone(),
        Caller::Root | Caller::Anonymous => identity.arn(),
    };
    Ok(GetCallerIdentityResponse {
        user_id: Some(identity.user_id()),
        account: Some(identity.account().as_str().to_owned()),
        arn: Some(arn),
    })
}
