//! Whom a pool's messages are sent by: the role of its `SmsConfiguration`, the addresses of its `EmailConfiguration`. Asked
//! when they are set, and again with each message, since roles and settings change.

use model_cognito_idp::types::SmsConfigurationType;
use world::{Channel, SmsOrigin};

use super::sender_address;
use crate::CognitoIdp;
use crate::entity::{PoolSettings, UserPool};
use crate::error::{self, Result};
use crate::ports::SmsRole;

impl CognitoIdp {
    /// Whether a pool of these settings may send.
    ///
    /// # Errors
    /// InvalidSmsRoleTrustRelationshipException, InvalidSmsRoleAccessPolicyException,
    /// InvalidEmailRoleAccessPolicyException.
    pub(crate) async fn check_senders(&self, settings: &PoolSettings) -> Result<()> {
        self.check_sms_role(settings.sms_configuration.as_ref()).await?;
        self.check_mail_sender(sender_address(&settings.email_configuration).as_deref())
    }

    /// Whether the pool may send by that channel now.
    ///
    /// # Errors
    /// Those of [`Self::check_senders`].
    pub(crate) async fn check_sender(&self, pool: &UserPool, channel: Channel) -> Result<()> {
        match channel {
            Channel::Sms => self.check_sms_role(pool.settings.sms_configuration.as_ref()).await,
            Channel::Email => self.check_mail_sender(sender_address(&pool.settings.email_configuration).as_deref()),
        }
    }

    /// Whether the role lets user pools send; one that lives elsewhere is believed.
    ///
    /// # Errors
    /// InvalidSmsRoleTrustRelationshipException, InvalidSmsRoleAccessPolicyException.
    pub(crate) async fn check_sms_role(&self, sms: Option<&SmsConfigurationType>) -> Result<()> {
        let Some(sms) = sms else { return Ok(()) };
        let Some(role) = &sms.sns_caller_arn else { return Ok(()) };
        match self.doors().sms_roles.look(role, sms.external_id.as_deref(), self.now()).await? {
            SmsRole::Able | SmsRole::Elsewhere => Ok(()),
            SmsRole::Untrusting => Err(error::sms_role_untrusting()),
            SmsRole::Powerless => Err(error::sms_role_powerless()),
        }
    }

    /// Whether pools may send mail as this (`Name <address>`); the server's own sender always may.
    ///
    /// # Errors
    /// InvalidEmailRoleAccessPolicyException.
    pub(crate) fn check_mail_sender(&self, from: Option<&str>) -> Result<()> {
        match (from, &self.config().mail_senders) {
            (Some(from), Some(allowed)) if !allowed.iter().any(|one| covers(one, from)) => {
                Err(error::mail_sender_not_allowed())
            }
            _ => Ok(()),
        }
    }
}

/// Whether `shop@example.com` or `@example.com` stands for a sender.
fn covers(allowed: &str, from: &str) -> bool {
    let address = from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end_matches('>')).trim().to_lowercase();
    let allowed = allowed.to_lowercase();
    match allowed.strip_prefix('@') {
        Some(domain) => address.rsplit_once('@').is_some_and(|(_, host)| host == domain),
        None => address == allowed,
    }
}

/// What whoever carries a pool's text messages is told of their sender.
pub(super) fn sms_origin(pool: &UserPool) -> Option<SmsOrigin> {
    let sms = pool.settings.sms_configuration.as_ref()?;
    Some(SmsOrigin {
        caller_arn: sms.sns_caller_arn.clone()?,
        external_id: sms.external_id.clone(),
        region: sms.sns_region.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_sender_is_an_address_or_one_of_a_domain() {
        for (allowed, from, expected) in [
            ("shop@example.com", "shop@example.com", true),
            ("shop@example.com", "The Shop <Shop@Example.com>", true),
            ("shop@example.com", "help@example.com", false),
            ("@example.com", "Any <any@EXAMPLE.com>", true),
            ("@example.com", "any@sub.example.com", false),
            ("@example.com", "any@notexample.com", false),
            ("@example.com", "shop@example.com <x@evil.example>", false),
        ] {
            assert_eq!(covers(allowed, from), expected, "{allowed} {from}");
        }
    }
}
