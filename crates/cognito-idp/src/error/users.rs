//! Sentences about users and sign-in, once each. Where no source stands beside one it was seen in reports of users of
//! AWS; `(doc)` is AWS's documentation, `(guess)` ours.

use aws_types::AwsError;
use model_cognito_idp::errors as shapes;
use world::Channel;

macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident: $shape:ident, $text:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name() -> AwsError {
            AwsError::of(&shapes::$shape, $text)
        }
    )*};
}

sentences! {
    /// A wrong password, and an unknown user where existence is hidden.
    incorrect_username_or_password: NOT_AUTHORIZED_EXCEPTION, "Incorrect username or password.";
    /// A disabled user signs in.
    user_is_disabled: NOT_AUTHORIZED_EXCEPTION, "User is disabled.";
    /// Locked out after failures (doc).
    password_attempts_exceeded: NOT_AUTHORIZED_EXCEPTION, "Password attempts exceeded";
    /// `TemporaryPasswordValidityDays` are over.
    temporary_password_expired: NOT_AUTHORIZED_EXCEPTION,
        "Temporary password has expired and must be reset by an administrator.";
    /// A session of another user, client, step, or none at all.
    invalid_session: NOT_AUTHORIZED_EXCEPTION, "Invalid session for the user.";
    /// A session past `AuthSessionValidity`.
    session_expired: NOT_AUTHORIZED_EXCEPTION, "Invalid session for the user, session is expired.";
    /// A session that led on already.
    session_used: NOT_AUTHORIZED_EXCEPTION, "Invalid session for the user, session can only be used once.";
    /// An access token past `exp`.
    access_token_expired: NOT_AUTHORIZED_EXCEPTION, "Access Token has expired";
    /// An access token whose chain, user or pool does not stand by it any more (doc).
    access_token_revoked: NOT_AUTHORIZED_EXCEPTION, "Access Token has been revoked";
    /// Anything else that is no access token of ours.
    invalid_access_token: NOT_AUTHORIZED_EXCEPTION, "Invalid Access Token";
    /// Without `aws.cognito.signin.user.admin`.
    access_token_lacks_scope: NOT_AUTHORIZED_EXCEPTION, "Access Token does not have required scopes";
    /// Signed out, reset, revoked.
    refresh_token_revoked: NOT_AUTHORIZED_EXCEPTION, "Refresh Token has been revoked";
    /// Past `RefreshTokenValidity`.
    refresh_token_expired: NOT_AUTHORIZED_EXCEPTION, "Refresh Token has expired";
    /// Not ours, or another client's.
    invalid_refresh_token: NOT_AUTHORIZED_EXCEPTION, "Invalid Refresh Token";
    /// ForgotPassword and AdminResetUserPassword in a state that has no password to reset.
    password_cannot_be_reset: NOT_AUTHORIZED_EXCEPTION, "User password cannot be reset in the current state.";
    /// `AllowAdminCreateUserOnly`.
    sign_up_not_permitted: NOT_AUTHORIZED_EXCEPTION, "SignUp is not permitted for this user pool";
    /// An attribute outside `WriteAttributes`, or `*_verified` by a user.
    unauthorized_attribute: NOT_AUTHORIZED_EXCEPTION, "A client attempted to write unauthorized attribute";
    /// Account recovery is `admin_only`.
    contact_administrator: NOT_AUTHORIZED_EXCEPTION, "Contact administrator to reset password.";
    /// Admin operations, and clients that do not hide existence.
    user_does_not_exist: USER_NOT_FOUND_EXCEPTION, "User does not exist.";
    /// The code operations of clients that do not hide existence.
    username_client_not_found: USER_NOT_FOUND_EXCEPTION, "Username/client id combination not found.";
    /// The right password of an UNCONFIRMED user.
    user_not_confirmed: USER_NOT_CONFIRMED_EXCEPTION, "User is not confirmed.";
    /// The right password of a RESET_REQUIRED user.
    password_reset_required: PASSWORD_RESET_REQUIRED_EXCEPTION, "Password reset required for the user";
    /// A wrong code of sign-up, reset, attribute.
    code_mismatch: CODE_MISMATCH_EXCEPTION, "Invalid verification code provided, please try again.";
    /// A code that expired, was tried too often or never asked for.
    code_expired: EXPIRED_CODE_EXCEPTION, "Invalid code provided, please request a code again.";
    /// The username is taken (doc).
    user_already_exists: USERNAME_EXISTS_EXCEPTION, "User already exists";
    /// A wrong code of a sign-in; the session stays good.
    mfa_code_mismatch: CODE_MISMATCH_EXCEPTION, "Invalid code or auth state for the user.";
    /// A software token's code that was taken already, or one before it. (recorded)
    software_token_replayed: EXPIRED_CODE_EXCEPTION, "Your software token has already been used once.";
    /// VerifySoftwareToken with a wrong code.
    enable_software_token: ENABLE_SOFTWARE_TOKEN_MFA_EXCEPTION, "Code mismatch and fail enable Software Token MFA";
    /// The pool has no software tokens (doc).
    no_software_token_in_pool: SOFTWARE_TOKEN_MFA_NOT_FOUND_EXCEPTION,
        "Software Token MFA has not been enabled by the userPool";
    /// The user has none, or begins none (guess).
    no_software_token: SOFTWARE_TOKEN_MFA_NOT_FOUND_EXCEPTION, "Software Token MFA has not been set up for the user";
    /// AdminDeleteSoftwareToken (guess).
    software_token_does_not_exist: RESOURCE_NOT_FOUND_EXCEPTION, "Software token does not exist.";
    /// `FriendlyDeviceName` (own bound).
    friendly_name_too_long: INVALID_PARAMETER_EXCEPTION, "FriendlyDeviceName must not be longer than 256 characters.";
    /// MFA is demanded and the pool has no factor (guess).
    no_mfa_in_pool: INVALID_USER_POOL_CONFIGURATION_EXCEPTION, "The user pool requires MFA and has no factor configured.";
    /// A factor that was not offered, or is gone (guess).
    mfa_method_not_found: MFA_METHOD_NOT_FOUND_EXCEPTION, "The MFA method is not available for the user.";
    /// Change of factors on the strength of an old access token (own).
    factor_not_proven_lately: NOT_AUTHORIZED_EXCEPTION,
        "Sign in again with a second factor to change how the user signs in.";
    /// SetUserSettings with anything else.
    only_sms_options: INVALID_PARAMETER_EXCEPTION, "MFAOptions can only hold SMS to the phone_number.";
    /// Two preferred factors (guess).
    one_preferred_factor: INVALID_PARAMETER_EXCEPTION, "Only one MFA method can be set as preferred.";
    /// AssociateSoftwareToken, VerifySoftwareToken with both or neither (guess).
    token_or_session: INVALID_PARAMETER_EXCEPTION, "Exactly one of AccessToken and Session must be given.";
    /// Hourly limits.
    attempt_limit_exceeded: LIMIT_EXCEEDED_EXCEPTION, "Attempt limit exceeded, please try after some time.";
    /// All hashing slots and the queue before them are full.
    too_many_requests: TOO_MANY_REQUESTS_EXCEPTION, "Too many requests";
    /// The category's rate is used up. (field)
    rate_exceeded: TOO_MANY_REQUESTS_EXCEPTION, "Rate exceeded";
    /// Nothing to send a reset code to.
    no_verified_destination: INVALID_PARAMETER_EXCEPTION,
        "Cannot reset password for the user as there is no registered/verified email or phone_number";
    /// ResendConfirmationCode after confirmation.
    user_already_confirmed: INVALID_PARAMETER_EXCEPTION, "User is already confirmed.";
    /// ResendConfirmationCode where the user has no attribute the pool verifies.
    no_delivery_medium: INVALID_PARAMETER_EXCEPTION, "Cannot resend codes. Auto verification not turned on.";
    /// `AdminInitiateAuth` flow by InitiateAuth.
    initiate_auth_method_not_supported: INVALID_PARAMETER_EXCEPTION, "Initiate Auth method not supported.";
    /// AdminInitiateAuth with a flow that the client does not allow.
    admin_auth_flow_not_enabled: INVALID_PARAMETER_EXCEPTION, "Auth flow not enabled for this client";
    /// Malformed address.
    invalid_email: INVALID_PARAMETER_EXCEPTION, "Invalid email address format.";
    /// Malformed number.
    invalid_phone_number: INVALID_PARAMETER_EXCEPTION, "Invalid phone number format.";
    /// Pools whose username is an e-mail address.
    username_should_be_email: INVALID_PARAMETER_EXCEPTION, "Username should be an email.";
    /// Pools whose username is a phone number.
    username_should_be_phone: INVALID_PARAMETER_EXCEPTION, "Username should be a phone number.";
    /// Pools whose username is either.
    username_should_be_either: INVALID_PARAMETER_EXCEPTION, "Username should be either an email or a phone number.";
    /// Pools with e-mail alias.
    username_is_email: INVALID_PARAMETER_EXCEPTION,
        "Username cannot be of email format, since user pool is configured for email alias.";
    /// Pools with phone alias.
    username_is_phone: INVALID_PARAMETER_EXCEPTION,
        "Username cannot be of phone number format, since user pool is configured for phone number alias.";
    /// GetUserAttributeVerificationCode, VerifyUserAttribute for another attribute.
    only_phone_and_email_verified: INVALID_PARAMETER_EXCEPTION,
        "Invalid attribute name. Only phone_number and email can be verified.";
    /// ListUsers by an attribute that is no search attribute (seen on AWS).
    filter_constraints: INVALID_PARAMETER_EXCEPTION, "Input fails to satisfy the constraints.";
    /// ListUsers with a filter that does not parse.
    filter_unreadable: INVALID_PARAMETER_EXCEPTION, "Error while parsing filter";
    /// `preferred_username` as an alias can only be set once the user is confirmed (guess at the wording).
    preferred_username_before_confirmation: INVALID_PARAMETER_EXCEPTION,
        "User attribute preferred_username can only be set after the user is confirmed.";
    /// A verified flag without its attribute (guess).
    email_missing_for_verification: INVALID_PARAMETER_EXCEPTION,
        "Email is required to verify/un-verify an email";
    /// A verified flag without its attribute (guess).
    phone_missing_for_verification: INVALID_PARAMETER_EXCEPTION,
        "Phone Number is required to verify/un-verify a phone number";
    /// Passwords are required where the pool has no passwordless factor.
    password_required: INVALID_PARAMETER_EXCEPTION, "Missing required parameter PASSWORD";
    /// A username outside the model's bounds, in the constraint check's words.
    username_constraints: INVALID_PARAMETER_EXCEPTION,
        "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
    /// A password outside the model's bounds, in the constraint check's words.
    password_constraints: INVALID_PARAMETER_EXCEPTION,
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [\\S]+";
    /// RevokeToken on a client without `EnableTokenRevocation`.
    revocation_not_enabled: UNSUPPORTED_OPERATION_EXCEPTION, "Token revocation is not enabled for this client.";
    /// RevokeToken with anything but a refresh token.
    unsupported_token_type: UNSUPPORTED_TOKEN_TYPE_EXCEPTION, "Unsupported token type";
    /// The message could not be handed over.
    code_delivery_failed: CODE_DELIVERY_FAILURE_EXCEPTION, "The code could not be delivered.";
    /// AdminInitiateAuth, RevokeToken and the like by a client with a secret, the secret wrong.
    invalid_client_secret: UNAUTHORIZED_EXCEPTION, "Invalid client secret";
    /// A device that is not the user's, or not any more. Clients look for the word `device`.
    device_not_found: RESOURCE_NOT_FOUND_EXCEPTION, "Device does not exist.";
    /// An administrator asks for the devices of somebody who is not there.
    device_owner_not_found: RESOURCE_NOT_FOUND_EXCEPTION, "User does not exist.";
    /// ConfirmDevice with a key that is not of the token's own sign-in.
    invalid_device_key: INVALID_PARAMETER_EXCEPTION, "Invalid device key given.";
    /// ConfirmDevice with numbers that are none of the group (guess).
    invalid_device_verifier: INVALID_PARAMETER_EXCEPTION, "Invalid device secret verifier config given.";
    /// ConfirmDevice a second time (guess).
    device_key_exists: DEVICE_KEY_EXISTS_EXCEPTION, "Device key already exists.";
    /// ConfirmDevice in a pool without DeviceConfiguration (guess).
    devices_not_tracked: INVALID_USER_POOL_CONFIGURATION_EXCEPTION,
        "Device tracking is not configured for the user pool.";
    /// A pool without `WEB_AUTHN` among its first factors (guess).
    web_authn_not_enabled: WEB_AUTHN_NOT_ENABLED_EXCEPTION, "WebAuthn is not enabled for the user pool.";
    /// Neither a relying party's id nor a domain (guess).
    web_authn_configuration_missing: WEB_AUTHN_CONFIGURATION_MISSING_EXCEPTION,
        "The user pool has no relying party id and no domain.";
    /// Never asked for, answered already, or too late (guess).
    web_authn_challenge_not_found: WEB_AUTHN_CHALLENGE_NOT_FOUND_EXCEPTION,
        "The registration challenge was not found or has expired.";
    /// Begun through another client (guess).
    web_authn_client_mismatch: WEB_AUTHN_CLIENT_MISMATCH_EXCEPTION,
        "The registration was started through another app client.";
    /// A page that may not act for the relying party (guess).
    web_authn_origin_not_allowed: WEB_AUTHN_ORIGIN_NOT_ALLOWED_EXCEPTION,
        "The origin is not allowed for the relying party of the user pool.";
    /// A credential of another relying party (guess).
    web_authn_relying_party_mismatch: WEB_AUTHN_RELYING_PARTY_MISMATCH_EXCEPTION,
        "The credential is for another relying party.";
    /// An algorithm, an attestation or an authenticator that was not asked for (guess).
    web_authn_credential_not_supported: WEB_AUTHN_CREDENTIAL_NOT_SUPPORTED_EXCEPTION,
        "The credential is not supported.";
    /// What no browser gives (guess).
    invalid_credential: INVALID_PARAMETER_EXCEPTION, "Invalid credential.";
    /// Twenty (doc; guess at the wording).
    too_many_passkeys: LIMIT_EXCEEDED_EXCEPTION, "The user has reached the maximum number of passkeys.";
    /// Its signature is good and its counter went back (own; a signature that is not good is a wrong password).
    passkey_may_be_copied: NOT_AUTHORIZED_EXCEPTION, "The signature counter of the passkey went back.";
    /// DeleteWebAuthnCredential (guess).
    passkey_not_found: RESOURCE_NOT_FOUND_EXCEPTION, "Credential does not exist.";
    /// A client that rotates refresh tokens must use GetTokensFromRefreshToken (doc; guess at the wording).
    refresh_rotation_enabled: UNSUPPORTED_OPERATION_EXCEPTION,
        "Refresh token rotation is enabled for this client: use GetTokensFromRefreshToken.";
}

/// A flow that the client does not list.
pub fn auth_flow_not_enabled(flow: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("{flow} flow not enabled for this client"))
}

/// A parameter of a flow or an answer is not there.
pub fn missing_parameter(name: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("Missing required parameter {name}"))
}

/// A challenge that this server never gave.
pub fn challenge_not_supported(name: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("Challenge {name} is not supported."))
}

/// A bad secret hash; in the operations other than InitiateAuth also a missing one. For a client without secret the
/// sentence is a guess.
pub fn bad_secret_hash(client_id: &str) -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, format!("Unable to verify secret hash for client {client_id}"))
}

/// InitiateAuth without the secret hash that the client needs.
pub fn missing_secret_hash(client_id: &str) -> AwsError {
    AwsError::of(
        &shapes::NOT_AUTHORIZED_EXCEPTION,
        format!("Client {client_id} is configured for secret but secret was not received"),
    )
}

/// ConfirmSignUp of a user who is past that.
pub fn cannot_be_confirmed(status: &str) -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, format!("User cannot be confirmed. Current status is {status}"))
}

/// NEW_PASSWORD_REQUIRED that would overwrite.
pub fn already_provided(attribute: &str) -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, format!("Cannot modify an already provided {attribute}"))
}

/// The username of a pool with username attributes is taken.
pub fn account_exists(attribute: &str) -> AwsError {
    AwsError::of(&shapes::USERNAME_EXISTS_EXCEPTION, format!("An account with the given {attribute} already exists."))
}

/// The alias is taken.
pub fn alias_exists(attribute: &str) -> AwsError {
    AwsError::of(&shapes::ALIAS_EXISTS_EXCEPTION, format!("An account with the given {attribute} already exists."))
}

/// A user's own new password breaks the policy.
pub fn invalid_password(reason: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PASSWORD_EXCEPTION, format!("Password did not conform with policy: {reason}"))
}

/// A password set by an administrator breaks the policy.
pub fn invalid_password_by_admin(reason: &str) -> AwsError {
    AwsError::of(
        &shapes::INVALID_PASSWORD_EXCEPTION,
        format!("Password did not conform with password policy: {reason}"),
    )
}

/// One or more attributes break the schema; `findings` each as `name: what`.
pub fn schema_violation(findings: &[String]) -> AwsError {
    AwsError::of(
        &shapes::INVALID_PARAMETER_EXCEPTION,
        format!("Attributes did not conform to the schema: {}", findings.join("\n")),
    )
}

/// Update of an attribute that can be set only once.
pub fn attribute_not_mutable(name: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("user.{name}: Attribute cannot be updated."))
}

/// Update of `sub`.
pub fn cannot_modify(name: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("Cannot modify the non-mutable attribute {name}"))
}

/// Deletion of a required attribute.
pub fn required_attribute_deleted(name: &str) -> AwsError {
    AwsError::of(
        &shapes::INVALID_PARAMETER_EXCEPTION,
        format!("Invalid user attributes: {name}: Required attribute cannot be deleted. "),
    )
}

/// ListUsers by a name that is no attribute.
pub fn invalid_search_attribute(name: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("Invalid search attribute: {name}"))
}

/// AdminCreateUser with RESEND for a user who has a password of their own.
pub fn resend_not_possible(username: &str) -> AwsError {
    AwsError::of(
        &shapes::UNSUPPORTED_USER_STATE_EXCEPTION,
        format!("Resend not possible. {username} status is not FORCE_CHANGE_PASSWORD"),
    )
}

/// A refresh token that was rotated away and comes again (doc; the wording is ours).
pub fn refresh_token_reuse() -> AwsError {
    AwsError::of(&shapes::REFRESH_TOKEN_REUSE_EXCEPTION, "Refresh token has already been used.")
}

/// GetTokensFromRefreshToken with a wrong secret, or none.
pub fn bad_client_secret(client_id: &str) -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, format!("Unable to verify secret for client {client_id}"))
}

/// A factor is turned on that has nowhere to go.
pub fn no_delivery_config(factor: &str) -> AwsError {
    AwsError::of(
        &shapes::INVALID_PARAMETER_EXCEPTION,
        format!("User does not have delivery config set to turn on {factor}"),
    )
}

/// A factor is preferred that is off (guess).
pub fn preferred_factor_is_off(factor: &str) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, format!("{factor} cannot be preferred while it is not enabled."))
}

/// InitiateAuth knows no MFAMethodNotFoundException: NotAuthorizedException with the same sentence. Other errors stay as
/// they are.
pub fn without_mfa_method(error: AwsError) -> AwsError {
    if error.is(&shapes::MFA_METHOD_NOT_FOUND_EXCEPTION) {
        return AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, error.message);
    }
    error
}

/// The message of a sign-in could not be handed over (guess at the wording).
pub fn code_not_sent(channel: Channel) -> AwsError {
    match channel {
        Channel::Sms => {
            AwsError::of(&shapes::INVALID_SMS_ROLE_ACCESS_POLICY_EXCEPTION, "The code could not be sent by SMS.")
        }
        Channel::Email => {
            AwsError::of(&shapes::INVALID_EMAIL_ROLE_ACCESS_POLICY_EXCEPTION, "The code could not be sent by email.")
        }
    }
}
