//! GetAuthorizer.

use model::GetAuthorizerRequest;
use model_apigateway as model;

use crate::Cx;
use crate::error::Result;

/// Shows an authorizer.
pub async fn get_authorizer(cx: &Cx<'_>, input: GetAuthorizerRequest) -> Result<model::Authorizer> {
    let api = cx.api(&input.rest_api_id).await?;
    Ok(cx.authorizer(&api, &input.authorizer_id).await?.output())
}
