//! TestInvokeMethod: runs the gateway's own stages over the definition as it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use execute_api::plan::DeploymentPlan;
use execute_api::test_invoke::{self, TestHeaders, TestRequest, answer_headers};
use model_apigateway::{TestInvokeMethodRequest, TestInvokeMethodResponse};

use crate::Cx;
use crate::compile;
use crate::entity::{Resource, Stage};
use crate::error::{Result, bad_request, method_not_found};

/// Tries a method.
pub async fn test_invoke_method(cx: &Cx<'_>, input: TestInvokeMethodRequest) -> Result<TestInvokeMethodResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let resource = cx.resource(&api, &input.resource_id).await?;
    let method = resource.methods.get(&input.http_method).or_else(|| resource.methods.get("ANY")).cloned();
    let method = method.ok_or_else(method_not_found)?;
    // A method of all verbs is tried with one of them.
    let verb = if input.http_method == "ANY" { "GET" } else { input.http_method.as_str() };
    if method.integration.is_none() {
        return Err(crate::error::bad_request("No integration defined for method"));
    }
    let snapshot = cx.service.snapshot_without_resources(&api).await?;
    let only = Resource { methods: BTreeMap::from([(method.http_method.clone(), method)]), ..resource.value };
    let plan = compile::single_resource(&snapshot, &only).map_err(bad_request)?;
    let gateway_responses = compile::gateway_responses(&snapshot.gateway_responses).map_err(bad_request)?;
    let (binary_media_types, minimum_compression_size) = compile::payload_settings(&snapshot);
    let deployment =
        DeploymentPlan { gateway_responses, binary_media_types, minimum_compression_size, ..DeploymentPlan::empty() };
    let variables = input.stage_variables.unwrap_or_default();
    let client_certificate_id = input.client_certificate_id.filter(|id| !id.is_empty());
    let stage = Stage { variables, client_certificate_id, ..Stage::new(test_invoke::STAGE, "", cx.now()) };
    let backends = cx.service.backends(&api, &stage).await?;
    let stage = compile::stage(&api, (&stage, &backends), Arc::new(deployment), None);
    let doors = &cx.service.doors().gateway;
    let test = TestRequest {
        path_with_query: input.path_with_query_string.unwrap_or_default(),
        body: input.body.unwrap_or_default(),
        headers: headers(input.headers, input.multi_value_headers)?,
        tester: Arc::new(doors.callers.shown(&cx.call.account, &cx.call.caller).await),
        user_agent: cx.call.user_agent.clone(),
    };
    let answer = test_invoke::test_invoke_method(doors, Arc::new(stage), &plan, verb, test).await;
    let answer = answer.ok_or_else(method_not_found)?;
    let (headers, multi_value_headers) = maps(answer_headers(&answer.response));
    Ok(TestInvokeMethodResponse {
        status: Some(i32::from(answer.status)),
        body: Some(String::from_utf8_lossy(answer.response.body()).into_owned()),
        headers: Some(headers),
        multi_value_headers: Some(multi_value_headers),
        log: Some(answer.log),
        latency: i64::try_from(answer.latency_ms).ok(),
    })
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
