//! Service-linked roles: of a service's own making, for itself alone (IAM guide, "Create a service-linked role").
//!
//! To add a service: a line in [`LINKED`].

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};
use store::Table;

use crate::entity::moment;

/// Services that have one, with what stands behind `AWSServiceRoleFor` in its name. (memory)
const LINKED: [(&str, &str); 4] = [
    ("cognito-idp.amazonaws.com", "AmazonCognitoIdp"),
    ("email.cognito-idp.amazonaws.com", "AmazonCognitoIdpEmailService"),
    ("ops.apigateway.amazonaws.com", "APIGateway"),
    ("wafv2.amazonaws.com", "WAFV2Logging"),
];

/// The name of a service's role.
pub fn role_name(service: &str) -> Option<String> {
    LINKED.iter().find(|(name, _)| *name == service).map(|(_, role)| format!("AWSServiceRoleFor{role}"))
}

/// A deletion that was asked for. Here it is done at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deletion {
    /// When.
    #[serde(with = "moment")]
    pub at: Timestamp,
}

/// Deletions: partition of the account, place [`deletion_sk`]. They go after [`KEPT_MS`].
pub const DELETIONS: Table<Deletion> = Table::new("iam-role-deletion", 1);
/// How long a deletion's status can be asked for.
pub const KEPT_MS: i64 = 30 * 86_400_000;

/// Place of a deletion, by its task id.
pub fn deletion_sk(task_id: &str) -> String {
    format!("deletion#{task_id}")
}
