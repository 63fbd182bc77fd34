//! Who may do what: whom policies allow, what they allow; everybody, what public ACLs grant and public access blocks leave.

use aws_types::{AwsError, Caller};
use store::Versioned;

use crate::Cx;
use crate::entity::{Acl, Bucket, Object, Permission};
use crate::error;
use crate::policy::Said;
use crate::table::owned_bucket;
use crate::versions;

/// What policies said of a call before it came here: those of the caller, and those of the bucket.
#[derive(Clone, Debug)]
pub struct Leave {
    /// Of the operation as a whole. What they deny does not come here; of what they do not mention, ACLs decide.
    pub said: Said,
    /// Whether they allow to list the bucket, and so to learn what is not in it.
    pub lists: bool,
    /// Of each key of `DeleteObjects`, in the order of the request; empty where `said` stands for all.
    pub each: Vec<Said>,
}

impl Leave {
    /// Of a caller about whom nobody was asked: a proven one may all.
    pub fn of(caller: &Caller) -> Self {
        match caller {
            Caller::Anonymous => Self { said: Said::Nothing, lists: false, each: Vec::new() },
            Caller::Root | Caller::Principal { .. } => Self { said: Said::Allowed, lists: true, each: Vec::new() },
        }
    }
}

impl Cx<'_> {
    /// Whether policies allowed the operation: of the account's root, of a principal, or of anybody. Where they said
    /// nothing, the caller comes as anybody.
    fn is_owner(&self) -> bool {
        self.leave.said == Said::Allowed
    }

    /// Whether a key of `DeleteObjects` may be deleted.
    pub(crate) fn may_delete(&self, bucket: &Bucket, nth: usize) -> bool {
        match self.leave.each.get(nth).unwrap_or(&self.leave.said) {
            Said::Allowed => true,
            Said::Denied => false,
            Said::Nothing => everybody_may_bucket(bucket, Permission::Write),
        }
    }

    /// The account alone.
    pub(crate) fn owner_only(&self) -> Result<(), AwsError> {
        if self.is_owner() { Ok(()) } else { Err(error::access_denied()) }
    }

    /// The account, or everybody where the bucket's list says so.
    pub(crate) fn may_bucket(&self, bucket: &Bucket, permission: Permission) -> bool {
        self.is_owner() || everybody_may_bucket(bucket, permission)
    }

    /// The account, or everybody where the object's list says so.
    pub(crate) fn may_object(&self, bucket: &Bucket, object: &Object, permission: Permission) -> bool {
        self.is_owner() || everybody_may(bucket, object, permission)
    }

    /// A version of an object that the caller may read: the current one where none is named.
    pub(crate) async fn readable(&self, named: Named<'_>) -> Result<(Versioned<Bucket>, Object), AwsError> {
        let bucket = owned_bucket(self, named.bucket, named.expected_owner).await?;
        let found = versions::find(self, &bucket, named.key, named.version).await?;
        let found = found.ok_or_else(|| self.missing(&bucket, named.key))?.into_object()?;
        if self.may_object(&bucket, &found, Permission::Read) {
            Ok((bucket, found))
        } else {
            Err(error::access_denied())
        }
    }

    /// What is told of a missing object: its absence only to who may list.
    pub(crate) fn missing(&self, bucket: &Bucket, key: &str) -> AwsError {
        let may_list = self.leave.lists || everybody_may_bucket(bucket, Permission::Read);
        if may_list { error::no_such_key(key) } else { error::access_denied() }
    }
}

/// Which object a call means.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The key.
    pub key: &'a str,
    /// The version; none is the current one.
    pub version: Option<&'a str>,
    /// Whose the bucket must be.
    pub expected_owner: Option<&'a str>,
}

/// [`Named`] out of a request's members.
macro_rules! named {
    ($input:expr) => {
        $crate::access::Named {
            bucket: &$input.bucket,
            key: &$input.key,
            version: $input.version_id.as_deref(),
            expected_owner: $input.expected_bucket_owner.as_deref(),
        }
    };
}
pub(crate) use named;

/// Whether the bucket's list gives everybody this permission.
pub fn everybody_may_bucket(bucket: &Bucket, permission: Permission) -> bool {
    bucket.honours_public_acls() && bucket.acl.allows_everybody(permission)
}

/// Whether the object's list gives everybody this permission.
pub fn everybody_may(bucket: &Bucket, object: &Object, permission: Permission) -> bool {
    bucket.honours_public_acls() && object.acl.allows_everybody(permission)
}

/// The ACL a request sets, checked against the bucket: ACLs may be off, public ones blocked.
pub fn admissible(bucket: &Bucket, acl: Acl, given: Given) -> Result<Acl, AwsError> {
    // With ACLs off, the two lists that change nothing are still taken (S3 user guide, "Disabling ACLs").
    let harmless = given == Given::Harmless;
    if !bucket.acls_enabled() && given != Given::Not && !harmless {
        return Err(error::acl_not_supported());
    }
    if bucket.blocks_public_acls() && acl.is_public() {
        return Err(error::access_denied());
    }
    Ok(acl)
}

/// Whether a request sets an ACL at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// It does not.
    Not,
    /// `private` or `bucket-owner-full-control`.
    Harmless,
    /// Any other.
    Explicit,
}
