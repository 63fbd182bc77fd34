//! The devices of users: made known, remembered, forgotten; and what a sign-in's tokens owe to one (guide: "Working with
//! user devices in your user pool").
//!
//! A sign-in without a known device is given a new key, which is worth nothing until ConfirmDevice brings its verifier
//! with a token of that very sign-in. Tokens of a sign-in are bound to its device: a refresh names it, and once it was
//! confirmed, forgetting it ends them. How a device proves itself stands in `device_srp.rs`.

use aws_lc_rs::constant_time;
use aws_types::{AwsError, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use model_cognito_idp::types::{DeviceRememberedStatusType, DeviceSecretVerifierConfigType, NewDeviceMetadataType};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx, Versioned, retry};
use world::rng;
use zeroize::Zeroizing;

use super::access_token::Bearer;
use super::chain::{CHAINS, Chain};
use super::hashed;
use super::progress::Progress;
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{Device, User, UserPool};
use crate::error::{self, Result};
use crate::sweep;
use crate::table::device::{DEVICES, MAX_DEVICES, device_of, device_sk, devices_counter, devices_prefix};
use crate::table::pool_pk;
use crate::table::user::{self, USERS};

/// Characters of a group's key after its dash.
const GROUP_CHARS: usize = 8;
/// Longest salt that is kept of a device: 16 bytes are usual.
const MAX_SALT_BYTES: usize = 64;
/// Characters of a browser's secret: more than 256 bits.
const BROWSER_CHARS: usize = 44;

/// The device of a sign-in, in its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainDevice {
    /// Its key.
    pub key: String,
    /// Whether it is one of the user's: then the chain ends with it.
    pub confirmed: bool,
}

/// A device's SRP verifier.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DeviceVerifier {
    pub salt: Vec<u8>,
    pub number: Vec<u8>,
}

/// What ConfirmDevice says about a device.
#[derive(Clone, Copy)]
pub(crate) struct NewDevice<'a> {
    pub key: &'a str,
    pub name: Option<&'a str>,
    pub verifier: Option<&'a DeviceSecretVerifierConfigType>,
    pub address: &'a str,
}

/// Whether a person must say that their device is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    Necessary,
    Unnecessary,
}

/// Whether the pool knows devices.
pub(crate) const fn tracks_devices(pool: &UserPool) -> bool {
    pool.settings.device_configuration.is_some()
}

/// `ChallengeRequiredOnNewDevice`: a remembered device stands for the second factor.
pub(crate) fn device_replaces_factor(pool: &UserPool) -> bool {
    let configuration = pool.settings.device_configuration.as_ref();
    configuration.is_some_and(|devices| devices.challenge_required_on_new_device == Some(true))
}

fn remembers_on_prompt_only(pool: &UserPool) -> bool {
    let configuration = pool.settings.device_configuration.as_ref();
    configuration.is_some_and(|devices| devices.device_only_remembered_on_user_prompt == Some(true))
}

/// `DeviceGroupKey`: the same for all devices of a pool.
pub(crate) fn device_group_key(pool: &UserPool) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, format!("device group {}", pool.id).as_bytes());
    let text = URL_SAFE_NO_PAD.encode(hash);
    format!("-{}", text.get(..GROUP_CHARS).unwrap_or_default())
}

impl CognitoIdp {
    /// A user's device.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub(crate) async fn device(&self, pool: &UserPool, user: &User, key: &str) -> Result<Versioned<Device>> {
        device_of(self.store(), pool, user, key).await?.ok_or_else(error::device_not_found)
    }

    /// ConfirmDevice.
    ///
    /// # Errors
    /// InvalidUserPoolConfigurationException, InvalidParameterException, DeviceKeyExistsException.
    pub(crate) async fn confirm_device(&self, bearer: &Bearer, new: NewDevice<'_>) -> Result<Prompt> {
        let pool = &bearer.pool;
        if !tracks_devices(pool) {
            return Err(error::devices_not_tracked());
        }
        if bearer.chain.device.as_ref().is_none_or(|device| device.key != new.key) {
            return Err(error::invalid_device_key());
        }
        let verifier = new.verifier.map(read_verifier).transpose()?;
        let sealed = verifier.map(|verifier| self.seal_device_verifier(pool, new.key, &verifier)).transpose()?;
        let now = self.now();
        let device = Device {
            key: new.key.to_owned(),
            name: new.name.map(str::to_owned),
            remembered: !remembers_on_prompt_only(pool),
            verifier_sealed: sealed,
            browser_hash: None,
            last_ip: Some(new.address.to_owned()),
            created: now,
            modified: now,
            authenticated: now,
        };
        retry(self.store(), || self.take_device(bearer, &device)).await?;
        Ok(if device.remembered { Prompt::Unnecessary } else { Prompt::Necessary })
    }

    async fn take_device(&self, bearer: &Bearer, device: &Device) -> Result<()> {
        let pool = &bearer.pool;
        let user = self.same_user(pool, &bearer.user).await?;
        let chain = self.chain(pool, &user.sub, &bearer.chain.event_id).await?;
        let chain = chain.filter(|chain| chain.is_current(&user)).ok_or_else(error::access_token_revoked)?;
        if device_of(self.store(), pool, &user, &device.key).await?.is_some() {
            return Err(error::device_key_exists());
        }
        // Confirmed once and forgotten since: its key is spent.
        if chain.device.as_ref().is_some_and(|known| known.confirmed) {
            return Err(error::invalid_device_key());
        }
        let bound = ChainDevice { key: device.key.clone(), confirmed: true };
        let mut tx = Tx::new();
        USERS.require(&mut tx, &user);
        CHAINS.update(&mut tx, &chain, &Chain { device: Some(bound), ..chain.value.clone() }, Vec::new())?;
        self.insert_device(tx, pool, &user, device).await
    }

    /// Commits a new device with the rest of `tx`; the one that was away longest makes room for it.
    async fn insert_device(&self, tx: Tx, pool: &UserPool, user: &User, device: &Device) -> Result<()> {
        let insert = |tx: &mut Tx| {
            let sk = device_sk(user, &device.key);
            DEVICES.insert(tx, &pool_pk(&pool.id), &sk, device, Vec::new())
        };
        let mut counted = tx.clone();
        insert(&mut counted)?;
        counted.add(&devices_counter(pool, user), 1, i64::try_from(MAX_DEVICES).ok(), None);
        match self.store().commit(counted).await {
            Err(StoreError::Limit) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(()),
        }
        let (pk, prefix) = (pool_pk(&pool.id), devices_prefix(user));
        let devices = DEVICES.list(self.store(), &pk, &prefix, None, MAX_DEVICES).await?;
        let mut tx = tx;
        if let Some(oldest) = devices.iter().min_by_key(|device| device.authenticated) {
            DEVICES.delete(&mut tx, oldest);
        }
        insert(&mut tx)?;
        self.store().commit(tx).await?;
        Ok(())
    }

    /// The user whose devices an administrator asks about.
    ///
    /// # Errors
    /// ResourceNotFoundException: these operations know no UserNotFoundException.
    pub(crate) async fn device_owner(&self, pool: &UserPool, name: &str) -> Result<Versioned<User>> {
        user::by_name(self.store(), pool, name).await?.ok_or_else(error::device_owner_not_found)
    }

    /// UpdateDeviceStatus.
    ///
    /// # Errors
    /// InvalidParameterException without a status, ResourceNotFoundException.
    pub(crate) async fn set_device_status(
        &self,
        pool: &UserPool,
        user: &User,
        key: &str,
        status: Option<DeviceRememberedStatusType>,
    ) -> Result<()> {
        let status = status.ok_or_else(|| error::missing_parameter("DeviceRememberedStatus"))?;
        retry(self.store(), || async {
            let current = self.device(pool, user, key).await?;
            let mut device = current.value.clone();
            device.remembered = status == DeviceRememberedStatusType::Remembered;
            device.modified = self.now();
            let mut tx = Tx::new();
            DEVICES.update(&mut tx, &current, &device, Vec::new())?;
            self.store().commit(tx).await?;
            Ok(())
        })
        .await
    }

    /// ForgetDevice: it proves nothing any more, and its tokens are not renewed.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub(crate) async fn forget_device(&self, pool: &UserPool, user: &User, key: &str) -> Result<()> {
        retry(self.store(), || async {
            let current = self.device(pool, user, key).await?;
            let mut tx = Tx::new();
            DEVICES.delete(&mut tx, &current);
            tx.add(&devices_counter(pool, user), -1, None, None);
            self.store().commit(tx).await?;
            Ok(())
        })
        .await
    }

    /// The device that the tokens of a finished sign-in are bound to, its last use added to `tx`.
    ///
    /// # Errors
    /// ResourceNotFoundException where it was forgotten meanwhile.
    pub(crate) async fn bind_device(
        &self,
        tx: &mut Tx,
        visit: Visit<'_>,
        user: &User,
        progress: &Progress,
    ) -> Result<Option<ChainDevice>> {
        let pool = visit.pool;
        if !tracks_devices(pool) {
            return Ok(None);
        }
        let Some(key) = progress.device_key.as_deref() else {
            let key = format!("{}_{}", pool.region, rng::uuid(self.rng()));
            return Ok(Some(ChainDevice { key, confirmed: false }));
        };
        let current = self.device(pool, user, key).await?;
        let mut device = current.value.clone();
        device.authenticated = self.now();
        device.last_ip = visit.address.map(str::to_owned).or(device.last_ip);
        DEVICES.update(tx, &current, &device, Vec::new())?;
        Ok(Some(ChainDevice { key: key.to_owned(), confirmed: true }))
    }

    /// Whether a refresh comes from the device its chain is bound to.
    ///
    /// # Errors
    /// NotAuthorizedException.
    pub(crate) async fn check_chain_device(
        &self,
        pool: &UserPool,
        user: &User,
        chain: &Chain,
        given: Option<&str>,
    ) -> Result<()> {
        let Some(device) = &chain.device else { return Ok(()) };
        if given != Some(device.key.as_str()) {
            return Err(error::invalid_refresh_token());
        }
        if device.confirmed && device_of(self.store(), pool, user, &device.key).await?.is_none() {
            return Err(error::refresh_token_revoked());
        }
        Ok(())
    }

    /// Makes the browser of a person who has just signed in at the hosted pages a remembered device of theirs. What is
    /// given belongs in a cookie, and later in [`Visit::by_browser`].
    ///
    /// # Errors
    /// NotAuthorizedException where the user changed meanwhile.
    pub(crate) async fn remember_browser(
        &self,
        pool: &UserPool,
        user: &User,
        (name, address): (Option<&str>, Option<&str>),
    ) -> Result<Secret<String>> {
        if !tracks_devices(pool) {
            return Err(error::devices_not_tracked());
        }
        let secret = rng::pick(self.rng(), rng::ALNUM, BROWSER_CHARS);
        let key = format!("{}_{}", pool.region, rng::uuid(self.rng()));
        let now = self.now();
        let device = Device {
            key: key.clone(),
            name: name.map(str::to_owned),
            remembered: true,
            verifier_sealed: None,
            browser_hash: Some(hashed(&secret)),
            last_ip: address.map(str::to_owned),
            created: now,
            modified: now,
            authenticated: now,
        };
        retry(self.store(), || async {
            let current = self.same_user(pool, user).await?;
            if current.epoch != user.epoch {
                return Err(error::incorrect_username_or_password());
            }
            let mut tx = Tx::new();
            USERS.require(&mut tx, &current);
            self.insert_device(tx, pool, &current, &device).await
        })
        .await?;
        Ok(Secret::new(format!("{key}/{secret}")))
    }

    /// The key of the remembered device that a browser's cookie proves, if it is this user's.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn proven_browser(&self, pool: &UserPool, user: &User, cookie: &str) -> Result<Option<String>> {
        let Some((key, secret)) = cookie.split_once('/').filter(|_| tracks_devices(pool)) else { return Ok(None) };
        let device = device_of(self.store(), pool, user, key).await?;
        let device = device.filter(|device| device.remembered);
        let Some(expected) = device.as_ref().and_then(|device| device.browser_hash.as_ref()) else { return Ok(None) };
        let same = constant_time::verify_slices_are_equal(expected.as_bytes(), hashed(secret).as_bytes());
        Ok(same.is_ok().then(|| key.to_owned()))
    }

    /// Removes what a raised generation left behind: `read` is the user before it. It is dead already, and goes at the
    /// latest with the user.
    pub(crate) async fn sweep_devices(&self, pool: &UserPool, read: &User) {
        if let Err(error) = sweep::begin(self.store(), &pool.id, &devices_prefix(read)).await {
            tracing::warn!(pool.id = pool.id, ?error, "forgotten devices are left to be swept with their user");
        }
    }

    fn seal_device_verifier(&self, pool: &UserPool, key: &str, verifier: &DeviceVerifier) -> Result<String> {
        let plain = serde_json::to_vec(verifier).map_err(AwsError::internal)?;
        Ok(self.store().sealer().seal_text(&verifier_context(pool, key), &plain))
    }

    /// A device's verifier as it is sealed.
    ///
    /// # Errors
    /// Internal, where it does not open.
    pub(crate) fn device_verifier_bytes(&self, pool: &UserPool, device: &Device) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let open = |text: &String| self.store().sealer().open_text(&verifier_context(pool, &device.key), text);
        device.verifier_sealed.as_ref().map(open).transpose().map_err(AwsError::internal)
    }

    /// Seals what [`CognitoIdp::device_verifier_bytes`] gave.
    pub(crate) fn seal_device_verifier_bytes(&self, pool: &UserPool, key: &str, plain: &[u8]) -> String {
        self.store().sealer().seal_text(&verifier_context(pool, key), plain)
    }

    /// The verifier of a trusted device.
    ///
    /// # Errors
    /// Internal, where it does not open.
    pub(crate) fn open_device_verifier(&self, pool: &UserPool, device: &Device) -> Result<Option<DeviceVerifier>> {
        let Some(sealed) = &device.verifier_sealed else { return Ok(None) };
        let opened = self.store().sealer().open_text(&verifier_context(pool, &device.key), sealed);
        let plain = opened.map_err(AwsError::internal)?;
        serde_json::from_slice(&plain).map(Some).map_err(AwsError::internal)
    }
}

/// `NewDeviceMetadata`: for a device that is not known yet.
pub(crate) fn new_device_metadata(pool: &UserPool, chain: &Chain) -> Option<NewDeviceMetadataType> {
    let device = chain.device.as_ref().filter(|device| !device.confirmed)?;
    Some(NewDeviceMetadataType { device_key: Some(device.key.clone()), device_group_key: Some(device_group_key(pool)) })
}

/// A device's verifier as clients send it.
fn read_verifier(given: &DeviceSecretVerifierConfigType) -> Result<DeviceVerifier> {
    let bytes = |text: &Option<String>, most: usize| {
        let text = text.as_deref().filter(|text| !text.is_empty() && text.len() <= most * 2)?;
        STANDARD.decode(text).ok().filter(|bytes| !bytes.is_empty())
    };
    let salt = bytes(&given.salt, MAX_SALT_BYTES).filter(|salt| salt.len() <= MAX_SALT_BYTES);
    let number = bytes(&given.password_verifier, srp::NUMBER_BYTES + 16).and_then(|number| srp::parse_bytes(&number));
    match salt.zip(number) {
        Some((salt, number)) => Ok(DeviceVerifier { salt, number: number.to_vec() }),
        None => Err(error::invalid_device_verifier()),
    }
}

fn verifier_context(pool: &UserPool, key: &str) -> String {
    format!("cognito device verifier {}/{key}", pool.id)
}
