//! TestInvokeAuthorizer: runs the gateway's own authorizer over the definition as it stands.

use std::sync::Arc;

use execute_api::plan::DeploymentPlan;
use execute_api::test_invoke::{self, TestRequest};
use model_apigateway::{TestInvokeAuthorizerRequest, TestInvokeAuthorizerResponse};

use super::test_invoke_method::headers;
use crate::Cx;
use crate::access::{self, AuthorizerPlan};
use crate::compile::{self, Backends};
use crate::entity::Stage;
use crate::error::{Result, bad_request};

/// Tries a token.
pub async fn test_invoke_authorizer(
    cx: &Cx<'_>,
    input: TestInvokeAuthorizerRequest,
) -> Result<TestInvokeAuthorizerResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let authorizer = cx.authorizer(&api, &input.authorizer_id).await?;
    let headers = headers(input.headers, input.multi_value_headers)?;
    let doors = &cx.service.doors().gateway;
    let answer = match access::authorizer(&authorizer).map_err(bad_request)? {
        AuthorizerPlan::Cognito(plan) => test_invoke::test_invoke_authorizer(doors, &plan, &headers.map),
        AuthorizerPlan::Lambda(plan) => {
            let variables = input.stage_variables.unwrap_or_default();
            let stage = Stage { variables, ..Stage::new(test_invoke::STAGE, "", cx.now()) };
            let stage = compile::stage(&api, (&stage, &Backends::default()), Arc::new(DeploymentPlan::empty()), None);
            let test = TestRequest {
                path_with_query: input.path_with_query_string.unwrap_or_default(),
                body: input.body.unwrap_or_default(),
                headers,
                ..TestRequest::default()
            };
            test_invoke::test_invoke_lambda_authorizer(doors, Arc::new(stage), &plan, test).await
        }
    };
    Ok(TestInvokeAuthorizerResponse {
        client_status: Some(i32::from(answer.client_status)),
        log: Some(answer.log),
        latency: i64::try_from(answer.latency_ms).ok(),
        principal_id: answer.principal_id,
        policy: answer.policy,
        authorization: None,
        claims: Some(answer.claims).filter(|claims| !claims.is_empty()),
    })
}
