//! USER_SRP_AUTH and its challenge PASSWORD_VERIFIER. The server's half of the exchange travels, sealed, as SECRET_BLOCK;
//! nothing is kept between the two steps. A name without user gets a salt and a verifier of its own, always the same
//! ones, so that only the last step fails.

use aws_lc_rs::{constant_time, hmac};
use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model_cognito_idp::types::ChallengeNameType;
use serde::{Deserialize, Serialize};
use srp::{NUMBER_BYTES, Names, Number, SALT_BYTES, Verifier};
use world::rng;
use zeroize::Zeroizing;

use super::attributes::{is_email, is_phone_number};
use super::flow::{Answer, Challenge, Responses, Step};
use super::progress::{First, SignIn};
use super::visit::Visit;
use crate::CognitoIdp;
use crate::entity::{AppClient, User, UserPool};
use crate::error::{self, Result};
use crate::table::user;

/// How far a client's clock may be off, ms.
pub(super) const SKEW_MS: i64 = 5 * 60 * 1000;
const MAX_BLOCK_BYTES: usize = 8192;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The server's half of an exchange.
#[derive(Clone, Serialize, Deserialize)]
struct Exchange {
    id: String,
    /// USER_ID_FOR_SRP.
    name: String,
    /// Absent for a name without user.
    sub: Option<String>,
    epoch: u64,
    /// Base64, as the two below.
    a_public: String,
    b: String,
    /// Kept beside `b` because working it out again costs a power.
    b_public: String,
    expires_ms: i64,
    #[serde(default)]
    within: Within,
    #[serde(default)]
    device_key: Option<String>,
}

/// What a password proof is part of. One within a custom sign-in is good for nothing else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Within {
    /// USER_SRP_AUTH, USER_AUTH.
    #[default]
    SignIn,
    /// CUSTOM_AUTH.
    Custom,
}

/// An exchange that begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening<'a> {
    /// Absent for a name without user.
    pub user: Option<&'a User>,
    pub name: &'a str,
    pub srp_a: &'a str,
    pub within: Within,
}

impl CognitoIdp {
    /// Begins an exchange.
    ///
    /// # Errors
    /// InvalidParameterException for SRP_A, then as a sign-in by password.
    pub(crate) async fn begin_srp(&self, visit: Visit<'_>, name: &str, srp_a: &str) -> Result<Step> {
        check_srp(visit.pool)?;
        read_public(srp_a)?;
        let entrant = self.enter(visit, name).await?;
        self.open_srp_for(visit, entrant.user.as_deref(), name, srp_a).await
    }

    /// The server's half of an exchange that is a sign-in's first factor.
    ///
    /// # Errors
    /// InvalidParameterException for SRP_A.
    pub(crate) async fn open_srp_for(
        &self,
        visit: Visit<'_>,
        user: Option<&User>,
        name: &str,
        srp_a: &str,
    ) -> Result<Step> {
        self.open_srp(visit, Opening { user, name, srp_a, within: Within::SignIn }).await
    }

    /// The server's half of an exchange.
    ///
    /// # Errors
    /// InvalidParameterException for SRP_A.
    pub(crate) async fn open_srp(&self, visit: Visit<'_>, opening: Opening<'_>) -> Result<Step> {
        let Visit { pool, client, .. } = visit;
        let Opening { user, name, srp_a, within } = opening;
        check_srp(visit.pool)?;
        let a_public = read_public(srp_a)?;
        let verifier = self.srp_verifier(pool, user, name)?;
        let b = rng::bytes::<32>(self.rng());
        let number = verifier.number;
        let b_public = self.auth().hasher.compute(move || Ok(srp::public_number(&number, &b))).await?;
        let user_id = user.map_or(name, |user| user.username.as_str());
        let minutes = i64::from(client.settings.auth_session_validity_minutes);
        let exchange = Exchange {
            id: rng::uuid(self.rng()),
            name: user_id.to_owned(),
            sub: user.map(|user| user.sub.clone()),
            epoch: user.map_or(0, |user| user.epoch),
            a_public: STANDARD.encode(a_public),
            b: STANDARD.encode(b),
            b_public: STANDARD.encode(b_public),
            expires_ms: self.now().plus_ms(minutes * 60_000).ms(),
            within,
            device_key: visit.device_key.map(str::to_owned),
        };
        let plain = serde_json::to_vec(&exchange).map_err(AwsError::internal)?;
        let block = self.store().sealer().seal(&context(pool, client), &plain);
        let shown = self.shown_name(pool, exchange.sub.as_deref(), &exchange.name);
        let parameters = [
            ("SALT", srp::hex(&verifier.salt)),
            ("SRP_B", srp::hex(&b_public)),
            ("SECRET_BLOCK", STANDARD.encode(block)),
            ("USERNAME", shown.clone()),
            ("USER_ID_FOR_SRP", shown),
        ];
        Ok(Step::Challenge(Challenge {
            name: ChallengeNameType::PasswordVerifier,
            session: None,
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
            available: Vec::new(),
        }))
    }

    /// The client's proof.
    ///
    /// # Errors
    /// NotAuthorizedException, then what the user's status asks for.
    pub(crate) async fn answer_srp(&self, visit: Visit<'_>, answer: Answer<'_>) -> Result<Step> {
        let pool = visit.pool;
        let claim = Claim::read(answer.responses)?;
        let exchange = self.open_exchange(pool, visit.client, &claim)?;
        let (answered, earlier) = (visit, exchange.device_key.as_deref());
        let visit = visit.on_device(visit.device_key.or(earlier));
        let shown = self.shown_name(pool, exchange.sub.as_deref(), &exchange.name);
        if answer.name.is_some_and(|name| name != shown) {
            return Err(error::incorrect_username_or_password());
        }
        let user = user::by_username(self.store(), pool, &exchange.name).await?;
        let user = user.filter(|user| exchange.sub.as_ref() == Some(&user.sub));
        if user.as_ref().is_some_and(|user| !user.enabled) {
            return Err(error::user_is_disabled());
        }
        let current = user.as_ref().filter(|user| user.epoch == exchange.epoch && user.password.is_some());
        let lane = self.device_lane(visit, user.as_deref()).await?;
        let attempt = self.begin_attempt(visit.guess(&exchange.name, lane)).await?;
        let verifier = self.srp_verifier(pool, current.map(|user| &user.value), &exchange.name)?;
        let proven = self.is_proof(pool, verifier, exchange.clone(), claim).await?;
        let Some(user) = user.filter(|user| proven && user.epoch == exchange.epoch && user.password.is_some()) else {
            return Err(error::incorrect_username_or_password());
        };
        // Before the exchange is spent: amazon-cognito-identity-js answers again without a key that is not known any more.
        let visit = match self.on_known_device(answered, earlier, &user).await {
            Ok(visit) => visit,
            Err(error) => {
                self.take_back(pool, attempt).await?;
                return Err(error);
            }
        };
        let attempt = attempt.spending(exchange.id, Timestamp::from_ms(exchange.expires_ms));
        match exchange.within {
            Within::SignIn => self.advance(visit, SignIn::by(First::Password, user, Some(attempt))).await,
            // What went before is forgotten once the whole sign-in is done.
            Within::Custom => {
                self.take_back(pool, attempt).await?;
                self.continue_custom(visit, user).await
            }
        }
    }

    /// What a challenge calls somebody: the username. For a name without user what a user's would look like, always the same: an id where
    /// an address was typed that may stand for a user, else the name.
    pub(crate) fn shown_name(&self, pool: &UserPool, sub: Option<&str>, name: &str) -> String {
        if sub.is_some() {
            return name.to_owned();
        }
        let name = user::fold(pool, name);
        let stands_for_user = user::alias_attributes(pool).any(|attribute| match attribute {
            "email" => is_email(&name),
            "phone_number" => is_phone_number(&name),
            _ => false,
        });
        if stands_for_user { rng::uuid(&Drawn(self.code_mac(&format!("srp user|{}|{name}", pool.id)))) } else { name }
    }

    fn open_exchange(&self, pool: &UserPool, client: &AppClient, claim: &Claim) -> Result<Exchange> {
        let refused = error::incorrect_username_or_password;
        let plain = self.store().sealer().open(&context(pool, client), &claim.block).map_err(|_| refused())?;
        let exchange: Exchange = serde_json::from_slice(&plain).map_err(|_| refused())?;
        let now = self.now();
        if now >= Timestamp::from_ms(exchange.expires_ms) || claim.age_ms(now).is_none_or(|age| age > SKEW_MS) {
            return Err(refused());
        }
        Ok(exchange)
    }

    async fn is_proof(&self, pool: &UserPool, verifier: Verifier, exchange: Exchange, claim: Claim) -> Result<bool> {
        let pool_name = srp_pool_name(pool).to_owned();
        self.auth()
            .hasher
            .compute(move || {
                let (a_public, b_public) = (kept(&exchange.a_public)?, kept(&exchange.b_public)?);
                let b = kept(&exchange.b)?;
                let Some(key) = srp::shared_key(&verifier.number, &a_public, &b, &b_public) else { return Ok(false) };
                let names = Names { pool: &pool_name, user: &exchange.name };
                let expected = srp::signature(&key, names, &claim.block, &claim.timestamp);
                Ok(constant_time::verify_slices_are_equal(expected.as_ref(), &claim.signature).is_ok())
            })
            .await
    }

    /// The user's verifier; where there is none, one that belongs to the name and to no password.
    fn srp_verifier(&self, pool: &UserPool, user: Option<&User>, name: &str) -> Result<Verifier> {
        let sealed = user.and_then(|user| Some((user, user.password.as_ref()?.srp_sealed.as_ref()?)));
        let Some((user, sealed)) = sealed else { return Ok(self.imagined_verifier(pool, name)) };
        let opened = self.store().sealer().open_text(&verifier_context(pool, &user.sub), sealed);
        let plain = opened.map_err(AwsError::internal)?;
        let (salt, rest) = plain.split_first_chunk::<SALT_BYTES>().ok_or_else(|| AwsError::internal("a verifier"))?;
        Ok(Verifier { salt: *salt, number: number(rest).map_err(AwsError::internal)? })
    }

    fn imagined_verifier(&self, pool: &UserPool, name: &str) -> Verifier {
        let name = user::fold(pool, name);
        let mut verifier = Verifier { salt: [0; SALT_BYTES], number: [0; NUMBER_BYTES] };
        let salt = self.code_mac(&format!("srp salt|{}|{name}", pool.id));
        verifier.salt.iter_mut().zip(salt.as_ref()).for_each(|(to, from)| *to = *from);
        // The first block stays zero: the number is below the prime.
        for (part, block) in verifier.number.chunks_mut(32).enumerate().skip(1) {
            let drawn = self.code_mac(&format!("srp verifier|{}|{name}|{part}", pool.id));
            block.iter_mut().zip(drawn.as_ref()).for_each(|(to, from)| *to = *from);
        }
        verifier
    }

    /// Salt and verifier of a user, as they are sealed; none where there are none.
    ///
    /// # Errors
    /// Internal, where they do not open.
    pub(crate) fn srp_bytes(&self, pool: &UserPool, user: &User) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let sealed = user.password.as_ref().and_then(|password| password.srp_sealed.as_deref());
        let open = |text| self.store().sealer().open_text(&verifier_context(pool, &user.sub), text);
        sealed.map(open).transpose().map_err(AwsError::internal)
    }

    /// Seals what [`CognitoIdp::srp_bytes`] gave, for a pool of the same name in SRP.
    pub(crate) fn seal_srp_bytes(&self, pool: &UserPool, user: &User, plain: &[u8]) -> String {
        self.store().sealer().seal_text(&verifier_context(pool, &user.sub), plain)
    }

    /// Seals a new password's verifier for its document.
    pub(crate) fn seal_verifier(&self, pool: &UserPool, sub: &str, verifier: &Verifier) -> String {
        let plain = [verifier.salt.as_slice(), verifier.number.as_slice()].concat();
        self.store().sealer().seal_text(&verifier_context(pool, sub), &plain)
    }
}

/// Dice that always fall alike.
struct Drawn(hmac::Tag);

impl world::Rng for Drawn {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.iter_mut().zip(self.0.as_ref()).for_each(|(to, from)| *to = *from);
    }
}

pub(super) fn read_public(srp_a: &str) -> Result<Number> {
    srp::parse_public(srp_a).ok_or_else(|| error::invalid_parameter("Invalid SRP_A"))
}

/// A client's proof as it was given.
pub(super) struct Claim {
    pub block: Vec<u8>,
    pub signature: Vec<u8>,
    pub timestamp: String,
}

impl Claim {
    /// How far its time is from ours, ms.
    pub fn age_ms(&self, now: Timestamp) -> Option<i64> {
        parse_timestamp(&self.timestamp).map(|at| now.ms().saturating_sub(at.ms()).saturating_abs())
    }

    /// Reads the proof of an answer.
    pub fn read(responses: &Responses) -> Result<Self> {
        let given = |name: &str| {
            let value = responses.get(name).filter(|value| !value.is_empty() && value.len() <= MAX_BLOCK_BYTES);
            value.ok_or_else(|| error::missing_parameter(name))
        };
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_| error::incorrect_username_or_password());
        Ok(Self {
            block: bytes(given("PASSWORD_CLAIM_SECRET_BLOCK")?)?,
            signature: bytes(given("PASSWORD_CLAIM_SIGNATURE")?)?,
            timestamp: given("TIMESTAMP")?.clone(),
        })
    }
}

/// The name of a pool in SRP: what follows `_` in its id.
pub(crate) fn srp_pool_name(pool: &UserPool) -> &str {
    pool.id.split_once('_').map_or(pool.id.as_str(), |(_, name)| name)
}

/// `Sun Nov 1 07:05:09 UTC 2026`, the day with or without a leading zero.
fn parse_timestamp(text: &str) -> Option<Timestamp> {
    let mut parts = text.split(' ');
    let (_weekday, month, day) = (parts.next()?, parts.next()?, parts.next()?.parse().ok()?);
    let month = MONTHS.iter().zip(1..).find(|(name, _)| **name == month)?.1;
    let mut clock = parts.next()?.splitn(3, ':').map(|part| part.parse().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    if parts.next()? != "UTC" {
        return None;
    }
    let year = parts.next()?.parse().ok()?;
    Timestamp::from_civil(year, month, day, hour, minute, second)
}

/// What an exchange holds.
fn kept<const BYTES: usize>(text: &str) -> std::result::Result<[u8; BYTES], &'static str> {
    STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or("a broken exchange")
}

fn number(bytes: &[u8]) -> std::result::Result<Number, &'static str> {
    bytes.try_into().map_err(|_| "a number of the wrong length")
}

/// A pool may want no verifiers at rest; then nobody signs in by one that is left, either.
fn check_srp(pool: &UserPool) -> Result<()> {
    if pool.srp_is_off() { Err(error::srp_is_off()) } else { Ok(()) }
}

fn context(pool: &UserPool, client: &AppClient) -> String {
    format!("cognito srp exchange {}/{}", pool.id, client.id)
}

fn verifier_context(pool: &UserPool, sub: &str) -> String {
    format!("cognito srp verifier {}/{sub}", pool.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_timestamp_is_read() {
        let at = Timestamp::from_civil(2026, 11, 1, 7, 5, 9);
        assert_eq!(parse_timestamp("Sun Nov 1 07:05:09 UTC 2026"), at);
        assert_eq!(parse_timestamp("Sun Nov 01 07:05:09 UTC 2026"), at);
        for text in ["", "Sun Nov 1", "Sun Nov 1 07:05:09 CET 2026", "Sun Foo 1 07:05:09 UTC 2026", "1793516709"] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
    }
}
