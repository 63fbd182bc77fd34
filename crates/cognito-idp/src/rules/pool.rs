//! What CreateUserPool and UpdateUserPool share: an absent member takes its default in both.

use std::collections::BTreeMap;

use model_cognito_idp::types::{
    AccountRecoverySettingType, AcrLevelConfigType, AdminCreateUserConfigType, AuthFactorType, CreateUserPoolRequest,
    DcrConfigurationType, DefaultEmailOptionType, DeletionProtectionType, DeviceConfigurationType,
    EmailConfigurationType, EmailSendingAccountType, EncryptionKeyType, IssuerConfigurationType, IssuerType,
    KeyConfigurationType, LambdaConfigType, MessageTemplateType, PasswordPolicyType, RecoveryOptionNameType,
    SmsConfigurationType, StatusType, UpdateUserPoolRequest, UserAttributeUpdateSettingsType, UserPoolAddOnsType,
    UserPoolPolicyType, UserPoolTierType, VerificationMessageTemplateType, VerifiedAttributeType,
};

use super::{lambda, mfa, risk};
use crate::auth::attributes::is_email;
use crate::entity::{PasswordPolicy, PoolSettings};
use crate::error::{Result, feature_unavailable, invalid_parameter};

/// Days a temporary password lives where nothing is said.
const TEMPORARY_PASSWORD_DAYS: i32 = 7;

/// The members both requests have.
pub struct Given {
    policies: Option<UserPoolPolicyType>,
    deletion_protection: Option<DeletionProtectionType>,
    lambda_config: Option<LambdaConfigType>,
    auto_verified_attributes: Option<Vec<VerifiedAttributeType>>,
    sms_verification_message: Option<String>,
    email_verification_message: Option<String>,
    email_verification_subject: Option<String>,
    verification_message_template: Option<VerificationMessageTemplateType>,
    sms_authentication_message: Option<String>,
    user_attribute_update_settings: Option<UserAttributeUpdateSettingsType>,
    device_configuration: Option<DeviceConfigurationType>,
    email_configuration: Option<EmailConfigurationType>,
    sms_configuration: Option<SmsConfigurationType>,
    admin_create_user_config: Option<AdminCreateUserConfigType>,
    user_pool_add_ons: Option<UserPoolAddOnsType>,
    dcr_configuration: Option<DcrConfigurationType>,
    account_recovery_setting: Option<AccountRecoverySettingType>,
    user_pool_tier: Option<UserPoolTierType>,
    key_configuration: Option<KeyConfigurationType>,
    issuer_configuration: Option<IssuerConfigurationType>,
    acr_configuration: Option<BTreeMap<String, AcrLevelConfigType>>,
}

macro_rules! given_from {
    ($($request:ident),*) => {$(
        impl From<$request> for Given {
            fn from(request: $request) -> Self {
                Self {
                    policies: request.policies,
                    deletion_protection: request.deletion_protection,
                    lambda_config: request.lambda_config,
                    auto_verified_attributes: request.auto_verified_attributes,
                    sms_verification_message: request.sms_verification_message,
                    email_verification_message: request.email_verification_message,
                    email_verification_subject: request.email_verification_subject,
                    verification_message_template: request.verification_message_template,
                    sms_authentication_message: request.sms_authentication_message,
                    user_attribute_update_settings: request.user_attribute_update_settings,
                    device_configuration: request.device_configuration,
                    email_configuration: request.email_configuration,
                    sms_configuration: request.sms_configuration,
                    admin_create_user_config: request.admin_create_user_config,
                    user_pool_add_ons: request.user_pool_add_ons,
                    dcr_configuration: request.dcr_configuration,
                    account_recovery_setting: request.account_recovery_setting,
                    user_pool_tier: request.user_pool_tier,
                    key_configuration: request.key_configuration,
                    issuer_configuration: request.issuer_configuration,
                    acr_configuration: request.acr_configuration,
                }
            }
        }
    )*};
}

given_from!(CreateUserPoolRequest, UpdateUserPoolRequest);

/// The settings to keep.
///
/// # Errors
/// `InvalidParameterException`, `FeatureUnavailableInTierException`.
pub fn settings(mut given: Given) -> Result<PoolSettings> {
    let tier = given.user_pool_tier.unwrap_or(UserPoolTierType::Essentials);
    let policies = given.policies.take();
    let (asked, sign_in) = policies.map_or((None, None), |p| (p.password_policy, p.sign_in_policy));
    let (password_policy, admin_create_user) = password_and_invitation(asked, given.admin_create_user_config.take())?;
    let auto_verified_attributes = distinct(given.auto_verified_attributes.take().unwrap_or_default());
    check_update_settings(given.user_attribute_update_settings.as_ref(), &auto_verified_attributes)?;
    check_recovery(given.account_recovery_setting.as_ref())?;
    check_add_ons(given.user_pool_add_ons.as_ref(), tier)?;
    check_key(given.key_configuration.as_ref())?;
    check_absent(&given)?;
    given.sms_configuration.as_ref().map_or(Ok(()), mfa::check_sms)?;
    Ok(PoolSettings {
        password_policy,
        first_auth_factors: first_factors(sign_in.and_then(|policy| policy.allowed_first_auth_factors), tier)?,
        deletion_protection: given.deletion_protection.unwrap_or(DeletionProtectionType::Inactive),
        lambda_config: lambda::check(given.lambda_config.take().unwrap_or_default(), tier)?,
        auto_verified_attributes,
        verification_template: verification_template(&mut given)?,
        sms_authentication_message: given.sms_authentication_message,
        attribute_update_settings: given.user_attribute_update_settings,
        device_configuration: given.device_configuration,
        email_configuration: email_configuration(given.email_configuration)?,
        sms_configuration: given.sms_configuration,
        admin_create_user,
        add_ons: given.user_pool_add_ons,
        dcr: given.dcr_configuration,
        account_recovery: given.account_recovery_setting,
        tier,
        key_configuration: given.key_configuration,
        issuer_configuration: given.issuer_configuration,
        acr_configuration: given.acr_configuration,
    })
}

/// Without repetitions, in the order given.
pub fn distinct<T: PartialEq>(items: Vec<T>) -> Vec<T> {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// The password policy, and who may create users. Both say how long a temporary password lives, the newer name wins over
/// an absent older one; in a policy that is given, a `Require…` that is not named is off.
fn password_and_invitation(
    policy: Option<PasswordPolicyType>,
    admin: Option<AdminCreateUserConfigType>,
) -> Result<(PasswordPolicy, AdminCreateUserConfigType)> {
    let mut admin = admin.unwrap_or_default();
    check_invitation(admin.invite_message_template.as_ref())?;
    let newer = policy.as_ref().and_then(|p| p.temporary_password_validity_days);
    let older = admin.unused_account_validity_days;
    if let (Some(newer), Some(older)) = (newer, older)
        && newer != older
    {
        return Err(invalid_parameter(
            "UnusedAccountValidityDays and TemporaryPasswordValidityDays must not differ. Use only \
             TemporaryPasswordValidityDays.",
        ));
    }
    let days = newer.or(older).filter(|days| *days != 0).unwrap_or(TEMPORARY_PASSWORD_DAYS);
    admin.allow_admin_create_user_only = Some(admin.allow_admin_create_user_only.unwrap_or(false));
    admin.unused_account_validity_days = Some(days);
    let mut kept = policy.map_or_else(PasswordPolicy::default, password_policy);
    kept.temporary_password_validity_days = u32::try_from(days).unwrap_or(7);
    Ok((kept, admin))
}

fn password_policy(policy: PasswordPolicyType) -> PasswordPolicy {
    let default = PasswordPolicy::default();
    let positive = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
    PasswordPolicy {
        minimum_length: positive(policy.minimum_length).unwrap_or(default.minimum_length),
        require_uppercase: policy.require_uppercase.unwrap_or(false),
        require_lowercase: policy.require_lowercase.unwrap_or(false),
        require_numbers: policy.require_numbers.unwrap_or(false),
        require_symbols: policy.require_symbols.unwrap_or(false),
        history_size: positive(policy.password_history_size),
        temporary_password_validity_days: default.temporary_password_validity_days,
    }
}

/// An invitation without its placeholders would invite nobody (guide, "Customizing user invitation messages").
fn check_invitation(template: Option<&MessageTemplateType>) -> Result<()> {
    let Some(template) = template else { return Ok(()) };
    let texts = [("SMSMessage", &template.sms_message), ("EmailMessage", &template.email_message)];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
        if !text.contains("{username}") || !text.contains("{####}") {
            return Err(invalid_parameter(format_args!(
                "The {name} of InviteMessageTemplate must contain {{username}} and {{####}}."
            )));
        }
    }
    Ok(())
}

/// `PASSWORD` is always a first factor; others belong to the Essentials tier.
fn first_factors(asked: Option<Vec<AuthFactorType>>, tier: UserPoolTierType) -> Result<Vec<AuthFactorType>> {
    let asked = distinct(asked.unwrap_or_else(|| vec![AuthFactorType::Password]));
    if !asked.contains(&AuthFactorType::Password) {
        return Err(invalid_parameter("AllowedFirstAuthFactors must contain PASSWORD."));
    }
    if asked.len() > 1 && tier == UserPoolTierType::Lite {
        return Err(feature_unavailable("AllowedFirstAuthFactors", tier.as_str()));
    }
    Ok(asked)
}

fn verification_template(given: &mut Given) -> Result<VerificationMessageTemplateType> {
    let mut template = given.verification_message_template.take().unwrap_or_default();
    let merge = |newer: &mut Option<String>, older: Option<String>, name: &str| match (&*newer, older) {
        (Some(newer), Some(older)) if *newer != older => Err(invalid_parameter(format_args!(
            "{name} must not differ from its counterpart in VerificationMessageTemplate."
        ))),
        (None, older) => {
            *newer = older;
            Ok(())
        }
        _ => Ok(()),
    };
    merge(&mut template.sms_message, given.sms_verification_message.take(), "SmsVerificationMessage")?;
    merge(&mut template.email_message, given.email_verification_message.take(), "EmailVerificationMessage")?;
    merge(&mut template.email_subject, given.email_verification_subject.take(), "EmailVerificationSubject")?;
    template.default_email_option.get_or_insert(DefaultEmailOptionType::ConfirmWithCode);
    Ok(template)
}

fn email_configuration(given: Option<EmailConfigurationType>) -> Result<EmailConfigurationType> {
    let mut email = given.unwrap_or_default();
    let account = *email.email_sending_account.get_or_insert(EmailSendingAccountType::CognitoDefault);
    if account == EmailSendingAccountType::Developer && email.source_arn.is_none() {
        return Err(invalid_parameter("SourceArn is required when EmailSendingAccount is DEVELOPER."));
    }
    for (member, given) in [("From", &email.from), ("ReplyToEmailAddress", &email.reply_to_email_address)] {
        if given.as_ref().is_some_and(|given| !is_mailbox(given)) {
            return Err(invalid_parameter(format_args!("{member} must be an email address.")));
        }
    }
    Ok(email)
}

/// `shop@example.com`, `The Shop <shop@example.com>`; nothing that could begin another line of a mail's head. (doc)
fn is_mailbox(text: &str) -> bool {
    let address = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) if !name.contains(['<', '>']) => address,
        Some(_) => return false,
        None => text,
    };
    is_email(address.trim()) && !text.chars().any(char::is_control)
}

fn check_update_settings(
    settings: Option<&UserAttributeUpdateSettingsType>,
    auto_verified: &[VerifiedAttributeType],
) -> Result<()> {
    let before = settings.and_then(|s| s.attributes_require_verification_before_update.as_ref());
    match before.into_iter().flatten().find(|attribute| !auto_verified.contains(attribute)) {
        None => Ok(()),
        Some(_) => Err(invalid_parameter(
            "AttributesRequireVerificationBeforeUpdate may only name attributes of AutoVerifiedAttributes.",
        )),
    }
}

fn check_recovery(setting: Option<&AccountRecoverySettingType>) -> Result<()> {
    let Some(mechanisms) = setting.and_then(|setting| setting.recovery_mechanisms.as_ref()) else { return Ok(()) };
    let alone = mechanisms.len() == 1;
    if !alone && mechanisms.iter().any(|option| option.name == RecoveryOptionNameType::AdminOnly) {
        return Err(invalid_parameter("The recovery option admin_only cannot be combined with other options."));
    }
    let repeats = |i: usize, option: &model_cognito_idp::types::RecoveryOptionType| {
        mechanisms.iter().take(i).any(|other| other.priority == option.priority || other.name == option.name)
    };
    if mechanisms.iter().enumerate().any(|(i, option)| repeats(i, option)) {
        return Err(invalid_parameter("Recovery options must differ in name and priority."));
    }
    Ok(())
}

fn check_add_ons(add_ons: Option<&UserPoolAddOnsType>, tier: UserPoolTierType) -> Result<()> {
    if add_ons.is_some_and(risk::is_on) && tier != UserPoolTierType::Plus {
        return Err(feature_unavailable("AdvancedSecurityMode", tier.as_str()));
    }
    Ok(())
}

/// Settings that would promise what is not here are refused by name.
fn check_absent(given: &Given) -> Result<()> {
    let dcr = given.dcr_configuration.as_ref();
    let issuer = given.issuer_configuration.as_ref();
    let absent = [
        ("DcrConfiguration", dcr.is_some_and(|dcr| dcr.enable_status != Some(StatusType::Disabled))),
        (
            "IssuerConfiguration of type UPDATED",
            issuer.is_some_and(|issuer| issuer.r#type == Some(IssuerType::Updated)),
        ),
        ("AcrConfiguration", given.acr_configuration.is_some()),
        ("KeyConfiguration with CUSTOMER_MANAGED_KEY", given.key_configuration.as_ref().is_some_and(is_customers)),
    ];
    let named = absent.iter().find(|(_, wished)| *wished);
    named.map_or(Ok(()), |(name, _)| Err(invalid_parameter(format_args!("{name} is not available on this server."))))
}

fn is_customers(key: &KeyConfigurationType) -> bool {
    key.key_type == Some(EncryptionKeyType::CustomerManagedKey)
}

fn check_key(key: Option<&KeyConfigurationType>) -> Result<()> {
    let customer = key.is_some_and(|key| key.key_type == Some(EncryptionKeyType::CustomerManagedKey));
    let named = key.is_some_and(|key| key.kms_key_arn.is_some());
    match (customer, named) {
        (true, false) => Err(invalid_parameter("KmsKeyArn is required when KeyType is CUSTOMER_MANAGED_KEY.")),
        (false, true) => Err(invalid_parameter("KmsKeyArn is only allowed when KeyType is CUSTOMER_MANAGED_KEY.")),
        _ => Ok(()),
    }
}
