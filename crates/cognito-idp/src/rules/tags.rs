//! Tags of a pool, and the ARNs that name one.

use std::collections::BTreeMap;

use aws_types::Arn;

use crate::entity::UserPool;
use crate::error::{Result, invalid_parameter, resource_not_found, tagging};

const MAX_TAGS: usize = 50;

/// Whether these may be all tags of a pool. Key and value lengths are the model's to check.
///
/// # Errors
/// `UserPoolTaggingException`.
pub fn check(tags: &BTreeMap<String, String>) -> Result<()> {
    problem(tags).map_or(Ok(()), |why| Err(tagging(why)))
}

/// [`check`] for the operations whose model does not know `UserPoolTaggingException`.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_as_parameter(tags: &BTreeMap<String, String>) -> Result<()> {
    problem(tags).map_or(Ok(()), |why| Err(invalid_parameter(why)))
}

fn problem(tags: &BTreeMap<String, String>) -> Option<&'static str> {
    if tags.len() > MAX_TAGS {
        return Some("A user pool can have at most 50 tags.");
    }
    let reserved = tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:"));
    reserved.then_some("Tag keys that begin with aws: are reserved.")
}

/// The pool an ARN names.
///
/// # Errors
/// `InvalidParameterException` where it names no pool at all.
pub fn pool_id(arn: &str) -> Result<String> {
    let pool = Arn::parse(arn).filter(|arn| arn.service == "cognito-idp");
    let id = pool.and_then(|arn| arn.resource.strip_prefix("userpool/").map(str::to_owned));
    id.filter(|id| !id.contains('/')).ok_or_else(|| invalid_parameter(format_args!("Invalid resource ARN: {arn}")))
}

/// Whether the ARN is this pool's in every part.
///
/// # Errors
/// `ResourceNotFoundException`.
pub fn check_arn(pool: &UserPool, arn: &str) -> Result<()> {
    if pool.arn() == arn { Ok(()) } else { Err(resource_not_found(format_args!("Resource {arn} does not exist."))) }
}
