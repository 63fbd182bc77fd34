//! Trust policies mean the users and roles that bore their names when the policy was saved, as AWS has it: a later
//! namesake inherits no trust, and who was renamed keeps it. The document stays as it was given; beside it stand the
//! unique ids of those it names.

use aws_types::AwsError;
use iam_policy::{Policy, PolicyKind, Principal};
use serde_json::Value;
use store::Store;

use crate::compile::parse;
use crate::entity::role::Pin;
use crate::entity::{Role, User, arn_name};
use crate::error::{Result, malformed_policy};
use crate::table::{Entity, account_pk};

/// The users and roles that a trust policy names by ARN, with their ids. Those of this account must be there; other
/// accounts need not live here.
///
/// # Errors
/// `MalformedPolicyDocument`, the store's.
pub async fn pins(store: &Store, account: &str, document: &str) -> Result<Vec<Pin>> {
    let mut pins: Vec<Pin> = Vec::new();
    let mut document: Value = serde_json::from_str(document).map_err(AwsError::internal)?;
    let mut named = Vec::new();
    each_principal(&mut document, &mut |arn| named.push(arn.clone()));
    for arn in named {
        if pins.iter().any(|pin| pin.arn == arn) {
            continue;
        }
        let Some((owner, resource)) = iam_resource(&arn) else { continue };
        match unique_id(store, owner, resource, &arn).await? {
            Some(id) => pins.push(Pin { arn, id }),
            None if owner == account => {
                return Err(malformed_policy(format_args!("Invalid principal in policy: \"AWS\":\"{arn}\"")));
            }
            None => {}
        }
    }
    Ok(pins)
}

/// The trust policy as it means this caller: names of others by now are replaced by the ids they stood for.
///
/// # Errors
/// An internal error where the stored document is broken.
pub fn trust_of(role: &Role, caller: &Principal) -> Result<Policy> {
    let (arn, id) = (caller.principal_arn(), caller.user_id().and_then(|id| id.split(':').next()));
    let moved = |pin: &Pin| (arn.as_ref() == Some(&pin.arn)) != (id == Some(pin.id.as_str()));
    if !role.pins.iter().any(moved) {
        return parse(&role.trust, PolicyKind::Trust);
    }
    let mut document: Value = serde_json::from_str(&role.trust).map_err(AwsError::internal)?;
    each_principal(&mut document, &mut |named| {
        if let Some(pin) = role.pins.iter().find(|pin| pin.arn == *named) {
            named.clone_from(&pin.id);
        }
    });
    parse(&document.to_string(), PolicyKind::Trust)
}

/// Visits what stands under `AWS` in every `Principal` and `NotPrincipal`.
fn each_principal(document: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    let Some(statements) = document.get_mut("Statement") else { return };
    for statement in each(statements) {
        for element in ["Principal", "NotPrincipal"] {
            let Some(named) = statement.get_mut(element).and_then(|principal| principal.get_mut("AWS")) else {
                continue;
            };
            for value in each(named) {
                if let Value::String(text) = value {
                    visit(text);
                }
            }
        }
    }
}

/// The items of a list, or the one thing that stands for a list of one.
fn each(value: &mut Value) -> &mut [Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_mut(one),
    }
}

/// Account and resource of a user's or role's ARN.
fn iam_resource(arn: &str) -> Option<(&str, &str)> {
    let rest = arn.strip_prefix("arn:aws:iam::")?;
    let (account, resource) = rest.split_once(':')?;
    (resource.starts_with("user/") || resource.starts_with("role/")).then_some((account, resource))
}

async fn unique_id(store: &Store, account: &str, resource: &str, arn: &str) -> Result<Option<String>> {
    let (pk, name) = (account_pk(account), arn_name(arn));
    if resource.starts_with("user/") {
        let user = User::TABLE.get(store, &pk, &User::sk(name)).await?;
        return Ok(user.filter(|user| user.arn() == arn).map(|user| user.value.id));
    }
    let role = Role::TABLE.get(store, &pk, &Role::sk(name)).await?;
    Ok(role.filter(|role| role.arn() == arn).map(|role| role.value.id))
}
