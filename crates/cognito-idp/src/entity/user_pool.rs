//! A user pool.

use std::collections::BTreeMap;

use aws_types::{AccountId, Arn, Region, Timestamp};
use model_cognito_idp::types::{
    AccountRecoverySettingType, AcrLevelConfigType, AdminCreateUserConfigType, AliasAttributeType, AuthFactorType,
    DcrConfigurationType, DeletionProtectionType, DeviceConfigurationType, EmailConfigurationType, EmailMfaConfigType,
    IssuerConfigurationType, KeyConfigurationType, LambdaConfigType, SmsConfigurationType,
    UserAttributeUpdateSettingsType, UserPoolAddOnsType, UserPoolMfaType, UserPoolTierType, UsernameAttributeType,
    VerificationMessageTemplateType, VerifiedAttributeType, WebAuthnConfigurationType,
};
use serde::{Deserialize, Serialize};

use super::{SchemaAttribute, moment};

/// A user pool. What only CreateUserPool may set stands beside [`PoolSettings`], which UpdateUserPool replaces.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserPool {
    /// `eu-west-1_Ab3dE5fG7`.
    pub id: String,
    /// `eu-west-1`.
    pub region: String,
    /// The owner, twelve digits.
    pub account: String,
    /// `PoolName`.
    pub name: String,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
    /// What else people may sign in with. Fixed at creation; excludes `username_attributes`.
    pub alias_attributes: Vec<AliasAttributeType>,
    /// What a username must be. Fixed at creation.
    pub username_attributes: Vec<UsernameAttributeType>,
    /// `UsernameConfiguration.CaseSensitive`; `None` where it was not given, which means not sensitive.
    pub case_sensitive: Option<bool>,
    /// Standard attributes in the order of DescribeUserPool, then custom ones.
    pub schema: Vec<SchemaAttribute>,
    /// What UpdateUserPool replaces.
    pub settings: PoolSettings,
    /// What SetUserPoolMfaConfig sets.
    pub mfa: MfaSettings,
    /// Prefix domain.
    pub domain: Option<String>,
    /// Own domain.
    pub custom_domain: Option<String>,
    /// `UserPoolTags`.
    pub tags: BTreeMap<String, String>,
    /// Secondary replicas: further regions in which the pool answers.
    #[serde(default)]
    pub replicas: Vec<Replica>,
    /// What SetUserPoolSessionConfiguration sets.
    #[serde(default)]
    pub sessions: SessionTracking,
}

/// Whether a client must use PKCE with the code grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkceRule {
    /// A request without a challenge is refused.
    Required,
    /// It may use it.
    Optional,
}

/// A secondary replica: another region of this server in which the same pool answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replica {
    /// `eu-central-1`.
    pub region: String,
    /// Whether people may sign in there; administrators may call it always.
    pub active: bool,
    /// Tags of its own.
    pub tags: BTreeMap<String, String>,
}

/// Whether sessions are listed, and how many a user may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTracking {
    /// `UserSessionTracking`.
    pub enabled: bool,
    /// `TokenSession.MaxPerUser`, 1 to 100.
    pub max_per_user: i32,
}

impl Default for SessionTracking {
    /// Off, twenty (API reference, GetUserPoolSessionConfiguration).
    fn default() -> Self {
        Self { enabled: false, max_per_user: 20 }
    }
}

/// What UpdateUserPool replaces as a whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PoolSettings {
    /// Enforced wherever a password is set.
    pub password_policy: PasswordPolicy,
    /// First factors of USER_AUTH. `PASSWORD` is always among them.
    pub first_auth_factors: Vec<AuthFactorType>,
    /// Enforced by DeleteUserPool.
    pub deletion_protection: DeletionProtectionType,
    /// Functions that have a say in sign-up, sign-in, tokens and messages: `triggers/`.
    pub lambda_config: LambdaConfigType,
    /// What sign-up verifies by a code.
    pub auto_verified_attributes: Vec<VerifiedAttributeType>,
    /// Texts of codes; the older single members (`EmailVerificationMessage`, …) are merged into it.
    pub verification_template: VerificationMessageTemplateType,
    /// Text of MFA codes by SMS.
    pub sms_authentication_message: Option<String>,
    /// Which attributes wait for their verification before they change.
    pub attribute_update_settings: Option<UserAttributeUpdateSettingsType>,
    /// Whether devices are known, and what a remembered one stands for.
    pub device_configuration: Option<DeviceConfigurationType>,
    /// Whom mails are from; the server's own mail settings send.
    pub email_configuration: EmailConfigurationType,
    /// Whom text messages are sent by; its presence means that they can be sent.
    pub sms_configuration: Option<SmsConfigurationType>,
    /// Who may create users, and the invitation's texts.
    pub admin_create_user: AdminCreateUserConfigType,
    /// Threat protection.
    pub add_ons: Option<UserPoolAddOnsType>,
    /// Dynamic client registration: off, or not given.
    pub dcr: Option<DcrConfigurationType>,
    /// Where a forgotten password's code goes; `None` means the older order, phone before e-mail.
    pub account_recovery: Option<AccountRecoverySettingType>,
    /// Which features may be asked for.
    pub tier: UserPoolTierType,
    /// AWS's own key, or not given.
    pub key_configuration: Option<KeyConfigurationType>,
    /// The original form of issuers, or not given.
    pub issuer_configuration: Option<IssuerConfigurationType>,
    /// Never given.
    pub acr_configuration: Option<BTreeMap<String, AcrLevelConfigType>>,
}

/// Rules for passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordPolicy {
    /// Characters, 6 to 99.
    pub minimum_length: u32,
    /// Basic Latin upper case.
    pub require_uppercase: bool,
    /// Basic Latin lower case.
    pub require_lowercase: bool,
    /// 0 to 9.
    pub require_numbers: bool,
    /// Of Cognito's list of special characters.
    pub require_symbols: bool,
    /// How many former passwords may not come again; 0 to 24. `None` where it was not given.
    pub history_size: Option<u32>,
    /// Days, 0 to 365.
    pub temporary_password_validity_days: u32,
}

impl Default for PasswordPolicy {
    /// What a pool gets that says nothing.
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            history_size: None,
            temporary_password_validity_days: 7,
        }
    }
}

/// Second factors of the pool.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MfaSettings {
    /// OFF, ON, OPTIONAL.
    pub mode: UserPoolMfaType,
    /// Whether SMS is a second factor here.
    pub sms: bool,
    /// Whether TOTP is; `None` where SetUserPoolMfaConfig never said.
    pub software_token: Option<bool>,
    /// E-mail as a second factor.
    pub email: Option<EmailMfaConfigType>,
    /// Passkeys.
    pub web_authn: Option<WebAuthnConfigurationType>,
}

impl Default for MfaSettings {
    fn default() -> Self {
        Self { mode: UserPoolMfaType::Off, sms: false, software_token: None, email: None, web_authn: None }
    }
}

impl UserPool {
    /// `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Ab3dE5fG7`.
    pub fn arn(&self) -> String {
        let region = Region::parse(&self.region).unwrap_or_default();
        let account = AccountId::parse(&self.account).unwrap_or_default();
        Arn::new("cognito-idp", &region, &account, format!("userpool/{}", self.id)).to_string()
    }

    /// The pool's ARN in one of its regions.
    pub fn arn_in(&self, region: &str) -> String {
        let region = Region::parse(region).unwrap_or_default();
        let account = AccountId::parse(&self.account).unwrap_or_default();
        Arn::new("cognito-idp", &region, &account, format!("userpool/{}", self.id)).to_string()
    }

    /// Whether the pool keeps no SRP verifiers: its tag `portcullis:srp` is `off`.
    pub fn srp_is_off(&self) -> bool {
        self.tags.get("portcullis:srp").is_some_and(|value| value == "off")
    }

    /// What the pool's tag `portcullis:pkce:<client id>` says of a client: `required` or `optional`, whatever kind of
    /// client it is. None where there is no such tag, or another value.
    pub fn pkce_of(&self, client_id: &str) -> Option<PkceRule> {
        match self.tags.get(&format!("portcullis:pkce:{client_id}")).map(String::as_str) {
            Some("required") => Some(PkceRule::Required),
            Some("optional") => Some(PkceRule::Optional),
            _ => None,
        }
    }

    /// The replica in a region.
    pub fn replica(&self, region: &str) -> Option<&Replica> {
        self.replicas.iter().find(|replica| replica.region == region)
    }

    /// An attribute of the schema by its full name (`email`, `custom:team`).
    pub fn attribute(&self, name: &str) -> Option<&SchemaAttribute> {
        self.schema.iter().find(|attribute| attribute.name == name)
    }

    /// Whether `Alice` and `alice` are two users.
    pub fn is_case_sensitive(&self) -> bool {
        self.case_sensitive == Some(true)
    }

    /// Whether people may not register themselves.
    pub fn admin_create_only(&self) -> bool {
        self.settings.admin_create_user.allow_admin_create_user_only == Some(true)
    }

    /// Whether sign-up verifies this attribute (`email` or `phone_number`) by a code.
    pub fn auto_verifies(&self, attribute: &str) -> bool {
        self.settings.auto_verified_attributes.iter().any(|verified| verified.as_str() == attribute)
    }

    /// Whether this attribute signs people in beside the username.
    pub fn has_alias(&self, attribute: &str) -> bool {
        self.alias_attributes.iter().any(|alias| alias.as_str() == attribute)
    }

    /// Whether the username itself is this attribute.
    pub fn has_username_attribute(&self, attribute: &str) -> bool {
        self.username_attributes.iter().any(|username| username.as_str() == attribute)
    }
}
