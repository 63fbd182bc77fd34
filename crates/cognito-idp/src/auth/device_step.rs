//! Where remembered devices have their say in a sign-in (guide: "Working with user devices in your user pool").
//!
//! Three points: [`CognitoIdp::device_lane`] before a guess is counted, [`CognitoIdp::device_step`] after the first factor
//! and before the second one, [`CognitoIdp::answer_device`] for DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER. What a device
//! proved stands in [`Progress`](super::progress::Progress), sealed in the session.
//!
//! Where the pool lets a device stand for the second factor (`ChallengeRequiredOnNewDevice`), it is asked before that
//! one, else after it. A device that is known and not remembered is never asked, and replaces nothing.

use model_cognito_idp::types::ChallengeNameType;

use super::device::{device_replaces_factor, tracks_devices};
use super::flow::{Answer, Step};
use super::progress::Progress;
use super::second_factor::{Need, need};
use super::visit::{Lane, Visit};
use crate::CognitoIdp;
use crate::entity::User;
use crate::error::Result;
use crate::table::device::device_of;

/// What the device means for the rest of a sign-in.
#[derive(Clone, Debug)]
pub(crate) enum DeviceStep {
    /// Nothing: no device is known, or it has proven itself already.
    Nothing,
    /// It is asked to prove itself; where it does, no second factor is asked.
    Ask(super::flow::Challenge),
}

impl CognitoIdp {
    /// Whose failures this call's guesses are counted with: a remembered device's key is known to nobody else, so that
    /// whoever locks the name does not lock its owner out there.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn device_lane<'a>(&self, visit: Visit<'a>, user: Option<&User>) -> Result<Lane<'a>> {
        if let Some((user, cookie)) = user.zip(visit.browser)
            && self.proven_browser(visit.pool, user, cookie).await?.is_some()
        {
            return Ok(Lane::Device(cookie));
        }
        let named = visit.device_key.zip(user).filter(|_| tracks_devices(visit.pool));
        let Some((key, user)) = named else { return Ok(Lane::Everybody) };
        let trusted = self.trusted_device(visit.pool, user, key).await?.is_some();
        Ok(if trusted { Lane::Device(key) } else { Lane::Everybody })
    }

    /// Notes what device this call comes from; one that has proven itself is not exchanged for another.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn note_device(&self, visit: Visit<'_>, user: &User, progress: &mut Progress) -> Result<()> {
        if progress.device_proven {
            return Ok(());
        }
        let cookie = visit.browser.filter(|_| device_replaces_factor(visit.pool));
        if let Some(cookie) = cookie
            && let Some(key) = self.proven_browser(visit.pool, user, cookie).await?
        {
            *progress = Progress { device_key: Some(key), device_proven: true, ..progress.clone() };
        } else if let Some(key) = visit.device_key {
            progress.device_key = Some(key.to_owned());
        }
        Ok(())
    }

    /// A call that may come from a device which an earlier call named. A device that is not the user's is refused where
    /// this very call names it, and forgotten where only the earlier one did.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub(crate) async fn on_known_device<'a>(
        &self,
        visit: Visit<'a>,
        earlier: Option<&'a str>,
        user: &User,
    ) -> Result<Visit<'a>> {
        match (visit.device_key, earlier) {
            _ if !tracks_devices(visit.pool) => Ok(visit),
            (Some(key), _) => self.device(visit.pool, user, key).await.map(|_| visit),
            (None, Some(key)) if device_of(self.store(), visit.pool, user, key).await?.is_some() => {
                Ok(visit.on_device(Some(key)))
            }
            _ => Ok(visit),
        }
    }

    /// What the device of this sign-in means for what comes next.
    ///
    /// # Errors
    /// ResourceNotFoundException for a device that is not the user's.
    pub(crate) async fn device_step(&self, visit: Visit<'_>, user: &User, progress: &Progress) -> Result<DeviceStep> {
        let claimed = progress.device_key.as_deref().filter(|_| tracks_devices(visit.pool) && !progress.device_proven);
        let Some(key) = claimed else { return Ok(DeviceStep::Nothing) };
        let device = self.device(visit.pool, user, key).await?;
        let later = !device_replaces_factor(visit.pool) && need(visit.pool, user, progress) != Need::Nothing;
        if later || !device.is_trusted() {
            return Ok(DeviceStep::Nothing);
        }
        self.ask_device(visit, user, progress, key).await.map(DeviceStep::Ask)
    }

    /// DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER.
    ///
    /// # Errors
    /// Those of the step.
    pub(crate) async fn answer_device(
        &self,
        visit: Visit<'_>,
        challenge: ChallengeNameType,
        answer: Answer<'_>,
    ) -> Result<Step> {
        match challenge {
            ChallengeNameType::DeviceSrpAuth => self.begin_device_srp(visit, answer).await,
            _ => self.finish_device_srp(visit, answer).await,
        }
    }
}
