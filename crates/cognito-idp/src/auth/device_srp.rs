//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves itself as a password does, with its group's
//! key in the pool's place and its own key in the user's (amazon-cognito-identity-js, `getDeviceResponse`; pycognito).
//!
//! The server's half of the exchange travels, sealed, as SECRET_BLOCK, and with it the session that it belongs to.
//! pycognito sends no session: for it the session also waits in the store, under user and device, for the same client
//! and address.

use aws_lc_rs::constant_time;
use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model_cognito_idp::types::ChallengeNameType;
use serde::{Deserialize, Serialize};
use srp::Names;
use store::{Table, Tx, Versioned};
use world::rng;

use super::device::{DeviceVerifier, device_group_key, device_replaces_factor};
use super::flow::{Answer, Challenge, Step};
use super::hashed;
use super::initiate::required;
use super::progress::{Progress, SignIn};
use super::second_factor::{Need, need};
use super::session::{ChallengeSession, Holder};
use super::srp_flow::{Claim, read_public};
use super::visit::{Lane, Visit};
use crate::CognitoIdp;
use crate::entity::{Device, User, UserPool};
use crate::error::{self, Result};
use crate::table::device::device_of;
use crate::table::{pool_pk, user};

const STEP: ChallengeNameType = ChallengeNameType::DeviceSrpAuth;
const CONTEXT: &str = "cognito device exchange";

/// The server's half of an exchange.
#[derive(Clone, Serialize, Deserialize)]
struct Exchange {
    session: ChallengeSession,
    key: String,
    a_public: Vec<u8>,
    b: Vec<u8>,
}

/// A session that waits for a client that sends none.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    session: String,
    address: Option<String>,
}

const WAITING: Table<Waiting> = Table::new("device-challenge", 1);

impl CognitoIdp {
    /// A device of this user that may be asked for its proof.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn trusted_device(
        &self,
        pool: &UserPool,
        user: &User,
        key: &str,
    ) -> Result<Option<Versioned<Device>>> {
        let device = device_of(self.store(), pool, user, key).await?;
        Ok(device.filter(|device| device.is_trusted()))
    }

    /// DEVICE_SRP_AUTH.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn ask_device(
        &self,
        visit: Visit<'_>,
        user: &User,
        progress: &Progress,
        key: &str,
    ) -> Result<Challenge> {
        let mut session = self.new_session(visit, STEP.as_str(), Holder::User(user));
        session.progress = progress.clone();
        session.detail.other = Some(key.to_owned());
        let text = self.seal_session(&session)?;
        let waiting = Waiting { session: text.clone(), address: visit.address.map(str::to_owned) };
        let mut tx = Tx::new();
        let (pk, sk) = (pool_pk(&visit.pool.id), waiting_sk(user, key));
        WAITING.put_expiring(&mut tx, &pk, &sk, &waiting, Vec::new(), session.expires())?;
        self.store().commit(tx).await?;
        let parameters = [("DEVICE_KEY", key.to_owned()), ("USERNAME", user.username.clone())];
        Ok(Challenge {
            name: STEP,
            session: Some(text),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
            available: Vec::new(),
        })
    }

    /// The answer to DEVICE_SRP_AUTH: the device's public number.
    ///
    /// # Errors
    /// InvalidParameterException, NotAuthorizedException for the session, ResourceNotFoundException for the device.
    pub(crate) async fn begin_device_srp(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let key = required(answer.responses, "DEVICE_KEY")?;
        let a_public = read_public(required(answer.responses, "SRP_A")?)?;
        let session = self.device_session(visit, key, answer).await?;
        let user = self.session_user(visit, &session, answer.name).await?;
        if session.detail.other.as_deref() != Some(key) {
            return Err(error::device_not_found());
        }
        let verifier = self.device_verifier(visit.pool, &user, key).await?;
        let (number, salt) = (number(&verifier)?, srp::hex(&verifier.salt));
        let b = rng::bytes::<32>(self.rng());
        let b_public = self.auth().hasher.compute(move || Ok(srp::public_number(&number, &b))).await?;
        let exchange = Exchange { session, key: key.to_owned(), a_public: a_public.to_vec(), b: b.to_vec() };
        let plain = serde_json::to_vec(&exchange).map_err(AwsError::internal)?;
        let block = STANDARD.encode(self.store().sealer().seal(CONTEXT, &plain));
        let parameters = [
            ("DEVICE_KEY", key.to_owned()),
            ("SALT", salt),
            ("SRP_B", srp::hex(&b_public)),
            ("SECRET_BLOCK", block),
            ("USERNAME", user.username.clone()),
        ];
        Ok(Step::Challenge(Challenge {
            name: ChallengeNameType::DevicePasswordVerifier,
            session: None,
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
            available: Vec::new(),
        }))
    }

    /// The session of an answer; where the client sends none, the one that waits for it.
    async fn device_session(&self, visit: Visit<'_>, key: &str, answer: Answer<'_>) -> Result<ChallengeSession> {
        if let Some(text) = answer.session {
            return self.open_session_of(visit, STEP.as_str(), text).await;
        }
        let name = answer.name.ok_or_else(|| error::missing_parameter("USERNAME"))?;
        let user = user::by_name(self.store(), visit.pool, name).await?.ok_or_else(error::invalid_session)?;
        let found = WAITING.get(self.store(), &pool_pk(&visit.pool.id), &waiting_sk(&user, key)).await?;
        let waiting = found.filter(|waiting| waiting.address.as_deref() == visit.address);
        let waiting = waiting.ok_or_else(error::invalid_session)?;
        self.open_session_of(visit, STEP.as_str(), &waiting.session).await
    }

    /// The answer to DEVICE_PASSWORD_VERIFIER: the device's proof.
    ///
    /// # Errors
    /// NotAuthorizedException, ResourceNotFoundException for the device, then those of what follows.
    pub(crate) async fn finish_device_srp(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let pool = visit.pool;
        let claim = Claim::read(answer.responses)?;
        let exchange = self.open_device_exchange(visit, &claim).await?;
        let Exchange { session, key, .. } = &exchange;
        if visit.device_key.is_some_and(|given| given != key) {
            return Err(error::device_not_found());
        }
        let user = self.session_user(visit, session, answer.name).await?;
        let verifier = self.device_verifier(pool, &user, key).await?;
        let attempt = self.begin_attempt(visit.guess(&user.username, Lane::Device(key))).await?;
        if !self.is_device_proof(pool, verifier, exchange.clone(), claim).await? {
            return Err(error::incorrect_username_or_password());
        }
        self.use_session(session).await?;
        let progress = Progress { device_proven: true, device_key: Some(key.clone()), ..session.progress.clone() };
        // The device stands for a second factor only where the pool says so, now as when it was asked.
        if !device_replaces_factor(pool) && need(pool, &user, &session.progress) != Need::Nothing {
            return Err(error::invalid_session());
        }
        self.advance(visit, SignIn { user, progress, attempt: Some(attempt) }).await
    }

    async fn open_device_exchange(&self, visit: Visit<'_>, claim: &Claim) -> Result<Exchange> {
        let refused = error::incorrect_username_or_password;
        let plain = self.store().sealer().open(CONTEXT, &claim.block).map_err(|_| refused())?;
        let exchange: Exchange = serde_json::from_slice(&plain).map_err(|_| refused())?;
        let session = &exchange.session;
        if session.pool_id != visit.pool.id || session.client_id != visit.client.id || !claim.is_fresh(self.now()) {
            return Err(refused());
        }
        self.check_live(visit.pool, session).await?;
        Ok(exchange)
    }

    async fn device_verifier(&self, pool: &UserPool, user: &User, key: &str) -> Result<DeviceVerifier> {
        let device = self.trusted_device(pool, user, key).await?.ok_or_else(error::device_not_found)?;
        self.open_device_verifier(pool, &device)?.ok_or_else(error::device_not_found)
    }

    async fn is_device_proof(
        &self,
        pool: &UserPool,
        verifier: DeviceVerifier,
        exchange: Exchange,
        claim: Claim,
    ) -> Result<bool> {
        let (group, verifier) = (device_group_key(pool), number(&verifier)?);
        self.auth()
            .hasher
            .compute(move || {
                let a_public = srp::parse_bytes(&exchange.a_public).ok_or("a broken exchange")?;
                let b = exchange.b.first_chunk::<32>().ok_or("a broken exchange")?;
                let b_public = srp::public_number(&verifier, b);
                let Some(key) = srp::shared_key(&verifier, &a_public, b, &b_public) else { return Ok(false) };
                let names = Names { pool: &group, user: &exchange.key };
                let expected = srp::signature(&key, names, &claim.block, &claim.timestamp);
                Ok(constant_time::verify_slices_are_equal(expected.as_ref(), &claim.signature).is_ok())
            })
            .await
    }
}

fn number(verifier: &DeviceVerifier) -> Result<srp::Number> {
    srp::parse_bytes(&verifier.number).ok_or_else(|| AwsError::internal("a device's verifier"))
}

fn waiting_sk(user: &User, key: &str) -> String {
    format!("device-challenge#{}#{}", user.sub, hashed(key))
}

impl Claim {
    /// Whether it was made within the last minutes, by the client's clock.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.age_ms(now).is_some_and(|age| age <= super::srp_flow::SKEW_MS)
    }
}
