//! CreateRole. Users and roles of this account that the trust policy names must be there.

use model_iam::types::{CreateRoleRequest, CreateRoleResponse};

use crate::Cx;
use crate::entity::{Grants, ROOT_PATH, Role};
use crate::error::{Result, exists};
use crate::ids::{Kind, unique_id};
use crate::policy::{self, Document};
use crate::principal::create_bounded;
use crate::tags::{Tagged, new_tags};
use crate::trust::pins;

/// Seconds of a session where a role does not say.
pub const DEFAULT_SESSION_S: i32 = 3_600;

/// Makes a role.
pub async fn create_role(cx: &Cx<'_>, input: CreateRoleRequest) -> Result<CreateRoleResponse> {
    policy::check(Document::Trust, &input.assume_role_policy_document)?;
    let role = Role {
        id: unique_id(cx.rng(), Kind::Role),
        account: cx.account().to_owned(),
        path: input.path.unwrap_or_else(|| ROOT_PATH.to_owned()),
        created: cx.now_s(),
        pins: pins(cx.store(), cx.account(), &input.assume_role_policy_document).await?,
        trust: input.assume_role_policy_document,
        description: input.description,
        max_session_s: input.max_session_duration.unwrap_or(DEFAULT_SESSION_S),
        boundary: input.permissions_boundary,
        service: None,
        tags: new_tags(Role::TAGS, input.tags)?,
        grants: Grants::default(),
        name: input.role_name,
    };
    let taken = || exists(format_args!("Role with name {} already exists.", role.name));
    create_bounded(cx, &role.name, &role, role.boundary.as_deref(), taken).await?;
    Ok(CreateRoleResponse { role: Some(role.to_created_wire()) })
}
