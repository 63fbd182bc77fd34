//! Access control lists (S3 user guide, "Access control list (ACL) overview").

use aws_lc_rs::digest::{SHA256, digest};
use aws_types::{AccountId, AwsError};
use model_s3 as wire;
use serde::{Deserialize, Serialize};

use crate::error;

const ALL_USERS: &str = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED_USERS: &str = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY: &str = "http://acs.amazonaws.com/groups/s3/LogDelivery";
/// Grants in one list (S3 quota).
const MAX_GRANTS: usize = 100;

/// The owner's canonical id is the account's; every list belongs to the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acl {
    /// In the order given.
    pub grants: Vec<Grant>,
}

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// To whom.
    pub grantee: Grantee,
    /// What.
    pub permission: Permission,
}

/// To whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grantee {
    /// An account by its canonical id.
    Account(String),
    /// Everybody, signed in or not.
    AllUsers,
    /// Every account of AWS.
    AuthenticatedUsers,
    /// S3's log delivery.
    LogDelivery,
}

/// What is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Permission {
    /// All four.
    FullControl,
    /// Bucket: put and delete objects.
    Write,
    /// Change the list.
    WriteAcp,
    /// Bucket: list. Object: read.
    Read,
    /// Read the list.
    ReadAcp,
}

/// A request's five `x-amz-grant-*` headers.
pub struct GrantHeaders<'a> {
    /// `x-amz-grant-full-control`.
    pub full_control: Option<&'a str>,
    /// `x-amz-grant-write`.
    pub write: Option<&'a str>,
    /// `x-amz-grant-write-acp`.
    pub write_acp: Option<&'a str>,
    /// `x-amz-grant-read`.
    pub read: Option<&'a str>,
    /// `x-amz-grant-read-acp`.
    pub read_acp: Option<&'a str>,
}

/// Reads the grant headers of a request; `PutObject` has no grant of writing.
macro_rules! grant_headers {
    ($input:expr) => {
        $crate::entity::acl::grant_headers!($input, $input.grant_write.as_deref())
    };
    ($input:expr, $write:expr) => {
        $crate::entity::acl::GrantHeaders {
            full_control: $input.grant_full_control.as_deref(),
            write: $write,
            write_acp: $input.grant_write_acp.as_deref(),
            read: $input.grant_read.as_deref(),
            read_acp: $input.grant_read_acp.as_deref(),
        }
    };
}
pub(crate) use grant_headers;

/// The account's canonical user id: 64 hexadecimal digits, the same at every start.
pub fn canonical_id(account: &AccountId) -> String {
    digest(&SHA256, format!("canonical user of {account}").as_bytes())
        .as_ref()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

impl Acl {
    /// The owner alone.
    pub fn private(account: &AccountId) -> Self {
        Self {
            grants: vec![Grant {
                grantee: Grantee::Account(canonical_id(account)),
                permission: Permission::FullControl,
            }],
        }
    }

    /// A canned list by its header value; the ones that speak of other owners than the account come down to `private`.
    pub fn canned(name: &str, account: &AccountId) -> Self {
        let more: &[(Grantee, Permission)] = match name {
            "public-read" => &[(Grantee::AllUsers, Permission::Read)],
            "public-read-write" => &[(Grantee::AllUsers, Permission::Read), (Grantee::AllUsers, Permission::Write)],
            "authenticated-read" => &[(Grantee::AuthenticatedUsers, Permission::Read)],
            _ => &[],
        };
        let mut acl = Self::private(account);
        acl.grants.extend(
            more.iter().map(|(grantee, permission)| Grant { grantee: grantee.clone(), permission: *permission }),
        );
        acl
    }

    /// From `x-amz-grant-*` headers; `None` where there are none.
    pub fn from_headers(headers: &GrantHeaders<'_>) -> Result<Option<Self>, AwsError> {
        let all = [
            (headers.full_control, Permission::FullControl),
            (headers.write, Permission::Write),
            (headers.write_acp, Permission::WriteAcp),
            (headers.read, Permission::Read),
            (headers.read_acp, Permission::ReadAcp),
        ];
        let mut grants = Vec::new();
        for (value, permission) in all.iter().filter_map(|(value, permission)| value.map(|value| (value, *permission)))
        {
            for part in value.split(',') {
                grants.push(Grant { grantee: grantee(part.trim())?, permission });
            }
        }
        if grants.len() > MAX_GRANTS {
            return Err(error::malformed_acl());
        }
        Ok((!grants.is_empty()).then_some(Self { grants }))
    }

    /// From an `AccessControlPolicy` document.
    pub fn from_wire(policy: wire::AccessControlPolicy) -> Result<Self, AwsError> {
        let grants = policy.grants.unwrap_or_default();
        if policy.owner.is_none() || grants.len() > MAX_GRANTS {
            return Err(error::malformed_acl());
        }
        let read = |grant: wire::Grant| -> Result<Grant, AwsError> {
            let grantee = grant.grantee.ok_or_else(error::malformed_acl)?;
            let permission = grant.permission.ok_or_else(error::malformed_acl)?;
            let grantee = match (grantee.r#type, grantee.id, grantee.uri) {
                (wire::Type::CanonicalUser, Some(id), _) => account(&id)?,
                (wire::Type::Group, _, Some(uri)) => group(&uri)?,
                _ => return Err(error::malformed_acl()),
            };
            Ok(Grant { grantee, permission: Permission::from_wire(permission) })
        };
        Ok(Self { grants: grants.into_iter().map(read).collect::<Result<_, _>>()? })
    }

    /// As GetBucketAcl and GetObjectAcl answer it.
    pub fn into_wire(self) -> Vec<wire::Grant> {
        let grant = |grant: Grant| {
            let (r#type, id, uri) = match grant.grantee {
                Grantee::Account(id) => (wire::Type::CanonicalUser, Some(id), None),
                Grantee::AllUsers => (wire::Type::Group, None, Some(ALL_USERS.to_owned())),
                Grantee::AuthenticatedUsers => (wire::Type::Group, None, Some(AUTHENTICATED_USERS.to_owned())),
                Grantee::LogDelivery => (wire::Type::Group, None, Some(LOG_DELIVERY.to_owned())),
            };
            let grantee = wire::Grantee { display_name: None, email_address: None, id, r#type, uri };
            wire::Grant { grantee: Some(grantee), permission: Some(grant.permission.into_wire()) }
        };
        self.grants.into_iter().map(grant).collect()
    }

    /// Any grant to all users or all accounts (S3 user guide, "The meaning of 'public'").
    pub fn is_public(&self) -> bool {
        self.grants.iter().any(|grant| matches!(grant.grantee, Grantee::AllUsers | Grantee::AuthenticatedUsers))
    }

    /// Whether everybody has this permission.
    pub fn allows_everybody(&self, wanted: Permission) -> bool {
        self.grants.iter().any(|grant| {
            grant.grantee == Grantee::AllUsers
                && (grant.permission == wanted || grant.permission == Permission::FullControl)
        })
    }
}

impl Permission {
    const fn from_wire(permission: wire::Permission) -> Self {
        match permission {
            wire::Permission::FullControl => Self::FullControl,
            wire::Permission::Write => Self::Write,
            wire::Permission::WriteAcp => Self::WriteAcp,
            wire::Permission::Read => Self::Read,
            wire::Permission::ReadAcp => Self::ReadAcp,
        }
    }

    const fn into_wire(self) -> wire::Permission {
        match self {
            Self::FullControl => wire::Permission::FullControl,
            Self::Write => wire::Permission::Write,
            Self::WriteAcp => wire::Permission::WriteAcp,
            Self::Read => wire::Permission::Read,
            Self::ReadAcp => wire::Permission::ReadAcp,
        }
    }
}

/// `uri="…"` or `id="…"`; e-mail grantees are no longer taken by S3 in new regions, nor here.
fn grantee(part: &str) -> Result<Grantee, AwsError> {
    let malformed = || error::invalid_argument("Argument format not recognized", "x-amz-grant", part);
    let (kind, value) = part.split_once('=').ok_or_else(malformed)?;
    let value = value.trim().trim_matches('"');
    match kind.trim() {
        "uri" => group(value),
        "id" => account(value),
        _ => Err(malformed()),
    }
}

fn group(uri: &str) -> Result<Grantee, AwsError> {
    match uri {
        ALL_USERS => Ok(Grantee::AllUsers),
        AUTHENTICATED_USERS => Ok(Grantee::AuthenticatedUsers),
        LOG_DELIVERY => Ok(Grantee::LogDelivery),
        _ => Err(error::invalid_argument("Invalid group uri", "uri", uri)),
    }
}

fn account(id: &str) -> Result<Grantee, AwsError> {
    let well_formed = id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if well_formed { Ok(Grantee::Account(id.to_owned())) } else { Err(error::invalid_argument("Invalid id", "id", id)) }
}
