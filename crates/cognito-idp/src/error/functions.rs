//! Sentences about the functions of a pool's triggers.

use aws_types::AwsError;
use model_cognito_idp::errors as shapes;

/// The function failed. (field)
pub fn trigger_failed(trigger: &str, text: &str) -> AwsError {
    AwsError::of(&shapes::USER_LAMBDA_VALIDATION_EXCEPTION, format!("{trigger} failed with error {text}."))
}

/// The function could not be run; `reason` is the name of Lambda's error. (field)
pub fn trigger_not_run(trigger: &str, reason: &str) -> AwsError {
    AwsError::of(&shapes::UNEXPECTED_LAMBDA_EXCEPTION, format!("{trigger} invocation failed due to error {reason}."))
}

/// The function's answer is not what the trigger wants. (field)
pub fn unrecognizable_lambda_output() -> AwsError {
    AwsError::of(&shapes::INVALID_LAMBDA_RESPONSE_EXCEPTION, "Unrecognizable lambda output")
}

/// CUSTOM_AUTH in a pool that lacks one of its three functions. (field)
pub fn custom_auth_not_configured() -> AwsError {
    super::invalid_parameter("Custom auth lambda trigger is not configured for the user pool.")
}

/// CustomEmailSender or CustomSMSSender without KMSKeyID. (own)
pub fn kms_key_required() -> AwsError {
    super::invalid_parameter("KMSKeyID is required for CustomEmailSender and CustomSMSSender.")
}

/// The role of SmsConfiguration does not let user pools in. (field)
pub fn sms_role_untrusting() -> AwsError {
    AwsError::of(
        &shapes::INVALID_SMS_ROLE_TRUST_RELATIONSHIP_EXCEPTION,
        "Role does not have a trust relationship allowing Cognito to assume the role",
    )
}

/// The role of SmsConfiguration may not publish. (field)
pub fn sms_role_powerless() -> AwsError {
    AwsError::of(&shapes::INVALID_SMS_ROLE_ACCESS_POLICY_EXCEPTION, "Role does not have permission to publish with SNS")
}

/// Mail goes out as nobody whom the server's settings do not list. (field)
pub fn mail_sender_not_allowed() -> AwsError {
    AwsError::of(
        &shapes::INVALID_EMAIL_ROLE_ACCESS_POLICY_EXCEPTION,
        "Cognito is not allowed to use your email identity",
    )
}

/// A KMSKeyID that the server's configuration does not hold. (own)
pub fn kms_key_unknown(key: &str) -> AwsError {
    super::invalid_parameter(format_args!("The KMS key {key} is not among the kms_keys of this server."))
}
