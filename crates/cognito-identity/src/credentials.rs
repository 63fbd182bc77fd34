//! The enhanced flow's end: a role, an identity, its credentials.

use crate::Cx;
use crate::entity::{Identity, IdentityPool};
use crate::error::{Result, no_role};
use crate::login::OWN;
use crate::ports::{Assumption, RoleCredentials, RoleRefusal};

/// As AWS names these sessions: the caller is `assumed-role/{role}/CognitoIdentityCredentials`. (memory, widely seen)
const SESSION_NAME: &str = "CognitoIdentityCredentials";

/// What guests may do at most, whatever their role allows (developer guide, "Access policies for unauthenticated
/// identities": the services listed there; the names of their actions from memory).
const GUESTS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":["appsync:*","cloudwatch:*","cognito-identity:*","cognito-idp:*","cognito-sync:*","comprehend:*","dynamodb:*","execute-api:*","firehose:*","gamelift:*","geo:*","iot:*","kinesisanalytics:*","kinesisvideo:*","kms:*","lambda:*","lex:*","logs:*","machinelearning:*","mobileanalytics:*","mobiletargeting:*","personalize:*","polly:*","rekognition:*","rum:*","s3:*","sagemaker:*","sdb:*","ses:*","sns:*","sqs:*","sumerian:*","textract:*","transcribe:*","translate:*"]}]}"#;

/// Credentials of a role for an identity.
///
/// # Errors
/// `InvalidIdentityPoolConfigurationException` where the role's trust policy does not admit it, STS's.
pub async fn of(
    cx: &Cx<'_>,
    (pool, identity): (&IdentityPool, &Identity),
    role_arn: String,
    amr: Vec<String>,
    tags: Vec<(String, String)>,
) -> Result<RoleCredentials> {
    let is_guest = amr.iter().any(|reference| reference == "unauthenticated");
    let assumption = Assumption {
        role_arn,
        session_name: SESSION_NAME.to_owned(),
        keys: vec![(format!("{OWN}:aud"), pool.id.clone()), (format!("{OWN}:sub"), identity.id.clone())],
        lists: vec![(format!("{OWN}:amr"), amr)],
        tags,
        policy: is_guest.then(|| GUESTS.to_owned()),
    };
    cx.service.doors().roles.assume(assumption, cx.now()).await.map_err(|refusal| match refusal {
        RoleRefusal::Untrusted => no_role(),
        RoleRefusal::Internal(error) => error,
    })
}
