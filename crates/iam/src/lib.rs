//! AWS Identity and Access Management and the Security Token Service: who there is, what they may do, and the
//! credentials they prove it with (IAM guide; API references 2010-05-08 and 2011-06-15).
//!
//! What comes in: calls whose constraints the model has checked, and whose caller was proven. What goes out: answers
//! and errors in AWS's words; to the front door, through [`Principals`], the secret of an access key, the opened token
//! of a session, and decisions of the policy engine.
//! What it must not know: HTTP, sockets, the environment, other services. Whose keys sign a web identity token it asks
//! of [`ports::IssuerKeys`].
//!
//! - `operations/` (IAM) and `sts/operations/`: one file an operation; rules, then one store transaction.
//! - `entity/`: what is kept. `table.rs`: where it lies. `error.rs`: each sentence once.
//! - `grants.rs`, `tags.rs`, `keys.rs`: what several operations do alike.
//! - `compile.rs`, `cache.rs`, `principals.rs`: the policies of a principal, compiled once, kept until the store's
//!   events say that something changed.
//! - `session.rs`: temporary credentials. A session token is sealed and says all that is to be known of its session, so
//!   that no node needs a table to open it.
//!
//! To add an operation: a file in `operations/` with one `pub async fn` of the file's name, its line in
//! `operations/mod.rs`, its line in the table below, its tests.

mod authorization;
pub mod aws_managed;
mod cache;
mod change;
mod compile;
mod credential_report;
pub mod entity;
pub mod error;
mod exclusion;
mod grants;
pub mod identity;
pub mod ids;
mod keys;
mod mfa;
mod operations;
mod paging;
mod policy;
pub mod ports;
mod principal;
pub mod principals;
mod profiles;
mod qr_png;
mod service;
mod service_linked;
pub mod session;
mod simulate;
pub mod sts;
pub mod table;
mod tags;
mod target;
mod trust;
mod used;

pub use authorization::{Question, Verdict};
pub use identity::Identity;
pub use principals::{KeyRecord, KeyStatus, Principals};
pub use service::{Config, Cx, Doors, Iam, Rooms, RootAssumes};
pub use session::{Credentials, Session, SessionKind};
pub use sts::Sts;
pub use target::Target;

aws_types::operations! { Cx =>
    AddClientIDToOpenIDConnectProvider: add_client_id_to_open_id_connect_provider, done;
    AddRoleToInstanceProfile: add_role_to_instance_profile, done;
    AddUserToGroup: add_user_to_group, done;
    AttachGroupPolicy: attach_group_policy, done;
    AttachRolePolicy: attach_role_policy, done;
    AttachUserPolicy: attach_user_policy, done;
    CreateAccessKey: create_access_key, done;
    CreateAccountAlias: create_account_alias, done;
    CreateGroup: create_group, done;
    CreateInstanceProfile: create_instance_profile, done;
    CreateOpenIDConnectProvider: create_open_id_connect_provider, done;
    CreatePolicy: create_policy, done;
    CreatePolicyVersion: create_policy_version, done;
    CreateRole: create_role, done;
    CreateSAMLProvider: create_saml_provider, partial("no private keys, and so no encrypted assertions");
    CreateServiceLinkedRole: create_service_linked_role, partial("for the services that live here; it is granted nothing");
    CreateUser: create_user, done;
    CreateVirtualMFADevice: create_virtual_mfa_device, done;
    DeactivateMFADevice: deactivate_mfa_device, done;
    DeleteAccessKey: delete_access_key, done;
    DeleteAccountAlias: delete_account_alias, done;
    DeleteAccountPasswordPolicy: delete_account_password_policy, done;
    DeleteGroup: delete_group, done;
    DeleteGroupPolicy: delete_group_policy, done;
    DeleteInstanceProfile: delete_instance_profile, done;
    DeleteOpenIDConnectProvider: delete_open_id_connect_provider, done;
    DeletePolicy: delete_policy, done;
    DeletePolicyVersion: delete_policy_version, done;
    DeleteRole: delete_role, done;
    DeleteRolePermissionsBoundary: delete_role_permissions_boundary, done;
    DeleteRolePolicy: delete_role_policy, done;
    DeleteSAMLProvider: delete_saml_provider, done;
    DeleteServiceLinkedRole: delete_service_linked_role, done;
    DeleteUser: delete_user, done;
    DeleteUserPermissionsBoundary: delete_user_permissions_boundary, done;
    DeleteUserPolicy: delete_user_policy, done;
    DeleteVirtualMFADevice: delete_virtual_mfa_device, done;
    DetachGroupPolicy: detach_group_policy, done;
    DetachRolePolicy: detach_role_policy, done;
    DetachUserPolicy: detach_user_policy, done;
    EnableMFADevice: enable_mfa_device, done;
    GenerateCredentialReport: generate_credential_report, done;
    GetAccessKeyLastUsed: get_access_key_last_used, done;
    GetAccountAuthorizationDetails: get_account_authorization_details, done;
    GetAccountPasswordPolicy: get_account_password_policy, done;
    GetAccountSummary: get_account_summary, done;
    GetContextKeysForCustomPolicy: get_context_keys_for_custom_policy, done;
    GetContextKeysForPrincipalPolicy: get_context_keys_for_principal_policy, done;
    GetCredentialReport: get_credential_report, done;
    GetGroup: get_group, done;
    GetGroupPolicy: get_group_policy, done;
    GetInstanceProfile: get_instance_profile, done;
    GetOpenIDConnectProvider: get_open_id_connect_provider, done;
    GetPolicy: get_policy, done;
    GetPolicyVersion: get_policy_version, done;
    GetRole: get_role, done;
    GetRolePolicy: get_role_policy, done;
    GetSAMLProvider: get_saml_provider, done;
    GetServiceLinkedRoleDeletionStatus: get_service_linked_role_deletion_status, done;
    GetUser: get_user, done;
    GetUserPolicy: get_user_policy, done;
    ListAccessKeys: list_access_keys, done;
    ListAccountAliases: list_account_aliases, done;
    ListAttachedGroupPolicies: list_attached_group_policies, done;
    ListAttachedRolePolicies: list_attached_role_policies, done;
    ListAttachedUserPolicies: list_attached_user_policies, done;
    ListEntitiesForPolicy: list_entities_for_policy, done;
    ListGroupPolicies: list_group_policies, done;
    ListGroups: list_groups, done;
    ListGroupsForUser: list_groups_for_user, done;
    ListInstanceProfileTags: list_instance_profile_tags, done;
    ListInstanceProfiles: list_instance_profiles, done;
    ListInstanceProfilesForRole: list_instance_profiles_for_role, done;
    ListMFADeviceTags: list_mfa_device_tags, done;
    ListMFADevices: list_mfa_devices, done;
    ListOpenIDConnectProviderTags: list_open_id_connect_provider_tags, done;
    ListOpenIDConnectProviders: list_open_id_connect_providers, done;
    ListPolicies: list_policies, done;
    ListPolicyTags: list_policy_tags, done;
    ListPolicyVersions: list_policy_versions, done;
    ListRolePolicies: list_role_policies, done;
    ListRoleTags: list_role_tags, done;
    ListRoles: list_roles, done;
    ListSAMLProviderTags: list_saml_provider_tags, done;
    ListSAMLProviders: list_saml_providers, done;
    ListUserPolicies: list_user_policies, done;
    ListUserTags: list_user_tags, done;
    ListUsers: list_users, done;
    ListVirtualMFADevices: list_virtual_mfa_devices, done;
    PutGroupPolicy: put_group_policy, done;
    PutRolePermissionsBoundary: put_role_permissions_boundary, done;
    PutRolePolicy: put_role_policy, done;
    PutUserPermissionsBoundary: put_user_permissions_boundary, done;
    PutUserPolicy: put_user_policy, done;
    RemoveClientIDFromOpenIDConnectProvider: remove_client_id_from_open_id_connect_provider, done;
    RemoveRoleFromInstanceProfile: remove_role_from_instance_profile, done;
    RemoveUserFromGroup: remove_user_from_group, done;
    ResyncMFADevice: resync_mfa_device, done;
    SetDefaultPolicyVersion: set_default_policy_version, done;
    SimulateCustomPolicy: simulate_custom_policy, partial("no policies of organizations");
    SimulatePrincipalPolicy: simulate_principal_policy, done;
    TagInstanceProfile: tag_instance_profile, done;
    TagMFADevice: tag_mfa_device, done;
    TagOpenIDConnectProvider: tag_open_id_connect_provider, done;
    TagPolicy: tag_policy, done;
    TagRole: tag_role, done;
    TagSAMLProvider: tag_saml_provider, done;
    TagUser: tag_user, done;
    UntagInstanceProfile: untag_instance_profile, done;
    UntagMFADevice: untag_mfa_device, done;
    UntagOpenIDConnectProvider: untag_open_id_connect_provider, done;
    UntagPolicy: untag_policy, done;
    UntagRole: untag_role, done;
    UntagSAMLProvider: untag_saml_provider, done;
    UntagUser: untag_user, done;
    UpdateAccessKey: update_access_key, done;
    UpdateAccountPasswordPolicy: update_account_password_policy, done;
    UpdateAssumeRolePolicy: update_assume_role_policy, done;
    UpdateGroup: update_group, done;
    UpdateOpenIDConnectProviderThumbprint: update_open_id_connect_provider_thumbprint, done;
    UpdateRole: update_role, done;
    UpdateRoleDescription: update_role_description, done;
    UpdateSAMLProvider: update_saml_provider, partial("no private keys, and so no encrypted assertions");
    UpdateUser: update_user, done;
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
