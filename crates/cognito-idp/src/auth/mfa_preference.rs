//! Which second factors a user has on, and which is asked first (SetUserMFAPreference and its kin).

use model_cognito_idp::types::{
    DeliveryMediumType, EmailMfaSettingsType, MFAOptionType, SMSMfaSettingsType, SoftwareTokenMfaSettingsType,
    UserStatusType, WebAuthnFactorConfigurationType, WebAuthnMfaSettingsType,
};

use super::access_token::Bearer;
use super::factor_proof::Change;
use super::second_factor::{is_available, pool_has};
use crate::CognitoIdp;
use crate::entity::user::{MfaFactor, UserMfa};
use crate::entity::{User, UserPool};
use crate::error::{self, Result};

/// What is asked for, factor by factor; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Preference {
    factors: Vec<(MfaFactor, Option<bool>, Option<bool>)>,
    web_authn: Option<bool>,
}

impl Preference {
    /// As SetUserMFAPreference and AdminSetUserMFAPreference are given it.
    pub fn given(
        sms: Option<&SMSMfaSettingsType>,
        token: Option<&SoftwareTokenMfaSettingsType>,
        email: Option<&EmailMfaSettingsType>,
        web_authn: Option<&WebAuthnMfaSettingsType>,
    ) -> Self {
        let sms = sms.map(|given| (MfaFactor::Sms, given.enabled, given.preferred_mfa));
        let token = token.map(|given| (MfaFactor::SoftwareToken, given.enabled, given.preferred_mfa));
        let email = email.map(|given| (MfaFactor::Email, given.enabled, given.preferred_mfa));
        Self {
            factors: [sms, token, email].into_iter().flatten().collect(),
            web_authn: web_authn.and_then(|given| given.enabled),
        }
    }

    /// As SetUserSettings and AdminSetUserSettings are given it: SMS is on where it is listed, off where it is not.
    ///
    /// # Errors
    /// InvalidParameterException for anything but SMS to the phone number.
    pub fn by_options(options: &[MFAOptionType]) -> Result<Self> {
        let is_sms = |option: &MFAOptionType| {
            option.delivery_medium == Some(DeliveryMediumType::Sms)
                && option.attribute_name.as_deref() == Some("phone_number")
        };
        if !options.iter().all(is_sms) {
            return Err(error::only_sms_options());
        }
        Ok(Self { factors: vec![(MfaFactor::Sms, Some(!options.is_empty()), None)], web_authn: None })
    }

    /// Whether anything that is on goes off.
    fn removes(&self, mfa: &UserMfa) -> bool {
        let off = |(factor, enabled, _): &(MfaFactor, Option<bool>, Option<bool>)| {
            *enabled == Some(false) && mfa.enabled.contains(factor)
        };
        self.factors.iter().any(off) || (self.web_authn == Some(false) && mfa.web_authn)
    }

    /// Puts it into a user's document.
    ///
    /// # Errors
    /// InvalidParameterException for a factor that the user does not have.
    pub fn apply(&self, pool: &UserPool, user: &mut User) -> Result<()> {
        for (factor, enabled, preferred) in &self.factors {
            self.apply_factor(pool, user, (*factor, *enabled, *preferred))?;
        }
        if self.factors.iter().filter(|(_, _, preferred)| *preferred == Some(true)).count() > 1 {
            return Err(error::one_preferred_factor());
        }
        match self.web_authn {
            Some(true) => enable_web_authn(pool, user),
            Some(false) => {
                user.mfa.web_authn = false;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn apply_factor(
        &self,
        pool: &UserPool,
        user: &mut User,
        (factor, enabled, preferred): (MfaFactor, Option<bool>, Option<bool>),
    ) -> Result<()> {
        match enabled {
            Some(true) if !can_turn_on(pool, user, factor) => return Err(error::no_delivery_config(factor.as_str())),
            Some(true) => drop(user.mfa.enabled.insert(factor)),
            Some(false) => user.mfa.remove(factor),
            None => {}
        }
        match preferred {
            Some(true) if !user.mfa.enabled.contains(&factor) => Err(error::preferred_factor_is_off(factor.as_str())),
            Some(true) => {
                user.mfa.preferred = Some(factor);
                Ok(())
            }
            Some(false) => {
                user.mfa.preferred = user.mfa.preferred.filter(|preferred| *preferred != factor);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// A code by SMS or mail is turned on for a proven address only.
fn can_turn_on(pool: &UserPool, user: &User, factor: MfaFactor) -> bool {
    let proven = factor.attribute().is_none_or(|attribute| user.is_verified(attribute));
    proven && pool_has(pool, factor) && is_available(pool, user, factor)
}

fn enable_web_authn(pool: &UserPool, user: &mut User) -> Result<()> {
    let two_factors = pool.mfa.web_authn.as_ref().and_then(|settings| settings.factor_configuration)
        == Some(WebAuthnFactorConfigurationType::MultiFactorWithUserVerification);
    if !two_factors || user.mfa.enabled.is_empty() {
        return Err(error::no_delivery_config("WEB_AUTHN"));
    }
    user.mfa.web_authn = true;
    Ok(())
}

impl CognitoIdp {
    /// Sets the caller's own preference.
    ///
    /// # Errors
    /// InvalidParameterException for a factor the user does not have; NotAuthorizedException where one is switched off
    /// without having been proven lately.
    pub(crate) async fn prefer_factors(&self, bearer: &Bearer, preference: &Preference) -> Result<()> {
        if preference.removes(&bearer.user.mfa) {
            self.check_factor_change(bearer, Change::Factor).await?;
        }
        let epoch = bearer.user.epoch;
        self.change_user(&bearer.pool, &bearer.user, |user| {
            if user.epoch != epoch {
                return Err(error::access_token_revoked());
            }
            preference.apply(&bearer.pool, user)
        })
        .await
    }

    /// Sets a user's preference for them.
    ///
    /// # Errors
    /// UserNotFoundException, UserNotConfirmedException, PasswordResetRequiredException, InvalidParameterException.
    pub(crate) async fn prefer_factors_of(&self, pool: &UserPool, name: &str, preference: &Preference) -> Result<()> {
        let user = self.named_user(pool, name).await?;
        check_settled(&user)?;
        self.change_user(pool, &user, |user| preference.apply(pool, user)).await
    }
}

/// Refuses users whose registration or password waits for something.
///
/// # Errors
/// UserNotConfirmedException, PasswordResetRequiredException.
pub(crate) fn check_settled(user: &User) -> Result<()> {
    match user.status {
        UserStatusType::Unconfirmed => Err(error::user_not_confirmed()),
        UserStatusType::ResetRequired => Err(error::password_reset_required()),
        _ => Ok(()),
    }
}
