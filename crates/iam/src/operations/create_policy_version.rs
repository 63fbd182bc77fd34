//! CreatePolicyVersion.

use model_iam::types::{CreatePolicyVersionRequest, CreatePolicyVersionResponse};

use crate::Cx;
use crate::aws_managed;
use crate::entity::{ManagedPolicy, PolicyVersion};
use crate::error::{Result, limit_exceeded};
use crate::policy::{self, Document};

/// The most versions of one policy.
const MOST: usize = 5;

/// Adds a version; the default one stays unless asked otherwise.
pub async fn create_policy_version(
    cx: &Cx<'_>,
    input: CreatePolicyVersionRequest,
) -> Result<CreatePolicyVersionResponse> {
    aws_managed::refuse("iam:CreatePolicyVersion", &input.policy_arn)?;
    cx.find::<ManagedPolicy>(&input.policy_arn).await?;
    policy::check(Document::Managed, &input.policy_document)?;
    let now = cx.now_s();
    let add = |policy: &mut ManagedPolicy, _: &mut store::Tx| {
        if policy.versions.len() >= MOST {
            return Err(full());
        }
        let number = policy.next_version;
        policy.next_version += 1;
        policy.versions.push(PolicyVersion { number, document: input.policy_document.clone(), created: now });
        policy.updated = now;
        if input.set_as_default == Some(true) {
            policy.default_version = number;
        }
        Ok(())
    };
    let policy = cx.change(&input.policy_arn, add).await?;
    let shown = policy.versions.last().map(|version| policy.version_to_wire(version));
    Ok(CreatePolicyVersionResponse { policy_version: shown })
}

/// (field)
fn full() -> aws_types::AwsError {
    limit_exceeded(
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
         version.",
    )
}
