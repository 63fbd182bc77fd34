//! A user of a pool.

use std::collections::{BTreeMap, BTreeSet};

use aws_types::Timestamp;
use model_cognito_idp::types::{
    AttributeType, DeliveryMediumType, IdentityProviderTypeType, MFAOptionType, UserStatusType, UserType,
};
use serde::{Deserialize, Serialize};

use super::{UserPool, moment};

/// The attributes that a code can prove.
pub const VERIFIABLE: [&str; 2] = ["phone_number", "email"];

/// A user. The password is an Argon2id hash, sealed, bound to pool and `sub`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// As given at sign-up; the `sub` where an e-mail address or phone number is the username.
    pub username: String,
    /// A UUID that no other user ever has.
    pub sub: String,
    /// Values by full name (`email`, `custom:team`), without `sub`.
    pub attributes: BTreeMap<String, String>,
    /// New values of verifiable attributes that wait for their code.
    pub pending: BTreeMap<String, String>,
    /// The status machine's state.
    pub status: UserStatusType,
    /// AdminDisableUser clears it.
    pub enabled: bool,
    /// None where no password was ever set.
    pub password: Option<StoredPassword>,
    /// Former hashes, sealed, newest first; as many as the pool's history wants.
    pub password_history: Vec<String>,
    /// Raised by sign-out everywhere, disabling and password changes: what was issued under a lower number is dead.
    pub epoch: u64,
    /// Raised where a password is reset: devices of a lower number are forgotten.
    #[serde(default)]
    pub device_generation: u64,
    /// Second factors.
    #[serde(default, skip_serializing_if = "UserMfa::is_empty")]
    pub mfa: UserMfa,
    /// Identities at outside providers that lead to this user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<LinkedIdentity>,
    /// When the user was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When anything was last changed.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

/// Second factors of a user. The software token's secret lies apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserMfa {
    /// Switched on, by preference or by setting one up.
    #[serde(default)]
    pub enabled: BTreeSet<MfaFactor>,
    /// Asked first.
    #[serde(default)]
    pub preferred: Option<MfaFactor>,
    /// A software token that proved itself once.
    #[serde(default)]
    pub software_token: Option<SoftwareTokenName>,
    /// `WebAuthnMfaSettings.Enabled`.
    #[serde(default)]
    pub web_authn: bool,
}

/// What a person calls their software token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftwareTokenName {
    /// `FriendlyDeviceName`.
    pub friendly: Option<String>,
}

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MfaFactor {
    /// A code by SMS.
    Sms,
    /// A time-based code of an authenticator app.
    SoftwareToken,
    /// A code by mail.
    Email,
}

impl MfaFactor {
    /// In the order of AWS's lists.
    pub const ALL: [Self; 3] = [Self::Sms, Self::SoftwareToken, Self::Email];

    /// As challenges and `UserMFASettingList` call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// By that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.as_str() == name)
    }

    /// The attribute that a code of this factor goes to.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Sms => Some("phone_number"),
            Self::Email => Some("email"),
            Self::SoftwareToken => None,
        }
    }
}

impl UserMfa {
    /// Whether nothing was ever set up.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// `UserMFASettingList`; absent where nothing is on.
    pub fn setting_list(&self) -> Option<Vec<String>> {
        let list: Vec<String> = self.enabled.iter().map(|factor| factor.as_str().to_owned()).collect();
        Some(list).filter(|list| !list.is_empty())
    }

    /// `PreferredMfaSetting`.
    pub fn preferred_setting(&self) -> Option<String> {
        self.preferred.filter(|factor| self.enabled.contains(factor)).map(|factor| factor.as_str().to_owned())
    }

    /// `MFAOptions`: tells about SMS alone.
    pub fn options(&self) -> Option<Vec<MFAOptionType>> {
        self.enabled.contains(&MfaFactor::Sms).then(|| {
            vec![MFAOptionType {
                delivery_medium: Some(DeliveryMediumType::Sms),
                attribute_name: Some("phone_number".to_owned()),
            }]
        })
    }

    /// Switches a factor off.
    pub fn remove(&mut self, factor: MfaFactor) {
        self.enabled.remove(&factor);
        self.preferred = self.preferred.filter(|preferred| *preferred != factor);
    }
}

/// A password at rest.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredPassword {
    /// The sealed PHC string.
    pub sealed: String,
    /// The sealed SRP salt and verifier.
    pub srp_sealed: Option<String>,
    /// When it was set; temporary ones expire.
    #[serde(with = "moment")]
    pub set: Timestamp,
    /// Whether another system made the hash: the first sign-in replaces it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
}

/// The most identities that lead to one user (guide, "Linking federated users").
pub const MAX_IDENTITIES: usize = 5;

/// An identity at an outside provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedIdentity {
    /// The provider's name in the pool.
    pub provider: String,
    /// The provider's type.
    pub provider_type: IdentityProviderTypeType,
    /// What of the provider's answer is compared: `Cognito_Subject`, or a mapped attribute.
    pub attribute: String,
    /// Its value.
    pub value: String,
    /// When it was linked.
    #[serde(with = "moment")]
    pub linked: Timestamp,
}

impl User {
    /// `identities` as the API and the id token show them.
    pub fn identities_claim(&self) -> Option<serde_json::Value> {
        let shown = |identity: &LinkedIdentity| {
            serde_json::json!({
                "userId": identity.value,
                "providerName": identity.provider,
                "providerType": identity.provider_type.as_str(),
                "issuer": null,
                "primary": "false",
                "dateCreated": identity.linked.ms().to_string(),
            })
        };
        (!self.identities.is_empty()).then(|| self.identities.iter().map(shown).collect())
    }

    /// An attribute's value; `sub` among them.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        if name == "sub" { Some(&self.sub) } else { self.attributes.get(name).map(String::as_str) }
    }

    /// Whether `email` or `phone_number` is proven.
    pub fn is_verified(&self, attribute: &str) -> bool {
        self.attributes.contains_key(attribute)
            && self.attributes.get(&verified_flag(attribute)).is_some_and(|flag| flag == "true")
    }

    /// Marks `email` or `phone_number` as proven or not.
    pub fn set_verified(&mut self, attribute: &str, verified: Verified) {
        self.attributes.insert(verified_flag(attribute), verified.as_str().to_owned());
    }

    /// What the user may sign in with beside the username, as (attribute, value).
    pub fn aliases<'a>(&'a self, pool: &UserPool) -> Vec<(&'static str, &'a str)> {
        let named = |attribute: &'static str| self.attributes.get(attribute).map(|value| (attribute, value.as_str()));
        let verified = |attribute| pool.has_alias(attribute) && self.is_verified(attribute);
        let mut aliases = Vec::new();
        for attribute in VERIFIABLE {
            if pool.has_username_attribute(attribute) || verified(attribute) {
                aliases.extend(named(attribute));
            }
        }
        if pool.has_alias("preferred_username") {
            aliases.extend(named("preferred_username"));
        }
        aliases
    }

    /// The attributes as the API lists them: `sub` first. Those a reader may not see are left out.
    pub fn attribute_list(&self, may_read: impl Fn(&str) -> bool) -> Vec<AttributeType> {
        let sub = std::iter::once(("sub", self.sub.as_str()));
        let others = self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let identities = self.identities_claim().map(|claim| claim.to_string());
        sub.chain(others)
            .filter(|(name, _)| *name == "sub" || may_read(name))
            .chain(identities.iter().map(|text| ("identities", text.as_str())))
            .map(|(name, value)| AttributeType { name: name.to_owned(), value: Some(value.to_owned()) })
            .collect()
    }

    /// As ListUsers and AdminCreateUser show it.
    pub fn to_wire(&self) -> UserType {
        UserType {
            username: Some(self.username.clone()),
            attributes: Some(self.attribute_list(|_| true)),
            user_create_date: Some(self.created),
            user_last_modified_date: Some(self.modified),
            enabled: Some(self.enabled),
            user_status: Some(self.status),
            mfa_options: self.mfa.options(),
        }
    }
}

/// The flag beside a verifiable attribute: `email_verified`.
pub fn verified_flag(attribute: &str) -> String {
    format!("{attribute}_verified")
}

/// Whether an address was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// By a code, a link or an administrator.
    Yes,
    /// Not (any more).
    No,
}

impl Verified {
    /// The attribute's text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "true",
            Self::No => "false",
        }
    }
}
