//! Second factors of a pool, as CreateUserPool, UpdateUserPool and SetUserPoolMfaConfig set them.

use model_cognito_idp::types::{SmsConfigurationType, UserPoolMfaType};

use crate::entity::{MfaSettings, PoolSettings};
use crate::error::{Result, invalid_parameter};

/// The factors of a new pool: SMS is the only one that CreateUserPool can bring.
///
/// # Errors
/// `InvalidParameterException` where a second factor is wanted and none can be.
pub fn at_creation(mode: Option<UserPoolMfaType>, settings: &PoolSettings) -> Result<MfaSettings> {
    let mode = mode.unwrap_or(UserPoolMfaType::Off);
    let on = mode != UserPoolMfaType::Off;
    if on && settings.sms_configuration.is_none() {
        return Err(no_sms());
    }
    Ok(MfaSettings { mode, sms: on, ..MfaSettings::default() })
}

/// The factors after UpdateUserPool.
///
/// # Errors
/// `InvalidParameterException`.
pub fn at_update(mode: Option<UserPoolMfaType>, current: &MfaSettings, settings: &PoolSettings) -> Result<MfaSettings> {
    let mode = mode.unwrap_or(UserPoolMfaType::Off);
    let others = current.software_token == Some(true) || current.email.is_some();
    if mode == UserPoolMfaType::Off {
        return Ok(MfaSettings { mode, sms: false, ..current.clone() });
    }
    if settings.sms_configuration.is_some() {
        return Ok(MfaSettings { mode, sms: current.sms || !others, ..current.clone() });
    }
    match (others, mode) {
        (true, _) => Ok(MfaSettings { mode, sms: false, ..current.clone() }),
        (false, UserPoolMfaType::On) => {
            Err(invalid_parameter("Cannot turn MFA functionality ON, once the user pool has been created."))
        }
        (false, _) => Err(no_sms()),
    }
}

/// SMS is wanted and cannot be sent. (field)
pub fn no_sms() -> aws_types::AwsError {
    invalid_parameter("User pool does not have SMS configuration to send messages.")
}

/// Text messages leave by the server's own way, which is told the caller's role, its `ExternalId` and the region of SNS. A
/// sender in AWS End User Messaging would be another number than people see, so that one is refused.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_sms(sms: &SmsConfigurationType) -> Result<()> {
    match sms.eums_sms {
        Some(_) => Err(invalid_parameter("SmsConfiguration with EumsSms is not available on this server.")),
        None => Ok(()),
    }
}
