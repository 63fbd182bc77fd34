//! ListPolicyVersions. Newest first, without documents.

use model_iam::types::{ListPolicyVersionsRequest, ListPolicyVersionsResponse};

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::error::Result;
use crate::paging::Page;

/// Lists versions.
pub async fn list_policy_versions(cx: &Cx<'_>, input: ListPolicyVersionsRequest) -> Result<ListPolicyVersionsResponse> {
    let policy = match aws_managed::find(&input.policy_arn) {
        Some(policy) => policy.to_entity(),
        None => cx.find::<ManagedPolicy>(&input.policy_arn).await?.value,
    };
    let question = format!("ListPolicyVersions {}", input.policy_arn);
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let newest_first = policy.versions.iter().rev().collect();
    let page = page.of(cx, newest_first, |version| format!("{:010}", u32::MAX - version.number));
    let page = page.map(|version| policy.version_to_wire(version));
    Ok(ListPolicyVersionsResponse { versions: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
