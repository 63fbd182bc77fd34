//! SimulatePrincipalPolicy. A user's (with its groups), group's or role's policies and those that are given, by the real
//! engine.

use model_iam::types::{SimulatePolicyResponse, SimulatePrincipalPolicyRequest};

use crate::Cx;
use crate::error::Result;
use crate::exclusion::Excluded;
use crate::paging::Page;
use crate::simulate::{Asked, Scene, boundary, input_policies, input_sources, simulate, source};

/// Simulates.
pub async fn simulate_principal_policy(
    cx: &Cx<'_>,
    input: SimulatePrincipalPolicyRequest,
) -> Result<SimulatePolicyResponse> {
    let question = format!("SimulatePrincipalPolicy {}", input.policy_source_arn);
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let compiled = source(cx, &input.policy_source_arn).await?;
    let more = input_policies(&input.policy_input_list.unwrap_or_default())?;
    let given = boundary(input.permissions_boundary_policy_input_list.as_deref())?;
    let excluded = Excluded::read(input.policy_exclusion_list)?;
    let (identity, sources): (Vec<_>, Vec<_>) =
        compiled.identity.iter().zip(&compiled.sources).filter(|(_, source)| !excluded.has(source)).unzip();
    let own_boundary = compiled.boundary.as_ref().filter(|_| !excluded.has_boundary());
    let caller_arn = input.caller_arn.or_else(|| Some(input.policy_source_arn.clone()));
    let scene = Scene {
        identity: identity.into_iter().chain(&more).collect(),
        sources: sources.into_iter().cloned().chain(input_sources(more.len())).collect(),
        boundary: given.as_ref().or(own_boundary),
        caller_arn,
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
