//! ListPolicies. AWS's own come after the account's; each in order of names, without regard to case.

use model_iam::types::{ListPoliciesRequest, ListPoliciesResponse, PolicyScopeType, PolicyUsageType};

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::entity::managed_policy::Uses;
use crate::error::Result;
use crate::paging::Page;
use crate::table::Entity;

/// Most policies of an account, with room for AWS's.
const MOST: usize = 5_000;

/// Lists managed policies.
pub async fn list_policies(cx: &Cx<'_>, input: ListPoliciesRequest) -> Result<ListPoliciesResponse> {
    let scope = input.scope.unwrap_or(PolicyScopeType::All);
    let prefix = input.path_prefix.unwrap_or_default();
    let only_attached = input.only_attached.unwrap_or(false);
    let usage = input.policy_usage_filter.map_or("", PolicyUsageType::as_str);
    let question = format!("ListPolicies {} {prefix} {only_attached} {usage}", scope.as_str());
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let mut shown = Vec::new();
    for policy in all(cx, scope).await?.into_iter().filter(|policy| policy.path.starts_with(&prefix)) {
        let uses = cx.uses(&policy.arn()).await?;
        if (!only_attached || uses != Uses::default()) && used_as(uses, input.policy_usage_filter) {
            shown.push((policy, uses));
        }
    }
    let page = page.of(cx, shown, |(policy, _)| order(policy)).map(|(policy, uses)| policy.to_wire(uses));
    Ok(ListPoliciesResponse { policies: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}

async fn all(cx: &Cx<'_>, scope: PolicyScopeType) -> Result<Vec<ManagedPolicy>> {
    let mut all = Vec::new();
    if scope != PolicyScopeType::Aws {
        let rows = ManagedPolicy::TABLE.list(cx.store(), &cx.pk(), ManagedPolicy::PREFIX, None, MOST).await?;
        all.extend(rows.into_iter().map(|row| row.value));
    }
    if scope != PolicyScopeType::Local {
        all.extend(aws_managed::all().map(aws_managed::AwsPolicy::to_entity));
    }
    all.sort_by_key(order);
    Ok(all)
}

/// An account's number sorts before `aws`.
fn order(policy: &ManagedPolicy) -> String {
    format!("{} {} {}", policy.account, policy.name.to_ascii_lowercase(), policy.path)
}

const fn used_as(uses: Uses, filter: Option<PolicyUsageType>) -> bool {
    match filter {
        None => true,
        Some(PolicyUsageType::PermissionsPolicy) => uses.attached > 0,
        Some(PolicyUsageType::PermissionsBoundary) => uses.boundaries > 0,
    }
}
