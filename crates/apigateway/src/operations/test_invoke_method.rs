//! TestInvokeMethod: runs the gateway's own stages over the definition as it stands. Not built: clientCertificateId.

use std::collections::BTreeMap;
use std::sync::Arc;

use execute_api::gateway_response::GatewayResponses;
use execute_api::plan::{ApiKeySource, DeploymentPlan};
use execute_api::router::Router;
use execute_api::test_invoke::{self, TestHeaders, TestRequest, answer_headers};
use model_apigateway::{TestInvokeMethodRequest, TestInvokeMethodResponse};

use crate::Cx;
use crate::compile;
use crate::entity::{Resource, Stage, TextMap};
use crate::error::{Result, bad_request, method_not_found};
use crate::not_built;

/// Tries a method.
pub async fn test_invoke_method(cx: &Cx<'_>, input: TestInvokeMethodRequest) -> Result<TestInvokeMethodResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let resource = cx.resource(&api, &input.resource_id).await?;
    let method = resource.methods.get(&input.http_method).or_else(|| resource.methods.get("ANY")).cloned();
    let method = method.ok_or_else(method_not_found)?;
    // A method of all verbs is tried with one of them.
    let verb = if input.http_method == "ANY" { "GET" } else { input.http_method.as_str() };
    not_built::absent("clientCertificateId", input.client_certificate_id.as_ref().filter(|id| !id.is_empty()))?;
    if method.integration.is_none() {
        return Err(crate::error::bad_request("No integration defined for method"));
    }
    let snapshot = cx.service.snapshot_without_resources(&api.id).await?;
    let only = Resource { methods: BTreeMap::from([(method.http_method.clone(), method)]), ..resource.value };
    let plan = compile::single_resource(&snapshot, &only).map_err(bad_request)?;
    let gateway_responses = compile::gateway_responses(&snapshot.gateway_responses).map_err(bad_request)?;
    let deployment = DeploymentPlan { gateway_responses, ..no_deployment() };
    let variables = input.stage_variables.unwrap_or_default();
    let stage = compile::stage(&api, &test_stage(cx, variables), Arc::new(deployment));
    let test = TestRequest {
        path_with_query: input.path_with_query_string.unwrap_or_default(),
        body: input.body.unwrap_or_default(),
        headers: headers(input.headers, input.multi_value_headers)?,
    };
    let doors = &cx.service.doors().gateway;
    let answer = test_invoke::test_invoke_method(doors, Arc::new(stage), &plan, verb, test).await;
    let answer = answer.ok_or_else(method_not_found)?;
    let (headers, multi_value_headers) = maps(answer_headers(&answer.response));
    Ok(TestInvokeMethodResponse {
        status: Some(i32::from(answer.response.status().as_u16())),
        body: Some(String::from_utf8_lossy(answer.response.body()).into_owned()),
        headers: Some(headers),
        multi_value_headers: Some(multi_value_headers),
        log: Some(answer.log),
        latency: i64::try_from(answer.latency_ms).ok(),
    })
}

/// What stands in for a stage.
fn test_stage(cx: &Cx<'_>, variables: TextMap) -> Stage {
    Stage {
        name: test_invoke::STAGE.to_owned(),
        deployment_id: String::new(),
        description: None,
        variables,
        method_settings: BTreeMap::new(),
        documentation_version: None,
        tags: TextMap::new(),
        created: cx.now(),
        updated: cx.now(),
    }
}

/// What stands in for a deployment that was never made.
fn no_deployment() -> DeploymentPlan {
    DeploymentPlan {
        id: String::new(),
        router: Router::default(),
        api_key_source: ApiKeySource::Header,
        gateway_responses: GatewayResponses::default(),
    }
}

/// The headers of a test: the map of many values wins where both name a header.
pub(super) fn headers(
    single: Option<BTreeMap<String, String>>,
    multi: Option<BTreeMap<String, Vec<String>>>,
) -> Result<TestHeaders> {
    let mut all: BTreeMap<String, Vec<String>> =
        single.unwrap_or_default().into_iter().map(|(name, value)| (name, vec![value])).collect();
    all.extend(multi.unwrap_or_default());
    let pairs = all.into_iter().flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
    test_invoke::test_headers(pairs).ok_or_else(|| bad_request("Invalid header name or value specified"))
}

type Maps = (BTreeMap<String, String>, BTreeMap<String, Vec<String>>);

fn maps(pairs: Vec<(String, String)>) -> Maps {
    let mut multi: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs {
        multi.entry(name).or_default().push(value);
    }
    let last = |(name, values): (&String, &Vec<String>)| Some((name.clone(), values.last()?.clone()));
    (multi.iter().filter_map(last).collect(), multi)
}
