//! User pool replicas (guide, "Multi-Region replication"). There is one server, which serves every region: a replica is
//! a further region in which the same pool answers, with the rules of a secondary one. Nothing is copied, so nothing
//! lags behind.

use aws_types::AwsError;
use aws_types::call::Caller;
use model_cognito_idp::types::{ReplicaRoleType, ReplicaStatusType, UserPoolReplicaType};
use serde_json::Value;

use crate::Cx;
use crate::entity::{Replica, UserPool};
use crate::error::{Result, invalid_parameter, not_in_secondary_region};
use crate::rules::tags;

/// What a secondary region takes beside operations that only read: signing in, and its own settings.
const SECONDARY: [&str; 9] = [
    "AdminInitiateAuth",
    "AdminRespondToAuthChallenge",
    "AdminUserGlobalSignOut",
    "AdminRevokeUserSession",
    "GetClientToken",
    "GetDerivedToken",
    "SetRiskConfiguration",
    "UpdateUserPoolReplica",
    "TagResource",
];
const READING: [&str; 5] = ["AdminGet", "AdminList", "Describe", "Get", "List"];
/// Those of them that let people in, which an inactive replica does not.
const SIGN_IN: [&str; 2] = ["AdminInitiateAuth", "AdminRespondToAuthChallenge"];

/// A replica as the API shows it.
pub(crate) fn view(pool: &UserPool, replica: &Replica, status: ReplicaStatusType) -> UserPoolReplicaType {
    UserPoolReplicaType {
        region_name: Some(replica.region.clone()),
        status: Some(status),
        role: Some(ReplicaRoleType::Secondary),
        user_pool_arn: Some(pool.arn_in(&replica.region)),
    }
}

/// The pool's own region as one of its replicas.
pub(crate) fn primary_view(pool: &UserPool) -> UserPoolReplicaType {
    UserPoolReplicaType {
        region_name: Some(pool.region.clone()),
        status: Some(ReplicaStatusType::Active),
        role: Some(ReplicaRoleType::Primary),
        user_pool_arn: Some(pool.arn()),
    }
}

/// What a replica is like now.
pub(crate) const fn status(replica: &Replica) -> ReplicaStatusType {
    if replica.active { ReplicaStatusType::Active } else { ReplicaStatusType::Inactive }
}

/// Whether a secondary region takes the operation.
pub(crate) fn is_taken(operation: &str) -> bool {
    READING.iter().any(|prefix| operation.starts_with(prefix)) || SECONDARY.contains(&operation)
}

/// The pool that an input names by its id or ARN.
fn named_pool(input: &Value) -> Option<String> {
    let text = |member: &str| input.get(member).and_then(Value::as_str);
    text("UserPoolId").map(str::to_owned).or_else(|| tags::pool_id(text("ResourceArn")?).ok())
}

impl Cx<'_> {
    /// Refuses what a secondary region of the named pool does not take. Whether there is such a pool and replica at all
    /// is the operation's to say.
    ///
    /// # Errors
    /// `OperationNotEnabledException`, or `InvalidParameterException` where the operation's model does not know it.
    pub(crate) async fn check_region(&self, operation: &str, input: &Value) -> Result<()> {
        let Some(pool_id) = named_pool(input) else { return Ok(()) };
        let pool_id = pool_id.as_str();
        let region = self.call.region.as_str();
        let home = pool_id.split_once('_').is_some_and(|(home, _)| home == region);
        if home || self.call.caller == Caller::Anonymous {
            return Ok(());
        }
        let Ok(pool) = self.service.any_pool(pool_id).await else { return Ok(()) };
        let Some(replica) = pool.replica(region) else { return Ok(()) };
        if is_taken(operation) && (replica.active || !SIGN_IN.contains(&operation)) {
            return Ok(());
        }
        Err(refusal(operation))
    }
}

fn refusal(operation: &str) -> AwsError {
    let error = not_in_secondary_region();
    let model = model_cognito_idp::MODEL.operation(operation);
    let known = model.is_some_and(|model| model.errors.iter().any(|shape| *shape.code == *error.code));
    if known { error } else { invalid_parameter(error.message) }
}
