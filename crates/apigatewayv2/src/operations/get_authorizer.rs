//! GetAuthorizer.

use model::GetAuthorizerRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows an authorizer.
pub async fn get_authorizer(cx: &Cx<'_>, input: GetAuthorizerRequest) -> Result<model::Authorizer> {
    cx.api(&input.api_id).await?;
    Ok(cx.authorizer(&input.api_id, &input.authorizer_id).await?.output())
}
