//! GetAuthorizers.

use model_apigateway::{Authorizers, GetAuthorizersRequest};

use crate::Cx;
use crate::entity::Authorizer;
use crate::error::Result;
use crate::page::parts;
use crate::table::{AUTHORIZER, AUTHORIZERS};

/// Lists an API's authorizers.
pub async fn get_authorizers(cx: &Cx<'_>, input: GetAuthorizersRequest) -> Result<Authorizers> {
    let api = cx.api(&input.rest_api_id).await?;
    let of = (api.id.as_str(), AUTHORIZER);
    let (found, position) = parts(cx, &AUTHORIZERS, of, input.position.as_deref(), input.limit).await?;
    Ok(Authorizers { position, items: Some(found.iter().map(Authorizer::output).collect()) })
}
