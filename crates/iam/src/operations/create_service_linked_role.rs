//! CreateServiceLinkedRole. For the services that live here.

use model_iam::types::{CreateServiceLinkedRoleRequest, CreateServiceLinkedRoleResponse};
use serde_json::json;

use super::create_role::DEFAULT_SESSION_S;
use crate::Cx;
use crate::entity::{Grants, Role};
use crate::error::{Result, invalid_input};
use crate::ids::{Kind, unique_id};
use crate::service_linked::role_name;

/// Makes the role of a service. Sentences: field and own.
pub async fn create_service_linked_role(
    cx: &Cx<'_>,
    input: CreateServiceLinkedRoleRequest,
) -> Result<CreateServiceLinkedRoleResponse> {
    let service = input.aws_service_name;
    let unknown = || invalid_input(format_args!("Service {service} has no service-linked role here."));
    let name = role_name(&service).ok_or_else(unknown)?;
    if input.custom_suffix.is_some() {
        return Err(invalid_input(format_args!("Custom suffix is not allowed for {service}")));
    }
    let statement = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
    let role = Role {
        id: unique_id(cx.rng(), Kind::Role),
        account: cx.account().to_owned(),
        path: format!("/aws-service-role/{service}/"),
        created: cx.now_s(),
        trust: json!({"Version": "2012-10-17", "Statement": [statement]}).to_string(),
        pins: Vec::new(),
        description: input.description,
        max_session_s: DEFAULT_SESSION_S,
        boundary: None,
        tags: Vec::new(),
        grants: Grants::default(),
        service: Some(service),
        name,
    };
    let taken = || {
        let name = &role.name;
        let message = "has been taken in this account, please try a different suffix.";
        invalid_input(format_args!("Service role name {name} {message}"))
    };
    cx.create(&role.name, &role, taken, |_| ()).await?;
    Ok(CreateServiceLinkedRoleResponse { role: Some(role.to_created_wire()) })
}
