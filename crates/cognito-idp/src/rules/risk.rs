//! What SetRiskConfiguration takes.

use model_cognito_idp::types::{
    AccountTakeoverActionType, AccountTakeoverEventActionType, AccountTakeoverRiskConfigurationType,
    AdvancedSecurityModeType, NotifyConfigurationType, NotifyEmailType, RiskExceptionConfigurationType,
    UserPoolAddOnsType,
};

use super::cidr::Cidr;
use crate::entity::UserPool;
use crate::error::{Result, add_on_not_enabled, invalid_parameter};

/// Threat protection must be on, for one way of signing in or the other.
///
/// # Errors
/// `UserPoolAddOnNotEnabledException` where it is off.
pub fn require_add_on(pool: &UserPool) -> Result<()> {
    if pool.settings.add_ons.as_ref().is_some_and(is_on) { Ok(()) } else { Err(add_on_not_enabled()) }
}

/// Whether any way of signing in is watched.
pub fn is_on(add_ons: &UserPoolAddOnsType) -> bool {
    let custom = add_ons.advanced_security_additional_flows.as_ref().and_then(|flows| flows.custom_auth_mode);
    add_ons.advanced_security_mode != AdvancedSecurityModeType::Off || custom.is_some()
}

/// Notifications need their texts, and something that sends them.
///
/// # Errors
/// `InvalidParameterException`.
pub fn check_takeover(configuration: &AccountTakeoverRiskConfigurationType) -> Result<()> {
    let actions = &configuration.actions;
    let levels = [&actions.low_action, &actions.medium_action, &actions.high_action];
    let notify = configuration.notify_configuration.as_ref();
    let given = levels.into_iter().flatten();
    if notify.is_none() && given.clone().any(|action| action.notify) {
        return Err(invalid_parameter("NotifyConfiguration is required where an action notifies the user."));
    }
    let Some(notify) = notify else { return Ok(()) };
    [&notify.block_email, &notify.mfa_email, &notify.no_action_email]
        .into_iter()
        .flatten()
        .try_for_each(check_email)?;
    match given.filter(|action| action.notify).find(|action| template(notify, action).is_none()) {
        Some(action) => Err(invalid_parameter(format_args!(
            "NotifyConfiguration has no email message for the action {}.",
            action.event_action.as_str()
        ))),
        None => Ok(()),
    }
}

fn check_email(email: &NotifyEmailType) -> Result<()> {
    if email.html_body.is_none() && email.text_body.is_none() {
        return Err(invalid_parameter("An email message needs HtmlBody or TextBody."));
    }
    Ok(())
}

/// The message that goes with an action.
pub fn template<'a>(
    notify: &'a NotifyConfigurationType,
    action: &AccountTakeoverActionType,
) -> Option<&'a NotifyEmailType> {
    match action.event_action {
        AccountTakeoverEventActionType::Block => notify.block_email.as_ref(),
        AccountTakeoverEventActionType::NoAction => notify.no_action_email.as_ref(),
        AccountTakeoverEventActionType::MfaIfConfigured | AccountTakeoverEventActionType::MfaRequired => {
            notify.mfa_email.as_ref()
        }
    }
}

/// Ranges must be ranges.
///
/// # Errors
/// `InvalidParameterException` naming the range.
pub fn check_exceptions(exceptions: &RiskExceptionConfigurationType) -> Result<()> {
    let lists = [&exceptions.blocked_ip_range_list, &exceptions.skipped_ip_range_list];
    match lists.into_iter().flatten().flatten().find(|range| Cidr::parse(range).is_none()) {
        Some(range) => {
            let shown: String = range.chars().filter(|c| !c.is_control()).take(64).collect();
            Err(invalid_parameter(format_args!("{shown} is no IP address range in CIDR notation.")))
        }
        None => Ok(()),
    }
}
