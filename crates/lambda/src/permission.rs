//! Whether a service may call a function: the policy of the function, version or alias that it names decides, by the
//! service and by what it calls for (developer guide, "Viewing resource-based IAM policies in Lambda").

use std::collections::HashMap;
use std::sync::Arc;

use aws_types::{Arn, AwsError, Timestamp};
use iam_policy::{Context, Policies, Policy, PolicyKind, Principal, Request, evaluate};
use world::Lock;

use crate::Lambda;
use crate::entity::Permissions;
use crate::error::Result;
use crate::name::{LATEST, Reference};
use crate::table::{POLICIES, function_pk, policy_sk};

/// Policies that are remembered.
const REMEMBERED: usize = 1_000;

/// Compiled policies by their revision, under which a policy never changes.
#[derive(Default)]
pub struct PolicyCache(Lock<HashMap<String, Arc<Policy>>>);

/// Who asks to call a function.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The service, or nobody: whoever knows a function's address.
    pub principal: &'a Principal,
    /// `lambda:InvokeFunction`.
    pub action: &'a str,
    /// Condition keys.
    pub keys: &'a [(&'a str, &'a str)],
}

/// The reference by which policies know a thing: `$LATEST` is the function itself.
pub fn policy_qualifier(reference: &Reference) -> Option<&str> {
    reference.qualifier.as_deref().filter(|qualifier| *qualifier != LATEST)
}

impl Lambda {
    /// The policy of what a reference names, compiled; none where there is none.
    ///
    /// # Errors
    /// The store's.
    pub async fn policy(&self, reference: &Reference) -> Result<Option<Arc<Policy>>> {
        let (pk, sk) = (function_pk(&reference.function), policy_sk(policy_qualifier(reference)));
        let Some(kept) = POLICIES.get_kept(self.store(), &pk, &sk).await? else { return Ok(None) };
        self.compiled(&kept.value).map(Some)
    }

    fn compiled(&self, permissions: &Permissions) -> Result<Arc<Policy>> {
        if let Some(policy) = self.policies.0.lock().get(&permissions.revision) {
            return Ok(Arc::clone(policy));
        }
        let policy = Policy::parse(&permissions.document(), PolicyKind::Resource).map_err(|error| {
            AwsError::internal(format!("a function's policy cannot be read: {}", error.iam_message()))
        })?;
        let policy = Arc::new(policy);
        let mut all = self.policies.0.lock();
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(permissions.revision.clone(), Arc::clone(&policy));
        Ok(policy)
    }

    /// Whether the policy lets the asker call.
    ///
    /// # Errors
    /// The store's.
    pub async fn lets(&self, reference: &Reference, asker: Asker<'_>, now: Timestamp) -> Result<bool> {
        let Some(policy) = self.policy(reference).await? else { return Ok(false) };
        let mut context = Context::of(asker.principal, now);
        for (key, value) in asker.keys {
            context.set(*key, *value);
        }
        let resource = reference.function.arn(policy_qualifier(reference));
        let policies = Policies { resource: Some(&policy), ..Policies::default() };
        let request = Request::new(asker.principal, asker.action, &resource, &context);
        Ok(evaluate(&request, &policies).is_allowed())
    }

    /// Whether a service may call a function for a thing of this ARN.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn lets_service(
        &self,
        reference: &Reference,
        service: &str,
        source_arn: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let principal = Principal::Service { name: service.to_owned() };
        let account = Arn::parse(source_arn).map(|arn| arn.account).filter(|account| !account.is_empty());
        let mut keys = vec![("aws:SourceArn", source_arn)];
        keys.extend(account.as_deref().map(|account| ("aws:SourceAccount", account)));
        let asker = Asker { principal: &principal, action: "lambda:InvokeFunction", keys: &keys };
        self.lets(reference, asker, now).await
    }
}
