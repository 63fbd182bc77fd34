//! Statements of policies as `AddPermission` makes them, and the policies they are added to.

use aws_types::{Arn, AwsError};
use serde_json::{Map, Value, json};
use store::{Expect, Tx, retry};

use crate::Cx;
use crate::entity::Permissions;
use crate::error::{
    Result, bad_principal, invalid_parameter, lost, no_policy, no_statement, policy_revision_differs, policy_too_long,
    statement_exists,
};
use crate::name::{LATEST, Reference};
use crate::permission::policy_qualifier;
use crate::table::{FUNCTION_SK, POLICIES, function_pk, policy_sk};

/// Bytes of a policy (Lambda quotas, "Resource-based policy").
const MOST_POLICY: usize = 20 * 1024;
/// The action of functions' addresses.
const INVOKE_URL: &str = "lambda:InvokeFunctionUrl";

/// What a permission says.
#[derive(Default)]
pub struct Permission {
    /// `StatementId`.
    pub sid: String,
    /// `Action`.
    pub action: String,
    /// `Principal`.
    pub principal: String,
    /// `SourceArn`.
    pub source_arn: Option<String>,
    /// `SourceAccount`.
    pub source_account: Option<String>,
    /// `EventSourceToken`.
    pub event_source_token: Option<String>,
    /// `PrincipalOrgID`, `OrganizationId`.
    pub organization: Option<String>,
    /// `FunctionUrlAuthType`.
    pub url_auth_type: Option<&'static str>,
    /// `InvokedViaFunctionUrl`.
    pub via_url: Option<bool>,
}

impl Permission {
    /// The statement about a resource.
    ///
    /// # Errors
    /// `InvalidParameterValueException`.
    pub fn statement(self, resource: &str) -> Result<Value> {
        if self.url_auth_type.is_some() && self.action != INVOKE_URL {
            // memory
            return Err(invalid_parameter("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"));
        }
        let mut statement = json!({
            "Sid": self.sid,
            "Effect": "Allow",
            "Principal": principal(&self.principal)?,
            "Action": self.action,
            "Resource": resource,
        });
        let mut equal = Map::new();
        let pairs = [
            ("AWS:SourceAccount", self.source_account),
            ("lambda:EventSourceToken", self.event_source_token),
            ("lambda:FunctionUrlAuthType", self.url_auth_type.map(str::to_owned)),
            ("aws:PrincipalOrgID", self.organization),
        ];
        equal.extend(pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into()))));
        let mut condition = Map::new();
        if !equal.is_empty() {
            condition.insert("StringEquals".to_owned(), Value::Object(equal));
        }
        if let Some(arn) = self.source_arn {
            condition.insert("ArnLike".to_owned(), json!({ "AWS:SourceArn": arn }));
        }
        if let Some(via) = self.via_url {
            condition.insert("Bool".to_owned(), json!({ "lambda:InvokedViaFunctionUrl": via.to_string() }));
        }
        if let (false, Some(members)) = (condition.is_empty(), statement.as_object_mut()) {
            members.insert("Condition".to_owned(), Value::Object(condition));
        }
        Ok(statement)
    }
}

/// A service, an account, a user or role, or everybody.
fn principal(text: &str) -> Result<Value> {
    if text == "*" {
        return Ok(json!("*"));
    }
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(json!({ "AWS": format!("arn:aws:iam::{text}:root") }));
    }
    if let Some(arn) = Arn::parse(text) {
        let kinds = ["user/", "role/", "assumed-role/", "federated-user/"];
        let named = arn.resource == "root" || kinds.iter().any(|kind| arn.resource.starts_with(kind));
        let good = matches!(arn.service.as_str(), "iam" | "sts") && named;
        return if good { Ok(json!({ "AWS": text })) } else { Err(bad_principal()) };
    }
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let service = text.strip_suffix(".amazonaws.com").or_else(|| text.strip_suffix(".amazon.com"));
    match service {
        Some(name) if name.split('.').all(label) => Ok(json!({ "Service": text })),
        _ => Err(bad_principal()),
    }
}

/// Adds a statement to a policy that is not too long with it.
///
/// # Errors
/// `ResourceConflictException`, `PreconditionFailedException`, `PolicyLengthExceededException`.
pub fn add(
    permissions: &mut Permissions,
    statement: Value,
    revision: Option<&str>,
    new_revision: String,
) -> Result<()> {
    check_revision(permissions, revision)?;
    let sid = statement.get("Sid").and_then(Value::as_str).unwrap_or_default().to_owned();
    if permissions.has(&sid) {
        return Err(statement_exists(&sid));
    }
    permissions.statements.push(statement);
    permissions.revision = new_revision;
    let size = permissions.document().len();
    if size > MOST_POLICY { Err(policy_too_long(size, MOST_POLICY)) } else { Ok(()) }
}

/// Takes a statement out of a policy.
///
/// # Errors
/// `ResourceNotFoundException`, `PreconditionFailedException`.
pub fn remove(permissions: &mut Permissions, sid: &str, revision: Option<&str>, new_revision: String) -> Result<()> {
    check_revision(permissions, revision)?;
    if !permissions.remove(sid) {
        return Err(no_statement(sid));
    }
    permissions.revision = new_revision;
    Ok(())
}

fn check_revision(permissions: &Permissions, revision: Option<&str>) -> Result<()> {
    match revision {
        Some(revision) if revision != permissions.revision => Err(policy_revision_differs()),
        _ => Ok(()),
    }
}

impl Cx<'_> {
    /// Changes the policy of a function, version or alias; one without statements goes.
    ///
    /// # Errors
    /// What `change` answers, the store's.
    pub(crate) async fn change_policy(
        &self,
        reference: &Reference,
        change: impl Fn(&mut Permissions) -> Result<()> + Send + Sync,
    ) -> Result<()> {
        let (pk, sk) = (function_pk(&reference.function), policy_sk(policy_qualifier(reference)));
        let run = || async {
            let current = POLICIES.get(self.store(), &pk, &sk).await?;
            let mut permissions = current.as_ref().map(|kept| kept.value.clone()).unwrap_or_default();
            change(&mut permissions)?;
            let mut tx = Tx::new();
            tx.require(&pk, FUNCTION_SK, Expect::Present);
            match current {
                Some(current) if permissions.statements.is_empty() => POLICIES.delete(&mut tx, &current),
                Some(current) => POLICIES.update(&mut tx, &current, &permissions, Vec::new())?,
                None => POLICIES.insert(&mut tx, &pk, &sk, &permissions, Vec::new())?,
            }
            self.store().commit(tx).await.map(drop).map_err(AwsError::from)
        };
        retry(self.store(), run).await.map_err(lost)
    }

    /// The policy of a function, version or alias.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, the store's.
    pub(crate) async fn permissions(&self, reference: &Reference) -> Result<Permissions> {
        let (pk, sk) = (function_pk(&reference.function), policy_sk(policy_qualifier(reference)));
        let kept = POLICIES.get(self.store(), &pk, &sk).await?;
        kept.map(|kept| kept.value).ok_or_else(no_policy)
    }

    /// What a permission is about; `$LATEST` has none of its own.
    ///
    /// # Errors
    /// `InvalidParameterValueException`, `ResourceNotFoundException`, the store's.
    pub(crate) async fn permitted(&self, name: &str, qualifier: Option<&str>) -> Result<Reference> {
        let reference = self.reference(name, qualifier)?;
        if reference.qualifier.as_deref() == Some(LATEST) {
            // recorded
            return Err(invalid_parameter("We currently do not support adding policies for $LATEST."));
        }
        self.check_qualifier(&reference).await?;
        Ok(reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_are_services_accounts_users_roles_or_everybody() {
        assert_eq!(principal("apigateway.amazonaws.com").unwrap(), json!({ "Service": "apigateway.amazonaws.com" }));
        assert_eq!(principal("123456789012").unwrap(), json!({ "AWS": "arn:aws:iam::123456789012:root" }));
        assert_eq!(principal("*").unwrap(), json!("*"));
        let role = "arn:aws:iam::123456789012:role/caller";
        assert_eq!(principal(role).unwrap(), json!({ "AWS": role }));
        for bad in
            ["invalid.example.com", "x", ".amazonaws.com", "arn:aws:s3:::bucket", "a b.amazonaws.com", "12345678901"]
        {
            assert_eq!(principal(bad).unwrap_err().code, "InvalidParameterValueException", "{bad}");
        }
    }

    #[test]
    fn a_statement_reads_as_awss_does() {
        let permission = Permission {
            sid: "s3".to_owned(),
            action: "lambda:InvokeFunction".to_owned(),
            principal: "apigateway.amazonaws.com".to_owned(),
            source_arn: Some("arn:aws:execute-api:us-east-1:123456789012:abc/*".to_owned()),
            source_account: Some("123456789012".to_owned()),
            ..Permission::default()
        };
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
        assert_eq!(
            permission.statement(arn).unwrap().to_string(),
            "{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"apigateway.amazonaws.com\"},\"Action\":\
             \"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:f\",\"Condition\":\
             {\"StringEquals\":{\"AWS:SourceAccount\":\"123456789012\"},\"ArnLike\":{\"AWS:SourceArn\":\
             \"arn:aws:execute-api:us-east-1:123456789012:abc/*\"}}}"
        );
    }
}
