//! TestInvokeAuthorizer: runs the gateway's own authorizer over the definition as it stands.

use execute_api::test_invoke;
use model_apigateway::{TestInvokeAuthorizerRequest, TestInvokeAuthorizerResponse};

use super::test_invoke_method::headers;
use crate::Cx;
use crate::compile;
use crate::error::{Result, bad_request};

/// Tries a token.
pub async fn test_invoke_authorizer(
    cx: &Cx<'_>,
    input: TestInvokeAuthorizerRequest,
) -> Result<TestInvokeAuthorizerResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let authorizer = cx.authorizer(&api, &input.authorizer_id).await?;
    let plan = compile::authorizer(&authorizer).map_err(bad_request)?;
    let headers = headers(input.headers, input.multi_value_headers)?;
    let answer = test_invoke::test_invoke_authorizer(&cx.service.doors().gateway, &plan, &headers);
    Ok(TestInvokeAuthorizerResponse {
        client_status: Some(i32::from(answer.client_status)),
        log: Some(answer.log),
        latency: i64::try_from(answer.latency_ms).ok(),
        principal_id: answer.principal_id,
        policy: None,
        authorization: None,
        claims: Some(answer.claims).filter(|claims| !claims.is_empty()),
    })
}
