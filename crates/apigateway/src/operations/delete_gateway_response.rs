//! DeleteGatewayResponse: the type's own style comes back.

use model_apigateway::DeleteGatewayResponseRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, not_found};
use crate::table::{GATEWAY_RESPONSE, GATEWAY_RESPONSES, part_sk};

/// Takes a restyling back.
pub async fn delete_gateway_response(cx: &Cx<'_>, input: DeleteGatewayResponseRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteGatewayResponseRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let name = input.response_type.as_str();
    let stored = cx.part(&GATEWAY_RESPONSES, &api, GATEWAY_RESPONSE, name).await?;
    stored.ok_or_else(|| not_found("Gateway response type not defined on api"))?;
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(GATEWAY_RESPONSE, name));
    cx.commit(change).await
}
