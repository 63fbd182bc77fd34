//! UpdateAssumeRolePolicy. Sessions that were begun go on.

use model_iam::types::UpdateAssumeRolePolicyRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::Holder;
use crate::policy::{self, Document};
use crate::trust::pins;

/// Changes who may assume a role.
pub async fn update_assume_role_policy(cx: &Cx<'_>, input: UpdateAssumeRolePolicyRequest) -> Result<()> {
    cx.find::<Role>(&input.role_name).await?.may_change()?;
    policy::check(Document::Trust, &input.policy_document)?;
    let pins = pins(cx.store(), cx.account(), &input.policy_document).await?;
    let update = |role: &mut Role, _: &mut store::Tx| {
        role.trust.clone_from(&input.policy_document);
        role.pins.clone_from(&pins);
        Ok(())
    };
    cx.change(&input.role_name, update).await.map(drop)
}
