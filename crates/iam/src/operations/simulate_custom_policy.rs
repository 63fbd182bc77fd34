//! SimulateCustomPolicy. The documents that are given, by the real engine.

use model_iam::types::{SimulateCustomPolicyRequest, SimulatePolicyResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::simulate::{Asked, Scene, boundary, input_policies, input_sources, no_organizations, simulate};

/// Simulates.
pub async fn simulate_custom_policy(cx: &Cx<'_>, input: SimulateCustomPolicyRequest) -> Result<SimulatePolicyResponse> {
    no_organizations(input.ordered_organization_policy_input_list.as_deref())?;
    let page = Page::read(cx, "SimulateCustomPolicy".to_owned(), input.marker.as_deref(), input.max_items)?;
    let policies = input_policies(&input.policy_input_list)?;
    let boundary = boundary(input.permissions_boundary_policy_input_list.as_deref())?;
    let scene = Scene {
        identity: policies.iter().collect(),
        sources: input_sources(policies.len()),
        boundary: boundary.as_ref(),
        caller_arn: input.caller_arn,
    };
    let asked = Asked {
        actions: input.action_names,
        resources: input.resource_arns.unwrap_or_default(),
        resource_policy: input.resource_policy,
        resource_owner: input.resource_owner,
        entries: input.context_entries.unwrap_or_default(),
    };
    let page = page.of(cx, simulate(cx, &scene, asked)?, |(key, _)| key.clone()).map(|(_, result)| result);
    Ok(SimulatePolicyResponse {
        evaluation_results: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
