//! CreatePolicy.

use model_iam::types::{CreatePolicyRequest, CreatePolicyResponse};

use crate::Cx;
use crate::entity::managed_policy::Uses;
use crate::entity::{ManagedPolicy, PolicyVersion, ROOT_PATH, tags_to_wire};
use crate::error::{Result, exists};
use crate::ids::{Kind, unique_id};
use crate::policy::{self, Document};
use crate::tags::{Tagged, new_tags};

/// Makes a managed policy with its first version.
pub async fn create_policy(cx: &Cx<'_>, input: CreatePolicyRequest) -> Result<CreatePolicyResponse> {
    policy::check(Document::Managed, &input.policy_document)?;
    let policy = ManagedPolicy {
        id: unique_id(cx.rng(), Kind::ManagedPolicy),
        account: cx.account().to_owned(),
        path: input.path.unwrap_or_else(|| ROOT_PATH.to_owned()),
        created: cx.now_s(),
        updated: cx.now_s(),
        description: input.description,
        tags: new_tags(ManagedPolicy::TAGS, input.tags)?,
        versions: vec![PolicyVersion { number: 1, document: input.policy_document, created: cx.now_s() }],
        default_version: 1,
        next_version: 2,
        name: input.policy_name,
    };
    // field
    let sentence = format!("A policy called {} already exists. Duplicate names are not allowed.", policy.name);
    cx.create(&policy.arn(), &policy, || exists(&sentence), |_| ()).await?;
    let mut shown = policy.to_wire(Uses::default());
    shown.tags = tags_to_wire(&policy.tags);
    Ok(CreatePolicyResponse { policy: Some(shown) })
}
