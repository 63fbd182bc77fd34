//! GetAuthorizers, in order of ids.

use model_apigatewayv2::{GetAuthorizersRequest, GetAuthorizersResponse};

use crate::Cx;
use crate::entity::Authorizer;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{AUTHORIZER, AUTHORIZERS, api_pk};

/// Lists an API's authorizers.
pub async fn get_authorizers(cx: &Cx<'_>, input: GetAuthorizersRequest) -> Result<GetAuthorizersResponse> {
    let api = cx.api(&input.api_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) =
        listed(cx, &AUTHORIZERS, (&api_pk(&api.id), AUTHORIZER), asked, Authorizer::output).await?;
    Ok(GetAuthorizersResponse { items, next_token })
}
