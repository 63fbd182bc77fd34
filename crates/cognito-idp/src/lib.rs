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
pub mod key_ring;
pub mod lookup;
mod message;
mod operations;
pub mod paging;
mod port;
pub mod ports;
mod refresh;
pub mod rules;
mod service;
mod sweep;
pub mod table;
mod triggers;
mod view;

pub use config::{Config, Doors, HashParams, IssuerForm};
pub use key_ring::{KeyRing, PoolKeys};
pub use service::{CognitoIdp, Cx};

aws_types::operations! { Cx =>
    AddCustomAttributes: add_custom_attributes, done;
    AddUserPoolClientSecret: add_user_pool_client_secret, done;
    AdminAddUserToGroup: admin_add_user_to_group, done;
    AdminConfirmSignUp: admin_confirm_sign_up, done;
    AdminCreateUser: admin_create_user, done;
    AdminDeleteUser: admin_delete_user, done;
    AdminDeleteUserAttributes: admin_delete_user_attributes, done;
    AdminDisableUser: admin_disable_user, done;
    AdminEnableUser: admin_enable_user, done;
    AdminGetUser: admin_get_user, done;
    AdminInitiateAuth: admin_initiate_auth, partial("no second factors, no devices; USER_AUTH knows passwords only");
    AdminListGroupsForUser: admin_list_groups_for_user, done;
    AdminRemoveUserFromGroup: admin_remove_user_from_group, done;
    AdminResetUserPassword: admin_reset_user_password, done;
    AdminRespondToAuthChallenge: admin_respond_to_auth_challenge, partial("SELECT_CHALLENGE, PASSWORD_VERIFIER, CUSTOM_CHALLENGE and NEW_PASSWORD_REQUIRED only");
    AdminSetUserPassword: admin_set_user_password, done;
    AdminUpdateUserAttributes: admin_update_user_attributes, done;
    AdminUserGlobalSignOut: admin_user_global_sign_out, done;
    ChangePassword: change_password, done;
    ConfirmForgotPassword: confirm_forgot_password, done;
    ConfirmSignUp: confirm_sign_up, done;
    CreateGroup: create_group, done;
    CreateResourceServer: create_resource_server, done;
    CreateUserPool: create_user_pool, partial("devices, threat protection and the trigger InboundFederation are kept and given back without effect; custom senders are refused");
    CreateUserPoolClient: create_user_pool_client, done;
    CreateUserPoolDomain: create_user_pool_domain, partial("there is one set of pages for both login versions, and certificates are the server's");
    DeleteGroup: delete_group, done;
    DeleteResourceServer: delete_resource_server, done;
    DeleteUser: delete_user, done;
    DeleteUserAttributes: delete_user_attributes, done;
    DeleteUserPool: delete_user_pool, done;
    DeleteUserPoolClient: delete_user_pool_client, done;
    DeleteUserPoolClientSecret: delete_user_pool_client_secret, done;
    DeleteUserPoolDomain: delete_user_pool_domain, done;
    DescribeResourceServer: describe_resource_server, done;
    DescribeUserPool: describe_user_pool, done;
    DescribeUserPoolClient: describe_user_pool_client, done;
    DescribeUserPoolDomain: describe_user_pool_domain, done;
    ForgotPassword: forgot_password, done;
    GetGroup: get_group, done;
    GetTokensFromRefreshToken: get_tokens_from_refresh_token, done;
    GetUICustomization: get_ui_customization, done;
    GetUser: get_user, done;
    GetUserAttributeVerificationCode: get_user_attribute_verification_code, done;
    GetUserPoolMfaConfig: get_user_pool_mfa_config, done;
    GlobalSignOut: global_sign_out, done;
    InitiateAuth: initiate_auth, partial("no second factors, no devices; USER_AUTH knows passwords only");
    ListGroups: list_groups, done;
    ListResourceServers: list_resource_servers, done;
    ListTagsForResource: list_tags_for_resource, done;
    ListUserPoolClientSecrets: list_user_pool_client_secrets, done;
    ListUserPoolClients: list_user_pool_clients, done;
    ListUserPools: list_user_pools, done;
    ListUsers: list_users, done;
    ListUsersInGroup: list_users_in_group, done;
    ResendConfirmationCode: resend_confirmation_code, done;
    RespondToAuthChallenge: respond_to_auth_challenge, partial("SELECT_CHALLENGE, PASSWORD_VERIFIER, CUSTOM_CHALLENGE and NEW_PASSWORD_REQUIRED only");
    RevokeToken: revoke_token, done;
    SetUICustomization: set_ui_customization, partial("kept and given back; the hosted pages do not wear it");
    SetUserPoolMfaConfig: set_user_pool_mfa_config, partial("kept and given back; sign-in does not ask for second factors");
    SignUp: sign_up, partial("no Session for USER_AUTH clients");
    TagResource: tag_resource, done;
    UntagResource: untag_resource, done;
    UpdateGroup: update_group, done;
    UpdateResourceServer: update_resource_server, done;
    UpdateUserAttributes: update_user_attributes, done;
    UpdateUserPool: update_user_pool, partial("devices, threat protection and the trigger InboundFederation are kept and given back without effect; custom senders are refused");
    UpdateUserPoolClient: update_user_pool_client, done;
    UpdateUserPoolDomain: update_user_pool_domain, partial("there is one set of pages for both login versions, and certificates are the server's");
    VerifyUserAttribute: verify_user_attribute, done;
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
