//! Virtual MFA devices: given to users, proven at STS (IAM guide, "Configuring MFA-protected API access").
//!
//! A code is taken by a conditional write of its step, so that none is taken twice, and none before it. A device that was
//! answered wrongly too often is closed for a while, whatever comes then.

use aws_types::AwsError;
use store::{Tx, Versioned, retry};
use totp::Verdict;
use zeroize::Zeroizing;

use crate::Cx;
use crate::entity::{Enabled, MfaDevice, User};
use crate::error::{Result, concurrent, exists, invalid_authentication_code, not_the_users_device, quota};
use crate::sts::{mfa_failed, mfa_unknown};
use crate::table::Entity as _;

/// By how many steps of thirty seconds a device's clock may be off where two codes in a row are given. (own)
const REACH: i64 = 20;
/// Devices of one user (IAM guide, "IAM and AWS STS quotas").
const MOST: usize = 8;
/// Wrong codes in a row after which a device is closed. (own)
const MOST_FAILURES: u32 = 10;
/// For how long. (own)
const CLOSED_MS: i64 = 5 * 60 * 1_000;
/// Length of a step, seconds.
const STEP_S: i64 = 30;

/// Two codes in a row.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    /// `SerialNumber`.
    pub serial: &'a str,
    /// `AuthenticationCode1` and `AuthenticationCode2`.
    pub codes: [&'a str; 2],
}

/// Gives a device to a user.
///
/// # Errors
/// `NoSuchEntity`, `EntityAlreadyExists`, `InvalidAuthenticationCode`, `LimitExceeded`, the store's.
pub async fn enable(cx: &Cx<'_>, user_name: &str, given: Codes<'_>) -> Result<()> {
    retry(cx.store(), || async {
        let current = cx.find::<User>(user_name).await?;
        let device = cx.find::<MfaDevice>(given.serial).await?;
        if device.enabled.is_some() {
            return Err(exists("MFA device is already in use.")); // memory
        }
        if current.mfa.len() >= MOST {
            return Err(quota("MFADevicesPerUser", MOST));
        }
        let first = first_step(cx, &device, given.codes)?;
        let (mut user, mut enabled, mut tx) = (current.value.clone(), device.value.clone(), Tx::new());
        user.mfa.push(device.arn());
        enabled.enabled = Some(Enabled {
            user: user.name.clone(),
            since: cx.now_s(),
            ahead: first + 1 - totp::step_of(cx.call.now.secs()),
            last_step: first + 1,
            failures: 0,
            closed_until_ms: 0,
        });
        User::TABLE.update(&mut tx, &current, &user, user.index())?;
        MfaDevice::TABLE.update(&mut tx, &device, &enabled, enabled.index())?;
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

/// Takes a device from its user.
///
/// # Errors
/// `NoSuchEntity`, the store's.
pub async fn deactivate(cx: &Cx<'_>, user_name: &str, serial: &str) -> Result<()> {
    retry(cx.store(), || async {
        let current = cx.find::<User>(user_name).await?;
        let device = device_of(cx, &current.name, serial).await?;
        let (mut user, mut free, mut tx) = (current.value.clone(), device.value.clone(), Tx::new());
        user.mfa.retain(|other| other != serial);
        free.enabled = None;
        User::TABLE.update(&mut tx, &current, &user, user.index())?;
        MfaDevice::TABLE.update(&mut tx, &device, &free, free.index())?;
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

/// Learns where a device's clock stands.
///
/// # Errors
/// `NoSuchEntity`, `InvalidAuthenticationCode`, the store's.
pub async fn resync(cx: &Cx<'_>, user_name: &str, given: Codes<'_>) -> Result<()> {
    retry(cx.store(), || async {
        let user = cx.find::<User>(user_name).await?;
        let device = device_of(cx, &user.name, given.serial).await?;
        let first = first_step(cx, &device, given.codes)?;
        let mut synced = device.value.clone();
        let Some(enabled) = &mut synced.enabled else { return Err(not_the_users_device(given.serial)) };
        // Codes that were taken, or seen before those, prove nothing.
        if first <= enabled.last_step {
            return Err(invalid_authentication_code());
        }
        (enabled.ahead, enabled.last_step) = (first + 1 - totp::step_of(cx.call.now.secs()), first + 1);
        (enabled.failures, enabled.closed_until_ms) = (0, 0);
        write(cx, &device, &synced).await
    })
    .await
    .map_err(concurrent)
}

/// The device of a user.
async fn device_of(cx: &Cx<'_>, user_name: &str, serial: &str) -> Result<Versioned<MfaDevice>> {
    let device = cx.find::<MfaDevice>(serial).await?;
    if device.is_of(user_name) { Ok(device) } else { Err(not_the_users_device(serial)) }
}

fn first_step(cx: &Cx<'_>, device: &MfaDevice, codes: [&str; 2]) -> Result<i64> {
    let seed = seed(cx, device)?;
    totp::consecutive(&seed, codes, cx.call.now.secs(), REACH).ok_or_else(invalid_authentication_code)
}

fn seed(cx: &Cx<'_>, device: &MfaDevice) -> Result<Zeroizing<Vec<u8>>> {
    cx.store().sealer().open_text(&MfaDevice::context(&device.arn()), &device.seed).map_err(AwsError::internal)
}

async fn write(cx: &Cx<'_>, current: &Versioned<MfaDevice>, device: &MfaDevice) -> Result<()> {
    let mut tx = Tx::new();
    MfaDevice::TABLE.update(&mut tx, current, device, device.index())?;
    cx.store().commit(tx).await.map(drop).map_err(AwsError::from)
}

/// What a code was worth.
enum Outcome {
    Taken,
    Refused,
}

/// Takes a code of a user's device, once.
///
/// # Errors
/// `AccessDenied`, the store's.
pub async fn prove(cx: &Cx<'_>, account: &str, user_name: &str, (serial, code): (&str, &str)) -> Result<()> {
    let outcome = retry(cx.store(), || async {
        // Whoever calls is of that account; a device of another one is nobody's here.
        let found = if account == cx.account() { cx.get::<MfaDevice>(serial).await? } else { None };
        let device = found.filter(|device| device.is_of(user_name)).ok_or_else(mfa_unknown)?;
        let mut used = device.value.clone();
        let Some(enabled) = &mut used.enabled else { return Err(mfa_unknown()) };
        let now = cx.call.now;
        if now.ms() < enabled.closed_until_ms {
            return Ok(Outcome::Refused);
        }
        let clock = now.secs().saturating_add(enabled.ahead.saturating_mul(STEP_S));
        let outcome = match totp::judge(&seed(cx, &device)?, code, clock, Some(enabled.last_step)) {
            Verdict::Right(step) => {
                (enabled.last_step, enabled.failures) = (step, 0);
                Outcome::Taken
            }
            Verdict::Replayed | Verdict::Wrong => {
                enabled.failures = enabled.failures.saturating_add(1);
                if enabled.failures >= MOST_FAILURES {
                    (enabled.failures, enabled.closed_until_ms) = (0, now.plus_ms(CLOSED_MS).ms());
                }
                Outcome::Refused
            }
        };
        write(cx, &device, &used).await?;
        Ok(outcome)
    })
    .await;
    match outcome {
        Ok(Outcome::Taken) => Ok(()),
        Ok(Outcome::Refused) => Err(mfa_failed()),
        // Others were quicker again and again: whatever this code is, it was not taken.
        Err(error) if store::MayConflict::is_conflict(&error) => Err(mfa_failed()),
        Err(error) => Err(error),
    }
}
