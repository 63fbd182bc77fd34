//! Cognito user pools: the control plane and the user operations of the AWS API `cognito-idp`
//! (guide: "Amazon Cognito user pools"; API reference 2016-04-18).
//!
//! What comes in: calls whose constraints the model has checked, and whose signature, where one is due, was verified.
//! What goes out: answers and errors in AWS's words; [`user_pool_domain::plan::DomainPlan`]s for the hosted pages;
//! verifying keys for gateways.
//! What it must not know: HTTP, sockets, the environment, other services.
//!
//! - `operations/`: one file an operation; rules, then one store transaction.
//! - `entity/`: what is kept. `table/`: where it lies. `error.rs`: each sentence once.
//! - `import/`: users from CSV files. `transfer/`: a pool's users out of one server and into another.
//! - `message/`: what people are sent. `log_delivery.rs`: logs for the pool's owner.
//! - `auth/`: passwords, sessions, tokens. `triggers/`: functions that have a say in them. `key_ring.rs`: signing keys. `compile.rs`: plans.
//!
//! To add an operation: a file in `operations/` with one `pub async fn` of the file's name, its line in
//! `operations/mod.rs`, its line in the table below, its tests.

pub mod auth;
mod change;
pub mod compile;
pub mod config;
pub mod discovery;
pub mod entity;
pub mod error;
mod federation;
pub mod import;
pub mod key_ring;
mod log_delivery;
mod looks;
pub mod lookup;
mod managed_login;
mod message;
mod operations;
pub mod paging;
mod port;
pub mod ports;
mod provider;
mod rates;
mod refresh;
mod replica;
pub mod rules;
mod service;
mod sweep;
pub mod table;
pub mod transfer;
mod triggers;
mod view;

pub use config::{Config, Doors, HashParams, IssuerForm, MessageLimits, OperationRates, SignInLimits};
pub use key_ring::{KeyRing, PoolKeys};
pub use service::{CognitoIdp, Cx};

aws_types::operations! { Cx =>
    AddCustomAttributes: add_custom_attributes, done;
    AddUserPoolClientSecret: add_user_pool_client_secret, done;
    AdminAddUserToGroup: admin_add_user_to_group, done;
    AdminConfirmSignUp: admin_confirm_sign_up, done;
    AdminCreateUser: admin_create_user, done;
    AdminDeleteSoftwareToken: admin_delete_software_token, done;
    AdminDeleteUser: admin_delete_user, done;
    AdminDeleteUserAttributes: admin_delete_user_attributes, done;
    AdminDisableProviderForUser: admin_disable_provider_for_user, done;
    AdminDisableUser: admin_disable_user, done;
    AdminEnableUser: admin_enable_user, done;
    AdminForgetDevice: admin_forget_device, done;
    AdminGetDevice: admin_get_device, done;
    AdminGetUser: admin_get_user, done;
    AdminGetUserAuthFactors: admin_get_user_auth_factors, done;
    AdminInitiateAuth: admin_initiate_auth, done;
    AdminLinkProviderForUser: admin_link_provider_for_user, partial("kept and shown; sign-in through providers is not there yet");
    AdminListDevices: admin_list_devices, done;
    AdminListGroupsForUser: admin_list_groups_for_user, done;
    AdminListUserAuthEvents: admin_list_user_auth_events, done;
    AdminListUserSessions: admin_list_user_sessions, done;
    AdminRemoveUserFromGroup: admin_remove_user_from_group, done;
    AdminResetUserPassword: admin_reset_user_password, done;
    AdminRespondToAuthChallenge: admin_respond_to_auth_challenge, done;
    AdminRevokeUserSession: admin_revoke_user_session, done;
    AdminSetUserMFAPreference: admin_set_user_mfa_preference, done;
    AdminSetUserPassword: admin_set_user_password, done;
    AdminSetUserSettings: admin_set_user_settings, done;
    AdminUpdateAuthEventFeedback: admin_update_auth_event_feedback, done;
    AdminUpdateDeviceStatus: admin_update_device_status, done;
    AdminUpdateUserAttributes: admin_update_user_attributes, done;
    AdminUserGlobalSignOut: admin_user_global_sign_out, done;
    AssociateSoftwareToken: associate_software_token, done;
    ChangePassword: change_password, done;
    CompleteWebAuthnRegistration: complete_web_authn_registration, done;
    ConfirmDevice: confirm_device, done;
    ConfirmForgotPassword: confirm_forgot_password, done;
    ConfirmSignUp: confirm_sign_up, done;
    CreateGroup: create_group, done;
    CreateIdentityProvider: create_identity_provider, partial("kept and given back; sign-in through providers is not there yet");
    CreateManagedLoginBranding: create_managed_login_branding, done;
    CreateResourceServer: create_resource_server, done;
    CreateTerms: create_terms, done;
    CreateUserImportJob: create_user_import_job, done;
    CreateUserPool: create_user_pool, done;
    CreateUserPoolClient: create_user_pool_client, done;
    CreateUserPoolDomain: create_user_pool_domain, done;
    CreateUserPoolReplica: create_user_pool_replica, done;
    DeleteGroup: delete_group, done;
    DeleteIdentityProvider: delete_identity_provider, done;
    DeleteManagedLoginBranding: delete_managed_login_branding, done;
    DeleteResourceServer: delete_resource_server, done;
    DeleteTerms: delete_terms, done;
    DeleteUser: delete_user, done;
    DeleteUserAttributes: delete_user_attributes, done;
    DeleteUserPool: delete_user_pool, done;
    DeleteUserPoolClient: delete_user_pool_client, done;
    DeleteUserPoolClientSecret: delete_user_pool_client_secret, done;
    DeleteUserPoolDomain: delete_user_pool_domain, done;
    DeleteUserPoolReplica: delete_user_pool_replica, done;
    DeleteWebAuthnCredential: delete_web_authn_credential, done;
    DescribeIdentityProvider: describe_identity_provider, done;
    DescribeManagedLoginBranding: describe_managed_login_branding, done;
    DescribeManagedLoginBrandingByClient: describe_managed_login_branding_by_client, done;
    DescribeResourceServer: describe_resource_server, done;
    DescribeRiskConfiguration: describe_risk_configuration, done;
    DescribeTerms: describe_terms, done;
    DescribeTermsByClient: describe_terms_by_client, done;
    DescribeUserImportJob: describe_user_import_job, done;
    DescribeUserPool: describe_user_pool, done;
    DescribeUserPoolClient: describe_user_pool_client, done;
    DescribeUserPoolDomain: describe_user_pool_domain, done;
    ForgetDevice: forget_device, done;
    ForgotPassword: forgot_password, done;
    GetCSVHeader: get_csv_header, done;
    GetClientToken: get_client_token, done;
    GetDerivedToken: get_derived_token, partial("takes tokens of the pool alone: outside providers' wait for sign-in through them");
    GetDevice: get_device, done;
    GetGroup: get_group, done;
    GetIdentityProviderByIdentifier: get_identity_provider_by_identifier, done;
    GetLogDeliveryConfiguration: get_log_delivery_configuration, done;
    GetProvisionedLimit: get_provisioned_limit, done;
    GetSigningCertificate: get_signing_certificate, done;
    GetTokensFromRefreshToken: get_tokens_from_refresh_token, done;
    GetUICustomization: get_ui_customization, done;
    GetUser: get_user, done;
    GetUserAttributeVerificationCode: get_user_attribute_verification_code, done;
    GetUserAuthFactors: get_user_auth_factors, done;
    GetUserPoolClientSessionConfiguration: get_user_pool_client_session_configuration, done;
    GetUserPoolMfaConfig: get_user_pool_mfa_config, done;
    GetUserPoolSessionConfiguration: get_user_pool_session_configuration, done;
    GlobalSignOut: global_sign_out, done;
    InitiateAuth: initiate_auth, done;
    ListDevices: list_devices, done;
    ListGroups: list_groups, done;
    ListIdentityProviders: list_identity_providers, done;
    ListResourceServers: list_resource_servers, done;
    ListTagsForResource: list_tags_for_resource, done;
    ListTerms: list_terms, done;
    ListUserImportJobs: list_user_import_jobs, done;
    ListUserPoolClientSecrets: list_user_pool_client_secrets, done;
    ListUserPoolClients: list_user_pool_clients, done;
    ListUserPoolReplicas: list_user_pool_replicas, done;
    ListUserPools: list_user_pools, done;
    ListUserSessions: list_user_sessions, done;
    ListUsers: list_users, done;
    ListUsersInGroup: list_users_in_group, done;
    ListWebAuthnCredentials: list_web_authn_credentials, done;
    ResendConfirmationCode: resend_confirmation_code, done;
    RespondToAuthChallenge: respond_to_auth_challenge, done;
    RevokeToken: revoke_token, done;
    RevokeUserSession: revoke_user_session, done;
    SetLogDeliveryConfiguration: set_log_delivery_configuration, done;
    SetRiskConfiguration: set_risk_configuration, done;
    SetUICustomization: set_ui_customization, done;
    SetUserMFAPreference: set_user_mfa_preference, done;
    SetUserPoolClientSessionConfiguration: set_user_pool_client_session_configuration, done;
    SetUserPoolMfaConfig: set_user_pool_mfa_config, done;
    SetUserPoolSessionConfiguration: set_user_pool_session_configuration, done;
    SetUserSettings: set_user_settings, done;
    SignUp: sign_up, done;
    StartUserImportJob: start_user_import_job, done;
    StartWebAuthnRegistration: start_web_authn_registration, done;
    StopUserImportJob: stop_user_import_job, done;
    TagResource: tag_resource, done;
    UntagResource: untag_resource, done;
    UpdateAuthEventFeedback: update_auth_event_feedback, done;
    UpdateDeviceStatus: update_device_status, done;
    UpdateGroup: update_group, done;
    UpdateIdentityProvider: update_identity_provider, partial("kept and given back; sign-in through providers is not there yet");
    UpdateManagedLoginBranding: update_managed_login_branding, done;
    UpdateProvisionedLimit: update_provisioned_limit, done;
    UpdateResourceServer: update_resource_server, done;
    UpdateTerms: update_terms, done;
    UpdateUserAttributes: update_user_attributes, done;
    UpdateUserPool: update_user_pool, done;
    UpdateUserPoolClient: update_user_pool_client, done;
    UpdateUserPoolDomain: update_user_pool_domain, done;
    UpdateUserPoolReplica: update_user_pool_replica, done;
    VerifySoftwareToken: verify_software_token, done;
    VerifyUserAttribute: verify_user_attribute, done;
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
