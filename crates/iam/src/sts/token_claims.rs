//! What a web identity token says to STS of the session (IAM guide, "Pass session tags in AWS STS", the section on
//! AssumeRoleWithWebIdentity, and "Monitor and control actions taken with assumed roles"): its tags, in the nested form or
//! in the flat one of providers that cannot nest, and its source identity.

use jose::Claims;
use serde_json::Value;

use super::error::invalid_identity_token;
use super::grant::{is_session_name, is_tag};
use crate::entity::Tag;
use crate::error::Result;

const TAGS: &str = "https://aws.amazon.com/tags";
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";

/// The session tags of a token, and the keys of those that are inherited.
///
/// # Errors
/// `InvalidIdentityToken` where they are no tags.
pub fn tags(claims: &Claims) -> Result<(Vec<Tag>, Vec<String>)> {
    let (mut tags, mut transitive) = (Vec::new(), Vec::new());
    if let Some(nested) = claims.get(TAGS) {
        let nested = nested.as_object().ok_or_else(bad_tags)?;
        if let Some(members) = nested.get("principal_tags") {
            for (key, value) in members.as_object().ok_or_else(bad_tags)? {
                tags.push(tag(key, value)?);
            }
        }
        if let Some(keys) = nested.get("transitive_tag_keys") {
            transitive.extend(texts(keys)?);
        }
    }
    for (name, value) in claims.as_map() {
        match name.strip_prefix(TAGS).and_then(|rest| rest.strip_prefix('/')) {
            Some("transitive_tag_keys") => transitive.extend(texts(value)?),
            Some(rest) => {
                if let Some(key) = rest.strip_prefix("principal_tags/") {
                    tags.push(tag(key, value)?);
                }
            }
            None => {}
        }
    }
    Ok((tags, transitive))
}

/// The source identity of a token.
///
/// # Errors
/// `InvalidIdentityToken` where it is none.
pub fn source_identity(claims: &Claims) -> Result<Option<String>> {
    let Some(value) = claims.get(SOURCE_IDENTITY) else { return Ok(None) };
    let identity = value.as_str().filter(|text| is_session_name(text) && !text.starts_with("aws:"));
    let identity = identity.ok_or_else(|| {
        invalid_identity_token(
            "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"", // own
        )
    });
    identity.map(|text| Some(text.to_owned()))
}

fn tag(key: &str, value: &Value) -> Result<Tag> {
    let value = match value.as_array().map(Vec::as_slice) {
        Some([one]) => one.as_str(),
        Some(_) => None,
        None => value.as_str(),
    };
    let value = value.filter(|value| is_tag(key, value)).ok_or_else(bad_tags)?;
    Ok(Tag { key: key.to_owned(), value: value.to_owned() })
}

fn texts(list: &Value) -> Result<Vec<String>> {
    let items = list.as_array().ok_or_else(bad_tags)?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(bad_tags)).collect()
}

/// Own: AWS's sentence is not known.
fn bad_tags() -> aws_types::AwsError {
    invalid_identity_token("The session tags of the token are not valid")
}
