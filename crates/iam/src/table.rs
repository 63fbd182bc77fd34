//! Where things lie: one partition an account, one place an entity; access keys in partitions of their own, because
//! they are found before their account is known.
//!
//! What comes in and goes out: keys and [`Table`]s. Every write that changes what somebody may do bears [`CHANGED`].
//! To add an entity: an `impl Entity` here.

use aws_types::AwsError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Index, Store, StoreError, Table};

use crate::entity::managed_policy::Uses;
use crate::entity::{
    AccessKey, Account, Group, InstanceProfile, LastUsed, ManagedPolicy, MfaDevice, OidcProvider, Role, SamlProvider,
    User,
};
use crate::error;

/// Event topic; the key is [`event_key`].
pub const CHANGED: &str = "iam";
/// Access keys: partition [`key_pk`], place [`KEY_SK`].
pub const KEYS: Table<AccessKey> = Table::new("iam-access-key", 1);
/// Last uses: partition [`account_pk`], place [`used_sk`].
pub const USED: Table<LastUsed> = Table::new("iam-last-used", 1);
/// The account's own settings: partition [`account_pk`], place [`ACCOUNT_SK`].
pub const ACCOUNTS: Table<Account> = Table::new("iam-account", 1);
/// Place of an access key.
pub const KEY_SK: &str = "key";
/// Place of the account's settings.
pub const ACCOUNT_SK: &str = "account";

/// Index of groups by id.
pub const GROUP_BY_ID: &str = "iam.group-by-id";
/// Index of users by id of each group they are in.
pub const MEMBERS: &str = "iam.members";
/// Index of principals by ARN of each policy attached to them.
pub const ATTACHED: &str = "iam.attached";
/// Index of principals by ARN of their boundary.
pub const BOUNDED: &str = "iam.bounded";
/// Index of instance profiles by the role they hold.
pub const PROFILES_OF_ROLE: &str = "iam.profiles-of-role";
/// Index of account aliases; reserved.
pub const ALIAS: &str = "iam.alias";

/// Partition of an account.
pub fn account_pk(account: &str) -> String {
    format!("iam#{account}")
}

/// Partition of an access key.
pub fn key_pk(id: &str) -> String {
    format!("iam-key#{id}")
}

/// Place of the last use of a key or role, by its id.
pub fn used_sk(id: &str) -> String {
    format!("used#{id}")
}

/// Key of an account's thing in an index.
pub fn index_key(account: &str, what: &str) -> String {
    format!("{account}/{what}")
}

/// Key of an event: which place of which account changed.
pub fn event_key(account: &str, sk: &str) -> String {
    format!("{account}/{sk}")
}

/// Counter of an account's entities of one kind.
pub fn count_counter(account: &str, prefix: &str) -> String {
    format!("iam.count#{account}/{prefix}")
}

/// Counter of a policy's attachments.
pub fn attached_counter(account: &str, arn: &str) -> String {
    format!("iam.attached#{account}/{arn}")
}

/// Counter of a policy's uses as a boundary.
pub fn boundary_counter(account: &str, arn: &str) -> String {
    format!("iam.bounded#{account}/{arn}")
}

/// How often a policy is used in an account.
pub async fn uses(store: &Store, account: &str, arn: &str) -> Result<Uses, StoreError> {
    let small = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
    Ok(Uses {
        attached: small(store.counter(&attached_counter(account, arn)).await?),
        boundaries: small(store.counter(&boundary_counter(account, arn)).await?),
    })
}

/// What is kept in an account's partition and found by the key that requests name it by (its name, or its ARN).
pub trait Entity: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its table.
    const TABLE: Table<Self>;
    /// What all its places begin with.
    const PREFIX: &'static str;
    /// AWS's name for how many of them an account may have, and how many.
    const QUOTA: (&'static str, i64);

    /// The part of its place that tells it from others of its kind, from a request's key.
    fn slug(key: &str) -> String {
        key.to_ascii_lowercase()
    }

    /// Whether this is what `key` means: two ARNs may end alike.
    fn answers_to(&self, _key: &str) -> bool {
        true
    }

    /// Its index entries.
    fn index(&self) -> Index {
        Index::new()
    }

    /// `NoSuchEntity` in its words.
    fn not_found(key: &str) -> AwsError;

    /// Where it lies.
    fn sk(key: &str) -> String {
        format!("{}{}", Self::PREFIX, Self::slug(key))
    }
}

fn grants_index(account: &str, attached: &[String], boundary: Option<&String>) -> Index {
    let attached = attached.iter().map(|arn| (ATTACHED, index_key(account, arn)));
    attached.chain(boundary.map(|arn| (BOUNDED, index_key(account, arn)))).collect()
}

impl Entity for User {
    const TABLE: Table<Self> = Table::new("iam-user", 1);
    const PREFIX: &'static str = "user#";
    const QUOTA: (&'static str, i64) = ("UsersPerAccount", 5_000);

    fn index(&self) -> Index {
        let mut index = grants_index(&self.account, &self.grants.attached, self.boundary.as_ref());
        index.extend(self.groups.iter().map(|id| (MEMBERS, index_key(&self.account, id))));
        index
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_user(key)
    }
}

impl Entity for Group {
    const TABLE: Table<Self> = Table::new("iam-group", 1);
    const PREFIX: &'static str = "group#";
    const QUOTA: (&'static str, i64) = ("GroupsPerAccount", 300);

    fn index(&self) -> Index {
        let mut index = grants_index(&self.account, &self.grants.attached, None);
        index.push((GROUP_BY_ID, index_key(&self.account, &self.id)));
        index
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_group(key)
    }
}

impl Entity for Role {
    const TABLE: Table<Self> = Table::new("iam-role", 1);
    const PREFIX: &'static str = "role#";
    const QUOTA: (&'static str, i64) = ("RolesPerAccount", 1_000);

    fn index(&self) -> Index {
        grants_index(&self.account, &self.grants.attached, self.boundary.as_ref())
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_role(key)
    }
}

impl Entity for ManagedPolicy {
    const TABLE: Table<Self> = Table::new("iam-policy", 1);
    const PREFIX: &'static str = "policy#";
    const QUOTA: (&'static str, i64) = ("PoliciesPerAccount", 1_500);

    fn slug(arn: &str) -> String {
        crate::entity::arn_name(arn).to_ascii_lowercase()
    }

    fn answers_to(&self, arn: &str) -> bool {
        self.arn() == arn
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_policy(key)
    }
}

impl Entity for InstanceProfile {
    const TABLE: Table<Self> = Table::new("iam-instance-profile", 1);
    const PREFIX: &'static str = "instance-profile#";
    const QUOTA: (&'static str, i64) = ("InstanceProfilesPerAccount", 1_000);

    fn index(&self) -> Index {
        let key = |role: &String| (PROFILES_OF_ROLE, index_key(&self.account, &role.to_ascii_lowercase()));
        self.role.iter().map(key).collect()
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_instance_profile(key)
    }
}

impl Entity for OidcProvider {
    const TABLE: Table<Self> = Table::new("iam-oidc-provider", 1);
    const PREFIX: &'static str = "oidc-provider#";
    const QUOTA: (&'static str, i64) = ("OpenIdConnectProvidersPerAccount", 100);

    fn slug(arn: &str) -> String {
        arn.split_once(":oidc-provider/").map_or(arn, |(_, url)| url).to_owned()
    }

    fn answers_to(&self, arn: &str) -> bool {
        self.arn() == arn
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_oidc_provider(key)
    }
}

impl Entity for SamlProvider {
    const TABLE: Table<Self> = Table::new("iam-saml-provider", 1);
    const PREFIX: &'static str = "saml-provider#";
    const QUOTA: (&'static str, i64) = ("SAMLProvidersPerAccount", 100);

    fn slug(arn: &str) -> String {
        crate::entity::arn_name(arn).to_ascii_lowercase()
    }

    fn answers_to(&self, arn: &str) -> bool {
        self.arn() == arn
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_saml_provider(key)
    }
}

impl Entity for MfaDevice {
    const TABLE: Table<Self> = Table::new("iam-mfa-device", 1);
    const PREFIX: &'static str = "mfa-device#";
    const QUOTA: (&'static str, i64) = ("VirtualMFADevicesPerAccount", 5_000);

    fn slug(arn: &str) -> String {
        arn.split_once(":mfa/").map_or(arn, |(_, name)| name).to_ascii_lowercase()
    }

    fn answers_to(&self, arn: &str) -> bool {
        self.arn() == arn
    }

    fn not_found(key: &str) -> AwsError {
        error::no_such_mfa_device(key)
    }
}
