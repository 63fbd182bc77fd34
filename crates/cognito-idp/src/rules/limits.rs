//! The rate limits that can be provisioned (guide, "Quotas in Amazon Cognito": API categories and their default rates).

use std::collections::BTreeMap;

use crate::error::{Result, invalid_parameter};

/// Categories with their default rate, requests per second.
const CATEGORIES: [(&str, i32); 15] = [
    ("UserAuthentication", 120),
    ("UserCreation", 50),
    ("UserFederation", 25),
    ("UserAccountRecovery", 30),
    ("UserRead", 120),
    ("UserUpdate", 25),
    ("UserToken", 120),
    ("UserResourceRead", 50),
    ("UserResourceUpdate", 25),
    ("UserList", 30),
    ("UserPoolRead", 15),
    ("UserPoolUpdate", 15),
    ("UserPoolResourceRead", 20),
    ("UserPoolResourceUpdate", 15),
    ("ClientAuthentication", 150),
];
/// The least default rate.
const MIN_DEFAULT: i32 = 15;
/// How many times its default an account may provision here.
const MOST_TIMES: i32 = 100;

/// A limit: its category and default rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// `UserAuthentication`.
    pub category: &'static str,
    /// Requests per second.
    pub default: i32,
}

impl Limit {
    /// The greatest rate that can be provisioned.
    pub const fn most(self) -> i32 {
        self.default.saturating_mul(MOST_TIMES)
    }
}

/// The limit that an operation counts towards. What the guide does not list reads or changes what belongs to a pool.
pub fn of_operation(operation: &str) -> Limit {
    let category = match operation {
        "AdminInitiateAuth" | "AdminRespondToAuthChallenge" | "InitiateAuth" | "RespondToAuthChallenge" => {
            "UserAuthentication"
        }
        "AdminConfirmSignUp" | "AdminCreateUser" | "ConfirmSignUp" | "SignUp" => "UserCreation",
        "AdminResetUserPassword"
        | "AdminSetUserPassword"
        | "ChangePassword"
        | "ConfirmForgotPassword"
        | "ForgotPassword" => "UserAccountRecovery",
        "AdminGetUser" | "GetUser" => "UserRead",
        "GetClientToken" => "ClientAuthentication",
        "GetDerivedToken" | "GetTokensFromRefreshToken" | "RevokeToken" => "UserToken",
        "ListUsers" | "ListUsersInGroup" => "UserList",
        "DescribeUserPool" | "ListUserPools" => "UserPoolRead",
        "CreateUserPool" | "DeleteUserPool" | "UpdateUserPool" => "UserPoolUpdate",
        other => of_users(other).unwrap_or_else(|| of_pools(other)),
    };
    let default = CATEGORIES.iter().find(|(name, _)| *name == category).map_or(MIN_DEFAULT, |(_, default)| *default);
    Limit { category, default }
}

/// What is about one user.
fn of_users(operation: &str) -> Option<&'static str> {
    match operation {
        "AdminAddUserToGroup"
        | "AdminDeleteUser"
        | "AdminDeleteUserAttributes"
        | "AdminDisableProviderForUser"
        | "AdminDisableUser"
        | "AdminEnableUser"
        | "AdminLinkProviderForUser"
        | "AdminRemoveUserFromGroup"
        | "AdminUpdateUserAttributes"
        | "AdminUserGlobalSignOut"
        | "DeleteUser"
        | "DeleteUserAttributes"
        | "GlobalSignOut"
        | "UpdateUserAttributes"
        | "VerifyUserAttribute" => Some("UserUpdate"),
        "AdminGetDevice"
        | "AdminGetUserAuthFactors"
        | "AdminListDevices"
        | "AdminListGroupsForUser"
        | "AdminListUserAuthEvents"
        | "AdminListUserSessions"
        | "GetDevice"
        | "GetUserAttributeVerificationCode"
        | "GetUserAuthFactors"
        | "ListDevices"
        | "ListUserSessions"
        | "ListWebAuthnCredentials"
        | "ResendConfirmationCode" => Some("UserResourceRead"),
        "AssociateSoftwareToken"
        | "CompleteWebAuthnRegistration"
        | "ConfirmDevice"
        | "DeleteWebAuthnCredential"
        | "ForgetDevice"
        | "SetUserMFAPreference"
        | "SetUserSettings"
        | "StartWebAuthnRegistration"
        | "UpdateAuthEventFeedback"
        | "UpdateDeviceStatus"
        | "RevokeUserSession"
        | "VerifySoftwareToken" => Some("UserResourceUpdate"),
        other if other.starts_with("Admin") => Some("UserResourceUpdate"),
        _ => None,
    }
}

fn of_pools(operation: &str) -> &'static str {
    let reads = ["Describe", "Get", "List"].iter().any(|verb| operation.starts_with(verb));
    if reads { "UserPoolResourceRead" } else { "UserPoolResourceUpdate" }
}

/// The limit that a definition's attributes name.
///
/// # Errors
/// `InvalidParameterException`.
pub fn named(attributes: &BTreeMap<String, String>) -> Result<Limit> {
    let category = attributes.get("Category").ok_or_else(|| invalid_parameter("Attributes must contain Category."))?;
    if attributes.len() != 1 {
        return Err(invalid_parameter("Attributes may contain Category only."));
    }
    let found = CATEGORIES.iter().find(|(name, _)| name == category);
    let found = found.map(|(category, default)| Limit { category, default: *default });
    found.ok_or_else(|| invalid_parameter("The API category does not exist."))
}
