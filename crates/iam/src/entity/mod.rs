//! What IAM keeps: one file an entity, each one serde document. What a principal may do (inline documents, names of
//! attached policies, groups) stands in its own document, because AWS bounds it so tightly that it always fits.
//!
//! What comes in and goes out: plain values; the names are those of the AWS API.
//! What it must not know: the store's engine, clocks, wire requests.
//! To add an entity: a file here with its [`crate::table::Entity`], a line below.

pub mod access_key;
pub mod account;
pub mod group;
pub mod instance_profile;
pub mod managed_policy;
pub mod mfa_device;
pub mod provider;
pub mod role;
pub mod user;

use std::collections::BTreeMap;

use model_iam::types as wire;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

pub use access_key::{AccessKey, LastUsed, Owner};
pub use account::{Account, PasswordPolicy};
pub use control_plane::moment;
pub use group::Group;
pub use instance_profile::InstanceProfile;
pub use managed_policy::{ManagedPolicy, PolicyVersion};
pub use mfa_device::{Enabled, MfaDevice};
pub use provider::{OidcProvider, SamlProvider};
pub use role::Role;
pub use user::User;

/// A tag of a resource. Keys are compared without case and kept as first written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// At most 128 characters.
    pub key: String,
    /// At most 256 characters.
    pub value: String,
}

impl Tag {
    /// As the API shows it.
    pub fn to_wire(&self) -> wire::Tag {
        wire::Tag { key: self.key.clone(), value: self.value.clone() }
    }
}

/// What a user, group or role was granted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Grants {
    /// Inline policies: documents by name.
    pub inline: BTreeMap<String, String>,
    /// ARNs of attached managed policies, in the order of attachment.
    pub attached: Vec<String>,
}

/// What a principal's name stands under: `/division/team/`.
pub const ROOT_PATH: &str = "/";

/// A policy document as IAM's answers carry it: URL-encoded (RFC 3986).
pub fn encoded(document: &str) -> String {
    const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(document, UNRESERVED).to_string()
}

/// A permission boundary as the API shows it.
pub fn boundary_to_wire(arn: Option<&String>) -> Option<wire::AttachedPermissionsBoundary> {
    arn.map(|arn| wire::AttachedPermissionsBoundary {
        permissions_boundary_type: Some(wire::PermissionsBoundaryAttachmentType::PermissionsBoundaryPolicy),
        permissions_boundary_arn: Some(arn.clone()),
    })
}

/// Tags as the API shows them; absent where there are none.
pub fn tags_to_wire(tags: &[Tag]) -> Option<Vec<wire::Tag>> {
    (!tags.is_empty()).then(|| tags.iter().map(Tag::to_wire).collect())
}

/// Attached policies as the API shows them, by their ARNs.
pub fn attached_to_wire(arns: &[String]) -> Vec<wire::AttachedPolicy> {
    arns.iter()
        .map(|arn| wire::AttachedPolicy { policy_name: Some(arn_name(arn).to_owned()), policy_arn: Some(arn.clone()) })
        .collect()
}

/// Inline policies as `GetAccountAuthorizationDetails` shows them.
pub fn inline_to_wire(inline: &BTreeMap<String, String>) -> Vec<wire::PolicyDetail> {
    inline
        .iter()
        .map(|(name, document)| wire::PolicyDetail {
            policy_name: Some(name.clone()),
            policy_document: Some(encoded(document)),
        })
        .collect()
}

/// The name at the end of an ARN: what stands after its last slash.
pub fn arn_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// The path of an IAM ARN's resource: `/division/` of `arn:aws:iam::123456789012:role/division/name`.
pub fn arn_path(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    match (resource.find('/'), resource.rfind('/')) {
        (Some(first), Some(last)) => resource.get(first..=last).unwrap_or(ROOT_PATH),
        _ => ROOT_PATH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_between_the_first_and_the_last_slash() {
        assert_eq!(arn_path("arn:aws:iam::123456789012:role/a/b/name"), "/a/b/");
        assert_eq!(arn_path("arn:aws:iam::123456789012:role/name"), "/");
        assert_eq!(arn_path("arn:aws:iam::123456789012:root"), "/");
        assert_eq!(arn_path(""), "/");
    }

    #[test]
    fn documents_are_encoded_as_rfc_3986_has_it() {
        assert_eq!(encoded("{\"a\": \"~*\"}"), "%7B%22a%22%3A%20%22~%2A%22%7D");
    }
}
